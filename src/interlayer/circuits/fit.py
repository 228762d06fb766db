"""Fit spectra without a guess: circuit, values, errors, and what the data cannot tell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from interlayer.circuits.bounds import bounds
from interlayer.circuits.circuit import Circuit, IntArray
from interlayer.circuits.data import SpectrumData, prepare
from interlayer.circuits.elements import ParallelRC, Zarc, effective_capacitance
from interlayer.circuits.elements.base import FloatArray
from interlayer.circuits.given import can_be_stacked, fit_given
from interlayer.circuits.hidden import HiddenArcs, hidden_arcs
from interlayer.circuits.judge import judge
from interlayer.circuits.least_squares import BoolArray, solve
from interlayer.circuits.notation import parse_circuit
from interlayer.circuits.result import Arc, Candidate, CircuitFit, Parameter
from interlayer.circuits.robust import student_weights, weighed_down
from interlayer.circuits.search import search
from interlayer.circuits.starts import starts
from interlayer.circuits.trials import MODEL_FLOOR
from interlayer.errors import InputError

RIVAL = 10.0
"""Circuits whose BIC is higher by less than this share in the error of what is derived from the fit."""
MOST_RIVALS = 3
CHUNK = 128
"""Spectra that are searched side by side."""
_THOROUGH = 200
_ROBUST_ROUNDS = 6
_ROBUST_SETTLED = 0.05


@dataclass(frozen=True, eq=False)
class _Fitted:
    """A circuit fitted to a spectrum; `cost` is the sum of squared weighted residuals."""

    circuit: Circuit
    theta: FloatArray
    cost: float
    residual: FloatArray
    """Weighted; real parts, then imaginary parts, perhaps with points of no weight behind each."""
    jacobian: FloatArray
    at_bound: BoolArray
    converged: bool
    bic: float


def fit_spectrum(
    frequency_Hz: ArrayLike,
    impedance_ohm: ArrayLike,
    *,
    circuit: str | Iterable[str] | None = None,
    weighting: str | ArrayLike = "modulus",
    robust: bool = False,
) -> CircuitFit:
    """Fit an impedance spectrum of a cell with a solid electrolyte; no start values are needed.

    Without `circuit`, circuits made of an intercept, up to four arcs (R beside a CPE), a low-frequency tail
    (constant phase, Warburg, capacitive or a sum of them) and, if the data ask for it, an inductance are
    compared by Schwarz's criterion (BIC); the runner-up is kept.

    Parameters
    ----------
    frequency_Hz : array (n,)
    impedance_ohm : array (n,)
        Complex; Im < 0 for a capacitor.
    circuit : str or several, optional
        Circuit(s) to choose from, e.g. 'R0-p(R1,CPE1)-CPE2'.
    weighting : 'modulus', 'unit', 'proportional' or array (n,)
        Standard deviation of each point: proportional to |Z|, constant, that of each part proportional to the
        part, or measured, in ohm (complex where the parts differ). Only ratios count.
    robust : bool
        Weigh points that lie far from the fit down, as noise with Student's distribution asks for; a finding
        names them. Without it they count in full and are only named.

    Raises
    ------
    InputError
        If fewer than five points are usable, or a circuit cannot be read.
    """
    return _fit_all([prepare(frequency_Hz, impedance_ohm, weighting)], circuit, robust)[0]


def fit_spectra(
    spectra: Iterable[tuple[ArrayLike, ArrayLike]],
    *,
    circuit: str | Iterable[str] | None = None,
    weighting: str | Sequence[ArrayLike] = "modulus",
    robust: bool = False,
) -> list[CircuitFit]:
    """Fit many spectra at once, each as `fit_spectrum` would: same circuits, same numbers, much less time.

    Parameters
    ----------
    spectra : several (frequency_Hz, impedance_ohm)
        Of any lengths.
    circuit, weighting, robust
        As for `fit_spectrum`; standard deviations are one array a spectrum.

    Raises
    ------
    InputError
        If a spectrum cannot be fitted; it says which.
    """
    pairs = list(spectra)
    weights = [weighting] * len(pairs) if isinstance(weighting, str) else list(weighting)
    if len(weights) != len(pairs):
        raise InputError(f"{len(weights)} sets of standard deviations stand against {len(pairs)} spectra")
    data: list[SpectrumData] = []
    for k, ((f, z), weight) in enumerate(zip(pairs, weights, strict=True)):
        try:
            data.append(prepare(f, z, weight))
        except InputError as error:
            raise InputError(str(error), where=f"spectrum {k}") from error
    return _fit_all(data, circuit, robust)


def _fit_all(data: list[SpectrumData], circuit: str | Iterable[str] | None, robust: bool) -> list[CircuitFit]:
    circuits = None
    if circuit is not None:
        circuits = [parse_circuit(t) for t in ([circuit] if isinstance(circuit, str) else circuit)]
    found = _all_trials(data, circuits)
    if robust:
        data, found = _without_stray_points(data, found, circuits)
    return [_chosen(trials, d) for trials, d in zip(found, data, strict=True)]


def _all_trials(data: list[SpectrumData], circuits: list[Circuit] | None) -> list[list[_Fitted]]:
    """Trials of each spectrum, best first."""
    if circuits is None:
        return _searched(data)
    found = [_given(c, data) for c in circuits]
    return [sorted((trials[k] for trials in found), key=lambda t: t.bic) for k in range(len(data))]


def _without_stray_points(
    data: list[SpectrumData], found: list[list[_Fitted]], circuits: list[Circuit] | None
) -> tuple[list[SpectrumData], list[list[_Fitted]]]:
    """Fit again with the weights that Student's distribution gives, until they stand."""
    share = [np.ones(d.omega.size) for d in data]
    now, left = list(data), list(range(len(data)))
    for _ in range(_ROBUST_ROUNDS):
        moved: list[int] = []
        for k in left:
            error = _packed(found[k][0].residual, now[k]) / np.tile(np.sqrt(share[k]), 2)
            new = student_weights(error)
            if np.abs(new - share[k]).max() > _ROBUST_SETTLED:
                moved.append(k)
                share[k] = new
                now[k] = replace(data[k], weight=data[k].weight * np.sqrt(new))
        if not moved:
            break
        for k, trials in zip(moved, _all_trials([now[k] for k in moved], circuits), strict=True):
            found[k] = trials
        left = moved
    named = [replace(d, findings=(*d.findings, *weighed_down(d, s))) for d, s in zip(now, share, strict=True)]
    return named, found


