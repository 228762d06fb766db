"""All metrics: an explicit list, and the function that evaluates it on a record."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from interlayer.errors import InputError, unknown_name
from interlayer.metrics.ac_dc import ac_resistance, dc_over_ac
from interlayer.metrics.analysis import Analysis
from interlayer.metrics.areal_cycle_capacity import areal_charge_capacity, areal_discharge_capacity
from interlayer.metrics.base import Metric
from interlayer.metrics.capacity_retention import capacity_retention
from interlayer.metrics.cell_resistances import asr_per_interface, r_b, r_b_plus_r_gb, r_gb, r_int
from interlayer.metrics.coulombic_efficiency import coulombic_efficiency
from interlayer.metrics.critical_current import (
    critical_current_density_first_failed,
    critical_current_density_last_passed,
    critical_current_first_failed,
    critical_current_last_passed,
    cumulative_areal_capacity,
)
from interlayer.metrics.current_fraction import current_fraction
from interlayer.metrics.cycle_capacity import (
    charge_capacity,
    discharge_capacity,
    specific_charge_capacity,
    specific_discharge_capacity,
)
from interlayer.metrics.dc_asr import dc_asr, dc_resistance
from interlayer.metrics.electrode_overpotential import plating_overpotential, stripping_overpotential
from interlayer.metrics.electronic_conductivity import (
    electronic_conductivity,
    electronic_conductivity_iv,
    iv_nonlinearity,
    steady_conductance,
)
from interlayer.metrics.energy_efficiency import energy_efficiency
from interlayer.metrics.half_cycle_shape import end_over_middle, start_over_middle
from interlayer.metrics.half_cycles import half_cycle_count
from interlayer.metrics.heat_generation import heat_generation
from interlayer.metrics.incremental_capacity import charge_peak, discharge_peak
from interlayer.metrics.interface_growth import r_int_ratio
from interlayer.metrics.lithium_efficiency import aurbach_efficiency, lithium_efficiency
from interlayer.metrics.overpotential import end_overpotential, plateau_overpotential, start_overpotential
from interlayer.metrics.passed_capacity import areal_capacity, cumulative_capacity
from interlayer.metrics.polarisation_asymmetry import polarisation_asymmetry
from interlayer.metrics.polarisation_gap import polarisation_gap
from interlayer.metrics.polarisation_growth import polarisation_growth
from interlayer.metrics.rate import rate_overpotential, rate_recovery
from interlayer.metrics.rate_capability import rate_capability, rate_capability_recovery
from interlayer.metrics.resistance_drift import dc_asr_drift, dc_resistance_drift
from interlayer.metrics.short import time_to_short
from interlayer.metrics.time_to_criterion import time_to_doubling
from interlayer.record import Record


@dataclass(frozen=True)
class MetricKind:
    """One metric of the list.

    Attributes
    ----------
    name : str
    unit : str
    function : callable
        From the analysis of a record to the metrics of this name; call the kind itself with a record.
    meaning : str
        In words.
    """

    name: str
    unit: str
    function: Callable[[Analysis], tuple[Metric, ...]]
    meaning: str

    def __call__(self, record: Record) -> tuple[Metric, ...]:
        """Evaluate this metric on a record."""
        return self.function(Analysis(record))


ALL_METRICS: tuple[MetricKind, ...] = (
    MetricKind("half_cycles", "1", half_cycle_count, "number of half-cycles in the record"),
    MetricKind(
        "plateau_overpotential",
        "mV",
        plateau_overpotential,
        "median of |V| over 25-90 % of each half-cycle, ohmic drop included",
    ),
    MetricKind("start_overpotential", "mV", start_overpotential, "|V| over the first 2 % of each half-cycle"),
    MetricKind("end_overpotential", "mV", end_overpotential, "|V| over the last 2 % of each half-cycle"),
    MetricKind("dc_resistance", "ohm", dc_resistance, "plateau |V|/|I| of each half-cycle, whole cell"),
    MetricKind("dc_asr", "ohm cm2", dc_asr, "plateau |V| A/|I| of each half-cycle, whole cell"),
    MetricKind(
        "heat_generation",
        "mW/cm2",
        heat_generation,
        "mean electric power that turns to heat in each half-cycle, two lithium electrodes",
    ),
    MetricKind(
        "polarisation_asymmetry",
        "%",
        polarisation_asymmetry,
        "plateau |V| with positive minus that with negative current over their mean, each cycle",
    ),
    MetricKind(
        "start_over_middle",
        "1",
        start_over_middle,
        "|V| at the start over that in the middle of each half-cycle; the evidence names the shape",
    ),
    MetricKind(
        "end_over_middle",
        "1",
        end_over_middle,
        "|V| at the end over that in the middle of each half-cycle; the evidence names the shape",
    ),
    MetricKind(
        "plating_overpotential",
        "mV",
        plating_overpotential,
        "|E| of the plated electrode against a reference electrode, plateau of each half-cycle",
    ),
    MetricKind(
        "stripping_overpotential",
        "mV",
        stripping_overpotential,
        "|E| of the stripped electrode against a reference electrode, plateau of each half-cycle",
    ),
    MetricKind("dc_resistance_drift", "ohm", dc_resistance_drift, "change of the DC resistance in 100 h"),
    MetricKind("dc_asr_drift", "ohm cm2", dc_asr_drift, "change of the DC ASR in 100 h"),
    MetricKind("areal_capacity", "mAh/cm2", areal_capacity, "|charge| over area of each half-cycle"),
    MetricKind(
        "cumulative_capacity",
        "mAh/cm2",
        cumulative_capacity,
        "sum of |charge| over area of all half-cycles (CAC) of any test, up to a short or to its end",
    ),
    MetricKind(
        "time_to_doubling",
        "h",
        time_to_doubling,
        "time until the plateau overpotential is twice that of the first half-cycles at the same current, and stays so",
    ),
    MetricKind("R_b", "ohm", r_b, "grain interior, each spectrum; null where it cannot be parted from R_gb"),
    MetricKind(
        "R_gb", "ohm", r_gb, "grain boundaries, each spectrum; null where their arc is outside the window"
    ),
    MetricKind("R_b_plus_R_gb", "ohm", r_b_plus_r_gb, "electrolyte pellet, each spectrum"),
    MetricKind("R_int", "ohm", r_int, "all interfaces of the cell, each spectrum, diffusion excluded"),
    MetricKind(
        "asr_per_interface", "ohm cm2", asr_per_interface, "R_int A/2, two nominally equal lithium faces only"
    ),
    MetricKind("R_int_ratio", "1", r_int_ratio, "R_int divided by that of the first spectrum"),
    MetricKind(
        "ac_resistance", "ohm", ac_resistance, "R_b + R_gb + R_int (+ R_diff) of each spectrum, whole cell"
    ),
    MetricKind(
        "dc_over_ac",
        "1",
        dc_over_ac,
        "DC resistance over that of the spectrum next to it: consistent, more, less, or below the ohmic floor",
    ),
    MetricKind(
        "current_fraction",
        "1",
        current_fraction,
        "steady over initial current of a small hold between two spectra, interfaces taken out",
    ),
    MetricKind(
        "time_to_short", "h", time_to_short, "time until the first short, from voltage and current alone"
    ),
    MetricKind(
        "critical_current_last_passed",
        "mA",
        critical_current_last_passed,
        "highest current of a ramp that passed",
    ),
    MetricKind(
        "critical_current_first_failed", "mA", critical_current_first_failed, "current of a ramp that failed"
    ),
    MetricKind(
        "critical_current_density_last_passed",
        "mA/cm2",
        critical_current_density_last_passed,
        "highest current density of a ramp that passed; '>=' if no short occurred",
    ),
    MetricKind(
        "critical_current_density_first_failed",
        "mA/cm2",
        critical_current_density_first_failed,
        "current density of a ramp in which the short began",
    ),
    MetricKind(
        "cumulative_areal_capacity",
        "mAh/cm2",
        cumulative_areal_capacity,
        "charge per area passed in both directions up to the short of a ramp, or to its end",
    ),
    MetricKind(
        "rate_overpotential", "mV", rate_overpotential, "plateau of the last cycle at each current level"
    ),
    MetricKind(
        "rate_recovery",
        "1",
        rate_recovery,
        "overpotential at a repeated level divided by its first occurrence",
    ),
    MetricKind(
        "lithium_efficiency",
        "%",
        lithium_efficiency,
        "of lithium on copper: stripped to the cut-off over plated, each cycle",
    ),
    MetricKind(
        "aurbach_efficiency",
        "%",
        aurbach_efficiency,
        "of lithium on copper by a reservoir that is cycled in part: (n Q_C + Q_S)/(n Q_C + Q_T)",
    ),
    MetricKind(
        "steady_conductance",
        "S",
        steady_conductance,
        "I/V at the end of each step of a DC polarisation; '<=' while it falls",
    ),
    MetricKind(
        "electronic_conductivity",
        "S/cm",
        electronic_conductivity,
        "(I/V) L/A at the end of each step between ion-blocking contacts; '<=' while it falls",
    ),
    MetricKind(
        "electronic_conductivity_iv",
        "S/cm",
        electronic_conductivity_iv,
        "slope of steady current against voltage, times L/A",
    ),
    MetricKind(
        "iv_nonlinearity",
        "1",
        iv_nonlinearity,
        "conductance at the largest over that at the smallest voltage of a DC polarisation",
    ),
    MetricKind("charge_capacity", "mAh", charge_capacity, "charge passed by each charge of a full cell"),
    MetricKind(
        "discharge_capacity", "mAh", discharge_capacity, "charge passed by each discharge of a full cell"
    ),
    MetricKind(
        "specific_charge_capacity", "mAh/g", specific_charge_capacity, "charge capacity over active mass"
    ),
    MetricKind(
        "specific_discharge_capacity",
        "mAh/g",
        specific_discharge_capacity,
        "discharge capacity over active mass",
    ),
    MetricKind("areal_charge_capacity", "mAh/cm2", areal_charge_capacity, "charge capacity over area"),
    MetricKind(
        "areal_discharge_capacity", "mAh/cm2", areal_discharge_capacity, "discharge capacity over area"
    ),
    MetricKind(
        "coulombic_efficiency",
        "%",
        coulombic_efficiency,
        "discharge over the charge of the same cycle; of a negative electrode charge over discharge",
    ),
    MetricKind(
        "energy_efficiency",
        "%",
        energy_efficiency,
        "energy of the discharge over that of the charge of the same cycle",
    ),
    MetricKind(
        "capacity_retention",
        "%",
        capacity_retention,
        "discharge capacity over that of the first complete discharge, which the evidence names",
    ),
    MetricKind(
        "rate_capability",
        "mAh/g",
        rate_capability,
        "mean specific discharge capacity at each current level of the discharges",
    ),
    MetricKind(
        "rate_capability_recovery",
        "%",
        rate_capability_recovery,
        "mean discharge capacity at a repeated level over that at its first occurrence",
    ),
    MetricKind(
        "polarisation_gap",
        "mV",
        polarisation_gap,
        "charge minus discharge voltage, each where half of its own charge has passed",
    ),
    MetricKind(
        "polarisation_growth",
        "mV",
        polarisation_growth,
        "polarisation gap less that of the first cycle at the same currents, which the evidence names",
    ),
    MetricKind(
        "charge_peak", "V", charge_peak, "highest peak of dQ/dV of charges, smoothed over a stated width"
    ),
    MetricKind(
        "discharge_peak",
        "V",
        discharge_peak,
        "highest peak of dQ/dV of discharges, smoothed over a stated width",
    ),
)
"""Every metric; being listed is being tested."""

_BY_NAME = {kind.name: kind for kind in ALL_METRICS}


def evaluate(record: Record, names: Iterable[str] | None = None) -> list[Metric]:
    """Evaluate metrics on a record.

    Parameters
    ----------
    record : Record
        Simulated or measured; it is not altered.
    names : iterable of str, optional
        Names of `ALL_METRICS`; all if not given.

    Returns
    -------
    list of Metric
        One or several a name. What the record cannot bear is there with value None and the reason.

    Raises
    ------
    InputError
        If a name is unknown.
    """
    wanted = list(_BY_NAME) if names is None else list(names)
    for name in wanted:
        if name not in _BY_NAME:
            raise InputError(unknown_name("metric", name, _BY_NAME))
    analysis = Analysis(record)
    return [metric for name in wanted for metric in _BY_NAME[name].function(analysis)]
