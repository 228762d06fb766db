"""Incremental capacity dQ/dV of charges and discharges: charge per voltage, smoothed over a stated width.

The charge of every interval between two samples is spread evenly over the voltages between them, summed on a grid,
and smoothed with a Gaussian of standard deviation `WIDTH_V`. The integral over V is the charge that passed, whatever
the width, noise of the voltage only broadens, and nothing is divided by a difference of two readings.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from interlayer import units
from interlayer.errors import InputError
from interlayer.metrics.analysis import Analysis
from interlayer.metrics.base import Metric
from interlayer.metrics.by_half_cycle import without
from interlayer.metrics.cell_kind import active_mass_kg
from interlayer.metrics.cycle_capacity import NO_WAY
from interlayer.metrics.cycles import Cycle, Passage, curve_of, find_cycles
from interlayer.metrics.halves import FloatArray, halves
from interlayer.record import Record

WIDTH_V: Final = 5e-3
"""Standard deviation of the Gaussian, V."""
GRID_V: Final = 1e-3
LEAST_PEAK: Final = 0.05
"""Height above the valleys beside it from which a maximum is a peak, as a share of the highest."""
MOST_CYCLES: Final = 20
"""Cycles, spread evenly, whose peaks are given as metrics."""
_THIN: Final = 0.01
NO_CURVE: Final = "the record has no voltage there"


@dataclass(frozen=True)
class IncrementalCapacity:
    """dQ/dV of one charge or discharge.

    Attributes
    ----------
    cycle, direction : int
        Direction +1 for a charge, -1 for a discharge.
    voltage_V : array (n,)
    dq_dv : array (n,)
        Charge per voltage, counted positive, in `unit`.
    unit : str
        'mAh/V', or 'mAh/(g V)' where the active mass is known.
    width_V : float
        Standard deviation of the smoothing.
    peaks_V : array (p,)
        Positions of the peaks, the highest first.
    """

    cycle: int
    direction: int
    voltage_V: FloatArray
    dq_dv: FloatArray
    unit: str
    width_V: float
    peaks_V: FloatArray


def charge_per_voltage(
    charge: FloatArray, voltage: FloatArray, *, width: float = WIDTH_V, grid: float = GRID_V
) -> tuple[FloatArray, FloatArray]:
    """Return grid voltages (n,) and the smoothed dQ/dV there (n,), in charge per voltage.

    Parameters
    ----------
    charge, voltage : array (m,)
        Charge passed since the beginning, and voltage of the samples; NaN is left out.
    width, grid : float
        Standard deviation of the smoothing and distance of the grid, in the unit of `voltage`.

    Raises
    ------
    InputError
        If width or grid is not positive, or the grid is wider than the width.
    """
    if not (0 < grid <= width):
        raise InputError(
            f"grid {grid:g} V, width {width:g} V", advice="a positive grid, not wider than the width"
        )
    good = np.isfinite(charge) & np.isfinite(voltage)
    q, v = charge[good], voltage[good]
    if q.size < 2:
        return np.zeros(0), np.zeros(0)
    reach = int(np.ceil(6.0 * width / grid))
    margin = (reach + 1) * grid
    low = np.floor((v.min() - margin) / grid) * grid
    count = int(np.ceil((v.max() + margin - low) / grid)) + 1
    edges = low + grid * np.arange(count + 1)
    dq = np.diff(q)
    one, other = np.minimum(v[1:], v[:-1]), np.maximum(v[1:], v[:-1])
    thin = other - one <= _THIN * grid
    at = np.clip(((0.5 * (one + other))[thin] - low) / grid, 0, count - 1).astype(np.int64)
    binned = np.bincount(at, weights=dq[thin], minlength=count)[:count]
    # the running sum of the charge below each edge is piecewise linear in the edge
    wide = ~thin
    slope = dq[wide] / (other - one)[wide]
    knots = np.concatenate([one[wide], other[wide]])
    order = np.argsort(knots, kind="stable")
    knots, turns = knots[order], np.concatenate([slope, -slope])[order]
    if knots.size:
        steep = np.cumsum(turns)
        below = np.concatenate([[0.0], np.cumsum(steep[:-1] * np.diff(knots))])
        binned = binned + np.diff(np.interp(edges, knots, below))
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) * grid / width) ** 2)
    smooth = np.convolve(binned, kernel / kernel.sum(), mode="same")
    return edges[:-1] + 0.5 * grid, smooth / grid


def peaks(voltage: FloatArray, height: FloatArray, least: float = LEAST_PEAK) -> FloatArray:
    """Return the positions of the maxima that rise by `least` of the highest above the valleys beside them."""
    if height.size < 3:
        return np.zeros(0)
    inner = np.flatnonzero((height[1:-1] > height[:-2]) & (height[1:-1] >= height[2:])) + 1
    if not inner.size:
        return np.zeros(0)
    need = least * float(height.max())
    found = [k for k in inner.tolist() if _prominence(height, k) >= need]
    found.sort(key=lambda k: -height[k])
    return voltage[np.array(found, dtype=np.int64)]


def _prominence(height: FloatArray, k: int) -> float:
    """Height of a maximum above the higher one of the lowest points on both sides up to higher ground."""
    left, right = height[:k], height[k + 1 :]
    higher = np.flatnonzero(left > height[k])
    begin = int(higher[-1]) if higher.size else 0
    higher = np.flatnonzero(right > height[k])
    end = int(higher[0]) + 1 if higher.size else right.size
    return float(height[k] - max(left[begin:].min(), right[:end].min()))


def incremental_capacity(
    record: Record, cycle: int, direction: int, *, width_V: float = WIDTH_V
) -> IncrementalCapacity:
    """Return dQ/dV of one charge (+1) or discharge (-1).

    Raises
    ------
    InputError
        If the record has no such cycle, or is not of a full cell.
    """
    analysis = Analysis(record)
    found = analysis.get(find_cycles)
    one = next((c for c in found.cycles if c.number == cycle), None)
    way = None if one is None else one.way(direction)
    if one is None or way is None:
        known = [c.number for c in found.cycles if c.way(direction) is not None]
        there = f"cycles {known[0]} to {known[-1]} have one" if known else found.reason or NO_WAY[direction]
        what = "charge" if direction > 0 else "discharge"
        raise InputError(f"cycle {cycle} has no {what}", where=record.label, advice=there)
    return _of(analysis, one, way, width_V)


def _of(analysis: Analysis, cycle: Cycle, way: Passage, width_V: float) -> IncrementalCapacity:
    mass = active_mass_kg(analysis.record)
    passed, volt = curve_of(analysis.get(halves), way)
    scale = 1.0 / units.factor("mAh") if mass is None else 1.0 / (mass * units.factor("mAh/g"))
    grid = min(GRID_V, width_V / 2.0)
    at, density = charge_per_voltage(passed * scale, volt, width=width_V, grid=grid)
    unit = "mAh/V" if mass is None else "mAh/(g V)"
    # a curve ends where the voltage does: what the smoothing makes of its ends is no peak
    inside = np.zeros(0, dtype=np.bool_)
    if at.size:
        inside = (at >= np.nanmin(volt) + 2.0 * width_V) & (at <= np.nanmax(volt) - 2.0 * width_V)
    found = peaks(at[inside], density[inside])
    return IncrementalCapacity(cycle.number, way.direction, at, density, unit, width_V, found)


def charge_peak(analysis: Analysis) -> tuple[Metric, ...]:
    """Voltage of the highest peak of dQ/dV of charges, V."""
    return _metrics(analysis, "charge_peak", +1)


def discharge_peak(analysis: Analysis) -> tuple[Metric, ...]:
    """Voltage of the highest peak of dQ/dV of discharges, V."""
    return _metrics(analysis, "discharge_peak", -1)


def _metrics(analysis: Analysis, name: str, direction: int) -> tuple[Metric, ...]:
    found = analysis.get(find_cycles)
    ways = [(c, way) for c in found.cycles if (way := c.way(direction)) is not None and way.orderly]
    if found.reason or not ways:
        return without(name, "V", found.reason or NO_WAY[direction])
    chosen = np.unique(np.linspace(0, len(ways) - 1, min(len(ways), MOST_CYCLES)).round().astype(int))
    out: list[Metric] = []
    for k in chosen.tolist():
        cycle, way = ways[k]
        one = _of(analysis, cycle, way, WIDTH_V)
        value = float(one.peaks_V[0]) if one.peaks_V.size else None
        said = [f"smoothed over {WIDTH_V / units.factor('mV'):g} mV (standard deviation)"]
        if value is not None:
            said.append("peaks at " + ", ".join(f"{x:.3f}" for x in one.peaks_V[:6]) + " V")
        else:
            said.insert(0, "no peak" if one.voltage_V.size else NO_CURVE)
        if len(ways) > MOST_CYCLES:
            said.append(f"{MOST_CYCLES} of {len(ways)} cycles")
        out.append(
            Metric(name, value, "V", None, way.half_cycle, way.start_s, None, tuple(said), cycle.number)
        )
    return tuple(out)
