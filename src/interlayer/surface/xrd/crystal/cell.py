"""The unit cell: lengths and angles, volume, spacings of lattice planes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interlayer.errors import InputError

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

SYSTEMS: Final = ("cubic", "tetragonal", "hexagonal", "orthorhombic", "monoclinic", "triclinic")
"""Kinds of metric. A rhombohedral lattice is given by its hexagonal cell."""
_EQUAL: Final = 1e-4
_LONGEST: Final = 200.0


@dataclass(frozen=True)
class Cell:
    """A unit cell; lengths in angstrom, angles in degrees."""

    a: float
    b: float
    c: float
    alpha: float = 90.0
    beta: float = 90.0
    gamma: float = 90.0

    def __post_init__(self) -> None:
        for name in ("a", "b", "c"):
            value = getattr(self, name)
            if not 0.5 < value < _LONGEST:
                raise InputError(
                    f"cell length {name} = {value:g} angstrom is not between 0.5 and {_LONGEST:g}",
                    advice="lengths are in angstrom",
                )
        for name in ("alpha", "beta", "gamma"):
            value = getattr(self, name)
            if not 20.0 < value < 160.0:
                raise InputError(f"cell angle {name} = {value:g} degrees is not between 20 and 160")
        if not np.linalg.det(self.metric) > 0.0:
            raise InputError("the three angles of the cell cannot meet in one corner")

    @property
    def metric(self) -> FloatArray:
        """Metric tensor, angstrom2, shape (3, 3)."""
        cos = np.cos(np.radians([self.alpha, self.beta, self.gamma]))
        a, b, c = self.a, self.b, self.c
        return np.array(
            [
                [a * a, a * b * cos[2], a * c * cos[1]],
                [a * b * cos[2], b * b, b * c * cos[0]],
                [a * c * cos[1], b * c * cos[0], c * c],
            ]
        )

    @property
    def volume(self) -> float:
        """Volume, angstrom3."""
        return float(np.sqrt(np.linalg.det(self.metric)))

    @property
    def system(self) -> str:
        """Kind of metric, one of `SYSTEMS`, from the numbers themselves."""
        right = [abs(angle - 90.0) < 1e-3 for angle in (self.alpha, self.beta, self.gamma)]
        ab, bc = _same(self.a, self.b), _same(self.b, self.c)
        if all(right):
            if ab and bc:
                return "cubic"
            return "tetragonal" if ab else "orthorhombic"
        if right[0] and right[1] and ab and abs(self.gamma - 120.0) < 1e-3:
            return "hexagonal"
        return "monoclinic" if right[0] and right[2] else "triclinic"

    def inverse_square_spacing(self, hkl: IntArray) -> FloatArray:
        """Return 1/d2 of lattice planes, 1/angstrom2, shape (n,), for indices of shape (n, 3)."""
        reciprocal = np.linalg.inv(self.metric)
        index = hkl.astype(np.float64)
        return np.einsum("ni,ij,nj->n", index, reciprocal, index)

    def strained(self, strain: float) -> Cell:
        """Return the cell with all lengths larger by the fraction `strain`."""
        f = 1.0 + strain
        return Cell(self.a * f, self.b * f, self.c * f, self.alpha, self.beta, self.gamma)


def _same(one: float, other: float) -> bool:
    return abs(one - other) < _EQUAL * max(one, other)
