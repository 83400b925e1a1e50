"""Reads `config.yaml` of a run folder: the part of YAML that metarl writes.

Mappings by indentation, lists in brackets, numbers, texts with or without quotes, comments. What
is beyond that is an error, never a guess.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from .errors import RunError

_INTEGER = re.compile(r"[-+]?\d+\Z")
_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\Z")
_LINE = re.compile(r"( *)([A-Za-z_][A-Za-z0-9_.-]*):(?: +(.*))?\Z")
_ITEM = re.compile(r'\s*("(?:[^"\\]|\\.)*"|\'(?:[^\']|\'\')*\'|[^,"\'\[\]{}]+)\s*(,|\Z)')
_LARGEST = 16 << 20


def read(path: str | Path) -> dict[str, Any]:
    """The configuration of a run, section by section.

    Args:
        path: a `config.yaml` that metarl wrote.

    Returns:
        Values by key, and sections (`policy`, `adaptation`, …) as dictionaries of such.

    Raises:
        RunError: the file cannot be read, or has a line that metarl does not write.
    """
    path = Path(path)
    try:
        if path.stat().st_size > _LARGEST:
            raise RunError(f"'{path}' is larger than a configuration can be (16 MiB)")
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise RunError(f"cannot read '{path}': {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise RunError(f"cannot read '{path}': it is not UTF-8 text") from error
    return parse(text, str(path))


def parse(text: str, origin: str = "configuration") -> dict[str, Any]:
    """As `read`, from a text; `origin` is what errors name."""
    result: dict[str, Any] = {}
    stack: list[tuple[int, dict[str, Any]]] = [(0, result)]
    opened: tuple[int, dict[str, Any]] | None = None
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = _LINE.match(line)
        if match is None:
            raise RunError(f"{origin}:{number}: this is no line of a configuration: {line.strip()!r}")
        indent, key, value = len(match[1]), match[2], (match[3] or "").strip()
        if opened is not None and indent > opened[0]:
            stack.append((indent, opened[1]))
        opened = None
        while stack and indent < stack[-1][0]:
            stack.pop()
        if not stack or indent != stack[-1][0]:
            raise RunError(f"{origin}:{number}: the line is indented as none before it")
        mapping = stack[-1][1]
        if key in mapping:
            raise RunError(f"{origin}:{number}: the key '{key}' is there twice")
        if value and not value.startswith("#"):
            mapping[key] = _value(value, f"{origin}:{number}")
        else:
            mapping[key] = {}
            opened = (indent, mapping[key])
    return result


def _value(text: str, place: str) -> Any:
    if text.startswith("["):
        if not text.endswith("]"):
            raise RunError(f"{place}: the list is not closed")
        items, rest = [], text[1:-1].strip()
        while rest:
            match = _ITEM.match(rest)
            if match is None:
                raise RunError(f"{place}: this is no list of numbers or texts: {text!r}")
            items.append(_scalar(match[1].strip(), place))
            rest = rest[match.end() :]
        return items
    return _scalar(text, place)


def _scalar(text: str, place: str) -> Any:
    if text.startswith('"'):
        try:
            return json.loads(text)
        except ValueError as error:
            raise RunError(f"{place}: the text {text} is not closed") from error
    if text.startswith("'"):
        if len(text) < 2 or not text.endswith("'"):
            raise RunError(f"{place}: the text {text} is not closed")
        return text[1:-1].replace("''", "'")
    if text in ("true", "false"):
        return text == "true"
    if text in ("null", "~"):
        return None
    if _INTEGER.match(text):
        return int(text)
    if _NUMBER.match(text):
        return float(text)
    return text
