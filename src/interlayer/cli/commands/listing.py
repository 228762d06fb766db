"""`interlayer list`: what the program knows, from the declarations themselves."""

from __future__ import annotations

import re
from typing import Annotated, Final

import typer

from interlayer.cli import options, tables
from interlayer.cli.guard import guarded
from interlayer.cli.outputs import file_to_write
from interlayer.errors import InputError, unknown_name

KINDS: Final = (
    "cells",
    "protocols",
    "materials",
    "mechanisms",
    "reactions",
    "readers",
    "metrics",
    "parameters",
)
LONG: Final = (
    "conditions",
    "note",
    "uncertainty_V",
    "delta_G_kJ_per_mol",
    "delta_H_kJ_per_mol",
    "capacity_mAh_cm2_per_um",
    "lithium_um_per_um",
    "total_volume_change",
    "sources",
)
"""Columns that people see only when they ask for one name."""

_UNIT: Final = re.compile(r"_(h|um|cm2)$")


def list_(
    kind: Annotated[str, typer.Argument(metavar="KIND", help=f"One of: {', '.join(KINDS)}.")],
    name: Annotated[
        str | None,
        typer.Argument(metavar="NAME", help="Only those whose name contains this.", show_default=False),
    ] = None,
    out: options.OutFile = None,
    force: options.Force = False,
    as_json: options.Json = False,
    as_csv: options.Csv = False,
    debug: options.Debug = False,
) -> None:
    """List cells, protocols, materials, mechanisms, reactions, readers, metrics or parameters."""
    with guarded(debug):
        form = tables.form_of(as_json=as_json, as_csv=as_csv, out=out)
        if out is not None:
            file_to_write(out, (f".{form}",), force=force)
        if kind not in KINDS:
            raise InputError(unknown_name("list", kind, KINDS))
        if kind == "mechanisms":
            # The only list that loads the physics.
            from interlayer.cli.mechanism_list import mechanism_rows as listed
        else:
            from interlayer.cli import declarations

            listed = declarations.LISTS[kind]
        rows = listed()
        columns = tuple(rows[0])
        first = columns[0]
        if name is not None:
            rows = [row for row in rows if name.lower() in str(row[first]).lower()]
        if not rows:
            raise InputError(f"no {kind} with '{name}' in the {first}", advice=f"interlayer list {kind}")

        def people() -> None:
            shown = [c for c in columns if name is not None or c not in LONG]
            heads = {c: _UNIT.sub(r" / \1", c).replace("_", " ") for c in shown}
            numeric = [heads[c] for c in shown if any(isinstance(row[c], float | int) for row in rows)]
            tables.show(
                list(heads.values()), [[_text(row[c]) for c in shown] for row in rows], numeric=numeric
            )

        tables.deliver(rows, columns, form, out, force=force, people=people)


def _text(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return "" if value is None or value == "" else tables.digits(value, 6)
