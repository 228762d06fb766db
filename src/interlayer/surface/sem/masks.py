"""Operations on masks, with the types that they have: places that hang together by eight neighbours, distances."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int32]

EIGHT: Final = np.ones((3, 3), dtype=bool)


def labelled(mask: BoolArray) -> tuple[IntArray, int]:
    """Return a number from 1 for each connected place (0 elsewhere), and how many there are."""
    found: Any = ndimage.label(mask, EIGHT)
    return np.asarray(found[0], dtype=np.int32), int(found[1])


def grown(mask: BoolArray, times: int = 1) -> BoolArray:
    """Return the mask with its neighbours, `times` over."""
    return np.asarray(ndimage.binary_dilation(mask, EIGHT, iterations=times), dtype=bool)


def depth_inside(mask: BoolArray) -> FloatArray:
    """Return the distance of each point of the mask from what is not in it, the image's outside included; pixels."""
    found: Any = ndimage.distance_transform_edt(np.pad(mask, 1))
    return np.asarray(found, dtype=np.float64)[1:-1, 1:-1]


def nearest(mask: BoolArray) -> tuple[FloatArray, NDArray[np.int64], NDArray[np.int64]]:
    """Return the distance to the nearest point of the mask, and its row and column."""
    found: Any = ndimage.distance_transform_edt(~mask, return_indices=True)
    return (
        np.asarray(found[0], dtype=np.float64),
        np.asarray(found[1][0], dtype=np.int64),
        np.asarray(found[1][1], dtype=np.int64),
    )


def filled(mask: BoolArray) -> BoolArray:
    """Return the mask without holes."""
    return np.asarray(ndimage.binary_fill_holes(mask), dtype=bool)


def of_labels(values: FloatArray, labels: IntArray, count: int, *, largest: bool = False) -> FloatArray:
    """Return mean (or largest) value of each label from 0 to `count`."""
    order = np.arange(count + 1)
    found: Any = ndimage.maximum(values, labels, order) if largest else ndimage.mean(values, labels, order)
    return np.asarray(found, dtype=np.float64)
