"""What a mechanism of trouble is: it alters the cell step by step, or what the instrument writes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from interlayer.trouble.programme import Programme, Segment
from interlayer.trouble.specimen import Specimen

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass
class Slice:
    """One step of the test at the moments at which rows are taken; mechanisms alter its resistances in place.

    Attributes
    ----------
    segment : Segment
    half_cycle : int
        Number of the half-cycle; in a rest or spectrum that of the last one before, -1 before the first.
    time_s, elapsed_s : array (n,)
        Since the test and since the step began.
    charge_C : array (n,)
        |charge| passed in this step so far.
    temperature_C : array (n,)
    bulk_ohm, boundary_ohm, interface_ohm : array (n,)
        In series; as the specimen has them, before mechanisms act.
    shunt_S : array (n,)
        Conductance parallel to the whole ionic path.
    source_V : array (n,)
        Voltage in series that does not depend on the current of the moment.
    failing_ohm, failing_V : dict of str to array (n,)
        Further resistance and voltage in series that a failure adds, by its name.
    """

    segment: Segment
    half_cycle: int
    time_s: FloatArray
    elapsed_s: FloatArray
    charge_C: FloatArray
    temperature_C: FloatArray
    bulk_ohm: FloatArray
    boundary_ohm: FloatArray
    interface_ohm: FloatArray
    shunt_S: FloatArray
    source_V: FloatArray
    failing_ohm: dict[str, FloatArray] = field(default_factory=dict[str, FloatArray])
    failing_V: dict[str, FloatArray] = field(default_factory=dict[str, FloatArray])
    measures: dict[str, FloatArray] = field(default_factory=dict[str, FloatArray])
    """How far a failure has gone, where that is not told by what it does to |V|."""

    @property
    def direction(self) -> int:
        """+1 or -1; 0 without current."""
        return int(np.sign(self.segment.current_A))

    @property
    def share(self) -> FloatArray:
        """Part of the planned duration of the step that has passed, shape (n,)."""
        return self.elapsed_s / self.segment.duration_s

    def fail(
        self,
        name: str,
        *,
        ohm: FloatArray | None = None,
        volt: FloatArray | None = None,
        measure: FloatArray | None = None,
    ) -> None:
        """Add what a failure puts in series, and its measure as `truth.MEASURES` has it, if that is not |V|."""
        nothing = np.zeros_like(self.time_s)
        if measure is not None:
            self.measures[name] = measure
        if ohm is not None:
            self.failing_ohm[name] = self.failing_ohm.get(name, nothing) + ohm
        if volt is not None:
            self.failing_V[name] = self.failing_V.get(name, nothing) + volt


class Mechanism:
    """Something that happens in the cell.

    `act` is called for every step in the order of time, spectra and rests included (one row or more, no current).
    A step may end before its planned duration, at the voltage limit: `close` then tells how long it was.
    """

    source: ClassVar[str] = ""
    """Key of the paper, or where the closed form comes from."""

    def act(self, s: Slice) -> None:
        """Alter the slice in place."""
        raise NotImplementedError

    def close(self, s: Slice, rows: int) -> None:
        """Take note that only the first `rows` rows of the slice took place."""


@dataclass
class Rows:
    """What the instrument is about to write, cycling rows alone, in the order of time.

    Attributes
    ----------
    time_s, voltage_V, current_A : array (n,)
        As measured.
    set_A : array (n,)
        As asked of the instrument.
    step, half_cycle : array of int (n,)
        `half_cycle` is -1 outside half-cycles.
    noise_V : float
        Standard deviation of the voltage.
    keep : array of bool (n,)
        Rows that are written.
    """

    time_s: FloatArray
    voltage_V: FloatArray
    current_A: FloatArray
    set_A: FloatArray
    step: IntArray
    half_cycle: IntArray
    noise_V: float
    keep: NDArray[np.bool_]


class Fault:
    """Something that happens in the instrument: it spoils rows after the cell has been simulated."""

    source: ClassVar[str] = "instrument"

    def spoil(self, rows: Rows, rng: np.random.Generator) -> int | None:
        """Alter the rows in place; return the row at which the trouble began, None if it is no trouble."""
        raise NotImplementedError

    def deviation_of(self, voltage_V: FloatArray) -> FloatArray:
        """Standard deviation that it adds to rows at these voltages, for faults that are noise."""
        return np.zeros_like(voltage_V)


@dataclass(frozen=True)
class Plan:
    """Cell and test that a mechanism is drawn for."""

    specimen: Specimen
    programme: Programme
    rows_a_half: int

    def moment(self, rng: np.random.Generator, low: float = 0.2, high: float = 0.85) -> tuple[int, float]:
        """Draw a half-cycle, between these shares of their number, and a share of its duration.

        A test of few half-cycles gets its moment where some rows lie before and behind it.
        """
        count = len(self.programme.halves)
        if count == 1:
            return 0, float(rng.uniform(max(low, 0.15), high))
        first = min(max(3, int(low * count)), count - 1)
        last = max(first + 1, min(int(high * count) + 1, count - 1))
        return int(rng.integers(first, last)), float(rng.uniform(0.15, 0.8))

    def duration_s(self, half: int) -> float:
        """Planned duration of a half-cycle."""
        halves = self.programme.halves
        return halves[min(half, len(halves) - 1)].duration_s
