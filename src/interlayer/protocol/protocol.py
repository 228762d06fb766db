"""What is done to a cell, from the first step to the last."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any, Final

from interlayer import units
from interlayer.protocol import builders, toml_form
from interlayer.protocol.blocks import (
    MOST_REPEATS,
    Block,
    Entry,
    check_repeat,
    count,
    duration,
    read_entries,
)
from interlayer.protocol.cutoffs import needs_cutoffs, with_cutoffs
from interlayer.protocol.sentences import print_sentence
from interlayer.protocol.steps import CurrentStep, Step

MOST_ROWS: Final = 40
"""Lines of a protocol that a notebook shows."""


@dataclass(frozen=True)
class FlatStep:
    """One step at its place in the run.

    Attributes
    ----------
    index : int
        Number of the step from 0, counted through all repeats (the record's `Step Index / 1`).
    step : Step
        What is done.
    cycle : int
        Number of the cycle from 0. A new cycle begins with a current in the direction of the protocol's first
        one, after current has flowed in the other direction.
    """

    index: int
    step: Step
    cycle: int


@dataclass(frozen=True)
class Repetition:
    """A block of steps at its place in the run, done many times.

    Attributes
    ----------
    first, second : tuple of FlatStep
        The first two times.
    repeat : int
        How often it is done.
    """

    first: tuple[FlatStep, ...]
    second: tuple[FlatStep, ...]
    repeat: int

    def at(self, number: int) -> list[FlatStep]:
        """Return the steps of the time `number`, counted from 0."""
        if number == 0:
            return list(self.first)
        each = self.second[-1].cycle - self.first[-1].cycle
        ahead = number - 1
        return [
            FlatStep(one.index + ahead * len(self.second), one.step, one.cycle + ahead * each)
            for one in self.second
        ]


@dataclass
class _Counter:
    """Numbers steps and cycles."""

    index: int = 0
    cycle: int = 0
    first: int = 0
    turned: bool = False

    def flat(self, step: Step) -> FlatStep:
        if isinstance(step, CurrentStep):
            self.first = self.first or step.sign
            if step.sign != self.first:
                self.turned = True
            elif self.turned:
                self.cycle, self.turned = self.cycle + 1, False
        self.index += 1
        return FlatStep(self.index - 1, step, self.cycle)

    def pieces(self, entries: Sequence[Entry], fewest: int) -> Iterator[FlatStep | Repetition]:
        for entry in entries:
            if not isinstance(entry, Block):
                yield self.flat(entry)
            elif entry.repeat < max(fewest, 2) or any(isinstance(one, Block) for one in entry.steps):
                for _ in range(entry.repeat):
                    yield from self.pieces(entry.steps, fewest)
            else:
                steps = [one for one in entry.steps if not isinstance(one, Block)]
                once, twice = (tuple(self.flat(one) for one in steps) for _ in range(2))
                whole = Repetition(once, twice, entry.repeat)
                last = whole.at(entry.repeat - 1)[-1]
                self.index, self.cycle = last.index + 1, last.cycle
                yield whole


@dataclass(frozen=True, init=False, repr=False)
class Protocol:
    """Steps in order, with repeats.

    Parameters
    ----------
    steps : sequence of str, Step or Block
        Sentences such as 'Plate at 0.1 mA/cm2 for 1 hour', step objects, and `Block(steps, repeat)`, mixed as
        you like.
    repeat : int
        How often all of them are done.
    label : str
        Name for figures and file names.
    notes : mapping, optional
        Free text, stored and never used.

    Raises
    ------
    ProtocolError
        If a sentence cannot be read (the message says where it stopped making sense), there is no step, or
        `repeat` is no count.

    Examples
    --------
    >>> protocol = Protocol(["Plate at 0.1 mA/cm2 for 1 hour", "Strip at 0.1 mA/cm2 for 1 hour"], repeat=2)
    >>> protocol.n_steps, protocol.duration_s
    (4, 14400.0)
    """

    steps: tuple[Entry, ...]
    label: str
    notes: Mapping[str, Any] = field(hash=False)

    def __init__(
        self,
        steps: Sequence[str | Step | Block],
        repeat: int = 1,
        label: str = "",
        notes: Mapping[str, Any] | None = None,
    ) -> None:
        entries = read_entries(steps)
        if check_repeat(repeat) != 1:
            entries = (Block(entries, repeat),)
        object.__setattr__(self, "steps", entries)
        object.__setattr__(self, "label", label)
        object.__setattr__(self, "notes", dict(notes or {}))

    # Reading and writing ---------------------------------------------------------------------------------

    @classmethod
    def from_toml(cls, path: str | Path) -> Protocol:
        """Read a protocol file (`format = "interlayer-protocol/1"`).

        Raises
        ------
        DescriptionError
            If it is not there, breaks the rules of TOML, or has unknown or missing keys.
        ProtocolError
            If a step in it cannot be read. Both name the line.
        """
        return cls._of(toml_form.load(path))

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Protocol:
        """Read plain data as `as_dict` makes it; raises as `from_toml`."""
        return cls._of(toml_form.from_data(data))

    @classmethod
    def _of(cls, parts: toml_form.Parts) -> Protocol:
        return cls(parts.steps, parts.repeat, parts.label, parts.notes)

    def as_dict(self) -> dict[str, Any]:
        """Return plain data: `format`, `label`, `steps` (sentences and blocks), `notes`."""
        return toml_form.to_data(self.steps, self.label, self.notes)

    def to_toml(self) -> str:
        """Return the text of a protocol file."""
        return toml_form.to_text(self.steps, self.label, self.notes)

    # The tests of the field ------------------------------------------------------------------------------

    @classmethod
    def cycling(
        cls,
        current_density: str = "0.1 mA/cm2",
        half_cycle: str = "1 hour",
        cycles: int = 100,
        rest: str | None = None,
        eis_at_cycles: Sequence[int] | None = None,
        eis: str = "EIS from 1 MHz to 0.1 Hz",
        first: builders.First = "Plate",
    ) -> Protocol:
        """Galvanostatic cycling of a symmetric cell, with spectra.

        Parameters
        ----------
        current_density : str
            Of both directions, such as '0.1 mA/cm2'.
        half_cycle : str
            Time ('1 hour') or areal capacity ('0.1 mAh/cm2') of each half-cycle.
        cycles : int
            Full cycles.
        rest : str, optional
            Pause after each half-cycle, such as '10 minutes'.
        eis_at_cycles : sequence of int, optional
            Numbers of full cycles after which a spectrum is taken; 0 is before the first. Left out: at the
            start, half way and at the end. Empty: never.
        eis : str
            The spectrum as a sentence.
        first : str
            'Plate' or 'Strip': direction of the first half-cycle at the working electrode.

        Raises
        ------
        UnitError, ProtocolError
            For a number that is none, has the wrong unit or is out of range.
        """
        steps = builders.cycling(current_density, half_cycle, cycles, rest, eis_at_cycles, eis, first)
        return cls(steps, label=f"{cycles} cycles at {current_density}, {half_cycle} a half-cycle")

    @classmethod
    def critical_current_ramp(
        cls,
        start: str = "0.05 mA/cm2",
        step: str = "0.05 mA/cm2",
        end: str = "2 mA/cm2",
        half_cycle: str | None = None,
        capacity: str | None = None,
        cycles_per_step: int = 1,
        rest: str | None = None,
        first: builders.First = "Plate",
    ) -> Protocol:
        """Current density rising step by step, to find where the cell shorts.

        Parameters
        ----------
        start, step, end : str
            First current density, rise, and the highest one allowed; the last step is the highest
            `start + k step` that is not above `end`.
        half_cycle : str, optional
            Time-constant ramp: time of each half-cycle (default '1 hour').
        capacity : str, optional
            Capacity-constant ramp: areal capacity of each half-cycle, such as '0.1 mAh/cm2'.
        cycles_per_step : int
            Full cycles at each current density.
        rest, first : str
            See `cycling`.

        Raises
        ------
        UnitError, ProtocolError
            For a number that is none, has the wrong unit or is out of range.
        """
        steps = builders.critical_current_ramp(
            start, step, end, half_cycle, capacity, cycles_per_step, rest, first
        )
        constant = capacity or half_cycle or "1 hour"
        return cls(steps, label=f"ramp from {start} by {step} to {end}, {constant} a half-cycle")

    @classmethod
    def rate_test(
        cls,
        currents: Sequence[str],
        half_cycle: str = "1 hour",
        cycles: int = 5,
        back_to: str | None = "0.1 mA/cm2",
        rest: str | None = None,
        first: builders.First = "Plate",
    ) -> Protocol:
        """Some cycles at each of several current densities (step-current test), then back to a low one.

        Parameters
        ----------
        currents : sequence of str
            Such as ['0.05 mA/cm2', '0.1 mA/cm2'].
        half_cycle : str
            Time or areal capacity of each half-cycle.
        cycles : int
            Full cycles at each current density.
        back_to : str or None
            Current density of the recovery at the end.
        rest, first : str
            See `cycling`.

        Raises
        ------
        UnitError, ProtocolError
            For a number that is none, has the wrong unit or is out of range.
        """
        steps = builders.rate_test(currents, half_cycle, cycles, back_to, rest, first)
        tail = f", back to {back_to}" if back_to else ""
        return cls(steps, label=f"rate test {currents[0]} to {currents[-1]}{tail}, {cycles} cycles each")

    @classmethod
    def full_cell_cycling(
        cls,
        rate: str = "0.5C",
        cycles: int = 100,
        upper: str = "4.0 V",
        lower: str = "2.5 V",
        cv_until: str | None = "0.05C",
        rest: str | None = "10 minutes",
        eis_at_cycles: Sequence[int] | None = None,
        eis: str = "EIS from 1 MHz to 0.1 Hz",
    ) -> Protocol:
        """Cycling of a full cell between two voltages, with spectra. The first half of a cycle is the charge.

        Parameters
        ----------
        rate : str
            Of charge and discharge: a C-rate such as '0.5C' or 'C/5', or a current.
        cycles : int
            Charges and discharges.
        upper, lower : str
            Where charge and discharge end; the defaults suit LFP. 'cut-off' takes the cell's own.
        cv_until : str or None
            Current down to which the upper voltage is held after the charge; None for no hold.
        rest : str or None
            Pause after each charge and each discharge.
        eis_at_cycles, eis
            See `cycling`.

        Raises
        ------
        UnitError, ProtocolError
            For a number that is none, has the wrong unit or is out of range.
        """
        steps = builders.full_cell_cycling(rate, cycles, upper, lower, cv_until, rest, eis_at_cycles, eis)
        return cls(steps, label=f"{cycles} cycles at {rate}, {lower} to {upper}")

    @classmethod
    def rate_capability(
        cls,
        rates: Sequence[str] = ("0.1C", "0.2C", "0.5C", "1C", "0.1C"),
        cycles: int = 5,
        upper: str = "4.0 V",
        lower: str = "2.5 V",
        cv_until: str | None = None,
        rest: str | None = "10 minutes",
        charge_rate: str | None = None,
    ) -> Protocol:
        """Some cycles of a full cell at each of several C-rates, the last one usually the first again.

        Parameters
        ----------
        rates : sequence of str
            Such as ['0.1C', '0.5C', '0.1C'].
        cycles : int
            Charges and discharges at each rate.
        charge_rate : str or None
            Of all charges; None charges as fast as it discharges.
        upper, lower, cv_until, rest
            See `full_cell_cycling`; without a hold the charge suffers from a high rate as the discharge does.

        Raises
        ------
        UnitError, ProtocolError
            For a number that is none, has the wrong unit or is out of range.
        """
        steps = builders.rate_capability(rates, cycles, upper, lower, cv_until, rest, charge_rate)
        return cls(steps, label=f"rate capability {', '.join(rates)}, {cycles} cycles each")

    @classmethod
    def bruce_vincent(
        cls,
        voltage: str = "10 mV",
        duration: str = "10 hours",
        *,
        rest: str | None = "1 hour",
        eis: str = "EIS from 1 MHz to 0.1 Hz",
    ) -> Protocol:
        """Build the test for the current fraction: a small voltage held between two spectra.

        Parameters
        ----------
        voltage : str
            Held; 25 mV at most, or the cell leaves its linear range.
        duration : str
            Until the current is steady: some L^2/D of the electrolyte.
        rest : str, optional
            Before it all.
        eis : str
            The spectra, as a sentence.

        Raises
        ------
        ProtocolError
            If the voltage is not above zero or `eis` is no spectrum.
        """
        steps = builders.bruce_vincent(voltage, duration, rest, eis)
        return cls(steps, label=f"current fraction: {voltage} for {duration} between two spectra")

    # Cut-offs of a cell ----------------------------------------------------------------------------------

    @property
    def needs_cutoffs(self) -> bool:
        """Whether a step says "cut-off": `at_cutoffs` must put the voltages in before it is run."""
        return needs_cutoffs(self.steps)

    def at_cutoffs(self, lower_V: float | None, upper_V: float | None) -> Protocol:
        """Return the same protocol with voltages in place of "cut-off".

        Parameters
        ----------
        lower_V, upper_V : float or None
            Of the cell: where its discharges and its charges end, V.

        Raises
        ------
        ProtocolError
            If a step needs one that is None.
        """
        if not self.needs_cutoffs:
            return self
        return Protocol(with_cutoffs(self.steps, lower_V, upper_V), label=self.label, notes=self.notes)

    # What it comes to ------------------------------------------------------------------------------------

    def flat(self) -> Iterator[FlatStep]:
        """Yield every step in the order in which it is done; repeats are written out one at a time."""
        for piece in self.pieces(MOST_REPEATS + 1):
            assert isinstance(piece, FlatStep)
            yield piece

    def pieces(self, fewest: int) -> Iterator[FlatStep | Repetition]:
        """Yield the same steps, but whole a block of plain steps that is done at least `fewest` times."""
        yield from _Counter().pieces(self.steps, fewest)

    @property
    def n_steps(self) -> int:
        """Number of steps with all repeats."""
        return count(self.steps)

    @property
    def duration_s(self) -> float | None:
        """Time that the protocol takes [s]; None if that depends on the cell. Spectra count as instants."""
        return duration(self.steps)

    # How it shows itself ---------------------------------------------------------------------------------

    def _summary(self) -> str:
        time = self.duration_s
        steps = f"{self.n_steps} step" + ("s" if self.n_steps != 1 else "")
        length = "duration depends on the cell" if time is None else units.format_quantity(time, "h")
        return f"{steps}, {length}"

    def __repr__(self) -> str:
        label = f"'{self.label}', " if self.label else ""
        return f"Protocol({label}{self._summary()})"

    def __str__(self) -> str:
        return "\n".join([repr(self), *(f"  {'  ' * level}{text}" for level, text in _outline(self.steps))])

    def _repr_html_(self) -> str:
        outline = list(_outline(self.steps))
        if len(outline) > MOST_ROWS:
            outline[MOST_ROWS:] = [(0, f"... and {len(outline) - MOST_ROWS} lines more")]
        rows = "".join(
            f'<tr><td style="text-align:left;padding-left:{1 + 1.5 * level}em">{escape(text)}</td></tr>'
            for level, text in outline
        )
        title = escape(self.label or "Protocol")
        return f"<table><caption><b>{title}</b>: {self._summary()}</caption><tbody>{rows}</tbody></table>"


def _outline(entries: Sequence[Entry], level: int = 0) -> Iterator[tuple[int, str]]:
    for entry in entries:
        if isinstance(entry, Block):
            yield level, f"{entry.repeat} times:" if entry.repeat > 1 else "once:"
            yield from _outline(entry.steps, level + 1)
        else:
            yield level, print_sentence(entry)
