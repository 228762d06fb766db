"""Line by line: is each line of a phase there that should be?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interlayer.surface.xrd.crystal.cell import Cell
from interlayer.surface.xrd.fitting.lines import PhaseLines
from interlayer.surface.xrd.fitting.whole import Shape, signal_of
from interlayer.surface.xrd.radiation import Radiation

FloatArray = NDArray[np.float64]

MEANT: Final = 5.0
"""A line counts if it should stand out by so many standard deviations."""
_SEEN: Final = 3.0
_SHARE: Final = 0.3
_NEAR: Final = 1.2
_STRONG: Final = 0.05


@dataclass(frozen=True)
class Evidence:
    """How the lines of a phase answer.

    Attributes
    ----------
    meant, seen : int
        Lines that should stand out; those of them that do.
    share : float
        Calculated intensity of those seen over that of those meant; 0 if none is.
    best : float
        Significance of the most significant line.
    """

    meant: int
    seen: int
    share: float
    best: float


def evidence(
    x: FloatArray,
    rest: FloatArray,
    variance: FloatArray,
    phase: PhaseLines,
    cell: Cell,
    scale: float,
    radiation: Radiation,
    shape: Shape,
    shift_deg: float,
    size_deg: float = 0.0,
) -> Evidence:
    """Return how the lines of a phase answer in what all others leave.

    Parameters
    ----------
    x, rest, variance : array, shape (n,)
        `rest`: the pattern less background and all other phases; `variance`: of noise and of their misfit.
    scale : float
        Of the phase in the fit.
    """
    centre = phase.positions(cell, radiation.lines[0][0], shift_deg)
    inside = np.isfinite(centre) & (centre > x[0]) & (centre < x[-1])
    strong = inside & (phase.intensity > _STRONG * phase.intensity.max(initial=0.0))
    whole = scale * signal_of(x, phase, cell, radiation, shape, shift_deg, size_deg)
    meant = seen = 0
    expected = found = best = 0.0
    done = np.zeros(0)
    for number in np.flatnonzero(strong)[np.argsort(-phase.intensity[strong])].tolist():
        at = float(centre[number])
        width = float(shape.fwhm(np.array(at))) + size_deg / float(np.cos(np.radians(at) / 2.0))
        if np.any(np.abs(done - at) < _NEAR * width):
            continue  # counted with the stronger line beside it
        done = np.append(done, at)
        window = np.abs(x - at) < 2.0 * width
        if window.sum() < 5:
            continue
        weight = 1.0 / variance[window]
        own = whole[window]
        level = np.vstack([np.ones(own.size), x[window] - at])
        normal = (level * weight) @ level.T
        flat = own - level.T @ np.linalg.solve(normal, (level * weight) @ own)
        norm = float(np.sqrt(np.sum(weight * flat**2)))
        if norm <= 0.0:
            continue
        measured = float(np.sum(weight * flat * rest[window])) / norm
        best = max(best, measured)
        if norm >= MEANT:
            meant += 1
            expected += float(phase.intensity[number])
            if measured >= max(_SEEN, _SHARE * norm):
                seen += 1
                found += float(phase.intensity[number])
    return Evidence(meant, seen, found / expected if expected else 0.0, best)
