"""A pinhole through the electrolyte that pressing filled with lithium: shorted before the first current.

A wire of lithium with its two constrictions, R = rho (L/(pi r^2) + 1/(2 r)) (Holm, Electric Contacts, 1967),
rho that of the metal with its temperature: 9.3e-8 ohm m at 20 degC and 0.43 % a kelvin (Chi, J. Phys. Chem.
Ref. Data 1979, 8, 339, doi:10.1063/1.555598).
"""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Mechanism, Slice

RHO_OHM_M, A_KELVIN, REFERENCE_C = 9.3e-8, 4.3e-3, 20.0


def radius_m(ohm: float, length_m: float) -> float:
    """Of a pinhole of this resistance at 20 degC: the root of ohm r^2 - rho r/2 - rho L/pi = 0."""
    return (0.5 * RHO_OHM_M + np.sqrt(0.25 * RHO_OHM_M**2 + 4.0 * ohm * RHO_OHM_M * length_m / np.pi)) / (
        2.0 * ohm
    )


class Pinhole(Mechanism):
    def __init__(self, radius_m: float, length_m: float) -> None:
        self.ohm = RHO_OHM_M * (length_m / (np.pi * radius_m**2) + 0.5 / radius_m)

    def act(self, s: Slice) -> None:
        s.shunt_S += 1.0 / (self.ohm * (1.0 + A_KELVIN * (s.temperature_C - REFERENCE_C)))
