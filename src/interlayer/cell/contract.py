"""What each top-level key of a cell's description must fulfil beyond its type, and what is said where it does not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from pydantic import ValidationInfo

from interlayer.cell.parts import LithiumSides
from interlayer.descriptions.fields import complaint
from interlayer.descriptions.sides import SIDES
from interlayer.errors import InputError
from interlayer.record.electrode_names import is_lithium
from interlayer.record.kinds import KINDS, named_kind

FORMAT: Final = "interlayer-cell/1"


def known_format(value: str) -> str:
    """Of `format`: the one that this program reads."""
    if value == FORMAT:
        return value
    family, _, version = value.partition("/")
    if family == "interlayer-cell":
        what = f'format = "{value}" is version {version or "?"} of a cell; this program knows {FORMAT}'
    else:
        what = f'format = "{value}" is not a cell'
    raise complaint(what, f'write format = "{FORMAT}"')


def some_label(value: str) -> str:
    """Of `label`: not empty."""
    if not value.strip():
        raise complaint("label is empty", 'write label = "cell 1"')
    return value


def date_as_text(value: object) -> object:
    """Of `assembled`: a date of TOML becomes text."""
    return value.isoformat() if isinstance(value, dt.date | dt.time) else value


def tables_of_mechanisms(value: dict[str, Any]) -> dict[str, Any]:
    """Of `model`: tables all the way; families and fields are checked where the physics is built."""
    for side in ("", *SIDES):
        tables = value.get(side, {}) if side else {k: v for k, v in value.items() if k not in SIDES}
        if not isinstance(tables, Mapping):
            raise complaint(
                f"model.{side} is not a table", f"write [model.{side}.charge_transfer] and its keys"
            )
        for family, table in tables.items():
            if not isinstance(table, Mapping):
                path = ".".join(p for p in ("model", side, family) if p)
                raise complaint(
                    f"{path} = {table!r} is not a table", f'write [{path}] and below it law = "..."'
                )
    return value


def coated_face(value: object, info: ValidationInfo) -> object:
    """Of `coating`: in a full cell only the lithium's side has one."""
    if info.data.get("cathode") is not None and isinstance(value, Mapping) and "left" in value:
        raise complaint(
            "in a full cell side 'left' is the cathode, and [coating] means the lithium's side",
            "write [coating], and describe the cathode's contact under [model.cathode_contact]",
        )
    return value


def lithium_face(value: object, info: ValidationInfo) -> object:
    """Of `lithium`: in a full cell only the right side is lithium."""
    if info.data.get("cathode") is not None and isinstance(value, Mapping) and "left" in value:
        raise complaint(
            "in a full cell side 'left' is the cathode; lithium is on the right",
            'write [lithium.right] and below it thickness = "20 um"',
        )
    return value


def some_lithium(value: LithiumSides, info: ValidationInfo) -> LithiumSides:
    """Of `lithium`: only a full cell can do without."""
    # A cathode that is itself wrong is complained about by itself.
    without_cathode = "cathode" in info.data and info.data["cathode"] is None
    if without_cathode and any(side.thickness == 0.0 for side in (value.left, value.right)):
        raise complaint(
            "lithium of thickness 0: only a full cell can do without, its lithium comes from the cathode",
            'write thickness = "450 um", or describe the [cathode]',
        )
    return value


def known_electrodes(value: tuple[str, ...] | None, info: ValidationInfo) -> tuple[str, ...] | None:
    """Of `electrodes`: two names; a cathode is described by its own table."""
    if value is None:
        return None
    if len(value) != 2 or not all(name.strip() for name in value):
        raise complaint(
            "electrodes are not two names, of electrode 1 and 2", 'write electrodes = ["Ag", "Ag"]'
        )
    if info.data.get("cathode") is not None and not is_lithium(value[1]):
        raise complaint(
            f'electrodes = ["{value[0]}", "{value[1]}"] beside a [cathode]: electrode 2 is lithium there',
            "leave electrodes out, or leave [cathode] out",
        )
    return value


def known_kind(value: str | None) -> str | None:
    """Of `kind`: a kind of test that is known."""
    if value is None:
        return None
    try:
        return named_kind(value)
    except InputError as error:
        raise complaint(f'kind = "{value}" is not a kind of test', "one of " + ", ".join(KINDS)) from error