def _searched(data: list[SpectrumData]) -> list[list[_Fitted]]:
    """Search in chunks of spectra of like length."""
    order = sorted(range(len(data)), key=lambda k: data[k].omega.size)
    found: dict[int, list[_Fitted]] = {}
    for begin in range(0, len(order), CHUNK):
        members = order[begin : begin + CHUNK]
        for k, trials in zip(members, search([data[k] for k in members]), strict=True):
            found[k] = [
                _Fitted(
                    t.kind.circuit, t.theta, t.cost, t.residual, t.jacobian, t.at_bound, t.converged, t.bic
                )
                for t in trials
            ]
    return [found[k] for k in range(len(data))]


def _given(circuit: Circuit, data: list[SpectrumData]) -> list[_Fitted]:
    """Fit a circuit that was asked for to each spectrum."""
    if not can_be_stacked(circuit):
        return [_attempt(circuit, d) for d in data]
    out: list[_Fitted] = []
    for begin in range(0, len(data), CHUNK):
        some = data[begin : begin + CHUNK]
        m = fit_given(circuit, some)
        for k, d in enumerate(some):
            bic = _bic(float(m.cost[k]), circuit, d)
            out.append(
                _Fitted(
                    circuit,
                    m.theta[k],
                    float(m.cost[k]),
                    m.residual[k],
                    m.jacobian[k],
                    m.at_bound[k],
                    bool(m.converged[k]),
                    bic,
                )
            )
    return out


def _bic(cost: float, circuit: Circuit, data: SpectrumData) -> float:
    n = data.values
    return n * float(np.log(cost / n + _floor(data))) + (circuit.size + 1) * float(np.log(n))


