"""Electronic conductivity from DC polarisation, with what the contacts make of it.

    sigma_e = (I/V) L/A                                                 two ion-blocking contacts
    I = (A/L)(RT/F) [sigma_n (1 - exp(-F V/RT)) + sigma_p (exp(F V/RT) - 1)]     one blocking, one lithium

The second is that of Hebb and Wagner: sigma_n and sigma_p are the conductivities of electrons and holes at the
activity of lithium. There (I/V) L/A is a mean over all activities between both contacts, and (dI/dV) L/A the value at
the blocking one (Hebb, J. Chem. Phys. 1952, 20, 185; Wagner, Z. Elektrochem. 1956, 60, 4). Between two lithium
electrodes the current is carried by ions: nothing is said of electrons.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from interlayer import units
from interlayer.errors import InputError
from interlayer.metrics.analysis import Analysis
from interlayer.metrics.arrhenius import Arrhenius, arrhenius
from interlayer.metrics.base import Metric
from interlayer.metrics.by_half_cycle import without
from interlayer.metrics.dc_asr import NO_AREA
from interlayer.metrics.electrodes import electrodes_of
from interlayer.metrics.halves import FloatArray
from interlayer.metrics.kind_of_test import kind_of_test
from interlayer.metrics.polarisation_steps import NO_STEP, PolarisationStep, polarisation_steps
from interlayer.physics.constants import FARADAY, GAS_CONSTANT
from interlayer.record import Record

ROOM_K: Final = 298.15
LINEAR: Final = 0.10
"""Relative difference of the conductances of steps up to which they lie on one straight line."""
NO_THICKNESS: Final = 'the thickness is not known: thickness = "0.7 mm" below [electrolyte] of the cell'
NOT_DESCRIBED: Final = (
    "the electrodes are not described, and ions and electrons cannot be told apart: "
    'write electrodes = ["Ag", "Ag"] in the cell file'
)
LITHIUM: Final = "both electrodes are lithium: ions carry the current (see current_fraction)"


@dataclass(frozen=True)
class Contacts:
    """How the sample is contacted.

    Attributes
    ----------
    kind : str
        'two blocking', 'Hebb-Wagner' or ''.
    text : str
    length_m, area_m2 : float or None
        Of the whole sample, coatings included.
    reason : str
        Why no conductivity can be given, else empty.
    """

    kind: str
    text: str
    length_m: float | None
    area_m2: float | None
    reason: str = ""

    @property
    def factor(self) -> float:
        """L/A in 1/m: from conductance to conductivity."""
        if self.length_m is None or self.area_m2 is None:
            raise ValueError("a sample without a geometry has no conductivity")
        return self.length_m / self.area_m2


def contacts(analysis: Analysis) -> Contacts:
    """Return how the sample of a record is contacted, by its description."""
    record = analysis.record
    them, length, area = electrodes_of(record), sample_length(record), record.area_m2
    kind = "two blocking" if them.two_blocking else "Hebb-Wagner" if them.one_blocking else ""
    text = f"{them}: " + (
        "two ion-blocking contacts" if them.two_blocking else "Hebb-Wagner, a mean over activities"
    )
    if them.two_lithium:
        return Contacts("", "", length, area, LITHIUM)
    reason = "" if kind else NOT_DESCRIBED
    reason = reason or (NO_AREA if area is None else "") or ("" if length else NO_THICKNESS)
    return Contacts(kind, text, length, area, reason)


def sample_length(record: Record) -> float | None:
    """Return the thickness between the electrodes, m: pellet and coatings; None if a part is not known."""
    resolved = (record.cell or {}).get("resolved") or {}
    inner = [x for x in resolved.get("layers") or () if x.get("kind") in ("electrolyte", "interlayer")]
    parts = [x.get("thickness_m") for x in inner]
    if not any(x.get("kind") == "electrolyte" for x in inner) or any(not p for p in parts):
        return None
    return float(sum(parts))


def _why_not(analysis: Analysis) -> str:
    kind = analysis.get(kind_of_test)
    if kind.name != "dc polarisation":
        return f"no DC polarisation: {kind.name}"
    return "" if analysis.get(polarisation_steps) else NO_STEP


def steady_conductance(analysis: Analysis) -> tuple[Metric, ...]:
    """I/V at the end of each step of a DC polarisation, S; an upper bound while it falls."""
    name, unit = "steady_conductance", "S"
    if why := _why_not(analysis):
        return without(name, unit, why)
    return tuple(_of_step(name, unit, 1.0, x, ()) for x in analysis.get(polarisation_steps))


def electronic_conductivity(analysis: Analysis) -> tuple[Metric, ...]:
    """(I/V) L/A at the end of each step, S/cm; an upper bound while it falls."""
    name, unit = "electronic_conductivity", "S/cm"
    them = analysis.get(contacts)
    if why := _why_not(analysis) or them.reason:
        return without(name, unit, why)
    scale = them.factor / units.factor(unit)
    length = f"L = {(them.length_m or 0.0) / units.factor('mm'):.4g} mm"
    said = (them.text, f"{length}, A = {(them.area_m2 or 0.0) / units.factor('cm2'):.4g} cm2")
    return tuple(_of_step(name, unit, scale, x, said) for x in analysis.get(polarisation_steps))


def _of_step(name: str, unit: str, scale: float, one: PolarisationStep, said: tuple[str, ...]) -> Metric:
    evidence = (
        f"{one.current_A / units.factor('nA'):.4g} nA at {one.voltage_V / units.factor('mV'):.4g} mV",
        one.text(),
        *said,
    )
    rising = not one.is_steady and one.change > 0
    value = None if rising else one.conductance_S * scale
    error = None if rising else one.stderr_S * scale
    return Metric(name, value, unit, error, None, one.start_s, one.bound, evidence)


@dataclass(frozen=True)
class CurrentVoltage:
    """Steady currents against voltages.

    Attributes
    ----------
    voltage_V, current_A, stderr_A : array (n,)
    conductance_S, stderr_S : float
        Slope of the line through the origin, each point with its error.
    nonlinearity : float
        Conductance at the largest |V| over that at the smallest.
    rectification : float or None
        |I| at the largest positive over that at the largest negative voltage, if they are the same; None without both.
    bound : str or None
        '<=' if a step was still falling.
    """

    voltage_V: FloatArray
    current_A: FloatArray
    stderr_A: FloatArray
    conductance_S: float
    stderr_S: float
    nonlinearity: float
    rectification: float | None
    bound: str | None

    @property
    def is_linear(self) -> bool:
        """Whether conductances agree over the voltages, and both polarities."""
        ratios = [self.nonlinearity] + ([] if self.rectification is None else [self.rectification])
        return all(abs(np.log(x)) <= np.log1p(LINEAR) for x in ratios if x > 0)

    def text(self) -> str:
        """Say how straight the line is."""
        said = f"conductance at the largest voltage {self.nonlinearity:.3g} times that at the smallest"
        if self.rectification is not None:
            said += f", forward over reverse current {self.rectification:.3g}"
        return ("ohmic: " if self.is_linear else "not ohmic, like a diode: ") + said


def current_voltage(analysis: Analysis) -> CurrentVoltage | None:
    """Return the current-voltage curve of a record with three different voltages or more, else None."""
    usable = [x for x in analysis.get(polarisation_steps) if x.is_steady or x.change < 0]
    volt = np.array([x.voltage_V for x in usable])
    if np.unique(np.round(volt, 4)).size < 3:
        return None
    amp = np.array([x.current_A for x in usable])
    error = np.array([x.stderr_S * abs(x.voltage_V) for x in usable])
    # errors below a thousandth are those of the cycler's calibration, not of its scatter
    weight = 1.0 / np.maximum(error, 1e-3 * np.abs(amp)) ** 2
    spread = float((weight * volt**2).sum())
    slope = float((weight * volt * amp).sum()) / spread
    scatter = float((weight * (amp - slope * volt) ** 2).sum()) / (volt.size - 1)
    stderr = float(np.sqrt(max(scatter, 1.0) / spread))
    g = amp / volt
    order = np.argsort(np.abs(volt), kind="stable")
    bound = "<=" if any(x.bound for x in usable) else None
    return CurrentVoltage(
        volt, amp, error, slope, stderr, float(g[order[-1]] / g[order[0]]), _rectification(volt, amp), bound
    )


def _rectification(volt: FloatArray, amp: FloatArray) -> float | None:
    if not ((volt > 0).any() and (volt < 0).any()):
        return None
    plus, minus = int(np.argmax(volt)), int(np.argmin(volt))
    if abs(volt[plus] + volt[minus]) > 0.05 * volt[plus]:
        return None
    return float(abs(amp[plus]) / abs(amp[minus]))


def electronic_conductivity_iv(analysis: Analysis) -> tuple[Metric, ...]:
    """Slope of the steady current against the voltage, times L/A, S/cm."""
    name, unit = "electronic_conductivity_iv", "S/cm"
    them = analysis.get(contacts)
    if why := _why_not(analysis) or them.reason:
        return without(name, unit, why)
    curve = analysis.get(current_voltage)
    if curve is None:
        return without(name, unit, "fewer than three different voltages")
    scale = them.factor / units.factor(unit)
    evidence = [f"line through the origin and {curve.voltage_V.size} steps", curve.text(), them.text]
    if them.kind == "Hebb-Wagner":
        evidence.append(_wagner_text(analysis, curve, them))
    if not curve.is_linear:
        evidence.append("one conductivity does not describe it")
    value, error = curve.conductance_S * scale, curve.stderr_S * scale
    return (Metric(name, value, unit, error, bound=curve.bound, evidence=tuple(evidence)),)


def iv_nonlinearity(analysis: Analysis) -> tuple[Metric, ...]:
    """Conductance at the largest over that at the smallest voltage of a DC polarisation in steps."""
    name = "iv_nonlinearity"
    if why := _why_not(analysis):
        return without(name, "1", why)
    curve = analysis.get(current_voltage)
    if curve is None:
        return without(name, "1", "fewer than three different voltages")
    return (Metric(name, curve.nonlinearity, "1", evidence=(curve.text(),)),)


def hebb_wagner(
    voltage_V: FloatArray, current_A: FloatArray, *, length_m: float, area_m2: float, temperature_K: float
) -> tuple[float, float]:
    """Return sigma_n and sigma_p at the activity of lithium, S/m, from steady currents; neither is negative.

    Parameters
    ----------
    voltage_V, current_A : array (n,)
        Blocking electrode against lithium, and the current; two different voltages or more.
    length_m, area_m2, temperature_K : float

    Raises
    ------
    InputError
        If there are fewer than two different voltages.
    """
    volt, amp = np.asarray(voltage_V, dtype=np.float64), np.asarray(current_A, dtype=np.float64)
    if np.unique(np.round(volt, 6)).size < 2:
        raise InputError("electrons and holes need two different voltages", advice="measure more steps")
    thermal = GAS_CONSTANT * temperature_K / FARADAY
    x = np.clip(volt / thermal, -200.0, 200.0)
    both = np.column_stack([-np.expm1(-x), np.expm1(x)]) * thermal * area_m2 / length_m
    # relative errors: currents span decades
    scaled = both / amp[:, None]
    size = np.abs(scaled).max(axis=0)
    found = _not_negative(scaled / size, np.ones(amp.size))
    return found[0] / float(size[0]), found[1] / float(size[1])


def _not_negative(columns: FloatArray, target: FloatArray) -> tuple[float, float]:
    """Two coefficients of least squares, none below zero: the free fit, or else the better one of a single column."""
    free = np.linalg.lstsq(columns, target, rcond=None)[0]
    if (free >= 0.0).all():
        return float(free[0]), float(free[1])
    alone = [max(float(c @ target) / float(c @ c), 0.0) for c in columns.T]
    left = [float(((target - a * c) ** 2).sum()) for a, c in zip(alone, columns.T, strict=True)]
    return (alone[0], 0.0) if left[0] <= left[1] else (0.0, alone[1])


def _wagner_text(analysis: Analysis, curve: CurrentVoltage, them: Contacts) -> str:
    temperature = _temperature_K(analysis)
    # the equation holds for the blocking electrode against lithium
    way = 1.0 if electrodes_of(analysis.record).roles[0] == "blocking" else -1.0
    n, p = hebb_wagner(
        way * curve.voltage_V,
        way * curve.current_A,
        length_m=them.length_m or 1.0,
        area_m2=them.area_m2 or 1.0,
        temperature_K=temperature,
    )
    centi = units.factor("S/cm")
    return (
        f"Hebb-Wagner at {temperature - 273.15:.4g} degC: electrons {n / centi:.3g} S/cm and "
        f"holes {p / centi:.3g} S/cm at the activity of lithium"
    )


def _temperature_K(analysis: Analysis) -> float:  # noqa: N802
    known = [x.temperature_C for x in analysis.get(polarisation_steps) if x.temperature_C is not None]
    if known:
        return float(np.median(known)) + 273.15
    stated = ((analysis.record.cell or {}).get("resolved") or {}).get("temperature_K")
    return float(stated) if stated else ROOM_K


def electronic_arrhenius(records: Sequence[Record]) -> Arrhenius:
    """Fit the activation energy of the electronic conductivity to DC polarisations at three temperatures or more.

    Parameters
    ----------
    records : sequence of Record
        Of one sample; each step counts with its own temperature, or with that of its cell's description. Steps
        that have not become steady are left out, and the findings say how many.

    Raises
    ------
    InputError
        If a record gives no conductivity, or fewer than three temperatures are left.
    """
    warm: list[float] = []
    value: list[float] = []
    error: list[float] = []
    left_out = 0
    for record in records:
        analysis = Analysis(record)
        them = contacts(analysis)
        if why := _why_not(analysis) or them.reason:
            raise InputError(why, where=record.label)
        for one in analysis.get(polarisation_steps):
            if not one.is_steady:
                left_out += 1
                continue
            known = one.temperature_C
            warm.append(_temperature_K(analysis) if known is None else known + 273.15)
            value.append(one.conductance_S * them.factor)
            error.append(one.stderr_S * them.factor)
    found = arrhenius("electronic", warm, value, error)
    if not left_out:
        return found
    note = f"{left_out} steps that had not become steady are left out"
    return Arrhenius(
        found.name,
        found.hopping,
        found.plain,
        found.lowest_K,
        found.highest_K,
        found.walls_K,
        (*found.findings, note),
    )
