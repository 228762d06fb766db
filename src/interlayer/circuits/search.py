"""Search for the circuit that a spectrum asks for, many spectra side by side.

A circuit is an intercept, some arcs, a low-frequency tail and perhaps an inductance. The search begins with the
arcs that the scan finds beside a general tail, then moves to the best of the circuits next to the one it stands
on (an arc more or less, another tail, inductance or none, the slowest arc for a tail) until none is better.
All spectra take each of these steps in one call of the least-squares core.
"""

from __future__ import annotations

import itertools
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
from interlayer.circuits.scan import EXPONENTS, arc_columns, grid
from interlayer.circuits.stacked import Spectra, Stack

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
_MOST_WAVES = 7
_QUICK, _QUICK_TOLERANCE, _QUICK_KEEP = 30, 3e-4, 2
_BLOCK = 250
_SURE = 300.0
_CERTAIN = 1e5
_ONE_MORE = 2.0
_ARC_MORE = 7.0
_UNLIKELY = 4.0
"""-2 ln(odds) of odds of about 1 to 7."""
_FLAT = 0.55
_WS_APEX = float(np.log(2.54))
"""Its arc peaks at omega tau = 2.54."""
_MOST_MORE = 2
_MOST_TRIES = 3
_NEAR_END = 3.0
_ENDS: tuple[Tail, ...] = ((WarburgInfinite,), (Capacitor,))
_ASTRAY = 15.0
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
    residual: FloatArray
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
    again: bool = False
    """Worth fitting from here even if it has been fitted from elsewhere."""


@dataclass(frozen=True)
class Score:
    """What a fit says about the circuits around it, in units of chi squared, to first order.

    Attributes
    ----------
    arcs : array (arcs,)
        What each arc explains that nothing else could: (R over its error) squared.
    tail_parts, lead : floats
        The same for the elements of the tail and for the inductance.
    inductance, warburg, capacitor : float
        What such an element in addition would gain; 0 where there is one.
    more, more_gain : arrays (m, 2), (m,)
        Further arcs (logarithm of time constant, exponent) and what they would gain.
    """

    arcs: FloatArray
    tail_parts: tuple[float, ...]
    lead: float
    inductance: float
    warburg: float
    capacitor: float
    more: FloatArray
    more_gain: FloatArray

    @property
    def tail(self) -> float:
        """Of the tail's largest element."""
        return max(self.tail_parts, default=0.0)

    @property
    def asks_for_tail(self) -> bool:
        """Whether a tail, or a richer one, might pay."""
        return max(self.warburg, self.capacitor) > _ONE_MORE


