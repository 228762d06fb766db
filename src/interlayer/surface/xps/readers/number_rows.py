"""Rows of numbers in a text, and the text before them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import numpy as np

from interlayer.errors import ReadError
from interlayer.surface.xps.readers.text import number, numbers
from interlayer.surface.xps.spectrum import FloatArray

_MARKS: Final = "#%!;*/"
_LOOKED_AT: Final = 400
_FEWEST: Final = 3
_HEAD_LINES: Final = 3
_SPLITS: Final = ("\t", ";", ",", None)
_NAME_AND_UNIT: Final = re.compile(r"[^()\[\]]+(?:\([^)]*\)|\[[^\]]*\])")
_WORD: Final = re.compile(r"[A-Za-z]")


@dataclass(frozen=True)
class NumberRows:
    """The first table of numbers in a text.

    Attributes
    ----------
    names : tuple of str
        As many as there are columns, blank where the text has none.
    values : array, shape (rows, columns)
        NaN where a cell is no number.
    before : tuple of str
        All lines before the numbers.
    left_out : int
        Lines after the first row that are no rows.
    """

    names: tuple[str, ...]
    values: FloatArray
    before: tuple[str, ...]
    left_out: int


def cells(line: str, split: str | None) -> list[str]:
    """Return the cells of a line; None: split at blanks."""
    return [c.strip().strip('"') for c in (line.split(split) if split else line.split())]


def _is_row(found: list[str]) -> bool:
    filled = [c for c in found if c]
    return len(filled) >= 2 and bool(found[0] or found[1]) and all(number(c) is not None for c in filled)


def _separator(lines: list[str]) -> str | bool | None:
    """Return what separates the cells, or False if no rows of numbers can be found."""
    best: tuple[int, str | bool | None] = (0, False)
    for split in _SPLITS:
        rows = [found for line in lines if _is_row(found := cells(line, split))]

        if len(rows) > best[0]:
            best = (len(rows), split)
    return best[1]


def parse(text: str) -> NumberRows:
    """Return the first table of numbers.

    Raises
    ------
    ReadError
        If there are no rows of at least two numbers.
    """
    lines = text.split("\n")
    start_at = next((i for i, line in enumerate(lines) if line.strip() and line.lstrip()[0] not in _MARKS), 0)
    split = _separator([line for line in lines[start_at : start_at + _LOOKED_AT] if line.strip()])
    if split is False or split is True:
        raise ReadError("no rows of at least two numbers in it")
    first = next(
        (
            i
            for i, line in enumerate(lines)
            if line.strip() and line.lstrip()[0] not in _MARKS and _is_row(cells(line, split))
        ),
        None,
    )
    if first is None:
        raise ReadError("no rows of at least two numbers in it")
    body = [cells(line, split) for line in lines[first:] if line.strip() and line.lstrip()[0] not in _MARKS]
    rows = [row for row in body if _is_row(row)]
    if len(rows) < _FEWEST:
        raise ReadError(f"{len(rows)} rows of numbers are no spectrum")
    width = max(len(row) for row in rows[:_LOOKED_AT])
    padded = (cell or "nan" for row in rows for cell in [*row, *[""] * (width - len(row))][:width])
    table = numbers(list(padded)).reshape(len(rows), width)

    while width > 2 and np.isnan(table[:, width - 1]).all():
        width -= 1
    table = table[:, :width]
    before = [line for line in lines[:first] if line.strip()]
    return NumberRows(_names(before, width, split), table, tuple(before), len(body) - len(rows))


def _names(before: list[str], width: int, split: str | None) -> tuple[str, ...]:
    """Return names of columns from the lines above: the last, and those with as many cells above it.

    Raises
    ------
    ReadError
        If there are more values than names between commas, as where decimal commas stand between commas.
    """
    names = [""] * width
    for above, line in enumerate(reversed(before[-_HEAD_LINES:])):
        bare = line.strip().lstrip(_MARKS).strip() if line.strip()[0] in _MARKS else line
        found = _between_blanks(bare, width) if split is None else cells(bare, split)
        if above == 0 and len(found) > width and split is not None:
            found = [*found[: width - 1], " ".join(found[width - 1 :])]
        words = any(_WORD.search(c) for c in found)
        if above == 0 and words and 2 <= len(found) < width:
            if split == ",":
                raise ReadError(
                    f"the rows have {width} values under {len(found)} names; decimal commas between commas?",
                    advice="export with decimal points, or with tabs or semicolons between the columns",
                )
            found = [*found, *[""] * (width - len(found))]
        if len(found) != width or not words:
            break
        names = [f"{new} {old}".strip() for new, old in zip(found, names, strict=True)]
    return tuple(names)


def _between_blanks(line: str, width: int) -> list[str]:
    """Return the names of a line whose rows are split at blanks, where names can hold blanks themselves."""
    forms = (
        re.split(r"\s{2,}|\t|[,;]", line.strip()),
        line.split(),
        [part.strip() for part in _NAME_AND_UNIT.findall(line)],
    )
    return next((form for form in forms if len(form) == width), [])
