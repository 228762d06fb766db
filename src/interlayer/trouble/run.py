"""From a cell, a test, mechanisms and an instrument to a record with its truth.

The ionic path is resistances in series with one slow process; a shunt lies parallel to all of it. With the current I
imposed, R0 the sum of the resistances, u the voltages in series, v that of the slow process (R, C) and G the shunt:

    I_ion = (I - G (u + v))/(1 + G R0),   V = R0 I_ion + u + v,   C dv/dt = I_ion - v/R

which is linear in v and stepped exactly from row to row with G, R0 and u as at the end of each interval.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from interlayer.record import Provenance, Record
from interlayer.record import schema as s
from interlayer.trouble.instrument import Instrument
from interlayer.trouble.mechanism import Fault, Mechanism, Rows, Slice
from interlayer.trouble.programme import Programme, Segment
from interlayer.trouble.specimen import Specimen
from interlayer.trouble.truth import Trace, Truth, failure_of, short_of

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
ComplexArray = NDArray[np.complex128]

REST_ROWS: Final = 5
POINTS_A_DECADE: Final = 6
STARTED_UNIX_S: Final = 1.7e9
_SPECTRUM_NOISE: Final = 3e-3
_IDLE_ROWS, _IDLE_HALVES = 3, 4
"""A test is ended once so many half-cycles running got no further than so many rows before the voltage limit."""


@dataclass
class Course:
    """What happened, a list of one array a step and column.

    Attributes
    ----------
    time_s, voltage_V, current_A : list of array
        As the cell had them, before noise and digits; the voltage ends at the programme's limit.
    set_A : list of array
        As asked.
    temperature_C, step, half : list of array
        `half` is the number of the half-cycle, -1 outside.
    keep : list of array of bool
        Rows that the instrument's rules write.
    sound_V, real_V : list of array
        |V| without the shunt, and with it, not ended by the limit.
    share : list of array
        Part of the current that the shunt carries.
    failing : list of dict
        By failure its measure, see `truth.MEASURES`.
    spectra : list of tuple
        Time, step, frequencies and impedances.
    """

    time_s: list[FloatArray] = field(default_factory=list[FloatArray])
    voltage_V: list[FloatArray] = field(default_factory=list[FloatArray])
    current_A: list[FloatArray] = field(default_factory=list[FloatArray])
    set_A: list[FloatArray] = field(default_factory=list[FloatArray])
    temperature_C: list[FloatArray] = field(default_factory=list[FloatArray])
    step: list[FloatArray] = field(default_factory=list[FloatArray])
    half: list[FloatArray] = field(default_factory=list[FloatArray])
    keep: list[NDArray[np.bool_]] = field(default_factory=list[NDArray[np.bool_]])
    sound_V: list[FloatArray] = field(default_factory=list[FloatArray])
    real_V: list[FloatArray] = field(default_factory=list[FloatArray])
    share: list[FloatArray] = field(default_factory=list[FloatArray])
    failing: list[dict[str, FloatArray]] = field(default_factory=list[dict[str, FloatArray]])
    spectra: list[tuple[float, int, FloatArray, ComplexArray]] = field(
        default_factory=list[tuple[float, int, FloatArray, ComplexArray]]
    )


def run(
    specimen: Specimen,
    programme: Programme,
    mechanisms: Sequence[Mechanism],
    instrument: Instrument,
    rng: np.random.Generator,
    faults: Sequence[Fault] = (),
    *,
    shorted_from_start: bool = False,
    last_half: int | None = None,
    family: str = "",
) -> tuple[Record, Truth]:
    """Simulate a test and declare what is true of it.

    Parameters
    ----------
    specimen, programme, mechanisms, instrument, faults
        Mechanisms act in their order.
    rng : Generator
        Of noise and faults.
    shorted_from_start : bool
        Whether a mechanism shorts the cell before its first current.
    last_half : int, optional
        Half-cycle after which somebody ends the test.
    family : str
        Written into the truth.

    Returns
    -------
    record : Record
    truth : Truth
        Its short or failure is 'unclear' if nobody could tell; such a record belongs in no population.
    """
    out = Course()
    slow = _Slow(specimen)
    now, half, idle = 0.0, -1, 0
    done_levels: list[int] = []
    for number, segment in enumerate(programme.segments):
        if segment.kind == "spectrum":
            piece = _slice(specimen, segment, half, now, np.array([0.0]))
            for mechanism in mechanisms:
                mechanism.act(piece)
            out.spectra.append((now, number, *_spectrum(specimen, piece, rng)))
            slow.rest(segment.duration_s)
            now += segment.duration_s
            continue
        half += segment.kind == "current"
        rows = instrument.rows_a_half if segment.kind == "current" else REST_ROWS
        piece = _slice(specimen, segment, half, now, instrument.moments(segment.duration_s, rows))
        for mechanism in mechanisms:
            mechanism.act(piece)
        volt, sound, failing, share = slow.step(piece)
        stop, ended = _until_limit(volt, segment, instrument)
        for mechanism in mechanisms:
            mechanism.close(piece, stop)
        slow.cut(stop)
        _take(out, piece, volt, sound, failing, share, stop, number, instrument)
        now = float(piece.time_s[stop - 1])
        if segment.kind == "current" and not ended:
            done_levels.append(segment.level)
        if segment.kind == "current":
            idle = idle + 1 if ended and stop <= _IDLE_ROWS else 0
        if (ended and instrument.on_limit == "stop") or idle == _IDLE_HALVES or half == last_half:
            break
    return finished(
        out,
        specimen,
        programme,
        instrument,
        rng,
        faults,
        done_levels,
        shorted_from_start=shorted_from_start,
        family=family,
    )


# --- one step --------------------------------------------------------------------------------------------


def _slice(specimen: Specimen, segment: Segment, half: int, now: float, moments: FloatArray) -> Slice:
    ones = np.ones(moments.size)
    return Slice(
        segment=segment,
        half_cycle=half,
        time_s=now + moments,
        elapsed_s=moments,
        charge_C=abs(segment.current_A) * moments,
        temperature_C=specimen.temperature_C * ones,
        bulk_ohm=specimen.bulk_ohm * ones,
        boundary_ohm=specimen.boundary_ohm * ones,
        interface_ohm=specimen.interface_ohm * ones,
        shunt_S=0.0 * ones,
        source_V=0.0 * ones,
    )


class _Slow:
    """The slow process, with and without the shunt."""

    def __init__(self, specimen: Specimen) -> None:
        self.ohm = max(specimen.slow_ohm, 1e-9)
        self.farad = specimen.slow_s / self.ohm
        self.with_shunt = 0.0
        self.without = 0.0
        self._path = np.zeros(1), np.zeros(1)

    def rest(self, duration_s: float) -> None:
        """Relax without current; a shunt's help is left out, it only hastens it."""
        fade = float(np.exp(-duration_s / (self.ohm * self.farad)))
        self.with_shunt *= fade
        self.without *= fade

    def step(self, piece: Slice) -> tuple[FloatArray, FloatArray, dict[str, FloatArray], FloatArray]:
        """Return V, V without shunt, by failure |V| over that without it, and the shunt's share of the current."""
        current = piece.segment.current_A
        series = piece.bulk_ohm + piece.boundary_ohm + piece.interface_ohm
        series = series + sum(piece.failing_ohm.values(), np.zeros_like(series))
        source = piece.source_V + sum(piece.failing_V.values(), np.zeros_like(series))
        nothing = np.zeros_like(series)
        bare = self._solve(piece.elapsed_s, nothing, series, source, current, self.without)
        sound = series * current + source + bare
        shunted = bool(piece.shunt_S.any()) or self.with_shunt != self.without
        held = (
            self._solve(piece.elapsed_s, piece.shunt_S, series, source, current, self.with_shunt)
            if shunted
            else bare
        )
        ionic = (current - piece.shunt_S * (source + held)) / (1.0 + piece.shunt_S * series)
        volt = series * ionic + source + held
        # of a steady current: right after a reversal the slow process drives the shunt as well
        load = piece.shunt_S * (series + self.ohm)
        share = load / (1.0 + load)
        failing = {
            name: np.abs(sound)
            / np.maximum(
                np.abs(
                    sound
                    - piece.failing_ohm.get(name, nothing) * current
                    - piece.failing_V.get(name, nothing)
                ),
                1e-12,
            )
            for name in {**piece.failing_ohm, **piece.failing_V}
        }
        failing.update(piece.measures)
        self._path = held, bare
        return volt, sound, failing, share

    def cut(self, rows: int) -> None:
        """Keep the state as it was at the last of these rows."""
        held, bare = self._path
        self.with_shunt, self.without = float(held[rows - 1]), float(bare[rows - 1])

    def _solve(
        self,
        elapsed: FloatArray,
        shunt: FloatArray,
        series: FloatArray,
        source: FloatArray,
        current: float,
        start: float,
    ) -> FloatArray:
        """Voltage of the slow process at the rows; the step begins at 0 s."""
        through = self.farad * (1.0 + shunt * series)
        rate = 1.0 / (self.ohm * self.farad) + shunt / through
        aim = (current - shunt * source) / through / rate
        keep = np.exp(-rate * np.diff(elapsed, prepend=0.0))
        return recursion(keep, (1.0 - keep) * aim, start)


