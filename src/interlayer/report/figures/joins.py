"""Joins and gaps of a record made of several files: lines at their times, and no curve drawn across."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from interlayer import units
from interlayer.lab.lab_cell import Join
from interlayer.report.drawn_cell import DrawnCell
from interlayer.report.figure import Line
from interlayer.report.figures.common import FloatArray
from interlayer.report.labels import number

MOST_LINES: Final = 8
"""Joins of a figure that are drawn, the longest gaps first; all of them are listed in a report."""
MOST_CELLS: Final = 3
"""Cells of a panel up to which their joins are drawn."""
_SHORT_S: Final = 60.0
"""A gap up to this is a change of file, not a pause."""


def drawn_joins(cell: DrawnCell) -> list[Join]:
    """Return the joins at which something new begins: not the first file, none that was not placed or counted."""
    placed = [join for join in cell.joins if join.counted and join.start_s is not None]
    placed.sort(key=lambda join: join.start_s or 0.0)
    return placed[1:]


def join_lines(cells: list[DrawnCell], most: int = MOST_LINES) -> tuple[Line, ...]:
    """Return vertical lines at the joins of cells, in hours; those of several cells carry the cell's name.

    Of more cells than can be told apart there are none.
    """
    if len(cells) > MOST_CELLS:
        return ()
    found = [(cell, join) for cell in cells for join in drawn_joins(cell)]
    found.sort(key=lambda one: -abs(one[1].gap_s or 0.0))
    lines = [
        Line((join.start_s or 0.0) / units.factor("h"), join_text(join, cell.label if len(cells) > 1 else ""))
        for cell, join in found[:most]
    ]
    return tuple(sorted(lines, key=lambda line: line.at))


def join_text(join: Join, cell: str = "") -> str:
    """Return what happens at a join: 'gap 3.2 h', 'overlap 10 min', 'next file'."""
    if join.gap_s is None:
        text = "next file, gap unknown"
    elif join.gap_s > _SHORT_S:
        text = f"gap {span_text(join.gap_s)}"
    elif join.gap_s < -_SHORT_S:
        text = f"overlap {span_text(-join.gap_s)}"
    else:
        text = "next file"
    return f"{text}, {cell}" if cell else text


def span_text(seconds: float) -> str:
    """Return a span of time in the unit that people would use: '40 s', '25 min', '3.2 h', '12 days'."""
    for unit, size, until in (("s", 1.0, 100.0), ("min", 60.0, 3600.0), ("h", 3600.0, 360_000.0)):
        if abs(seconds) < until:
            return f"{number(seconds / size, 2 if abs(seconds) < 10 * size else 3)} {unit}"
    return f"{number(seconds / 86_400.0, 3)} days"


def parted(x: FloatArray, y: FloatArray, cell: DrawnCell) -> tuple[FloatArray, FloatArray]:
    """Return a curve with a gap at each join after which time passed unseen; x in hours."""
    starts = [
        (join.start_s or 0.0) / units.factor("h")
        for join in drawn_joins(cell)
        if join.gap_s is None or abs(join.gap_s) > _SHORT_S
    ]
    if not starts or not x.size:
        return x, y
    rows = np.unique([int(np.searchsorted(x, start - 1e-9 * (1.0 + math.fabs(start)))) for start in starts])
    rows = rows[(rows > 0) & (rows < x.size)]
    return np.insert(x, rows, x[rows]), np.insert(y, rows, np.nan)
