"""Current fraction of a salt electrolyte after Bruce, Vincent and Evans: a small voltage held between two spectra."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interlayer import units
from interlayer.circuits import Parameter
from interlayer.metrics.analysis import Analysis
from interlayer.metrics.base import Metric
from interlayer.metrics.cell_kind import cell_kind
from interlayer.metrics.cell_resistances import NO_SPECTRA, SpectrumResistances, spectrum_resistances
from interlayer.metrics.halves import Halves, halves
from interlayer.record import Record

NAME: Final = "current_fraction"
LARGEST_V: Final = 25e-3
"""V; above it the salt profile and the interfaces are no longer linear (RT/F)."""
SMALLEST_V: Final = 0.2e-3
"""V; less is an offset, no hold."""
STEADY: Final = 0.01
"""Largest relative change of the current over the last tenth of the hold, beyond what growing interfaces explain."""
EARLY: Final = 1e-4
"""The first current counts as the initial one if it was read within this share of the time that the current takes to
fall half-way: diffusion then took about a hundredth of the fall."""
_OF_GROWTH: Final = 1.0 - 0.9**0.5
"""Share of a growth with the square root of time that falls into the last tenth."""
_FLAT: Final = 0.01
_FLAT_V: Final = 0.1e-3
"""Relative and absolute scatter up to which a voltage is held."""
_END: Final = 0.02
"""Share of the hold over which the steady current is averaged."""
NO_HOLD: Final = (
    f"no voltage of {SMALLEST_V * 1e3:g} mV or more is held between two spectra, with no other current there"
)
FULL: Final = "the electrodes are not both lithium: the current does not tell how the salt moves"

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class CurrentFraction:
    """Result of one hold.

    Attributes
    ----------
    half_cycle : int
        The hold among the half-cycles of the record.
    time_s : float
        Its start.
    voltage_V : float
        Held, less that at rest before it.
    first_A, steady_A : float
        Magnitudes of the initial and the steady current.
    first_from : str
        How the initial current was obtained.
    before_ohm, after_ohm : Parameter or None
        R_int of the spectra before and after.
    value, uncertainty : float or None
        Current fraction and one standard deviation.
    notes : tuple of str
        What limits its meaning.
    reason : str
        Why there is no value, else empty.
    """

    half_cycle: int
    time_s: float
    voltage_V: float
    first_A: float
    steady_A: float
    first_from: str
    before_ohm: Parameter | None
    after_ohm: Parameter | None
    value: float | None
    uncertainty: float | None
    notes: tuple[str, ...] = ()
    reason: str = ""


def fractions(analysis: Analysis) -> tuple[CurrentFraction, ...]:
    """Every hold between two spectra of a record; empty where there is none."""
    h = analysis.get(halves)
    spectra = sorted(
        (x for x in analysis.get(spectrum_resistances) if x.time_s is not None), key=lambda x: x.time_s or 0.0
    )
    found: list[CurrentFraction] = []
    for before, after in pairwise(spectra):
        begin, end = before.time_s or 0.0, after.time_s or 0.0
        slack = 1e-6 * (1.0 + abs(end))
        inside = np.flatnonzero((h.start_s >= begin - slack) & (h.end_s <= end + slack))
        if inside.size == 1 and _is_hold(h, int(inside[0])):
            found.append(_of_hold(analysis.record, h, int(inside[0]), before, after))
    return tuple(found)


def current_fractions(record: Record) -> tuple[CurrentFraction, ...]:
    """Return the current fraction of every small hold between two spectra of a record."""
    return fractions(Analysis(record))


def current_fraction(analysis: Analysis) -> tuple[Metric, ...]:
    """Steady over initial current of an electrolyte between lithium electrodes, interfaces taken out."""
    reason = ""
    if not analysis.record.spectra:
        reason = NO_SPECTRA
    elif analysis.get(cell_kind).full:
        reason = FULL
    elif not analysis.get(fractions):
        reason = analysis.get(halves).reason or NO_HOLD
    if reason:
        return (Metric(NAME, None, "1", evidence=(reason,)),)
    return tuple(_metric(one) for one in analysis.get(fractions))


def _is_hold(h: Halves, k: int) -> bool:
    """Whether the voltage, not the current, is what stands still."""
    rows = slice(int(h.first[k]), int(h.stop[k]))
    volt, amp = h.voltage_V[rows], h.row_current_A[rows]
    good = np.isfinite(volt) & np.isfinite(amp)
    if good.sum() < 3:
        return False
    volt, amp = volt[good], amp[good]
    level = float(np.median(volt))
    off = np.abs(volt - level) > max(_FLAT * abs(level), _FLAT_V)
    if abs(level) < SMALLEST_V or off[1:].any():  # the instrument may reach the voltage in the first row only
        return False
    return float(np.ptp(volt[1:])) * float(np.abs(amp).max()) < float(np.ptp(amp)) * abs(level)


def _of_hold(
    record: Record, h: Halves, k: int, before: SpectrumResistances, after: SpectrumResistances
) -> CurrentFraction:
    rows = slice(int(h.first[k]), int(h.stop[k]))
    good = np.isfinite(h.voltage_V[rows]) & np.isfinite(h.row_current_A[rows]) & np.isfinite(h.time_s[rows])
    time, volt, amp = (x[rows][good] for x in (h.time_s, h.voltage_V, h.row_current_A))
    notes: list[str] = []
    rest = _rest_voltage(h, k, before.time_s or 0.0)
    held = float(np.median(volt)) - rest
    if rest:
        notes.append(f"{rest * 1e3:.3g} mV at rest before it subtracted")
    if abs(held) > LARGEST_V:
        notes.append(f"WARNING: more than {LARGEST_V * 1e3:g} mV, the cell is not in its linear range")
    size = np.abs(amp)
    start, duration = float(h.start_s[k]), float(time[-1] - h.start_s[k])
    last = time >= time[-1] - _END * duration
    steady, noise = float(size[last].mean()), _noise(size[time >= time[-1] - 0.2 * duration])
    drift = _drift(time, size, duration) / steady
    r0, r1 = (None if s.cell is None else s.cell.R_int for s in (before, after))
    pellet = None if before.cell is None else before.cell.R_b_plus_R_gb
    late = _delay(record, h, k, before.time_s or 0.0)
    fallen = _half_fall(time - start, size, steady)
    from_first = late <= EARLY * fallen
    first, how = float(size[0]), f"the first current, read {late:.3g} s after the step"
    if not from_first:
        how = (
            f"computed from the spectrum before: the first current came {late:.3g} s after the step, too late"
        )
        if pellet is not None and r0 is not None:
            first = abs(held) / (pellet.value + r0.value)

    def made(value: float | None, error: float | None = None, reason: str = "") -> CurrentFraction:
        return CurrentFraction(
            k, start, held, first, steady, how, r0, r1, value, error, tuple(notes), reason
        )  # fmt: skip

    if np.sign(held) != np.sign(float(np.median(amp))):
        return made(None, reason="voltage and current have opposite signs")
    grown = 0.0 if r0 is None or r1 is None else _OF_GROWTH * abs(r1.value - r0.value) * steady / abs(held)
    if drift > STEADY:
        text = f"the current still changes by {100 * drift:.2g} % over the last tenth"
        if drift > STEADY + grown:
            length = f"{duration / units.factor('h'):.3g} h"
            return made(None, reason=f"not at steady state: {text} of {length}; hold it longer")
        notes.append(f"{text}: interfaces that grow as the square root of time take {100 * grown:.2g} %")
    drift = max(drift - grown, 0.0)
    for name, one, where in (("R_int", r0, before), ("R_int", r1, after), ("R_b + R_gb", pellet, before)):
        if one is None and (name == "R_int" or not from_first):
            why = where.reason or "; ".join(where.cell.notes if where.cell is not None else ())
            return made(None, reason=f"{name} is missing from spectrum {where.index}: {why}")
    assert r0 is not None
    assert r1 is not None
    left = abs(held) - steady * r1.value
    ohmic = (abs(held) - first * r0.value) / first
    if left <= 0.0 or ohmic <= 0.0:
        return made(None, reason="the interfaces take the whole voltage: nothing is left for the electrolyte")
    value = steady * ohmic / left
    of_first = noise / steady * abs(held) / (abs(held) - first * r0.value) if from_first else 0.0
    of_ohmic = r0 if from_first or pellet is None else pellet
    error = np.sqrt(
        (value / ohmic * (of_ohmic.stderr or 0.0)) ** 2
        + (value * steady / left * (r1.stderr or 0.0)) ** 2
        + (value * of_first) ** 2
        + (value * (1.0 / steady + r1.value / left)) ** 2 * (noise**2 / last.sum() + (drift * steady) ** 2)
    )
    known = of_ohmic.stderr is not None and r1.stderr is not None
    return made(value, float(error) if known else None)


def _noise(size: FloatArray) -> float:
    """Standard deviation of one reading of the current, A, from how readings near the end differ."""
    return float(np.diff(size).std(ddof=1) / np.sqrt(2.0)) if size.size > 3 else 0.0


def _drift(time: FloatArray, size: FloatArray, duration: float) -> float:
    """Change of the current over the last tenth of the hold, A."""
    late = time >= time[-1] - 0.2 * duration
    if late.sum() >= 10:
        slope = float(np.polyfit(time[late] - time[-1], size[late], 1)[0])
        return abs(slope) * 0.1 * duration
    return abs(float(size[-1]) - float(np.interp(time[-1] - 0.1 * duration, time, size)))


def _half_fall(since: FloatArray, size: FloatArray, steady: float) -> float:
    """Time after which the current has fallen half-way to the steady one, s; infinite if it hardly falls."""
    if size[0] - steady < 0.02 * steady:
        return float("inf")
    return float(since[int(np.argmax(size <= 0.5 * (size[0] + steady)))])


def _delay(record: Record, h: Halves, k: int, spectrum_s: float) -> float:
    """Longest time that may have passed between the step of the voltage and its first row, s."""
    if record.is_simulated:
        return 0.0
    first = int(h.first[k])
    earlier = h.time_s[:first]
    earlier = earlier[np.isfinite(earlier)]
    switched = max(float(earlier[-1]), spectrum_s) if earlier.size else spectrum_s
    return max(float(h.time_s[first]) - switched, 0.0)


def _rest_voltage(h: Halves, k: int, spectrum_s: float) -> float:
    """Voltage of the last row at rest between the spectrum and the hold, V; 0 if there is none."""
    row = int(h.first[k]) - 1
    if row < 0 or (k > 0 and row < int(h.stop[k - 1])) or h.time_s[row] < spectrum_s:
        return 0.0
    volt = float(h.voltage_V[row])
    return volt if np.isfinite(volt) else 0.0


def _metric(one: CurrentFraction) -> Metric:
    milliamps = units.factor("mA")
    evidence = [
        f"dV = {one.voltage_V * 1e3:.4g} mV",
        f"I_0 = {one.first_A / milliamps:.4g} mA: {one.first_from}",
        f"I_ss = {one.steady_A / milliamps:.4g} mA",
        f"R_i0 = {_shown(one.before_ohm)}, R_iss = {_shown(one.after_ohm)}",
        *one.notes,
    ]
    if one.reason:
        evidence.insert(0, one.reason)
    return Metric(NAME, one.value, "1", one.uncertainty, one.half_cycle, one.time_s, evidence=tuple(evidence))


def _shown(one: Parameter | None) -> str:
    if one is None:
        return "not known"
    return f"{one.value:.4g} ohm" + ("" if one.stderr is None else f" ± {one.stderr:.2g}")
