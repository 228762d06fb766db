"""Equivalent circuits: elements, notation, and fitting without a guess."""

from interlayer.circuits.assignment import CellResistances, resistances
from interlayer.circuits.averaging import averaged
from interlayer.circuits.cdc import Described, Given, parse_cdc, print_cdc
from interlayer.circuits.circuit import Circuit
from interlayer.circuits.fit import fit_spectra, fit_spectrum
from interlayer.circuits.notation import parse_circuit
from interlayer.circuits.profile import Interval, interval
from interlayer.circuits.result import Arc, Candidate, CircuitFit, Parameter

__all__ = [
    "Arc",
    "Candidate",
    "CellResistances",
    "Circuit",
    "CircuitFit",
    "Described",
    "Given",
    "Interval",
    "Parameter",
    "averaged",
    "fit_spectra",
    "fit_spectrum",
    "interval",
    "parse_cdc",
    "parse_circuit",
    "print_cdc",
    "resistances",
]
