"""What the analysis of one cell says: kind of test, checks, metrics, verdict, critical current."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from interlayer import units
from interlayer.failures.verdict import Verdict
from interlayer.lab.headline import Quantity, headline
from interlayer.lab.judged import judged
from interlayer.lab.lab_cell import LabCell
from interlayer.lab.surface_quantities import surface_quantities
from interlayer.metrics.analysis import Analysis
from interlayer.metrics.base import Metric
from interlayer.metrics.critical_current import CriticalCurrent, find_critical_current
from interlayer.metrics.kind_of_test import TestKind, kind_of_test
from interlayer.metrics.listing import ALL_METRICS
from interlayer.record.record import Finding

MOST_VALUES: Final = 200
"""A metric with more values than this is summed up, unless every value is asked for."""


@dataclass(frozen=True)
class CellResult:
    """One cell, analysed.

    Attributes
    ----------
    cell : LabCell
    kind : TestKind or None
        None, as the verdict, if the cell has no record; it may have observations of its surfaces.
    verdict : Verdict or None
        After a person's overrule.
    metrics : tuple of Metric
        Those of very many values summed up, unless every value was asked for.
    quantities : tuple of Quantity
        The numbers by which cells are compared.
    critical_current : CriticalCurrent or None
        None if the record has no ramp.
    """

    cell: LabCell
    kind: TestKind | None
    verdict: Verdict | None
    metrics: tuple[Metric, ...]
    quantities: tuple[Quantity, ...]
    critical_current: CriticalCurrent | None

    @property
    def checks(self) -> tuple[Finding, ...]:
        """Defects and oddities of the record."""
        return () if self.cell.record is None else self.cell.record.findings

    @property
    def is_only_seen(self) -> bool:
        """Whether there are observations of its surfaces and no test."""
        return self.cell.record is None and bool(self.cell.observations)

    def as_dict(self) -> dict[str, Any]:
        """Return the item of the command's JSON list."""
        row, record = self.cell.row, self.cell.record
        return {
            "file": row.files[0] if row.files else None,
            "files": list(row.files),
            "label": row.label,
            "group": row.group or None,
            "kind": None if self.kind is None else self.kind.name,
            "kind_evidence": [] if self.kind is None else list(self.kind.evidence),
            "cell": None if record is None else record.cell,
            "area_cm2": None if record is None or record.area_m2 is None else record.area_m2 * 1e4,
            "complete": None if record is None else record.complete,
            "running": self.cell.running,
            "hours_under_test": self.cell.hours_under_test,
            "hours_wall": self.cell.hours_wall,
            "excluded": row.excluded or None,
            "joins": [vars(join) for join in self.cell.joins],
            "failures": [str(failure) for failure in self.cell.failures],
            "checks": [vars(finding) for finding in self.checks],
            "metrics": [metric.as_dict() for metric in self.metrics],
            "headline": [_quantity(one) for one in self.quantities],
            "surface": [one.as_dict() for one in self.cell.observations],
            "verdict": None if self.verdict is None else self.verdict.as_dict(),
            "ccd": None if self.critical_current is None else _critical_current(self.critical_current),
        }


def analyse_cell(cell: LabCell, kind: str | None = None, *, every: bool = False) -> CellResult:
    """Analyse one cell.

    Parameters
    ----------
    cell : LabCell
    kind : str, optional
        Kind of test as a person states it, one of `KINDS`; the row's own by default, else it is recognised.
    every : bool
        Keep every value of a metric instead of summing up those with very many.
    """
    seen = surface_quantities(cell.observations)
    if cell.record is None:
        return CellResult(cell, None, None, (), seen, None)
    stated = kind or cell.row.values.get("kind")
    record = cell.record
    if stated:
        # metrics of one kind of test only follow the person's word too
        record = record.with_(cell={**(record.cell or {}), "kind": stated})
    analysis = Analysis(record)
    known = TestKind(stated, ("as a person says",), stated=True) if stated else analysis.get(kind_of_test)
    verdict = judged(analysis, cell.row)
    metrics = tuple(metric for one in ALL_METRICS for metric in one.function(analysis))
    ramp = analysis.get(find_critical_current)
    return CellResult(
        cell,
        known,
        verdict,
        metrics if every else tuple(summed_up(metrics)),
        (*headline(analysis, verdict, cell.hours_under_test), *seen),
        None if ramp.reason else ramp,
    )


def summed_up(metrics: Sequence[Metric]) -> list[Metric]:
    """Return metrics with those of very many values replaced by their median, and first and last value."""
    by_name: dict[tuple[str, str], list[Metric]] = {}
    for metric in metrics:
        by_name.setdefault((metric.name, metric.unit), []).append(metric)
    out: list[Metric] = []
    for (name, unit), group in by_name.items():
        known = [m for m in group if m.value is not None]
        if len(group) <= MOST_VALUES or not known:
            out += group if len(group) <= MOST_VALUES else group[:1]
            continue
        values = np.array([m.value for m in known], dtype=np.float64)
        low, middle, high = np.quantile(values, [0.05, 0.5, 0.95]).tolist()
        text = (
            f"median of {len(known)} values, 5 to 95 %: {low:.4g} to {high:.4g} {unit}; "
            f"{len(group) - len(known)} without value; first and last stand beside it"
        )
        out += [Metric(name, middle, unit, evidence=(text,)), known[0], known[-1]]
    return out


def _quantity(one: Quantity) -> dict[str, Any]:
    return {
        "name": one.name,
        "value": one.value,
        "unit": one.unit,
        "bound": one.bound,
        "interval": None if one.interval is None else list(one.interval),
        "uncertainty": one.uncertainty,
        "evidence": [one.detail],
    }


def _critical_current(found: CriticalCurrent) -> dict[str, Any]:
    mA, density, hour = units.factor("mA"), units.factor("mA/cm2"), units.factor("h")

    def scaled(value: float | None, by: float) -> float | None:
        return None if value is None else value / by

    return {
        "last_passed_mA": scaled(found.last_passed_A, mA),
        "first_failed_mA": scaled(found.first_failed_A, mA),
        "last_passed_mA_cm2": scaled(found.last_passed_A_m2, density),
        "first_failed_mA_cm2": scaled(found.first_failed_A_m2, density),
        "censored": found.censored,
        "step_mA": scaled(found.step_A, mA),
        "half_cycle_h": scaled(found.duration_s, hour),
        "mode": found.mode,
        "directions": found.directions,
        "failed_half_cycle": found.short.half_cycle,
        "cumulative_areal_capacity_mAh_cm2": scaled(
            found.cumulative_areal_capacity_C_m2, units.factor("mAh/cm2")
        ),
        "criterion": found.criterion,
        "evidence": list(found.short.evidence),
    }
