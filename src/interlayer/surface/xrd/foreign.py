"""Lines that the phases given do not have: found, told from those of the tube, and named where one fits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interlayer.surface.xrd.fitting.lines import PhaseLines
from interlayer.surface.xrd.fitting.whole import Whole
from interlayer.surface.xrd.processing import peaks
from interlayer.surface.xrd.radiation import TUNGSTEN_L, Radiation

FloatArray = NDArray[np.float64]

LOWEST_DEG: Final = 8.0
"""Below, the beam passes the sample and the background bends."""
_EDGE: Final = 2.0
_STRAIN: Final = 0.006
_NEAR: Final = 0.6
_LINE: Final = 0.10
_TUBE_FROM: Final = 0.15
_OVERLAP: Final = 0.02


@dataclass(frozen=True)
class ForeignPeak:
    """A line that no phase of the fit has.

    Attributes
    ----------
    two_theta_deg, d : float
        Position, degrees; spacing, angstrom.
    height : float
        Share of the highest peak of the pattern, both above background.
    significance : float
        In standard deviations of noise and misfit.
    candidates : tuple of str
        Phases of the library with a line there; positions only.
    tube : str
        Line of the tube that explains it, such as 'K-beta of LATP 113'; '' if none.
    """

    two_theta_deg: float
    d: float
    height: float
    significance: float
    candidates: tuple[str, ...] = ()
    tube: str = ""


def foreign_peaks(
    x: FloatArray,
    residual: FloatArray,
    variance: FloatArray,
    whole: Whole,
    radiation: Radiation,
    candidates: Sequence[PhaseLines],
    threshold: float = peaks.THRESHOLD,
) -> tuple[ForeignPeak, ...]:
    """Return the peaks of a residual.

    Parameters
    ----------
    x, residual, variance : array, shape (n,)
        Residual of the fit with free intensities; the variance holds its misfit.
    whole : Whole
        The fit: shape, displacement, phases.
    radiation : Radiation
    candidates : sequence of PhaseLines
        Phases that may have them.
    threshold : float
        Least significance.
    """
    width = float(np.median(whole.shape.fwhm(x)))
    found = peaks.find(x, residual, variance, width, threshold)
    top = float(np.max(whole.signal, initial=0.0)) or float(np.ptp(residual))
    kept: list[ForeignPeak] = []
    for one in found:
        at = one.two_theta_deg
        if at < LOWEST_DEG or at < x[0] + _EDGE * width or at > x[-1] - _EDGE * width:
            continue
        true = at - whole.shift_deg * float(np.cos(np.radians(at) / 2.0))
        spacing = radiation.alpha1 / (2.0 * float(np.sin(np.radians(true) / 2.0)))
        kept.append(
            ForeignPeak(
                at,
                spacing,
                one.height / top,
                one.significance,
                _candidates(spacing, width, at, candidates),
                _tube(true, width, whole, radiation),
            )
        )
    return tuple(kept)


def _candidates(spacing: float, width: float, at: float, phases: Sequence[PhaseLines]) -> tuple[str, ...]:
    """Return phases with a line of weight within the strain that a cell may have, nearest first."""
    angle = _NEAR * np.radians(width) / 2.0 / np.tan(np.radians(at) / 2.0)
    near: list[tuple[float, str]] = []
    for phase in phases:
        strong = phase.intensity >= _LINE * phase.intensity.max(initial=0.0)
        if not np.any(strong):
            continue
        off = float(np.min(np.abs(phase.reflections.d[strong] / spacing - 1.0)))
        if off <= max(_STRAIN, float(angle)):
            near.append((off, phase.phase.name))
    return tuple(name for _, name in sorted(near)[:6])


def _tube(true: float, width: float, whole: Whole, radiation: Radiation) -> str:
    """Return the line of the tube, other than K-alpha, whose image of a strong line lies here."""
    lines = [("K-beta", radiation.beta)] if radiation.beta else []
    if radiation.anode in ("Cu", "Co"):
        lines.append(("W L-alpha", TUNGSTEN_L))
    for name, wavelength in lines:
        for phase, cell, scale in zip(whole.phases, whole.cells, whole.scales.tolist(), strict=True):
            strong = phase.intensity * scale >= _TUBE_FROM * max(
                float((one.intensity * s).max(initial=0.0)) for one, s in zip(whole.phases, whole.scales, strict=True)
            )
            where = phase.reflections.two_theta(wavelength or 1.0, cell)
            near = strong & (np.abs(where - true) < max(_NEAR * width, 0.08))
            if np.any(near):
                hkl = "".join(str(i) for i in phase.reflections.hkl[int(np.argmax(near))].tolist())
                return f"{name} of {phase.phase.name} {hkl}"
    return ""
