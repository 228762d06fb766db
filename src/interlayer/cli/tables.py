"""Rows for people, for spreadsheets and for programs."""

from __future__ import annotations

import csv
import io
import json
import math
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Literal

from rich import box
from rich.table import Table
from rich.text import Text

from interlayer.cli import outputs
from interlayer.cli.console import results, say
from interlayer.cli.inputs import path_of
from interlayer.errors import InputError
from interlayer.plain_json import plain
from interlayer.report.atomic import write_text

Form = Literal["people", "json", "csv"]
Row = Mapping[str, Any]

_ENDINGS: Final[dict[str, Form]] = {".json": "json", ".csv": "csv"}


def form_of(*, as_json: bool, as_csv: bool, out: str | None) -> Form:
    """Return the form that was asked for, by option or by the ending of the output file.

    Raises
    ------
    InputError
        If both are asked for, or the ending does not tell.
    """
    if as_json and as_csv:
        raise InputError("--json and --csv exclude each other", advice="give one of them")
    asked: Form | None = None
    if as_json:
        asked = "json"
    elif as_csv:
        asked = "csv"
    if out is None:
        return "people" if asked is None else asked
    form = asked or _ENDINGS.get(path_of(out).suffix.lower())
    if form is None:
        raise InputError(
            f"-o {out}: what to write there is not clear", advice="end the name in .csv or .json"
        )
    return form


def deliver(
    rows: Sequence[Row],
    columns: Sequence[str],
    form: Form,
    out: str | None,
    *,
    force: bool,
    people: Callable[[], None],
) -> None:
    """Print rows, or write them to a file.

    Parameters
    ----------
    rows : sequence of mapping
        One item each.
    columns : sequence of str
        Keys in the order of a spreadsheet.
    form : {'people', 'json', 'csv'}
    out : str or None
        File to write instead.
    force : bool
        Replace it.
    people : callable
        Prints the rows for people.

    Raises
    ------
    OutputError
        If the file may not or cannot be written.
    """
    if form == "people":
        people()
        return
    # Escapes on the screen's side: every shell passes them on unharmed, whatever its encoding.
    text = as_csv(rows, columns) if form == "csv" else as_json(rows, ascii_only=out is None)
    if out is None:
        sys.stdout.write(text)
        return
    path = outputs.file_to_write(out, (f".{form}",), force=force)
    write_text(path, text)
    say(f"wrote {path}")


def as_json(rows: Sequence[Row], *, ascii_only: bool) -> str:
    """Return rows as one JSON list, one item a line; what is not a finite number is null."""
    items = [json.dumps(plain(row), ensure_ascii=ascii_only, allow_nan=False) for row in rows]
    return "[\n" + ",\n".join(items) + "\n]\n" if items else "[]\n"


def as_csv(rows: Sequence[Row], columns: Sequence[str]) -> str:
    """Return rows as CSV: a line of names, then numbers alone in their cells; nothing where there is none."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(plain(row.get(column))) for column in columns])
    return buffer.getvalue()


def show(
    heads: Sequence[str], lines: Sequence[Sequence[str]], *, numeric: Sequence[str] = (), title: str = ""
) -> None:
    """Print a table for people; columns named in `numeric` stand right."""
    console = results()
    table = Table(box=box.SIMPLE, pad_edge=False, show_edge=False)
    if title:
        console.print(Text(title, style="bold"), soft_wrap=True)
    # Columns as narrow as their longest word: lines break between words, as long as all of them fit.
    words = [max(map(len, " ".join(column).split()), default=0) for column in zip(heads, *lines, strict=True)]
    fits = sum(words) + 3 * len(words) <= console.width
    for head, word in zip(heads, words, strict=True):
        side = "right" if head in numeric else "left"
        table.add_column(Text(head), justify=side, overflow="fold", min_width=word if fits else None)
    for line in lines:
        table.add_row(*(Text(cell) for cell in line))
    console.print(table)
    console.print()


def digits(value: object, most: int = 4) -> str:
    """Return a number with `most` significant digits, a text as it is, and '-' for nothing."""
    if value is None or value == "":
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        if not math.isfinite(value):
            return "-"
        text = f"{value:.{most}g}"
        return f"{value:.0f}" if "e+" in text and abs(value) < 1e7 else text
    return str(value)


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {inner}" for key, inner in value.items())
    return "; ".join(map(str, value)) if isinstance(value, list) else value
