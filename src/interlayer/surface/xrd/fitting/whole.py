"""The whole pattern as background and phases: scales, cells, displacement and widths together.

The scales and the background are linear and never negative: for each trial of the others they are solved exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import BSpline
from scipy.optimize import least_squares, nnls

from interlayer.errors import InputError
from interlayer.surface.xrd.crystal.cell import Cell
from interlayer.surface.xrd.fitting.free_cell import changed, free_names
from interlayer.surface.xrd.fitting.lines import PhaseLines
from interlayer.surface.xrd.fitting.profile import summed
from interlayer.surface.xrd.radiation import Radiation

FloatArray = NDArray[np.float64]

MISFIT: Final = 0.05
"""Share of the signal by which calculated intensities are wrong anyway (texture, temperature factors): added to the
variance, so that the strongest lines do not decide alone."""
_KNOT_DEG: Final = 6.0
_MOST_STRAIN: Final = 0.012
_MOST_ANGLE: Final = 0.02
_MOST_SHIFT: Final = 0.4
_WIDTH_FACTOR: Final = 3.0
"""Widths stay within this factor of what the peaks of the pattern have."""
_MOST_SIZE: Final = 1.0
_FAINTEST: Final = 2e-4
_MOST_SKEW: Final = 0.5
_SHAPE: Final = 7
"""Parameters before those of the phases."""
EVALUATIONS: Final = 25


@dataclass(frozen=True)
class Shape:
    """Widths of peaks: full widths at three angles, between which its square is a parabola in tan(theta).

    That is Caglioti's U tan2(theta) + V tan(theta) + W (Nucl. Instrum. 3 (1958) 223), told by three widths.
    """

    anchors_deg: tuple[float, float, float]
    widths_deg: tuple[float, float, float]
    eta: float
    asymmetry: float = 0.0
    lean: float = 0.0

    def skew(self, two_theta_deg: FloatArray) -> FloatArray:
        """Return how much wider the lower half of a peak is.

        Axial divergence goes as cot(2 theta); flat specimen and transparency lean all peaks.
        """
        t = np.tan(np.radians(np.clip(two_theta_deg, 3.0, 177.0)))
        return np.clip(self.lean + self.asymmetry / t, -_MOST_SKEW, _MOST_SKEW)

    def fwhm(self, two_theta_deg: FloatArray) -> FloatArray:
        """Return full widths, degrees, at angles of any shape."""
        t = np.tan(np.radians(np.clip(two_theta_deg, 0.1, 170.0)) / 2.0)
        a, b, c = np.tan(np.radians(np.array(self.anchors_deg)) / 2.0)
        p, q, r = (w * w for w in self.widths_deg)
        square = (
            p * (t - b) * (t - c) / ((a - b) * (a - c))
            + q * (t - a) * (t - c) / ((b - a) * (b - c))
            + r * (t - a) * (t - b) / ((c - a) * (c - b))
        )
        floor = (0.5 * min(self.widths_deg)) ** 2
        return np.sqrt(np.clip(square, floor, (3.0 * max(self.widths_deg)) ** 2))


@dataclass(frozen=True)
class Whole:
    """A fitted pattern.

    Attributes
    ----------
    phases : tuple of PhaseLines
    cells : tuple of Cell
    scales, scale_errors : array, shape (p,)
        Volume of each phase on the common scale, with its standard deviation.
    sizes_deg : array, shape (p,)
        Broadening of each phase beyond the shape, times 1/cos(theta).
    shift_deg : float
        Displacement: 2 theta is larger by this times cos(theta).
    shape : Shape
    background, model : array, shape (n,)
        At the points of the pattern.
    parts : array, shape (p, n)
        Signal of each phase.
    r_weighted : float
        R_wp with the variance of the noise alone.
    chi2_reduced : float
    """

    phases: tuple[PhaseLines, ...]
    cells: tuple[Cell, ...]
    scales: FloatArray
    scale_errors: FloatArray
    sizes_deg: FloatArray
    shift_deg: float
    shape: Shape
    background: FloatArray
    model: FloatArray
    parts: FloatArray
    r_weighted: float
    chi2_reduced: float

    @property
    def signal(self) -> FloatArray:
        """Sum of the phases, shape (n,)."""
        return self.model - self.background


def splines(x: FloatArray, knot_deg: float = _KNOT_DEG) -> FloatArray:
    """Return B-splines, shape (k, n), of a smooth background: a knot each `knot_deg`, closer at low angles."""
    count = max(3, round((x[-1] - x[0]) / knot_deg))
    # The background of a flat sample falls steeply at low angles: knots stand evenly in the square root.
    places = np.linspace(0.0, 1.0, count + 1) ** 1.5 * (x[-1] - x[0]) + x[0]
    knots = np.concatenate([[places[0]] * 3, places, [places[-1]] * 3])
    return BSpline.design_matrix(np.clip(x, places[0], places[-1] - 1e-9), knots, 3).toarray().T


def signal_of(
    x: FloatArray,
    phase: PhaseLines,
    cell: Cell,
    radiation: Radiation,
    shape: Shape,
    shift_deg: float,
    size_deg: float = 0.0,
    intensity: FloatArray | None = None,
) -> FloatArray:
    """Return what a unit volume of a phase gives at the points x, shape (n,)."""
    area = phase.intensity if intensity is None else intensity
    centres: list[FloatArray] = []
    areas: list[FloatArray] = []
    for wavelength, weight in radiation.lines:
        centre = phase.positions(cell, wavelength, shift_deg)
        inside = np.isfinite(centre) & (centre > x[0] - 3.0) & (centre < x[-1] + 3.0)
        inside &= area > _FAINTEST * area.max(initial=0.0)
        centres.append(centre[inside])
        areas.append(area[inside] * weight)
    centre, strength = np.concatenate(centres), np.concatenate(areas)
    fwhm = shape.fwhm(centre) + size_deg / np.cos(np.radians(centre) / 2.0)
    return summed(x, centre, strength, fwhm, shape.eta, shape.skew(centre))


def solve(design: FloatArray, y: FloatArray, weight: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return non-negative amplitudes of the rows of a design and the covariance of those that are free.

    Parameters
    ----------
    design : array, shape (m, n)
    y, weight : array, shape (n,)
        Weight is one over the variance.

    Returns
    -------
    amplitudes : array, shape (m,)
    covariance : array, shape (m, m)
        Of all rows as if free; rows without signal have infinite variance.
    """
    norm = np.sqrt(np.einsum("mn,n,mn->m", design, weight, design))
    seen = norm > 0.0
    amplitudes, covariance = np.zeros(len(design)), np.full((len(design), len(design)), 0.0)
    covariance[np.diag_indices(len(design))] = np.inf
    if not np.any(seen):
        return amplitudes, covariance
    scaled = design[seen] / norm[seen, None]
    normal = np.einsum("mn,n,kn->mk", scaled, weight, scaled, optimize=True)
    normal[np.diag_indices(len(normal))] += 1e-9
    factor = np.linalg.cholesky(normal)
    right = np.linalg.solve(factor, scaled @ (weight * y))
    found, _ = nnls(factor.T, right)
    amplitudes[seen] = found / norm[seen]
    inverse = np.linalg.inv(normal)
    places = np.flatnonzero(seen)
    covariance[np.ix_(places, places)] = inverse / np.outer(norm[seen], norm[seen])
    return amplitudes, covariance


