"""Dendrites that touch and are shut off again by the film that grows on them.

The film grows as the square root of time (Wagner 1933; of lithium: Peled, J. Electrochem. Soc. 1979, 126, 2047,
doi:10.1149/1.2128859) and electrons have to tunnel through it: G = G_1 exp(-sqrt(t/tau)) after each touch.
"""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Mechanism, Slice


class Repassivation(Mechanism):
    """`touches_s`: test times at which one touches; `tau_s`: time in which its conductance falls by e."""

    def __init__(self, conductance_S: float, touches_s: np.ndarray, tau_s: float) -> None:
        self.conductance_S, self.touches_s, self.tau_s = conductance_S, touches_s, tau_s

    def act(self, s: Slice) -> None:
        age = s.time_s[:, None] - self.touches_s[None, :]
        film = np.sqrt(np.maximum(age, 0.0) / self.tau_s)
        s.shunt_S += self.conductance_S * np.where(age >= 0.0, np.exp(-film), 0.0).sum(axis=1)
