"""Starts that may be read in two ways, '05/06/2024': decided by a person, by the cell's other files, or by the file.

It is never silent: each decision is a finding. What nothing decides stays without a date.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import polars as pl

from interlayer.errors import InputError
from interlayer.lab.clocks import iso
from interlayer.metrics.placement import start_of
from interlayer.readers import timestamps
from interlayer.record import schema as s
from interlayer.record.record import Finding, Record

DAY_S: Final = 86400.0
_WRITTEN: Final = "started_as_written"
_ORDERS: Final = {
    "month first": timestamps.MONTH_FIRST,
    "month/day/year": timestamps.MONTH_FIRST,
    "mm/dd/yyyy": timestamps.MONTH_FIRST,
    "day first": timestamps.DAY_FIRST,
    "day/month/year": timestamps.DAY_FIRST,
    "dd/mm/yyyy": timestamps.DAY_FIRST,
}


def order_of(text: str, *, where: str = "date_order") -> str:
    """Return the order of day and month that a person states. Raises InputError if it is none."""
    found = _ORDERS.get(" ".join(text.casefold().split()))
    if found is None:
        raise InputError(
            f"'{text}' is no order of a date", where=where, advice="write 'month first' or 'day first'"
        )
    return found


def dated(
    files: Sequence[tuple[str, Record]], changed_s: Sequence[float | None], said: str | None
) -> tuple[list[Record], list[Finding]]:
    """Return the records of a cell with their starts, and how those were decided that can be read in two ways.

    Parameters
    ----------
    files : sequence of (str, Record)
        Name and record of each.
    changed_s : sequence of float or None
        When each file was changed last, s since 1970.
    said : str or None
        Order that a person states for all.
    """
    orders = {_order(record) for _, record in files} - {None}
    shared = orders.pop() if len(orders) == 1 else None
    records: list[Record] = []
    findings: list[Finding] = []
    for (name, record), changed in zip(files, changed_s, strict=True):
        text = record.provenance.extra.get(_WRITTEN)
        if start_of(record) is not None or not isinstance(text, str):
            records.append(record)
            continue
        order, why, severity = said, "as the table says", "note"
        if order is None and shared is not None:
            order, why = shared, "as in the cell's other files"
        elif order is None:
            order = _by_change(text, record, changed)
            why, severity = "the only order that fits the day on which the file was changed last", "warning"
        seconds = None if order is None else _seconds(text, order)
        if order is None or seconds is None:
            records.append(record)
            continue
        findings.append(Finding("start_date_order", f"{name}: '{text}' is read as {order}, {why}", severity))
        extra = record.provenance.extra | {"started_local": iso(seconds)}
        records.append(record.with_(provenance=replace(record.provenance, extra=extra)))
    return records, findings


def _order(record: Record) -> str | None:
    """Order that the start of a record shows by itself."""
    text = record.provenance.extra.get(_WRITTEN)
    found = None if not isinstance(text, str) else timestamps.parse(pl.Series([text], dtype=pl.String))
    if found is None or found.ambiguous or found.order == timestamps.YEAR_FIRST:
        return None
    return None if found.evidence.startswith("day and month are the same") else found.order


def _seconds(text: str, order: str) -> float | None:
    found = timestamps.parse(pl.Series([text], dtype=pl.String), order=order)
    return float(found.seconds[0]) if found is not None and np.isfinite(found.seconds[0]) else None


def _by_change(text: str, record: Record, changed: float | None) -> str | None:
    """The order in which the last row and the last change of the file are within two days of each other."""
    if changed is None:
        return None
    last = record.table[s.TIME].max()
    end = 0.0 if last is None else float(str(last))
    fits = [
        order
        for order in (timestamps.MONTH_FIRST, timestamps.DAY_FIRST)
        if (seconds := _seconds(text, order)) is not None and abs(seconds + end - changed) < 2 * DAY_S
    ]
    return fits[0] if len(fits) == 1 else None
