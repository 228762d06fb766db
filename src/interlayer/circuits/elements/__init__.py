"""Circuit elements, one a file; being listed here is being tested."""

from interlayer.circuits.elements.base import Element, ElementParameter
from interlayer.circuits.elements.capacitor import Capacitor
from interlayer.circuits.elements.constriction import Constriction
from interlayer.circuits.elements.cpe import ConstantPhase
from interlayer.circuits.elements.gerischer import Gerischer
from interlayer.circuits.elements.gerischer_finite import FiniteGerischer
from interlayer.circuits.elements.inductor import Inductor
from interlayer.circuits.elements.inductor_modified import ModifiedInductor
from interlayer.circuits.elements.line_capacitor_open import OpenCapacitorLine
from interlayer.circuits.elements.line_capacitor_short import ShortCapacitorLine
from interlayer.circuits.elements.line_charge_transfer_open import OpenChargeTransferLine
from interlayer.circuits.elements.line_charge_transfer_short import ShortChargeTransferLine
from interlayer.circuits.elements.line_cpe_open import OpenConstantPhaseLine
from interlayer.circuits.elements.line_cpe_short import ShortConstantPhaseLine
from interlayer.circuits.elements.line_resistor_open import OpenResistorLine
from interlayer.circuits.elements.line_resistor_short import ShortResistorLine
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
    ModifiedInductor,
    ConstantPhase,
    Zarc,
    ParallelRC,
    WarburgInfinite,
    WarburgShort,
    WarburgOpen,
    Gerischer,
    FiniteGerischer,
    Constriction,
    OpenResistorLine,
    ShortResistorLine,
    OpenCapacitorLine,
    ShortCapacitorLine,
    OpenConstantPhaseLine,
    ShortConstantPhaseLine,
    OpenChargeTransferLine,
    ShortChargeTransferLine,
)
"""Every element that a circuit may contain."""

__all__ = [
    "ALL_ELEMENTS",
    "Capacitor",
    "ConstantPhase",
    "Constriction",
    "Element",
    "ElementParameter",
    "FiniteGerischer",
    "Gerischer",
    "Inductor",
    "ModifiedInductor",
    "OpenCapacitorLine",
    "OpenChargeTransferLine",
    "OpenConstantPhaseLine",
    "OpenResistorLine",
    "ParallelRC",
    "Resistor",
    "ShortCapacitorLine",
    "ShortChargeTransferLine",
    "ShortConstantPhaseLine",
    "ShortResistorLine",
    "WarburgInfinite",
    "WarburgOpen",
    "WarburgShort",
    "Zarc",
    "effective_capacitance",
]
