"""Patchy contact: current gathers at spots, and bridges the gaps between them at high frequency."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from interlayer.circuits.elements.base import (
    ARC_REACH,
    WIDEST_RATIO,
    ComplexArray,
    Element,
    ElementParameter,
    FloatArray,
    Limits,
    Scales,
    as_complex,
    stack,
)


class Constriction(Element):
    """Contact on spots: spreading resistance R_s and charge transfer R_ct || C_dl of the spots in series, the
    capacitance C_gap of the gaps beside both.

    At high frequency the gaps carry displacement current, lines of current stay straight and neither
    resistance is seen; constriction acts below omega R_s C_gap = 1 only, hence "dynamic". Without charge
    transfer it is the contact-geometry impedance of Fleig and Maier, an arc of R_s beside C_gap; for gaps
    that carry next to nothing (R_s C_gap much below R_ct C_dl) it is two arcs in series.
    """

    symbol: ClassVar[str] = "Rcon"
    equation: ClassVar[str] = "R / (1/(1 + k/(1 + 1j*omega*tau_ct)) + 1j*omega*tau)"
    parameters: ClassVar[tuple[ElementParameter, ...]] = (
        ElementParameter("R", "ohm", "spreading resistance of the spots"),
        ElementParameter("tau", "s", "R_s C_gap"),
        ElementParameter("k", "1", "charge transfer over spreading resistance"),
        ElementParameter("tau_ct", "s", "R_ct C_dl, time constant of charge transfer at the spots"),
    )
    reference: ClassVar[str] = (
        "Fleig and Maier, J. Electroceramics 1 (1997) 73; "
        "Eckhardt, Klar, Janek and Heiliger, ACS Appl. Mater. Interfaces 14 (2022) 35545"
    )

    @classmethod
    def both(cls, omega: FloatArray, p: FloatArray) -> tuple[ComplexArray, ComplexArray]:
        """Z = R g/(1 + j omega tau g), g = 1 + k/(1 + j omega tau_ct); dZ/dg = R/(1 + j omega tau g)^2."""
        r, tau, k, tau_ct = p[..., :1], p[..., 1:2], p[..., 2:3], p[..., 3:4]
        relaxed = as_complex(1.0 / (1.0 + 1j * omega * tau_ct))
        g = 1.0 + k * relaxed
        bridged = 1.0 / (1.0 + 1j * omega * tau * g)
        share = g * bridged
        by_g = r * bridged * bridged
        return r * share, stack(
            share, -1j * omega * r * share * share, by_g * relaxed, -1j * omega * k * by_g * relaxed * relaxed
        )

    @classmethod
    def reported(cls) -> tuple[ElementParameter, ...]:
        """R_s, C_gap, R_ct, C_dl."""
        return (
            ElementParameter("R_s", "ohm", "spreading resistance of the spots"),
            ElementParameter("C_gap", "F", "capacitance of the gaps"),
            ElementParameter("R_ct", "ohm", "charge transfer resistance of the spots"),
            ElementParameter("C_dl", "F", "double layer capacitance of the spots"),
        )

    @classmethod
    def to_reported(cls, p: FloatArray) -> tuple[FloatArray, FloatArray]:
        """C_gap = tau/R, R_ct = k R, C_dl = tau_ct/(k R), with their derivatives."""
        r, tau, k, tau_ct = (float(x) for x in p)
        c_gap, r_ct, c_dl = tau / r, k * r, tau_ct / (k * r)
        jacobian = np.array(
            [
                [1.0, 0.0, 0.0, 0.0],
                [-c_gap / r, 1.0 / r, 0.0, 0.0],
                [k, 0.0, r, 0.0],
                [-c_dl / r, 0.0, -c_dl / k, 1.0 / r_ct],
            ]
        )
        return np.array([r, c_gap, r_ct, c_dl]), jacobian

    @classmethod
    def from_reported(cls, values: FloatArray) -> FloatArray:
        """With tau = R_s C_gap, k = R_ct/R_s, tau_ct = R_ct C_dl."""
        r, c_gap, r_ct, c_dl = values
        return np.array([r, r * c_gap, r_ct / r, r_ct * c_dl])

    @classmethod
    def limits(cls, scales: Scales) -> tuple[Limits, ...]:
        """Both time constants not far outside the measured frequencies."""
        tau = scales.fast / ARC_REACH, scales.slow * ARC_REACH
        return (scales.small, scales.large), tau, (1.0 / WIDEST_RATIO, WIDEST_RATIO), tau
