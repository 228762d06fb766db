"""Whether a column of imaginary parts holds Z'' or -Z'': what the numbers themselves show.

A linear, stable cell obeys the Kramers-Kronig relations, of which the local approximation

    Im Z(omega) ~ (pi/2) d Re Z / d ln omega

holds for slowly varying spectra. A series inductance adds to Im and nothing to the slope, so that a spectrum
that is inductive at high frequency still shows its sign at low frequency.

Source: B. A. Boukamp, J. Electrochem. Soc. 142 (1995) 1885, on the Kramers-Kronig relations of impedances.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

_CLEAR: Final = 0.3
"""Correlation from which on the slope of the real part tells the sign."""


def evidence(frequency: FloatArray, real: FloatArray, imaginary: FloatArray) -> tuple[int, str]:
    """Say what the numbers show about the sign of the imaginary parts.

    Parameters
    ----------
    frequency, real, imaginary : ndarray
        Shape (n,), Hz and ohm, in any order; one spectrum or several.

    Returns
    -------
    tuple of int and str
        1 if the column holds Z'' (negative for a capacitor), -1 if it holds -Z'', 0 if nothing shows it; and
        the reason in words.
    """
    known = np.isfinite(frequency) & np.isfinite(real) & np.isfinite(imaginary) & (frequency > 0)
    f, re, im = frequency[known], real[known], imaginary[known]
    if not len(f):
        return 0, "there is no point"
    slope = correlation(f, re, im)
    if abs(slope) >= _CLEAR:
        sign = 1 if slope > 0 else -1
        words = "rises" if sign < 0 else "falls"
        return sign, f"where the real part falls with frequency the imaginary part {words} from zero"
    positive = float((im > 0).mean())
    if positive >= 0.8 or positive <= 0.2:
        share = max(positive, 1 - positive)
        side = "above" if positive > 0.5 else "below"
        return (-1 if positive > 0.5 else 1), f"{share:.0%} of the imaginary parts are {side} zero"
    return 0, "the numbers do not show it"


def correlation(frequency: FloatArray, real: FloatArray, imaginary: FloatArray) -> float:
    """Correlation of Im with d Re / d ln f over neighbouring points of falling or rising sweeps.

    Parameters
    ----------
    frequency, real, imaginary : ndarray
        Shape (n,), in the order of measurement.

    Returns
    -------
    float
        From -1 to 1; 0 if there are fewer than four points or nothing changes.
    """
    if len(frequency) < 4:
        return 0.0
    step = np.diff(np.log(frequency))
    usable = (np.abs(step) > 1e-9) & (np.abs(step) < 2.5)
    if usable.sum() < 3:
        return 0.0
    slope = np.diff(real)[usable] / step[usable]
    middle = ((imaginary[1:] + imaginary[:-1]) / 2)[usable]
    # Weighted by the modulus, so that neither the largest arc nor the noise of the smallest decides alone.
    size = np.hypot(((real[1:] + real[:-1]) / 2)[usable], middle)
    slope, middle = slope / np.where(size > 0, size, 1.0), middle / np.where(size > 0, size, 1.0)
    norm = float(np.sqrt((slope**2).sum() * (middle**2).sum()))
    return float((slope * middle).sum()) / norm if norm > 0 else 0.0
