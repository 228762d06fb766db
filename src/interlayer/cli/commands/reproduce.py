"""`interlayer reproduce`: the whole electrochemistry of a publication, simulated beside published."""

from __future__ import annotations

import sys
import webbrowser
from typing import Annotated, Any, Final

import typer

from interlayer.cli import options, tables
from interlayer.cli.console import say
from interlayer.cli.guard import CHECK_FAILED, guarded
from interlayer.cli.inputs import path_of
from interlayer.cli.progress import progress, span
from interlayer.errors import InputError, unknown_name

PUBLICATIONS: Final = ("ding2024",)


def reproduce(
    publication: Annotated[
        str, typer.Argument(metavar="PUBLICATION", help=f"One of: {', '.join(PUBLICATIONS)}.")
    ],
    out: Annotated[
        str, typer.Option("-o", "--out", metavar="DIR", help="Folder of the report.", show_default=False)
    ],
    ensemble: Annotated[
        int,
        typer.Option(
            "--ensemble",
            metavar="N",
            help="Draw N members of what the publication leaves open and give intervals; 0: none.",
        ),
    ] = 0,
    seed: Annotated[int, typer.Option("--seed", metavar="K", help="Of the ensemble; the same again.")] = 0,
    show: options.Open = False,
    force: options.Force = False,
    as_json: options.Json = False,
    debug: options.Debug = False,
) -> None:
    """Simulate the experiments of a publication and compare every number with what was published."""
    with guarded(debug):
        if publication not in PUBLICATIONS:
            raise InputError(unknown_name("publication", publication, PUBLICATIONS))
        if seed < 0:
            raise InputError(f"a seed of {seed} is negative", where="--seed", advice="write --seed 0")
        with progress(f"reproducing {publication}") as report:
            from interlayer.published.ding2024.reproduce import run

            made = run(
                path_of(out),
                progress=lambda what, done: report(done, what),
                force=force,
                ensemble=ensemble,
                seed=seed,
            )
        say(f"wrote {made.report} in {span(made.seconds)}")
        if as_json:
            sys.stdout.write(tables.as_json(made.rows, ascii_only=True))
        else:
            _show(made.rows)
        for line in made.notes:
            say(line)
        if show:
            webbrowser.open(made.report.resolve().as_uri())
        if not made.all_ran:
            say("not everything ran: see the report")
            raise typer.Exit(CHECK_FAILED)


def _show(rows: list[dict[str, Any]]) -> None:
    heads = (
        "quantity",
        "cell",
        "conditions",
        "unit",
        "published",
        "simulated",
        "low",
        "high",
        "deviation",
        "role",
    )
    with_intervals = any(row.get("p05") is not None for row in rows)
    heads += ("p05", "p95") if with_intervals else ()
    lines: list[list[str]] = []
    for row in rows:
        line = [tables.digits(row.get(head)) for head in heads]
        deviation, satisfied = row.get("deviation"), row.get("satisfied")
        if isinstance(deviation, float):
            line[8] = f"{round(100 * deviation, 1) + 0.0:+.1f} %"
        elif satisfied not in (None, ""):
            line[8] = f"satisfied: {tables.digits(satisfied)}"
        lines.append(line)
    tables.show(heads, lines, numeric=("published", "simulated", "low", "high", "deviation", "p05", "p95"))