def recursion(keep: FloatArray, gain: FloatArray, start: float) -> FloatArray:
    """Solve x_k = keep_k x_{k-1} + gain_k with x_{-1} = start, shape (n,), by doubling instead of a loop."""
    p, q = keep.copy(), gain.copy()
    q[0] += p[0] * start
    p[0] = 0.0
    reach = 1
    while reach < p.size:
        q[reach:] = q[reach:] + p[reach:] * q[:-reach]
        p[reach:] = p[reach:] * p[:-reach]
        reach *= 2
    return q


def _until_limit(volt: FloatArray, segment: Segment, instrument: Instrument) -> tuple[int, bool]:
    """Rows of a step up to and with the first at the voltage limit, and whether the limit ended it."""
    if segment.kind != "current" or instrument.on_limit == "hold":
        return volt.size, False
    beyond = np.abs(volt) >= instrument.limit_V
    # the first moment of a step is not acted upon, or a cell beyond the limit would never be measured
    beyond[0] = False
    if not beyond.any():
        return volt.size, False
    return int(np.argmax(beyond)) + 1, True


def _take(
    out: Course,
    piece: Slice,
    volt: FloatArray,
    sound: FloatArray,
    failing: dict[str, FloatArray],
    share: FloatArray,
    stop: int,
    number: int,
    instrument: Instrument,
) -> None:
    cut = slice(0, stop)
    flows = piece.segment.kind == "current"
    current = np.full(stop, piece.segment.current_A)
    held = volt[cut]
    beyond = np.abs(held) > instrument.limit_V
    if flows and instrument.on_limit == "hold" and beyond.any():
        current = np.where(beyond, current * instrument.limit_V / np.abs(held), current)
    held = np.clip(held, -instrument.limit_V, instrument.limit_V)
    out.time_s.append(piece.time_s[cut])
    out.voltage_V.append(held)
    out.current_A.append(current)
    out.set_A.append(np.full(stop, piece.segment.current_A))
    out.temperature_C.append(piece.temperature_C[cut])
    out.step.append(np.full(stop, float(number)))
    out.half.append(np.full(stop, float(piece.half_cycle) if flows else -1.0))
    out.keep.append(instrument.written(piece.elapsed_s[cut], held))
    out.sound_V.append(np.abs(sound[cut]))
    out.real_V.append(np.abs(volt[cut]))
    out.share.append(share[cut])
    out.failing.append({k: v[cut] for k, v in failing.items()} if flows else {})


