"""The description of a cell as it was written: sides spread out, values changed by key, what is called unknown."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any, Final

from interlayer.descriptions.sides import both_sides, set_value, unknown_keys, value_at, written_keys

_ALTERNATIVES: Final = (
    ("area", "diameter", "electrode_area"),
    ("pellet_area", "pellet_diameter"),
    ("cathode.active_mass", "cathode.loading"),
)
"""Keys that say the same thing: giving one replaces the others."""
SIDED: Final = ("coating", "lithium")
"""Tables that hold for both sides unless a side has its own."""
_FREE: Final = ("notes", "model")
"""Tables whose content is not that of a cell."""
_TEXTS: Final = (
    "label",
    "group",
    "batch",
    "operator",
    "material",
    "solvent",
    "parameters",
    "assembled",
    "format",
    "bpx",
    "collector",
)
"""Keys that hold plain text, in which 'unknown' is a word like any other."""


def spread(written: Mapping[str, Any]) -> dict[str, Any]:
    """Return the document with the tables of both sides filled in; in a full cell they mean the lithium side."""
    data = dict(written)
    for name in SIDED:
        if name in data:
            data[name] = both_sides(data[name])
            if "cathode" in data and isinstance(data[name], Mapping) and "left" not in written[name]:
                data[name] = {k: v for k, v in data[name].items() if k != "left"}
    return data


def changed(written: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the document with values replaced by dotted key; see `Cell.override`."""
    data = copy.deepcopy(dict(written))
    for path, value in changes.items():
        for group in _ALTERNATIVES:
            if path in group:
                data = _without(data, group)
        # In a full cell only lithium has a coating and a thickness of its own.
        full = "cathode" in data
        keys_written = written_keys(data, tuple(path.split(".")), sided=SIDED)
        for keys in keys_written:
            if not (full and len(keys_written) > 1 and keys[1] == "left"):
                set_value(data, keys, value)
    return data


def differs(mine: Mapping[str, Any], theirs: Mapping[str, Any], paths: tuple[str, ...]) -> bool:
    """Whether two documents say something else at one of the dotted keys, each with its side."""
    mine, theirs = spread(mine), spread(theirs)
    return any(value_at(mine, path) != value_at(theirs, path) for path in paths)


def unknown_quantities(written: Mapping[str, Any]) -> list[str]:
    """Return the dotted keys of the quantities that are called 'unknown'."""
    described = {k: v for k, v in written.items() if k not in _FREE}
    return unknown_keys(described, texts=_TEXTS)


def _without(data: Mapping[str, Any], paths: tuple[str, ...]) -> dict[str, Any]:
    """Return nested tables without some dotted keys."""
    kept: dict[str, Any] = {}
    for key, value in data.items():
        below = tuple(p.removeprefix(f"{key}.") for p in paths if p.startswith(f"{key}."))
        if key not in paths:
            kept[key] = _without(value, below) if below and isinstance(value, Mapping) else value
    return kept
