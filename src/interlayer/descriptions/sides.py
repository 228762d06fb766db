"""Tables that hold for both sides of a cell unless a side has its own, and setting values by dotted key."""

from __future__ import annotations

import copy
from collections.abc import Collection, Mapping
from typing import Any, Final

from interlayer.errors import DescriptionError

SIDES: Final = ("left", "right")
"""Electrode 1 (working electrode, first layer of the file) and electrode 2."""

UNKNOWN: Final = "unknown"
"""What may stand for any quantity: a metric or simulation that needs it says so."""


def both_sides(table: Any) -> Any:
    """Spread a table over both sides; keys of a side's own table win over the shared ones.

    Without shared keys only the sides that have a table are returned. What is not a table is returned as it
    is, for the model to refuse.
    """
    if not isinstance(table, Mapping):
        return table
    shared = {k: v for k, v in table.items() if k not in SIDES}
    own = {side: table[side] for side in SIDES if side in table}
    if not own:
        return dict.fromkeys(SIDES, shared)
    if not shared:
        return own
    sides = {side: own.get(side, {}) for side in SIDES}
    return {side: {**shared, **t} if isinstance(t, Mapping) else t for side, t in sides.items()}


def unknown_keys(
    table: Mapping[str, Any], *, texts: Collection[str], path: tuple[str, ...] = ()
) -> list[str]:
    """Return the dotted keys whose value is 'unknown', except those in `texts`, which hold plain text."""
    found: list[str] = []
    for key, value in table.items():
        if isinstance(value, Mapping):
            found += unknown_keys(value, texts=texts, path=(*path, key))
        elif isinstance(value, str) and value.strip().lower() == UNKNOWN and key not in texts:
            found.append(".".join((*path, key)))
    return found


def written_keys(
    data: Mapping[str, Any], keys: tuple[str, ...], *, sided: Collection[str]
) -> list[tuple[str, ...]]:
    """Return where a change by `keys` has to be written.

    A key of a table in `sided` that names no side means the shared table, or every side that has its own.
    """
    if len(keys) < 2 or keys[0] not in sided or keys[1] in SIDES:
        return [keys]
    table = data.get(keys[0])
    own = [side for side in SIDES if isinstance(table, Mapping) and side in table]
    if not own or not isinstance(table, Mapping):
        return [keys]
    shared = any(key not in SIDES for key in table)
    return [(keys[0], side, *keys[1:]) for side in (SIDES if shared else own)]


def value_at(data: Mapping[str, Any], path: str) -> Any:
    """Return what stands at a dotted key, None where nothing does."""
    here: Any = data
    for key in path.split("."):
        if not isinstance(here, Mapping) or key not in here:
            return None
        here = here[key]
    return here


def set_value(data: dict[str, Any], keys: tuple[str, ...], value: Any) -> None:
    """Set one value in nested tables, making those that are missing; None removes the key.

    Raises
    ------
    DescriptionError
        If the way leads through something that is not a table.
    """
    *tables, last = keys
    here = data
    for depth, key in enumerate(tables, start=1):
        below = here.setdefault(key, {})
        if not isinstance(below, dict):
            path = ".".join(keys[:depth])
            raise DescriptionError(
                f"{path} = {below!r} is not a table, so {'.'.join(keys)} cannot be set",
                advice=f"change {path} itself",
            )
        here = below
    if value is None:
        here.pop(last, None)
    else:
        here[last] = copy.deepcopy(value)
