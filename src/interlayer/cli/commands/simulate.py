"""`interlayer simulate`: cell and protocol in, record out."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from interlayer.cli import options
from interlayer.cli.console import say
from interlayer.cli.guard import guarded
from interlayer.cli.progress import progress
from interlayer.errors import InputError


def simulate(
    cell: Annotated[str, typer.Argument(metavar="CELL", help="A cell.toml, or the name of a shipped cell.")],
    protocol: Annotated[
        str, typer.Argument(metavar="PROTOCOL", help="A protocol.toml, or the name of a shipped protocol.")
    ],
    out: Annotated[
        str,
        typer.Option("-o", "--out", metavar="REC.parquet", help="File of the record.", show_default=False),
    ],
    parameters: Annotated[
        str | None,
        typer.Option(
            "--set",
            metavar="NAME",
            help="Parameter set, instead of the cell's own choice.",
            show_default=False,
        ),
    ] = None,
    from_record: Annotated[
        list[str] | None,
        typer.Option(
            "--from-record",
            metavar="REC.parquet",
            help="Observation of a surface kept with --save: thickness, porosity, density and the skin's "
            "conversion are taken from it. May be given several times.",
            show_default=False,
        ),
    ] = None,
    use_angles: Annotated[
        bool,
        typer.Option(
            "--use-angles",
            help="Take contact angles of --from-record as a wide prior of the initial contact.",
        ),
    ] = False,
    rtol: Annotated[float, typer.Option(metavar="NUMBER", help="Relative tolerance in time.")] = 1e-3,
    jump: Annotated[
        float | None,
        typer.Option(
            metavar="NUMBER",
            help="Leap over cycles of long lives, with this error (such as 0.01) of states and voltages.",
            show_default=False,
        ),
    ] = None,
    rows: Annotated[
        int | None,
        typer.Option(
            metavar="COUNT", help="Rows of each step to keep; all if not given.", show_default=False
        ),
    ] = None,
    force: options.Force = False,
    as_json: options.Json = False,
    debug: options.Debug = False,
) -> None:
    """Simulate a protocol on a cell and store what happened."""
    with guarded(debug):
        from interlayer.cli import loading, outputs, summary, tables
        from interlayer.record import store

        if not 0.0 < rtol < 1.0:
            raise InputError(f"--rtol {rtol:g} lies outside 0 to 1", advice="write --rtol 1e-3")
        path = outputs.file_to_write(out, (".parquet",), force=force)
        what, steps = loading.cell_of(cell), loading.protocol_of(protocol)
        taken = None
        if from_record:
            taken = loading.filled_from(what, from_record, use_angles=use_angles)
            what = taken.cell
            for finding in taken.findings:
                say(f"{finding.name.replace('_', ' ')}: {finding.detail}")
        with progress(f"simulating {what.label}") as report:
            # Loads the physics, which takes longer than reading both descriptions: faults in them come first.
            from interlayer.simulation import simulate as run

            record = run(
                what,
                steps,
                parameters=parameters,
                rtol=rtol,
                jump=jump,
                rows=rows,
                progress=lambda done, total: report(done / total),
            )
        if taken is not None:
            record = record.with_(findings=(*record.findings, *taken.findings))
        store.save(record, path, overwrite=force)
        say(f"wrote {path}")
        if as_json:
            sys.stdout.write(tables.as_json([summary.as_row(record, path.name, str(path))], ascii_only=True))
        else:
            summary.show(record, path.name)
