"""Populations of records with declared truth: each member from its seed and number alone."""

from __future__ import annotations

import dataclasses
import zlib
from typing import Final

import numpy as np

from interlayer.record import Record
from interlayer.trouble import instrument as instruments
from interlayer.trouble import specimen as specimens
from interlayer.trouble.development import DEVELOPMENT
from interlayer.trouble.family import CYCLING, PLATING, RAMP, RATE, Family, Part
from interlayer.trouble.instrument import Instrument
from interlayer.trouble.mechanism import Plan
from interlayer.trouble.programme import HOUR, Habits, Programme, cycling, ramp, rate_test, unidirectional
from interlayer.trouble.run import run
from interlayer.trouble.specimen import Specimen, log_uniform
from interlayer.trouble.truth import Truth

TESTS: Final = {CYCLING: 0.5, RATE: 0.13, RAMP: 0.25, PLATING: 0.12}
_TRIES: Final = 200
_DENSITY_MA_CM2: Final = {
    "ceramic": (0.02, 0.4),
    "sulfide": (0.05, 1.0),
    "polymer": (0.05, 0.4),
    "liquid": (0.25, 2.0),
}
_HALF_H: Final = {PLATING: (5.0, 60.0), CYCLING: (0.25, 5.0), RATE: (0.5, 3.0), RAMP: (0.25, 1.5)}


def population(size: int, seed: int, part: Part = DEVELOPMENT) -> list[tuple[Record, Truth]]:
    """Return the first `size` members; they do not depend on `size`."""
    return [member(k, seed, part) for k in range(size)]


def member(number: int, seed: int, part: Part = DEVELOPMENT) -> tuple[Record, Truth]:
    """Return one member.

    A draw whose truth is unclear, that is which nobody could tell from the record, is drawn anew.

    Parameters
    ----------
    number, seed : int
    part : Part
        The families; those on which a detector may be developed if not given.
    """
    word = zlib.crc32(part.name.encode())
    chosen = np.random.default_rng([seed, word, number])
    weights = np.array([f.weight for f in part.families])
    family = part.families[int(chosen.choice(weights.size, p=weights / weights.sum()))]
    for attempt in range(_TRIES):
        # from 1 on: a last word of zero would give the generator above
        rng = np.random.default_rng([seed, word, number, 1 + attempt])
        record, truth = _drawn(rng, family, part, f"{part.name} {seed}-{number}")
        if _is_clear(truth, family):
            return record, truth
    raise RuntimeError(f"{_TRIES} draws of family '{family.name}' have no clear truth")


def _is_clear(truth: Truth, family: Family) -> bool:
    """Whether somebody could tell, and the trouble that was meant did occur."""
    if "unclear" in (truth.short, truth.failure):
        return False
    return family.healthy == truth.is_healthy


def _drawn(rng: np.random.Generator, family: Family, part: Part, label: str) -> tuple[Record, Truth]:
    if family.make is not None:
        return family.make(rng, label)
    specimen = specimens.draw(rng, str(rng.choice(family.electrolytes)), label)
    programme = _programme(rng, family, specimen)
    if family.sampling == "described" or (
        family.sampling == "described plating" and programme.kind == PLATING
    ):
        specimen = dataclasses.replace(specimen, area_known=True, described=True)
    top = max(programme.levels_A)
    typical = (
        min(programme.levels_A) if programme.kind != RAMP else programme.levels_A[0]
    ) * specimen.total_ohm
    if family.level_V is not None:
        wanted = log_uniform(rng, *family.level_V) / top
        specimen = dataclasses.replace(
            specimen, interface_ohm=max(wanted - specimen.total_ohm + specimen.interface_ohm, 1.0)
        )
    channel = _channel(rng, family, specimen, programme, typical)
    plan = Plan(specimen, programme, channel.rows_a_half)
    background = part.background(rng, plan)
    built = family.build(rng, plan)
    return run(
        specimen,
        programme,
        [*background.mechanisms, *built.mechanisms],
        channel,
        rng,
        [*background.faults, *built.faults],
        shorted_from_start=built.shorted_from_start,
        last_half=built.last_half,
        family=family.name,
    )


def _channel(
    rng: np.random.Generator, family: Family, specimen: Specimen, programme: Programme, typical_V: float
) -> Instrument:
    channel = instruments.draw(rng, len(programme.halves), typical_V)
    columns = channel.columns
    if family.sampling == "temperature":
        columns = columns | {"temperature"}
    rows = channel.rows_a_half
    if family.sampling == "dense":
        rows = max(rows, min(25, 12000 // len(programme.halves)))
    # a programme's limit lies above what its sound cell shows
    need = max(programme.levels_A) * specimen.total_ohm * 2.5
    limit = next(
        (x for x in (channel.limit_V, 2.0, 5.0, 10.0, 20.0, 50.0) if x >= max(channel.limit_V, need)), need
    )
    range_V = next((x for x in (channel.range_V, 2.5, 5.0, 10.0) if x >= min(limit, 10.0)), 10.0)
    if limit > 10.0:
        range_V = limit
    return dataclasses.replace(
        channel, columns=columns, rows_a_half=rows, limit_V=limit, range_V=max(range_V, channel.range_V)
    )


def _programme(rng: np.random.Generator, family: Family, specimen: Specimen) -> Programme:
    shares = np.array([TESTS[t] for t in family.tests])
    kind = str(rng.choice(family.tests, p=shares / shares.sum()))
    current = 10.0 * specimen.area_m2 * log_uniform(rng, *_DENSITY_MA_CM2[specimen.electrolyte])
    half = HOUR * log_uniform(rng, *_HALF_H[kind])
    rest = 0.0 if rng.random() < 0.6 else log_uniform(rng, 60.0, 1800.0)
    every = int(rng.choice([10, 20, 50])) if family.spectra and rng.random() < 0.3 else 0
    habits = Habits(rest, every, int(rng.choice([-1, 1])))
    if kind == CYCLING:
        return cycling(current, half, int(log_uniform(rng, 16, 400)), habits)
    if kind == PLATING:
        return unidirectional(current, half, habits)
    if kind == RATE:
        factors = np.cumprod([1.0, *rng.uniform(1.5, 2.5, int(rng.integers(2, 5)))])
        levels = [float(0.5 * current * f) for f in factors]
        return rate_test([*levels, levels[0]], half, int(rng.integers(3, 9)), habits)
    step = float(current * rng.uniform(0.2, 1.0))
    count = int(rng.integers(6, 22))
    levels = [float(0.5 * current + step * k) for k in range(count)]
    return ramp(
        levels,
        half,
        int(rng.integers(1, 4)),
        habits,
        one_direction=bool(rng.random() < 0.25),
        same_charge=bool(rng.random() < 0.35),
    )
