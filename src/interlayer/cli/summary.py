"""What is in a record, in a few lines."""

from __future__ import annotations

from typing import Any

from interlayer import units
from interlayer.cli.console import facts, results
from interlayer.cli.progress import span
from interlayer.record import Record
from interlayer.record import schema as s


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
            "area": 'unknown: give --cell or --area "0.785 cm2"' if area is None else f"{area:.4g} cm2",
            "events": "\n".join(events) or "none",
            "findings": "\n".join(findings) or "none",
        }
    )
    results().print()


def _side(side: int | None) -> str:
    return "" if side is None else f", side {side}"
