"""Simulate, measure and design the layer between lithium metal and a solid electrolyte.

    import interlayer as il

    cell = il.cells.load("ding2024/cuf2-20ul")
    record = il.simulate(cell, il.Protocol(["Plate at 0.1 mA/cm2 for 1 hour", "Strip at 0.1 mA/cm2 for 1 hour"]))
    record.plot()
    il.metrics.asr(record)

A cell says what was built, a protocol what is done to it, a record what happened (simulated or measured),
metrics are numbers with unit, uncertainty and evidence. SI units inside; current > 0 is oxidation at the
working electrode.

Names are loaded when they are first used, so that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from interlayer.errors import InterlayerError
from interlayer.version import __version__

if TYPE_CHECKING:
    from interlayer import cells, materials, metrics, sweep, uncertainty
    from interlayer import protocol as protocols
    from interlayer.cell import Cell
    from interlayer.circuits.fit import fit_spectrum
    from interlayer.coating import Coating
    from interlayer.protocol.protocol import Protocol
    from interlayer.readers.read import read
    from interlayer.record.record import Record
    from interlayer.record.store import load, save
    from interlayer.reporting import write_report
    from interlayer.simulation import simulate
    from interlayer.spectrum import impedance

__all__ = [
    "Cell",
    "Coating",
    "InterlayerError",
    "Protocol",
    "Record",
    "__version__",
    "cells",
    "fit_spectrum",
    "impedance",
    "load",
    "materials",
    "metrics",
    "protocols",
    "read",
    "save",
    "simulate",
    "sweep",
    "uncertainty",
    "write_report",
]

_HOMES = {
    "Cell": "interlayer.cell:Cell",
    "Coating": "interlayer.coating:Coating",
    "Protocol": "interlayer.protocol.protocol:Protocol",
    "Record": "interlayer.record.record:Record",
    "cells": "interlayer.cells",
    "fit_spectrum": "interlayer.circuits.fit:fit_spectrum",
    "impedance": "interlayer.spectrum:impedance",
    "load": "interlayer.record.store:load",
    "materials": "interlayer.materials",
    "metrics": "interlayer.metrics",
    "protocols": "interlayer.protocol",
    "read": "interlayer.readers.read:read",
    "save": "interlayer.record.store:save",
    "simulate": "interlayer.simulation:simulate",
    "sweep": "interlayer.sweep",
    "uncertainty": "interlayer.uncertainty",
    "write_report": "interlayer.reporting:write_report",
}
"""Where each public name that is loaded late lives: 'module' or 'module:name'."""


def __getattr__(name: str) -> Any:
    """Load a public name when it is first used."""
    if name not in _HOMES:
        raise AttributeError(f"module 'interlayer' has no attribute '{name}'")
    module, _, inside = _HOMES[name].partition(":")
    found = import_module(module)
    if inside:
        found = getattr(found, inside)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
