"""Growth of R_int: its value at each spectrum against the first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from interlayer import units
from interlayer.metrics.analysis import Analysis
from interlayer.metrics.base import Metric
from interlayer.metrics.cell_resistances import NO_SPECTRA, spectrum_resistances
from interlayer.record import Record


@dataclass(frozen=True)
class GrowthPoint:
    """R_int at one spectrum.

    Attributes
    ----------
    spectrum : int
        Number of the spectrum.
    time_s : float or None
    R_int_ohm, stderr_ohm : float
        None if the error is unknown.
    ratio, ratio_stderr : float
        To the first R_int; the error is that of both.
    increment_ohm : float
        Since the spectrum before that has an R_int; 0 for the first.
    """

    spectrum: int
    time_s: float | None
    R_int_ohm: float
    stderr_ohm: float | None
    ratio: float
    ratio_stderr: float | None
    increment_ohm: float


def growth_points(analysis: Analysis) -> tuple[GrowthPoint, ...]:
    """Return R_int of every spectrum that gives one, with its growth since the first."""
    points: list[GrowthPoint] = []
    for one in analysis.get(spectrum_resistances):
        parameter = None if one.cell is None else one.cell.R_int
        if parameter is None:
            continue
        first = points[0] if points else None
        ratio = parameter.value / first.R_int_ohm if first else 1.0
        errors = [(parameter.stderr, parameter.value)]
        if first:
            errors.append((first.stderr_ohm, first.R_int_ohm))
        stderr: float | None = None
        if first is None:
            stderr = 0.0
        elif all(e is not None for e, _ in errors):
            stderr = ratio * float(np.sqrt(sum(((e or 0.0) / v) ** 2 for e, v in errors)))
        increment = parameter.value - points[-1].R_int_ohm if points else 0.0
        points.append(
            GrowthPoint(one.index, one.time_s, parameter.value, parameter.stderr, ratio, stderr, increment)
        )
    return tuple(points)


def interface_growth(record: Record) -> tuple[GrowthPoint, ...]:
    """Return R_int against time, with its ratio to the first and its increments."""
    return growth_points(Analysis(record))


def r_int_ratio(analysis: Analysis) -> tuple[Metric, ...]:
    """R_int divided by that of the first spectrum."""
    points = analysis.get(growth_points)
    if len(points) < 2:
        spectra = len(analysis.record.spectra)
        why = f"{len(points)} of {spectra} spectra give an R_int; growth needs two" if spectra else NO_SPECTRA
        return (Metric("R_int_ratio", None, "1", evidence=(why,)),)
    hour = units.factor("h")
    out: list[Metric] = []
    for p in points[1:]:
        when = "" if p.time_s is None else f" at {p.time_s / hour:.4g} h"
        text = (
            f"R_int {p.R_int_ohm:.4g} ohm{when}, first {points[0].R_int_ohm:.4g} ohm, "
            f"{p.increment_ohm:+.4g} ohm since the spectrum before"
        )
        out.append(Metric("R_int_ratio", p.ratio, "1", p.ratio_stderr, None, p.time_s, evidence=(text,)))
    return tuple(out)
