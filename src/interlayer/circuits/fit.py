"""Fit a spectrum without a guess: circuit, values, errors, and what the data cannot tell."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from interlayer.circuits.bounds import bounds
from interlayer.circuits.circuit import Circuit, IntArray
from interlayer.circuits.data import SpectrumData, prepare
from interlayer.circuits.elements import (
    Capacitor,
    ConstantPhase,
    Element,
    Inductor,
    ParallelRC,
    Resistor,
    WarburgInfinite,
    WarburgShort,
    Zarc,
    effective_capacitance,
)
from interlayer.circuits.elements.base import FloatArray
from interlayer.circuits.judge import judge
from interlayer.circuits.least_squares import Solution, solve
from interlayer.circuits.notation import parse_circuit
from interlayer.circuits.result import Arc, Candidate, CircuitFit, Parameter
from interlayer.circuits.starts import find_arcs, split_arcs, starts, without_one

MOST_ARCS = 4
MODEL_FLOOR = 1e-4
"""Relative accuracy beyond which no circuit is trusted: noise-free spectra do not earn further arcs."""
RIVAL = 10.0
"""Circuits whose BIC is higher by less than this share in the error of what is derived from the fit."""
MOST_RIVALS = 4

_TAILS: tuple[tuple[type[Element], ...], ...] = (
    (),
    (ConstantPhase,),
    (WarburgInfinite,),
    (Capacitor,),
    (WarburgInfinite, Capacitor),
)
_BENT_TAILS: tuple[tuple[type[Element], ...], ...] = ((WarburgShort,), (WarburgShort, Capacitor))
_OTHER_TAILS: tuple[tuple[type[Element], ...], ...] = ((ConstantPhase,), (WarburgShort, Capacitor))
_RICH_TAIL: tuple[type[Element], ...] = (WarburgInfinite, Capacitor)
_QUICK, _THOROUGH = 25, 200


@dataclass(frozen=True)
class _Trial:
    circuit: Circuit
    solution: Solution
    score: Candidate


def fit_spectrum(
    frequency_Hz: ArrayLike,
    impedance_ohm: ArrayLike,
    *,
    circuit: str | Iterable[str] | None = None,
    weighting: str | ArrayLike = "modulus",
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
    weighting : 'modulus', 'unit' or array (n,)
        Standard deviation of each point: proportional to |Z|, constant, or given in ohm. Only ratios count.

    Raises
    ------
    InputError
        If fewer than five points are usable, or a circuit cannot be read.
    """
    data = prepare(frequency_Hz, impedance_ohm, weighting)
    if circuit is None:
        trials = _Search(data).run()
    else:
        texts = [circuit] if isinstance(circuit, str) else list(circuit)
        trials = [_attempt(parse_circuit(text), data, _THOROUGH) for text in texts]
    trials.sort(key=lambda t: t.score.bic)
    trials[0] = best = _polish(trials[0], data)
    fits = [_result(t, trials, data) for t in trials[1:] if t.score.bic - best.score.bic < RIVAL][
        :MOST_RIVALS
    ]
    return replace(_result(best, trials, data), rivals=tuple(fits))