class _Problem:
    """Parameters in one vector: shift, three log widths, eta, asymmetry, lean; then cells, sizes of all but one."""

    def __init__(
        self,
        x: FloatArray,
        y: FloatArray,
        variance: FloatArray,
        phases: Sequence[PhaseLines],
        cells: Sequence[Cell],
        radiation: Radiation,
        start: Shape,
        lead: int,
        *,
        only_strain: bool,
    ) -> None:
        self.x, self.y, self.variance = x, y, variance
        self.phases, self.cells, self.radiation = tuple(phases), tuple(cells), radiation
        self.base, self.lead = start, lead
        self.only_strain = only_strain
        self.counts = [1 if only_strain else len(free_names(cell)) for cell in self.cells]
        self.smooth = splines(x)
        self.weight = 1.0 / variance

    def unpack(self, p: FloatArray) -> tuple[float, Shape, list[Cell], FloatArray]:
        shape = Shape(
            self.base.anchors_deg,
            (float(np.exp(p[1])), float(np.exp(p[2])), float(np.exp(p[3]))),
            float(p[4]),
            float(p[5]),
            float(p[6]),
        )
        at = _SHAPE
        cells: list[Cell] = []
        for cell, count in zip(self.cells, self.counts, strict=True):
            if self.only_strain:
                cells.append(cell.strained(float(p[at])))
            else:
                cells.append(changed(cell, p[at : at + count]))
            at += count
        sizes = np.zeros(len(self.phases))
        others = [i for i in range(len(self.phases)) if i != self.lead]
        sizes[others] = p[at : at + len(others)]
        return float(p[0]), shape, cells, sizes

    def start(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        widths = np.log(np.array(self.base.widths_deg))
        p = [0.0, *widths, self.base.eta, self.base.asymmetry, self.base.lean]
        low = [-_MOST_SHIFT, *(widths - np.log(_WIDTH_FACTOR)), 0.0, -0.3, -0.2]
        high = [_MOST_SHIFT, *(widths + np.log(_WIDTH_FACTOR)), 1.0, 0.3, 0.2]
        for cell, count in zip(self.cells, self.counts, strict=True):
            names = ("a",) if self.only_strain else free_names(cell)
            for name in names[:count]:
                most = _MOST_STRAIN if name in ("a", "b", "c") else _MOST_ANGLE
                p.append(0.0)
                low.append(-most)
                high.append(most)
        for _ in range(len(self.phases) - 1):
            p.append(0.01)
            low.append(0.0)
            high.append(_MOST_SIZE)
        start = np.clip(np.array(p), np.array(low) + 1e-9, np.array(high) - 1e-9)
        return start, np.array(low), np.array(high)

    def design(self, p: FloatArray) -> FloatArray:
        shift, shape, cells, sizes = self.unpack(p)
        rows = [
            signal_of(self.x, phase, cell, self.radiation, shape, shift, float(size))
            for phase, cell, size in zip(self.phases, cells, sizes.tolist(), strict=True)
        ]
        return np.concatenate([np.array(rows).reshape(len(rows), len(self.x)), self.smooth])

    def residual(self, p: FloatArray) -> FloatArray:
        design = self.design(p)
        amplitudes, _ = solve(design, self.y, self.weight)
        return (self.y - amplitudes @ design) * np.sqrt(self.weight)


def fit(
    x: FloatArray,
    y: FloatArray,
    variance: FloatArray,
    phases: Sequence[PhaseLines],
    cells: Sequence[Cell],
    radiation: Radiation,
    fwhm_deg: float,
    *,
    only_strain: bool = False,
    evaluations: int = EVALUATIONS,
) -> Whole:
    """Fit a pattern.

    Parameters
    ----------
    x, y, variance : array, shape (n,)
    phases, cells : sequences of the same length
        Phases with the cells to begin with.
    radiation : Radiation
    fwhm_deg : float
        Width of peaks to begin with.
    only_strain : bool
        Cells grow and shrink as a whole.
    evaluations : int
        Steps of the search, at most.

    Raises
    ------
    InputError
        If no phase is given, or none has a line in the range.
    """
    if not phases:
        raise InputError("no phase to fit", advice="give --phase")
    span = (float(x[0]), float(x[-1]))
    anchors = (max(span[0], 8.0), 0.5 * (max(span[0], 8.0) + span[1]), span[1])
    if anchors[2] - anchors[0] < 1.0:
        anchors = (span[0] + 0.1, 0.5 * sum(span), span[1] + 0.2)
    shape = Shape(anchors, (fwhm_deg, fwhm_deg, 1.3 * fwhm_deg), 0.5)
    signal = np.maximum(y - np.quantile(y, 0.2), 0.0)
    inflated = variance + (MISFIT * signal) ** 2
    rough = _Problem(x, y, inflated, phases, cells, radiation, shape, 0, only_strain=True)
    design = rough.design(rough.start()[0])[: len(phases)]
    weights = 1.0 / inflated
    lead = int(
        np.argmax(
            solve(np.concatenate([design, rough.smooth]), y, weights)[0][: len(phases)] * design.max(axis=1)
        )
    )
    best = None
    current = tuple(cells)
    shift, sizes = 0.0, np.zeros(len(phases))
    for strain_only in (True,) if only_strain else (True, False):
        problem = _Problem(x, y, inflated, phases, current, radiation, shape, lead, only_strain=strain_only)
        p, low, high = problem.start()
        if best is not None:
            p[:_SHAPE] = best[0][:_SHAPE]
            if len(phases) > 1:
                p[-(len(phases) - 1) :] = best[0][-(len(phases) - 1) :]
            p = np.clip(p, low + 1e-9, high - 1e-9)
        done = least_squares(
            problem.residual,
            p,
            bounds=(low, high),
            x_scale=_scales(len(p)),
            max_nfev=evaluations,
            ftol=1e-6,
            xtol=1e-8,
        )
        # With the model known, the variance of the misfit follows it and not the noise of single points.
        shift, shape, cell_list, sizes = problem.unpack(done.x)
        best = (done.x, problem)
        current = tuple(cell_list)
        amplitudes, _ = solve(problem.design(done.x), y, problem.weight)
        net = np.maximum(amplitudes[: len(phases)] @ problem.design(done.x)[: len(phases)], 0.0)
        inflated = variance + (MISFIT * net) ** 2
    return evaluate(x, y, variance, phases, current, radiation, shape, shift, sizes)


def evaluate(
    x: FloatArray,
    y: FloatArray,
    variance: FloatArray,
    phases: Sequence[PhaseLines],
    cells: Sequence[Cell],
    radiation: Radiation,
    shape: Shape,
    shift_deg: float,
    sizes_deg: FloatArray,
) -> Whole:
    """Return the pattern for given cells and shape, scales and background solved."""
    rows = [
        signal_of(x, phase, cell, radiation, shape, shift_deg, float(size))
        for phase, cell, size in zip(phases, cells, sizes_deg.tolist(), strict=True)
    ]
    design = np.concatenate([np.array(rows), splines(x)])
    count = len(rows)
    inflated = variance + (MISFIT * np.maximum(y - np.quantile(y, 0.2), 0.0)) ** 2
    amplitudes = covariance = np.zeros(0)
    for _ in range(3):
        amplitudes, covariance = solve(design, y, 1.0 / inflated)
        inflated = variance + (MISFIT * np.maximum(amplitudes[:count] @ design[:count], 0.0)) ** 2
    model = amplitudes @ design
    background = amplitudes[count:] @ design[count:]
    residual = y - model
    chi2 = float(np.sum(residual**2 / variance)) / max(1, len(y) - len(amplitudes))
    # Misfit that noise does not explain widens the errors of the scales.
    excess = max(1.0, float(np.mean(residual**2 / inflated)))
    return Whole(
        tuple(phases),
        tuple(cells),
        amplitudes[:count],
        np.sqrt(np.diag(covariance)[:count] * excess),
        sizes_deg,
        shift_deg,
        shape,
        background,
        model,
        amplitudes[:count, None] * design[:count],
        float(np.sqrt(np.sum(residual**2 / variance) / np.sum(y**2 / variance))),
        chi2,
    )


def _scales(count: int) -> FloatArray:
    scales = np.full(count, 0.002)
    scales[:_SHAPE] = (0.05, 0.2, 0.2, 0.2, 0.3, 0.1, 0.1)
    return scales
