"""Butler-Volmer with unequal transfer coefficients on faces of unequal exchange current: |V+| and |V-| differ.

Of the two faces one is oxidised, the other reduced; each obeys i = i0 (exp(a F eta/RT) - exp(-(1 - a) F
eta/RT)), here solved by Newton for the current of the step (Newman and Thomas-Alyea, Electrochemical Systems,
2004, ch. 8).
"""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Mechanism, Slice

RT_F = 0.02569


class UnequalTransfer(Mechanism):
    def __init__(self, exchange_A: tuple[float, float], alpha: float) -> None:
        self.exchange_A, self.alpha = exchange_A, alpha

    def act(self, s: Slice) -> None:
        current = s.segment.current_A
        if current:
            one = self._eta(current / self.exchange_A[0])
            two = self._eta(-current / self.exchange_A[1])
            linear = RT_F * current * (1.0 / self.exchange_A[0] + 1.0 / self.exchange_A[1])
            s.interface_ohm *= float((one - two) / linear)

    def _eta(self, y: float) -> float:
        x = np.arcsinh(0.5 * y) * 2.0
        for _ in range(30):
            forth, back = np.exp(self.alpha * x), np.exp(-(1.0 - self.alpha) * x)
            x -= (forth - back - y) / (self.alpha * forth + (1.0 - self.alpha) * back)
        return RT_F * x
