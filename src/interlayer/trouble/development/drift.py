"""Slow change of a resistance without harm: wetting, interphase growth, a pellet that drifts."""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Mechanism, Plan, Slice
from interlayer.trouble.specimen import log_uniform


class Drift(Mechanism):
    """R/R_0 = 1 + a g(t/t_end), g exponential (1 - exp(-x/w))/(1 - exp(-1/w)), square root, or linear.

    a > 0 is growth (square root: a film that grows by diffusion, Wagner 1933), a < 0 wetting or healing.
    """

    source = "wagner1933"

    def __init__(
        self, amount: float, law: str, end_s: float, *, pellet: bool = False, width: float = 0.2
    ) -> None:
        self.amount, self.law, self.end_s, self.pellet, self.width = amount, law, end_s, pellet, width

    def act(self, s: Slice) -> None:
        """Scale the interface, or the pellet."""
        x = s.time_s / self.end_s
        if self.law == "exponential":
            g = -np.expm1(-x / self.width) / -np.expm1(-1.0 / self.width)
        elif self.law == "root":
            g = np.sqrt(x)
        else:
            g = x
        factor = np.maximum(1.0 + self.amount * g, 0.02)
        if self.pellet:
            s.bulk_ohm *= factor
            s.boundary_ohm *= factor
        else:
            s.interface_ohm *= factor


def draw(rng: np.random.Generator, plan: Plan) -> Drift:
    """Decline by up to 60 % of the interface, growth up to threefold, or a pellet that drifts by 10 %."""
    end = sum(x.duration_s for x in plan.programme.segments)
    kind = rng.random()
    if kind < 0.4:
        return Drift(-rng.uniform(0.1, 0.6), "exponential", end, width=rng.uniform(0.15, 0.6))
    if kind < 0.8:
        return Drift(log_uniform(rng, 0.05, 2.0), str(rng.choice(["root", "linear"])), end)
    return Drift(rng.uniform(-0.1, 0.1), "linear", end, pellet=True)
