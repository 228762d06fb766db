"""Points of a spectrum that stand apart from all others, and those at the mains frequency and its harmonics.

Each point is compared with what all other points say about it: the model of a smooth distribution of
relaxations, drift allowed for, is conditioned on them. The worst is set aside, and the search goes on without
it, so that several outliers do not hide each other. Nothing is removed from the data.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from interlayer.circuits.drift import columns, smooth_impedance
from interlayer.circuits.elements.base import ComplexArray, FloatArray, as_complex
from interlayer.circuits.relaxation_model import FLOOR, Moments, RelaxationModel, build, filled
from interlayer.record import Finding

LEVEL = 0.005
"""Chance that a spectrum with normal noise has a point called an outlier."""
LEAST = 5e-4
"""Distance relative to |Z| below which a point is none, however quiet the others are."""
MOST = 0.15
"""Share of points that may stand apart; more is not a matter of outliers."""
MAINS_Hz = (50.0, 60.0)
HARMONICS = 6
_NEAR = 0.04
_SUSPECT = 0.02
"""Level for points at the mains, which are suspected beforehand."""


@dataclass(frozen=True)
class Outliers:
    """Outliers of S spectra of n frequencies.

    Attributes
    ----------
    outlying : bool array (S, n)
    distance : array (S, n)
        |Z - prediction from all other points| / |Z|.
    mains : bool array (n,)
        Whether the frequency is within 4 % of 50 or 60 Hz or one of the first six harmonics.
    too_many : bool array (S,)
        Whether points kept standing out until no more were set aside.
    """

    frequency_Hz: FloatArray
    outlying: NDArray[np.bool_]
    distance: FloatArray
    mains: NDArray[np.bool_]
    too_many: NDArray[np.bool_]

    def with_rows(self, rows: NDArray[np.bool_], other: Outliers) -> Outliers:
        """Return the same with some of the spectra replaced."""
        outlying, distance, too_many = self.outlying.copy(), self.distance.copy(), self.too_many.copy()
        outlying[rows], distance[rows], too_many[rows] = other.outlying, other.distance, other.too_many
        return Outliers(self.frequency_Hz, outlying, distance, self.mains, too_many)

    def findings(self, k: int) -> list[Finding]:
        """What to say about spectrum k."""
        found: list[Finding] = []
        for at_mains in (False, True):
            here = np.flatnonzero(self.outlying[k] & (self.mains == at_mains))
            if not here.size:
                continue
            far = ", ".join(
                f"{self.frequency_Hz[i]:.4g} Hz ({100 * self.distance[k, i]:.2g} % off)" for i in here[:6]
            )
            more = f" and {here.size - 6} more" if here.size > 6 else ""
            if at_mains:
                name = "mains frequency"
                advice = (
                    "shield the cell, or measure at other frequencies; look whether the fit changes without"
                )
            else:
                name = "outlying points"
                advice = "measure them again, or fit without and compare; they are kept"
            found.append(Finding(name, f"{far}{more} -> {advice}", rows=int(here.size)))
        if self.too_many[k]:
            found.append(
                Finding(
                    "many points stand apart",
                    f"more than {100 * MOST:.0f} % of {self.frequency_Hz.size} points are no noise about a"
                    " smooth spectrum -> check contacts and the current range",
                )
            )
        return found


def at_mains(frequency_Hz: FloatArray) -> NDArray[np.bool_]:
    """Whether each frequency is within 4 % of 50 or 60 Hz or a harmonic, shape (n,)."""
    lines = np.outer(MAINS_Hz, np.arange(1, HARMONICS + 1)).ravel()
    return np.any(np.abs(frequency_Hz[:, None] / lines - 1.0) < _NEAR, axis=1)


def find_outliers(
    omega: FloatArray, z: ComplexArray, weight: FloatArray, times: dict[str, FloatArray]
) -> Outliers:
    """Search S spectra z, shape (S, n), for outliers; drift with `times` (see `drift.columns`) is allowed for.

    Weights are 1/sigma up to a factor, shape (S, n); those of outliers may be far off if they follow |Z|.
    """
    used = weight > 0
    model = build(omega, z, weight)
    moments, extra = _with_drift(model, times)
    first = _search(model, extra, moments.best(model.lambdas))
    keep = used & ~first.outlying
    if (keep == used).all():
        return first
    # an outlier roughens the distribution and has a weight of its own: search again with those of its neighbours
    clean = filled(omega, z, keep)
    calm = np.where(used, filled(omega, as_complex(weight), keep).real, 0.0)
    masked = build(omega, clean, np.where(keep, calm, 0.0))
    moments, _ = _with_drift(masked, times)
    lambda_ = moments.best(masked.lambdas)
    model = build(omega, z, calm, size=np.abs(clean))
    extra, _ = columns(model, smooth_impedance(masked), times)
    return _search(model, extra, lambda_)


def _with_drift(model: RelaxationModel, times: dict[str, FloatArray]) -> tuple[Moments, FloatArray]:
    extra, _ = columns(model, smooth_impedance(model), times)
    return model.moments(extra), extra


def _search(model: RelaxationModel, drift: FloatArray, lambda_: FloatArray) -> Outliers:
    count, n = model.weight.shape
    mains = at_mains(model.omega / (2.0 * np.pi))
    outlying = np.zeros((count, n), dtype=np.bool_)
    distance = np.zeros((count, n))
    projector = model.projector(lambda_, drift)
    residual = np.einsum("sij,sj->si", projector, model.target)
    dof = model.rows - model.free.shape[2] - drift.shape[2]
    floor = (FLOOR**2 * (model.target**2).mean(axis=1))[:, None]
    size = np.maximum(np.abs(model.unravel(model.target)) * model.weight, 1e-300)
    most = max(1, int(MOST * n))
    rows = np.arange(count)
    i = np.arange(n)
    open_ = model.weight > 0
    active = np.ones(count, dtype=np.bool_)
    limit = LEVEL / n
    for _ in range(most):
        here = projector[:, i, i], projector[:, i, i + n], projector[:, i + n, i + n]
        a, b = residual[:, :n], residual[:, n:]
        det = here[0] * here[2] - here[1] ** 2
        usable = open_ & (det > 1e-6)
        det = np.where(usable, det, 1.0)
        power = np.where(usable, (here[2] * a**2 - 2 * here[1] * a * b + here[0] * b**2) / det, 0.0)
        cost = np.einsum("si,si->s", residual, model.target)
        left = np.maximum(dof - 2.0, 1.0)[:, None]
        own = np.maximum(cost[:, None] - power, 0.0) / left
        # the median withstands outliers that are not yet set aside
        typical = np.where(usable, power, np.nan)
        robust = (np.nanmedian(typical, axis=1) / _MEDIAN_CHI2)[:, None]
        noise = np.minimum(own, np.maximum(robust, 0.25 * own)) + floor
        chance = special.fdtrc(2, left, power / 2 / noise)
        shift = np.hypot(here[2] * a - here[1] * b, here[0] * b - here[1] * a) / det / size
        bound = np.where(mains, _SUSPECT / max(int(mains.sum()), 1), limit)
        ratio = np.where(usable & (shift > LEAST), bound / np.maximum(chance, 1e-300), 0.0)
        worst = np.argmax(ratio, axis=1)
        active &= ratio[rows, worst] > 1.0
        if not active.any():
            break
        s, k = rows[active], worst[active]
        outlying[s, k] = True
        distance[s, k] = shift[s, k]
        open_[s, k] = False
        dof = dof - 2.0 * active
        pair = np.stack([k, k + n], axis=1)
        side = projector[s[:, None], :, pair].swapaxes(1, 2)
        block = side[np.arange(s.size)[:, None, None], pair[:, :, None], np.arange(2)[None, None, :]]
        projector[s] -= side @ np.linalg.solve(block, side.swapaxes(1, 2))
        residual[s] = np.einsum("sij,sj->si", projector[s], model.target[s])
    too_many = outlying.sum(1) >= most
    return Outliers(model.omega / (2.0 * np.pi), outlying, distance, mains, too_many)


_MEDIAN_CHI2 = 1.3862943611198906
"""Median of a chi-square with two degrees of freedom."""
