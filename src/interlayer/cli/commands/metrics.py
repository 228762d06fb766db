"""`interlayer metrics`: records or instrument files in, numbers with unit, uncertainty and evidence out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Final

import typer

from interlayer.cli import options, tables
from interlayer.cli.console import results
from interlayer.cli.guard import guarded
from interlayer.cli.inputs import shown_names
from interlayer.cli.outputs import file_to_write
from interlayer.cli.progress import progress
from interlayer.errors import InterlayerError

if TYPE_CHECKING:
    from interlayer.metrics.base import Metric

COLUMNS: Final = (
    "record",
    "label",
    "name",
    "value",
    "unit",
    "uncertainty",
    "half_cycle",
    "time_s",
    "bound",
    "evidence",
    "cycle",
)


def metrics(
    files: Annotated[
        list[str], typer.Argument(metavar="REC_OR_FILE...", help="Records or instrument files.")
    ],
    out: options.OutFile = None,
    cell: options.CellFile = None,
    area: options.AreaText = None,
    all_rows: Annotated[
        bool, typer.Option("--all", help="Print every value instead of summing up half-cycles and spectra.")
    ] = False,
    force: options.Force = False,
    as_json: options.Json = False,
    as_csv: options.Csv = False,
    debug: options.Debug = False,
) -> None:
    """Compute the metrics of records and instrument files alike."""
    with guarded(debug):
        form = tables.form_of(as_json=as_json, as_csv=as_csv, out=out)
        if out is not None:
            file_to_write(out, (f".{form}",), force=force)
        from interlayer.cli import loading
        from interlayer.metrics import evaluate

        source = loading.Source(cell, area)
        names = shown_names(files)
        found: list[tuple[str, str, Sequence[Metric]]] = []
        failures: list[InterlayerError] = []
        with progress("computing") as report:
            for number, record in source.records(files, report, failures):
                found.append((names[number], record.label, tuple(evaluate(record))))
        rows = [
            {"record": name, "label": label, **metric.as_dict()}
            for name, label, values in found
            for metric in values
        ]
        tables.deliver(rows, COLUMNS, form, out, force=force, people=lambda: _show(found, every=all_rows))
        if failures:
            raise typer.Exit(max(error.exit_code for error in failures))


def _show(found: list[tuple[str, str, Sequence[Metric]]], *, every: bool) -> None:
    from interlayer.cli import metric_text

    for name, label, values in found:
        title = label if label in name else f"{label} ({name})"
        results().print(title, style="bold", soft_wrap=True)
        if every:
            metric_text.every(values)
        else:
            metric_text.condensed(values)
