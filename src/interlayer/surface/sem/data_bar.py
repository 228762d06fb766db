"""The strip of text that microscopes write below the image."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

BACKGROUND: Final = 0.02
"""Grey levels this near each other are one background."""
LEAST_SHARE: Final = 0.4
"""Of a row of the strip that is background, text and frames between."""
INK: Final = 0.35
"""Text differs from its background by at least this."""
TALLEST: Final = 0.3
"""Of the image's height."""
_RUN: Final = 4


def data_bar_top(grey: FloatArray) -> int:
    """Return the first row of the data bar; the number of rows if there is none.

    A data bar is a strip at the bottom, of one background level in most of each row, with text on it. A strip
    without text is not cut off: it may be the sample.

    Parameters
    ----------
    grey : ndarray, shape (rows, columns)
        0 to 1.
    """
    rows = grey.shape[0]
    strip = grey[int(rows * (1.0 - TALLEST)) :]
    tail = strip[-max(3, rows // 40) :]
    counts, edges = np.histogram(tail, bins=101, range=(-0.005, 1.005))
    level = float(edges[int(np.argmax(counts))] + 0.005)
    flat = np.mean(np.abs(strip - level) <= BACKGROUND, axis=1) >= LEAST_SHARE
    line = np.mean(np.abs(strip - np.median(strip, axis=1)[:, None]) <= BACKGROUND, axis=1) > 0.95
    belongs = flat | line
    top, misses = strip.shape[0], 0
    for row in range(strip.shape[0] - 1, -1, -1):
        if belongs[row]:
            top, misses = row, 0
        else:
            misses += 1
            if misses >= _RUN:
                break
    height = strip.shape[0] - top
    if height < max(6, rows // 60) or top == 0:
        return rows
    cut = strip[top:]
    ink = float(np.mean(np.abs(cut - level) > INK))
    return rows - height if 0.002 <= ink <= 0.5 else rows
