"""`interlayer consistency`: a publication's table of values in, what does not fit together out."""

from __future__ import annotations

from importlib.resources import as_file, files
from typing import Annotated, Any, Final

import typer

from interlayer.cli import options, tables
from interlayer.cli.guard import guarded
from interlayer.cli.inputs import path_of
from interlayer.cli.outputs import file_to_write

COLUMNS: Final = ("check", "sample", "verdict", "probability", "excess", "detail", "lines", "assumptions")
SHIPPED: Final = "ding2024"


def consistency(
    table: Annotated[
        str,
        typer.Argument(
            metavar="TABLE.csv",
            help="Values as reported: quantity, condition, value, unit, and sample, relation, source where known; "
            f"or '{SHIPPED}', the shipped one.",
        ),
    ],
    out: options.OutFile = None,
    as_json: options.Json = False,
    as_csv: options.Csv = False,
    force: options.Force = False,
    debug: options.Debug = False,
) -> None:
    """Say whether the numbers of a publication fit together, with probabilities where it leaves something open."""
    with guarded(debug):
        from interlayer.published import consistency as checks
        from interlayer.published.reported_values import read_reported

        form = tables.form_of(as_json=as_json, as_csv=as_csv, out=out)
        if out is not None:
            file_to_write(out, (f".{form}",), force=force)
        if table == SHIPPED:
            with as_file(files("interlayer.published.ding2024") / "reported.csv") as path:
                reported = read_reported(path)
        else:
            reported = read_reported(path_of(table))
        rows = [one.as_dict() for one in checks.check(reported)]
        tables.deliver(rows, COLUMNS, form, out, force=force, people=lambda: _show(rows))


def _show(rows: list[dict[str, Any]]) -> None:
    told = [x for x in rows if x["verdict"] != "not assessed"]
    lines = [[x["verdict"], x["sample"], x["detail"], ", ".join(map(str, x["lines"]))] for x in told]
    if lines:
        tables.show(("verdict", "sample", "what was found", "lines"), lines)
    rest = [x for x in rows if x["verdict"] == "not assessed"]
    if rest:
        tables.show(
            ("not assessed", "because", "line"),
            [[x["sample"] or "no sample", x["detail"], ", ".join(map(str, x["lines"]))] for x in rest],
        )
    assumed = dict.fromkeys(text for x in rows for text in x["assumptions"])
    if assumed:
        tables.show(("assumed",), [[text] for text in assumed])
