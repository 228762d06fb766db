"""One run of a protocol on a cell: what is computed next, what is kept of it, and what happened."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import replace
from typing import Any, Final, NamedTuple

import jax
import numpy as np
import polars as pl
from numpy.typing import NDArray

from interlayer.build import Built
from interlayer.cell import Cell
from interlayer.cycle_jump import FEWEST, SAMPLED, Envelope, check_tolerance
from interlayer.errors import InputError, SimulationError
from interlayer.galvanostatic import is_known_beforehand
from interlayer.linearisation import frequencies, spectrum_ohm
from interlayer.physics.base import State
from interlayer.protocol import MOST_REPEATS, FlatStep, ImpedanceStep, Protocol, Repetition
from interlayer.record import Event, Finding, Provenance, Record
from interlayer.record import schema as s
from interlayer.run_rows import RunRows
from interlayer.stage import LONGEST, VOLTAGE_LIMIT, Stage, stage_of
from interlayer.stepping import STAGES, Stages, Trace, pad, searching, step_count, step_weights
from interlayer.system import CellStates, System, is_full, start
from interlayer.version import __version__

_FEWEST_REPEATS: Final = 24
"""Blocks of fewer repeats are computed in full."""
_FULL_GRADING: Final = 1.4
"""Time steps of full cells are more even: what happens late, at the end of a discharge, counts as well."""
Array = NDArray[np.float64]
Progress = Callable[[float, float], None]
"""Called with seconds simulated so far and in all."""


class Asked(NamedTuple):
    """What a run wants computed next: arguments of `stepping.run_stages` beside its system and weights."""

    states: CellStates
    stages: Stages
    search: bool
    holds: bool
    known: bool
    """Whether all currents are known beforehand, so that `galvanostatic.run_blocks` can do it as well."""


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
    jump : largest relative error of leaping over cycles; None: no leaps.
    rows : how many rows of a stage to keep; None: all.
    blocks_from : steps of the protocol from which whole blocks of known currents are worth a compiled program of their
        own; leaps need them in any case.
    estimate : whether to estimate the error of the steps in time from the first of them.
    """

    def __init__(
        self,
        made: Built,
        rtol: float,
        stop_on: tuple[str, ...] | None,
        *,
        keep_states: bool = True,
        jump: float | None = None,
        rows: int | None = None,
        blocks_from: int = 0,
        estimate: bool = False,
    ) -> None:
        if jump is not None:
            check_tolerance(jump)
        if rows is not None and rows < 2:
            raise InputError(f"rows = {rows}: a step needs its two ends", advice="write rows = 2 or more")
        self.kept_rows = rows
        self.blocks_from = blocks_from
        self.estimate = estimate
        self.time_error: tuple[float, int] | None = None
        """V, and in how many steps of the protocol it was looked for."""
        self.jump = jump
        self.drifting: tuple[tuple[Any, ...], Envelope] | None = None
        """The cycle done last, and the drift under it; a spectrum in between changes nothing."""
        self.computed = self.leapt = 0
        """Cycles in repeated blocks that were computed, and leapt over."""
        self.made = made
        self.rtol = rtol
        self.keep_states = keep_states
        self.ended = ""
        """Name of the event that ended the run early."""
        self.protocol: Protocol | None = None
        self.known: dict[Any, Stage] = {}
        """Steps translated so far; a cycle repeats the same few."""
        # Through the compiled program: every call takes all parameters, and moving them one by one is slow.
        fresh: tuple[System, CellStates] = _begun(
            jax.tree.map(lambda v: np.asarray(v, dtype=float), made.system)
        )
        self.system, self.states = fresh
        self.full = is_full(self.system)
        self.area = float(self.system.area)
        self.temperature = float(self.system.temperature)
        steps = step_count(rtol)
        self.shares = step_weights(2 * steps, _FULL_GRADING) if self.full else step_weights(steps)
        self.stop_on = (
            stop_on if stop_on is not None else (("short",) if self.full else ("lithium exhausted",))
        )
        self.known_beforehand = is_known_beforehand(self.system)
        """Whether imposed currents are those of the ionic path: until a filament crosses."""
        self.clock = 0.0
        self.spectra = 0
        """How many were taken."""
        self.rows = RunRows()
        self.events: list[Event] = []
        self.seen: set[tuple[str, int | None]] = set()
        self.thresholds = [(side, *one) for side in (1, 2, None) for one in made.thresholds(side)]

    def weights(self, *, search: bool) -> Array:
        """Fractions of a stage's duration that the time steps take, shape (steps,)."""
        return searching(self.shares) if search else self.shares

    def run(self, protocol: Protocol, progress: Progress | None = None) -> Generator[Asked, Answer, None]:
        """Run everything: yields what is to be computed and takes the answer. `ended` then says what ended it."""
        cathode = self.made.cell.cathode
        low, high = (None, None) if cathode is None else (cathode.lower_cutoff, cathode.upper_cutoff)
        protocol = self.protocol = protocol.at_cutoffs(low, high)
        if self.jump is None and protocol.n_steps < self.blocks_from:
            self.known_beforehand = False
        total = protocol.duration_s
        queue: list[Stage] = []
        for item in protocol.pieces(_FEWEST_REPEATS if self.jump is not None else MOST_REPEATS + 1):
            if isinstance(item, Repetition):
                self.ended = yield from self._repeated(item, queue, progress, total)
            elif isinstance(item.step, ImpedanceStep):
                self.ended = yield from self._drain(queue)
                if not self.ended:
                    self._spectrum(item.index, item.cycle, item.step)
            else:
                queue.append(self._stage(item))
                if len(queue) < STAGES:
                    continue
                self.ended = yield from self._drain(queue)
            if self.ended:
                return
            if progress and total:
                progress(self.clock, total)
        self.ended = yield from self._drain(queue)
        if progress and total:
            progress(total, total)

    def _stage(self, flat: FlatStep) -> Stage:
        assert not isinstance(flat.step, ImpedanceStep)
        known = self.known.get(flat.step)
        if known is None:
            known = self.known[flat.step] = stage_of(flat.index, flat.cycle, flat.step, self.made)
        return replace(known, index=flat.index, cycle=flat.cycle)

    def _repeated(
        self, block: Repetition, queue: list[Stage], progress: Progress | None, total: float | None
    ) -> Generator[Asked, Answer, str]:
        """Run a repeated block, leaping over cycles as far as that can be done; returns why the run ends, if it does.

        `queue` holds what comes before the block, and in the end what is left of it.
        """
        done = 0
        if not any(isinstance(one.step, ImpedanceStep) for one in block.first):
            if why := (yield from self._drain(queue)):
                return why
            done, why = yield from self._leap(block, progress, total)
            if why:
                return why
        for one in (one for k in range(done, block.repeat) for one in block.at(k)):
            why = ""
            if isinstance(one.step, ImpedanceStep):
                why = yield from self._drain(queue)
                if not why:
                    self._spectrum(one.index, one.cycle, one.step)
            else:
                queue.append(self._stage(one))
                if len(queue) == STAGES:
                    why = yield from self._drain(queue)
            if why:
                return why
            if progress and total and not queue:
                progress(self.clock, total)
        return ""

    def _leap(
        self, block: Repetition, progress: Progress | None, total: float | None
    ) -> Generator[Asked, Answer, tuple[int, str]]:
        """Leap over cycles of a block of plain steps as long as that can be done (`interlayer.cycle_jump`).

        Returns how many of its cycles are done, and why the run ends, if it does.
        """
        assert self.jump is not None
        once = [self._stage(one) for one in block.first]
        each = max(SAMPLED // len(once), 3)
        if each * len(once) > STAGES or any(one.hold or one.limited for one in once):
            return 0, ""
        period = sum(one.duration for one in once)
        leaves, tree = jax.tree.flatten(self.states)
        cuts = np.cumsum([np.size(leaf) for leaf in leaves])
        width, shapes = int(cuts[-1]), [np.shape(leaf) for leaf in leaves]

        def states_of(values: Array) -> CellStates:
            parts = np.split(values, cuts[:-1])
            return jax.tree.unflatten(tree, [v.reshape(n) for v, n in zip(parts, shapes, strict=True)])

        cycle = tuple((one.target, one.duration, one.temperature) for one in once)
        if self.drifting is None or self.drifting[0] != cycle:
            self.drifting = cycle, Envelope(self.jump)
        envelope = self.drifting[1]
        done, leap = 0, envelope.length
        while self.known_beforehand and block.repeat - done >= each:
            leap = min(leap, block.repeat - done - each)
            leap = leap if leap >= FEWEST else 0
            states = states_of(envelope.ahead(leap)[:width]) if leap else self.states
            stages = [self._stage(one) for k in range(each) for one in block.at(done + leap + k)]
            _, trace = yield Asked(states, self._padded(stages, len(stages)), False, False, True)
            trace = jax.tree.map(np.asarray, trace)
            if self._stopped(stages, trace) or (leap and self._news(stages, trace)):
                if not leap:
                    break
                leap //= 2
                continue
            ends = np.concatenate(
                [v[len(once) - 1 :: len(once), -1].reshape(each, -1) for v in jax.tree.leaves(trace.states)]
                + [trace.voltage[:, -1].reshape(each, -1)],
                axis=1,
            )
            rows = [
                *jax.tree.leaves(trace.states),
                np.moveaxis(trace.voltage.reshape(each, len(once), -1), 1, -1),
            ]
            largest = np.concatenate([np.abs(v).max(axis=(0, 1)).ravel() for v in rows])
            mended = envelope.take(ends, largest, leap, width)
            if mended is None:
                leap = envelope.length
                continue
            self.clock += leap * period
            kept, why = self._take_whole(stages, trace)
            done += leap + kept // len(once)
            self.leapt += leap
            self.computed += kept // len(once)
            if why:
                return done, why
            self.states = states_of(mended)
            leap = envelope.length
            if progress and total:
                progress(self.clock, total)
        return done, ""

    def _padded(self, queue: list[Stage], count: int) -> Stages:
        """Stages as the inner loop takes them, `count` of them."""
        return pad(
            [q.hold for q in queue],
            [q.target for q in queue],
            [q.duration for q in queue],
            [q.temperature or self.temperature for q in queue],
            [q.limits for q in queue],
            count,
        )

    def _drain(self, queue: list[Stage]) -> Generator[Asked, Answer, str]:
        """Run the queued stages, in as many calls as it takes; empties the queue.

        Most batches have no limit but the safety's, and none of those is met: they run without looking for limits, and
        once more with it from a stage that passed the safety limit. A guess of a duration that was too short is
        mended likewise, and a stage in which a filament crosses and takes its share of the current.
        """
        search = any(q.limited for q in queue)
        if queue:
            self.drifting = None
        one_by_one = False
        while queue:
            stages = self._padded(queue, STAGES)
            holds = any(q.hold for q in queue)
            known = self.known_beforehand and not (search or holds or one_by_one)
            last, trace = yield Asked(self.states, stages, search, holds, known)
            if not np.isfinite(np.asarray(trace.voltage)[: len(queue)]).all():
                if known:  # a course was not found
                    one_by_one = True
                    continue
                raise SimulationError(
                    "the voltage left the finite numbers",
                    where=f"step {queue[0].index} or one of the {len(queue)} after it",
                    advice="look for a parameter at the edge of its bounds",
                )
            if self.time_error is None and self.estimate and not search and not holds:
                yield from self._estimate_error(queue, trace, known=known)
            done, why = self._take(queue, trace) if search else self._take_whole(queue, trace)
            if why:
                queue.clear()
                return why
            if done == len(queue):
                self.states = last
            elif search:  # this stage goes on, and what came after it started too early
                self.states = jax.tree.map(lambda v, k=done: v[k, -1], trace.states)
                ahead = min(4.0 * queue[done].duration, LONGEST)
                queue[done] = replace(queue[done], duration=ahead, again=ahead < LONGEST)
            else:  # in this stage something happened that this way of computing does not look for
                self.states = jax.tree.map(lambda v, k=done: v[k, 0], trace.states)
                if self.known_beforehand and self._crossed(trace)[done]:
                    self.known_beforehand = False
                else:
                    search = True
            del queue[:done]
        return ""

    def _thinned(self, count: int) -> Any:
        """Which of `count` rows are kept."""
        if self.kept_rows is None or self.kept_rows >= count:
            return slice(None)
        return np.unique(np.round(np.linspace(0, count - 1, self.kept_rows)).astype(int))

    def _estimate_error(
        self, queue: list[Stage], trace: Trace, *, known: bool
    ) -> Generator[Asked, Answer, None]:
        """Compute some stages once more with more steps, and note by how much voltages differ.

        Each stage is done as two, up to a quarter of its time and from there on. As the steps grow quadratically, half
        of them lie in that quarter, where voltages relax: the same compiled program doubles their number there.
        """
        sound = (self._stopped(queue, trace) or len(queue) + 1) - 1
        stages = queue[: min(sound, STAGES // 2)]
        if self.full or not stages or not all(one.duration > 0.0 for one in stages):
            return
        halves = [replace(one, duration=share * one.duration) for one in stages for share in (0.25, 0.75)]
        states = jax.tree.map(lambda v: v[0, 0], trace.states)
        _, fine = yield Asked(states, self._padded(halves, STAGES), False, False, known)
        ends = np.asarray(fine.voltage)[: len(halves), -1].reshape(-1, 2)
        coarse = np.asarray(trace.voltage)[: len(stages)]
        steps = coarse.shape[1] - 1
        apart = np.abs(ends - coarse[:, [steps // 2, steps]]).max()
        if np.isfinite(apart):
            self.time_error = 4.0 / 3.0 * float(apart), len(stages)

    def _crossed(self, trace: Trace) -> NDArray[np.bool_]:
        """Whether a filament is across in any row of each stage, shape (STAGES,)."""
        pellet = float(self.system.conduction.thickness)
        lengths = [np.asarray(one["filament_length"]) for one in trace.states[:2] if "filament_length" in one]
        return np.any([length.max(axis=1) >= pellet for length in lengths], axis=0)

    def _stopped(self, queue: list[Stage], trace: Trace) -> int:
        """Number (from 1) of the first stage whose rows do not count, 0 for none.

        The safety limit was passed in it, or a filament crossed where the currents had to be known beforehand.
        """
        n = len(queue)
        held = np.array([q.hold for q in queue])
        volts = np.abs(np.asarray(trace.voltage)[:n])
        bad = ~held & ~(volts.max(axis=1) < VOLTAGE_LIMIT)
        if self.known_beforehand and not held.any():
            bad |= self._crossed(trace)[:n]
        return int(np.argmax(bad)) + 1 if bad.any() else 0

    def _take_whole(self, queue: list[Stage], trace: Trace) -> tuple[int, str]:
        """Keep the rows of stages that took their whole time; returns how many and why the run ends, if it does.

        Up to the first one in which the safety limit was passed, or of which the currents were not known beforehand.
        """
        n = len(queue)
        rows = {name: np.asarray(getattr(trace, name))[:n] for name in ("time", "voltage", "current")}
        bad = self._stopped(queue, trace)
        n = bad - 1 if bad else n
        if n == 0:
            return 0, ""
        columns = {name: v[:n] for name, v in self._columns(trace.states).items()}
        begins = self.clock + np.concatenate([[0.0], np.cumsum(rows["time"][:n, -1])])
        n, why = self._happened(queue[:n], begins, rows["time"], columns)
        some = self._thinned(rows["time"].shape[1])
        kept = {name: v[:n, some] for name, v in columns.items()} if self.keep_states else {}
        self.rows.add_block(begins[:n], queue[:n], {name: v[:n, some] for name, v in rows.items()}, kept)
        self.clock = float(begins[n])
        return n, why

    def _news(self, queue: list[Stage], trace: Trace) -> bool:
        """Whether something happened in whole stages, or before they began, that had not happened so far."""
        return bool(self._passed(queue, np.zeros(len(queue)), trace.time, self._columns(trace.states)))

    def _take(self, queue: list[Stage], trace: Trace) -> tuple[int, str]:
        """Keep the rows of the stages that ended; returns how many did and why the run ends, if it does."""
        columns = self._columns(trace.states)
        rows = {name: np.asarray(getattr(trace, name)) for name in ("time", "voltage", "current")}
        met, fresh = np.asarray(trace.met), np.asarray(trace.fresh)
        for k, stage in enumerate(queue):
            keep = fresh[k]
            part = {n: v[k, keep] for n, v in rows.items()}
            states = {n: v[k, keep] for n, v in columns.items()}
            some = self._thinned(len(part["time"]))
            kept = {n: v[some] for n, v in states.items()} if self.keep_states else {}
            self.rows.add(self.clock, stage, {n: v[some] for n, v in part.items()}, kept)
            began, self.clock = self.clock, self.clock + float(part["time"][-1])
            one = {n: v[None] for n, v in states.items()}
            _, why = self._happened([stage], np.array([began]), part["time"][None], one)
            if why:
                return k + 1, why
            stopped = bool(met[k].any())
            if stopped and not stage.hold and abs(part["voltage"][-1]) >= VOLTAGE_LIMIT:
                text = f"{VOLTAGE_LIMIT:g} V, {stage.text}"
                self.events.append(Event("voltage limit", self.clock, stage.index, None, text))
                return k + 1, "voltage limit"
            if stage.again and not stopped:
                return k, ""
        return len(queue), ""

    def _happened(
        self, queue: list[Stage], begins: Array, time: Array, states: dict[str, Array]
    ) -> tuple[int, str]:
        """Log what the states passed during some stages; returns how many there were until the run ends, and why.

        `begins` holds the starts of the stages, s; `time` and `states` have the shape (stages, rows).
        """
        for k, event in self._passed(queue, begins, time, states):
            self.seen.add((event.name, event.side))
            self.events.append(event)
            if event.name in self.stop_on:
                return k + 1, event.name
        return len(queue), ""

    def _passed(
        self, queue: list[Stage], begins: Array, time: Array, states: dict[str, Array]
    ) -> list[tuple[int, Event]]:
        """What the states passed for the first time during some stages: number of the stage, and the event."""
        found: list[tuple[int, int, Event]] = []
        for rank, (side, name, column, level, way) in enumerate(self.thresholds):
            if (name, side) in self.seen:
                continue
            value, mark = states[column], level
            if way == "falls":
                value, mark = -value, -mark
            elif way == "swings":
                value = np.abs(value)
            for k in np.flatnonzero(value.max(axis=1) >= mark):
                one = value[k]
                at = int(np.argmax(one >= mark))
                if at == 0 and one[-1] < mark:
                    continue  # it leaves what it never reached, as bare foil that is plated
                when = float(time[k, at])
                if at and one[at] > one[at - 1]:
                    share = (mark - one[at - 1]) / (one[at] - one[at - 1])
                    when = float(time[k, at - 1] + share * (time[k, at] - time[k, at - 1]))
                stage = queue[k]
                found.append(
                    (int(k), rank, Event(name, float(begins[k]) + when, stage.index, side, stage.text))
                )
                break
        return [(k, event) for k, _, event in sorted(found, key=lambda one: one[:2])]

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
                    s.SPECTRUM: np.full(len(hz), self.spectra),
                    s.FREQUENCY: hz,
                    s.Z_REAL: z.real,
                    s.Z_IMAG: z.imag,
                }
            )
        )
        self.spectra += 1

    def record(self, cell: Cell) -> Record:
        """Everything as a record of `cell`, the description that the equations were made from."""
        ended = self.ended
        made = self.made
        return Record(
            table=self.rows.table(self.area),
            label=cell.label,
            area_m2=self.area,
            cell=cell.record_dict() | {"resolved": made.cell.record_dict()["resolved"]},
            protocol=self.protocol.as_dict() if self.protocol else {},
            parameters=made.ledger(),
            events=tuple(sorted(self.events, key=lambda e: e.time_s)),
            findings=self._leaps()
            + tuple(Finding("ended early", f"the run ended at: {ended}", "note") for _ in [0] if ended)
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
                    "cycles_leapt": self.leapt,
                    "time_error_V": self.time_error and self.time_error[0],
                    "time_error_of_steps": self.time_error and self.time_error[1],
                    "parameter_set": made.set_name,
                },
            ),
        )

    def _leaps(self) -> tuple[Finding, ...]:
        """What a reader must know of cycles that were not computed."""
        if not self.leapt:
            return ()
        text = (
            f"{self.computed} cycles were computed and {self.leapt} leapt over, with an error of at most"
            f" {self.jump:g} a leap in each state and voltage"
        )
        return (Finding("cycles leapt over", text, "note"),)

    def taken(self) -> pl.DataFrame:
        """The rows since the last call, which are then no longer kept."""
        table, self.rows = self.rows.table(self.area), RunRows()
        return table


@jax.jit
def _begun(system: System) -> tuple[System, CellStates]:
    """The system, and the states of the fresh cell, as arrays of the engine."""
    return system, start(system)


def _shown(state: State, value: Any) -> Array:
    """A state as a record shows it: the sum or mean over its own axis, where it has one."""
    values = np.asarray(value)
    if state.shown == "sum":
        return values.sum(axis=-1)
    return values.mean(axis=-1) if state.shown == "mean" and values.ndim > 2 else values
