"""Circuits of one element, to put together with '-' and '|': `R(0) - (R(1) - W(1) | CPE(1))`."""

from __future__ import annotations

from dataclasses import dataclass

from interlayer.circuits.circuit import Circuit
from interlayer.circuits.elements import (
    Capacitor,
    ConstantPhase,
    Constriction,
    Element,
    FiniteGerischer,
    Gerischer,
    Inductor,
    ModifiedInductor,
    OpenCapacitorLine,
    OpenChargeTransferLine,
    OpenConstantPhaseLine,
    OpenResistorLine,
    Resistor,
    ShortCapacitorLine,
    ShortChargeTransferLine,
    ShortConstantPhaseLine,
    ShortResistorLine,
    WarburgInfinite,
    WarburgOpen,
    WarburgShort,
)
from interlayer.circuits.elements.base import Label
from interlayer.circuits.nodes import Placed
from interlayer.circuits.notation import names_element, parse_circuit
from interlayer.errors import InputError


@dataclass(frozen=True)
class Maker:
    """Makes circuits of one element."""

    element: type[Element]

    def __call__(self, label: Label = 0) -> Circuit:
        """Return the element as a circuit.

        Parameters
        ----------
        label : int or str
            A number, words ('ct'), or the whole name ('R1', 'R_ct').

        Raises
        ------
        InputError
            If the label cannot be read, or names another element.
        """
        symbol = self.element.symbol
        if isinstance(label, int):
            if label < 0:
                raise InputError(f"label {label} of '{symbol}' is negative", advice="count from 0")
            return Circuit((Placed(self.element, (label,)),))
        words = label if names_element(label) or label.startswith(f"{symbol}_") else f"{symbol}_{label}"
        made = parse_circuit(words)
        if len(made.placed) != 1 or made.placed[0].element is not self.element:
            raise InputError(f"'{label}' is no label of '{symbol}'", advice=f"'{symbol}1' or 'ct'")
        return made


R = Maker(Resistor)
C = Maker(Capacitor)
L = Maker(Inductor)
La = Maker(ModifiedInductor)
CPE = Maker(ConstantPhase)
W = Maker(WarburgInfinite)
Wo = Maker(WarburgOpen)
Ws = Maker(WarburgShort)
G = Maker(Gerischer)
Gs = Maker(FiniteGerischer)
Rcon = Maker(Constriction)
TLMR = Maker(OpenResistorLine)
TLMRs = Maker(ShortResistorLine)
TLMC = Maker(OpenCapacitorLine)
TLMCs = Maker(ShortCapacitorLine)
TLMQ = Maker(OpenConstantPhaseLine)
TLMQs = Maker(ShortConstantPhaseLine)
TLMRQ = Maker(OpenChargeTransferLine)
TLMRQs = Maker(ShortChargeTransferLine)
