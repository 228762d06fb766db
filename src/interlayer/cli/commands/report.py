"""`interlayer report`: one page of records."""

from __future__ import annotations

import webbrowser
from typing import Annotated

import typer

from interlayer.cli import options
from interlayer.cli.console import say
from interlayer.cli.guard import guarded
from interlayer.cli.outputs import file_to_write
from interlayer.cli.progress import progress
from interlayer.errors import InterlayerError


def report(
    files: Annotated[list[str], typer.Argument(metavar="REC...", help="Records, or instrument files.")],
    out: Annotated[
        str, typer.Option("-o", "--out", metavar="report.html", help="The page to write.", show_default=False)
    ],
    cell: options.CellFile = None,
    area: options.AreaText = None,
    title: Annotated[str, typer.Option(metavar="TEXT", help="Head of the page.", show_default=False)] = "",
    show: options.Open = False,
    force: options.Force = False,
    debug: options.Debug = False,
) -> None:
    """Write one self-contained page: figures and numbers of each record, and all of them compared."""
    with guarded(debug):
        from interlayer.cli import loading

        path = file_to_write(out, (".html", ".htm"), force=force)
        source = loading.Source(cell, area)
        failures: list[InterlayerError] = []
        with progress("making the report") as tell:
            found = source.records(files, tell, failures, share=0.3)
            records = [record for _, record in found]
            if failures:
                say("no page was written")
                raise typer.Exit(max(error.exit_code for error in failures))
            # Loads the libraries that draw: faults in the inputs come first.
            from interlayer.reporting import write_report

            write_report(
                records,
                path,
                title=title,
                overwrite=force,
                progress=lambda done: tell(0.3 + 0.7 * done, "drawing"),
            )
        say(f"wrote {path}")
        if show:
            webbrowser.open(path.resolve().as_uri())
