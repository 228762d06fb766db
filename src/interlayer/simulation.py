"""(cell, protocol) -> record: the physics in time, with its events, and spectra where the protocol asks for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import jax
import jax.numpy as jnp
import numpy as np
import polars as pl
from numpy.typing import NDArray

from interlayer.build import Built, build
from interlayer.cell import Cell
from interlayer.errors import ProtocolError, SimulationError
from interlayer.linearisation import frequencies, spectrum_ohm
from interlayer.protocol import (
    CurrentStep,
    ImpedanceStep,
    Protocol,
    RestStep,
    Stop,
    VoltageStep,
    print_sentence,
)
from interlayer.record import Event, Finding, Provenance, Record
from interlayer.record import schema as s
from interlayer.stepping import STAGES, Trace, one_step, pad, run_stages, step_count, step_weights
from interlayer.system import LITHIUM, CellStates, System, mechanisms, start
from interlayer.version import __version__

VOLTAGE_LIMIT: Final = 5.0
"""V; a run ends there as a cycler's safety limit would end it."""
Array = NDArray[np.float64]
Progress = Callable[[float, float], None]
"""Called with seconds simulated so far and in all."""


@dataclass(frozen=True)
class _Stage:
    """One flat step as the inner loop takes it."""

    index: int
    cycle: int
    hold: bool
    target: float
    duration: float
    temperature: float | None
    """K; None for the cell's own."""
    stops: tuple[Stop, ...]
    """Those on voltage or current; time and charge are in `duration`."""
    area: float
    step: CurrentStep | RestStep | VoltageStep

    @property
    def text(self) -> str:
        """The step as a sentence; made when something happened in it."""
        return print_sentence(self.step)


@dataclass
class _Rows:
    """What has been simulated so far, as columns in pieces."""

    time: list[Array] = field(default_factory=list[Array])
    voltage: list[Array] = field(default_factory=list[Array])
    current: list[Array] = field(default_factory=list[Array])
    step: list[NDArray[np.int64]] = field(default_factory=list[NDArray[np.int64]])
    cycle: list[NDArray[np.int64]] = field(default_factory=list[NDArray[np.int64]])
    states: list[dict[str, Array]] = field(default_factory=list[dict[str, Array]])
    spectra: list[pl.DataFrame] = field(default_factory=list[pl.DataFrame])

    def add(self, clock: float, stage: _Stage, trace: dict[str, Array], states: dict[str, Array]) -> None:
        """Append the rows of one stage that starts at `clock`."""
        count = len(trace["time"])
        self.time.append(clock + trace["time"])
        self.voltage.append(trace["voltage"])
        self.current.append(trace["current"])
        self.step.append(np.full(count, stage.index))
        self.cycle.append(np.full(count, stage.cycle))
        self.states.append(states)


def simulate(
    cell: Cell,
    protocol: Protocol,
    *,
    parameters: str | None = None,
    rtol: float = 1e-3,
    stop_on: tuple[str, ...] = ("lithium exhausted",),
    progress: Progress | None = None,
    built: Built | None = None,
) -> Record:
    """Run `protocol` on `cell` and return what happened.

    Parameters
    ----------
    cell, protocol : what was built and what is done to it.
    parameters : name of a parameter set instead of the cell's own choice.
    rtol : relative tolerance; it chooses the number of time steps a stage (12 to 192).
    stop_on : events that end the run, of 'short', 'crack onset', 'salt depletion', 'lithium exhausted'; without
        lithium on the stripped side the equations no longer hold.
    progress : called now and then with seconds done and in all.
    built : the equations, if they were made already (for sweeps).

    Raises
    ------
    DescriptionError
        If the cell lacks what a simulation needs.
    ProtocolError
        If a step makes no sense for this cell.
    SimulationError
        If the numbers left the finite.
    """
    made = built or build(cell, parameters=parameters)
    runner = _Runner(made, step_count(rtol), stop_on)
    ended = runner.run(protocol, progress)
    return runner.record(cell, protocol, rtol, ended)


