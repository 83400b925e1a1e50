"""The program `metarl`, run from Python."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from .errors import CommandError

_PACKAGE = Path(__file__).resolve().parent


def executable() -> Path:
    """Where the program is.

    Looked for in this order: `METARL_EXECUTABLE`, the wheel's own, `PATH`.

    Raises:
        CommandError: it is nowhere.
    """
    named = os.environ.get("METARL_EXECUTABLE")
    for candidate in (named, _PACKAGE / "bin" / "metarl", shutil.which("metarl")):
        if candidate and os.access(candidate, os.X_OK):
            return Path(candidate)
        if candidate and candidate == named:
            break
    raise CommandError(
        "the program 'metarl' was not found; install the wheel, put 'metarl' into PATH, or set "
        "METARL_EXECUTABLE to it", 64
    )


def command(*arguments: str, cwd: str | Path | None = None) -> str:
    """Runs `metarl` to its end.

    Args:
        arguments: one a word, as in `"train", "navigation-2d", "--seed", "3"`.
        cwd: the working folder; None for the current one.

    Returns:
        What it wrote to standard output; progress goes to this process's standard error.

    Raises:
        CommandError: it ended with another code than 0; the message is its own.
    """
    done = subprocess.run(
        [str(executable()), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=cwd,
        check=False,
    )
    if done.returncode != 0:
        said = done.stderr.strip().splitlines()
        message = said[-1] if said else f"metarl ended with {done.returncode}"
        raise CommandError(message, done.returncode)
    sys.stderr.write(done.stderr)
    return done.stdout