def _attempt(circuit: Circuit, data: SpectrumData) -> _Fitted:
    """Fit a given circuit of any shape."""

    def model(theta: FloatArray) -> tuple[FloatArray, FloatArray]:
        z, slope = circuit.both(data.omega, theta)
        return data.weighted(z - data.impedance_ohm), data.weighted(slope)

    lower, upper = bounds(circuit, data)
    found = solve(model, starts(circuit, data), lower, upper, most=_THOROUGH, amplitudes=circuit.amplitudes)
    bic = _bic(found.cost, circuit, data)
    residual = model(found.theta[None])[0][0]
    return _Fitted(
        circuit, found.theta, found.cost, residual, found.jacobian, found.at_bound, found.converged, bic
    )


def _chosen(trials: list[_Fitted], data: SpectrumData) -> CircuitFit:
    """Make the best trial the result, with those that the data do not rule out as its rivals."""
    best = trials[0]
    scores = [_score(t, data) for t in trials]
    rivals = [t for t in trials[1:] if t.bic - best.bic < RIVAL][:MOST_RIVALS]
    own = _result(best, scores, data, scan=True)
    others = [_result(t, scores, data) for t in rivals]
    richer = next((t for t in trials[1:] if _arcs_in(t) == _arcs_in(best) + 1), None)
    more = None
    if richer is not None:
        more = others[rivals.index(richer)] if richer in rivals else _result(richer, scores, data)
    fit = replace(own, rivals=tuple(others), richer=more)
    return replace(
        fit,
        findings=(
            *data.findings,
            *judge(fit, _distance(best, data), scores[0].residual_rms_rel, best.converged),
        ),
    )


def _arcs_in(fitted: _Fitted) -> int:
    return sum(p.element in (Zarc, ParallelRC) for p in fitted.circuit.placed)


def _floor(data: SpectrumData) -> float:
    """Smallest mean square of weighted residuals that is believed."""
    return MODEL_FLOOR**2 * data.scale


def _score(fitted: _Fitted, data: SpectrumData) -> Candidate:
    n, k = data.values, fitted.circuit.size + 1
    spare = n - k - 1
    aicc = n * float(np.log(fitted.cost / n + _floor(data)))
    aicc += 2 * k + (2 * k * (k + 1) / spare if spare > 0 else np.inf)
    relative = float(np.sqrt(fitted.cost / n / data.scale))
    return Candidate(fitted.circuit.text, fitted.circuit.size, relative, aicc, fitted.bic)


def _distance(fitted: _Fitted, data: SpectrumData) -> FloatArray:
    """Return |Z_fit - Z| / |Z|, shape (n,)."""
    real, imag = _packed(fitted.residual, data).reshape(2, -1)
    return np.hypot(real, imag / data.imag_share) / (data.weight * np.abs(data.impedance_ohm))


def _packed(rows: FloatArray, data: SpectrumData) -> FloatArray:
    """Weighted real and imaginary parts (..., 2 n) without the points that only filled a stack."""
    n = data.omega.size
    if rows.shape[-1] == 2 * n:
        return rows
    return rows.reshape(*rows.shape[:-1], 2, -1)[..., :n].reshape(*rows.shape[:-1], 2 * n)


def _result(best: _Fitted, scores: list[Candidate], data: SpectrumData, scan: bool = False) -> CircuitFit:
    circuit = best.circuit
    order = _by_time_constant(circuit, best.theta)
    theta, held = best.theta[order], best.at_bound[order]
    value, covariance = _reported(circuit, theta, _covariance(best, order, data))
    names = [n for p in circuit.placed for n in p.names]
    units = [q.unit for p in circuit.placed for q in p.element.reported()]
    unknown = _undetermined(circuit, held)
    spread = np.diag(covariance)
    parameters = {
        name: Parameter(float(v), None if lost or not s > 0 else float(np.sqrt(s)), unit)
        for name, v, s, lost, unit in zip(names, value, spread, unknown, units, strict=True)
    }
    text = circuit.text
    own = next(s for s in scores if s.circuit == text)
    others = tuple(s for s in scores if s is not own)
    distance = _distance(best, data)
    return CircuitFit(
        circuit=text,
        parameters=parameters,
        arcs=_arcs(circuit, theta, parameters, data),
        residual_rms_rel=float(np.sqrt(np.sum(distance**2) / data.values)),
        aicc=own.aicc,
        bic=own.bic,
        rivals=(),
        runner_up=others[0] if others else None,
        tried=(own, *others),
        covariance=covariance,
        frequency_Hz=data.frequency_Hz,
        hidden=_hidden(best, theta, order, data) if scan else None,
        richer=None,
        findings=(),
        structure=circuit,
        theta=theta,
        data=data,
    )


