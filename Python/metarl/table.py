"""Metrics as a table: columns by name, a row an iteration."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from .errors import RunError


class Table(Mapping[str, np.ndarray]):
    """Columns by name, all of one length.

    Columns of numbers are arrays of doubles, with NaN where nothing is known; others are arrays of
    objects. `table["return_after"]` is a column, `len(table)` counts columns, `table.rows` the rows,
    `table[-1]` is no row: rows are `table.row(-1)`.
    """

    def __init__(self, rows: list[dict[str, Any]]) -> None:
        """A table of rows; columns in the order in which they first appear."""
        names = list(dict.fromkeys(name for row in rows for name in row))
        self._rows = rows
        self._columns = {name: _column([row.get(name) for row in rows]) for name in names}

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(self._rows)

    def row(self, index: int) -> dict[str, Any]:
        """A row as it was written, counted from the end where `index` is negative."""
        return dict(self._rows[index])

    def __getitem__(self, name: str) -> np.ndarray:
        """A column.

        Raises:
            KeyError: with the columns that there are.
        """
        try:
            return self._columns[name]
        except KeyError:
            known = ", ".join(self._columns)
            raise KeyError(f"there is no column '{name}'; the columns: {known}") from None

    def __iter__(self) -> Iterator[str]:
        """The columns' names."""
        return iter(self._columns)

    def __len__(self) -> int:
        """How many columns there are."""
        return len(self._columns)

    def __repr__(self) -> str:
        """Its size, and its columns."""
        return f"Table({self.rows} rows: {', '.join(self._columns)})"

    def to_pandas(self) -> Any:
        """The table as a `pandas.DataFrame`, where pandas is installed."""
        import pandas

        return pandas.DataFrame(self._columns)


def read_lines(path: Path) -> Table:
    """A table from JSON Lines, one object a line.

    A last line without its end, which a training is writing, is left out.

    Raises:
        RunError: the file cannot be read, or a line is no object.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RunError(f"cannot read '{path}': {error}") from error
    lines = text.split("\n")[:-1]
    rows = []
    for number, line in enumerate(lines, 1):
        try:
            row = json.loads(line)
        except ValueError as error:
            raise RunError(f"{path}:{number}: the line is no JSON") from error
        if not isinstance(row, dict):
            raise RunError(f"{path}:{number}: the line is no JSON object")
        rows.append(row)
    return Table(rows)


def _column(values: list[Any]) -> np.ndarray:
    if all(value is None or isinstance(value, (int, float)) for value in values):
        return np.array([np.nan if value is None else float(value) for value in values])
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column
