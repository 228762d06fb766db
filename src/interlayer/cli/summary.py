"""What is in a record, in a few lines."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

import polars as pl

from interlayer import units
from interlayer.cli.console import facts, results
from interlayer.cli.progress import span
from interlayer.record import Record
from interlayer.record import schema as s

_YEAR_10000: Final = 253402300800


def as_row(record: Record, name: str, wrote: str | None) -> dict[str, Any]:
    """Return plain data: what `--json` prints for one record."""
    time = record.table[s.TIME].max()
    return {
        "record": name,
        "label": record.label,
        "kind": record.provenance.kind,
        "reader": record.provenance.reader,
        "rows": len(record.cycling),
        "spectra": len(record.spectra),
        "duration_s": time,
        "started": _started(record),
        "temperature_C": record.provenance.extra.get("temperature_C"),
        "dc_bias_V": _bias(record),
        "area_cm2": None if record.area_m2 is None else round(units.to_unit(record.area_m2, "cm2"), 12),
        "complete": record.complete,
        "events": [
            {"name": e.name, "time_s": e.time_s, "side": e.side, "detail": e.detail} for e in record.events
        ],
        "findings": [
            {"name": f.name, "detail": f.detail, "severity": f.severity, "rows": f.rows}
            for f in record.findings
        ],
        "wrote": wrote,
    }


def show(record: Record, name: str) -> None:
    """Print the same for people."""
    row = as_row(record, name, None)
    area = row["area_cm2"]
    events = [f"{e.name} at {units.format_quantity(e.time_s, 'h')}" + _side(e.side) for e in record.events]
    findings = [f"{f.severity}: {f.detail}" for f in record.findings]
    facts(
        {
            "cell": record.label,
            "from": f"{name}, {record.provenance.kind}"
            + (f", {record.provenance.reader}" if row["reader"] else ""),
            "rows": f"{row['rows']} in time, {row['spectra']} spectra"
            + ("" if record.complete else ", incomplete: the file or run was cut short"),
            "duration": "no time axis" if row["duration_s"] is None else span(row["duration_s"]),
            **_conditions(row),
            "area": 'unknown: give --cell or --area "0.785 cm2"' if area is None else f"{area:.4g} cm2",
            "events": "\n".join(events) or "none",
            "findings": "\n".join(findings) or "none",
        }
    )
    results().print()


def _started(record: Record) -> str | None:
    """When it was measured: in UTC if the file tells, else on the clock of the measuring computer."""
    seconds = record.provenance.started_unix_s
    if seconds is not None and 0 <= seconds < _YEAR_10000:
        return dt.datetime.fromtimestamp(seconds, dt.UTC).isoformat(timespec="seconds")
    started = record.provenance.extra.get("started_local")
    return started if isinstance(started, str) else None


def _bias(record: Record) -> float | None:
    """Bias of the first spectrum: its points' own voltage, else what the header says against the reference."""
    first = record.table.filter(pl.col(s.SPECTRUM) == pl.col(s.SPECTRUM).min())[s.VOLTAGE].drop_nulls()
    if len(first):
        return float(str(first.median()))
    extra = record.provenance.extra
    said = extra.get("dc_bias_V")
    return said if isinstance(said, float) and extra.get("dc_bias_versus") != "open circuit" else None


def _conditions(row: dict[str, Any]) -> dict[str, str]:
    """What the file's header says of the measurement, as far as it does."""
    said: dict[str, str] = {}
    if row["started"]:
        said["started"] = row["started"]
    if row["temperature_C"] is not None:
        said["temperature"] = f"{row['temperature_C']:.4g} degC"
    if row["dc_bias_V"] is not None:
        said["bias"] = f"{row['dc_bias_V']:.4g} V"
    return said


def _side(side: int | None) -> str:
    return "" if side is None else f", side {side}"
