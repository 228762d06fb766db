"""All lines of all phases at once, intensities free: what cells, displacement and widths say without the atoms.

Pawley, J. Appl. Cryst. 14 (1981) 357. Lines that cannot be told apart share one factor on their calculated
intensities, held loosely to one, so that overlapping lines do not run away from each other. Errors are widened for
residuals that go together over a peak (Berar and Lelann, J. Appl. Cryst. 24 (1991) 1).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interlayer.surface.xrd.crystal.cell import Cell
from interlayer.surface.xrd.fitting.free_cell import changed, free_names
from interlayer.surface.xrd.fitting.profile import places, pseudo_voigt
from interlayer.surface.xrd.fitting.whole import Shape, Whole, splines
from interlayer.surface.xrd.radiation import Radiation

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

HOLD: Final = (0.08, 0.5)
"""Standard deviation of a factor about one (texture, temperature): found from the clear lines, within these bounds."""
_TOGETHER: Final = 0.35
_MISFIT: Final = 0.02
_FAINT: Final = 2e-4
_STEPS: Final = 6
_SHAPE: Final = 7
_SMALL: Final = 1e-7
_MOST: Final = np.array([0.05, 0.2, 0.2, 0.2, 0.2, 0.1, 0.1])
_MOST_STRAIN: Final = 0.003
_LOOSE: Final = np.array([0.5, 1.0, 1.0, 1.0, 0.5, 0.2, 0.1])
"""Priors of displacement, widths, eta and asymmetries: wide, to hold what a pattern of few lines leaves open."""
_LOOSE_STRAIN: Final = 0.02
_WIDE_SIZE: Final = 0.3


@dataclass(frozen=True)
class Pawley:
    """A fit with free intensities.

    Attributes
    ----------
    cells : tuple of Cell
    cell_covariances : tuple of array
        Of the free numbers of each cell: fractions of lengths, radians.
    shift_deg, shift_error_deg : float
    clear : tuple of array
        For each phase the numbers of the lines that stand out alone or first of their group by 5 standard deviations.
    model : array, shape (n,)
    """

    cells: tuple[Cell, ...]
    cell_covariances: tuple[FloatArray, ...]
    shift_deg: float
    shift_error_deg: float
    clear: tuple[IntArray, ...]
    model: FloatArray


class _Lines:
    """Lines of all phases, flat: phase, number in the phase, group, intensity times scale."""

    def __init__(self, x: FloatArray, whole: Whole, radiation: Radiation) -> None:
        self.x, self.whole, self.radiation = x, whole, radiation
        self.rows: list[IntArray] = []
        self.groups: list[IntArray] = []
        count = 0
        for number, phase in enumerate(whole.phases):
            first = phase.positions(whole.cells[number], radiation.alpha1, whole.shift_deg)
            keep = np.isfinite(first) & (first > x[0] - 1.0) & (first < x[-1] + 1.0)
            keep &= phase.intensity > _FAINT * phase.intensity.max(initial=0.0)
            row = np.flatnonzero(keep)
            row = row[np.argsort(first[row])]
            width = whole.shape.fwhm(first[row])
            begins = np.concatenate([[True], np.diff(first[row]) > _TOGETHER * width[1:]])[: len(row)]
            group = np.cumsum(begins) - 1 + count
            count += int(begins.sum())
            self.rows.append(row.astype(np.int64))
            self.groups.append(group.astype(np.int64))
        self.count = count
        self.free = [len(free_names(cell)) for cell in whole.cells]

    def unpack(self, p: FloatArray) -> tuple[float, Shape, list[Cell], FloatArray]:
        base = self.whole.shape
        widths = np.exp(p[1:4]) * np.array(base.widths_deg)
        shape = Shape(
            base.anchors_deg,
            (float(widths[0]), float(widths[1]), float(widths[2])),
            float(np.clip(base.eta + p[4], 0.0, 1.0)),
            base.asymmetry + float(p[5]),
            base.lean + float(p[6]),
        )
        at = _SHAPE
        cells: list[Cell] = []
        for cell, count in zip(self.whole.cells, self.free, strict=True):
            cells.append(changed(cell, p[at : at + count]))
            at += count
        sizes = np.maximum(self.whole.sizes_deg + p[at:], 0.0)
        return self.whole.shift_deg + float(p[0]), shape, cells, sizes

    def peaks(self, p: FloatArray) -> tuple[FloatArray, IntArray, IntArray]:
        """Return value, point and group of each point of each peak, factors being one."""
        shift, shape, cells, sizes = self.unpack(p)
        values: list[FloatArray] = []
        points: list[IntArray] = []
        groups: list[IntArray] = []
        for number, phase in enumerate(self.whole.phases):
            row, group = self.rows[number], self.groups[number]
            scale = float(self.whole.scales[number])
            for wavelength, share in self.radiation.lines:
                centre = phase.positions(cells[number], wavelength, shift)[row]
                good = np.isfinite(centre)
                centre, own = centre[good], group[good]
                area = phase.intensity[row][good] * scale * share
                fwhm = shape.fwhm(centre) + sizes[number] / np.cos(np.radians(centre) / 2.0)
                at, which = places(self.x, centre, fwhm, 12.0)
                skew = shape.skew(centre)[which]
                values.append(
                    area[which] * pseudo_voigt(self.x[at] - centre[which], fwhm[which], shape.eta, skew)
                )
                points.append(at)
                groups.append(own[which])
        return np.concatenate(values), np.concatenate(points), np.concatenate(groups)

    def columns(self, p: FloatArray) -> FloatArray:
        """Return the signal of each group, shape (g, n)."""
        value, point, group = self.peaks(p)
        size = len(self.x)
        flat = np.bincount(group * size + point, weights=value, minlength=self.count * size)
        return flat.astype(np.float64).reshape(-1, size)

    def model(self, p: FloatArray, factor: FloatArray) -> FloatArray:
        """Return the sum of the groups times their factors, shape (n,)."""
        value, point, group = self.peaks(p)
        return np.bincount(point, weights=value * factor[group], minlength=len(self.x)).astype(np.float64)


def pawley(x: FloatArray, y: FloatArray, variance: FloatArray, whole: Whole, radiation: Radiation) -> Pawley:
    """Fit a pattern from a fit with calculated intensities.

    Parameters
    ----------
    x, y, variance : array, shape (n,)
    whole : Whole
        Phases with scale 0 take no part.
    radiation : Radiation
    """
    lines = _Lines(x, whole, radiation)
    smooth = splines(x)
    count = _SHAPE + sum(lines.free) + len(whole.phases)
    p = np.zeros(count)
    most = np.concatenate([_MOST, np.full(sum(lines.free), _MOST_STRAIN), np.full(len(whole.phases), 0.05)])
    loose = np.concatenate(
        [_LOOSE, np.full(sum(lines.free), _LOOSE_STRAIN), np.full(len(whole.phases), _WIDE_SIZE)]
    )
    factor = np.ones(lines.count)
    root = 1.0 / np.sqrt(variance + (_MISFIT * np.maximum(whole.signal, 0.0)) ** 2)
    covariance = np.zeros((0, 0))
    design = np.zeros((0, 0))
    solution = np.zeros(0)
    hold = HOLD[1]
    for _ in range(_STEPS):
        columns = lines.columns(p)
        now = factor @ columns
        slopes = np.empty((count, len(x)))
        for place in range(count):
            moved = p.copy()
            h = 1e-4 * most[place]
            moved[place] += h
            slopes[place] = (lines.model(moved, factor) - now) / h
        design = np.concatenate([slopes, columns, smooth]) * root
        prior = np.concatenate([1.0 / loose**2, np.full(lines.count, hold**-2), np.full(len(smooth), 1e-12)])
        centre = np.concatenate([-p, np.ones(lines.count), np.zeros(len(smooth))])
        normal = design @ design.T
        normal[np.diag_indices(len(normal))] += prior + _SMALL * np.diag(normal)
        right = design @ (y * root) + prior * centre
        covariance = np.linalg.inv(normal)
        solution = covariance @ right
        step = np.clip(solution[:count], -most, most)
        p = p + step
        factor = solution[count : count + lines.count]
        certain = np.sqrt(np.maximum(np.diag(covariance)[count : count + lines.count], 0.0)) < 0.05
        if certain.sum() > 3:
            hold = float(np.clip(np.sqrt(np.mean((factor[certain] - 1.0) ** 2)), *HOLD))
        if np.all(np.abs(step) < 1e-3 * most):
            break
    model = (solution[count:]) @ np.concatenate([lines.columns(p), smooth])
    widen = _widening((y - model) * root, len(x) - len(solution))
    # What the data alone say of each factor: the hold on it taken off again.
    own = np.maximum(np.diag(covariance)[count : count + lines.count], 1e-300)
    strength = factor * np.sqrt(np.maximum(1.0 / own - hold**-2, 0.0) / widen)
    covariance = covariance * widen
    shift, _, cells, _ = lines.unpack(p)
    spread = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    clear: list[IntArray] = []
    blocks: list[FloatArray] = []
    at = _SHAPE
    for number, free in enumerate(lines.free):
        blocks.append(np.asarray(covariance[at : at + free, at : at + free], np.float64))
        at += free
        group, row = lines.groups[number], lines.rows[number]
        first = np.unique(group, return_index=True)[1]
        clear.append(row[first][strength[group[first]] > 5.0])
    return Pawley(tuple(cells), tuple(blocks), shift, float(spread[0]), tuple(clear), model)


def _widening(residual: FloatArray, freedom: int) -> float:
    """Return the factor on variances: misfit beyond noise, counted as one error where its sign stays the same."""
    signs = np.flatnonzero(np.diff(np.signbit(residual).astype(int))) + 1
    runs = np.add.reduceat(residual, np.concatenate([[0], signs]))
    whole = float(np.sum(residual**2))
    together = float(np.sum(runs**2)) / whole if whole > 0.0 else 1.0
    # Of pure noise the sum over runs is twice the plain one: that is no sign of misfit.
    return max(1.0, whole / max(1, freedom)) * max(1.0, together / 2.0)
