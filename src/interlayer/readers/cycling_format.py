"""What a format of cycling data fixes, so that it need not be in each file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from interlayer.readers import (
    cycling_roles,
    delimited,
)
from interlayer.readers.cycling_roles import CyclingRole
from interlayer.readers.delimited import Sheet


@dataclass(frozen=True)
class Format:
    """What a format itself fixes.

    Attributes
    ----------
    name : str
        For messages; empty if the file is of no known make.
    net_capacity_of_step : bool
        Whether 'Capacity' counts from zero in each step without a sign.
    date_order : str
        `timestamps.DAY_FIRST` or `timestamps.MONTH_FIRST` if the format fixes it.
    date_hint : str
        Another date of the file, read for its order only.
    kinds : dict
        Kind of a column by its words in lower case, where the format's names mean something else than usual;
        empty for a column that is none.
    """

    name: str = ""
    net_capacity_of_step: bool = False
    date_order: str = ""
    date_hint: str = ""
    kinds: dict[str, str] = field(default_factory=dict[str, str])


PLAIN: Final = Format()


def with_format(sheet: Sheet, form: Format) -> Sheet:
    """Return a sheet whose roles are those that a format fixes by name; the others stay."""
    if not form.kinds:
        return sheet
    fixed: dict[int, CyclingRole | None] = {}
    for place, name in enumerate(sheet.names):
        words, unit = cycling_roles.parted(name)
        kind = form.kinds.get(words.lower())
        if kind is not None:
            default = cycling_roles.UNITS[kind][0] if kind else ""
            usual = sheet.roles.get(place)
            if usual is not None and usual.kind == kind:
                fixed[place] = usual
            else:
                fixed[place] = CyclingRole(kind, unit or default, stated=bool(unit)) if kind else None
    taken = {role.kind for role in fixed.values() if role is not None}
    roles = {i: role for i, role in sheet.roles.items() if i not in fixed and role.kind not in taken}
    roles |= {i: role for i, role in fixed.items() if role is not None}
    return delimited.with_roles(sheet, roles)
