"""Cells of one group beside each other: number, median, mean, spread; times and limits with censoring."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from scipy import stats

from interlayer.lab.cell_result import CellResult
from interlayer.lab.headline import TIME_TO_FAILURE, Quantity
from interlayer.metrics.critical_current_weibull import WeibullFit, fit_weibull

FEWEST_FOR_SPREAD: Final = 3
"""Below this number of cells no standard deviation is given."""
CRITICAL_CURRENT: Final = "critical current"
"""How the names of critical currents, with and without an area, begin."""
FEWEST_FOR_SURVIVAL: Final = 5
"""Below this number of cells no median time is estimated from censored times."""


@dataclass(frozen=True)
class GroupPoint:
    """One cell's number: it is always shown.

    Attributes
    ----------
    label : str
    quantity : Quantity
    running : bool or None
    """

    label: str
    quantity: Quantity
    running: bool | None = None


@dataclass(frozen=True)
class GroupRow:
    """One quantity of one group.

    Attributes
    ----------
    group, quantity, unit : str
    n : int
        Cells that have it.
    censored : int
        Of these, cells for which only a bound is known.
    median, mean, sd, low, high : float or None
        sd needs three cells; median, mean and sd are None where bounds among the values forbid them.
    median_interval : tuple of float or None
        95 % interval of a median from survival analysis; an end is infinite where it is not reached.
    text : str
        In words: what is censored, how the median was found, what does not fit together.
    points : tuple of GroupPoint
    """

    group: str
    quantity: str
    unit: str
    n: int
    censored: int
    median: float | None
    mean: float | None
    sd: float | None
    low: float | None
    high: float | None
    median_interval: tuple[float, float] | None
    text: str
    points: tuple[GroupPoint, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return plain data, without the points' details."""
        return {
            "group": self.group,
            "quantity": self.quantity,
            "unit": self.unit,
            "n": self.n,
            "censored": self.censored,
            "median": self.median,
            "mean": self.mean,
            "sd": self.sd,
            "low": self.low,
            "high": self.high,
            "text": self.text,
            "cells": [
                {"label": p.label, "value": p.quantity.value, "bound": p.quantity.bound} for p in self.points
            ],
        }


def all_groups(results: Sequence[CellResult]) -> list[GroupRow]:
    """Return the rows of all groups; excluded cells and cells of which nothing is known are not in them."""
    members: dict[str, list[tuple[str, bool | None, Sequence[Quantity]]]] = {}
    for one in results:
        if one.cell.row.excluded or (one.cell.record is None and not one.quantities):
            continue
        members.setdefault(one.cell.row.group, []).append(
            (one.cell.row.label, one.cell.running, one.quantities)
        )
    named = {group: cells for group, cells in members.items() if group}
    return [row for group, cells in named.items() for row in group_rows(group, cells)]


def group_rows(group: str, members: Sequence[tuple[str, bool | None, Sequence[Quantity]]]) -> list[GroupRow]:
    """Return one row a quantity that any member has, in the order in which they first occur.

    Parameters
    ----------
    group : str
    members : sequence of (label, running, quantities)
        The cells that are not excluded.
    """
    found: dict[tuple[str, str], list[GroupPoint]] = {}
    for label, running, quantities in members:
        for one in quantities:
            found.setdefault((one.name, one.unit), []).append(GroupPoint(label, one, running))
    return [_row(group, name, unit, points) for (name, unit), points in found.items()]


def _row(group: str, name: str, unit: str, points: list[GroupPoint]) -> GroupRow:
    values = np.array([p.quantity.value for p in points])
    bound = np.array([p.quantity.bound is not None for p in points])
    censored = int(bound.sum())
    low, high = float(values.min()), float(values.max())
    interval: tuple[float, float] | None = None
    weibull = _weibull(points) if name.startswith(CRITICAL_CURRENT) else None
    if not censored:
        spread = float(values.std(ddof=1)) if values.size >= FEWEST_FOR_SPREAD else None
        median: float | None = float(np.median(values))
        mean: float | None = float(values.mean())
        text = "" if spread is not None else f"n = {values.size}: no standard deviation"
    else:
        mean = spread = None
        # Survival knows what lasts beyond a time; an upper bound (a limit of detection) is none of that.
        lasting = weibull is None and all(p.quantity.bound != "<=" for p in points)
        median, interval, how = _median_of_censored(values, bound) if lasting else (None, None, "")
        text = "; ".join(x for x in (_bounds_in_words(name, unit, points, values, bound), how) if x)
        if weibull is not None and weibull.median is not None:
            median, interval = weibull.median, _ends(weibull.median_interval)
    if weibull is not None:
        text = "; ".join(x for x in (text, _weibull_in_words(weibull, unit)) if x)
    return GroupRow(
        group,
        name,
        unit,
        values.size,
        censored,
        median,
        mean,
        spread,
        low,
        high,
        interval,
        text,
        tuple(points),
    )


