"""Fit a spectrum without a guess: circuit, values, errors, and what the data cannot tell."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from interlayer.circuits.bounds import bounds
from interlayer.circuits.circuit import Circuit
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
from interlayer.circuits.least_squares import Solution, solve
from interlayer.circuits.notation import parse_circuit
from interlayer.circuits.result import Arc, Candidate, CircuitFit, Parameter
from interlayer.circuits.starts import starts
from interlayer.record import Finding

MOST_ARCS = 4
MODEL_FLOOR = 1e-4
"""Relative accuracy beyond which no circuit is trusted: noise-free spectra do not earn further arcs."""
UNIDENTIFIABLE = 0.1
"""Relative standard error of a resistance above which it is called not identifiable."""

_TAILS: tuple[tuple[type[Element], ...], ...] = (
    (),
    (ConstantPhase,),
    (WarburgInfinite,),
    (Capacitor,),
    (WarburgShort,),
    (WarburgInfinite, Capacitor),
    (WarburgShort, Capacitor),
)
_RICH_TAIL: tuple[type[Element], ...] = (WarburgInfinite, Capacitor)
_QUICK, _THOROUGH = 30, 200


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
        trials = _search(data)
    else:
        texts = [circuit] if isinstance(circuit, str) else list(circuit)
        trials = [_attempt(parse_circuit(text), data, _THOROUGH) for text in texts]
    trials.sort(key=lambda t: t.score.bic)
    best = trials[0]
    if not best.solution.converged:
        best = _polish(best, data)
    return _result(best, trials, data)


def _search(data: SpectrumData) -> list[_Trial]:
    """Try circuits from few arcs to many, then the tails beside the best number of arcs, then inductance."""
    lead: tuple[type[Element], ...] = (Inductor,) if _rises_inductively(data) else ()
    trials: dict[str, _Trial] = {}

    def attempt(arcs: int, tail: tuple[type[Element], ...], lead: tuple[type[Element], ...]) -> _Trial | None:
        built = Circuit.series(*lead, Resistor, *([Zarc] * arcs), *tail)
        if built.size >= data.values:
            return None
        if built.text not in trials:
            trials[built.text] = _attempt(built, data, _QUICK)
        return trials[built.text]

    best: tuple[float, int] = (np.inf, 0)
    for arcs in range(MOST_ARCS + 1):
        trial = attempt(arcs, _RICH_TAIL if arcs else (), lead)
        if trial is None:
            break
        if trial.score.bic < best[0]:
            best = (trial.score.bic, arcs)
        elif arcs > best[1] + (arcs < 3):
            break
    scores: list[tuple[float, int, tuple[type[Element], ...]]] = []
    for arcs in (best[1], best[1] + 1):
        for tail in _TAILS:
            if arcs > best[1] and tail:
                continue
            if (trial := attempt(arcs, tail, lead)) is not None:
                scores.append((trial.score.bic, arcs, tail))
    _, arcs, tail = min(scores, key=lambda s: s[0])
    attempt(arcs, tail, () if lead else (Inductor,))
    return list(trials.values())


def _rises_inductively(data: SpectrumData) -> bool:
    """Whether the highest frequencies already show a positive imaginary part."""
    return bool(np.any(data.impedance_ohm.imag[:5] > 0))


def _attempt(circuit: Circuit, data: SpectrumData, most: int) -> _Trial:
    lower, upper = bounds(circuit, data)
    solution = _solve(circuit, data, starts(circuit, data, 3), lower, upper, most)
    return _Trial(circuit, solution, _score(circuit, solution, data))


def _polish(trial: _Trial, data: SpectrumData) -> _Trial:
    lower, upper = bounds(trial.circuit, data)
    solution = _solve(trial.circuit, data, trial.solution.theta[None, :], lower, upper, _THOROUGH)
    return _Trial(trial.circuit, solution, _score(trial.circuit, solution, data))


def _solve(
    circuit: Circuit, data: SpectrumData, first: FloatArray, lower: FloatArray, upper: FloatArray, most: int
) -> Solution:
    def model(theta: FloatArray) -> tuple[FloatArray, FloatArray]:
        z, slope = circuit.both(data.omega, theta)
        residual = np.ascontiguousarray((z - data.impedance_ohm) * data.weight)
        return residual.view(np.float64), np.ascontiguousarray(slope * data.weight).view(np.float64)

    return solve(model, first, lower, upper, most=most)


def _score(circuit: Circuit, solution: Solution, data: SpectrumData) -> Candidate:
    n, k = data.values, circuit.size
    floor = MODEL_FLOOR**2 * float(np.mean((np.abs(data.impedance_ohm) * data.weight) ** 2))
    fit = n * np.log(solution.cost / n + floor)
    k_with_variance = k + 1
    spare = n - k_with_variance - 1
    aicc = fit + 2 * k_with_variance + (2 * k_with_variance * (k_with_variance + 1) / spare if spare > 0 else np.inf)
    residual = solution_residual(circuit, solution.theta, data)
    relative = float(np.sqrt(np.sum((residual / np.abs(data.impedance_ohm)) ** 2) / n))
    return Candidate(circuit.text, k, relative, float(aicc), float(fit + k_with_variance * np.log(n)))


def solution_residual(circuit: Circuit, theta: FloatArray, data: SpectrumData) -> FloatArray:
    """Return |Z_fit - Z| in ohm, shape (n,)."""
    return np.abs(circuit.impedance(data.omega, theta[None, :])[0] - data.impedance_ohm)


def _result(best: _Trial, trials: list[_Trial], data: SpectrumData) -> CircuitFit:
    circuit, theta = _by_time_constant(best.circuit, best.solution.theta)
    order = [int(np.flatnonzero(best.solution.theta == t)[0]) if False else k for k, t in enumerate(theta)]
    del order
    raise NotImplementedError
