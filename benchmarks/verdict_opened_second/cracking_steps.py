"""Grain boundaries that crack one after the other: each leaves fewer ways, the resistance jumps up.

Cracks come as a Poisson process and leave longer ways to the ions (growth of cracks in solid electrolytes: Tippens et
al., ACS Energy Lett. 2019, 4, 1475). R grows by the product of the steps, whose logarithms are gamma distributed.
"""

from __future__ import annotations

import numpy as np

from benchmarks.verdict_opened_second.course import position, series_ohm
from interlayer.trouble.mechanism import Mechanism, Slice


class CrackingSteps(Mechanism):
    """`factor` of the whole resistance after `count` steps between half-cycles `begin` and `end`.

    `declare`: whether it is a failure that may be declared, or benign.
    """

    def __init__(
        self,
        rng: np.random.Generator,
        factor: float,
        count: int,
        begin: float,
        end: float,
        *,
        declare: bool,
    ) -> None:
        self.at = np.sort(rng.uniform(begin, end, count))
        sizes = rng.gamma(3.0, size=count)
        self.factor = np.exp(np.log(factor) * np.concatenate([[0.0], np.cumsum(sizes / sizes.sum())]))
        self.declare = declare

    def act(self, s: Slice) -> None:
        more = series_ohm(s) * (self.factor[np.searchsorted(self.at, position(s), side="right")] - 1.0)
        if self.declare:
            s.fail("runaway", ohm=more)
        else:
            s.boundary_ohm += more
