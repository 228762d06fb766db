"""Whether a column of imaginary parts holds Z'' or -Z'': what the numbers themselves show.

A linear, stable cell obeys the Kramers-Kronig relations, of which the local approximation

    Im Z(omega) ~ (pi/2) d Re Z / d ln omega

holds for slowly varying spectra. A series inductance adds omega L to Im and nothing to the slope; it is fitted
along, so that a spectrum that is inductive at high frequency still shows its sign.

Source: B. A. Boukamp, J. Electrochem. Soc. 142 (1995) 1885, on the Kramers-Kronig relations of impedances.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

_CLEAR: Final = 4.0
"""Standard errors by which the slope must differ from zero to tell the sign."""
_LINEAR: Final = 0.95
"""Share of the imaginary parts' squares from which on Im ~ omega alone: a wire's inductance, or a capacitor far
above the range, which look alike with opposite signs."""
_CAPACITIVE: Final = 0.02
"""Im over |Z| from which on the lowest frequencies tell the sign: beyond noise."""
_LARGEST_STEP: Final = 2.5
"""Neighbours further apart than this, in ln f, have no slope between them."""


def evidence(frequency: FloatArray, real: FloatArray, imaginary: FloatArray) -> tuple[int, str]:
    """Say what the numbers show about the sign of the imaginary parts.

    Parameters
    ----------
    frequency, real, imaginary : ndarray
        Shape (n,), Hz and ohm, in the order of measurement; one spectrum or several.

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
    with np.errstate(all="ignore"):  # damaged files hold numbers up to the largest there are
        slope, share = _fit(f, re, im)
    if share >= _LINEAR:
        return 0, "the imaginary part grows with the frequency alone, as that of a wire, which shows no sign"
    if abs(slope) >= _CLEAR:
        sign = 1 if slope > 0 else -1
        side = "below" if sign > 0 else "above"
        return sign, f"the imaginary part lies {side} zero where the real part falls with frequency"
    # Where no slope is seen, as between blocking electrodes: at low frequency a cell is a capacitor, not a wire.
    lowest = np.argsort(f, kind="stable")[: max(3, len(f) // 3)]
    positive = float((im[lowest] > 0).mean())
    angle = float(np.median(np.abs(im[lowest]) / np.maximum(np.hypot(re[lowest], im[lowest]), 1e-300)))
    if positive in (0.0, 1.0) and angle > _CAPACITIVE:
        side = "above" if positive else "below"
        return (-1 if positive else 1), f"all imaginary parts at the lowest frequencies lie {side} zero"
    return 0, "the numbers do not show it"


def _fit(f: FloatArray, re: FloatArray, im: FloatArray) -> tuple[float, float]:
    """Fit Im = a (pi/2) d Re / d ln f + omega L between neighbouring points, weighted by 1/|Z|.

    Returns a over its standard error, and the share of Im that omega L alone explains; zeros if there are too
    few points.
    """
    if len(f) < 6:
        return 0.0, 0.0
    step = np.diff(np.log(f))
    usable = (np.abs(step) > 1e-9) & (np.abs(step) < _LARGEST_STEP)
    size = np.hypot(re[1:] + re[:-1], im[1:] + im[:-1]) / 2
    usable &= size > 0
    if usable.sum() < 5:
        return 0.0, 0.0
    weight = 1 / size[usable]
    middle = ((im[1:] + im[:-1]) / 2)[usable] * weight
    omega = np.sqrt(f[1:] * f[:-1])[usable] * weight
    slope = (np.diff(re)[usable] / step[usable]) * (np.pi / 2) * weight
    design = np.column_stack([slope, omega])
    scale = np.linalg.norm(design, axis=0)
    if not (np.isfinite(scale).all() and np.isfinite(middle).all()):
        return 0.0, 0.0
    if not (scale > 0).all():
        scale = np.where(scale > 0, scale, 1.0)
    fit, _, _, _ = np.linalg.lstsq(design / scale, middle, rcond=1e-10)
    rest = middle - design / scale @ fit
    variance = float(rest @ rest) / max(len(rest) - 2, 1)
    spread = np.sqrt(
        np.maximum(np.diag(np.linalg.pinv((design / scale).T @ (design / scale))) * variance, 1e-300)
    )
    total = float(middle @ middle)
    along = float(middle @ (omega / scale[1])) ** 2 / total if total > 0 else 0.0
    return float(fit[0] / spread[0]), along
