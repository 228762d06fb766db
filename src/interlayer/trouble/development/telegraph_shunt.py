"""Filaments that touch and melt or are stripped off again: recovering micro-shorts."""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Mechanism, Plan, Slice


class TelegraphShunt(Mechanism):
    """G_0 between each pair of moments (half-cycles with share), zero otherwise."""

    source = "random telegraph"

    def __init__(self, conductance_S: float, begins: np.ndarray, ends: np.ndarray) -> None:
        self.conductance_S, self.begins, self.ends = conductance_S, begins, ends

    def act(self, s: Slice) -> None:
        """Add the conductance."""
        share = s.share if s.direction else np.ones_like(s.time_s)
        at = max(s.half_cycle, 0) + share
        opened = np.searchsorted(self.begins, at, side="right")
        closed = np.searchsorted(self.ends, at, side="right")
        s.shunt_S += self.conductance_S * (opened > closed)


def draw(rng: np.random.Generator, plan: Plan, conductance_S: float) -> TelegraphShunt:
    """Some openings after each other, each long enough for some rows of the record."""
    half, share = plan.moment(rng, 0.15, 0.6)
    count = int(rng.integers(2, 9))
    single = len(plan.programme.halves) == 1
    least = (6.0 if single else 4.0) / plan.rows_a_half
    longest = 0.06 if single else float(rng.choice([0.8, 3.0]))
    length = np.exp(rng.uniform(np.log(least), np.log(max(longest, 1.5 * least)), count))
    pause = np.exp(rng.uniform(np.log(least), np.log(max(longest, 1.5 * least)), count))
    edges = half + share + np.cumsum(np.stack([pause, length], axis=1).ravel()) - pause[0]
    last = 0.97 if single else len(plan.programme.halves) - 1.0
    begins, ends = edges[0::2], edges[1::2]
    good = ends < last
    return TelegraphShunt(conductance_S, begins[good], ends[good])
