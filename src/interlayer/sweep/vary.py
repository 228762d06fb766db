"""One entry of a plan: a field of cell or protocol, and the values that it takes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from interlayer.errors import DescriptionError, UnitError, unknown_name
from interlayer.sweep.amount import Amount, amount

KEYS: Final = ("field", "values", "from", "to", "steps", "scale", "distribution", "mean", "sigma")
DISTRIBUTIONS: Final = ("uniform", "log-uniform", "normal")
MOST_STEPS: Final = 100_000
Value = str | float | int | bool
"""As it would stand in the file of a cell or protocol."""


@dataclass(frozen=True)
class Vary:
    """A field and how it is varied.

    Attributes
    ----------
    field : str
        Dotted path that begins with 'cell.' or 'protocol.'.
    values : tuple or None
        What was listed; in a random design each is as likely.
    distribution : str
        'uniform', 'log-uniform' (also the spacing of a grid) or 'normal'.
    low, high : float
        Ends of a range, or mean and standard deviation of a normal one, in `unit`.
    unit : str
        '' for plain numbers and for texts.
    steps : int or None
        Points of a grid over a range.
    numeric : bool
        Whether its column holds numbers.
    """

    field: str
    values: tuple[Value, ...] | None
    distribution: str
    low: float
    high: float
    unit: str
    steps: int | None
    numeric: bool

    @property
    def column(self) -> str:
        """Name of its column in the table: 'cell.coating.thickness / um'."""
        return f"{self.field} / {self.unit or '1'}" if self.numeric else self.field

    def listed(self) -> tuple[Value, ...]:
        """Values of a grid: as listed, or evenly over the range.

        Raises
        ------
        DescriptionError
            If a range has no number of steps.
        """
        if self.values is not None:
            return self.values
        if self.steps is None or self.distribution == "normal":
            raise DescriptionError(
                "a grid needs values, or from, to and steps",
                where=self.field,
                advice='write values = ["10 um", "20 um"], or from = "5 um", to = "40 um", steps = 8',
            )
        return tuple(self.at(np.linspace(0.0, 1.0, self.steps)))

    def at(self, share: NDArray[np.float64]) -> list[Value]:
        """Values at shares 0 to 1 of the distribution; those of a list fall on its members evenly."""
        if self.values is not None:
            places = np.minimum((share * len(self.values)).astype(int), len(self.values) - 1)
            return [self.values[k] for k in places.tolist()]
        if self.distribution == "log-uniform":
            found = self.low * (self.high / self.low) ** share
        elif self.distribution == "normal":
            from scipy.special import ndtri

            tiny = 2.0**-53  # the ends are infinite
            found = self.low + self.high * ndtri(np.clip(share, tiny, 1.0 - tiny))
        else:
            found = self.low + (self.high - self.low) * share
        return [Amount(float(v), self.unit).written() for v in found]

    def number(self, value: Value) -> Value:
        """What its column holds of a value."""
        return amount(value, self.unit or None).value if self.numeric else str(value)

    def trials(self) -> tuple[Value, ...]:
        """Few values that tell whether the field can be varied at all."""
        if self.values is not None:
            return tuple(dict.fromkeys((self.values[0], self.values[len(self.values) // 2], self.values[-1])))
        return tuple(self.at(np.asarray([0.5, 0.02, 0.98])))


def read_vary(table: Mapping[str, Any], where: str) -> Vary:
    """Check one `[[vary]]` table.

    Raises
    ------
    DescriptionError, UnitError
        For unknown or missing keys, values that are none, or a range that has no inside.
    """
    for key in table:
        if key not in KEYS:
            raise DescriptionError(unknown_name("key of [[vary]]", str(key), KEYS), where=where)
    field = table.get("field")
    if not isinstance(field, str) or field.partition(".")[0] not in ("cell", "protocol") or "." not in field:
        raise DescriptionError(
            f"field = {field!r} names no field of cell or protocol",
            where=where,
            advice='write field = "cell.coating.thickness" or field = "protocol.current.at"',
        )
    where = f"{where} ({field})"
    ways = [w for w in ("values", "from", "mean") if w in table]
    if len(ways) != 1:
        raise DescriptionError(
            "says more than one thing about its values" if ways else "says nothing about its values",
            where=where,
            advice='write values = ["10 um", "20 um"], or from = "5 um" and to = "40 um", or mean and sigma',
        )
    if ways == ["values"]:
        return _of_list(field, table, where)
    return _of_range(field, table, where, normal=ways == ["mean"])


def _of_list(field: str, table: Mapping[str, Any], where: str) -> Vary:
    for other in ("to", "steps", "scale", "distribution", "sigma"):
        if other in table:
            raise DescriptionError(f"{other} says nothing beside values", where=where, advice="leave it out")
    given = table["values"]
    if not isinstance(given, list) or not given:
        raise DescriptionError(
            f"values = {given!r} is empty or no list", where=where, advice='write values = ["10 um", "20 um"]'
        )
    for value in given:
        if not isinstance(value, str | int | float | bool):
            raise DescriptionError(
                f"{value!r} is not a value", where=where, advice="list numbers with units, or names"
            )
    unit = _common_unit(given)
    if unit is None:
        return Vary(field, tuple(given), "uniform", math.nan, math.nan, "", None, numeric=False)
    return Vary(field, tuple(given), "uniform", math.nan, math.nan, unit, None, numeric=True)


def _common_unit(given: list[Any]) -> str | None:
    """Unit of the first value if all are numbers of its dimension; None for texts."""
    if any(isinstance(v, bool) for v in given):
        return None
    try:
        unit = amount(given[0]).unit
        for value in given:
            amount(value, unit or None)
    except UnitError:
        return None
    return unit


def _of_range(field: str, table: Mapping[str, Any], where: str, *, normal: bool) -> Vary:
    names = ("mean", "sigma") if normal else ("from", "to")
    for name in names:
        if name not in table:
            raise DescriptionError(f"{name} is missing", where=where, advice=f'write {name} = "40 um"')
    for other in ("from", "to", "steps", "scale") if normal else ("mean", "sigma"):
        if other in table:
            raise DescriptionError(
                f"{other} says nothing beside {names[0]}", where=where, advice="leave it out"
            )
    law = _law(table, where, normal=normal)
    first = amount(table[names[0]], where=where)
    # The standard deviation of a temperature in degC is one in kelvins.
    width = "K" if normal and first.unit in ("degC", "°C") else first.unit
    low, high = first.value, amount(table[names[1]], width or None, where=where).value
    if normal and not high > 0.0:
        raise DescriptionError(f"sigma = {table['sigma']!r} is not above zero", where=where)
    if not normal and not low < high:
        raise DescriptionError(
            f"from {table['from']} to {table['to']} goes nowhere",
            where=where,
            advice="write the lower end as from",
        )
    if law == "log-uniform" and low <= 0.0:
        raise DescriptionError(
            f"from = {table['from']!r} has no logarithm", where=where, advice="begin above zero, or evenly"
        )
    steps = table.get("steps")
    if steps is not None and (
        isinstance(steps, bool) or not isinstance(steps, int) or not 2 <= steps <= MOST_STEPS
    ):
        raise DescriptionError(
            f"steps = {steps!r}", where=where, advice=f"write a whole number from 2 to {MOST_STEPS}"
        )
    return Vary(field, None, law, low, high, first.unit, steps, numeric=True)


def _law(table: Mapping[str, Any], where: str, *, normal: bool) -> str:
    """Distribution; `scale` is its word in a grid."""
    scale, law = table.get("scale"), table.get("distribution")
    if scale is not None:
        if scale not in ("linear", "log"):
            raise DescriptionError(unknown_name("scale", str(scale), ("linear", "log")), where=where)
        if law is not None:
            raise DescriptionError(
                "scale and distribution say the same thing twice", where=where, advice="keep one"
            )
        law = "log-uniform" if scale == "log" else "uniform"
    if law is None:
        return "normal" if normal else "uniform"
    if law not in DISTRIBUTIONS:
        raise DescriptionError(unknown_name("distribution", str(law), DISTRIBUTIONS), where=where)
    if (law == "normal") != normal:
        raise DescriptionError(
            f"distribution = '{law}' does not go with {'mean' if normal else 'from'}",
            where=where,
            advice="a normal distribution has mean and sigma, the others from and to",
        )
    return str(law)