class _Runner:
    """State of one run: the cell's states, the clock, the rows and what has happened."""

    def __init__(self, made: Built, steps: int, stop_on: tuple[str, ...]) -> None:
        self.made = made
        self.system: System = jax.tree.map(lambda v: jnp.asarray(v, dtype=float), made.system)
        self.area = float(self.system.area)
        self.temperature = float(self.system.temperature)
        self.weights = jnp.asarray(step_weights(steps))
        self.stop_on = stop_on
        self.states = jax.jit(start)(self.system)
        self.clock = 0.0
        self.rows = _Rows()
        self.events: list[Event] = []
        self.seen: set[tuple[str, int | None]] = set()

    def run(self, protocol: Protocol, progress: Progress | None) -> str:
        """Run everything; returns '' or the name of the event that ended it."""
        total = protocol.duration_s
        queue: list[_Stage] = []
        for item in self._stages(protocol):
            if isinstance(item, _Stage):
                queue.append(item)
                if len(queue) < STAGES:
                    continue
            if ended := self._drain(queue):
                return ended
            if progress and total:
                progress(self.clock, total)
            if not isinstance(item, _Stage):
                self._spectrum(*item)
        ended = self._drain(queue)
        if progress and total:
            progress(total, total)
        return ended

    def _stages(self, protocol: Protocol) -> Iterator[_Stage | tuple[int, int, ImpedanceStep]]:
        for flat in protocol.flat():
            if isinstance(flat.step, ImpedanceStep):
                yield flat.index, flat.cycle, flat.step
            else:
                yield _stage(flat.index, flat.cycle, flat.step, self.area)

    def _drain(self, queue: list[_Stage]) -> str:
        """Run the queued stages, in as many calls as their stops need; empties the queue."""
        while queue:
            stages = pad(
                [q.hold for q in queue],
                [q.target for q in queue],
                [q.duration for q in queue],
                [q.temperature or self.temperature for q in queue],
            )
            last, trace = run_stages(self.system, self.states, stages, self.weights)
            rows = {name: np.asarray(getattr(trace, name)) for name in ("time", "voltage", "current")}
            if not np.isfinite(rows["voltage"][: len(queue)]).all():
                raise SimulationError(
                    "the voltage left the finite numbers",
                    where=f"step {queue[0].index} or one of the {len(queue)} after it",
                    advice="look for a parameter at the edge of its bounds",
                )
            self.states = last
            done, why = self._take(queue, trace, rows)
            del queue[:done]
            if why:
                queue.clear()
                return why
        return ""

    def _take(self, queue: list[_Stage], trace: Trace, rows: dict[str, Array]) -> tuple[int, str]:
        """Keep rows up to the first stop; returns how many stages are done and why the run ends, if it does."""
        columns = self._columns(trace.states)
        for k, stage in enumerate(queue):
            part = {n: v[k] for n, v in rows.items()}
            states = {n: v[k] for n, v in columns.items()}
            stop = _first_stop(stage, part["voltage"], part["current"])
            if stop is not None:
                part, states = self._cut(stage, trace, k, stop, part, states)
            self.rows.add(self.clock, stage, part, states)
            self.clock += float(part["time"][-1])
            if why := self._happened(stage, part["time"], states):
                return k + 1, why
            if stop is not None:
                if stop.kind == "limit":
                    self.events.append(
                        Event(
                            "voltage limit",
                            self.clock,
                            stage.index,
                            None,
                            f"{VOLTAGE_LIMIT:g} V, {stage.text}",
                        )
                    )
                    return k + 1, "voltage limit"
                return k + 1, ""
        return len(queue), ""

    def _cut(
        self,
        stage: _Stage,
        trace: Trace,
        k: int,
        stop: _Stop,
        part: dict[str, Array],
        states: dict[str, Array],
    ) -> tuple[dict[str, Array], dict[str, Array]]:
        """End stage `k` where its stop is met, between rows at-1 and at; the cell goes on from there."""
        at = stop.row
        if at == 0:
            self.states = jax.tree.map(lambda v: v[k, 0], trace.states)
            return {n: v[:1] for n, v in part.items()}, {n: v[:1] for n, v in states.items()}
        before: CellStates = jax.tree.map(lambda v: v[k, at - 1], trace.states)
        system = self.system._replace(temperature=jnp.asarray(stage.temperature or self.temperature))
        low, high = 0.0, float(part["time"][at] - part["time"][at - 1])
        while high - low > 1e-9 * max(high, 1e-6):
            middle = 0.5 * (low + high)
            row = one_step(system, before, stage.hold, stage.target, middle)
            reached = stop.reached(np.asarray([float(row.voltage)]), np.asarray([float(row.current)]))[0]
            low, high = (low, middle) if reached else (middle, high)
        row = one_step(system, before, stage.hold, stage.target, high)
        self.states = row.states
        extra = self._columns(row.states)
        end = {
            "time": part["time"][at - 1] + high,
            "voltage": float(row.voltage),
            "current": float(row.current),
        }
        return (
            {n: np.append(v[:at], end[n]) for n, v in part.items()},
            {n: np.append(v[:at], extra[n]) for n, v in states.items()},
        )

    def _happened(self, stage: _Stage, time: Array, states: dict[str, Array]) -> str:
        """Log what the states passed during this stage; returns the event that ends the run, if one does."""
        began = self.clock - float(time[-1])
        for side in (1, 2):
            for name, column, level, way in self.made.thresholds(side):
                if (name, side) in self.seen:
                    continue
                value, mark = states[column], level
                if way == "falls":
                    value, mark = -value, -mark
                elif way == "swings":
                    value = np.abs(value)
                if value.max() < mark:
                    continue
                at = int(np.argmax(value >= mark))
                when = float(time[at])
                if at and value[at] > value[at - 1]:
                    share = (mark - value[at - 1]) / (value[at] - value[at - 1])
                    when = float(time[at - 1] + share * (time[at] - time[at - 1]))
                self.seen.add((name, side))
                self.events.append(Event(name, began + when, stage.index, side, stage.text))
                if name in self.stop_on:
                    return name
        return ""

    def _columns(self, states: CellStates) -> dict[str, Array]:
        """Model states as record columns, any leading shape."""
        out: dict[str, Array] = {}
        for number, (side, one) in enumerate(zip(self.system.sides, states, strict=True), start=1):
            for state in [*(st for m in mechanisms(side) for st in m.states), LITHIUM]:
                value = np.asarray(one[state.name])
                if state.name == "salt_modes":
                    value = value.sum(axis=-1)
                out[f"{state.title} {number} / {state.unit}"] = value
        return out

    def _spectrum(self, index: int, cycle: int, step: ImpedanceStep) -> None:
        """Append a spectrum of the present states; the clock and all ageing stand still meanwhile."""
        hz = frequencies(step.highest_Hz, step.lowest_Hz, step.points_per_decade)
        z = spectrum_ohm(self.system, self.states, hz)
        self.rows.spectra.append(
            pl.DataFrame(
                {
                    s.TIME: np.full(len(hz), self.clock),
                    s.STEP: np.full(len(hz), index),
                    s.CYCLE: np.full(len(hz), cycle),
                    s.SPECTRUM: np.full(len(hz), len(self.rows.spectra)),
                    s.FREQUENCY: hz,
                    s.Z_REAL: z.real,
                    s.Z_IMAG: z.imag,
                }
            )
        )

    def record(self, cell: Cell, protocol: Protocol, rtol: float, ended: str) -> Record:
        """Everything as a record."""
        made = self.made
        return Record(
            table=self._table(),
            label=cell.label,
            area_m2=self.area,
            cell=cell.record_dict(),
            protocol=protocol.as_dict(),
            parameters=made.ledger(),
            events=tuple(sorted(self.events, key=lambda e: e.time_s)),
            findings=tuple(Finding("ended early", f"the run ended at: {ended}", "note") for _ in [0] if ended)
            + tuple(
                Finding(
                    "value not used", f"{path}: no law in use takes it, or [model] says otherwise", "note"
                )
                for path in made.unused()
            ),
            provenance=Provenance(
                kind="simulated",
                version=__version__,
                references=made.references(),
                extra={"rtol": rtol, "steps_per_stage": len(self.weights), "parameter_set": made.set_name},
            ),
        )

    def _table(self) -> pl.DataFrame:
        rows = self.rows
        pieces: list[pl.DataFrame] = []
        if rows.time:
            data: dict[str, Any] = {
                s.TIME: np.concatenate(rows.time),
                s.VOLTAGE: np.concatenate(rows.voltage),
                s.CURRENT: np.concatenate(rows.current) * self.area,
                s.STEP: np.concatenate(rows.step),
                s.CYCLE: np.concatenate(rows.cycle),
            }
            for name in rows.states[0]:
                data[name] = np.concatenate([piece[name] for piece in rows.states])
            pieces.append(pl.DataFrame(data))
        pieces.extend(rows.spectra)
        if not pieces:
            return pl.DataFrame({s.TIME: np.zeros(0)})
        # Spectra stand after the rows that came before them: by step, which never decreases.
        return pl.concat(pieces, how="diagonal").sort(s.STEP, maintain_order=True)


