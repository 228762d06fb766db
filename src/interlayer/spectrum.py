"""Impedance of a cell in the state that a protocol leaves it in, as a record."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from interlayer import units
from interlayer.cell import Cell
from interlayer.errors import InputError, SimulationError
from interlayer.protocol import Block, ImpedanceStep, Protocol, Step
from interlayer.record import Record
from interlayer.record import schema as s
from interlayer.simulation import simulate


def impedance(
    cell: Cell,
    frequency: Sequence[str | float] = ("1 MHz", "0.1 Hz"),
    *,
    points_per_decade: int = 10,
    after: Protocol | Sequence[str | Step | Block] | None = None,
    parameters: str | None = None,
    rtol: float = 1e-3,
) -> Record:
    """Return the impedance spectrum of a cell, fresh or after a protocol.

    The spectrum is that of an 'EIS' step: the equations of the simulation, linearised, with ageing frozen. To
    follow the impedance through a test, write such steps into the protocol of `simulate` instead.

    Parameters
    ----------
    cell : Cell
        What was built.
    frequency : (highest, lowest)
        Ends of the window, as text with unit or in Hz.
    points_per_decade : int
        Logarithmic density of the frequencies.
    after : Protocol or list of steps, optional
        What is done to the cell before; a fresh cell if left out.
    parameters : str, optional
        Name of a parameter set instead of the cell's own choice.
    rtol : float
        Relative tolerance of the time that lies before.

    Returns
    -------
    Record
        With one spectrum and no other rows; its protocol and events are those of the whole run, its times
        those of the run.

    Raises
    ------
    InputError
        If `frequency` is not two frequencies.
    DescriptionError
        If the cell lacks what a simulation needs.
    ProtocolError
        If the window or a step makes no sense for this cell.
    SimulationError
        If the run ended before the spectrum.
    """
    steps = after.steps if isinstance(after, Protocol) else tuple(after or ())
    label = after.label if isinstance(after, Protocol) else ""
    step = _step(frequency, points_per_decade)
    protocol = Protocol([*steps, step], label=f"{label}, impedance after it" if label else "impedance")
    record = simulate(cell, protocol, parameters=parameters, rtol=rtol)
    last = protocol.n_steps - 1
    table = record.table.filter((pl.col(s.STEP) == last) & pl.col(s.FREQUENCY).is_not_null())
    if not len(table):
        ended = record.events[-1].name if record.events else "an event"
        raise SimulationError(
            f"the run ended at: {ended}, before the spectrum",
            where=f"cell '{cell.label}'",
            advice="make the protocol before it shorter, or its currents smaller",
        )
    return record.with_(table=table.with_columns(pl.lit(0, dtype=pl.Int64).alias(s.SPECTRUM)))


def _step(frequency: Sequence[str | float], points_per_decade: int) -> ImpedanceStep:
    if isinstance(frequency, str) or len(frequency) != 2:
        raise InputError(
            f"frequency = {frequency!r} is not a highest and a lowest frequency",
            advice='write frequency=("1 MHz", "0.1 Hz")',
        )
    highest, lowest = (
        units.parse(end, "Hz", where="frequency") if isinstance(end, str) else float(end) for end in frequency
    )
    return ImpedanceStep(highest, lowest, points_per_decade)
