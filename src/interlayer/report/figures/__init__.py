"""The field's figures, one a file: records (and published points) in, a figure description out."""

from interlayer.report.figures.bode import bode
from interlayer.report.figures.charge_curves import charge_curves
from interlayer.report.figures.common import Published, Trace, trace_of
from interlayer.report.figures.critical_current import critical_current
from interlayer.report.figures.cycle_life import cycle_life
from interlayer.report.figures.drt import drt
from interlayer.report.figures.half_cycles import half_cycles
from interlayer.report.figures.interface_resistance import interface_resistance
from interlayer.report.figures.nyquist import nyquist
from interlayer.report.figures.rate_test import rate_test
from interlayer.report.figures.states import states
from interlayer.report.figures.thickness import thickness
from interlayer.report.figures.voltage_time import voltage_time

__all__ = [
    "Published",
    "Trace",
    "bode",
    "charge_curves",
    "critical_current",
    "cycle_life",
    "drt",
    "half_cycles",
    "interface_resistance",
    "nyquist",
    "rate_test",
    "states",
    "thickness",
    "trace_of",
    "voltage_time",
]
