"""Activation energy of a conductivity, in both forms in use, and what it may be extended to.

    sigma T = K exp(-E_a/(k T))          ions that hop: the field's usual form
    sigma   = sigma_0 exp(-E_a/(k T))    the plain form; its E_a is lower by about k T

The two cannot be told apart over a narrow range, so both are given with their criterion.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from interlayer.errors import InputError

FloatArray = NDArray[np.float64]
BOLTZMANN_EV_K: Final = 8.617333262e-5
"""eV/K, CODATA 2018."""
LEAST_POINTS: Final = 3


@dataclass(frozen=True)
class ArrheniusForm:
    """One of the two forms fitted.

    Attributes
    ----------
    form : {'sigma T', 'sigma'}
    activation_energy_eV, stderr_eV : float
    prefactor : float
        K in S K/m or sigma_0 in S/m.
    log_prefactor_stderr : float or None
        Standard error of its natural logarithm.
    correlation : float
        Of ln(prefactor) and E_a.
    scatter : float
        Root of the reduced sum of squares: 1 if points scatter as their errors say.
    aicc : float
    """

    form: str
    activation_energy_eV: float
    stderr_eV: float | None
    prefactor: float
    log_prefactor_stderr: float | None
    correlation: float
    scatter: float
    aicc: float


@dataclass(frozen=True)
class Arrhenius:
    """Conductivity of one part of a pellet against temperature.

    Attributes
    ----------
    name : str
        'bulk', 'grain boundary' or 'total'.
    hopping, plain : ArrheniusForm
        sigma T and sigma.
    lowest_K, highest_K : float
        Measured range.
    walls_K : tuple of float
        Temperatures across which nothing is extended: arcs swap order there.
    findings : tuple of str
    """

    name: str
    hopping: ArrheniusForm
    plain: ArrheniusForm
    lowest_K: float
    highest_K: float
    walls_K: tuple[float, ...] = ()
    findings: tuple[str, ...] = ()

    def at(self, temperature_K: float) -> tuple[float, float | None]:
        """Return the conductivity in S/m and its standard error from the sigma T form.

        Raises
        ------
        InputError
            If the temperature lies outside the measured range beyond one at which arcs swap order: which arc
            is which, and its resistance, rest on other evidence there.
        """
        low, high = sorted((temperature_K, min(max(temperature_K, self.lowest_K), self.highest_K)))
        wall = next((w for w in self.walls_K if low < w < high), None)
        if wall is not None:
            raise InputError(
                f"{self.name} conductivity is not extended to {temperature_K - 273.15:.0f} degC: "
                f"arcs swap order near {wall - 273.15:.0f} degC",
                advice="measure there",
            )
        form = self.hopping
        value = form.prefactor * float(np.exp(-form.activation_energy_eV / (BOLTZMANN_EV_K * temperature_K)))
        value /= temperature_K
        if form.stderr_eV is None or form.log_prefactor_stderr is None:
            return value, None
        slope = form.stderr_eV / (BOLTZMANN_EV_K * temperature_K)
        variance = form.log_prefactor_stderr**2 + slope**2
        variance -= 2.0 * form.correlation * form.log_prefactor_stderr * slope
        return value, value * float(np.sqrt(max(variance, 0.0)))


def arrhenius(
    name: str,
    temperature_K: ArrayLike,
    conductivity_S_m: ArrayLike,
    stderr_S_m: ArrayLike | None = None,
    *,
    walls_K: Sequence[float] = (),
) -> Arrhenius:
    """Fit both forms to conductivities at three temperatures or more.

    Parameters
    ----------
    name : str
        Of the part, for messages.
    temperature_K, conductivity_S_m : array (n,)
        Points that are not finite and positive are left out.
    stderr_S_m : array (n,), optional
        Standard errors; the scatter of the points counts instead where it is larger.
    walls_K : sequence of float
        Temperatures at which arcs swap order.

    Raises
    ------
    InputError
        If fewer than three temperatures are left.
    """
    t = np.asarray(temperature_K, dtype=np.float64).ravel()
    s = np.asarray(conductivity_S_m, dtype=np.float64).ravel()
    e = np.full(t.shape, np.nan) if stderr_S_m is None else np.asarray(stderr_S_m, dtype=np.float64).ravel()
    if not t.size == s.size == e.size:
        raise InputError(f"{t.size} temperatures stand against {s.size} conductivities")
    good = np.isfinite(t) & (t > 0) & np.isfinite(s) & (s > 0)
    t, s, e = t[good], s[good], e[good]
    if np.unique(t).size < LEAST_POINTS:
        raise InputError(
            f"{name}: {np.unique(t).size} temperatures are too few for an activation energy",
            advice=f"at least {LEAST_POINTS}",
        )
    relative, known = _relative(e / s)
    hopping, plain = (
        _form(form, t, s * (t if form == "sigma T" else 1.0), relative, known)
        for form in ("sigma T", "sigma")
    )
    findings: list[str] = []
    if t.size == LEAST_POINTS:
        findings.append("three temperatures: the error of the activation energy rests on one spare point")
    if hopping.scatter > 3.0 and np.isfinite(e).any():
        findings.append(
            f"points lie {hopping.scatter:.1f} times further from the line than their errors: "
            "a curve, a change of mechanism or an arc that is not the same"
        )
    return Arrhenius(
        name, hopping, plain, float(t.min()), float(t.max()), tuple(sorted(walls_K)), tuple(findings)
    )


def crossing_K(one: FloatArray, other: FloatArray, temperature_K: FloatArray) -> float | None:  # noqa: N802
    """Return where two relaxation times cross if both follow straight lines in 1/T, or None.

    Parameters
    ----------
    one, other, temperature_K : array (n,)
        Time constants in s at the measured temperatures.
    """
    x = 1.0 / temperature_K
    if np.unique(x).size < 2:
        return None
    slope, start = np.polyfit(x, np.log(one) - np.log(other), 1)
    if slope == 0.0:
        return None
    at = -start / slope
    return float(1.0 / at) if 1e-4 < at < 1e-2 else None


def _relative(e: FloatArray) -> tuple[FloatArray, bool]:
    """Relative errors of the points, unknown ones as typical, and whether any is known."""
    known = np.isfinite(e) & (e > 0)
    if not known.any():
        return np.ones_like(e), False
    typical = float(np.median(e[known]))
    return np.maximum(np.where(known, e, typical), 0.3 * typical), True


def _form(form: str, t: FloatArray, y: FloatArray, relative: FloatArray, known: bool) -> ArrheniusForm:
    """Straight line of ln y against 1/(k T)."""
    x, log = 1.0 / (BOLTZMANN_EV_K * t), np.log(y)
    w = relative**-2
    mean_x, mean_y = float(np.average(x, weights=w)), float(np.average(log, weights=w))
    spread = float((w * (x - mean_x) ** 2).sum())
    energy = -float((w * (x - mean_x) * (log - mean_y)).sum()) / spread
    start = mean_y + energy * mean_x
    squares = float((w * (log - start + energy * x) ** 2).sum())
    n, spare = t.size, t.size - 2
    scatter = float(np.sqrt(squares / spare)) if spare else 0.0
    # points that happen to lie on a line are no better than their errors
    scale = max(scatter, 1.0) if known else scatter
    stderr = scale / float(np.sqrt(spread))
    # variance of the intercept: of the mean, and of the slope times the distance to 1/T = 0
    of_mean = scale**2 / float(w.sum())
    log_error = float(np.sqrt(of_mean + (stderr * mean_x) ** 2))
    correlation = stderr * mean_x / log_error if log_error > 0 else 0.0
    k = 3
    least = n * 1e-12 * float(np.mean(w))
    correction = 2 * k * (k + 1) / (n - k - 1) if n > k + 1 else float("inf")
    aicc = n * float(np.log((squares + least) / n)) + 2 * k + correction
    return ArrheniusForm(form, energy, stderr, float(np.exp(start)), log_error, correlation, scatter, aicc)