class _Search:
    """Try circuits from few arcs to many, then inductance and the tails beside the best number of arcs."""

    def __init__(self, data: SpectrumData) -> None:
        self.data = data
        self.trials: dict[str, _Trial] = {}
        self.lead = bool(np.any(data.impedance_ohm.imag[:5] > 0))

    def run(self) -> list[_Trial]:
        """Return all trials."""
        best = last = self._attempt(0, (), self.lead)
        for arcs in range(1, MOST_ARCS + 1):
            trial = self._attempt(arcs, _RICH_TAIL, self.lead, self._with_one_more(last, arcs))
            if trial is None:
                break
            if arcs == _TEST_INDUCTANCE_AT and not self.lead and not self._leaves_noise(trial):
                wired = self._attempt(arcs, _RICH_TAIL, True, [_shapes(trial)])
                if wired is not None and _is_better(wired, trial):
                    self.lead, trial = True, wired
            last = trial
            # a tail of another shape must not earn arcs
            for tail in _OTHER_TAILS[: 1 + (arcs > 1)]:
                if self._leaves_noise(trial):
                    break
                other = self._attempt(arcs, tail, self.lead, [_shapes(trial)])
                if other is not None and _is_better(other, trial):
                    trial = other
            if _is_better(trial, best):
                best = trial
                if self._leaves_noise(best):
                    break
            elif arcs > _arcs_in(best) + (arcs < _PATIENT_BELOW):
                break
        self._simplify(_arcs_in(best), _shapes(best))
        best = self._best()
        arcs, tail, wired = _arcs_in(best), _tail_of(best), _is_wired(best)
        if not self._leaves_noise(best):
            for bent in _BENT_TAILS:
                self._attempt(arcs, bent, self.lead, [_shapes(best)])
            if arcs < MOST_ARCS:
                self._attempt(arcs + 1, (), self.lead, self._with_one_more(best, arcs + 1))
        self._attempt(arcs, tail, not wired, [_shapes(best)])
        if arcs > 1:
            self._attempt(arcs - 1, tail, wired, without_one(_shapes(best)))
        return list(self.trials.values())

    def _simplify(self, arcs: int, known: FloatArray) -> None:
        """Try each tail beside the arcs that were found."""
        for tail in _TAILS:
            self._attempt(arcs, tail, self.lead, [known])

    def _leaves_noise(self, trial: _Trial | None) -> bool:
        """Whether neighbouring residuals are unrelated, so that a richer circuit has nothing to explain."""
        if trial is None:
            return False
        data = self.data
        z = trial.circuit.impedance(data.omega, trial.solution.theta[None, :])[0]
        error = (z - data.impedance_ohm) * data.weight
        power = float(np.sum(np.abs(error) ** 2))
        if power < data.values * _floor(data):
            return True
        return float(np.sum(error[1:] * np.conj(error[:-1])).real) < _WHITE * power

    def _with_one_more(self, trial: _Trial | None, arcs: int) -> list[FloatArray]:
        """Sets of arcs to start from: found afresh with and without a tail, and grown from a smaller fit."""
        lead: tuple[type[Element], ...] = (Inductor,) if self.lead else ()
        rich, plain = (*lead, Resistor, *_RICH_TAIL), (*lead, Resistor)
        sets = find_arcs(self.data, arcs, rich, most=2)
        if arcs > 1:
            sets += find_arcs(self.data, arcs, plain, most=1)
        if trial is not None and 0 < _arcs_in(trial) < arcs:
            known = _shapes(trial)
            sets += find_arcs(self.data, arcs, rich, known=known, most=1)
            sets += split_arcs(known)
        return sets

    def _best(self) -> _Trial:
        return min(self.trials.values(), key=lambda t: t.score.bic)

    def _attempt(
        self,
        arcs: int,
        tail: tuple[type[Element], ...],
        lead: bool,
        arc_sets: list[FloatArray] | None = None,
    ) -> _Trial | None:
        """Fit one circuit from the given sets of arcs; None if it has too many parameters."""
        circuit = Circuit.series(*((Inductor,) if lead else ()), Resistor, *([Zarc] * arcs), *tail)
        if circuit.size >= self.data.values:
            return None
        old = self.trials.get(circuit.text)
        rival = self._best().score.bic if self.trials else np.inf
        new = _attempt(circuit, self.data, _QUICK, arc_sets if arcs else None, rival)
        if old is None or _is_better(new, old):
            self.trials[circuit.text] = new
        return self.trials[circuit.text]


_TEST_INDUCTANCE_AT = 2
_WHITE = 0.05
_PATIENT_BELOW = 3
_TAIL_ELEMENTS = {element for tail in (*_TAILS, *_BENT_TAILS) for element in tail}


def _is_better(one: _Trial, other: _Trial | None) -> bool:
    return other is None or one.score.bic < other.score.bic


def _is_wired(trial: _Trial) -> bool:
    return trial.circuit.placed[0].element is Inductor


def _tail_of(trial: _Trial) -> tuple[type[Element], ...]:
    return tuple(p.element for p in trial.circuit.placed if p.element in _TAIL_ELEMENTS)


def _arcs_in(trial: _Trial | None) -> int:
    return 0 if trial is None else sum(p.element is Zarc for p in trial.circuit.placed)


def _shapes(trial: _Trial | None) -> FloatArray:
    """Time constants and exponents of the arcs of a trial, shape (arcs, 2)."""
    if trial is None or not _arcs_in(trial):
        return np.zeros((0, 2))
    natural = trial.circuit.natural(trial.solution.theta)
    return natural[dict(trial.circuit.groups)[Zarc]][:, 1:]


def _attempt(
    circuit: Circuit,
    data: SpectrumData,
    most: int,
    arc_sets: list[FloatArray] | None = None,
    rival: float = np.inf,
) -> _Trial:
    """Fit a circuit; given up early when it cannot reach the criterion of a rival."""
    goal = 0.0
    if np.isfinite(rival):
        goal = max(
            0.0, data.values * (np.exp((rival - _penalty(circuit, data)) / data.values) - _floor(data))
        )
    solution = _solve(circuit, data, starts(circuit, data, arc_sets), most, goal)
    return _Trial(circuit, solution, _score(circuit, solution, data))


def _polish(trial: _Trial, data: SpectrumData) -> _Trial:
    solution = _solve(trial.circuit, data, trial.solution.theta[None, :], _THOROUGH)
    return _Trial(trial.circuit, solution, _score(trial.circuit, solution, data))


