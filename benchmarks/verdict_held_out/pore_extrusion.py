"""Lithium that the stack pressure squeezes through the pores of a pellet, by power-law creep.

Creep under the gradient of pressure, dx/dt ~ (p/x)^n with n = 6.6 (LePage et al., J. Electrochem. Soc. 2019,
166, A89, doi:10.1149/2.0221902jes), gives x ~ t^(1/(n + 1)): shorts come with time under pressure, not with
charge (Doux et al., Adv. Energy Mater. 2020, 10, 1903253, doi:10.1002/aenm.201903253). The pores' lengths are
normally distributed.
"""

from __future__ import annotations

import numpy as np
from scipy.special import erfc

from interlayer.trouble.mechanism import Mechanism, Slice

NORTON = 6.6
WIDTH = 2.5631
"""Between the deciles of a normal distribution, in standard deviations."""


class PoreExtrusion(Mechanism):
    """`middle_s`: when half of the pores are through; `within_s`: from a tenth to nine tenths of them."""

    def __init__(self, conductance_S: float, middle_s: float, within_s: float) -> None:
        self.conductance_S, self.middle_s = conductance_S, middle_s
        self.spread = within_s / (WIDTH * (NORTON + 1.0) * middle_s)

    def act(self, s: Slice) -> None:
        reach = (s.time_s / self.middle_s) ** (1.0 / (NORTON + 1.0))
        s.shunt_S += 0.5 * self.conductance_S * erfc((1.0 - reach) / (np.sqrt(2.0) * self.spread))
