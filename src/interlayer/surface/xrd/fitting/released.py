"""The same phases with intensities set free within bounds: what remains is then foreign, not texture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d
from scipy.optimize import lsq_linear

from interlayer.surface.xrd.fitting.profile import places, pseudo_voigt
from interlayer.surface.xrd.fitting.whole import Whole, splines
from interlayer.surface.xrd.radiation import Radiation

FloatArray = NDArray[np.float64]

FACTOR: Final = 3.0
"""A line may be so much stronger or weaker than calculated. More would let a line of a phase swallow a foreign one."""
_TOGETHER: Final = 0.6
_SMEAR: Final = 1.5
_CLEAR: Final = 10.0
_MISFITS: Final = (0.01, 0.30)
_FAINT: Final = 2e-4


@dataclass(frozen=True)
class Released:
    """A model with free intensities.

    Attributes
    ----------
    model : array, shape (n,)
    misfit : float
        How far it is off at strong peaks, as a share of them.
    variance : array, shape (n,)
        Of noise and misfit together.
    """

    model: FloatArray
    misfit: float
    variance: FloatArray


def released(
    x: FloatArray, y: FloatArray, variance: FloatArray, whole: Whole, radiation: Radiation
) -> Released:
    """Return the model with free intensities and how far it is off.

    Parameters
    ----------
    x, y, variance : array, shape (n,)
    whole : Whole
        The fit with calculated intensities.

    Returns
    -------
    Released
        The misfit of a peak's shape, estimated from strong peaks, is in the variance around every peak.
    """
    columns = _groups(x, whole, radiation)
    smooth = splines(x)
    if len(columns):
        design = np.concatenate([columns, smooth])
        weight = 1.0 / (variance + (0.02 * np.maximum(whole.signal, 0.0)) ** 2)
        scaled = design * np.sqrt(weight)
        norm = np.linalg.norm(scaled, axis=1)
        norm[norm == 0.0] = 1.0
        scaled = scaled / norm[:, None]
        normal = scaled @ scaled.T
        normal[np.diag_indices(len(normal))] += 1e-8
        factor = np.linalg.cholesky(normal)
        right = np.linalg.solve(factor, scaled @ (y * np.sqrt(weight)))
        low = np.concatenate([np.full(len(columns), 1.0 / FACTOR), np.zeros(len(smooth))]) * norm
        high = np.concatenate([np.full(len(columns), FACTOR), np.full(len(smooth), np.inf)]) * norm
        found = lsq_linear(factor.T, right, bounds=(low, high), method="bvls", max_iter=400).x / norm
        model = found @ design
        signal = found[: len(columns)] @ columns
    else:
        model, signal = whole.model, whole.signal
    around = _around(x, signal, whole)
    clear = around > _CLEAR * np.sqrt(variance)
    misfit = _MISFITS[0]
    if clear.sum() > 20:
        misfit = float(np.clip(np.quantile(np.abs(y - model)[clear] / around[clear], 0.9), *_MISFITS))
    return Released(model, misfit, with_misfit(x, variance, signal, whole, misfit))


def with_misfit(
    x: FloatArray, variance: FloatArray, signal: FloatArray, whole: Whole, misfit: float
) -> FloatArray:
    """Return the variance of noise and of the misfit of a signal's peaks together, shape (n,).

    A misfit of shape is one over a whole peak: its points err together, which a variance can only say by being larger.
    """
    together = max(1.0, float(np.median(whole.shape.fwhm(x))) / float(np.median(np.diff(x))))
    return variance + together * (misfit * _around(x, signal, whole)) ** 2


def _around(x: FloatArray, signal: FloatArray, whole: Whole) -> FloatArray:
    """Return the highest signal within the reach of a misfit, shape (n,)."""
    width = float(np.median(whole.shape.fwhm(x)))
    reach = 2 * max(1, round(_SMEAR * width / float(np.median(np.diff(x))))) + 1
    return maximum_filter1d(np.maximum(signal, 0.0), reach)


def _groups(x: FloatArray, whole: Whole, radiation: Radiation) -> FloatArray:
    """Return one row for each line or set of lines that cannot be told apart, as the fit has them; shape (g, n)."""
    rows: list[FloatArray] = []
    for phase, cell, scale, size in zip(
        whole.phases, whole.cells, whole.scales.tolist(), whole.sizes_deg.tolist(), strict=True
    ):
        if scale <= 0.0:
            continue
        first = phase.positions(cell, radiation.lines[0][0], whole.shift_deg)
        inside = np.flatnonzero(np.isfinite(first) & (first > x[0] - 2.0) & (first < x[-1] + 2.0))
        inside = inside[phase.intensity[inside] > _FAINT * phase.intensity.max()]
        if not len(inside):
            continue
        inside = inside[np.argsort(first[inside])]
        width = whole.shape.fwhm(first[inside]) + size / np.cos(np.radians(first[inside]) / 2.0)
        group = np.concatenate([[0], np.cumsum(np.diff(first[inside]) > _TOGETHER * width[1:])])
        count = int(group[-1]) + 1
        out = np.zeros((count, len(x)))
        for wavelength, weight in radiation.lines:
            centre = phase.positions(cell, wavelength, whole.shift_deg)[inside]
            fwhm = whole.shape.fwhm(centre) + size / np.cos(np.radians(centre) / 2.0)
            points, which = places(x, centre, fwhm, 12.0)
            area = scale * weight * phase.intensity[inside]
            values = area[which] * pseudo_voigt(
                x[points] - centre[which], fwhm[which], whole.shape.eta, whole.shape.skew(centre)[which]
            )
            flat = np.bincount(group[which] * len(x) + points, weights=values, minlength=count * len(x))
            out += flat.reshape(count, len(x))
        rows.append(out[out.max(axis=1) > 0.0])
    return np.concatenate(rows) if rows else np.zeros((0, len(x)))
