"""EC-Lab and BT-Lab text exports (.mpt, .txt): cycling and impedance, any subset of columns.

One file may hold several techniques' rows (ModuloBat), several loops and several spectra. Rows whose
frequency is 0 or blank belong to the time domain, the others to spectra.

A step ends where the sequence number `Ns`, the control `mode`, the loop or the outer cycle changes. Files
without `Ns` fall back on `half cycle`, which EC-Lab derives from the measured current.
"""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from interlayer.errors import ReadError
from interlayer.readers import biologic_columns as columns
from interlayer.readers import points, text_table, timestamps
from interlayer.readers.biologic_counters import with_counters
from interlayer.readers.biologic_current import with_current
from interlayer.readers.biologic_header import TITLES, Header, split
from interlayer.readers.contract import RawRecord
from interlayer.record import schema as s
from interlayer.record.checks import LOCAL_TIME
from interlayer.record.record import Finding

_DURATION: Final = r"^\s*(\d+):(\d{1,2}):(\d{1,2}(?:[.,]\d+)?)\s*$"


class BiologicMpt:
    """Reader of EC-Lab and BT-Lab text exports."""

    name = "biologic_mpt"
    version = "2"
    extensions = (".mpt",)
    signature = (
        "a text that begins with 'EC-Lab ASCII FILE' or 'BT-Lab ASCII FILE', or whose first line holds "
        "column names such as time/s, Ewe/V, I/mA or freq/Hz between tabs"
    )

    def sniff(self, path: Path, head: bytes) -> bool:  # noqa: ARG002  (the mark is at the beginning)
        """Whether the content is such an export."""
        text = text_table.to_utf8(head[: len(head) // 2 * 2])
        if text.startswith(TITLES):
            return True
        line = text_table.decode_line(text.partition(b"\n")[0])
        names = [columns.normalise(name) for name in line.split("\t")]
        return sum(name in columns.KNOWN for name in names) >= 2

    def read(self, path: Path, head: bytes) -> RawRecord:  # noqa: ARG002
        """Read a whole export.

        Raises
        ------
        ReadError
            If the file cannot be opened, ends within its header, or has neither a time nor a frequency
            column, or rows that do not fit its column names.
        """
        try:
            data = path.read_bytes()
        except OSError as problem:
            raise ReadError(f"cannot be read: {problem.strerror}", where=path.name) from problem
        header = split(text_table.to_utf8(data), columns.KNOWN)
        names = [columns.normalise(name) for name in header.names]
        if columns.TIME not in names and columns.FREQUENCY not in names:
            present = ", ".join(n for n in names if n)[:200]
            raise ReadError(
                f"no column time/s and no column freq/Hz among {present}",
                advice="export the file again with time/s or freq/Hz",
            )
        text = text_table.parse(header.body, names, columns.NUMBERS)
        return _assemble(text, header)


def _assemble(text: text_table.TextTable, header: Header) -> RawRecord:
    frame, findings = text.frame, list(text.findings)
    complete = text.complete
    loop, promised = _loops(text.row_number, header)
    rows_seen = int(text.row_number[-1]) + 1 if len(text.row_number) else 0
    if rows_seen < promised:
        complete = False
        findings.append(
            Finding("rows_missing", f"the header announces {promised} rows, the file has {rows_seen}")
        )
    frame, stamps = _times(frame, header, findings)
    frame = with_current(frame, findings)
    table, made = columns.to_record_columns(frame)
    findings.extend(made)
    table = with_counters(table, frame, loop, findings)
    if s.Z_IMAG in table.columns and s.Z_REAL in table.columns:
        points.check_sign(table, findings, "the names of the columns state the sign")
    if stamps is not None and not stamps.ambiguous:
        table = table.with_columns(pl.Series(LOCAL_TIME, stamps.seconds).fill_nan(None))
    extra = _extra(header, stamps, findings)
    return RawRecord(table, tuple(findings), complete=complete, extra=extra)


# --- time ------------------------------------------------------------------------------------------------


def _times(
    frame: pl.DataFrame, header: Header, findings: list[Finding]
) -> tuple[pl.DataFrame, timestamps.Timestamps | None]:
    """Replace printed dates in time/s by seconds since the start; return the clock readings too."""
    if columns.TIME not in frame.columns or frame.schema[columns.TIME] != pl.String:
        return frame, None
    if (elapsed := _durations(frame[columns.TIME])) is not None:
        return frame.with_columns(elapsed.alias(columns.TIME)), None
    stamps = timestamps.parse(frame[columns.TIME], hint=header.started)
    if stamps is None:
        raise ReadError(
            "the column time/s holds neither seconds, h:m:s nor dates", advice="export it with time in s"
        )
    _say_order(stamps, findings)
    start = _start(header, stamps.order)
    if start is None:
        read = stamps.seconds[np.isfinite(stamps.seconds)]
        start = float(read[0]) if len(read) else math.nan
        findings.append(
            Finding("time_from_first_row", "test time counts from the first row, not from the start", "note")
        )
    # To the microsecond: the difference of two large numbers carries more digits than were printed.
    elapsed = np.round(stamps.seconds - start, 6)
    return frame.with_columns(pl.Series(columns.TIME, elapsed).fill_nan(None)), stamps


def _durations(texts: pl.Series) -> pl.Series | None:
    """Elapsed times printed as h:m:s, in s; None if the first that is filled is none."""
    parts = texts.str.extract_groups(_DURATION).struct.unnest()
    first = texts.is_not_null().arg_max()
    if first is None or parts["1"][first] is None:
        return None
    seconds = parts["3"].str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)
    hours, minutes = (parts[k].cast(pl.Float64, strict=False) for k in ("1", "2"))
    return hours * 3600 + minutes * 60 + seconds


def _say_order(stamps: timestamps.Timestamps, findings: list[Finding]) -> None:
    if not stamps.ambiguous:
        findings.append(Finding("date_order", f"dates are read as {stamps.order}: {stamps.evidence}", "note"))
        return
    effect = (
        "elapsed times depend on it"
        if stamps.changes_elapsed
        else "elapsed times do not depend on it; wall-clock times are left out"
    )
    findings.append(
        Finding(
            "ambiguous_dates",
            f"nothing in the file shows whether its dates are {timestamps.MONTH_FIRST} or "
            f"{timestamps.DAY_FIRST}; {stamps.order} is assumed, {effect}",
            "error" if stamps.changes_elapsed else "warning",
            len(stamps.seconds),
        )
    )


def _start(header: Header, order: str) -> float | None:
    """Start of the acquisition on the file's clock, s, its date read in a given order."""
    found = timestamps.parse(pl.Series([header.started], dtype=pl.String), order=order)
    if found is None or not math.isfinite(found.seconds[0]):
        return None
    return float(found.seconds[0])


def _extra(header: Header, stamps: timestamps.Timestamps | None, findings: list[Finding]) -> dict[str, Any]:
    extra: dict[str, Any] = {"technique": header.technique} if header.technique else {}
    extra |= header.facts
    if not timestamps.looks_like_timestamp(header.started):
        return extra
    extra["started_as_written"] = header.started
    extra["clock"] = "local time of the measuring computer; the file does not tell its time zone"
    known_order = stamps.order if stamps is not None and not stamps.ambiguous else ""
    alone = timestamps.parse(pl.Series([header.started], dtype=pl.String), order=known_order)
    if alone is None or not math.isfinite(alone.seconds[0]):
        return extra
    if alone.ambiguous:
        findings.append(
            Finding(
                "ambiguous_start_date",
                f"'{header.started}' may be {timestamps.MONTH_FIRST} or {timestamps.DAY_FIRST}",
                "note",
            )
        )
        return extra
    moment = dt.datetime.fromtimestamp(float(alone.seconds[0]), dt.UTC).replace(tzinfo=None)
    extra["started_local"] = moment.isoformat(timespec="milliseconds")
    return extra


# --- counters --------------------------------------------------------------------------------------------


def _loops(row_number: NDArray[np.int64], header: Header) -> tuple[NDArray[np.int64] | None, int]:
    """Loop of every row, and the number of rows that the header announces (0 if it does not)."""
    if not header.loops:
        return None, 0
    starts = np.array([loop.first_point for loop in header.loops])
    numbers = np.array([loop.number for loop in header.loops])
    loop = numbers[np.clip(np.searchsorted(starts, row_number, side="right") - 1, 0, None)]
    return loop.astype(np.int64), max(lp.last_point for lp in header.loops) + 1
