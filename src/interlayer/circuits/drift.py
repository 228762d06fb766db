"""Drift of a cell while its spectrum is measured: resistances that change linearly with time.

A point measured at t is Z(w; R(t)). For small changes this adds t dZ/dR dR/dt, which no stationary cell can
show: its real part comes without the imaginary part that belongs to it. Two columns of that kind, t times 1
(a resistance that is fully seen) and t times the impedance without its intercept (all resistances alike), are
tested beside the smooth distribution of relaxations of a stationary cell. Without times, two sweeps are
tested: a time per point proportional to 1/f, and the same time for all. The direction of the sweep does not
matter: t and 1 - t differ by a stationary spectrum.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import special

from interlayer.circuits.elements.base import ComplexArray, FloatArray, as_complex
from interlayer.circuits.relaxation_model import ACCURACY, FLOOR, RelaxationModel, filled
from interlayer.record import Finding

Verdict = Literal["passed", "failed", "cannot tell"]

LEVEL = 0.01
"""Chance of a false alarm, all sweeps tested together."""
DOUBT = 0.05
"""Above `LEVEL`, but not so rare that nothing could be there: 'cannot tell'."""
TOLERANCE = 0.1
"""Largest detectable drift at which a spectrum without a sign of drift passes."""
LEAST = 0.01
"""Drift of the resistance beyond the intercept below which a spectrum does not fail, however plain it is."""
CAUGHT = 0.9
_WILD = 2.0
"""Relative drift beyond which no number is given."""
_BLOCKING = 0.05
"""Least resistance that a drift is relative to, as a share of |Z| at the lowest frequency."""


@dataclass(frozen=True)
class Drift:
    """What S spectra of one grid say about drift.

    Attributes
    ----------
    verdict : tuple of 'passed', 'failed', 'cannot tell'
    drift : array (S,)
        Change over the sweep of the resistance beyond the intercept, relative to its beginning; the likeliest.
    stderr : array (S,)
    detectable : array (S,)
        Smallest drift that is caught in nine of ten such spectra, the worst of all hypotheses.
    chance : array (S,)
        Probability that a stationary cell looks like this, all hypotheses together.
    sweep : tuple of str
        Times for which the drift is given: 'measured', '1/f' or 'equal'.
    """

    verdict: tuple[Verdict, ...]
    drift: FloatArray
    stderr: FloatArray
    detectable: FloatArray
    chance: FloatArray
    sweep: tuple[str, ...]

    def finding(self, k: int, low_Hz: float) -> Finding:
        """What to say about spectrum k, whose lowest frequency is given."""
        least = 100 * float(self.detectable[k])
        limit = f"a drift of more than {least:.2g} % over the sweep would be seen in 9 of 10 spectra"
        if self.verdict[k] == "failed":
            how = {"measured": "", "1/f": " (if a point takes so many periods)", "equal": ""}[self.sweep[k]]
            change = f"{100 * self.drift[k]:.2g} ± {100 * self.stderr[k]:.1g} %"
            if abs(self.drift[k]) > _WILD:
                change = "several times its size, or the spectrum is broken otherwise,"
            return Finding(
                "drift during the spectrum",
                f"resistance changed by {change} over the sweep"
                f"{how}, most of it near {low_Hz:.3g} Hz -> let the cell rest, or measure fewer low frequencies",
                severity="error",
            )
        if self.verdict[k] == "cannot tell":
            return Finding(
                "drift cannot be told",
                f"{limit}, smaller ones cannot be told -> less noise: larger amplitude, more periods a point",
                severity="note",
            )
        if self.chance[k] < LEVEL:
            seen = f"{100 * self.drift[k]:.2g} ± {100 * self.stderr[k]:.1g} %"
            return Finding("slight drift", f"{seen} over the sweep: too little to matter", severity="note")
        return Finding("no drift seen", f"{limit}, smaller ones cannot be told", severity="note")


def columns(
    model: RelaxationModel, smooth: ComplexArray, times: dict[str, FloatArray]
) -> tuple[FloatArray, ComplexArray]:
    """Weighted columns of drift, shape (S, N, 2 hypotheses), and the impedance beyond the intercept (S, n).

    Parameters
    ----------
    smooth : array (S, n)
        Impedances without noise.
    times : dict
        Name of a sweep to the time of each point over the duration, shape (n,) or (S, n).
    """
    top = int(np.argmax(model.omega))
    beyond = smooth - smooth.real[:, top, None]
    parts: list[ComplexArray] = []
    for t in times.values():
        t = np.broadcast_to(t, smooth.shape)
        parts += [as_complex(t * _unit(model)[:, None]), as_complex(t * beyond)]
    return model.ravel(np.stack(parts, axis=-1)), beyond


def sweeps(omega: FloatArray) -> dict[str, FloatArray]:
    """Times of each point over the duration of the sweep, if nothing is known, from high to low frequency."""
    order = np.argsort(-omega, kind="stable")
    found: dict[str, FloatArray] = {}
    for name, each in (("1/f", 1.0 / omega), ("equal", np.ones_like(omega))):
        t = np.empty_like(omega)
        t[order] = np.cumsum(each[order])
        found[name] = t / t.max()
    return found


def smooth_impedance(model: RelaxationModel) -> ComplexArray:
    """Impedances with the noise taken out, by the relaxation model, shape (S, n); between neighbours where 0."""
    lambda_ = model.moments().best(model.lambdas)
    residual = (model.projector(lambda_) @ model.target[:, :, None])[:, :, 0]
    return filled(model.omega, model.unravel(model.target - residual), model.weight > 0)


def fit_drift(
    model: RelaxationModel,
    smooth: ComplexArray,
    times: dict[str, FloatArray],
    *,
    tolerance: float = TOLERANCE,
    least: float = LEAST,
    level: float = LEVEL,
) -> Drift:
    """Test S spectra for drift under each of the sweeps; see `columns` for shapes.

    Parameters
    ----------
    tolerance : float
        Drift that must be detectable for a spectrum to pass.
    least : float
        Drift below which a spectrum does not fail.
    level : float
        Chance of a false alarm.
    """
    extra, beyond = columns(model, smooth, times)
    moments = model.moments(extra)
    lambda_ = moments.best(model.lambdas)
    base = np.arange(model.free.shape[2])
    cost0, _ = moments.regress(lambda_, base)
    last = np.take_along_axis(
        beyond, np.argmin(np.where(model.weight > 0, model.omega, np.inf), 1)[:, None], 1
    )
    slowest = np.abs(smooth[:, int(np.argmin(model.omega))])
    size = np.maximum(np.abs(last[:, 0].real), _BLOCKING * slowest)
    # a resistor has no impedance beyond its intercept
    plain = np.abs(last[:, 0]) < _BLOCKING * slowest
    unit = _unit(model)
    dof = model.rows - base.size - 2
    floor = (model.target**2).sum(1) * FLOOR**2
    chance: list[FloatArray] = []
    drift: list[FloatArray] = []
    error: list[FloatArray] = []
    seen: list[FloatArray] = []
    each = level / len(times)
    needed = np.sqrt(_noncentrality(each))
    for k in range(len(times)):
        pair = base.size + 2 * k + np.arange(2)
        cost, _ = moments.regress(lambda_, np.concatenate([base, pair]))
        noise = (cost + floor) / dof
        chance.append(special.fdtrc(2, dof, (cost0 - cost) / 2 / noise))
        singles: list[tuple[FloatArray, FloatArray, FloatArray]] = []
        for column, factor in zip(pair, (unit / size, np.ones_like(unit)), strict=True):
            chosen = np.append(base, column)
            lower, coefficient = moments.regress(lambda_, chosen)
            spread = np.sqrt(moments.variance(lambda_, chosen)[:, -1, -1] * noise)
            singles.append((lower, coefficient[:, -1] * factor, spread * factor))
        one = singles[0][0] < singles[1][0]
        drift.append(np.where(one, singles[0][1], singles[1][1]))
        error.append(np.where(one, singles[0][2], singles[1][2]))
        seen.append(needed * np.where(plain, singles[0][2], np.maximum(singles[0][2], singles[1][2])))
    likeliest = np.argmin(chance, axis=0)
    rows = np.arange(len(unit))
    together = np.minimum(1.0, len(times) * np.min(chance, axis=0))
    size_of = np.array(drift)[likeliest, rows]
    detectable = np.max(seen, axis=0)
    shift = np.abs(size_of) * size / slowest
    material = (np.abs(size_of) > least) & (shift > ACCURACY)
    failed = (together < level) & material
    doubtful = (together < DOUBT) & material
    unsure = ~failed & ((detectable > tolerance) | doubtful | ~np.isfinite(detectable))
    verdict = tuple[Verdict, ...](
        "failed" if f else "cannot tell" if u else "passed" for f, u in zip(failed, unsure, strict=True)
    )
    names = list(times)
    # columns are those of the resistance at the end of the sweep; people count from its beginning
    start = np.maximum(1.0 - size_of, 0.05)
    return Drift(
        verdict,
        size_of / start,
        np.array(error)[likeliest, rows] / start**2,
        detectable,
        together,
        tuple(names[i] for i in likeliest),
    )


def _unit(model: RelaxationModel) -> FloatArray:
    """A resistance of the spectrum's own size, so that columns are alike in size, shape (S,)."""
    return np.sqrt(np.mean(np.abs(model.unravel(model.target)) ** 2, axis=1))


def _noncentrality(level: float) -> float:
    """Noncentrality at which a chi-square of two degrees of freedom exceeds its limit in nine of ten."""
    limit = float(special.chdtri(2, level))
    return float(special.chndtrinc(limit, 2, 1.0 - CAUGHT))
