"""Rows of groups as a figure takes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from interlayer.lab.groups import GroupRow
from interlayer.lab.headline import HOURS, Quantity
from interlayer.report.figure import Bound
from interlayer.report.figures.groups import GroupMark, GroupPoint, GroupQuantity
from interlayer.report.labels import pretty_unit


def group_quantities(rows: Sequence[GroupRow]) -> list[GroupQuantity]:
    """Return one quantity for each name and unit among the rows of groups; hours under test are none."""
    found: dict[tuple[str, str], list[GroupRow]] = {}
    for row in rows:
        if row.quantity != HOURS:
            found.setdefault((row.quantity, row.unit), []).append(row)
    return [
        GroupQuantity(
            quantity_name(name),
            unit,
            tuple(_point(row.group, p.label, p.quantity) for row in members for p in row.points),
            {row.group: GroupMark(row.median, row.mean, row.sd) for row in members},
        )
        for (name, unit), members in found.items()
    ]


def comparable(quantities: Sequence[GroupQuantity]) -> list[GroupQuantity]:
    """Return the quantities that more than one cell has; all of them if there is none such."""
    return [one for one in quantities if len(one.points) > 1] or list(quantities)


def quantity_name(name: str) -> str:
    """Return the name of a quantity as printed: 'Overpotential at 0.1 mA cm⁻²'."""
    words = " ".join(pretty_unit(word) if "/" in word else word for word in name.split(" "))
    return words[:1].upper() + words[1:]


def _point(group: str, label: str, one: Quantity) -> GroupPoint:
    low = high = None
    if one.interval is not None:
        low, high = one.interval
    elif one.uncertainty is not None:
        low, high = one.value - one.uncertainty, one.value + one.uncertainty
    return GroupPoint(group, label, one.value, low, high, cast("Bound | None", one.bound))
