"""Photoelectron spectra with declared truth, drawn by other means than the fit's own.

Lines are `scipy.special.voigt_profile`; positions, widths, splittings, Lorentzian widths and satellites are drawn
evenly within sqrt(3) scatters of the shipped recipes, which are stated there. Backgrounds are not those of the fit:
an inelastic tail with a cross-section drawn for each spectrum (two-parameter form with a drawn maximum, a plasmon-like
one beside it), a step by intrinsic losses, and the curved tail of lines that lie beyond the window.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import voigt_profile

from interlayer.surface.xps.recipe import Recipe, recipes
from interlayer.surface.xps.spectrum import Region

FloatArray = NDArray[np.float64]

LINES = ("C 1s", "Cu 2p", "F 1s", "Li 1s", "N 1s", "O 1s", "P 2p", "S 2p", "Ti 2p")
REFERENCE_SCATTER_EV = 0.1
"""Of the charge reference that the fit is told."""
ABSENT = 0.3
"""Share of states that are not there."""
_SIGMA = 2.0 * np.sqrt(2.0 * np.log(2.0))


@dataclass(frozen=True)
class Drawn:
    """A spectrum and what is true of it.

    Attributes
    ----------
    region : Region
    recipe : Recipe
    shares : dict of str to float
        Share of each state in the area of the line, partners and satellites included.
    positions_eV : dict of str to float
        Of the main lines, before the charge shift.
    counts : float
        Electrons in the whole line.
    """

    region: Region
    recipe: Recipe
    shares: dict[str, float]
    positions_eV: dict[str, float]
    counts: float


def even(rng: np.random.Generator, usual: float, scatter: float) -> float:
    """Return a value drawn evenly with this mean and standard deviation."""
    return float(usual + np.sqrt(3.0) * scatter * rng.uniform(-1.0, 1.0))


def widths(fwhm: float, lorentz: float) -> tuple[float, float]:
    """Return Gaussian sigma and Lorentzian half width of a Voigt line (Olivero, Longbothum 1977)."""
    wide = lorentz * fwhm
    gauss = np.sqrt(max((fwhm - 0.5346 * wide) ** 2 - 0.2166 * wide**2, 1e-6))
    return float(gauss / _SIGMA), wide / 2.0


def draw(seed: int, line: str | None = None, shares: dict[str, float] | None = None) -> Drawn:
    """Draw a spectrum.

    Parameters
    ----------
    seed : int
    line : str, optional
        None: drawn.
    shares : dict, optional
        Composition; None: drawn.
    """
    rng = np.random.default_rng(seed)
    line = line or str(rng.choice(LINES))
    recipe = recipes()[line]
    names = [state.name for state in recipe.states]
    if shares is None:
        amounts = rng.dirichlet(np.full(len(names), 1.2)) * (rng.uniform(size=len(names)) > ABSENT)
        if not amounts.sum() > 0.0:
            amounts[int(rng.integers(len(names)))] = 1.0
        shares = dict(zip(names, (amounts / amounts.sum()).tolist(), strict=True))
    step = float(rng.choice([0.05, 0.1]))
    low, high = recipe.window_eV
    # The lines are drawn further down than the window, so that the tail of all of them is there.
    e = np.arange(low - 5.0, high + 5.0, step)
    common = float(rng.normal(0.0, REFERENCE_SCATTER_EV)) + even(rng, 0.0, recipe.common_scatter_eV)
    stretch = np.exp(even(rng, 0.0, 0.15))
    lorentz = even(rng, 0.0, recipe.lorentz_scatter)
    splitting, broadening = even(rng, 0.0, 1.0), even(rng, 0.0, 1.0)
    pure, positions = np.zeros_like(e), dict[str, float]()
    for state in recipe.states:
        at = even(rng, *state.position_eV) + common
        positions[state.name] = at
        fwhm = stretch * np.exp(even(rng, np.log(state.fwhm_eV[0]), state.fwhm_eV[1] / state.fwhm_eV[0]))
        part = float(np.clip(state.lorentz + lorentz, 0.0, 0.95))
        peaks = [(0.0, 1.0, 1.0)]
        if state.doublet is not None:
            d = state.doublet
            wide = np.exp(np.log(d.broadening[0]) + broadening * d.broadening[1] / d.broadening[0])
            peaks.append((d.splitting_eV[0] + splitting * d.splitting_eV[1], even(rng, *d.ratio), wide))
        shake = [
            (even(rng, *s.offset_eV), max(even(rng, *s.share), 0.0), s.fwhm_eV * stretch)
            for s in state.satellites
        ]
        shape = np.zeros_like(e)
        for away, ratio, wide in peaks:
            sigma, gamma = widths(float(fwhm * wide), part)
            shape += ratio * voigt_profile(e - at - away, sigma, gamma)
            for offset, share, width in shake:
                sigma, gamma = widths(float(width), 0.1)
                shape += ratio * share * voigt_profile(e - at - away - offset, sigma, gamma)
        whole = sum(ratio for _, ratio, _ in peaks) * (1.0 + sum(share for _, share, _ in shake))
        pure += shares[state.name] * shape / whole
    counts = float(10.0 ** rng.uniform(3.3, 5.3)) / step
    background = _background(rng, e, pure) * counts
    width = float(recipe.states[0].fwhm_eV[0])
    level = counts / width * float(10.0 ** rng.uniform(-1.3, 0.3))
    u = (e - low) / (high - low)
    slope, bend = rng.uniform(-0.3, 0.05), rng.uniform(0.0, 0.08)
    floor = level * np.maximum(1.0 + slope * u + bend * (u - 0.5) ** 2, 0.05)
    inside = (e >= low - 1e-9) & (e <= high + 1e-9)
    mean = (counts * pure + background + floor) * step
    n = rng.poisson(mean[inside]).astype(np.float64)
    order = slice(None, None, -1)
    region = Region(line, e[inside][order], n[order], "counts", 1.0, 1486.6)
    return Drawn(region, recipe, shares, positions, counts)


def _background(rng: np.random.Generator, e: FloatArray, pure: FloatArray) -> FloatArray:
    """Return the inelastic tail of lines of unit area."""
    t = np.arange(e.size) * (e[1] - e[0])
    c = rng.uniform(900.0, 2600.0)
    universal = 2.0 * c * t / (c + t**2) ** 2
    loss = rng.uniform(12.0, 25.0)
    plasmon = t / ((loss**2 - t**2) ** 2 + rng.uniform(150.0, 500.0) * t**2)
    plasmon /= np.trapezoid(plasmon, t) + 1e-12
    share = rng.uniform(0.0, 0.4)
    kernel = rng.uniform(0.5, 1.5) * (universal * (1.0 - share) + 0.5 * share * plasmon)
    tail = np.convolve(pure, kernel)[: e.size] * (e[1] - e[0])
    # Intrinsic losses: a step that dies out over tens of eV.
    near = rng.uniform(0.0, 0.02) * np.exp(-t / rng.uniform(15.0, 60.0))
    return tail + np.convolve(pure, near)[: e.size] * (e[1] - e[0])
