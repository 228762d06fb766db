"""`interlayer sweep`: a plan in, a table of many cells out."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import Annotated

import typer

from interlayer.cli import options
from interlayer.cli.console import facts, say
from interlayer.cli.guard import guarded
from interlayer.cli.progress import progress, span
from interlayer.errors import InputError


def sweep(
    plan: Annotated[
        str, typer.Argument(metavar="PLAN", help="A plan.toml: base cell, protocol, what is varied.")
    ],
    out: Annotated[
        str | None,
        typer.Option(
            "-o", "--out", metavar="DIR", help="Folder; one begun before is completed.", show_default=False
        ),
    ] = None,
    on: Annotated[
        str, typer.Option("--on", metavar="WHERE", help="local, tcp://HOST:PORT or SCHEDULER.json (Dask).")
    ] = "local",
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers",
            metavar="N",
            help="Processes of this machine; one a core if not given.",
            show_default=False,
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")
    ] = False,
    force: options.Force = False,
    as_json: options.Json = False,
    debug: options.Debug = False,
) -> None:
    """Simulate many cells from one plan; may be killed and resumed at any time."""
    with guarded(debug):
        from interlayer.cli.inputs import path_of
        from interlayer.sweep.crews import crew_of
        from interlayer.sweep.plan import Plan
        from interlayer.sweep.run import run
        from interlayer.sweep.store import MANIFEST

        what = Plan.from_toml(path_of(plan))
        crew = crew_of(on, workers)
        if dry_run:
            from interlayer.sweep.estimate import estimate

            found = estimate(what, crew.workers)
            if as_json:
                sys.stdout.write(json.dumps([found.as_dict()]) + "\n")
            else:
                facts(found.as_text())
            return
        if out is None:
            raise InputError("a sweep needs a folder", advice="add -o sweep-1")
        folder = path_of(out)
        if not (folder / MANIFEST).is_file():  # what was begun before has been checked before
            from interlayer.sweep.check import check

            check(what)
        with progress(f"sweeping {what.label}") as report:
            done = run(what, folder, crew, force=force, tell=report)
        say(f"wrote {done.folder} ({done.found} of {done.chunks} chunks were there before)")
        if as_json:
            sys.stdout.write(json.dumps([asdict(done) | {"folder": str(done.folder)}]) + "\n")
            return
        rate = f", {done.cycles / done.seconds:.3g} cycles/s" if done.cycles else ""
        facts(
            {
                "points": str(done.points),
                "failed now": str(done.failed),
                "time": span(done.seconds) + rate,
                "table": f"polars.read_parquet('{done.folder}/chunks/*.parquet')",
            }
        )
