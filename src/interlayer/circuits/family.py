"""The circuits that a search chooses from: an intercept, arcs, a low-frequency tail, perhaps an inductance."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from interlayer.circuits.circuit import Circuit
from interlayer.circuits.data import SpectrumData
from interlayer.circuits.elements import (
    Capacitor,
    ConstantPhase,
    Element,
    Inductor,
    Resistor,
    WarburgInfinite,
    WarburgShort,
    Zarc,
)
from interlayer.circuits.elements.base import FloatArray
from interlayer.circuits.least_squares import IntArray

Tail = tuple[type[Element], ...]

MOST_ARCS = 4
RICH: Tail = (WarburgInfinite, Capacitor)
"""Warburg's element and a capacitor: the two ends of what a tail can be."""
TAILS: tuple[Tail, ...] = (
    (),
    (ConstantPhase,),
    (WarburgInfinite,),
    (Capacitor,),
    RICH,
    (WarburgShort,),
    (WarburgShort, Capacitor),
)
ENDS: tuple[Tail, ...] = ((WarburgInfinite,), (Capacitor,))
TAIL_SHAPES: dict[type[Element], tuple[tuple[float, ...], ...]] = {
    # start values of a tail's shape parameters; times count in units of 1/omega_min
    ConstantPhase: ((0.5,), (0.8,)),
    WarburgShort: ((10.0,), (0.7,)),
}
WHOLE = Circuit.series(Inductor, Resistor, Zarc, WarburgInfinite, Capacitor, ConstantPhase, WarburgShort)
"""Every element of the family once; its limits are those of all its circuits."""
_UNLIKELY = 4.0
"""-2 ln(odds) of odds of about 1 to 7."""
_FLAT = 0.55
_WS_APEX = float(np.log(2.54))
"""Its arc peaks at omega tau = 2.54."""


@dataclass(frozen=True)
class Kind:
    """A circuit of the family."""

    arcs: int
    tail: Tail
    lead: bool

    @property
    def circuit(self) -> Circuit:
        """The circuit itself."""
        return _circuit(self)


@cache
def _circuit(kind: Kind) -> Circuit:
    lead = (Inductor,) if kind.lead else ()
    return Circuit.series(*lead, Resistor, *([Zarc] * kind.arcs), *kind.tail)


@cache
def places_in_whole(kind: Kind) -> IntArray:
    """Place of each coordinate of the circuit among those of `WHOLE`."""
    at = {p.element: s for p, s in zip(WHOLE.placed, WHOLE.slices, strict=True)}
    parts = [np.arange(at[p.element].start, at[p.element].stop) for p in kind.circuit.placed]
    return np.concatenate(parts)


def shows_lead(data: SpectrumData) -> bool:
    """Whether a point at the high-frequency end is inductive."""
    return bool(np.any(data.impedance_ohm.imag[:5] > 0))


def odds(kind: Kind, theta: FloatArray, slowest: float, lead: bool) -> float:
    """What is added to the criterion of circuits that are rarely the physical ones, -2 ln(odds).

    A constant phase in series stands for no one process; an arc with an exponent near 1/2 is a diffusion
    element in disguise; a finite diffusion element whose arc lies inside the window is an arc in disguise; an
    inductance of which no point shows anything is more often noise.
    """
    first = kind.lead + 1
    after = first + 3 * kind.arcs
    unlikely = int(np.sum(theta[first + 2 : after : 3] < _FLAT))
    unlikely += kind.tail == (ConstantPhase,)
    unlikely += kind.lead and not lead
    if kind.tail and kind.tail[0] is WarburgShort:
        unlikely += bool(theta[after + 1] < slowest + _WS_APEX)
    return _UNLIKELY * unlikely
