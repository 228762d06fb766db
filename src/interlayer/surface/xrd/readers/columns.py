"""Columns of numbers below a header, as the text dialects of powder diffraction have them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interlayer.errors import ReadError
from interlayer.readers.text_table import to_utf8
from interlayer.record.record import Finding

FloatArray = NDArray[np.float64]

LARGEST_BYTES: Final = 200_000_000
FEWEST: Final = 10
"""Rows below which a file is no pattern."""
_NUMBER: Final = r"[+-]?(?:\d+[.,]?\d*|[.,]\d+)(?:[eE][+-]?\d+)?"
_ROW: Final = re.compile(rf"^\s*{_NUMBER}(?:[\s,;]+{_NUMBER}){{1,7}}[\s,;]*$")
_COMMENT: Final = ("#", "/*", "'", "!", "*", "%", ";", "//")


@dataclass(frozen=True)
class Columns:
    """What such a file holds.

    Attributes
    ----------
    header : tuple of str
        Lines that are no rows, comment signs kept, before and between.
    values : array, shape (n, m)
    findings : tuple of Finding
    """

    header: tuple[str, ...]
    values: FloatArray
    findings: tuple[Finding, ...]


def text_of(path: Path) -> str:
    """Return the text of a file, whatever its encoding.

    Raises
    ------
    ReadError
        If it cannot be read or is too large.
    """
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise ReadError("a text of more than 200 MB is no powder pattern")
        return to_utf8(path.read_bytes()).decode("utf-8", errors="replace")
    except OSError as problem:
        raise ReadError(f"cannot be read: {problem.strerror}") from problem


def is_row(line: str) -> bool:
    """Whether a line is two to eight numbers and nothing else."""
    return len(line) < 400 and _ROW.match(line) is not None


def columns(text: str) -> Columns:
    """Return the rows of numbers of a text.

    Raises
    ------
    ReadError
        If there are fewer than `FEWEST`, or their widths differ.
    """
    lines = text.splitlines()
    rows = [line for line in lines if is_row(line)]
    header = tuple(line.strip() for line in lines[:2000] if line.strip() and not is_row(line))[:200]
    if len(rows) < FEWEST:
        raise ReadError(
            f"{len(rows)} rows of numbers, fewer than {FEWEST}: no powder pattern",
            advice="a row is an angle and an intensity, and an error if there is one",
        )
    others = sum(
        1 for line in lines if line.strip() and not is_row(line) and not line.lstrip().startswith(_COMMENT)
    )
    comma = _decimal_comma(rows)
    try:
        fields = [_split(row, comma) for row in rows]
    except ValueError as problem:
        raise ReadError(
            "points and commas are mixed in its numbers", advice="export it with one decimal mark"
        ) from problem
    widths = sorted({len(one) for one in fields}, key=lambda w: -sum(len(f) == w for f in fields))
    width = widths[0]
    findings: list[Finding] = []
    kept = [one for one in fields if len(one) == width]
    left = len(fields) - len(kept)
    if left > 0.02 * len(fields) + 1:
        raise ReadError(f"{left} of {len(fields)} rows have another number of columns than {width}")
    if left:
        findings.append(
            Finding("cut_rows", f"{left} rows with another number of columns were left out", rows=left)
        )
    if others > 20 and others > 0.05 * len(rows):
        raise ReadError(f"{others} lines between the numbers are no numbers", advice="give the plain export")
    values = np.array(kept, dtype=np.float64)
    return Columns(header, values, tuple(findings))


def _decimal_comma(rows: list[str]) -> bool:
    """Whether ',' is the decimal mark: rows then have another separator, and no point."""
    sample = rows[:200]
    if any("." in row for row in sample):
        return False
    return (
        sum(bool(re.search(r"\d,\d", row)) and bool(re.search(r"[\s;]", row.strip())) for row in sample)
        > len(sample) // 2
    )


def _split(row: str, comma: bool) -> list[float]:
    if comma:
        return [float(one.replace(",", ".")) for one in re.split(r"[\s;]+", row.strip(" \t;")) if one]
    found = [one for one in re.split(r"[\s,;]+", row.strip(" \t,;")) if one]
    return [float(one) for one in found]
