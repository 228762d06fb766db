"""(cell, protocol) -> record: the physics in time, with its events, and spectra where the protocol asks for them."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import polars as pl
from numpy.typing import NDArray

from interlayer.build import Built, build
from interlayer.cell import Cell
from interlayer.errors import ProtocolError, SimulationError
from interlayer.linearisation import frequencies, spectrum_ohm
from interlayer.physics.base import State
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
from interlayer.stepping import (
    STAGES,
    Limits,
    Stages,
    Trace,
    pad,
    run_stages,
    searching,
    step_count,
    step_weights,
)
from interlayer.system import CellStates, System, is_full, start
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
    limits: Limits
    """Where it ends before its time, each a float."""
    again: bool
    """Whether `duration` is only a guess: without a limit met by then it goes on for longer."""
    step: CurrentStep | RestStep | VoltageStep

    @property
    def limited(self) -> bool:
        """Whether it has a limit of its own beside the safety's."""
        return self.limits != _safety(self.hold)

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
    stop_on: tuple[str, ...] | None = None,
    progress: Progress | None = None,
    built: Built | None = None,
) -> Record:
    """Run `protocol` on `cell` and return what happened.

    Parameters
    ----------
    cell, protocol : what was built and what is done to it.
    parameters : name of a parameter set instead of the cell's own choice.
    rtol : relative tolerance; it chooses the number of time steps a stage (12 to 192).
    stop_on : events that end the run, of 'short', 'hard short', 'crack onset', 'salt depletion', 'lithium exhausted'.
        Not given: the last one in a symmetric cell, where without lithium on the stripped side the equations no longer
        hold; 'short' in a full cell, whose charge never ends where it leaks, while a discharge ends with the lithium.
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
    runner = Runner(made, rtol, stop_on)
    run = runner.run(protocol, progress)
    answer: Answer | None = None
    while (asked := following(run, answer)) is not None:
        answer = run_stages(
            runner.system,
            asked.states,
            asked.stages,
            jnp.asarray(runner.weights(search=asked.search)),
            search=asked.search,
            holds=asked.holds,
        )
    return runner.record(cell)


class Asked(NamedTuple):
    """What a run wants computed next: arguments of `stepping.run_stages` beside its system and weights."""

    states: CellStates
    stages: Stages
    search: bool
    holds: bool


Answer = tuple[CellStates, Trace]
"""What `stepping.run_stages` returns."""


def following(run: Generator[Asked, Answer, None], answer: Answer | None) -> Asked | None:
    """Hand a run what it asked for (None at its start); what it asks for next, or None where it is over."""
    try:
        return next(run) if answer is None else run.send(answer)
    except StopIteration:
        return None


class Runner:
    """State of one run: the cell's states, the clock, the rows and what has happened.

    It computes nothing itself: `run` asks for blocks of stages, so that one loop serves a cell by itself and another
    one many cells at once (`interlayer.batch`).

    Parameters
    ----------
    made : the equations.
    rtol : relative tolerance in time.
    stop_on : events that end the run; None for those of `simulate`.
    keep_states : whether the record gets the states' columns; without them a long life takes a tenth of the memory.
    """

    def __init__(
        self, made: Built, rtol: float, stop_on: tuple[str, ...] | None, *, keep_states: bool = True
    ) -> None:
        self.made = made
        self.rtol = rtol
        self.keep_states = keep_states
        self.ended = ""
        """Name of the event that ended the run early."""
        self.protocol: Protocol | None = None
        self.known: dict[Any, _Stage] = {}
        """Steps translated so far; a cycle repeats the same few."""
        self.system: System = jax.tree.map(lambda v: np.asarray(v, dtype=float), made.system)
        self.full = is_full(self.system)
        self.area = float(self.system.area)
        self.temperature = float(self.system.temperature)
        steps = step_count(rtol)
        self.shares = step_weights(2 * steps, _FULL_GRADING) if self.full else step_weights(steps)
        self.stop_on = (
            stop_on if stop_on is not None else (("short",) if self.full else ("lithium exhausted",))
        )
        self.states: CellStates = _start(self.system)
        self.clock = 0.0
        self.rows = _Rows()
        self.events: list[Event] = []
        self.seen: set[tuple[str, int | None]] = set()

    def weights(self, *, search: bool) -> Array:
        """Fractions of a stage's duration that the time steps take, shape (steps,)."""
        return searching(self.shares) if search else self.shares

    def run(self, protocol: Protocol, progress: Progress | None = None) -> Generator[Asked, Answer, None]:
        """Run everything: yields what is to be computed and takes the answer. `ended` then says what ended it."""
        cathode = self.made.cell.cathode
        low, high = (None, None) if cathode is None else (cathode.lower_cutoff, cathode.upper_cutoff)
        protocol = self.protocol = protocol.at_cutoffs(low, high)
        total = protocol.duration_s
        queue: list[_Stage] = []
        for item in self._stages(protocol):
            if isinstance(item, _Stage):
                queue.append(item)
                if len(queue) < STAGES:
                    continue
            self.ended = yield from self._drain(queue)
            if self.ended:
                return
            if progress and total:
                progress(self.clock, total)
            if not isinstance(item, _Stage):
                self._spectrum(*item)
        self.ended = yield from self._drain(queue)
        if progress and total:
            progress(total, total)

    def _stages(self, protocol: Protocol) -> Iterator[_Stage | tuple[int, int, ImpedanceStep]]:
        for flat in protocol.flat():
            if isinstance(flat.step, ImpedanceStep):
                yield flat.index, flat.cycle, flat.step
            else:
                if flat.step not in self.known:
                    self.known[flat.step] = _stage(flat.index, flat.cycle, flat.step, self.made)
                yield replace(self.known[flat.step], index=flat.index, cycle=flat.cycle)

    def _drain(self, queue: list[_Stage]) -> Generator[Asked, Answer, str]:
        """Run the queued stages, in as many calls as it takes; empties the queue.

        Most batches have no limit but the safety's, and none of those is met: they run without looking for limits, and
        once more with it from a stage that passed the safety limit. A guess of a duration that was too short is
        mended likewise.
        """
        search = any(q.limited for q in queue)
        while queue:
            stages = pad(
                [q.hold for q in queue],
                [q.target for q in queue],
                [q.duration for q in queue],
                [q.temperature or self.temperature for q in queue],
                [q.limits for q in queue],
            )
            holds = any(q.hold for q in queue)
            last, trace = yield Asked(self.states, stages, search, holds)
            if not np.isfinite(np.asarray(trace.voltage)[: len(queue)]).all():
                raise SimulationError(
                    "the voltage left the finite numbers",
                    where=f"step {queue[0].index} or one of the {len(queue)} after it",
                    advice="look for a parameter at the edge of its bounds",
                )
            done, why = self._take(queue, trace, search)
            if why:
                queue.clear()
                return why
            if done == len(queue):
                self.states = last
            elif search:  # this stage goes on, and what came after it started too early
                self.states = jax.tree.map(lambda v, k=done: v[k, -1], trace.states)
                ahead = min(4.0 * queue[done].duration, _LONGEST)
                queue[done] = replace(queue[done], duration=ahead, again=ahead < _LONGEST)
            else:  # this stage passed the safety limit: once more from its start, looking for it
                self.states = jax.tree.map(lambda v, k=done: v[k, 0], trace.states)
                search = True
            del queue[:done]
        return ""

    def _take(self, queue: list[_Stage], trace: Trace, search: bool) -> tuple[int, str]:
        """Keep the rows of the stages that ended; returns how many did and why the run ends, if it does."""
        columns = self._columns(trace.states)
        watched = any((_towards(columns[c], way) >= level).any() for _, _, c, level, way in self._ahead())
        rows = {name: np.asarray(getattr(trace, name)) for name in ("time", "voltage", "current")}
        met, fresh = np.asarray(trace.met), np.asarray(trace.fresh)
        for k, stage in enumerate(queue):
            if not search and not stage.hold and np.abs(rows["voltage"][k]).max() >= VOLTAGE_LIMIT:
                return k, ""
            keep = fresh[k] if search else slice(None)
            part = {n: v[k, keep] for n, v in rows.items()}
            states = {n: v[k, keep] for n, v in columns.items()} if watched or self.keep_states else {}
            self.rows.add(self.clock, stage, part, states if self.keep_states else {})
            self.clock += float(part["time"][-1])
            if watched and (why := self._happened(stage, part["time"], states)):
                return k + 1, why
            stopped = bool(met[k].any())
            if stopped and not stage.hold and abs(part["voltage"][-1]) >= VOLTAGE_LIMIT:
                text = f"{VOLTAGE_LIMIT:g} V, {stage.text}"
                self.events.append(Event("voltage limit", self.clock, stage.index, None, text))
                return k + 1, "voltage limit"
            if stage.again and not stopped:
                return k, ""
        return len(queue), ""

    def _happened(self, stage: _Stage, time: Array, states: dict[str, Array]) -> str:
        """Log what the states passed during this stage; returns the event that ends the run, if one does."""
        began = self.clock - float(time[-1])
        for name, side, column, level, way in self._ahead():
            value = _towards(states[column], way)
            if value.max() < level:
                continue
            at = int(np.argmax(value >= level))
            if at == 0 and value[-1] < level:  # it leaves what it never reached, as bare foil that is plated
                continue
            when = float(time[at])
            if at and value[at] > value[at - 1]:
                share = (level - value[at - 1]) / (value[at] - value[at - 1])
                when = float(time[at - 1] + share * (time[at] - time[at - 1]))
            self.seen.add((name, side))
            self.events.append(Event(name, began + when, stage.index, side, stage.text))
            if name in self.stop_on:
                return name
        return ""

    def _ahead(self) -> Iterator[tuple[str, int | None, str, float, str]]:
        """Events that have not happened yet: name, side, column, level that `_towards` passes, way."""
        for side in (1, 2, None):
            for name, column, level, way in self.made.thresholds(side):
                if (name, side) not in self.seen:
                    yield name, side, column, -level if way == "falls" else level, way

    def _columns(self, states: CellStates) -> dict[str, Array]:
        """Model states as record columns, any leading shape."""
        out: dict[str, Array] = {}
        for number, (side, one) in enumerate(zip(self.system.sides, states[:2], strict=True), start=1):
            for state in side.recorded():
                out[f"{state.title} {number} / {state.unit}"] = _shown(state, one[state.name])
        for state in self.system.conduction.states:
            out[f"{state.title} / {state.unit}"] = _shown(state, states[2][state.name])
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

    def record(self, cell: Cell) -> Record:
        """Everything as a record of `cell`, the description that the equations were made from."""
        ended = self.ended
        made = self.made
        return Record(
            table=self._table(),
            label=cell.label,
            area_m2=self.area,
            cell=cell.record_dict() | {"resolved": made.cell.record_dict()["resolved"]},
            protocol=self.protocol.as_dict() if self.protocol else {},
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
                extra={
                    "rtol": self.rtol,
                    "steps_per_stage": len(self.shares),
                    "parameter_set": made.set_name,
                },
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


_start = jax.jit(start)


def _towards(value: Array, way: str) -> Array:
    """What rises past the level of an event that is passed by 'rises', 'falls' or 'swings'."""
    if way == "falls":
        return -value
    return np.abs(value) if way == "swings" else value


def _shown(state: State, value: Any) -> Array:
    """A state as a record shows it: the sum or mean over its own axis, where it has one."""
    values = np.asarray(value)
    if state.shown == "sum":
        return values.sum(axis=-1)
    return values.mean(axis=-1) if state.shown == "mean" and values.ndim > 2 else values


def _stage(index: int, cycle: int, step: CurrentStep | RestStep | VoltageStep, made: Built) -> _Stage:
    """Translate a step into imposed current or voltage, duration and limits.

    Raises
    ------
    ProtocolError
        For a C-rate where the cell does not say what 1C is, or a step without an end.
    """
    area = float(made.system.area)
    where = f"step {index + 1} '{print_sentence(step)}'"
    hold = isinstance(step, VoltageStep)
    target = step.voltage if isinstance(step, VoltageStep) else 0.0
    if isinstance(step, CurrentStep):
        if step.c_rate is not None:
            target = step.c_rate * _one_c(made, where) / area
        else:
            target = step.areal if step.areal is not None else (step.total or 0.0) / area
    durations = [
        d for d in (_duration(stop, target, area, hold=hold) for stop in step.stops) if d is not None
    ]
    others = [s for s in step.stops if s.quantity != "time"]
    if not durations and not others:
        raise ProtocolError("the step has no end", where=where, advice='add "for 1 hour"')
    full = is_full(made.system)
    guess = _guess(made, target, hold=hold) if full else _LONGEST
    limits = _limits(others, target, area, made, where, hold=hold)
    if full:
        limits = limits._replace(metal=0.0)
    duration = min(durations) if durations else guess
    return _Stage(
        index,
        cycle,
        hold,
        float(target),
        float(duration),
        step.temperature,
        limits,
        not durations and duration < _LONGEST,
        step,
    )


_LONGEST: Final = 1000 * 3600.0
"""s; a step that only a voltage or current ends is given up after this time."""
_FULL_GRADING: Final = 1.4
"""Time steps of full cells are more even: what happens late, at the end of a discharge, counts as well."""
_HOLD_GUESS: Final = 3600.0
"""s; a first guess at how long a held voltage takes until its current has fallen."""


def _guess(made: Built, target: float, *, hold: bool) -> float:
    """How long a step of a full cell may last until its limit is met, s; longer if that was too short."""
    if hold or not target:
        return _HOLD_GUESS
    return min(1.02 * made.areal_capacity / abs(target), _LONGEST)


def _one_c(made: Built, where: str) -> float:
    """Current of 1C, A.

    Raises
    ------
    ProtocolError
        If the cell has no cathode.
    """
    if made.one_c_A is None:
        raise ProtocolError(
            "a C-rate needs an active mass and the mAh/g that defines 1C; a Li|Li cell has neither",
            where=where,
            advice='write "Plate at 0.1 mA/cm2 for 1 hour"',
        )
    return made.one_c_A


def _duration(stop: Stop, target: float, area: float, *, hold: bool) -> float | None:
    """Time after which a stop is met, s, where that is known beforehand."""
    if stop.quantity == "time":
        return stop.value
    if stop.quantity in ("areal_capacity", "capacity") and not hold:
        charge = stop.value / (area if stop.quantity == "capacity" else 1.0)
        return abs(charge / target) if target else None
    return None


def _safety(hold: bool) -> Limits:
    """Limits of a stage without stops."""
    safety = np.inf if hold else VOLTAGE_LIMIT
    return Limits(safety, -safety, -np.inf, np.inf, np.inf, -np.inf)


def _limits(stops: list[Stop], target: float, area: float, made: Built, where: str, *, hold: bool) -> Limits:
    """Limits of a stage from its stops, each a float; a current that is imposed also ends at the safety limit."""
    found = _safety(hold)
    for stop in stops:
        value = stop.value
        if stop.quantity == "voltage":
            rising = stop.comparison == ">=" or (stop.comparison == "crosses" and target >= 0.0)
            if rising:
                found = found._replace(highest=min(found.highest, value))
            else:
                low = -value if stop.comparison == "crosses" and not is_full(made.system) else value
                found = found._replace(lowest=max(found.lowest, low))
            continue
        if stop.quantity in ("areal_capacity", "capacity"):
            if hold:
                found = found._replace(charge=value / (area if stop.quantity == "capacity" else 1.0))
            continue
        if stop.quantity == "c_rate":
            value = value * _one_c(made, where) / area
        elif stop.quantity == "current":
            value = value / area
        if stop.comparison == ">=":
            found = found._replace(largest=min(found.largest, value))
        else:
            found = found._replace(smallest=max(found.smallest, value))
    return found