def _spectrum(specimen: Specimen, piece: Slice, rng: np.random.Generator) -> tuple[FloatArray, ComplexArray]:
    frequency = np.geomspace(1e6, 0.1, 7 * POINTS_A_DECADE + 1)
    interface = float(piece.interface_ohm[0] + sum(float(x[0]) for x in piece.failing_ohm.values()))
    z = specimen.impedance(
        frequency, float(piece.bulk_ohm[0]), float(piece.boundary_ohm[0]), interface, float(piece.shunt_S[0])
    )
    noise = rng.standard_normal(z.size) + 1j * rng.standard_normal(z.size)
    return frequency, z + _SPECTRUM_NOISE * np.abs(z) * noise


# --- the record ------------------------------------------------------------------------------------------


def finished(
    out: Course,
    specimen: Specimen,
    programme: Programme,
    instrument: Instrument,
    rng: np.random.Generator,
    faults: Sequence[Fault],
    done_levels: list[int],
    *,
    shorted_from_start: bool = False,
    family: str = "",
) -> tuple[Record, Truth]:
    """Let the instrument write what happened, and declare what is true; arguments as of `run`.

    `done_levels` are the numbers of the levels of those half-cycles that came to their planned end.
    """
    volt = np.concatenate(out.voltage_V)
    half = np.concatenate(out.half).astype(np.int64)
    names = {name for one in out.failing for name in one}
    failing = {
        name: np.concatenate(
            [one.get(name, np.ones(t.size)) for one, t in zip(out.failing, out.time_s, strict=True)]
        )
        for name in names
    }
    time = np.concatenate(out.time_s)
    rows = Rows(
        time_s=time.copy(),
        voltage_V=instrument.measured(volt, rng),
        current_A=np.concatenate(out.current_A)
        * (1.0 + instrument.offset_A + instrument.noise_A * rng.standard_normal(volt.size)),
        set_A=np.concatenate(out.set_A),
        step=np.concatenate(out.step).astype(np.int64),
        half_cycle=half.copy(),
        noise_V=instrument.noise_V,
        keep=np.concatenate(out.keep),
    )
    spoiled = [row for row in (fault.spoil(rows, rng) for fault in faults) if row is not None]
    noise = np.sqrt(
        sum((fault.deviation_of(volt) ** 2 for fault in faults), instrument.deviation_of(volt) ** 2)
    )
    flows = (half >= 0) & rows.keep
    half = _numbered(half, rows.set_A, rows.keep)
    rows.half_cycle[:] = half
    trace = Trace(
        time_s=time[flows],
        half_cycle=half[flows],
        current_A=np.concatenate(out.set_A)[flows],
        sound_V=np.concatenate(out.sound_V)[flows],
        voltage_V=np.concatenate(out.real_V)[flows],
        shunt_share=np.concatenate(out.share)[flows],
        failing={k: v[flows] for k, v in failing.items()},
        noise_V=noise[flows],
    )
    truth = _truth(
        trace,
        rows,
        spoiled,
        specimen,
        programme,
        done_levels,
        shorted_from_start=shorted_from_start,
        family=family,
    )
    if truth.failure == "none" and trace.voltage_V.max(initial=0.0) >= min(
        instrument.limit_V, instrument.end_of_range
    ):
        # a sound cell that meets the end of the programme or of the range looks clipped, and is
        truth = replace(truth, failure="unclear")
    return _record(rows, out, np.concatenate(out.temperature_C), specimen, instrument), truth


