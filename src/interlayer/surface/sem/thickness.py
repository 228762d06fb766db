"""Thickness of the layer and its distribution along it, with what makes it uncertain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interlayer.surface.sem.boundaries import Boundaries

FloatArray = NDArray[np.float64]

EDGE_SHARE: Final = 0.25
"""Of an edge's blur, that its place is uncertain by: the half level is known to a tenth of the step."""


@dataclass(frozen=True)
class Thickness:
    """Lengths in pixels, along the normal of the layer; columns without layer are not counted in.

    Attributes
    ----------
    mean, median, sd, p05, p95 : float
        `sd` without the noise of single columns.
    edge_error, sampling_error : float
        Standard errors of the mean: place of both edges; finite length of the image.
    correlation : float
        Length over which the thickness is alike, columns.
    independent : float
        Number of independent places that the image shows.
    roughness : tuple of float
        Root mean square of upper and lower boundary about a straight line, along the normal.
    gaps : tuple of (int, int)
        First and last column of each place without layer.
    gap_fraction : float
        Of the judged columns.
    not_judged, columns : int
        Columns in which a boundary cannot be seen; all columns.
    """

    mean: float
    median: float
    sd: float
    p05: float
    p95: float
    edge_error: float
    sampling_error: float
    correlation: float
    independent: float
    roughness: tuple[float, float]
    gaps: tuple[tuple[int, int], ...]
    gap_fraction: float
    not_judged: int
    columns: int


def measure(found: Boundaries) -> Thickness:
    """Return the statistics of the thickness."""
    good = found.judged & ~found.gap
    values = found.thickness
    chosen = values[good]
    noise = _column_noise(values, good)
    sd = float(np.sqrt(max(0.0, float(np.var(chosen)) - noise)))
    correlation, independent = _independent(values, good)
    edge = EDGE_SHARE * float(np.hypot(*found.blur)) * found.cosine
    p05, median, p95 = (float(v) for v in np.percentile(chosen, [5, 50, 95]))
    return Thickness(
        float(chosen.mean()),
        median,
        sd,
        p05,
        p95,
        edge,
        float(np.std(chosen)) / np.sqrt(independent),
        correlation,
        independent,
        (_roughness(found.upper, good) * found.cosine, _roughness(found.lower, good) * found.cosine),
        runs(found.gap),
        float(found.gap.sum() / found.judged.sum()),
        int((~found.judged).sum()),
        int(values.size),
    )


def runs(mask: NDArray[np.bool_]) -> tuple[tuple[int, int], ...]:
    """First and last index of each run of True."""
    ends = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    return tuple((int(a), int(b) - 1) for a, b in zip(ends[::2], ends[1::2], strict=True))


def _column_noise(values: FloatArray, good: NDArray[np.bool_]) -> float:
    """Variance of what neighbouring columns do not share: third differences, which a smooth curve has not."""
    if values.size < 8:
        return 0.0
    third = np.diff(values, 3)
    whole = good[:-3] & good[1:-2] & good[2:-1] & good[3:]
    if whole.sum() < 8:
        return 0.0
    return float((1.4826 * np.median(np.abs(third[whole]))) ** 2 / 20.0)


def _independent(values: FloatArray, good: NDArray[np.bool_]) -> tuple[float, float]:
    """Correlation length and number of independent places, from the autocorrelation up to its first zero."""
    count = int(good.sum())
    rest = np.where(good, values - values[good].mean(), 0.0)
    size = int(2 ** np.ceil(np.log2(2 * values.size)))
    power = np.abs(np.fft.rfft(rest, size)) ** 2
    pairs = np.fft.irfft(np.abs(np.fft.rfft(good.astype(np.float64), size)) ** 2, size)[: values.size]
    sums = np.fft.irfft(power, size)[: values.size]
    alike = np.where(pairs > 0.5, sums / np.maximum(pairs, 1.0), 0.0)
    if alike[0] <= 0.0:
        return 1.0, float(count)
    alike = alike[: max(2, count // 3)] / alike[0]
    below = np.flatnonzero(alike <= 0.0)
    until = int(below[0]) if below.size else alike.size
    length = float(1.0 + 2.0 * alike[1:until].sum())
    return length, float(max(1.0, count / length))


def _roughness(boundary: FloatArray, good: NDArray[np.bool_]) -> float:
    x = np.arange(boundary.size)[good]
    y = boundary[good]
    rest = y - np.polyval(np.polyfit(x, y, 1), x)
    noise = _column_noise(boundary, good)
    return float(np.sqrt(max(0.0, float(np.mean(rest**2)) - noise)))
