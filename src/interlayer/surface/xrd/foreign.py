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
_FAINT_LINE: Final = 0.005
_TUBE_FROM: Final = 0.15
_MOST_BETA: Final = 0.15
_MOST_TUNGSTEN: Final = 0.05
"""Height of an image over that of its line; more is not left behind by any filter or mirror."""
HIGHEST_IMAGE_DEG: Final = 95.0


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
    found: Sequence[PhaseLines] = (),
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
    found : sequence of PhaseLines
        Those of them that are known to be there: named first, and by their faint lines too.
    threshold : float
        Least significance.
    """
    width = float(np.median(whole.shape.fwhm(x)))
    seen = peaks.find(x, residual, variance, width, threshold)
    top = float(np.max(whole.signal, initial=0.0)) or float(np.ptp(residual))
    angles = [
        p.two_theta_deg - whole.shift_deg * float(np.cos(np.radians(p.two_theta_deg) / 2.0)) for p in seen
    ]
    kept: list[ForeignPeak] = []
    for one in seen:
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
                tuple(
                    dict.fromkeys(
                        (
                            *_candidates(spacing, width, at, found, _FAINT_LINE),
                            *_candidates(spacing, width, at, candidates, _LINE),
                        )
                    )
                ),
                _tube(true, one.height / top, width, whole, radiation, angles),
            )
        )
    return tuple(kept)


def _candidates(
    spacing: float, width: float, at: float, phases: Sequence[PhaseLines], least: float
) -> tuple[str, ...]:
    """Return phases with a line of weight within the strain that a cell may have, nearest first."""
    angle = _NEAR * np.radians(width) / 2.0 / np.tan(np.radians(at) / 2.0)
    near: list[tuple[float, str]] = []
    for phase in phases:
        strong = phase.intensity >= least * phase.intensity.max(initial=0.0)
        if not np.any(strong):
            continue
        off = float(np.min(np.abs(phase.reflections.d[strong] / spacing - 1.0)))
        if off <= max(_STRAIN, float(angle)):
            near.append((off, phase.phase.name))
    return tuple(name for _, name in sorted(near)[:6])


def _tube(
    true: float, height: float, width: float, whole: Whole, radiation: Radiation, seen: Sequence[float]
) -> str:
    """Return the line of the tube, other than K-alpha, whose image of a strong line lies here.

    The image of the strongest line has to be seen too, where it lies in the range: a tube does not pick lines.
    """
    lines: list[tuple[str, float, float]] = []
    if radiation.beta is not None and radiation.alpha2 is not None:
        lines.append(("K-beta", radiation.beta, _MOST_BETA))
    if radiation.anode in ("Cu", "Co") and radiation.alpha2 is not None:
        lines.append(("W L-alpha", TUNGSTEN_L, _MOST_TUNGSTEN))
    tops = [one.intensity * s for one, s in zip(whole.phases, whole.scales.tolist(), strict=True)]
    most = max((float(one.max(initial=0.0)) for one in tops), default=0.0)
    near = max(_NEAR * width, 0.08)
    for name, wavelength, share in lines:
        for phase, cell, top in zip(whole.phases, whole.cells, tops, strict=True):
            if not len(top):
                continue
            where = phase.reflections.two_theta(wavelength, cell)
            own = np.flatnonzero((top >= _TUBE_FROM * most) & (np.abs(where - true) < near))
            own = own[height <= share * top[own] / most]
            if not len(own):
                continue
            first = float(where[int(np.argmax(top))])
            inside = LOWEST_DEG < first < HIGHEST_IMAGE_DEG
            if inside and abs(first - true) >= near and not any(abs(one - first) < near for one in seen):
                continue
            hkl = "".join(str(i) for i in phase.reflections.hkl[int(own[0])].tolist())
            return f"{name} of {phase.phase.name} {hkl}"
    return ""
