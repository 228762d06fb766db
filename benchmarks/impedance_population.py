"""A declared population of synthetic spectra of Li | SE | Li, and what the data can tell of each at best.

Every spectrum is a resistance, a grain-boundary arc, one or two interface arcs and, for some, lead inductance,
a diffusion tail and a truncated window. All draws come from one seed. The bound is Cramer and Rao's at the true
parameters in the true circuit; impedance and derivatives are written here, apart from the package.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
ComplexArray = NDArray[np.complex128]

SEED = 20240405
"""Of the population whose figures are published; 2000 spectra. Nothing was tuned on it."""
DEVELOPMENT_SEED = 7
"""Of the population on which the fit was developed."""
SIZE = 2000

ELECTROLYTE_BELOW_F = 5e-8
"""Arcs of less capacitance are the grain boundaries', others the interfaces' (1 cm2): the rule that names arcs."""
TAIL_ABOVE_F = 1e-3
IDENTIFIABLE = 0.015
"""Relative bound of R_gb and of R_int up to which a spectrum must be fitted right."""
UNIDENTIFIABLE = 0.10
"""Relative bound of either above which it must be flagged."""
RIGHT = 0.05

_TAU_RATIO = (3.0, 1000.0)
_EXPONENT = (0.6, 1.0)
_NOISE = (1e-3, 1e-2)
_R_GB = (30.0, 1000.0)
_R_B_OVER_R_GB = (0.1, 2.0)
_C_GB = (3e-10, 1.5e-8)
_C_INT = ((2e-7, 2e-5), (1e-6, 1e-4))
_R_INT = (10.0, 1e4)
_SHARE_THREE_ARCS = 0.5
_SHARE_TAIL = 0.5
_SHARE_INDUCTANCE = 0.3
_SHARE_TRUNCATED = 0.3
_INDUCTANCE = (1e-7, 3e-6)
_DIFFUSION_S = (3.0, 300.0)
_LEAST_C_DIFFUSION = 3e-3
_POINTS_A_DECADE = (8, 10, 12)


@dataclass(frozen=True)
class Spectrum:
    """One member: data, truth, and the bound.

    Attributes
    ----------
    frequency_Hz, impedance_ohm : array (n,)
    noise : float
        Standard deviation of real and imaginary part over |Z|.
    circuit : str
        The true circuit.
    truth : dict
        R_b, R_gb, R_int and total in ohm.
    bound : dict
        Standard deviation in ohm that no unbiased estimate of each can undercut.
    values : array
        Parameters of the true circuit in the order of its notation: R, (R, Q, n) of arcs, tail, or L first.
    """

    frequency_Hz: FloatArray
    impedance_ohm: ComplexArray
    noise: float
    circuit: str
    truth: dict[str, float]
    bound: dict[str, float]
    values: FloatArray

    @property
    def worst(self) -> float:
        """Larger of the relative bounds of R_gb and R_int."""
        return max(self.bound[k] / self.truth[k] for k in ("R_gb", "R_int"))


def population(count: int = SIZE, seed: int = SEED) -> list[Spectrum]:
    """Draw the members; the first ones do not depend on `count`."""
    return [_draw(np.random.default_rng([seed, k])) for k in range(count)]


def impedance(omega: FloatArray, natural: ComplexArray, arcs: int, tail: str, lead: bool) -> ComplexArray:
    """Impedance in ohm of [L], R, arcs (R, tau, n) and tail ('', 'W' with sigma or 'Ws' with R, tau)."""
    p = list(natural)
    z = 1j * omega * p.pop(0) if lead else np.zeros(omega.size, dtype=np.complex128)
    z = z + p.pop(0)
    for _ in range(arcs):
        r, tau, n = p.pop(0), p.pop(0), p.pop(0)
        z = z + r / (1.0 + np.exp(n * (np.log(omega) + np.log(tau) + 0.5j * np.pi)))
    if tail == "W":
        z = z + p[0] * (1.0 - 1.0j) / np.sqrt(omega)
    elif tail == "Ws":
        s = np.sqrt(1j * omega * p[1])
        z = z + p[0] * np.tanh(s) / s
    return z


def cramer_rao(
    omega: FloatArray, natural: FloatArray, arcs: int, tail: str, lead: bool, sigma: FloatArray
) -> FloatArray:
    """Lower bound of the covariance of the parameters, noise sigma (n,) in ohm on both parts.

    Derivatives are central differences in the parameters' logarithm, of fourth order: 1e-11 of the value.
    """
    h = 1e-3
    rows: list[FloatArray] = []
    for k, _value in enumerate(natural):

        def at(step: float, k: int = k) -> ComplexArray:
            moved = natural.copy()
            moved[k] *= np.exp(step)
            return impedance(omega, moved, arcs, tail, lead)

        slope = (8.0 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12.0 * h) / sigma
        rows.append(np.concatenate([slope.real, slope.imag]))
    jacobian = np.array(rows).T
    # in logarithms all parameters are of order one; QR keeps what squaring would lose
    inverse = np.linalg.pinv(np.linalg.qr(jacobian)[1], rcond=1e-15)
    covariance = inverse @ inverse.T
    return covariance * np.outer(natural, natural)


def _draw(rng: np.random.Generator) -> Spectrum:
    arcs = 3 if rng.random() < _SHARE_THREE_ARCS else 2
    ratios = _log(rng, *_TAU_RATIO, size=arcs - 1)
    while True:
        r = [_log(rng, *_R_GB)]
        tau = [r[0] * _log(rng, *_C_GB)]
        for ratio, limits in zip(ratios, _C_INT, strict=False):
            tau.append(tau[-1] * ratio)
            r.append(tau[-1] / _log(rng, *limits))
        if all(_R_INT[0] <= x <= _R_INT[1] for x in r[1:]):
            break
    r_b = r[0] * _log(rng, *_R_B_OVER_R_GB)
    n = rng.uniform(*_EXPONENT, size=arcs)
    high, low = 1e6, 0.1
    if rng.random() < _SHARE_TRUNCATED:
        if rng.random() < 0.5:
            high = _log(rng, 1e5, 5e5)
        else:
            low = _log(rng, 0.3, 30.0)
    per_decade = int(rng.choice(_POINTS_A_DECADE))
    f = np.geomspace(high, low, round(per_decade * np.log10(high / low)) + 1)
    omega = 2.0 * np.pi * f
    lead = bool(rng.random() < _SHARE_INDUCTANCE)
    tail = ("W" if rng.random() < 0.5 else "Ws") if rng.random() < _SHARE_TAIL else ""
    total = r_b + sum(r)
    natural = [_log(rng, *_INDUCTANCE)] if lead else []
    first = len(natural)
    natural += [r_b, *(x for trio in zip(r, tau, n.tolist(), strict=True) for x in trio)]
    if tail == "W":
        natural.append(total * _log(rng, 0.05, 2.0) * np.sqrt(omega[-1]))
    elif tail == "Ws":
        # its capacitance tau/R is one of diffusion, far above an interface's
        duration = _log(rng, *_DIFFUSION_S)
        natural += [min(total * _log(rng, 0.1, 1.0), duration / _LEAST_C_DIFFUSION), duration]
    values = np.array(natural)
    z = impedance(omega, values, arcs, tail, lead)
    noise = _log(rng, *_NOISE)
    sigma = noise * np.abs(z)
    measured = z + sigma * (rng.standard_normal(f.size) + 1j * rng.standard_normal(f.size))
    covariance = cramer_rao(omega, values, arcs, tail, lead, sigma)
    gb, interfaces = [first + 1], [first + 1 + 3 * k for k in range(1, arcs)]
    sums = {"R_b": [first], "R_gb": gb, "R_int": interfaces, "total": [first, *gb, *interfaces]}
    text = "-".join(
        [*(["L0"] if lead else []), "R0", *(f"p(R{k},CPE{k})" for k in range(1, arcs + 1))]
        + ([f"{tail}{arcs + 1}"] if tail else [])
    )
    return Spectrum(
        f,
        measured,
        noise,
        text,
        {k: float(values[i].sum()) for k, i in sums.items()},
        {k: float(np.sqrt(covariance[np.ix_(i, i)].sum())) for k, i in sums.items()},
        values,
    )


def _log(rng: np.random.Generator, low: float, high: float, size: int | None = None):
    """Draw evenly in the logarithm."""
    return np.exp(rng.uniform(np.log(low), np.log(high), size=size))
