"""By which law a resistance grows: linear, parabolic, logarithmic or saturating, or that the points cannot tell.

    linear       R = R_0 + k t                    reaction-limited growth
    parabolic    R = R_0 + k t^(1/2)              growth limited by transport through what has grown
    logarithmic  R = R_0 + k ln(1 + t/tau)        growth that its own product blocks
    saturating   R = R_0 + k (1 - exp(-t/tau))    growth that comes to an end

Each is fitted by least squares, points weighted by their errors up to a common factor: what a spectrum does not
tell about its own error (contact, drift) scatters the points too. The laws are compared by Akaike's criterion with
its correction for few points (Hurvich and Tsai, Biometrika 76 (1989) 297). A law is named only if every other one
fits worse by at least `CLEAR` in -2 ln(likelihood): that few points punish a third constant rules nothing out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize_scalar

from interlayer.errors import InputError

FloatArray = NDArray[np.float64]
Shape = Callable[[FloatArray, float], FloatArray]

CLEAR: Final = 6.0
"""-2 ln(likelihood) above that of the best from which a law is ruled out: one in twenty, exp(-3)."""
BEYOND: Final = 3.0
"""Time constant over the time measured from which a law with one is but a straight line."""
LEAST_SHARE: Final = 1e-4
"""Relative scatter below which points are not believed: closed forms without noise do not prove a law."""


@dataclass(frozen=True)
class LawFit:
    """One law fitted to the points.

    Attributes
    ----------
    law : str
        'linear', 'parabolic', 'logarithmic' or 'saturating'.
    start_ohm, start_stderr_ohm : float
        R_0 and its standard error.
    rate, rate_stderr : float
        k and its standard error, in `rate_unit`.
    rate_unit : str
        'ohm/h', 'ohm/h^0.5' or 'ohm'.
    time_h, time_stderr_h : float or None
        tau and its standard error; None for laws without.
    scatter : float
        Root of the reduced sum of squares: 1 if points scatter as their errors say.
    aicc : float
        Infinite if there are too few points for this law.
    misfit : float
        -2 ln(likelihood), up to what is common to all laws.
    """

    law: str
    start_ohm: float
    start_stderr_ohm: float | None
    rate: float
    rate_stderr: float | None
    rate_unit: str
    time_h: float | None
    time_stderr_h: float | None
    scatter: float
    aicc: float
    misfit: float

    def at(self, time_h: ArrayLike) -> FloatArray:
        """Return R in ohm at times in h."""
        t = np.asarray(time_h, dtype=np.float64)
        return self.start_ohm + self.rate * _SHAPES[self.law][0](t, self.time_h or 1.0)


@dataclass(frozen=True)
class GrowthLaw:
    """What the points say about the law of growth.

    Attributes
    ----------
    law : str or None
        The law, or None if the points cannot tell or do not grow.
    verdict : str
        In words: which law, or which ones remain and why.
    fits : tuple of LawFit
        All laws that could be fitted, best first.
    possible : tuple of str
        Laws that the points do not rule out.
    points : int
    """

    law: str | None
    verdict: str
    fits: tuple[LawFit, ...]
    possible: tuple[str, ...]
    points: int


def _linear(t: FloatArray, _: float) -> FloatArray:
    return t


def _root(t: FloatArray, _: float) -> FloatArray:
    return np.sqrt(np.maximum(t, 0.0))


def _logarithm(t: FloatArray, tau: float) -> FloatArray:
    return np.log1p(np.maximum(t, 0.0) / tau)


def _saturation(t: FloatArray, tau: float) -> FloatArray:
    return -np.expm1(-t / tau)


_SHAPES: Final[dict[str, tuple[Shape, str, bool]]] = {
    "linear": (_linear, "ohm/h", False),
    "parabolic": (_root, "ohm/h^0.5", False),
    "logarithmic": (_logarithm, "ohm", True),
    "saturating": (_saturation, "ohm", True),
}
"""Shape, unit of k, and whether it has a time constant."""


def growth_law(
    time_h: ArrayLike, resistance_ohm: ArrayLike, stderr_ohm: ArrayLike | None = None
) -> GrowthLaw:
    """Fit the four laws to resistances against time and say which one holds, if the points can tell.

    Parameters
    ----------
    time_h, resistance_ohm : array (n,)
        Since the start of growth; points that are not finite are left out.
    stderr_ohm : array (n,), optional
        Standard errors; the scatter of the points counts instead where it is larger. Unknown ones take the
        median of the others.

    Raises
    ------
    InputError
        If the lengths differ or a time is negative.
    """
    t = np.asarray(time_h, dtype=np.float64).ravel()
    r = np.asarray(resistance_ohm, dtype=np.float64).ravel()
    e = np.full(t.shape, np.nan) if stderr_ohm is None else np.asarray(stderr_ohm, dtype=np.float64).ravel()
    if not t.size == r.size == e.size:
        raise InputError(f"{t.size} times stand against {r.size} resistances and {e.size} errors")
    good = np.isfinite(t) & np.isfinite(r)
    t, r, e = t[good], r[good], e[good]
    if (t < 0).any():
        raise InputError(f"a time of {t.min():.4g} h lies before the start", advice="count from the start")
    n = t.size
    distinct = np.unique(t).size
    if distinct < 3:
        return GrowthLaw(None, f"{_count(n)} cannot tell: three times are the least for any law", (), (), n)
    sigma = _sigma(e, r)
    least = 1.0 if (np.isfinite(e) & (e > 0)).any() else 0.0
    fits = [fit for law in _SHAPES if (fit := _fit(law, t, r, sigma, least)) is not None]
    fits.sort(key=lambda f: (f.aicc, f.scatter))
    straight = {f.law for f in fits if f.time_h is not None and f.time_h > BEYOND * float(np.ptp(t))}
    flat = _aicc(float((((r - np.average(r, weights=sigma**-2)) / sigma) ** 2).sum()), n, 1, r, sigma)
    return _judged(fits, straight, flat, n)


def _judged(fits: list[LawFit], straight: set[str], flat: float, n: int) -> GrowthLaw:
    """Name the law that all others are clearly behind; a law that has become a straight line is no other."""
    testable = [f for f in fits if np.isfinite(f.aicc) and f.law not in straight]
    if not testable:
        names = tuple(f.law for f in fits)
        return GrowthLaw(
            None,
            f"{_count(n)} cannot tell: each law passes them as closely as its freedom allows",
            tuple(fits),
            names,
            n,
        )
    best = testable[0]
    if flat < best.aicc + CLEAR and flat <= best.aicc:
        return GrowthLaw(None, "no growth beyond the scatter of the points", tuple(fits), (), n)
    untested = [f.law for f in fits if not np.isfinite(f.aicc)]
    possible = tuple(
        f.law
        for f in fits
        if f.law not in straight and (not np.isfinite(f.aicc) or f.misfit - best.misfit < CLEAR)
    )
    if possible == (best.law,) and flat - best.aicc >= CLEAR:
        grows = "falls" if best.rate < 0 else "grows"
        return GrowthLaw(best.law, f"{grows} by the {best.law} law", tuple(fits), possible, n)
    more = f"; too few points to test {' and '.join(untested)}" if untested else ""
    also = " or no growth at all" if flat - best.aicc < CLEAR else ""
    left = ", ".join(possible)
    return GrowthLaw(
        None, f"{_count(n)} cannot tell: {left}{also} remain possible{more}", tuple(fits), possible, n
    )


_WORDS: Final = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def _count(n: int) -> str:
    return f"{_WORDS[n] if n < len(_WORDS) else n} point{'s' if n != 1 else ''}"


def _sigma(e: FloatArray, r: FloatArray) -> FloatArray:
    """Relative weights as standard deviations; what is unknown is taken as typical."""
    known = np.isfinite(e) & (e > 0)
    if not known.any():
        return np.full(r.shape, max(float(np.abs(r).mean()), 1e-300))
    typical = float(np.median(e[known]))
    # one spectrum that fits by luck must not decide alone
    return np.maximum(np.where(known, e, typical), 0.3 * typical)


def _fit(law: str, t: FloatArray, r: FloatArray, sigma: FloatArray, least: float) -> LawFit | None:
    shape, unit, timed = _SHAPES[law]
    count = 3 if timed else 2
    if np.unique(t).size < count:
        return None
    tau: float | None = None
    if timed:
        span = float(np.ptp(t))
        grid = np.geomspace(0.02 * span, 20.0 * span, 61)
        best = int(np.argmin([_linear_fit(shape(t, x), r, sigma)[0] for x in grid]))
        ends = np.log(grid[max(best - 1, 0)]), np.log(grid[min(best + 1, 60)])
        found = minimize_scalar(
            lambda x: _linear_fit(shape(t, float(np.exp(x))), r, sigma)[0], bounds=ends, method="bounded"
        )
        tau = float(np.exp(found.x))
    squares, start, rate = _linear_fit(shape(t, tau or 1.0), r, sigma)
    columns = [np.ones_like(t), shape(t, tau or 1.0)]
    if tau is not None:
        step = 1e-5 * tau
        columns.append(rate * (shape(t, tau + step) - shape(t, tau - step)) / (2 * step))
    spare = t.size - count
    scatter = float(np.sqrt(squares / spare)) if spare > 0 else 0.0
    # points that happen to lie on the curve are no better than their errors
    errors = _errors(np.array(columns) / sigma, max(scatter, least)) if spare > 0 else [None] * count
    return LawFit(
        law=law,
        start_ohm=start,
        start_stderr_ohm=errors[0],
        rate=rate,
        rate_stderr=errors[1],
        rate_unit=unit,
        time_h=tau,
        time_stderr_h=errors[2] if timed else None,
        scatter=scatter,
        aicc=_aicc(squares, t.size, count, r, sigma),
        misfit=_misfit(squares, t.size, r, sigma),
    )


def _errors(columns: FloatArray, scatter: float) -> list[float | None]:
    size = np.sqrt((columns**2).sum(axis=1))
    if not (size > 0).all():
        return [None] * len(columns)
    unit = columns / size[:, None]
    normal = unit @ unit.T
    if np.linalg.cond(normal) > 1e12:
        return [None] * len(columns)
    variance = np.diag(np.linalg.inv(normal))
    return [float(scatter * np.sqrt(v) / s) for v, s in zip(variance, size, strict=True)]


def _linear_fit(x: FloatArray, r: FloatArray, sigma: FloatArray) -> tuple[float, float, float]:
    """Weighted straight line: sum of squares, intercept, slope."""
    w = sigma**-2
    mean_x, mean_r = float(np.average(x, weights=w)), float(np.average(r, weights=w))
    spread = float((w * (x - mean_x) ** 2).sum())
    slope = float((w * (x - mean_x) * (r - mean_r)).sum()) / spread if spread > 0 else 0.0
    start = mean_r - slope * mean_x
    return float((w * (r - start - slope * x) ** 2).sum()), start, slope


def _aicc(squares: float, n: int, parameters: int, r: FloatArray, sigma: FloatArray) -> float:
    """AICc with an unknown common factor of the errors, which counts as a parameter."""
    k = parameters + 1
    spare = n - k - 1
    if spare <= 0:
        return float("inf")
    return _misfit(squares, n, r, sigma) + 2 * k + 2 * k * (k + 1) / spare


def _misfit(squares: float, n: int, r: FloatArray, sigma: FloatArray) -> float:
    return n * float(np.log(squares / n + np.mean((LEAST_SHARE * r / sigma) ** 2)))