def _numbered(half: IntArray, set_A: FloatArray, keep: NDArray[np.bool_]) -> IntArray:
    """Number the half-cycles that the record shows, -1 outside: those in a gap are not in it.

    Two of one direction and level that a gap makes neighbours are one to a reader.
    """
    new = np.full(half.size, -1)
    kept = np.flatnonzero(keep)
    flows = half[kept] >= 0
    before = np.concatenate([[-1], half[kept][:-1]])
    level = np.concatenate([[0.0], set_A[kept][:-1]])
    begins = flows & (half[kept] != before) & ~((before >= 0) & (set_A[kept] == level))
    number = np.cumsum(begins) - 1
    new[kept] = np.where(flows, number, -1)
    # rows that are not written belong to what was written last
    last = np.maximum.accumulate(np.where(keep, np.arange(half.size), 0))
    return np.where(half >= 0, new[last], -1)


def _truth(
    trace: Trace,
    rows: Rows,
    spoiled: list[int],
    specimen: Specimen,
    programme: Programme,
    done_levels: list[int],
    *,
    shorted_from_start: bool,
    family: str,
) -> Truth:
    floor = specimen.floor_ohm if specimen.described else None
    short = short_of(trace, from_start=shorted_from_start, floor_ohm=floor)
    failure, failed_row = failure_of(trace, electrolyte_known=specimen.described)
    began: list[tuple[float, int]] = []
    if short.row is not None:
        began.append((float(trace.time_s[short.row]), int(trace.half_cycle[short.row])))
    if failed_row is not None:
        began.append((float(trace.time_s[failed_row]), int(trace.half_cycle[failed_row])))
    if spoiled:
        failure = "instrument" if failure == "none" else "unclear"
        row = min(spoiled)
        before = rows.half_cycle[: row + 1]
        began.append((float(rows.time_s[row]), int(before.max(initial=0))))
    first = min(began) if began else (None, None)
    clear = short.kind != "unclear"
    return Truth(
        short=short.kind,
        failure=failure,
        time_s=first[0],
        half_cycle=first[1],
        short_s=float(trace.time_s[short.row]) if clear and short.row is not None else None,
        short_half_cycle=int(trace.half_cycle[short.row]) if clear and short.row is not None else None,
        complete_s=None if short.complete_row is None else float(trace.time_s[short.complete_row]),
        complete_half_cycle=None if short.complete_row is None else int(trace.half_cycle[short.complete_row]),
        half_s=_half_s(trace, int(trace.half_cycle[short.row])) if clear and short.row is not None else None,
        ccd_A=_critical(trace, short.row, failure, programme, done_levels),
        kind=programme.kind,
        family=family,
        electrolyte=specimen.electrolyte,
        noise=float(np.median(trace.noise_V) / max(float(np.median(trace.sound_V)), 1e-12)),
    )


