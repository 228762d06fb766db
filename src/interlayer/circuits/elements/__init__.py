"""Circuit elements, one a file; being listed here is being tested."""

from interlayer.circuits.elements.base import Element, ElementParameter
from interlayer.circuits.elements.capacitor import Capacitor
from interlayer.circuits.elements.cpe import ConstantPhase
from interlayer.circuits.elements.inductor import Inductor
from interlayer.circuits.elements.parallel_rc import ParallelRC
from interlayer.circuits.elements.resistor import Resistor
from interlayer.circuits.elements.warburg_infinite import WarburgInfinite
from interlayer.circuits.elements.warburg_open import WarburgOpen
from interlayer.circuits.elements.warburg_short import WarburgShort
from interlayer.circuits.elements.zarc import Zarc, effective_capacitance

ALL_ELEMENTS: tuple[type[Element], ...] = (
    Resistor,
    Capacitor,
    Inductor,
    ConstantPhase,
    Zarc,
    ParallelRC,
    WarburgInfinite,
    WarburgShort,
    WarburgOpen,
)
"""Every element that a circuit may contain."""

__all__ = [
    "ALL_ELEMENTS",
    "Capacitor",
    "ConstantPhase",
    "Element",
    "ElementParameter",
    "Inductor",
    "ParallelRC",
    "Resistor",
    "WarburgInfinite",
    "WarburgOpen",
    "WarburgShort",
    "Zarc",
    "effective_capacitance",
]
