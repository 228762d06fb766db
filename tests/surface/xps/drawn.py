"""Regions drawn from given positions, by scipy's Voigt profile and a background of its own."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import voigt_profile

from interlayer.surface.xps.spectrum import Region

Line = tuple[float, float, float]
"""Position in eV, area in counts x eV, full width in eV."""


def region(
    name: str,
    window: tuple[float, float],
    lines: Sequence[Line],
    *,
    seed: int = 0,
    shift: float = 0.0,
    floor: float = 400.0,
    step: float = 0.1,
    losses: float = 0.012,
    **more,
) -> Region:
    """Counts with an inelastic tail of `losses` per eV that rises within 20 eV, as none of the fit's is."""
    e = np.arange(window[0], window[1] + step / 2, step)
    pure = np.zeros_like(e)
    for at, area, fwhm in lines:
        pure += area * voigt_profile(e - at, fwhm * 0.37, fwhm * 0.1)
    t = np.arange(e.size) * step
    tail = np.convolve(pure, losses * (1.0 - np.exp(-t / 20.0)))[: e.size] * step
    mean = pure + tail + floor * (1.0 - 0.1 * (e - e[0]) / (e[-1] - e[0]))
    counts = np.random.default_rng(seed).poisson(mean).astype(np.float64)
    return Region(name, (e - shift)[::-1], counts[::-1], "counts", 1.0, 1486.6, **more)


def doublet(at: float, area: float, fwhm: float, splitting: float, wider: float = 1.0) -> list[Line]:
    """Both parts of a p line; `area` is that of both."""
    return [(at, area / 1.5, fwhm), (at + splitting, area / 3.0, fwhm * wider)]


def cuf2(area: float, at: float = 936.5) -> list[Line]:
    """CuF2 with its satellites: 0.6 of the main line, 7.8 eV above it."""
    main, sat = area / 1.6, 0.6 * area / 1.6
    return [*doublet(at, main, 3.0, 19.8, 1.25), *doublet(at + 7.8, sat, 4.5, 19.8)]


def copper(area: float, at: float = 932.2) -> list[Line]:
    """Reduced copper."""
    return doublet(at, area, 1.1, 20.0, 1.25)


def titanium(area: float, at: float = 459.7) -> list[Line]:
    """Ti(IV) with its broader 2p1/2."""
    return doublet(at, area, 1.3, 5.8, 1.6)