class Search:
    """The search on one spectrum: says what to fit next, and is told what came out."""

    def __init__(self, data: SpectrumData, found: Callable[[int, bool], list[FloatArray]]) -> None:
        self.data = data
        self.found = found
        self.trials: dict[Kind, Trial] = {}
        self.lead = _shows_lead(data)
        self.tried: dict[Kind, int] = {}
        self.waves = 0
        self.centre: Kind | None = None

    @property
    def best(self) -> Trial:
        """Trial with the smallest criterion."""
        return min(self.trials.values(), key=lambda t: t.bic)

    @property
    def unexplored(self) -> bool:
        """Whether the circuits around the best one have not been asked for yet."""
        if not self.trials or self.waves > _MOST_WAVES or self.best.kind == self.centre:
            return False
        self.centre = self.best.kind
        return True

    def told(self, trial: Trial) -> None:
        """Keep a fit unless the circuit has a better one."""
        self.tried[trial.kind] = self.tried.get(trial.kind, 0) + 1
        old = self.trials.get(trial.kind)
        if old is None or trial.cost < old.cost:
            self.trials[trial.kind] = trial

    def next(self, score: Score | None) -> list[Request]:
        """Circuits to fit now; none when the search is over."""
        self.waves += 1
        if self.waves == 1:
            return self._possible([self._fresh(k, RICH) for k in (2, 3)])
        if score is None:
            return self._possible([Request(Kind(0, (), self.lead), (np.zeros((0, 2)),))])
        return self._possible(list(self._around(self.best, score)))

    def _fresh(self, arcs: int, tail: Tail) -> Request:
        sets = self.found(arcs, True)[: arcs - 1] + self.found(arcs, False)[: 3 - arcs]
        return Request(Kind(arcs, tail, self.lead), tuple(sets))

    def _around(self, best: Trial, score: Score) -> Iterator[Request]:
        kind, shapes = best.kind, best.arcs
        for tail in self._tails(kind.tail, score):
            yield Request(replace(kind, tail=tail), (shapes,))
        if score.lead < _SURE if kind.lead else score.inductance > _ONE_MORE:
            yield Request(replace(kind, lead=not kind.lead), (shapes,))
        if kind.arcs:
            weak = np.flatnonzero(score.arcs < _SURE)
            slowest, fastest = int(np.argmax(shapes[:, 0])), int(np.argmin(shapes[:, 0]))
            if weak.size:
                fewer = tuple(np.delete(shapes, k, axis=0) for k in weak)
                yield Request(replace(kind, arcs=kind.arcs - 1), fewer, again=True)
            low_end = shapes[slowest, 0] + np.log(self.data.omega_min) > -_NEAR_END
            if not kind.tail and low_end and score.arcs[slowest] < _CERTAIN:
                rest = (np.delete(shapes, slowest, axis=0),)
                for tail in ((ConstantPhase,), (WarburgShort,)):
                    yield Request(Kind(kind.arcs - 1, tail, kind.lead), rest)
            high_end = shapes[fastest, 0] + np.log(self.data.omega_max) < _NEAR_END
            if not kind.lead and high_end and score.arcs[fastest] < _CERTAIN:
                rest = (np.delete(shapes, fastest, axis=0),)
                yield Request(Kind(kind.arcs - 1, kind.tail, True), rest)
        if kind.tail and score.tail < _CERTAIN:
            slow = np.array([[-np.log(self.data.omega_min), 0.8]])
            yield Request(Kind(kind.arcs + 1, (), kind.lead), (np.concatenate([shapes, slow]),))
        more = tuple(
            np.concatenate([shapes, one[None]])
            for one, gain in zip(score.more, score.more_gain, strict=True)
            if gain > _ARC_MORE
        )
        if more:
            yield Request(replace(kind, arcs=kind.arcs + 1), more)

    def _tails(self, tail: Tail, score: Score) -> list[Tail]:
        """Other tails that may serve as well or better."""
        if tail == RICH:
            root, whole = score.tail_parts
            if max(root, whole) < 1.0:
                return [()]
            if whole < _SURE:
                out: list[Tail] = [(WarburgInfinite,), (WarburgShort,), (ConstantPhase,)]
            elif root < _SURE:
                out = [(ConstantPhase,)]
            else:
                out = [(ConstantPhase,), (WarburgShort, Capacitor), (WarburgShort,)]
            if root < _SURE:
                out.append((Capacitor,))
            if score.tail < _SURE:
                out.append(())
            return out
        return [
            t
            for t in TAILS
            if t != tail
            and (len(t) <= len(tail) or score.asks_for_tail)
            and (t or score.tail < _SURE)
            # what is one end of a more general tail need not be left for the other end
            and not (len(t) == 1 and tail in _ENDS and t in _ENDS)
        ]

    def back(self, score: Score, richer: Trial) -> list[Request]:
        """Circuits with one arc less than the richer one, from its arcs without the weakest."""
        weakest = np.argsort(score.arcs)[:1]
        sets = tuple(np.delete(richer.arcs, k, axis=0) for k in weakest)
        return [Request(replace(richer.kind, arcs=richer.kind.arcs - 1), sets, again=True)]

    def richer(self, score: Score) -> list[Request]:
        """The best circuit with one arc more."""
        best = self.best
        kind = replace(best.kind, arcs=best.kind.arcs + 1)
        if kind.arcs > MOST_ARCS + 1 or kind.circuit.size >= self.data.values:
            return []
        order = np.argsort(best.arcs[:, 0])
        between = 0.5 * (best.arcs[order][1:] + best.arcs[order][:-1])
        extra = [*score.more[:1], *between[:2]]
        return [Request(kind, tuple(np.concatenate([best.arcs, one[None]]) for one in extra))]

    def _stuck(self, kind: Kind) -> bool:
        """Whether a circuit is new, or its fit so far from the best one that it may have missed its way."""
        old = self.trials.get(kind)
        return old is None or old.bic > self.best.bic + _ASTRAY

    def _possible(self, requests: list[Request]) -> list[Request]:
        return [
            r
            for r in requests
            if r.arc_sets
            and r.kind.arcs <= MOST_ARCS
            and (r.again or self._stuck(r.kind))
            and self.tried.get(r.kind, 0) < _MOST_TRIES
            and r.kind.circuit.size < self.data.values
        ]


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
    searches = [Search(d, finder(k, _shows_lead(d))) for k, d in enumerate(data)]
    problems = _Problems(spectra, lower, upper)

    def fit(asked: list[tuple[int, Request]], free: bool = False) -> list[Trial]:
        goals = [searches[k].best.bic if searches[k].trials and not free else np.inf for k, _ in asked]
        trials = problems.fit(asked, np.array(goals))
        for (k, _), trial in zip(asked, trials, strict=True):
            searches[k].told(trial)
        return trials

    def climb(asked: list[tuple[int, Request]]) -> None:
        while asked:
            fit(asked)
            here = [(k, s.best) for k, s in enumerate(searches) if s.unexplored]
            asked = []
            for (k, _), score in zip(here, problems.scores(here), strict=True):
                asked += [(k, r) for r in searches[k].next(score)]

    climb([(k, r) for k, s in enumerate(searches) for r in s.next(None)])
    # what one arc more would say, whether or not it pays; without its weakest arc it may lead further
    here = [(k, s.best) for k, s in enumerate(searches)]
    asked = [
        (k, r)
        for (k, _), score in zip(here, problems.scores(here), strict=True)
        for r in searches[k].richer(score)
    ]
    richer = [(k, t) for (k, _), t in zip(asked, fit(asked, True), strict=True)]
    climb(
        [
            (k, r)
            for (k, t), score in zip(richer, problems.scores(richer), strict=True)
            for r in searches[k].back(score, t)
        ]
    )
    polished = problems.polish([(k, s.best) for k, s in enumerate(searches)])
    out: list[list[Trial]] = []
    for s, best in zip(searches, polished, strict=True):
        rest = sorted((t for t in s.trials.values() if t.kind != best.kind), key=lambda t: t.bic)
        out.append([best, *rest])
    return out


