"""The middle line of a mask, one pixel wide (Zhang and Suen 1984, doi:10.1145/357994.358023)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

BoolArray = NDArray[np.bool_]


def thinned(mask: BoolArray) -> BoolArray:
    """Return the middle lines of a mask, connected as the mask is (8 neighbours)."""
    image = np.pad(mask, 1).astype(np.uint8)
    while True:
        before = int(image.sum())
        for second in (False, True):
            # Neighbours clockwise from north, as in the paper's P2 to P9.
            p = [
                np.roll(image, (dy, dx), (0, 1))
                for dy, dx in ((1, 0), (1, -1), (0, -1), (-1, -1), (-1, 0), (-1, 1), (0, 1), (1, 1))
            ]
            count = sum(x.astype(np.int8) for x in p)
            turns = sum(((p[k] == 0) & (p[(k + 1) % 8] == 1)).astype(np.int8) for k in range(8))
            if second:
                open_side = (p[0] * p[2] * p[6] == 0) & (p[0] * p[4] * p[6] == 0)
            else:
                open_side = (p[0] * p[2] * p[4] == 0) & (p[2] * p[4] * p[6] == 0)
            image[(image == 1) & (count >= 2) & (count <= 6) & (turns == 1) & open_side] = 0
        if int(image.sum()) == before:
            return image[1:-1, 1:-1].astype(bool)
