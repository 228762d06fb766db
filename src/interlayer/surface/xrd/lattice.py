"""Lattice parameters by least squares from all indexed lines, displacement fitted beside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interlayer.surface.xrd.crystal.cell import Cell
from interlayer.surface.xrd.fitting.free_cell import changed, free_names
from interlayer.surface.xrd.fitting.pawley import Pawley
from interlayer.surface.xrd.fitting.whole import Whole
from interlayer.surface.xrd.radiation import Radiation

FloatArray = NDArray[np.float64]

FLOOR: Final = 1e-5
"""Relative error below which no length is stated: wavelength and alignment."""
_SPARE: Final = 2
_WORST: Final = 2e-3


@dataclass(frozen=True)
class Lattice:
    """A refined cell.

    Attributes
    ----------
    cell : Cell
    errors : dict of str to float
        Standard deviations of the free numbers, angstrom and degrees.
    volume, volume_error : float
        Angstrom3.
    shift_deg, shift_error_deg : float
        Displacement of the whole pattern, times cos(theta).
    lines : tuple of (str, float)
        Indices and position in degrees of the lines that stand out.
    """

    cell: Cell
    errors: dict[str, float]
    volume: float
    volume_error: float
    shift_deg: float
    shift_error_deg: float
    lines: tuple[tuple[str, float], ...]


def refined(fit: Pawley, whole: Whole, number: int, radiation: Radiation) -> Lattice | str:
    """Return the cell of one phase, or in words why it cannot be had.

    Parameters
    ----------
    fit : Pawley
    whole : Whole
        The fit that it began from.
    number : int
        Of the phase.
    radiation : Radiation
    """
    phase, cell, start = whole.phases[number], fit.cells[number], whole.cells[number]
    names = free_names(start)
    clear = fit.clear[number]
    least = len(names) + _SPARE
    if len(clear) < least:
        return f"{len(clear)} lines stand out, {least} are needed"
    covariance = fit.cell_covariances[number]
    deviation = np.hypot(np.sqrt(np.maximum(np.diag(covariance), 0.0)), FLOOR)
    if float(deviation.max()) > _WORST:
        return f"its error would be {100 * float(deviation.max()):.2g} %: lines are too few, weak or near each other"
    errors: dict[str, float] = {}
    for name, one in zip(names, deviation.tolist(), strict=True):
        errors[name] = float(getattr(cell, name)) * one if name in ("a", "b", "c") else float(np.degrees(one))
    volume = cell.volume
    slope = np.array(
        [(changed(cell, 1e-6 * np.eye(len(names))[i]).volume - volume) / 1e-6 for i in range(len(names))]
    )
    where = phase.positions(cell, radiation.alpha1, fit.shift_deg)
    shown = tuple(
        ("".join(str(i) for i in phase.reflections.hkl[one].tolist()), float(where[one]))
        for one in clear.tolist()
    )
    return Lattice(
        cell,
        errors,
        volume,
        float(np.hypot(np.sqrt(max(float(slope @ covariance @ slope), 0.0)), FLOOR * volume)),
        fit.shift_deg,
        fit.shift_error_deg,
        shown,
    )
