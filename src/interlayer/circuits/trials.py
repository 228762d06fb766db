"""Fits of one wave of a search: many spectra, circuits and starts in one call, and what they say about others."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from interlayer.circuits.elements import Capacitor, ConstantPhase, WarburgInfinite
from interlayer.circuits.elements.base import FloatArray
from interlayer.circuits.family import TAIL_SHAPES, Kind, odds, places_in_whole, shows_lead
from interlayer.circuits.least_squares import BoolArray, minimise
from interlayer.circuits.scan import EXPONENTS, arc_columns
from interlayer.circuits.stacked import Spectra, Stack

MODEL_FLOOR = 1e-4
"""Relative accuracy beyond which no circuit is trusted: noise-free spectra do not earn further arcs."""
_QUICK = 30
_QUICK_TOLERANCE = 3e-4
_THOROUGH = 200
_THOROUGH_TOLERANCE = 1e-9
_KEEP = 2
_BLOCK = 250
"""Rows that are solved together: more would not stay in the processor's cache."""
_MOST_MORE = 2
ONE_MORE = 2.0
"""Gain in chi squared from which an element more is tried."""


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
        return max(self.warburg, self.capacitor) > ONE_MORE


class Problems:
    """Fits of one wave."""

    def __init__(self, spectra: Spectra, lower: FloatArray, upper: FloatArray) -> None:
        self.spectra = spectra
        self.lower, self.upper = lower, upper
        power = np.sum(spectra.target**2, axis=1)
        self.floor = MODEL_FLOOR**2 * 2.0 * power / spectra.values
        self.columns = arc_columns(spectra)
        self.leads = [shows_lead(d) for d in spectra.data]
        self.slowest = -spectra.log_omega.min(axis=1)

    def fit(self, asked: list[tuple[int, Request]], rival: FloatArray) -> list[Trial]:
        """Fit what is asked for; given up early where a circuit cannot reach the criterion of its rival.

        Parameters
        ----------
        asked : list of (spectrum, request)
        rival : array (len(asked),)
            Infinity where there is none.
        """
        rows = [
            _Row(k, number, request.kind, theta)
            for number, (k, request) in enumerate(asked)
            for theta in self._starts(k, request)
        ]
        at = np.array([k for k, _ in asked], dtype=np.intp)
        n = self.spectra.values[at]
        size = np.array([r.kind.circuit.size for _, r in asked])
        with np.errstate(over="ignore"):
            goal = n * (np.exp((rival - (size + 1) * np.log(n)) / n) - self.floor[at])
        goal = np.where(np.isfinite(goal), np.maximum(goal, 0.0), np.inf)
        out: list[Trial] = []
        for a, b in itertools.pairwise(_cuts([r.problem for r in rows])):
            first, last = rows[a].problem, rows[b - 1].problem
            out += self._solve(rows[a:b], goal[first : last + 1])
        return out

    def polish(self, trials: list[tuple[int, Trial]]) -> list[Trial]:
        """Go on to the very minimum."""
        rows = [_Row(k, number, t.kind, t.theta) for number, (k, t) in enumerate(trials)]
        out: list[Trial] = []
        for a, b in itertools.pairwise(_cuts([r.problem for r in rows])):
            out += self._solve(rows[a:b], None)
        return out

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
            choices = [(*c, *s) for c in choices for s in TAIL_SHAPES.get(element, ((),))]
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

    def _solve(self, rows: list[_Row], goal: FloatArray | None) -> list[Trial]:
        """Fit rows: quickly and from factors of their own with a goal, to the end from where they are without."""
        spectrum = np.array([r.spectrum for r in rows], dtype=np.intp)
        problem = np.array([r.problem for r in rows], dtype=np.intp)
        stack = Stack(self.spectra, spectrum, [r.kind.circuit for r in rows])
        theta = np.zeros((len(rows), stack.width))
        index = np.full(theta.shape, -1, dtype=np.intp)
        for j, row in enumerate(rows):
            theta[j, : row.theta.size] = row.theta
            index[j, : row.theta.size] = places_in_whole(row.kind)
        there, index = index >= 0, np.maximum(index, 0)
        lower = np.where(there, np.take_along_axis(self.lower[spectrum], index, 1), 0.0)
        upper = np.where(there, np.take_along_axis(self.upper[spectrum], index, 1), 0.0)
        quick = goal is not None
        end = minimise(
            stack,
            stack.with_factors(theta, lower, upper) if quick else theta,
            lower,
            upper,
            problem - problem[0],
            most=_QUICK if quick else _THOROUGH,
            keep=_KEEP,
            tolerance=_QUICK_TOLERANCE if quick else _THOROUGH_TOLERANCE,
            settle=1 if quick else 2,
            goal=goal,
            factors=stack.factors,
        )
        of = spectrum[end.row]
        n = self.spectra.values[of]
        kinds = [rows[r].kind for r in end.row]
        size = np.array([k.circuit.size for k in kinds])
        prior = [
            odds(kind, theta, self.slowest[k], self.leads[k])
            for kind, theta, k in zip(kinds, end.theta, of, strict=True)
        ]
        bic = n * np.log(end.cost / n + self.floor[of]) + (size + 1) * np.log(n) + np.array(prior)
        return [
            Trial(
                kind,
                end.theta[j, : size[j]],
                float(end.cost[j]),
                float(bic[j]),
                end.residual[j],
                end.jacobian[j, : size[j]],
                end.at_bound[j, : size[j]],
                bool(end.converged[j]),
            )
            for j, kind in enumerate(kinds)
        ]


@dataclass(frozen=True)
class _Row:
    """One start of one problem."""

    spectrum: int
    problem: int
    kind: Kind
    theta: FloatArray


def _cuts(problem: list[int]) -> list[int]:
    """Ends of blocks of about `_BLOCK` rows that do not divide a problem."""
    cuts = [0]
    for k, (one, following) in enumerate(itertools.pairwise(problem), start=1):
        if one != following and k - cuts[-1] >= _BLOCK:
            cuts.append(k)
    return [*cuts, len(problem)] if problem else cuts
