"""A crystal structure: cell, symmetry, atoms; what is in the cell and how dense it is."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interlayer.errors import InputError
from interlayer.surface.xrd.crystal import scattering
from interlayer.surface.xrd.crystal.cell import Cell

FloatArray = NDArray[np.float64]

DALTON_KG: Final = 1.66053906660e-27
MOST_ATOMS: Final = 20_000
_SAME_PLACE: Final = 0.02
"""Images of an atom closer than this, in angstrom, are one: it lies on an element of symmetry."""
_NEAR: Final = 0.25
"""The same where the coordinates are rounded, as in many CIFs."""


@dataclass(frozen=True)
class Site:
    """One atom of the asymmetric unit; `b_iso` in angstrom2, None if the source gives none."""

    element: str
    x: float
    y: float
    z: float
    occupancy: float = 1.0
    b_iso: float | None = None


@dataclass(frozen=True)
class Structure:
    """A phase.

    Attributes
    ----------
    name : str
    cell : Cell
    sites : tuple of Site
    rotations, translations : array, shape (m, 3, 3) and (m, 3)
        Symmetry operations, centring included.
    space_group : str
        As its source writes it.
    source : str
        Where the numbers are from.
    """

    name: str
    cell: Cell
    sites: tuple[Site, ...]
    rotations: FloatArray = field(repr=False)
    translations: FloatArray = field(repr=False)
    space_group: str = ""
    source: str = ""

    def atoms(self) -> tuple[list[str], FloatArray, FloatArray, FloatArray]:
        """Return all atoms of the cell.

        Returns
        -------
        elements : list of str, length n
        positions : array, shape (n, 3)
            Fractions of the cell.
        occupancies : array, shape (n,)
        b_iso : array, shape (n,)
            Not-a-number where unknown.

        Raises
        ------
        InputError
            If there are more than `MOST_ATOMS`.
        """
        if len(self.sites) * len(self.rotations) > MOST_ATOMS * 10:
            raise InputError(f"more than {MOST_ATOMS} atoms in a cell", where=self.name)
        elements: list[str] = []
        places: list[FloatArray] = []
        occupancy: list[float] = []
        b_iso: list[float] = []
        metric = self.cell.metric
        for site in self.sites:
            images = self.rotations @ np.array([site.x, site.y, site.z]) + self.translations
            own = _distinct(images % 1.0, metric)
            elements += [site.element] * len(own)
            places.append(own)
            occupancy += [site.occupancy] * len(own)
            b_iso += [np.nan if site.b_iso is None else site.b_iso] * len(own)
        if len(elements) > MOST_ATOMS:
            raise InputError(f"{len(elements)} atoms in a cell, more than {MOST_ATOMS}", where=self.name)
        return elements, np.concatenate(places), np.array(occupancy), np.array(b_iso)

    def content(self) -> dict[str, float]:
        """Return how many atoms of each element are in the cell."""
        elements, _, occupancy, _ = self.atoms()
        found: dict[str, float] = {}
        for element, share in zip(elements, occupancy.tolist(), strict=True):
            found[element] = found.get(element, 0.0) + share
        return found

    @property
    def mass_kg(self) -> float:
        """Mass of what is in one cell."""
        return DALTON_KG * sum(scattering.mass(e) * n for e, n in self.content().items())

    @property
    def density_kg_m3(self) -> float:
        """Density of the perfect crystal."""
        return self.mass_kg / (self.cell.volume * 1e-30)

    def with_cell(self, cell: Cell) -> Structure:
        """Return the same atoms in another cell."""
        return replace(self, cell=cell)


def _distinct(images: FloatArray, metric: FloatArray) -> FloatArray:
    """Return one of each set of images that lie on one another; their mean, if rounding split them."""
    apart = images[:, None, :] - images[None, :, :]
    apart -= np.rint(apart)
    distance = np.sqrt(np.maximum(np.einsum("ijk,kl,ijl->ij", apart, metric, apart), 0.0))
    first = np.argmax(distance < _NEAR, axis=1)
    if np.all((distance < _SAME_PLACE) == (distance < _NEAR)):
        return images[np.unique(first)]
    means: list[FloatArray] = []
    for leader in np.unique(first):
        members = np.flatnonzero(first == leader)
        offset = images[members] - images[leader]
        means.append((images[leader] + (offset - np.rint(offset)).mean(axis=0)) % 1.0)
    return np.array(means)
