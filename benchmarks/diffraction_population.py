"""Synthetic powder patterns with declared truth, made without the code that is tested.

Intensities are pymatgen's (`diffraction_lines.json`), peaks split Pearson VII with a tail towards low angles, the
background falls like that of a flat sample with an amorphous hump, lines are textured at random, counts are Poisson.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

LINES = Path(__file__).with_name("diffraction_lines.json")
KA1, KA2 = 1.5405929, 1.5444274
CELLS = {
    "latp": (8.5022, 8.5022, 20.8154, 120.0),
    "ltp": (8.5112, 8.5112, 20.8479, 120.0),
    "llzo-cubic": (12.9682, 12.9682, 12.9682, 90.0),
    "tio2-rutile": (4.5937, 4.5937, 2.9587, 90.0),
    "li3po4-gamma": (10.4612, 6.1113, 4.9208, 90.0),
}
"""a, b, c and gamma of phases whose cell a pattern may change."""


@dataclass(frozen=True)
class Truth:
    """What a pattern was made from: mass fractions, cells by phase, displacement in degrees times cos(theta)."""

    fractions: dict[str, float]
    cells: dict[str, tuple[float, float, float]]
    shift_deg: float


@lru_cache(maxsize=1)
def lines() -> dict[str, dict[str, FloatArray]]:
    """Return pymatgen's lines by phase."""
    data = json.loads(LINES.read_text("utf-8"))["lines"]
    return {k: {n: np.array(v) for n, v in one.items()} for k, one in data.items()}


def _sine(key: str, cell: tuple[float, float, float] | None) -> FloatArray:
    """Return sin(theta) at K-alpha1, for another cell if one is given."""
    one = lines()[key]
    sine = np.sin(np.radians(one["two_theta_deg"]) / 2.0)
    if cell is None:
        return sine
    h, k, l = one["hkl"].T.astype(float)[[0, 1, -1]]
    a, b, c = cell
    if CELLS[key][3] == 120.0:
        q = 4.0 / 3.0 * (h * h + h * k + k * k) / a**2 + l * l / c**2
    else:
        q = h * h / a**2 + k * k / b**2 + l * l / c**2
    return KA1 * np.sqrt(q) / 2.0


def _peak(x: FloatArray, centre: float, width: float, asymmetry: float) -> FloatArray:
    """Return a split Pearson VII of unit area, exponents 1.7 below and 2.2 above its top."""
    low, high = width * (1.0 + asymmetry), width * (1.0 - asymmetry)
    m_low, m_high = 1.7, 2.2

    def shape(off: FloatArray) -> FloatArray:
        side = np.where(off < 0.0, low, high)
        m = np.where(off < 0.0, m_low, m_high)
        return (1.0 + (off / (side / 2.0)) ** 2 * (2.0 ** (1.0 / m) - 1.0)) ** -m

    whole = np.linspace(-40.0 * width, 40.0 * width, 4001)
    return shape(x - centre) / np.trapezoid(shape(whole), whole)


def pattern(
    seed: int,
    fractions: Mapping[str, float],
    *,
    cells: Mapping[str, tuple[float, float, float]] | None = None,
    shift_deg: float = 0.0,
    top: float = 10_000.0,
    background: float = 250.0,
    fwhm_deg: float = 0.09,
    texture: float = 0.10,
    span: tuple[float, float] = (10.0, 80.0),
    step_deg: float = 0.02,
) -> tuple[FloatArray, FloatArray, Truth]:
    """Return 2 theta, counts and truth.

    Parameters
    ----------
    seed : int
    fractions : mapping
        Mass fractions by key of the library; they are scaled to 1.
    cells : mapping
        a, b, c of phases that differ from the library.
    shift_deg : float
        Displacement.
    top, background : float
        Counts of the highest peak and of the background in the middle.
    fwhm_deg, texture, span, step_deg : float
        Width at low angles; scatter of intensities (log-normal); range and step.
    """
    rng = np.random.default_rng(seed)
    x = np.arange(span[0], span[1] + step_deg / 2.0, step_deg)
    total = sum(fractions.values())
    clean = np.zeros(len(x))
    for key, share in fractions.items():
        one = lines()[key]
        sine = _sine(key, None if cells is None else cells.get(key))
        strength = one["intensity"] * share / total / float(one["density_g_cm3"])
        strength = strength * np.exp(texture * rng.standard_normal(len(sine)))
        for wavelength, weight in ((KA1, 2.0 / 3.0), (KA2, 1.0 / 3.0)):
            theta = np.arcsin(np.clip(sine * wavelength / KA1, 0.0, 0.999))
            at = 2.0 * np.degrees(theta) + shift_deg * np.cos(theta)
            width = fwhm_deg * np.sqrt(1.0 + 0.9 * np.tan(theta) ** 2 - 0.1 * np.tan(theta))
            tail = 0.10 * np.cos(2.0 * theta) / np.maximum(np.sin(2.0 * theta), 0.2) * 0.3
            for c, w, s, a in zip(at, width, strength, np.clip(tail, -0.05, 0.15), strict=True):
                near = np.abs(x - c) < 30.0 * w
                if near.sum() > 5:
                    clean[near] += weight * s * _peak(x[near], c, w, float(a))
    clean *= top / clean.max()
    hump = 0.5 * np.exp(-(((x - 22.0) / 7.0) ** 2))
    clean += background * (0.5 + 0.6 * np.exp(-(x - 10.0) / 12.0) + hump)
    return x, rng.poisson(clean).astype(float), Truth(dict(fractions), dict(cells or {}), shift_deg)
