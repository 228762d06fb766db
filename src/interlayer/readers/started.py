"""When a measurement began, as far as the file tells."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import polars as pl

from interlayer.readers import timestamps
from interlayer.record.record import Finding


def facts(text: str, findings: list[Finding], *, order: str = "") -> dict[str, Any]:
    """Return `started_as_written` and, if the date can be read in one way only, `started_local`.

    Parameters
    ----------
    text : str
        Date and time as printed, on the clock of the measuring computer.
    findings : list of Finding
        An ambiguous date is added here.
    order : str
        `timestamps.MONTH_FIRST` or `timestamps.DAY_FIRST` if the format fixes it.
    """
    text = " ".join(text.split())
    if not text:
        return {}
    known: dict[str, Any] = {"started_as_written": text}
    found = timestamps.parse(pl.Series([text], dtype=pl.String), order=order)
    if found is None or not math.isfinite(found.seconds[0]):
        return known
    if found.ambiguous:
        findings.append(
            Finding(
                "ambiguous_start_date",
                f"'{text}' may be {timestamps.MONTH_FIRST} or {timestamps.DAY_FIRST}",
                "note",
            )
        )
        return known
    return known | local(float(found.seconds[0]))


def local(seconds: float) -> dict[str, Any]:
    """Return `started_local` for seconds since 1970 on a clock whose time zone is not known."""
    moment = dt.datetime.fromtimestamp(seconds, dt.UTC).replace(tzinfo=None)
    return {"started_local": moment.isoformat(timespec="milliseconds")}
