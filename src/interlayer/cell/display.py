"""A cell as a person sees it in a notebook: a table of what was built."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from interlayer import units
from interlayer.cell.cathode import Cathode


def shown(si: float | None, unit: str) -> str:
    """Return a quantity with its unit, or 'unknown'."""
    return "unknown" if si is None else units.format_quantity(si, unit)


def cathode_rows(
    cathode: Cathode | None, mass_kg: float | None, n_over_p: float | None
) -> list[tuple[str, str]]:
    """Return the rows of a full cell's cathode: active mass (kg), capacity, cut-offs, N/P, where they are known."""
    if cathode is None:
        return []
    facts = [
        ("active mass", mass_kg, "mg"),
        ("nominal capacity", cathode.nominal_capacity, "mAh/g"),
        ("lower cut-off", cathode.lower_cutoff, "V"),
        ("upper cut-off", cathode.upper_cutoff, "V"),
    ]
    rows = [(name, units.format_quantity(v, unit)) for name, v, unit in facts if v is not None]
    return rows if n_over_p is None else [*rows, ("N/P", f"{n_over_p:.3g}")]


def table(rows: Iterable[tuple[str, str]]) -> str:
    """Return rows of name and text as an HTML table."""
    body = "".join(f"<tr><th>{escape(k)}</th><td>{escape(v)}</td></tr>" for k, v in rows)
    return f"<table>{body}</table>"
