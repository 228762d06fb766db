"""Lattice parameters by least squares from the positions of indexed lines, displacement fitted beside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

from interlayer.surface.xrd.crystal.cell import Cell
from interlayer.surface.xrd.fitting.free_cell import changed, free_names
from interlayer.surface.xrd.fitting.lines import PhaseLines
from interlayer.surface.xrd.fitting.profile import pseudo_voigt
from interlayer.surface.xrd.fitting.whole import Shape, Whole
from interlayer.surface.xrd.radiation import Radiation

FloatArray = NDArray[np.float64]

_ALONE: Final = 1.6
_RIVAL: Final = 0.04
_LEAST_SIGNIFICANCE: Final = 12.0
_MOST_SHIFT: Final = 0.5
_STEPS: Final = 6
_FLOOR_DEG: Final = 0.002
"""Positions are never taken as better than this: asymmetry and the shape of the peak."""
_OUTLIER: Final = 4.0
_SPARE: Final = 2


@dataclass(frozen=True)
class Line:
    """A line that stands alone.

    Attributes
    ----------
    hkl : tuple of int
    observed_deg, error_deg : float
        Position of its K-alpha1, displacement included.
    calculated_deg : float
        With the refined cell and displacement.
    used : bool
        False for an outlier.
    """

    hkl: tuple[int, int, int]
    observed_deg: float
    error_deg: float
    calculated_deg: float
    used: bool = True


@dataclass(frozen=True)
class Lattice:
    """A refined cell.

    Attributes
    ----------
    cell : Cell
    errors : dict of str to float
        Standard deviations of the free numbers, angstrom and degrees.
    volume, volume_error : float
        Angstrom3.
    shift_deg, shift_error_deg : float
        Displacement, times cos(theta).
    lines : tuple of Line
    rms_deg : float
        Scatter of the lines used.
    """

    cell: Cell
    errors: dict[str, float]
    volume: float
    volume_error: float
    shift_deg: float
    shift_error_deg: float
    lines: tuple[Line, ...]
    rms_deg: float


def refine(
    x: FloatArray,
    y: FloatArray,
    variance: FloatArray,
    whole: Whole,
    number: int,
    radiation: Radiation,
) -> Lattice | str:
    """Return the cell of one phase of a fit, or in words why it cannot be had.

    Parameters
    ----------
    x, y, variance : array, shape (n,)
    whole : Whole
    number : int
        Of the phase.
    radiation : Radiation
    """
    phase, start = whole.phases[number], whole.cells[number]
    names = free_names(start)
    alone = _alone(x, whole, number, radiation)
    if len(alone) < len(names) + 1 + _SPARE:
        return f"{len(alone)} lines stand alone, {len(names) + 1 + _SPARE} are needed"
    hkl, seen, error = _positions(x, y, variance, whole, number, radiation, alone)
    if len(hkl) < len(names) + 1 + _SPARE:
        return f"{len(hkl)} lines are clear enough, {len(names) + 1 + _SPARE} are needed"
    used = np.ones(len(hkl), bool)
    found: tuple[Cell, FloatArray, FloatArray, FloatArray] | None = None
    for _ in range(3):
        found = _least_squares(hkl[used], seen[used], error[used], start, radiation)
        calculated = _calculated(hkl, found[0], float(found[1][-1]), radiation)
        off = (seen - calculated) / error
        scale = max(1.0, float(np.sqrt(np.mean(off[used] ** 2))))
        now = np.abs(off) < _OUTLIER * scale
        if np.array_equal(now, used) or now.sum() < len(names) + 1 + _SPARE:
            break
        used = now
    assert found is not None
    cell, p, covariance, _ = found
    calculated = _calculated(hkl, cell, float(p[-1]), radiation)
    rest = (seen - calculated)[used]
    deviation = np.sqrt(np.diag(covariance))
    errors: dict[str, float] = {}
    for name, one in zip(names, deviation.tolist(), strict=False):
        errors[name] = float(getattr(start, name) * one) if name in ("a", "b", "c") else float(np.degrees(one))
    volume = cell.volume
    slope = np.array([(changed(start, _step(p[:-1], i)).volume - volume) / 1e-6 for i in range(len(names))])
    return Lattice(
        cell,
        errors,
        volume,
        float(np.sqrt(slope @ covariance[:-1, :-1] @ slope)),
        float(p[-1]),
        float(deviation[-1]),
        tuple(
            Line((int(h[0]), int(h[1]), int(h[2])), float(o), float(e), float(c), bool(u))
            for h, o, e, c, u in zip(hkl, seen, error, calculated, used, strict=True)
        ),
        float(np.sqrt(np.mean(rest**2))),
    )


def _step(p: FloatArray, place: int) -> FloatArray:
    moved = np.array(p)
    moved[place] += 1e-6
    return moved


def _calculated(hkl: NDArray[np.int64], cell: Cell, shift: float, radiation: Radiation) -> FloatArray:
    sine = radiation.alpha1 * np.sqrt(cell.inverse_square_spacing(hkl)) / 2.0
    theta = np.arcsin(np.clip(sine, -1.0, 1.0))
    return 2.0 * np.degrees(theta) + shift * np.cos(theta)


def _least_squares(
    hkl: NDArray[np.int64], seen: FloatArray, error: FloatArray, start: Cell, radiation: Radiation
) -> tuple[Cell, FloatArray, FloatArray, FloatArray]:
    count = len(free_names(start))

    def residual(p: FloatArray) -> FloatArray:
        return (seen - _calculated(hkl, changed(start, p[:-1]), float(p[-1]), radiation)) / error

    bound = np.concatenate([np.full(count, 0.05), [_MOST_SHIFT]])
    done = least_squares(
        residual, np.zeros(count + 1), bounds=(-bound, bound), x_scale=np.concatenate([np.full(count, 1e-3), [0.05]]),
        ftol=1e-12, xtol=1e-14, gtol=1e-14,
    )  # fmt: skip
    freedom = max(1, len(seen) - count - 1)
    excess = max(1.0, float(np.sum(done.fun**2)) / freedom)
    covariance = np.linalg.pinv(done.jac.T @ done.jac) * excess
    return changed(start, done.x[:-1]), done.x, covariance, done.fun


def _alone(x: FloatArray, whole: Whole, number: int, radiation: Radiation) -> list[int]:
    """Return the lines of a phase that no other line of weight comes near, K-alpha2 of others included."""
    centres: list[FloatArray] = []
    weights: list[FloatArray] = []
    owners: list[FloatArray] = []
    for place, (phase, cell, scale) in enumerate(zip(whole.phases, whole.cells, whole.scales.tolist(), strict=True)):
        for beam, (wavelength, share) in enumerate(radiation.lines):
            where = phase.positions(cell, wavelength, whole.shift_deg)
            width = whole.shape.fwhm(np.nan_to_num(where, nan=170.0))
            centres.append(where)
            weights.append(phase.intensity * scale * share / width)
            label = np.full(len(where), -1.0)
            if place == number:
                label = np.arange(len(where), dtype=np.float64)
            owners.append(label if beam in (0, 1) else np.full(len(where), -1.0))
    centre, weight, owner = np.concatenate(centres), np.concatenate(weights), np.concatenate(owners)
    good = np.isfinite(centre)
    centre, weight, owner = centre[good], weight[good], owner[good]
    own = whole.phases[number]
    where = own.positions(whole.cells[number], radiation.lines[0][0], whole.shift_deg)
    size = float(whole.sizes_deg[number])
    found: list[int] = []
    for line in np.flatnonzero(np.isfinite(where)).tolist():
        at = float(where[line])
        width = float(whole.shape.fwhm(np.array(at))) + size / float(np.cos(np.radians(at) / 2.0))
        if at < x[0] + 3.0 * width or at > x[-1] - 3.0 * width:
            continue
        mine = float(own.intensity[line] * whole.scales[number] * radiation.lines[0][1] / width)
        near = (np.abs(centre - at) < _ALONE * width) & (owner != line)
        if mine > 0.0 and float(weight[near].sum()) < _RIVAL * mine:
            found.append(line)
    return found


def _positions(
    x: FloatArray,
    y: FloatArray,
    variance: FloatArray,
    whole: Whole,
    number: int,
    radiation: Radiation,
    alone: list[int],
) -> tuple[NDArray[np.int64], FloatArray, FloatArray]:
    """Return indices, positions and errors of lines, each fitted by itself: place, height, width, level and slope."""
    phase, cell = whole.phases[number], whole.cells[number]
    size = float(whole.sizes_deg[number])
    first = phase.positions(cell, radiation.lines[0][0], whole.shift_deg)
    hkl: list[NDArray[np.int64]] = []
    seen: list[float] = []
    error: list[float] = []
    for line in alone:
        at = float(first[line])
        width = float(whole.shape.fwhm(np.array(at))) + size / float(np.cos(np.radians(at) / 2.0))
        far = float(phase.positions(cell, radiation.lines[-1][0], whole.shift_deg)[line]) - at
        window = (x > at - 2.2 * width) & (x < at + far + 2.2 * width)
        if window.sum() < 9 or not np.isfinite(far):
            continue
        fitted = _one(x[window], y[window], variance[window], at, far, width, whole.shape, radiation)
        if fitted is None or abs(fitted[0] - at) > 0.8 * width:
            continue
        hkl.append(phase.reflections.hkl[line])
        seen.append(fitted[0])
        error.append(float(np.hypot(fitted[1], _FLOOR_DEG)))
    return np.array(hkl, dtype=np.int64).reshape(-1, 3), np.array(seen), np.array(error)


def _one(
    x: FloatArray,
    y: FloatArray,
    variance: FloatArray,
    at: float,
    far: float,
    width: float,
    shape: Shape,
    radiation: Radiation,
) -> tuple[float, float] | None:
    """Return position and error of a line; None if it does not stand out."""
    weights = [share for _, share in radiation.lines]
    offsets = [0.0, far][: len(weights)]
    root = 1.0 / np.sqrt(variance)
    place, fwhm = at, width

    def peak(centre: float, w: float) -> FloatArray:
        total = np.zeros(len(x))
        for share, offset in zip(weights, offsets, strict=True):
            total += share * pseudo_voigt(x - centre - offset, np.full(len(x), w), shape.eta)
        return total

    covariance = np.zeros((5, 5))
    amplitude = 0.0
    for _ in range(_STEPS):
        own = peak(place, fwhm)
        level = np.vstack([own, np.ones(len(x)), x - at]) * root
        linear = np.linalg.lstsq(level.T, y * root, rcond=None)[0]
        amplitude = float(linear[0])
        if amplitude <= 0.0:
            return None
        h = 0.01 * fwhm
        moved = amplitude * (peak(place + h, fwhm) - peak(place - h, fwhm)) / (2.0 * h)
        wider = amplitude * (peak(place, fwhm + h) - peak(place, fwhm - h)) / (2.0 * h)
        design = np.vstack([moved, wider, own, np.ones(len(x)), x - at]) * root
        rest = (y - linear[0] * own - linear[1] - linear[2] * (x - at)) * root
        covariance = np.linalg.pinv(design @ design.T)
        step = covariance @ (design @ rest)
        place += float(np.clip(step[0], -0.3 * width, 0.3 * width))
        fwhm = float(np.clip(fwhm + step[1], 0.6 * width, 1.6 * width))
    if amplitude < _LEAST_SIGNIFICANCE * float(np.sqrt(covariance[2, 2])):
        return None
    return place, float(np.sqrt(covariance[0, 0]))
