"""A number with its unit as a plan says it, kept in that unit: what people vary they want to read back so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from interlayer import units
from interlayer.errors import UnitError

_LEADING: Final = re.compile(r"\s*[+\-−]?[0-9.,']*[0-9](?:[eE][+\-−]?[0-9]+)?\s*")


@dataclass(frozen=True)
class Amount:
    """`value` in `unit`; unit '' for a plain number."""

    value: float
    unit: str

    def written(self) -> str | float:
        """As it would stand in a description; `units.parse` reads the text back to the same float."""
        return f"{self.value!r} {self.unit}" if self.unit else self.value


def amount(given: object, unit: str | None = None, *, where: str = "") -> Amount:
    """Read '10 um' or a plain number.

    Parameters
    ----------
    given : text with unit, or a number.
    unit : convert to this one; None keeps the unit as it is written.

    Raises
    ------
    UnitError
        If it is neither, its unit is unknown, or it has another dimension than `unit`.
    """
    if isinstance(given, int | float) and not isinstance(given, bool):
        if unit:
            raise UnitError(f"{given} has no unit", where=where, advice=f'write "{given} {unit}"')
        return Amount(float(given), "")
    found = _LEADING.match(given) if isinstance(given, str) else None
    if found is None or not isinstance(given, str):
        raise UnitError(
            f"{given!r} is not a number with unit", where=where, advice='write for instance "10 um"'
        )
    own = given[found.end() :].strip()
    to = own if unit is None else unit
    return Amount(units.to_unit(units.parse(given, to or "1", where=where), to or "1"), to)
