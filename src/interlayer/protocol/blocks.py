"""Steps in order, some of them repeated."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from interlayer.errors import ProtocolError
from interlayer.protocol.sentences import EXAMPLES, parse_sentence
from interlayer.protocol.steps import CurrentStep, ImpedanceStep, RestStep, Step, VoltageStep

MOST_REPEATS: Final = 1_000_000
"""Of one block; more is a slip of the keyboard."""

_STEPS: Final = (CurrentStep, RestStep, VoltageStep, ImpedanceStep)


@dataclass(frozen=True, init=False)
class Block:
    """Steps that are done `repeat` times, in order.

    Parameters
    ----------
    steps : sequence of str, Step or Block
        Sentences are read at once.
    repeat : int
        At least 1.

    Raises
    ------
    ProtocolError
        If a sentence cannot be read, there is no step, or `repeat` is no count.
    """

    steps: tuple[Step | Block, ...]
    repeat: int

    def __init__(self, steps: Sequence[str | Step | Block], repeat: int = 1) -> None:
        object.__setattr__(self, "steps", read_entries(steps))
        object.__setattr__(self, "repeat", check_repeat(repeat))


Entry: TypeAlias = Step | Block
"""What a protocol is made of."""


def read_entries(steps: object) -> tuple[Entry, ...]:
    """Return steps and blocks from a list in which sentences may stand."""
    if isinstance(steps, str):
        raise ProtocolError(f'"{steps[:80]}" is not a list of steps', advice=f'write ["{steps[:80]}"]')
    if not isinstance(steps, Sequence):
        raise ProtocolError(f"{steps!r} is not a list of steps", advice=f'write ["{EXAMPLES["Plate"]}"]')
    if not steps:
        raise ProtocolError("there are no steps", advice=f'write for instance ["{EXAMPLES["Plate"]}"]')
    return tuple(_entry(item, f"step {number}") for number, item in enumerate(steps, start=1))


def _entry(item: object, where: str) -> Entry:
    return item if isinstance(item, (Block, *_STEPS)) else parse_sentence(item, where=where)


def check_repeat(repeat: object, *, name: str = "repeat", where: str = "") -> int:
    """Return `repeat` if it is a whole number from 1 to `MOST_REPEATS`; `name` is what messages call it."""
    if isinstance(repeat, bool) or not isinstance(repeat, int) or not 1 <= repeat <= MOST_REPEATS:
        shown = repr(repeat) if len(repr(repeat)) < 40 else "a number of many digits"
        raise ProtocolError(
            f"{name} = {shown}", where=where, advice=f"write a whole number from 1 to {MOST_REPEATS}"
        )
    return repeat


def walk(entries: Sequence[Entry]) -> Iterator[Step]:
    """Yield every step in the order in which it is done, repeats written out one at a time."""
    for entry in entries:
        if isinstance(entry, Block):
            for _ in range(entry.repeat):
                yield from walk(entry.steps)
        else:
            yield entry


def count(entries: Sequence[Entry]) -> int:
    """Return the number of steps with repeats written out."""
    return sum(e.repeat * count(e.steps) if isinstance(e, Block) else 1 for e in entries)


def duration(entries: Sequence[Entry]) -> float | None:
    """Return the time that all steps take together [s]; None if that depends on the cell."""
    total = 0.0
    for entry in entries:
        time = duration(entry.steps) if isinstance(entry, Block) else entry.duration_s
        if time is None:
            return None
        total += time * (entry.repeat if isinstance(entry, Block) else 1)
    return total
