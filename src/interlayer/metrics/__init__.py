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
from interlayer.metrics.growth_law import GrowthLaw, growth_law
from interlayer.metrics.half_cycles import HalfCycle, half_cycles
from interlayer.metrics.interface_growth import GrowthPoint, interface_growth
from interlayer.metrics.listing import ALL_METRICS, MetricKind, evaluate
from interlayer.metrics.overpotential import plateau
from interlayer.metrics.rate import RateRow, rate_table
from interlayer.metrics.rate_capability import CapacityLevel, capacity_table
from interlayer.metrics.short import Short, short

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
    "Metric",
    "MetricKind",
    "Passage",
    "RateRow",
    "Short",
    "SpectrumResistances",
    "arrhenius",
    "asr",
    "capacity_table",
    "compare_ac_dc",
    "critical_current",
    "current_fractions",
    "cycles",
    "evaluate",
    "growth_law",
    "half_cycles",
    "interface_growth",
    "no_cycles",
    "plateau",
    "rate_table",
    "resistances",
    "retention",
    "short",
]
