"""A family of records: which mechanisms, in which cells and tests, how often."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from interlayer.record import Record
from interlayer.trouble.mechanism import Fault, Mechanism, Plan
from interlayer.trouble.truth import Truth

CYCLING, RATE, RAMP, PLATING = (
    "symmetric cycling",
    "rate test",
    "critical current ramp",
    "unidirectional plating",
)
EVERY_TEST = (CYCLING, RATE, RAMP, PLATING)
SOLID = ("ceramic", "sulfide")
EVERY_ELECTROLYTE = ("ceramic", "sulfide", "polymer", "liquid")


@dataclass(frozen=True)
class Built:
    """Mechanisms and faults of one record.

    Attributes
    ----------
    mechanisms, faults : sequence
    shorted_from_start : bool
        Whether a mechanism shorts the cell before its first current.
    last_half : int or None
        Half-cycle after which somebody ends the test.
    """

    mechanisms: Sequence[Mechanism] = ()
    faults: Sequence[Fault] = ()
    shorted_from_start: bool = False
    last_half: int | None = None


@dataclass(frozen=True)
class Family:
    """One way in which a cell fares.

    Attributes
    ----------
    name : str
    weight : float
        Share in a population, relative to the others.
    build : callable
        From a generator and a plan to mechanisms.
    tests, electrolytes : tuple of str
        Where it occurs.
    level_V : tuple of float, optional
        |V| that the cell's interface is scaled to, for families that need a high one.
    spectra : bool
        Whether the test may have spectra.
    sampling : str
        What the record must have: 'any', 'dense' (rows), 'temperature' (as a column), 'described' (the cell),
        'described plating' (the cell, if the test has one direction only).
    healthy : bool
        Whether nothing is wrong in it.
    make : callable, optional
        From a generator and a label to a record and its truth, where the cell is not the equivalent circuit of
        `interlayer.trouble.run`; `build` is not called then.
    """

    name: str
    weight: float
    build: Callable[[np.random.Generator, Plan], Built]
    tests: tuple[str, ...] = EVERY_TEST
    electrolytes: tuple[str, ...] = EVERY_ELECTROLYTE
    level_V: tuple[float, float] | None = None
    spectra: bool = True
    sampling: str = "any"
    healthy: bool = False
    make: Callable[[np.random.Generator, str], tuple[Record, Truth]] | None = None


@dataclass(frozen=True)
class Part:
    """A set of families with what goes on in all of their cells besides.

    Attributes
    ----------
    name : str
    families : tuple of Family
    background : callable
        From a generator and a plan to benign mechanisms and faults, which every cell has.
    """

    name: str
    families: tuple[Family, ...]
    background: Callable[[np.random.Generator, Plan], Built]
