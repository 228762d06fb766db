"""Which points a plan has: a grid, listed rows, random draws, or a Sobol sequence; the same plan, the same points."""

from __future__ import annotations

import itertools
import math
import zlib
from collections.abc import Sequence
from typing import Final

import numpy as np

from interlayer.errors import DescriptionError, unknown_name
from interlayer.sweep.vary import Value, Vary

DESIGNS: Final = ("grid", "list", "random", "sobol")
MOST_POINTS: Final = 1_000_000
Point = tuple[Value, ...]
"""One value for each entry of the plan."""


def points_of(design: str, entries: Sequence[Vary], count: int | None, seed: int, where: str) -> list[Point]:
    """All points of a plan, in their order.

    Parameters
    ----------
    design : 'grid' (every combination, the last entry fastest), 'list' (first values together, second values
        together, ...), 'random' or 'sobol'.
    count : points of a random or Sobol design; None for the others.
    seed : of random draws and of the Sobol scrambling.

    Raises
    ------
    DescriptionError
        For an unknown design, no or too many points, lists of different lengths, or a missing or needless count.
    """
    if design not in DESIGNS:
        raise DescriptionError(unknown_name("design", design, DESIGNS), where=where)
    if not entries:
        raise DescriptionError(
            "nothing is varied",
            where=where,
            advice='write [[vary]] and below it field = "cell.coating.thickness" and values = ["10 um", "20 um"]',
        )
    if design in ("grid", "list"):
        if count is not None:
            raise DescriptionError(
                f"points = {count} says nothing in a design of kind '{design}'",
                where=where,
                advice="leave it out",
            )
        columns = [entry.listed() for entry in entries]
        return _grid(columns, where) if design == "grid" else _rows(columns, entries, where)
    if count is None or count < 1:
        raise DescriptionError(
            "the number of points is missing"
            if count is None
            else f"points = {count}: there is nothing to do",
            where=where,
            advice="write points = 256",
        )
    _not_too_many(count, where)
    shares = _sobol(len(entries), count, seed) if design == "sobol" else _random(entries, count, seed)
    return list(zip(*(entry.at(shares[:, k]) for k, entry in enumerate(entries)), strict=True))


def _not_too_many(count: int, where: str) -> None:
    if count > MOST_POINTS:
        raise DescriptionError(
            f"{count} points; a sweep has at most {MOST_POINTS}",
            where=where,
            advice="take a coarser grid, or a Sobol design",
        )


def _grid(columns: Sequence[Sequence[Value]], where: str) -> list[Point]:
    _not_too_many(math.prod(len(c) for c in columns), where)
    return list(itertools.product(*columns))


def _rows(columns: Sequence[Sequence[Value]], entries: Sequence[Vary], where: str) -> list[Point]:
    lengths = {entry.field: len(column) for entry, column in zip(entries, columns, strict=True)}
    if len(set(lengths.values())) > 1:
        said = ", ".join(f"{field} has {n}" for field, n in lengths.items())
        raise DescriptionError(
            f"a list design takes values row by row: {said}",
            where=where,
            advice='give each as many, or write design = "grid"',
        )
    _not_too_many(len(columns[0]), where)
    return list(zip(*columns, strict=True))


def _random(entries: Sequence[Vary], count: int, seed: int) -> np.ndarray:
    """Shares (count, entries); each field has its own stream, so that more points or fields leave the others alone."""
    streams = [np.random.default_rng([seed, zlib.crc32(e.field.encode())]).random(count) for e in entries]
    return np.stack(streams, axis=1)


def _sobol(dimensions: int, count: int, seed: int) -> np.ndarray:
    """Shares (count, dimensions) of a scrambled Sobol sequence (Owen); a power of two keeps its balance."""
    from scipy.stats import qmc

    whole = math.ceil(math.log2(count)) if count > 1 else 0
    return qmc.Sobol(dimensions, scramble=True, rng=np.random.default_rng(seed)).random_base2(whole)[:count]
