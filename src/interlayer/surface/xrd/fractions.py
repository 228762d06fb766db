"""Mass fractions of phases from their scales, and the fraction of an absent phase that would have been seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interlayer.surface.xrd.fitting.lines import PhaseLines
from interlayer.surface.xrd.fitting.whole import Whole, signal_of, splines
from interlayer.surface.xrd.radiation import Radiation

FloatArray = NDArray[np.float64]

LIMIT: Final = 3.29
"""Detection limit in standard deviations: 5 % missed, 5 % false (Currie 1968)."""
TEXTURE: Final = 0.10
"""Relative error of a fraction that texture and absorption make in a good powder; a coating may be far worse."""


def mass_fractions(whole: Whole) -> tuple[FloatArray, FloatArray]:
    """Return mass fractions of the crystalline phases fitted and their standard deviations, shape (p,).

    A phase's scale is its share of the irradiated volume (intensities are calculated per volume), so its mass goes as
    scale times density; amorphous matter is not in it. The errors are those of the scales and `TEXTURE`.
    """
    density = np.array([phase.phase.structure.density_kg_m3 for phase in whole.phases])
    mass = whole.scales * density
    total = float(mass.sum())
    if total <= 0.0:
        return np.zeros(len(mass)), np.full(len(mass), np.nan)
    share = mass / total
    error = np.hypot(whole.scale_errors * density, TEXTURE * mass) / total
    # d w_i = (1 - w_i) e_i - w_i sum of the other e_j
    squares = error**2
    spread = (1.0 - share) ** 2 * squares + share**2 * (squares.sum() - squares)
    return share, np.sqrt(spread)


def detection_limits(
    x: FloatArray,
    variance: FloatArray,
    whole: Whole,
    absent: Sequence[PhaseLines],
    radiation: Radiation,
) -> dict[str, float]:
    """Return for each absent phase the mass fraction that would have been detected.

    Parameters
    ----------
    x, variance : array, shape (n,)
        Variance of noise and misfit.
    whole : Whole
        The phases that are there.
    absent : sequence of PhaseLines
    radiation : Radiation
    """
    mass = float(
        sum(
            s * p.phase.structure.density_kg_m3
            for s, p in zip(whole.scales.tolist(), whole.phases, strict=True)
        )
    )
    if mass <= 0.0:
        return {}
    root = 1.0 / np.sqrt(variance)
    basis, _ = np.linalg.qr((np.concatenate([splines(x), whole.parts]) * root).T)
    found: dict[str, float] = {}
    for phase in absent:
        own = signal_of(x, phase, phase.phase.structure.cell, radiation, whole.shape, whole.shift_deg) * root
        own -= basis @ (basis.T @ own)
        norm = float(np.linalg.norm(own))
        if norm <= 0.0:
            continue
        part = LIMIT / norm * phase.phase.structure.density_kg_m3
        found[phase.phase.key] = part / (mass + part)
    return found
