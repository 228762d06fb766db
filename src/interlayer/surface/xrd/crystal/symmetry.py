"""Symmetry operations written as 'x, y+1/2, -z', and the group that they make."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interlayer.errors import ReadError

FloatArray = NDArray[np.float64]

MOST_OPERATIONS: Final = 192
"""Operations of the largest space groups, centring included."""
_TERM: Final = re.compile(r"([+-]?)(?:([xyz])|(\d{1,3}(?:\.\d{1,12})?)(?:/(\d{1,3}))?)")


def operation(text: str) -> tuple[FloatArray, FloatArray]:
    """Return rotation, shape (3, 3), and translation, shape (3,), of an operation such as '-y, x-y, z+1/3'.

    Raises
    ------
    ReadError
        If it is none.
    """
    parts = text.strip().strip("'\"").replace(" ", "").lower().split(",")
    if len(parts) != 3 or len(text) > 120:
        raise ReadError(f"'{text[:60]}' is no symmetry operation", advice="write it like 'x, y+1/2, -z'")
    rotation, translation = np.zeros((3, 3)), np.zeros(3)
    for row, part in enumerate(parts):
        position = 0
        while position < len(part):
            found = _TERM.match(part, position)
            if found is None or found.end() == position:
                raise ReadError(
                    f"'{text[:60]}' is no symmetry operation", advice="write it like 'x, y+1/2, -z'"
                )
            sign = -1.0 if found[1] == "-" else 1.0
            if found[2]:
                rotation[row, "xyz".index(found[2])] += sign
            else:
                below = int(found[4] or 1)
                if not below:
                    raise ReadError(f"'{text[:60]}' divides by zero")
                translation[row] += sign * float(Fraction(found[3]) / below)
            position = found.end()
    return rotation, translation % 1.0


def group(texts: Sequence[str]) -> tuple[FloatArray, FloatArray]:
    """Return all operations that those given make together.

    Parameters
    ----------
    texts : sequence of str
        Generators, or all of them.

    Returns
    -------
    rotations, translations : array, shape (m, 3, 3) and (m, 3)

    Raises
    ------
    ReadError
        If one is no operation, or they make more than `MOST_OPERATIONS`.
    """
    given = [operation(text) for text in texts] or [operation("x,y,z")]
    known: dict[tuple[int, ...], tuple[FloatArray, FloatArray]] = {}
    pending = [operation("x,y,z"), *given]
    while pending:
        rotation, translation = pending.pop()
        key = _key(rotation, translation)
        if key in known:
            continue
        known[key] = (rotation, translation)
        if len(known) > MOST_OPERATIONS:
            raise ReadError(
                f"the symmetry operations make no group of at most {MOST_OPERATIONS}",
                advice="one of them is mistyped",
            )
        pending += [(g @ rotation, (g @ translation + t) % 1.0) for g, t in given]
    return np.array([one[0] for one in known.values()]), np.array([one[1] for one in known.values()])


def _key(rotation: FloatArray, translation: FloatArray) -> tuple[int, ...]:
    parts = np.rint(translation * 2400).astype(int) % 2400
    return (*np.rint(rotation).astype(int).ravel().tolist(), *parts.tolist())
