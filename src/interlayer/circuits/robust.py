"""Weights that keep stray points from deciding a fit."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from interlayer.circuits.data import SpectrumData
from interlayer.circuits.elements.base import FloatArray
from interlayer.record import Finding

FREEDOM = 4.0
"""Degrees of freedom of Student's distribution; normal noise would be infinity."""
NAMED_BELOW = 0.25
_MEDIAN = 2.0 * float(np.log(2.0))
"""Median of chi squared with two degrees of freedom."""


def student_weights(residual: FloatArray) -> FloatArray:
    """Share of its weight that each point keeps, 1 for points on the fit's side of the noise.

    Maximum likelihood with bivariate Student noise, by reweighting (Lange, Little and Taylor, J. Am. Stat.
    Assoc. 84 (1989) 881); the scale is taken from the median, which stray points do not move. Points
    within the noise keep their full weight, so that clean spectra are fitted as without it.

    Parameters
    ----------
    residual : array (2 n,)
        Weighted residuals of real parts, then imaginary parts.

    Returns
    -------
    share : array (n,)
    """
    square = np.sum(residual.reshape(2, -1) ** 2, axis=0)
    scale = max(float(np.median(square)) / _MEDIAN, 1e-300)
    return np.minimum(1.0, (FREEDOM + _INNER) / (FREEDOM + square / scale))


_INNER = 9.0
"""Squared distance in units of the noise up to which a point keeps its full weight: one in ninety lies beyond."""


def weighed_down(data: SpectrumData, share: FloatArray) -> Iterator[Finding]:
    """Name the points that lost most of their weight."""
    lost = np.flatnonzero(share < NAMED_BELOW)
    if lost.size:
        where = ", ".join(f"{data.frequency_Hz[k]:.4g} Hz" for k in lost[:5])
        yield Finding(
            "points weighed down",
            f"{lost.size} of {share.size} lie far from the fit and count less than a quarter: {where}",
            rows=int(lost.size),
        )