def _half_s(trace: Trace, half: int) -> float:
    """Duration of a half-cycle as its rows show it; of a single row that of the longest half-cycle."""
    first = np.flatnonzero(np.diff(trace.half_cycle, prepend=-1))
    last = np.append(first[1:], trace.half_cycle.size) - 1
    spans = trace.time_s[last] - trace.time_s[first]
    of = spans[trace.half_cycle[first] == half]
    return float(of[0]) if of.size and of[0] > 0 else float(spans.max())


def _critical(
    trace: Trace, row: int | None, failure: str, programme: Programme, done: list[int]
) -> tuple[float | None, float | None] | None:
    if programme.kind != "critical current ramp":
        return None
    levels = programme.levels_A
    if row is not None:
        level = levels.index(abs(float(trace.current_A[row])))
        return (levels[level - 1] if level else None, levels[level])
    if failure != "none" or not done:
        return None
    return levels[done[-1]], None


def _record(
    rows: Rows, out: Course, temperature: FloatArray, specimen: Specimen, instrument: Instrument
) -> Record:
    k = rows.keep
    time = rows.time_s[k]
    columns: dict[str, FloatArray | NDArray[np.int64]] = {
        s.TIME: time,
        s.VOLTAGE: rows.voltage_V[k],
        s.CURRENT: rows.current_A[k],
    }
    if "step" in instrument.columns:
        columns[s.STEP] = rows.step[k]
    if "cycle" in instrument.columns:
        columns[s.CYCLE] = np.maximum.accumulate(rows.half_cycle[k]) // 2 + 1
    if "temperature" in instrument.columns:
        columns[s.TEMPERATURE] = np.round(temperature[k], 1)
    if "capacity" in instrument.columns:
        passed = 0.5 * (rows.current_A[1:] + rows.current_A[:-1]) * np.diff(rows.time_s) / 3600.0
        together = np.diff(rows.step) == 0
        for label, sign in ((s.CHARGE_CAPACITY, 1.0), (s.DISCHARGE_CAPACITY, -1.0)):
            counted = np.where(together, np.maximum(sign * passed, 0.0), 0.0)
            columns[label] = np.concatenate([[0.0], np.cumsum(counted)])[k]
    if "clock" in instrument.columns:
        columns[s.UNIX_TIME] = STARTED_UNIX_S + time
    table = pl.DataFrame(columns)
    if out.spectra:
        table = _with_spectra(table, out, has_step="step" in instrument.columns)
    return Record(
        table,
        Provenance("simulated", references=("interlayer.trouble",)),
        label=specimen.label,
        area_m2=specimen.area_m2 if specimen.area_known else None,
        cell=specimen.description(),
    )


def _with_spectra(table: pl.DataFrame, out: Course, *, has_step: bool) -> pl.DataFrame:
    parts = [table.with_columns(pl.lit(0).alias("order"))]
    for index, (time, step, frequency, z) in enumerate(out.spectra):
        data: dict[str, object] = {
            s.TIME: time + np.linspace(0.0, 120.0, frequency.size),
            s.SPECTRUM: np.full(frequency.size, index),
            s.FREQUENCY: frequency,
            s.Z_REAL: z.real,
            s.Z_IMAG: z.imag,
        }
        if has_step:
            data[s.STEP] = np.full(frequency.size, step)
        parts.append(pl.DataFrame(data).with_columns(pl.lit(1).alias("order")))
    # a row at the end of a half-cycle has the time of the spectrum's first
    return pl.concat(parts, how="diagonal_relaxed").sort(s.TIME, "order", maintain_order=True).drop("order")