def _stage(index: int, cycle: int, step: CurrentStep | RestStep | VoltageStep, area: float) -> _Stage:
    """Translate a step into imposed current or voltage, duration and stops.

    Raises
    ------
    ProtocolError
        For a C-rate (a symmetric cell has none) or a step without an end.
    """
    hold = isinstance(step, VoltageStep)
    target = step.voltage if isinstance(step, VoltageStep) else 0.0
    if isinstance(step, CurrentStep):
        if step.c_rate is not None:
            raise ProtocolError(
                "a C-rate needs an active mass and the mAh/g that defines 1C; a Li|Li cell has neither",
                where=f"step {index + 1} '{print_sentence(step)}'",
                advice='write "Plate at 0.1 mA/cm2 for 1 hour"',
            )
        target = step.areal if step.areal is not None else (step.total or 0.0) / area
    durations = [d for d in (_duration(stop, target, area) for stop in step.stops) if d is not None]
    others = tuple(s for s in step.stops if s.quantity in ("voltage", "current", "current_density"))
    if not durations and not others:
        where = f"step {index + 1} '{print_sentence(step)}'"
        raise ProtocolError("the step has no end", where=where, advice='add "for 1 hour"')
    longest = min(durations) if durations else _LONGEST
    return _Stage(
        index,
        cycle,
        hold,
        float(target),
        float(longest),
        step.temperature,
        others,
        area,
        step,
    )


