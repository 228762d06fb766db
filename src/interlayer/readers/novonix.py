"""Novonix UHPC exports (.csv): blocks `[Summary]`, `[Protocol]`, `[Data]`, the last with names and rows.

The current is signed, > 0 while charging: into the cell at its + terminal, our sign with the working electrode there.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl

from interlayer.errors import ReadError
from interlayer.readers import cycler_columns as columns
from interlayer.readers import named_rows, started, text_table
from interlayer.readers.contract import RawRecord
from interlayer.record import schema as s
from interlayer.record.checks import LOCAL_TIME
from interlayer.record.record import Finding

_MARK: Final = b"[Summary]"
_MAKER: Final = b"Novonix"
_DATA: Final = b"\n[Data]\n"
_KNOWN: Final = {
    "run time": s.TIME,
    "potential": s.VOLTAGE,
    "voltage": s.VOLTAGE,
    "current": s.CURRENT,
    "cycle number": s.CYCLE,
    "temperature": s.TEMPERATURE,
}
_EXTRA: Final = {
    "step time": columns.STEP_TIME,
    "step number": columns.STEP_NUMBER,
    "step type": "Step Type Number / 1",
}
_FACTS: Final = {"Description": "comments", "Version": "software"}
_PRIVATE: Final = {
    "Cell": "file",
    "Serial Number": "serial_number",
    "CellID": "cell_id",
    "Channel": "channel",
}
_NUMBERS: Final = {"Area (cm2)": "header_area_cm2", "Mass (g)": "header_mass_g"}


class Novonix:
    """Reader of Novonix exports."""

    name = "novonix"
    version = "1"
    extensions = ()
    signature = "a text that begins with [Summary] and names Novonix in its first lines"

    def sniff(self, path: Path, head: bytes) -> bool:  # noqa: ARG002  (the mark is at the beginning)
        """Whether the content is such an export."""
        text = text_table.to_utf8(head[:2000])
        return text.startswith(_MARK) and _MAKER.lower() in text.lower()

    def read(self, path: Path, head: bytes) -> RawRecord:
        """Read a whole export.

        Raises
        ------
        ReadError
            If it cannot be opened, has no [Data], no time in it, or rows that do not fit the names.
        """
        if not self.sniff(path, head):
            raise ReadError("not a Novonix export: it does not begin with [Summary]")
        above, mark, rest = text_table.file_bytes(path).partition(_DATA)
        if not mark:
            raise ReadError("a Novonix export that ends before its [Data]", advice="export it again")
        first, _, body = rest.partition(b"\n")
        line = text_table.decode_line(first)
        delimiter = named_rows.delimiter_of(line)
        names = named_rows.split_names(line, delimiter)
        text = named_rows.parse(body, names, delimiter)
        del body  # a long test is not held as text beside its table
        findings: list[Finding] = list(text.findings)
        table = _table(text.frame, findings)
        extra = _facts(above, findings)
        return RawRecord(table, tuple(findings), complete=text.complete, extra=extra)


def _table(frame: pl.DataFrame, findings: list[Finding]) -> pl.DataFrame:
    dates = next((c for c in frame.columns if columns.name_of(c).word == "date and time"), None)
    result, found = columns.to_record(frame.drop(dates) if dates else frame, _KNOWN, extra=_EXTRA)
    if s.TIME not in found:
        raise ReadError("no column Run Time", advice="export the file again with it")
    columns.name_absent(found, findings)
    # To the millisecond: the file prints hours with seven decimals.
    result = result.with_columns(pl.col(s.TIME).round(3))
    marks = [frame[c] for c in frame.columns if columns.name_of(c).word in ("step number", "cycle number")]
    within = [frame[c] for c in frame.columns if columns.name_of(c).word == "step time"]
    if marks:
        result = result.with_columns(pl.Series(s.STEP, columns.steps(marks, within)))
    if dates is not None and frame.schema[dates] == pl.String:
        stamps = columns.stamps(frame[dates])
        if stamps is not None and not stamps.ambiguous:
            result = result.with_columns(pl.Series(LOCAL_TIME, np.round(stamps.seconds, 6)).fill_nan(None))
    return result


def _facts(above: bytes, findings: list[Finding]) -> dict[str, Any]:
    extra: dict[str, Any] = {"instrument": "Novonix"}
    private: dict[str, str] = {}
    for line in above[:5000].split(b"\n"):
        key, _, value = text_table.decode_line(line).partition(":")
        value = value.strip()
        if not value:
            continue
        if key == "Started":
            extra |= started.facts(value, findings)
        elif key in _FACTS:
            extra[_FACTS[key]] = value
        elif key in _PRIVATE:
            private[_PRIVATE[key]] = value
        elif key in _NUMBERS:
            try:
                extra[_NUMBERS[key]] = float(value)
            except ValueError:
                continue
    if private:
        extra["private"] = private
    return extra