def _bounds_in_words(
    name: str,
    unit: str,
    points: list[GroupPoint],
    values: np.ndarray,
    bound: np.ndarray,
) -> str:
    least = float(values[bound].min())
    if name != TIME_TO_FAILURE and not name.startswith(CRITICAL_CURRENT):
        ends = sorted({f"{p.quantity.bound} {p.quantity.value:.4g}" for p in points if p.quantity.bound})
        shown = " to ".join(dict.fromkeys((ends[0], ends[-1]))) + ("" if unit == "1" else f" {unit}")
        return f"{int(bound.sum())} of {values.size} are bounds, {shown}"
    if name != TIME_TO_FAILURE:
        return f"{int(bound.sum())} of {values.size} without failure, > {least:.4g} {unit}"
    running = [p.quantity.value for p in points if p.quantity.bound and p.running]
    ended = [p.quantity.value for p in points if p.quantity.bound and not p.running]
    parts: list[str] = []
    if running:
        parts.append(f"{len(running)} of {values.size} still running, > {min(running):.4g} {unit}")
    if ended:
        parts.append(f"{len(ended)} of {values.size} ended without failure, > {min(ended):.4g} {unit}")
    return "; ".join(parts)


def _weibull(points: list[GroupPoint]) -> WeibullFit | None:
    """Fit critical currents, each an interval or a lower bound; None below three cells."""
    if len(points) < FEWEST_FOR_SPREAD:
        return None
    data: list[tuple[float | None, float | None]] = []
    for point in points:
        one = point.quantity
        low, high = one.interval if one.interval is not None else (one.value, None)
        data.append((low or None, high))
    return fit_weibull(data)


def _weibull_in_words(fit: WeibullFit, unit: str) -> str:
    if fit.median is None or fit.scale is None:
        return fit.reason
    shape = "not bounded" if fit.shape is None else f"{fit.shape:.3g} ({_span(fit.shape_interval)})"
    median = f"{fit.median:.3g} {unit} ({_span(fit.median_interval)})"
    return f"Weibull median {median}, modulus {shape}, 95 % intervals"


def _span(interval: tuple[float | None, float | None]) -> str:
    low, high = ("?" if end is None else f"{end:.3g}" for end in interval)
    return f"{low} to {high}"


def _ends(interval: tuple[float | None, float | None]) -> tuple[float, float]:
    low, high = interval
    return (0.0 if low is None else low, float("inf") if high is None else high)


def _median_of_censored(
    values: np.ndarray, bound: np.ndarray
) -> tuple[float | None, tuple[float, float] | None, str]:
    """Kaplan-Meier median with its 95 % interval (log-log), where the number of cells allows one."""
    if values.size < FEWEST_FOR_SURVIVAL or (~bound).sum() < 2:
        return None, None, ""
    data = stats.CensoredData(uncensored=values[~bound], right=values[bound])
    survival = stats.ecdf(data).sf
    if not (survival.probabilities <= 0.5).any():
        return None, None, "fewer than half have failed: no median"
    median = _crossing(survival.quantiles, survival.probabilities)
    with warnings.catch_warnings():
        # The interval has no ends where nobody or everybody has failed; that is what is then said.
        warnings.simplefilter("ignore", RuntimeWarning)
        ends = survival.confidence_interval(0.95, method="log-log")
    low = _crossing(ends.low.quantiles, ends.low.probabilities)
    high = _crossing(ends.high.quantiles, ends.high.probabilities)
    shown = "not reached" if np.isinf(high) else f"{high:.4g}"
    return median, (low, high), f"Kaplan-Meier median, 95 % interval {low:.4g} to {shown}"


def _crossing(at: np.ndarray, survival: np.ndarray) -> float:
    """Return the first value at which no more than half survive; infinite if there is none."""
    below = np.flatnonzero(survival <= 0.5)
    return float(at[below[0]]) if below.size else float("inf")
