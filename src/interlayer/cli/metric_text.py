"""Metrics for people: every value, or half-cycles and spectra summed up and the reasons of what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import Final

from interlayer.cli import tables
from interlayer.metrics.base import Metric

FEW: Final = 6
"""A metric of more spectra or moments than this is summed up for people; half-cycles always are."""
_HOUR_S: Final = 3600.0
_MOST_EVIDENCE: Final = 60


def every(values: Sequence[Metric]) -> None:
    """Print every value with its evidence."""
    heads = ("metric", "value", "±", "unit", "half-cycle", "time / h", "evidence")
    lines = [
        [*_number(m), "" if m.half_cycle is None else str(m.half_cycle), _hours(m), "; ".join(m.evidence)]
        for m in values
    ]
    tables.show(heads, lines, numeric=heads[1:3])


def condensed(values: Sequence[Metric], *, reasons: bool = True) -> None:
    """Print single values, half-cycles summed up, and if asked the reasons of what is missing, each once."""
    groups: dict[tuple[str, str], list[Metric]] = {}
    for metric in values:
        groups.setdefault((metric.name, metric.unit), []).append(metric)
    with_value = [g for g in groups.values() if any(m.value is not None for m in g)]
    many = [g for g in with_value if len(g) > (FEW if g[0].half_cycle is None else 1)]
    single = [m for g in with_value if g not in many for m in g]
    if single:
        heads = ("metric", "value", "±", "unit", "time / h", "evidence")
        lines = [[*_number(m), _hours(m), _shortened("; ".join(m.evidence))] for m in single]
        tables.show(heads, lines, numeric=heads[1:3])
    if many:
        heads = (
            "metric",
            "unit",
            "values",
            "first",
            "smallest",
            "median",
            "largest",
            "last",
            "without value",
        )
        tables.show(heads, [_summed(group) for group in many], numeric=heads[2:8])
    if not reasons:
        return
    missing: dict[str, list[str]] = {}
    for (name, _), group in groups.items():
        if group not in with_value:
            missing.setdefault("; ".join(group[0].evidence), []).append(name)
    if missing:
        lines = [[", ".join(names), reason] for reason, names in missing.items()]
        tables.show(("without value", "because"), lines)


def _number(metric: Metric) -> list[str]:
    value = tables.digits(metric.value)
    return [
        metric.name,
        f"{metric.bound} {value}" if metric.bound and metric.value is not None else value,
        "" if metric.uncertainty is None else tables.digits(metric.uncertainty, 2),
        "" if metric.unit == "1" else metric.unit,
    ]


def _hours(metric: Metric) -> str:
    return "" if metric.time_s is None else tables.digits(metric.time_s / _HOUR_S)


def _shortened(text: str) -> str:
    return text if len(text) <= _MOST_EVIDENCE else text[: _MOST_EVIDENCE - 3] + "..."


def _summed(group: list[Metric]) -> list[str]:
    values = [m.value for m in group if m.value is not None]
    without = [m for m in group if m.value is None]
    why = f"{len(without)}: {_shortened('; '.join(without[0].evidence))}" if without else ""
    inner = (values[0], min(values), median(values), max(values), values[-1])
    unit = "" if group[0].unit == "1" else group[0].unit
    return [group[0].name, unit, str(len(values)), *(tables.digits(float(v)) for v in inner), why]