def _solve(circuit: Circuit, data: SpectrumData, first: FloatArray, most: int, goal: float = 0.0) -> Solution:
    def model(theta: FloatArray) -> tuple[FloatArray, FloatArray]:
        z, slope = circuit.both(data.omega, theta)
        residual = np.ascontiguousarray((z - data.impedance_ohm) * data.weight)
        return residual.view(np.float64), np.ascontiguousarray(slope * data.weight).view(np.float64)

    lower, upper = bounds(circuit, data)
    return solve(model, first, lower, upper, most=most, goal=goal, amplitudes=circuit.amplitudes)


def _floor(data: SpectrumData) -> float:
    """Smallest mean square of weighted residuals that is believed."""
    return MODEL_FLOOR**2 * float(np.mean((np.abs(data.impedance_ohm) * data.weight) ** 2))


def _penalty(circuit: Circuit, data: SpectrumData) -> float:
    """What the parameters, the noise level among them, cost in Schwarz's criterion."""
    return (circuit.size + 1) * float(np.log(data.values))


def _score(circuit: Circuit, solution: Solution, data: SpectrumData) -> Candidate:
    n, k = data.values, circuit.size + 1
    fit = n * float(np.log(solution.cost / n + _floor(data)))
    spare = n - k - 1
    aicc = fit + 2 * k + (2 * k * (k + 1) / spare if spare > 0 else np.inf)
    relative = float(np.sqrt(np.sum(_distance(circuit, solution.theta, data) ** 2) / n))
    return Candidate(circuit.text, circuit.size, relative, aicc, fit + _penalty(circuit, data))


def _distance(circuit: Circuit, theta: FloatArray, data: SpectrumData) -> FloatArray:
    """Return |Z_fit - Z| / |Z|, shape (n,)."""
    z = circuit.impedance(data.omega, theta[None, :])[0]
    return np.abs(z - data.impedance_ohm) / np.abs(data.impedance_ohm)


def _result(best: _Trial, trials: list[_Trial], data: SpectrumData) -> CircuitFit:
    circuit, solution = best.circuit, best.solution
    order = _by_time_constant(circuit, solution.theta)
    theta, held = solution.theta[order], solution.at_bound[order]
    value, covariance = _reported(circuit, theta, _covariance(solution, order, data))
    names = [n for p in circuit.placed for n in p.names]
    units = [q.unit for p in circuit.placed for q in p.element.reported()]
    unknown = _undetermined(circuit, held)
    variance = np.diag(covariance)
    parameters = {
        name: Parameter(float(v), None if lost or not s > 0 else float(np.sqrt(s)), unit)
        for name, v, s, lost, unit in zip(names, value, variance, unknown, units, strict=True)
    }
    others = tuple(t.score for t in trials if t.circuit.text != circuit.text)
    fit = CircuitFit(
        circuit=circuit.text,
        parameters=parameters,
        arcs=_arcs(circuit, theta, parameters, data),
        residual_rms_rel=best.score.residual_rms_rel,
        aicc=best.score.aicc,
        bic=best.score.bic,
        rivals=(),
        runner_up=others[0] if others else None,
        tried=(best.score, *others),
        covariance=covariance,
        frequency_Hz=data.frequency_Hz,
        findings=(),
        structure=circuit,
        theta=theta,
    )
    distance = _distance(circuit, theta, data)
    return replace(fit, findings=(*data.findings, *judge(fit, distance, solution.converged)))


def _by_time_constant(circuit: Circuit, theta: FloatArray) -> IntArray:
    """Order of coordinates that sorts arcs of one kind by rising time constant."""
    order = np.arange(circuit.size)
    for element, index in circuit.groups:
        if element in (Zarc, ParallelRC):
            order[index] = index[np.argsort(theta[index[:, 1]], kind="stable")]
    return order


def _covariance(solution: Solution, order: IntArray, data: SpectrumData) -> FloatArray:
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
    variance = solution.cost / max(data.values - free.size, 1) + _floor(data)
    covariance[np.ix_(free, free)] = inverse * np.outer(scale, scale) * variance
    return covariance


def _reported(circuit: Circuit, theta: FloatArray, covariance: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Values and covariance of the reported parameters."""
    natural = circuit.natural(theta)
    value = np.empty(circuit.size)
    jacobian = np.zeros((circuit.size, circuit.size))
    for p, s in zip(circuit.placed, circuit.slices, strict=True):
        value[s], jacobian[s, s] = p.element.to_reported(natural[s])
    jacobian *= np.where(circuit.log, natural, 1.0)
    return value, jacobian @ covariance @ jacobian.T


def _undetermined(circuit: Circuit, held: NDArray[np.bool_]) -> NDArray[np.bool_]:
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
