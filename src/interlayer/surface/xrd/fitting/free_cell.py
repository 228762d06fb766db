"""Which numbers of a cell are free, and the cell for given changes of them."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from interlayer.surface.xrd.crystal.cell import Cell

FloatArray = NDArray[np.float64]

FREE: Final[dict[str, tuple[str, ...]]] = {
    "cubic": ("a",),
    "tetragonal": ("a", "c"),
    "hexagonal": ("a", "c"),
    "orthorhombic": ("a", "b", "c"),
    "monoclinic": ("a", "b", "c", "beta"),
    "triclinic": ("a", "b", "c", "alpha", "beta", "gamma"),
}
"""Free numbers of each kind of metric."""
_TIED: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "cubic": (("b", "a"), ("c", "a")),
    "tetragonal": (("b", "a"),),
    "hexagonal": (("b", "a"),),
}


def free_names(cell: Cell) -> tuple[str, ...]:
    """Return the free numbers of a cell."""
    return FREE[cell.system]


def changed(cell: Cell, change: FloatArray) -> Cell:
    """Return the cell with its free numbers changed: lengths by a fraction, angles by radians.

    Parameters
    ----------
    cell : Cell
    change : array, shape (number of free numbers,)
    """
    system = cell.system
    values = {name: getattr(cell, name) for name in ("a", "b", "c", "alpha", "beta", "gamma")}
    for name, delta in zip(FREE[system], change.tolist(), strict=True):
        if name in ("a", "b", "c"):
            values[name] *= 1.0 + delta
        else:
            values[name] += float(np.degrees(delta))
    for name, source in _TIED.get(system, ()):
        values[name] = values[source]
    return Cell(**values)
