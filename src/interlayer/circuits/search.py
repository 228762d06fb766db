"""Search for the circuit that a spectrum asks for, many spectra side by side.

A circuit is an intercept, some arcs, a low-frequency tail and perhaps an inductance. The search begins with the
arcs that the scan finds beside a general tail, then moves to the best of the circuits next to the one it stands
on (an arc more or less, another tail, inductance or none, the slowest arc for a tail) until none is better.
All spectra take each of these steps in one call of the least-squares core.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from interlayer.circuits.bounds import bounds
from interlayer.circuits.circuit import Circuit
from interlayer.circuits.data import SpectrumData
from interlayer.circuits.elements import (
    Capacitor,
    ConstantPhase,
    Element,
    Inductor,
    Resistor,
    WarburgInfinite,
    WarburgShort,
    Zarc,
)
from interlayer.circuits.elements.base import FloatArray
from interlayer.circuits.least_squares import BoolArray, IntArray, minimise
from interlayer.circuits.scan import grid
from interlayer.circuits.stacked import Spectra, Stack, white

Tail = tuple[type[Element], ...]

MOST_ARCS = 4
MODEL_FLOOR = 1e-4
"""Relative accuracy beyond which no circuit is trusted: noise-free spectra do not earn further arcs."""
RICH: Tail = (WarburgInfinite, Capacitor)
TAILS: tuple[Tail, ...] = (
    (),
    (ConstantPhase,),
    (WarburgInfinite,),
    (Capacitor,),
    RICH,
    (WarburgShort,),
    (WarburgShort, Capacitor),
)
_SHAPES: dict[type[Element], tuple[tuple[float, ...], ...]] = {
    # of a tail's shape parameters; times count in units of 1/omega_min
    ConstantPhase: ((0.5,), (0.8,)),
    WarburgShort: ((10.0,), (0.7,)),
}
_FAMILY: Tail = (Inductor, Resistor, Zarc, WarburgInfinite, Capacitor, ConstantPhase, WarburgShort)
_WHITE = 0.05
_MOST_WAVES = 7
_QUICK, _QUICK_TOLERANCE, _QUICK_KEEP = 30, 1e-4, 2
_SPLIT = np.log(3.0)


@dataclass(frozen=True)
class Kind:
    """A circuit of the family."""

    arcs: int
    tail: Tail
    lead: bool

    @property
    def circuit(self) -> Circuit:
        """The circuit itself."""
        return _circuit(self)


@cache
def _circuit(kind: Kind) -> Circuit:
    lead = (Inductor,) if kind.lead else ()
    circuit = Circuit.series(*lead, Resistor, *([Zarc] * kind.arcs), *kind.tail)
    _ = circuit.text
    return circuit


@cache
def _super_index(kind: Kind) -> IntArray:
    """Place of each coordinate of the circuit among those of a circuit of the whole family."""
    whole = Circuit.series(*_FAMILY)
    at = {p.element: s for p, s in zip(whole.placed, whole.slices, strict=True)}
    parts = [np.arange(at[p.element].start, at[p.element].stop) for p in kind.circuit.placed]
    return np.concatenate(parts)


@dataclass(frozen=True)
class Trial:
    """A circuit that was fitted to a spectrum."""

    kind: Kind
    theta: FloatArray
    cost: float
    bic: float
    white: bool
    """Whether the residuals leave nothing to explain."""
    jacobian: FloatArray
    at_bound: BoolArray
    converged: bool

    @property
    def arcs(self) -> FloatArray:
        """Logarithm of the time constant and exponent of each arc, (arcs, 2)."""
        first = self.kind.lead + 1
        return self.theta[first : first + 3 * self.kind.arcs].reshape(-1, 3)[:, 1:]


@dataclass(frozen=True)
class Request:
    """Ask for a fit of one circuit from some sets of arcs; each is (arcs, 2)."""

    kind: Kind
    arc_sets: tuple[FloatArray, ...]


Searching = Iterator[list[Request]]


class Search:
    """The search on one spectrum: says what to fit next, and is told what came out."""

    def __init__(self, data: SpectrumData, found: Callable[[int, bool], list[FloatArray]]) -> None:
        self.data = data
        self.found = found
        self.trials: dict[Kind, Trial] = {}
        self.lead = bool(np.any(data.impedance_ohm.imag[:5] > 0))
        self.waves = 0
        self.centre: Kind | None = None

    @property
    def best(self) -> Trial:
        """Trial with the smallest criterion."""
        return min(self.trials.values(), key=lambda t: t.bic)

    def told(self, trial: Trial) -> None:
        """Keep a fit unless the circuit has a better one."""
        old = self.trials.get(trial.kind)
        if old is None or trial.cost < old.cost:
            self.trials[trial.kind] = trial

    def next(self) -> list[Request]:
        """Circuits to fit now; none when the search is over."""
        self.waves += 1
        if self.waves == 1:
            return self._possible([self._fresh(k, RICH) for k in (1, 2, 3)])
        if not self.trials:
            return self._possible([Request(Kind(0, (), self.lead), (np.zeros((0, 2)),))])
        best = self.best
        if best.kind == self.centre or self.waves > _MOST_WAVES:
            return []
        self.centre = best.kind
        return self._possible(list(self._around(best)))

    def _fresh(self, arcs: int, tail: Tail) -> Request:
        return Request(Kind(arcs, tail, self.lead), tuple(self.found(arcs, True) + self.found(arcs, False)[:1]))

    def _around(self, best: Trial) -> Iterator[Request]:
        kind, shapes = best.kind, best.arcs
        for tail in TAILS:
            if tail != kind.tail:
                yield Request(replace(kind, tail=tail), (shapes,))
        if kind.lead or not best.white:
            yield Request(replace(kind, lead=not kind.lead), (shapes,))
        if kind.arcs:
            fewer = tuple(np.delete(shapes, k, axis=0) for k in range(kind.arcs))
            yield Request(replace(kind, arcs=kind.arcs - 1), fewer)
            slowest = int(np.argmax(shapes[:, 0]))
            if not kind.tail:
                rest = (np.delete(shapes, slowest, axis=0),)
                for tail in ((ConstantPhase,), (WarburgShort,)):
                    yield Request(Kind(kind.arcs - 1, tail, kind.lead), rest)
        if kind.tail:
            slow = np.array([[-np.log(self.data.omega_min), 0.8]])
            yield Request(Kind(kind.arcs + 1, (), kind.lead), (np.concatenate([shapes, slow]),))
        if not best.white:
            more = tuple(_split(shapes))
            if kind.arcs == MOST_ARCS - 1 and self.waves == 2:
                more += tuple(self.found(MOST_ARCS, True))
            yield Request(replace(kind, arcs=kind.arcs + 1), more)

    def _possible(self, requests: list[Request]) -> list[Request]:
        return [
            r
            for r in requests
            if r.arc_sets
            and r.kind.arcs <= MOST_ARCS
            and r.kind not in self.trials
            and r.kind.circuit.size < self.data.values
        ]


def _split(shapes: FloatArray) -> Iterator[FloatArray]:
    """Replace one arc by two beside each other."""
    for k, (log_tau, exponent) in enumerate(shapes):
        sharper = min(1.0, exponent + 0.08)
        pair = np.array([[log_tau - _SPLIT, sharper], [log_tau + _SPLIT, sharper]])
        yield np.concatenate([shapes[:k], pair, shapes[k + 1 :]])


def search(data: Sequence[SpectrumData]) -> list[list[Trial]]:
    """Fit the circuits of the family that each spectrum asks for; trials of each, best first."""
    spectra = Spectra.of(data)
    limits = [bounds(Circuit.series(*_FAMILY), d) for d in data]
    lower, upper = np.array([low for low, _ in limits]), np.array([high for _, high in limits])
    scans: dict[tuple[bool, bool, int], FloatArray] = {}

    def finder(k: int, lead: bool) -> Callable[[int, bool], list[FloatArray]]:
        def found(arcs: int, tail: bool) -> list[FloatArray]:
            key = lead, tail, arcs
            if key not in scans:
                if (lead, tail) not in grids:
                    grids[lead, tail] = grid(spectra, lead, tail)
                scans[key] = grids[lead, tail].sets(arcs, 1 if arcs == 1 else 2)
            return list(scans[key][k])

        return found

    grids: dict[tuple[bool, bool], object] = {}
    searches = [Search(d, finder(k, bool(np.any(d.impedance_ohm.imag[:5] > 0)))) for k, d in enumerate(data)]
    problems = _Problems(spectra, lower, upper)
    while True:
        asked = [(k, r) for k, s in enumerate(searches) for r in s.next()]
        if not asked:
            break
        goals = [searches[k].best.bic if searches[k].trials else np.inf for k, _ in asked]
        for (k, _), trial in zip(asked, problems.fit(asked, np.array(goals)), strict=True):
            searches[k].told(trial)
    polished = problems.polish([(k, s.best) for k, s in enumerate(searches)])
    out: list[list[Trial]] = []
    for s, best in zip(searches, polished, strict=True):
        rest = sorted((t for t in s.trials.values() if t.kind != best.kind), key=lambda t: t.bic)
        out.append([best, *rest])
    return out


class _Problems:
    """Fits of one wave."""

    def __init__(self, spectra: Spectra, lower: FloatArray, upper: FloatArray) -> None:
        self.spectra = spectra
        self.lower, self.upper = lower, upper
        power = np.sum((np.abs([1.0]) * spectra.target) ** 2, axis=1)
        self.floor = MODEL_FLOOR**2 * 2.0 * power / spectra.values
        self.slowest = -spectra.log_omega.min(axis=1)

    def fit(self, asked: list[tuple[int, Request]], rival: FloatArray) -> list[Trial]:
        """Fit what is asked for; given up early where a circuit cannot reach the criterion of its rival."""
        spectrum: list[int] = []
        problem: list[int] = []
        circuits: list[Circuit] = []
        kinds: list[Kind] = []
        thetas: list[FloatArray] = []
        for number, (k, request) in enumerate(asked):
            for theta in self._starts(k, request):
                spectrum.append(k)
                problem.append(number)
                circuits.append(request.kind.circuit)
                kinds.append(request.kind)
                thetas.append(theta)
        at = np.array([k for k, _ in asked])
        n = self.spectra.values[at]
        size = np.array([r.kind.circuit.size for _, r in asked])
        with np.errstate(over="ignore"):
            goal = n * (np.exp((rival - (size + 1) * np.log(n)) / n) - self.floor[at])
        goal = np.where(np.isfinite(goal), np.maximum(goal, 0.0), np.inf)
        return self._solve(
            np.array(spectrum), np.array(problem), circuits, kinds, thetas, goal, _QUICK, _QUICK_TOLERANCE, True
        )

    def polish(self, trials: list[tuple[int, Trial]]) -> list[Trial]:
        """Go on to the very minimum."""
        at = np.array([k for k, _ in trials])
        return self._solve(
            at,
            np.arange(len(trials)),
            [t.kind.circuit for _, t in trials],
            [t.kind for _, t in trials],
            [t.theta for _, t in trials],
            None,
            200,
            1e-9,
            False,
        )

    def _starts(self, k: int, request: Request) -> Iterator[FloatArray]:
        circuit = request.kind.circuit
        first = request.kind.lead + 1
        choices: list[tuple[float, ...]] = [()]
        for element in request.kind.tail:
            choices = [(*c, *s) for c in choices for s in _SHAPES.get(element, ((),))]
        for arc_set in request.arc_sets:
            for choice in choices:
                theta = np.zeros(circuit.size)
                arcs = theta[first : first + 3 * request.kind.arcs].reshape(-1, 3)
                arcs[:, 1:] = arc_set
                if choice:
                    # shape parameters of the tail stand behind the factor of its first element
                    place = first + 3 * request.kind.arcs + 1
                    theta[place] = (
                        choice[0] if request.kind.tail[0] is ConstantPhase else np.log(choice[0]) + self.slowest[k]
                    )
                yield theta

    def _solve(
        self,
        spectrum: IntArray,
        problem: IntArray,
        circuits: list[Circuit],
        kinds: list[Kind],
        thetas: list[FloatArray],
        goal: FloatArray | None,
        most: int,
        tolerance: float,
        fresh: bool,
    ) -> list[Trial]:
        stack = Stack(self.spectra, spectrum, circuits)
        theta = np.zeros((len(thetas), stack.width))
        index = np.full(theta.shape, -1, dtype=np.intp)
        for row, (values, kind) in enumerate(zip(thetas, kinds, strict=True)):
            theta[row, : values.size] = values
            index[row, : values.size] = _super_index(kind)
        there = index >= 0
        lower = np.where(there, np.take_along_axis(self.lower[spectrum], np.maximum(index, 0), 1), 0.0)
        upper = np.where(there, np.take_along_axis(self.upper[spectrum], np.maximum(index, 0), 1), 0.0)
        if fresh:
            theta = stack.with_factors(theta, lower, upper)
        end = minimise(
            stack,
            theta,
            lower,
            upper,
            problem,
            most=most,
            keep=_QUICK_KEEP,
            tolerance=tolerance,
            goal=goal,
            factors=stack.factors,
        )
        of = spectrum[end.row]
        n = self.spectra.values[of]
        size = np.array([circuits[r].size for r in end.row])
        bic = n * np.log(end.cost / n + self.floor[of]) + (size + 1) * np.log(n)
        residual, _ = stack(end.theta, end.row)
        quiet = white(residual, end.cost, _WHITE) | (end.cost < n * self.floor[of])
        return [
            Trial(
                kinds[r],
                end.theta[j, : size[j]],
                float(end.cost[j]),
                float(bic[j]),
                bool(quiet[j]),
                end.jacobian[j, : size[j]],
                end.at_bound[j, : size[j]],
                bool(end.converged[j]),
            )
            for j, r in enumerate(end.row)
        ]
