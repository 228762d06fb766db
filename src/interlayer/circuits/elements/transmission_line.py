"""What uniform transmission lines share: a pore, or a composite electrode, of one ionic resistance."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

import numpy as np

from interlayer.circuits.elements.base import ComplexArray, Element, FloatArray, stack
from interlayer.circuits.elements.hyperbolic import coth_ratio, tanh_ratio


class TransmissionLine(Element):
    """Uniform line of ionic resistance R_ion along, impedance zeta across, no resistance of electrons.

    With u = R_ion/zeta an open far end gives Z = R_ion coth(sqrt u)/sqrt u, a short-circuited one
    R_ion tanh(sqrt u)/sqrt u.
    """

    is_open: ClassVar[bool]
    """Whether nothing passes the far end; otherwise it is short-circuited."""

    @classmethod
    @abstractmethod
    def load(cls, omega: FloatArray, p: FloatArray) -> tuple[ComplexArray, tuple[ComplexArray, ...]]:
        """Return u = R_ion/zeta and the derivatives of ln(u) by all parameters but the first."""

    @classmethod
    def both(cls, omega: FloatArray, p: FloatArray) -> tuple[ComplexArray, ComplexArray]:
        """Chain rule over ln(u); u does not depend on the first parameter, R_ion."""
        u, rates = cls.load(omega, p)
        ratio, slope = (coth_ratio if cls.is_open else tanh_ratio)(np.sqrt(u))
        scaled = p[..., :1] * slope
        return p[..., :1] * ratio, stack(ratio, *(scaled * rate for rate in rates))
