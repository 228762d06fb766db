"""The scale bar that is drawn in the image: its length in pixels. What it is worth is for a person to say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interlayer.errors import InputError

FloatArray = NDArray[np.float64]

SHORTEST: Final = 0.05
LONGEST: Final = 0.8
"""Of the image's width; longer lines are frames."""
_THICKEST: Final = 0.04
"""Of the image's height."""
_INK: Final = 0.12
"""A bar is drawn this near to white or black."""


@dataclass(frozen=True)
class DrawnBar:
    """Where a bar lies: first column, length and row, in pixels of the whole image."""

    left: int
    length: int
    row: int


def find_bar(grey: FloatArray, top: int) -> DrawnBar:
    """Return the scale bar, looked for below row `top` (the data bar) or, without a data bar, everywhere.

    Parameters
    ----------
    grey : ndarray, shape (rows, columns)
        The whole image.
    top : int
        First row of the data bar; the number of rows if there is none.

    Raises
    ------
    InputError
        If there is no bar, or several of different lengths.
    """
    rows, columns = grey.shape
    first = top if top < rows else 0
    part = grey[first:]
    found: list[DrawnBar] = []
    for ink in (part >= 1.0 - _INK, part <= _INK):
        if first and float(ink.mean()) > 0.5:
            continue  # that is the background of the strip
        found += _bars(ink, first, rows, columns)
    if first == 0:
        found = [bar for bar in found if _sharp(grey, bar)]
    lengths = sorted({bar.length for bar in found})
    if not found:
        raise InputError(
            "no scale bar was found in the image",
            where="--bar",
            advice='measure it in a viewer and give --scale "10 um=213", or --pixel "12.3 nm"',
        )
    if lengths[-1] - lengths[0] > 3:
        raise InputError(
            "several lines could be the scale bar: "
            + ", ".join(f"{b.length} px in row {b.row}" for b in found),
            where="--bar",
            advice='say which with --scale, as "10 um=213"',
        )
    return max(found, key=lambda bar: bar.length)


def _bars(ink: NDArray[np.bool_], first: int, rows: int, columns: int) -> list[DrawnBar]:
    """Horizontal lines: runs of ink of equal ends in neighbouring rows, not thicker than a line."""
    padded = np.zeros((ink.shape[0], ink.shape[1] + 2), dtype=np.int8)
    padded[:, 1:-1] = ink
    step = np.diff(padded, axis=1)
    row_of, left = np.nonzero(step == 1)
    _, right = np.nonzero(step == -1)
    length = right - left
    keep = (length >= max(16, SHORTEST * columns)) & (length <= LONGEST * columns)
    runs = sorted(
        zip(left[keep].tolist(), length[keep].tolist(), row_of[keep].tolist(), strict=True),
        key=lambda r: r[2],
    )
    groups: list[list[tuple[int, int, int]]] = []
    for run in runs:
        for group in groups:
            last = group[-1]
            if run[2] - last[2] == 1 and abs(run[0] - last[0]) <= 2 and abs(run[1] - last[1]) <= 3:
                group.append(run)
                break
        else:
            groups.append([run])
    bars: list[DrawnBar] = []
    for group in groups:
        thick = len(group)
        widest = max(group, key=lambda r: r[1])
        if thick > max(3, _THICKEST * rows) or widest[1] < 3 * thick:
            continue
        bars.append(DrawnBar(widest[0], widest[1], first + widest[2]))
    return bars


def _sharp(grey: FloatArray, bar: DrawnBar) -> bool:
    """Whether the line is drawn, not imaged: one level along it, and another just above and below."""
    line = grey[bar.row, bar.left : bar.left + bar.length]
    return float(np.ptp(line)) <= 0.02 and bar.length >= 24