def _hidden(fitted: _Fitted, theta: FloatArray, order: IntArray, data: SpectrumData) -> HiddenArcs:
    return hidden_arcs(
        fitted.circuit,
        theta,
        _packed(fitted.jacobian[order], data),
        _packed(fitted.residual, data),
        fitted.at_bound[order],
        _variance(fitted, data),
        data,
    )


def _by_time_constant(circuit: Circuit, theta: FloatArray) -> IntArray:
    """Order of coordinates that sorts arcs of one kind by rising time constant."""
    order = np.arange(circuit.size)
    for element, index in circuit.groups:
        if element in (Zarc, ParallelRC):
            order[index] = index[np.argsort(theta[index[:, 1]], kind="stable")]
    return order


def _covariance(solution: _Fitted, order: IntArray, data: SpectrumData) -> FloatArray:
    """Covariance of theta: inverse normal matrix times residual variance; held coordinates are fixed."""
    jacobian, held = solution.jacobian[order], solution.at_bound[order]
    free = np.flatnonzero(~held)
    covariance = np.zeros((held.size, held.size))
    if not free.size:
        return covariance
    normal = jacobian[free] @ jacobian[free].T
    scale = 1.0 / np.sqrt(np.maximum(np.diag(normal), 1e-300))
    eigenvalue, vector = np.linalg.eigh(normal * np.outer(scale, scale))
    inverse = (vector / np.maximum(eigenvalue, 1e-14)) @ vector.T
    covariance[np.ix_(free, free)] = inverse * np.outer(scale, scale) * _variance(solution, data)
    return covariance


def _variance(fitted: _Fitted, data: SpectrumData) -> float:
    """Variance of the weighted residuals."""
    free = fitted.theta.size - int(fitted.at_bound.sum())
    return fitted.cost / max(data.values - free, 1) + _floor(data)


def _reported(circuit: Circuit, theta: FloatArray, covariance: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Values and covariance of the reported parameters."""
    natural = circuit.natural(theta)
    value = np.empty(circuit.size)
    jacobian = np.zeros((circuit.size, circuit.size))
    for p, s in zip(circuit.placed, circuit.slices, strict=True):
        value[s], jacobian[s, s] = p.element.to_reported(natural[s])
    jacobian *= np.where(circuit.log, natural, 1.0)
    return value, jacobian @ covariance @ jacobian.T


def _undetermined(circuit: Circuit, held: BoolArray) -> BoolArray:
    """Reported parameters without an error of their own: at a limit, or of an arc whose time constant is."""
    lost = held.copy()
    for p, s in zip(circuit.placed, circuit.slices, strict=True):
        if p.element in (Zarc, ParallelRC):
            lost[s.start : s.start + 2] |= held[s.start + 1] | held[s.start]
    return lost


def _arcs(
    circuit: Circuit, theta: FloatArray, parameters: dict[str, Parameter], data: SpectrumData
) -> tuple[Arc, ...]:
    natural = circuit.natural(theta)
    arcs: list[Arc] = []
    for p, s in zip(circuit.placed, circuit.slices, strict=True):
        if p.element not in (Zarc, ParallelRC):
            continue
        r, tau, *n = (float(x) for x in natural[s])
        name = p.names[0]
        arcs.append(
            Arc(
                name=name,
                resistance_ohm=r,
                stderr_ohm=parameters[name].stderr,
                time_constant_s=tau,
                exponent=n[0] if n else 1.0,
                capacitance_F=effective_capacitance(r, tau),
                peak_Hz=1.0 / (2.0 * np.pi * tau),
                in_window=data.omega_min <= 1.0 / tau <= data.omega_max,
            )
        )
    return tuple(sorted(arcs, key=lambda a: a.time_constant_s))
