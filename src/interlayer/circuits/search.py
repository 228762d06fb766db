"""Search for the circuit that a spectrum asks for, many spectra side by side.

The search begins with the arcs that the scan finds beside a general tail, then moves to the best of the circuits
next to the one it stands on (an arc more or less, another tail, inductance or none, the slowest arc for a tail)
until none is better. What a fit says to first order about its neighbours decides which of them are worth
fitting. All spectra take each of these steps in one call of the least-squares core.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from interlayer.circuits.bounds import bounds
from interlayer.circuits.data import SpectrumData
from interlayer.circuits.elements import Capacitor, ConstantPhase, WarburgInfinite, WarburgShort
from interlayer.circuits.elements.base import FloatArray
from interlayer.circuits.family import ENDS, MOST_ARCS, RICH, TAILS, WHOLE, Kind, Tail, shows_lead
from interlayer.circuits.scan import Grid, grid
from interlayer.circuits.stacked import Spectra
from interlayer.circuits.trials import ONE_MORE, Problems, Request, Score, Trial

_MOST_WAVES = 6
_MOST_TRIES = 3
_SURE = 300.0
"""Worth in chi squared from which an element is not left out."""
_CERTAIN = 1e5
"""... and not even exchanged for another."""
_ARC_MORE = 7.0
"""Gain in chi squared from which an arc more is tried."""
_NEAR_END = 3.0
_ASTRAY = 15.0
"""A fit this much worse than the best one in BIC may have missed its way."""


class Search:
    """The search on one spectrum: says what to fit next, and is told what came out."""

    def __init__(self, data: SpectrumData, found: Callable[[int, bool], list[FloatArray]]) -> None:
        self.data = data
        self.found = found
        self.trials: dict[Kind, Trial] = {}
        self.lead = shows_lead(data)
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

    def begin(self) -> list[Request]:
        """Circuits to fit first."""
        rich = self._possible([self._fresh(k, RICH) for k in (2, 3)])
        # a handful of points bears less
        plain = [Request(Kind(1, (), False), tuple(self.found(1, False)))]
        return rich or self._possible(plain) or [Request(Kind(0, (), False), (np.zeros((0, 2)),))]

    def next(self, score: Score) -> list[Request]:
        """Circuits to fit around the best one."""
        self.waves += 1
        return self._possible(list(self._around(self.best, score)))

    def _fresh(self, arcs: int, tail: Tail) -> Request:
        sets = self.found(arcs, True)[: arcs - 1] + self.found(arcs, False)[: 3 - arcs]
        return Request(Kind(arcs, tail, self.lead), tuple(sets))

    def _around(self, best: Trial, score: Score) -> Iterator[Request]:
        kind, shapes = best.kind, best.arcs
        for tail in self._tails(kind.tail, score):
            yield Request(replace(kind, tail=tail), (shapes,))
        if score.lead < _SURE if kind.lead else score.inductance > ONE_MORE:
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
            and not (len(t) == 1 and tail in ENDS and t in ENDS)
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
    limits = [bounds(WHOLE, d) for d in data]
    lower, upper = np.array([low for low, _ in limits]), np.array([high for _, high in limits])
    grids: dict[tuple[bool, bool], Grid] = {}
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

    searches = [Search(d, finder(k, shows_lead(d))) for k, d in enumerate(data)]
    problems = Problems(spectra, lower, upper)

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

    climb([(k, r) for k, s in enumerate(searches) for r in s.begin()])
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
