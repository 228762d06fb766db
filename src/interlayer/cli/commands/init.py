"""`interlayer init`: a cell and a protocol to start from."""

from __future__ import annotations

from importlib.resources import files
from typing import Annotated, Final

import typer

from interlayer.cli import options
from interlayer.cli.console import say
from interlayer.cli.guard import guarded
from interlayer.cli.inputs import path_of
from interlayer.cli.outputs import refuse_existing
from interlayer.errors import InputError, OutputError
from interlayer.report.atomic import write_bytes

NAMES: Final = ("cell.toml", "protocol.toml")


def init(
    folder: Annotated[
        str | None, typer.Argument(metavar="DIR", help="Folder to write them into.", show_default=False)
    ] = None,
    out: Annotated[
        str | None, typer.Option("-o", "--out", metavar="DIR", help="The same.", show_default=False)
    ] = None,
    force: options.Force = False,
    debug: options.Debug = False,
) -> None:
    """Write a commented cell.toml and protocol.toml that run as they are."""
    with guarded(debug):
        if (folder is None) == (out is None):
            raise InputError("init takes one folder", advice="write interlayer init my-cell")
        place = path_of(folder or out or "")
        if place.exists() and not place.is_dir():
            raise OutputError("a file stands there", where=str(place), advice="give a folder")
        for name in NAMES:
            refuse_existing(place / name, force=force)
        for name in NAMES:
            write_bytes(place / name, (files("interlayer") / "templates" / name).read_bytes())
            say(f"wrote {place / name}")
        inside = [f'"{place / name}"' if " " in str(place) else str(place / name) for name in NAMES]
        say(f"run it: interlayer simulate {inside[0]} {inside[1]} -o record.parquet")
