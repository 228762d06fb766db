"""All commands under one name."""

from __future__ import annotations

import io
import sys
from typing import Annotated

import typer

from interlayer.cli.commands.analyse import analyse
from interlayer.cli.commands.collect import collect
from interlayer.cli.commands.compare import compare
from interlayer.cli.commands.consistency import consistency
from interlayer.cli.commands.export import export
from interlayer.cli.commands.figure import figure
from interlayer.cli.commands.impedance import impedance
from interlayer.cli.commands.init import init
from interlayer.cli.commands.listing import list_
from interlayer.cli.commands.metrics import metrics
from interlayer.cli.commands.read import read
from interlayer.cli.commands.report import report
from interlayer.cli.commands.reproduce import reproduce
from interlayer.cli.commands.sem import sem
from interlayer.cli.commands.simulate import simulate
from interlayer.cli.commands.sweep import sweep
from interlayer.cli.commands.wetting import wetting
from interlayer.cli.commands.xps import xps
from interlayer.cli.commands.xrd import xrd
from interlayer.version import __version__

app = typer.Typer(
    name="interlayer",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.command()(reproduce)
app.command()(simulate)
app.command()(collect)
app.command()(read)
app.command()(metrics)
app.command()(analyse)
app.command()(compare)
app.command()(impedance)
app.command()(sem)
app.command()(xrd)
app.command()(xps)
app.command()(wetting)
app.command()(report)
app.command()(figure)
app.command()(export)
app.command()(consistency)
app.command()(sweep)
app.command()(init)
app.command("list")(list_)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"interlayer {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Simulate, measure and design the layer between lithium metal and a solid electrolyte."""


def main() -> None:
    """Run the command line on the arguments of this process."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a sign of a label shows '?' in its place.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    app(prog_name="interlayer")
