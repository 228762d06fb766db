"""Record in, numbers with unit, uncertainty and evidence out."""

from interlayer.metrics.ac_dc import AcDc, AcDcPoint, compare_ac_dc
from interlayer.metrics.arrhenius import Arrhenius, arrhenius
from interlayer.metrics.base import Metric
from interlayer.metrics.capacity_retention import retention
from interlayer.metrics.cell_resistances import SpectrumResistances, resistances
from interlayer.metrics.critical_current import CriticalCurrent, critical_current
from interlayer.metrics.current_fraction import CurrentFraction, current_fractions
from interlayer.metrics.cycles import Cycle, Passage, cycles, no_cycles
from interlayer.metrics.dc_asr import asr
from interlayer.metrics.electronic_conductivity import electronic_arrhenius
from interlayer.metrics.growth_law import GrowthLaw, growth_law
from interlayer.metrics.half_cycle_shape import half_cycle_shapes
from interlayer.metrics.half_cycles import HalfCycle, half_cycles
from interlayer.metrics.incremental_capacity import IncrementalCapacity, incremental_capacity
from interlayer.metrics.interface_growth import GrowthPoint, interface_growth
from interlayer.metrics.kind_of_test import TestKind, kind_of_record
from interlayer.metrics.layer_electronic_conductivity import layer_electronic_conductivity
from interlayer.metrics.listing import ALL_METRICS, MetricKind, evaluate
from interlayer.metrics.overpotential import plateau
from interlayer.metrics.rate import RateRow, rate_table
from interlayer.metrics.rate_capability import CapacityLevel, capacity_table
from interlayer.metrics.series_rule import LayerConductivity, layer_conductivity
from interlayer.metrics.short import Short, short
from interlayer.metrics.time_to_criterion import time_to
from interlayer.metrics.voltage_curves import VoltageCurve, voltage_curves

__all__ = [
    "ALL_METRICS",
    "AcDc",
    "AcDcPoint",
    "Arrhenius",
    "CapacityLevel",
    "CriticalCurrent",
    "CurrentFraction",
    "Cycle",
    "GrowthLaw",
    "GrowthPoint",
    "HalfCycle",
    "IncrementalCapacity",
    "LayerConductivity",
    "Metric",
    "MetricKind",
    "Passage",
    "RateRow",
    "Short",
    "SpectrumResistances",
    "TestKind",
    "VoltageCurve",
    "arrhenius",
    "asr",
    "capacity_table",
    "compare_ac_dc",
    "critical_current",
    "current_fractions",
    "cycles",
    "electronic_arrhenius",
    "evaluate",
    "growth_law",
    "half_cycle_shapes",
    "half_cycles",
    "incremental_capacity",
    "interface_growth",
    "kind_of_record",
    "layer_conductivity",
    "layer_electronic_conductivity",
    "no_cycles",
    "plateau",
    "rate_table",
    "resistances",
    "retention",
    "short",
    "time_to",
    "voltage_curves",
]
