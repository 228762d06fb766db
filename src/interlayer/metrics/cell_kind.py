"""Whether a record is of a full cell: from the cell's description, or else from the data, saying which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from interlayer.metrics.analysis import Analysis
from interlayer.metrics.electrodes import electrodes_of
from interlayer.metrics.half_cell import storage
from interlayer.metrics.halves import halves
from interlayer.metrics.stated_kind import stated_kind
from interlayer.record import Record

FULL_MEAN_V = 1.0
"""Mean voltage under current above which a cell that never changes the sign of its voltage has a cathode, V."""
STRAY = 1e-3
"""Share of rows that may have the other sign: single bad readings."""
_OPEN_CIRCUIT_V = 0.5

DESCRIBED_FULL = "full cell: |V| is its voltage, not an overpotential"
TWO_LITHIUM = "both electrodes are lithium: no charge and discharge"
NO_VOLTAGE = "the record has no voltage: a full cell cannot be told from a symmetric one"


@dataclass(frozen=True)
class CellKind:
    """Whether the metrics of full cells apply.

    Attributes
    ----------
    full : bool
    reason : str
        Why they do not apply, empty if they do.
    evidence : str
        How it is known, if they do and the description does not say so.
    negative : bool
        Whether the working electrode is one of a negative electrode (graphite, silicon) against lithium: its
        discharge puts lithium in, and its charge is what it gives back.
    """

    full: bool
    reason: str = ""
    evidence: str = ""
    negative: bool = False


def described_cathode(record: Record) -> Mapping[str, Any] | None:
    """Return what the record's cell says about its cathode in SI units; empty if only that there is one.

    None if the description has no cathode, or there is no description.
    """
    cell = record.cell or {}
    part: object = (cell.get("resolved") or {}).get("cathode")
    if isinstance(part, Mapping):
        return cast("Mapping[str, Any]", part)
    return {} if cell.get("cathode") is not None else None


def active_mass_kg(record: Record) -> float | None:
    """Return the active mass that the record's cell states, kg, or None."""
    mass = (described_cathode(record) or {}).get("active_mass_kg")
    return float(mass) if mass else None


def one_c_A(record: Record) -> float | None:  # noqa: N802
    """Return the current of 1C that follows from the record's cell, A, or None."""
    current = (described_cathode(record) or {}).get("one_c_A")
    return float(current) if current else None


def cell_kind(analysis: Analysis) -> CellKind:
    """Decide whether a record is of a full cell (or a half cell of a cathode against lithium)."""
    record = analysis.record
    if described_cathode(record) is not None:
        return CellKind(True)
    stated, _ = stated_kind(record)
    if stated in ("full cell", "half cell"):
        negative = (
            stated == "half cell" and analysis.get(storage).found and _mean_voltage(analysis) <= FULL_MEAN_V
        )
        return CellKind(True, evidence=f"stated: {stated}", negative=negative)
    if stated is not None:
        return CellKind(False, f"stated: {stated}")
    them = electrodes_of(record)
    if them.two_lithium:
        return CellKind(False, TWO_LITHIUM)
    if them.one_blocking or them.two_blocking:
        return CellKind(False, f"electrodes {them}: nothing is stored")
    return _from_data(analysis)


def _mean_voltage(analysis: Analysis) -> float:
    h = analysis.get(halves)
    _, row = h.rows()
    volt = h.voltage_V[row]
    volt = volt[np.isfinite(volt)]
    return float(volt.mean()) if volt.size else float("inf")


def _from_data(analysis: Analysis) -> CellKind:
    h = analysis.get(halves)
    if h.reason:
        return CellKind(False, h.reason)
    _, row = h.rows()
    volt = h.voltage_V[row]
    volt = volt[np.isfinite(volt)]
    if not volt.size:
        return CellKind(False, NO_VOLTAGE)
    mean = float(volt.mean())
    stores = analysis.get(storage)
    if stores.found and 0.0 < mean <= FULL_MEAN_V:
        return CellKind(True, evidence=f"half cell of a negative electrode: {stores.evidence}", negative=True)
    negative = float(np.mean(volt < 0.0))
    if STRAY < negative < 1.0 - STRAY:
        return CellKind(False, "the voltage changes its sign: no full cell")
    if negative >= 1.0 - STRAY:
        return CellKind(
            False, f"the voltage is negative throughout (mean {mean:.2f} V): swapped leads, or no full cell"
        )
    if mean <= FULL_MEAN_V:
        stores = analysis.get(storage)
        if stores.found:
            return CellKind(
                True, evidence=f"half cell of a negative electrode: {stores.evidence}", negative=True
            )
        return CellKind(
            False,
            f"mean voltage under current {mean:.2f} V, not above {FULL_MEAN_V:g} V: not taken for a full cell "
            "(a description with [cathode] would decide)",
        )
    if len(set(h.direction.tolist())) == 1:
        resting = np.ones(h.voltage_V.size, dtype=np.bool_)
        resting[row] = False
        rest = h.voltage_V[resting & np.isfinite(h.voltage_V)]
        if not rest.size or float(np.median(rest)) <= _OPEN_CIRCUIT_V:
            return CellKind(False, "current in one direction only and no open-circuit voltage: cannot tell")
    return CellKind(
        True,
        evidence=f"taken for a full or half cell: voltage of one sign, mean {mean:.2f} V",
    )
