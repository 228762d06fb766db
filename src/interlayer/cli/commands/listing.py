"""`interlayer list`: what the program knows, from the declarations themselves."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from interlayer.cli import options, tables
from interlayer.cli.guard import guarded
from interlayer.cli.outputs import file_to_write
from interlayer.errors import InputError


class Kind(StrEnum):
    """What can be listed."""

    CELLS = "cells"
    PROTOCOLS = "protocols"
    MATERIALS = "materials"
    MECHANISMS = "mechanisms"
    READERS = "readers"
    METRICS = "metrics"
    PARAMETERS = "parameters"


def list_(
    kind: Annotated[Kind, typer.Argument(metavar="KIND", help="One of: " + ", ".join(k.value for k in Kind))],
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
    """List cells, protocols, materials, mechanisms, readers, metrics or parameters."""
    with guarded(debug):
        form = tables.form_of(as_json=as_json, as_csv=as_csv, out=out)
        if out is not None:
            file_to_write(out, (f".{form}",), force=force)
        if kind is Kind.MECHANISMS:
            # The only list that loads the physics.
            from interlayer.cli.mechanism_list import mechanism_rows as listed
        else:
            from interlayer.cli import declarations

            listed = declarations.LISTS[kind.value]
        rows = listed()
        columns = tuple(rows[0])
        first = columns[0]
        if name is not None:
            rows = [row for row in rows if name.lower() in str(row[first]).lower()]
        if not rows:
            raise InputError(
                f"no {kind.value} with '{name}' in the {first}", advice=f"interlayer list {kind.value}"
            )

        def people() -> None:
            numeric = [c for c in columns if any(isinstance(row[c], float | int) for row in rows)]
            lines = [[_text(row[column]) for column in columns] for row in rows]
            tables.show([column.replace("_", " ") for column in columns], lines, numeric=numeric)

        tables.deliver(rows, columns, form, out, force=force, people=people)


def _text(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return "" if value is None or value == "" else tables.digits(value, 6)
