"""A training's folder: configuration, metrics, checkpoints, evaluations."""

from __future__ import annotations

import json
from functools import cached_property
from pathlib import Path
from typing import Any

from . import configuration, table
from .program import command
from .errors import RunError
from .policy import Policy
from .table import Table


class Run:
    """A run folder, read when it is asked.

    ```python
    run = metarl.load("runs/nav")
    run.configuration["adaptation"]["steps"]
    run.metrics["return_after"]
    run.policy().act(observation)
    ```
    """

    def __init__(self, path: str | Path) -> None:
        """The run in a folder.

        Raises:
            RunError: it is no run folder.
        """
        self.path = Path(path)
        if not self.path.is_dir():
            raise RunError(f"'{path}' is no folder")
        if not (self.path / "config.yaml").is_file():
            raise RunError(
                f"'{path}' is no run folder: it has no config.yaml. 'metarl train FAMILY --run-dir "
                f"{path}' makes one."
            )

    @cached_property
    def configuration(self) -> dict[str, Any]:
        """Every key of `config.yaml`, sections as dictionaries."""
        return configuration.read(self.path / "config.yaml")

    @property
    def family(self) -> str:
        """The task family, `NAME` or `NAME@PRESET`."""
        return str(self.configuration["family"])

    @property
    def metrics(self) -> Table:
        """One row an iteration, as far as the training has come; see docs/Formats.md."""
        return table.read_lines(self.path / "metrics.jsonl")

    @property
    def checkpoints(self) -> dict[int, Path]:
        """The files of the checkpoints by iteration, ascending."""
        found = {}
        for path in (self.path / "checkpoints").glob("iteration-*.safetensors"):
            digits = path.stem.removeprefix("iteration-")
            if digits.isdigit():
                found[int(digits)] = path
        return dict(sorted(found.items()))

    def policy(self, checkpoint: str | int = "best") -> Policy:
        """The policy of a checkpoint.

        Args:
            checkpoint: `best` (by validation tasks; the newest without one), `latest`, or an
                iteration.

        Raises:
            RunError: there is no such checkpoint.
            CheckpointError: what is wrong with it.
        """
        if checkpoint == "best":
            best = self.path / "checkpoints" / "best.safetensors"
            if best.is_file():
                return Policy.load(best)
            checkpoint = "latest"
        files = self.checkpoints
        if checkpoint == "latest" and files:
            return Policy.load(files[max(files)])
        if isinstance(checkpoint, int) and checkpoint in files:
            return Policy.load(files[checkpoint])
        there = ", ".join(str(iteration) for iteration in files) or "none"
        raise RunError(f"'{self.path}' has no checkpoint {checkpoint!r}; there is: {there}")

    @property
    def evaluations(self) -> dict[str, dict[str, Any]]:
        """What `metarl evaluate RUN --json RUN/evaluation/NAME.json` wrote, by NAME."""
        result = {}
        for path in sorted((self.path / "evaluation").glob("*.json")):
            try:
                result[path.stem] = json.loads(path.read_text(encoding="utf-8"))
            except (OSError, ValueError) as error:
                raise RunError(f"cannot read the evaluation '{path}': {error}") from error
        return result

    def evaluate(self, *flags: str) -> dict[str, Any]:
        """Evaluates on held-out tasks with the program, and gives its JSON.

        Args:
            flags: of `metarl evaluate`, as in `"--tasks", "40", "--compare", "random"`.

        Raises:
            CommandError: what the program says.
        """
        return json.loads(command("evaluate", str(self.path), "--quiet", "--json", "-", *flags))

    def __repr__(self) -> str:
        """Its folder."""
        return f"Run('{self.path}')"


def load(path: str | Path) -> Run:
    """The run in a folder; see `Run`."""
    return Run(path)
