"""A protocol that says "until cut-off", with the cut-off voltages of one cell put in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from interlayer.errors import ProtocolError
from interlayer.protocol.blocks import Block, Entry
from interlayer.protocol.sentences import print_sentence
from interlayer.protocol.steps import CurrentStep, Step, Stop, VoltageStep


def needs_cutoffs(entries: Sequence[Entry]) -> bool:
    """Whether a step in it refers to the cell's own cut-off voltages."""
    return any(needs_cutoffs(e.steps) if isinstance(e, Block) else _refers(e) for e in entries)


def with_cutoffs(entries: Sequence[Entry], lower_V: float | None, upper_V: float | None) -> list[Entry]:
    """Return the same steps with voltages in place of "cut-off"; see `Protocol.at_cutoffs`."""
    return [
        Block(with_cutoffs(e.steps, lower_V, upper_V), e.repeat)
        if isinstance(e, Block)
        else _resolved(e, lower_V, upper_V)
        for e in entries
    ]


def _refers(step: Step) -> bool:
    if isinstance(step, VoltageStep):
        return step.at_cutoff
    return isinstance(step, CurrentStep) and any(stop.quantity == "cutoff" for stop in step.stops)


def _resolved(step: Step, lower_V: float | None, upper_V: float | None) -> Step:
    if not _refers(step):
        return step
    charges = isinstance(step, VoltageStep) or (isinstance(step, CurrentStep) and step.sign > 0)
    voltage, name = (upper_V, "upper_cutoff") if charges else (lower_V, "lower_cutoff")
    if voltage is None:
        example = "4.0 V" if charges else "2.5 V"
        raise ProtocolError(
            f'"{print_sentence(step)}": the cell has no {name}',
            advice=f'write {name} = "{example}" below [cathode], or the voltage in the protocol',
        )
    if isinstance(step, VoltageStep):
        return replace(step, voltage=voltage, at_cutoff=False)
    if isinstance(step, CurrentStep):
        stops = tuple(Stop("voltage", voltage) if s.quantity == "cutoff" else s for s in step.stops)
        return replace(step, stops=stops)
    return step