_LONGEST: Final = 1000 * 3600.0
"""s; a step that only a voltage or current ends is given up after this time."""


def _duration(stop: Stop, target: float, area: float) -> float | None:
    if stop.quantity == "time":
        return stop.value
    if stop.quantity in ("areal_capacity", "capacity"):
        charge = stop.value / (area if stop.quantity == "capacity" else 1.0)
        return abs(charge / target) if target else None
    return None


@dataclass(frozen=True)
class _Stop:
    """A stop that was met: at which row of its stage, and how to tell whether a voltage or current meets it."""

    row: int
    kind: str
    reached: Callable[[Array, Array], NDArray[np.bool_]]


def _meets(stage: _Stage, stop: Stop) -> Callable[[Array, Array], NDArray[np.bool_]]:
    """Return the test of a stop on voltages (V) and current densities (A/m2)."""
    if stop.quantity == "voltage":
        if stop.comparison == ">=":
            return lambda v, _: v >= stop.value
        if stop.comparison == "<=":
            return lambda v, _: v <= stop.value
        toward = 1.0 if stage.target >= 0.0 else -1.0
        return lambda v, _: toward * v >= stop.value
    level = stop.value / (stage.area if stop.quantity == "current" else 1.0)
    if stop.comparison == ">=":
        return lambda _, i: np.abs(i) >= level
    return lambda _, i: np.abs(i) <= level


def _first_stop(stage: _Stage, voltage: Array, current: Array) -> _Stop | None:
    """Return the stop that is met first, None if none is."""
    tests = [("stop", _meets(stage, stop)) for stop in stage.stops]
    if not stage.hold:
        tests.append(("limit", lambda v, _: np.abs(v) >= VOLTAGE_LIMIT))
    met = [(test(voltage, current), kind, test) for kind, test in tests]
    rows = [_Stop(int(np.argmax(hit)), kind, test) for hit, kind, test in met if hit.any()]
    return min(rows, key=lambda stop: stop.row, default=None)
