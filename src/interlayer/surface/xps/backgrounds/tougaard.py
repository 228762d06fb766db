"""Tougaard's background: lines convolved with a universal cross-section of inelastic losses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interlayer.surface.xps.backgrounds.linear import end_levels

FloatArray = NDArray[np.float64]

U2: Final = (2866.0, 1643.0)
"""B in eV2 and C in eV2 of the two-parameter cross-section, Tougaard 1987 (doi:10.1016/0038-1098(87)90166-9)."""
U3_POLYMER: Final = (434.0, 551.0, 436.0)
"""B, C, D in eV2 of the three-parameter cross-section for polymers, Tougaard 1997
(doi:10.1002/(SICI)1096-9918(199703)25:3<137::AID-SIA230>3.0.CO;2-L)."""

PLASMON: Final = (190.0, 230.0, 150.0)
NEAR_EV: Final = 15.0
"""Within which the step of intrinsic losses dies out; assumed."""


def u2(loss: FloatArray, b: float = U2[0], c: float = U2[1]) -> FloatArray:
    """Return B T/(C + T^2)^2 in 1/eV for losses T in eV; 0 for T <= 0."""
    t = np.maximum(loss, 0.0)
    return b * t / (c + t**2) ** 2


def u3(
    loss: FloatArray, b: float = U3_POLYMER[0], c: float = U3_POLYMER[1], d: float = U3_POLYMER[2]
) -> FloatArray:
    """Return B T/((C - T^2)^2 + D T^2) in 1/eV for losses T in eV; 0 for T <= 0. It has a plasmon-like maximum."""
    t = np.maximum(loss, 0.0)
    return b * t / ((c - t**2) ** 2 + d * t**2)


def near(loss: FloatArray, reach: float = NEAR_EV) -> FloatArray:
    """Return 0.01 exp(-T/reach) in 1/eV: intrinsic losses that die out; 0 for T < 0."""
    t = np.maximum(loss, 0.0)
    return np.where(loss >= 0.0, 0.01 * np.exp(-t / reach), 0.0)


def plasmon(loss: FloatArray) -> FloatArray:
    """Return a cross-section of the three-parameter form that peaks near 14 eV, as of metals and oxides; assumed."""
    return u3(loss, *PLASMON)


def loss_law(kind: str) -> Callable[[FloatArray], FloatArray]:
    """Return the cross-section 'u2', 'u3', 'near' or 'plasmon'."""
    return {"u2": u2, "u3": u3, "near": near, "plasmon": plasmon}[kind]


def loss_matrix(energy: FloatArray, kind: str = "u2") -> FloatArray:
    """Return the matrix, shape (n, n), that turns a line into its inelastic tail; `energy` in eV, rising."""
    return loss_law(kind)(energy[:, None] - energy[None, :]) * np.gradient(energy)[None, :]


def tougaard(energy: FloatArray, intensity: FloatArray, kind: str = "u2") -> FloatArray:
    """Return the background over the level of the first points, scaled to meet the data at the last ones.

    Parameters
    ----------
    energy, intensity : array, shape (n,)
        Binding energy in eV, rising; any unit.
    kind : {'u2', 'u3'}
        Cross-section.
    """
    low, high = end_levels(intensity)
    tail = loss_matrix(energy, kind) @ (intensity - low)
    end = end_levels(tail)[1]
    scale = (high - low) / end if abs(end) > 0.0 else 0.0
    return low + scale * tail
