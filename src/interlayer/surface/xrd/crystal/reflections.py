"""The powder lines of a structure: indices, spacings and intensities from structure factors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interlayer.errors import InputError
from interlayer.surface.xrd.crystal import scattering
from interlayer.surface.xrd.crystal.cell import Cell
from interlayer.surface.xrd.crystal.structure import Structure
from interlayer.surface.xrd.radiation import Radiation

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

USUAL_B: Final = 0.6
"""Displacement parameter, angstrom2, of atoms whose source gives none: usual for oxides and salts at 25 degC."""
MOST_PLANES: Final = 400_000
_CHUNK: Final = 2_000_000
_SAME_LINE: Final = 1e-5
"""Planes whose 1/d2 differ by less than this fraction fall into one line."""
_FAINT: Final = 1e-5
"""Lines below this share of the strongest are left out."""


@dataclass(frozen=True)
class Reflections:
    """Lines of a powder, by falling spacing.

    Attributes
    ----------
    hkl : array, shape (n, 3)
        Indices of one plane of each line, the one with the largest h, then k, then l.
    d : array, shape (n,)
        Spacing, angstrom.
    strength : array, shape (n,)
        Sum of |F|2 over the planes of the line, over the volume of the cell squared, electron2/angstrom6: what a
        volume of the phase scatters, without polarisation and Lorentz factor.
    multiplicity : array, shape (n,)
        Planes of the line that are not extinct, both signs counted.
    """

    hkl: IntArray
    d: FloatArray
    strength: FloatArray
    multiplicity: IntArray

    def two_theta(self, wavelength: float, cell: Cell | None = None) -> FloatArray:
        """Return positions, degrees, shape (n,); not-a-number where the plane cannot reflect."""
        d = self.d if cell is None else 1.0 / np.sqrt(cell.inverse_square_spacing(self.hkl))
        sine = wavelength / (2.0 * d)
        return 2.0 * np.degrees(np.arcsin(np.where(sine < 1.0, sine, np.nan)))

    def intensity(self, wavelength: float) -> FloatArray:
        """Return intensities with Lorentz and polarisation factor, shape (n,), in units of `strength`."""
        return self.strength * lorentz_polarisation(self.two_theta(wavelength))


def lorentz_polarisation(two_theta_deg: FloatArray) -> FloatArray:
    """Return (1 + cos2(2 theta)) / (sin2(theta) cos(theta)): unpolarised beam, flat powder, no monochromator."""
    theta = np.radians(two_theta_deg) / 2.0
    return (1.0 + np.cos(2.0 * theta) ** 2) / (np.sin(theta) ** 2 * np.cos(theta))


def reflections(
    structure: Structure,
    radiation: Radiation,
    highest_deg: float,
    *,
    b_iso: float = USUAL_B,
    lowest_deg: float = 0.5,
) -> Reflections:
    """Return the lines of a structure up to an angle.

    Parameters
    ----------
    structure : Structure
    radiation : Radiation
        Its first line decides the range, its anode the dispersion.
    highest_deg, lowest_deg : float
        Range of 2 theta, degrees.
    b_iso : float
        Displacement parameter, angstrom2, of atoms without their own.

    Raises
    ------
    InputError
        If there would be more than `MOST_PLANES` planes.
    """
    most = (2.0 * np.sin(np.radians(min(highest_deg, 179.0)) / 2.0) / radiation.alpha1) ** 2
    least = (2.0 * np.sin(np.radians(max(lowest_deg, 0.05)) / 2.0) / radiation.alpha1) ** 2
    hkl = _half_space(structure, float(np.sqrt(most)))
    q = structure.cell.inverse_square_spacing(hkl)
    inside = (q <= most) & (q >= least)
    hkl, q = hkl[inside], q[inside]
    if not len(hkl):
        empty = np.zeros(0)
        return Reflections(np.zeros((0, 3), np.int64), empty, empty, np.zeros(0, np.int64))
    squared = _structure_factors(structure, hkl, q / 4.0, radiation.anode, b_iso)
    return _lines(hkl, q, 2.0 * squared / structure.cell.volume**2)


def _half_space(structure: Structure, longest: float) -> IntArray:
    """Return all indices up to a length of the reciprocal vector, one of each pair (hkl, -h-k-l)."""
    cell = structure.cell
    h, k, l = (int(np.floor(longest * edge)) for edge in (cell.a, cell.b, cell.c))
    if (2 * h + 1) * (2 * k + 1) * (2 * l + 1) > 8 * MOST_PLANES:
        raise InputError(
            "this cell has too many lattice planes in the range",
            where=structure.name,
            advice="give a shorter range",
        )
    grid = np.indices((2 * h + 1, 2 * k + 1, l + 1)).reshape(3, -1).T - np.array([h, k, 0])
    upper = (grid[:, 2] > 0) | (
        (grid[:, 2] == 0) & ((grid[:, 1] > 0) | ((grid[:, 1] == 0) & (grid[:, 0] > 0)))
    )
    return grid[upper].astype(np.int64)


def _structure_factors(
    structure: Structure, hkl: IntArray, s2: FloatArray, anode: str, b_iso: float
) -> FloatArray:
    """Return |F|2, electron2, as the mean over Friedel's pair, shape (n,)."""
    elements, places, occupancy, own_b = structure.atoms()
    b = np.where(np.isfinite(own_b), own_b, b_iso)
    kinds = sorted({(e, float(v)) for e, v in zip(elements, b.tolist(), strict=True)})
    real, imaginary = np.zeros(len(hkl), complex), np.zeros(len(hkl), complex)
    for symbol, value in kinds:
        mine = np.array([e == symbol for e in elements]) & (b == value)
        weight, at = occupancy[mine], places[mine]
        geometric = np.zeros(len(hkl), complex)
        step = max(1, _CHUNK // max(len(at), 1))
        for begin in range(0, len(hkl), step):
            part = slice(begin, begin + step)
            geometric[part] = np.exp(2j * np.pi * (hkl[part] @ at.T)) @ weight
        geometric *= np.exp(-value * s2)
        shift = scattering.dispersion(symbol, anode)
        real += geometric * (scattering.form_factor(symbol, s2) + shift.real)
        imaginary += geometric * shift.imag
    # With A and B the sums over f0 + f' and f'': |A + iB|2 and its mate |A* + iB*|2 average to this.
    return np.abs(real) ** 2 + np.abs(imaginary) ** 2


def _lines(hkl: IntArray, q: FloatArray, strength: FloatArray) -> Reflections:
    order = np.argsort(q, kind="stable")
    hkl, q, strength = hkl[order], q[order], strength[order]
    begins = np.flatnonzero(np.concatenate([[True], np.diff(q) > _SAME_LINE * q[1:]]))
    summed = np.add.reduceat(strength, begins)
    planes = np.add.reduceat((strength > _FAINT * strength.max()).astype(np.int64) * 2, begins)
    # The plane that a table names: the strongest family of the line, then large h, k, l, all as positive as can be.
    line = np.repeat(np.arange(len(begins)), np.diff(np.append(begins, len(q))))
    negatives = (hkl < 0).sum(axis=1)
    rank = np.lexsort((-hkl[:, 2], -hkl[:, 1], -hkl[:, 0], negatives, -np.round(strength, 9), line))
    named = hkl[rank[np.searchsorted(line[rank], np.arange(len(begins)))]]
    seen = summed > _FAINT * summed.max()
    return Reflections(named[seen], 1.0 / np.sqrt(q[begins][seen]), summed[seen], planes[seen])
