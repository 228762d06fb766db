"""Stated uncertainties of a cell through what is computed from it: linear propagation, independent inputs."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Collection, Mapping, Sequence

from interlayer.cell import Cell
from interlayer.descriptions.sides import set_value
from interlayer.descriptions.uncertainties import Stated


def with_values(cell: Cell, values: Mapping[str, float]) -> Cell:
    """Return a copy of a cell with other values for quantities that state an uncertainty.

    Parameters
    ----------
    cell : Cell
    values : mapping
        SI value by key of `cell.stated`; each is written where the old one stands, without uncertainty.

    Raises
    ------
    DescriptionError
        If the changed description breaks its contract.
    """
    data = copy.deepcopy(cell.as_dict())
    known = cell.stated
    for key, si in values.items():
        set_value(data, known[key].path, known[key].text(si))
    return Cell.from_dict(data)


def propagated(
    cell: Cell, quantities: Callable[[Cell], Sequence[float | None]], *, of: Collection[str]
) -> list[float | None]:
    """Return one standard deviation (SI) of each quantity that follows from a cell; None where nothing is uncertain.

    sigma^2 = sum_k (dq/dx_k sigma_k)^2, the slopes by differences over one standard deviation to either side
    (to one side where a bound is in the way).

    Parameters
    ----------
    cell : Cell
    quantities : callable
        SI values from a cell; always as many.
    of : collection of str
        First keys of what they can depend on, such as 'coating'; nothing else is tried.
    """
    total: list[float | None] = [None] * len(quantities(cell))
    for key, one in cell.stated.items():
        if one.path[0] not in of:
            continue
        low, high = _ends(one)
        before, after = (quantities(with_values(cell, {key: x})) for x in (low, high))
        for place, (a, b) in enumerate(zip(before, after, strict=True)):
            if a is not None and b is not None and a != b:
                total[place] = (total[place] or 0.0) + ((b - a) / (high - low) * one.sigma) ** 2
    return [None if square is None else math.sqrt(square) for square in total]


def _ends(one: Stated) -> tuple[float, float]:
    low, high = one.value - one.sigma, one.value + one.sigma
    return (low if low > one.low else one.value), (high if high <= one.high else one.value)