def _shows_lead(data: SpectrumData) -> bool:
    """Whether a point at the high-frequency end is inductive."""
    return bool(np.any(data.impedance_ohm.imag[:5] > 0))


def _odds(kind: Kind, theta: FloatArray, slowest: float, lead: bool) -> float:
    """What is added to the criterion of circuits that are rarely the physical ones, -2 ln(odds).

    A constant phase in series stands for no one process; an arc with an exponent near 1/2 is a diffusion
    element in disguise; a finite diffusion element whose arc lies inside the window is an arc in disguise; an
    inductance of which no point shows anything is more often noise.
    """
    first = kind.lead + 1
    after = first + 3 * kind.arcs
    unlikely = int(np.sum(theta[first + 2 : after : 3] < _FLAT))
    unlikely += kind.tail == (ConstantPhase,)
    unlikely += kind.lead and not lead
    if kind.tail and kind.tail[0] is WarburgShort:
        unlikely += bool(theta[after + 1] < slowest + _WS_APEX)
    return _UNLIKELY * unlikely


class _Problems:
    """Fits of one wave."""

    def __init__(self, spectra: Spectra, lower: FloatArray, upper: FloatArray) -> None:
        self.spectra = spectra
        self.lower, self.upper = lower, upper
        power = np.sum(spectra.target**2, axis=1)
        self.floor = MODEL_FLOOR**2 * 2.0 * power / spectra.values
        self.columns = arc_columns(spectra)
        self.leads = [_shows_lead(d) for d in spectra.data]
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
            np.array(spectrum),
            np.array(problem),
            circuits,
            kinds,
            thetas,
            goal,
            _QUICK,
            _QUICK_TOLERANCE,
            True,
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

    def scores(self, trials: list[tuple[int, Trial]]) -> list[Score]:
        """Ask fits about the circuits around them."""
        if not trials:
            return []
        at = np.array([k for k, _ in trials])
        width = max(t.theta.size for _, t in trials)
        length = self.spectra.target.shape[1]
        jacobian = np.zeros((at.size, length, width))
        free = np.zeros((at.size, width), dtype=np.bool_)
        for j, (_, t) in enumerate(trials):
            jacobian[j, :, : t.theta.size] = t.jacobian.T
            free[j, : t.theta.size] = ~t.at_bound
        residual = np.array([t.residual for _, t in trials])
        cost = np.array([t.cost for _, t in trials])
        variance = cost / np.maximum(self.spectra.values[at] - free.sum(axis=1), 1.0) + self.floor[at]
        jacobian *= free[:, None, :]
        size = np.sqrt(np.einsum("smp,smp->sp", jacobian, jacobian))
        jacobian /= np.where(size > 0, size, 1.0)[:, None, :]
        normal = np.matmul(jacobian.transpose(0, 2, 1), jacobian)
        diagonal = np.arange(width)
        normal[:, diagonal, diagonal] += np.where(size > 0, 1e-11, 1.0)
        inverse = np.linalg.inv(normal)
        # one over the relative variance of each coordinate
        worth = size**2 / (inverse[:, diagonal, diagonal] * variance[:, None])
        lw, w = self.spectra.log_omega[at], self.spectra.weight[at]
        nothing = np.zeros_like(w)
        root = w * np.exp(-0.5 * (lw + self.slowest[at][:, None]))
        singles = np.stack(
            [
                np.concatenate([nothing, w * np.exp(lw - lw.max(axis=1, keepdims=True))], axis=1),
                np.concatenate([root, -root], axis=1),
                np.concatenate([nothing, -w * np.exp(-lw - self.slowest[at][:, None])], axis=1),
            ],
            axis=1,
        )
        singles *= self.spectra.parts[at][:, None, :]
        log_tau, exponent, arcs = self.columns
        columns = np.concatenate([singles, arcs[at]], axis=1)
        inner = np.matmul(columns, jacobian)
        # what is left of each column beside the derivatives of the fit
        own = np.einsum("sgm,sgm->sg", columns, columns)
        rest = own - np.einsum("sgp,sgp->sg", inner, np.matmul(inner, inverse))
        pull = np.matmul(columns, residual[:, :, None])[:, :, 0]
        pull -= np.matmul(
            inner, np.matmul(inverse, np.matmul(jacobian.transpose(0, 2, 1), residual[:, :, None]))
        )[:, :, 0]
        sound = (rest > 1e-7 * own) & (pull < 0)
        gain = np.where(sound, pull**2 / np.where(sound, rest, 1.0), 0.0) / variance[:, None]
        out: list[Score] = []
        for j, (k, t) in enumerate(trials):
            first = t.kind.lead + 1
            after = first + 3 * t.kind.arcs
            tails = [worth[j, s.start] for s in t.kind.circuit.slices if s.start >= after]
            g = gain[j, 3:].copy()
            chosen: list[int] = []
            family = len(EXPONENTS)
            for _ in range(_MOST_MORE):
                best = int(np.argmax(g))
                chosen.append(best)
                near = max(best // family - 1, 0) * family, (best // family + 2) * family
                g[near[0] : near[1]] = -1.0
            pick = np.array(chosen)
            out.append(
                Score(
                    arcs=worth[j, first:after:3],
                    tail_parts=tuple(float(x) for x in tails),
                    lead=float(worth[j, 0]) if t.kind.lead else 0.0,
                    inductance=0.0 if t.kind.lead else float(gain[j, 0]),
                    warburg=0.0 if WarburgInfinite in t.kind.tail else float(gain[j, 1]),
                    capacitor=0.0 if Capacitor in t.kind.tail else float(gain[j, 2]),
                    more=np.stack([log_tau[k, pick], exponent[k, pick]], axis=1),
                    more_gain=gain[j, 3 + pick],
                )
            )
        return out

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
                        choice[0]
                        if request.kind.tail[0] is ConstantPhase
                        else np.log(choice[0]) + self.slowest[k]
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
        if spectrum.size > _BLOCK:
            # blocks that stay in the processor's cache are several times faster
            edges = np.flatnonzero(np.r_[True, np.diff(problem) > 0, True])
            cut = [0]
            for e in edges.tolist():
                if e - cut[-1] >= _BLOCK or e == spectrum.size:
                    cut.append(e)

            def block(ends: tuple[int, int]) -> list[Trial]:
                a, b = ends
                own = problem[a:b]
                part = None if goal is None else goal[own[0] : own[-1] + 1]
                return self._block(
                    spectrum[a:b],
                    own - own[0],
                    circuits[a:b],
                    kinds[a:b],
                    thetas[a:b],
                    part,
                    most,
                    tolerance,
                    fresh,
                )

            pairs = [(a, b) for a, b in itertools.pairwise(cut) if b > a]
            return [t for pair in pairs for t in block(pair)]
        return self._block(spectrum, problem, circuits, kinds, thetas, goal, most, tolerance, fresh)

    def _block(
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
            settle=1 if fresh else 2,
            goal=goal,
            factors=stack.factors,
        )
        of = spectrum[end.row]
        n = self.spectra.values[of]
        size = np.array([circuits[r].size for r in end.row])
        prior = np.array(
            [
                _odds(kinds[r], end.theta[j], self.slowest[k], self.leads[k])
                for j, (r, k) in enumerate(zip(end.row, of, strict=True))
            ]
        )
        bic = n * np.log(end.cost / n + self.floor[of]) + (size + 1) * np.log(n) + prior
        residual, _ = stack(end.theta, end.row)
        return [
            Trial(
                kinds[r],
                end.theta[j, : size[j]],
                float(end.cost[j]),
                float(bic[j]),
                residual[j],
                end.jacobian[j, : size[j]],
                end.at_bound[j, : size[j]],
                bool(end.converged[j]),
            )
            for j, r in enumerate(end.row)
        ]
