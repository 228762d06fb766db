"""One region fitted by a recipe: window, noise, background, fit, and whether the model describes the data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interlayer.errors import InputError
from interlayer.record.record import Finding
from interlayer.surface.xps.backgrounds import ACTIVE, FIXED, known_background
from interlayer.surface.xps.charge import Shift
from interlayer.surface.xps.fit import AUTOCORRELATION_LIMIT, LineFit, fit
from interlayer.surface.xps.fraction import separable_groups
from interlayer.surface.xps.model import LineModel
from interlayer.surface.xps.noise import FEWEST_POINTS, noise_factor
from interlayer.surface.xps.recipe import Recipe
from interlayer.surface.xps.spectrum import Region

FloatArray = NDArray[np.float64]

MOST_UNEXPLAINED: Final = 0.10
"""Share of the line area that the model may leave unexplained; beyond it no share is given."""
LEAST_STRAIN: Final = 1e-4
"""Probability of positions, widths and satellites, given the recipe's scatters, below which no share is given."""
FEWEST_SIGMA: Final = 5.0
"""Line area over its error below which there is no line."""


@dataclass(frozen=True)
class RegionFit:
    """A region with its fit.

    Attributes
    ----------
    region : Region
    recipe : Recipe
    shift : Shift
    energy : array, shape (n,)
        Binding energy in eV, rising, referenced.
    intensity : array, shape (n,)
    fit : LineFit
    background : str
    groups : tuple of tuple of str
        States as far as they can be told apart.
    findings : tuple of Finding
    is_described : bool
        Whether the model describes the data well enough to speak of shares.
    has_line : bool
        Whether there is a line at all.
    """

    region: Region
    recipe: Recipe
    shift: Shift
    energy: FloatArray
    intensity: FloatArray
    fit: LineFit
    background: str
    groups: tuple[tuple[str, ...], ...]
    findings: tuple[Finding, ...]
    is_described: bool
    has_line: bool

    def states_of(self, group: str) -> tuple[str, ...]:
        """Return the names of the states that count as `group`."""
        return tuple(state.name for state in self.recipe.states if state.group == group)

    def position(self, states: Sequence[str]) -> float:
        """Return the position of the main line of some states in eV, weighted by their areas."""
        names = [state.name for state in self.recipe.states]
        areas = self.fit.areas
        main: dict[str, float] = {}
        for name, place, _, satellite in self.fit.model.fitted_peaks(self.fit.x):
            if not satellite:
                main.setdefault(name, place)
        weight = np.array([areas[names.index(name)] for name in states])
        places = np.array([main[name] for name in states])
        return float(places.mean() if weight.sum() <= 0.0 else np.average(places, weights=weight))

    def area(self) -> tuple[float, float]:
        """Return the area of the whole line and its error, in units of intensity x eV."""
        model = self.fit.model
        at = slice(model.soft, model.soft + model.states)
        gradient = np.zeros(model.size)
        gradient[at] = model.state_parts(self.fit.x)
        gradient[: model.soft] = self.fit.x[at] @ model.state_parts_jacobian()
        sd = np.sqrt(max(float(gradient @ self.fit.covariance @ gradient), 0.0))
        return float(self.fit.areas.sum()), float(sd) * model.scale * self.fit.noise_factor


def binding_energy(region: Region) -> tuple[FloatArray, FloatArray]:
    """Return binding energy in eV, rising, and intensity; points that are no numbers are left out.

    Raises
    ------
    InputError
        If only kinetic energies are known, or too few points.
    """
    if region.is_kinetic:
        raise InputError(
            "kinetic energies without a photon energy",
            where=region.name,
            advice="give --photon-energy in eV (1486.6 for Al K-alpha)",
        )
    order = np.argsort(region.energy_eV, kind="stable")
    energy, intensity = region.energy_eV[order], region.intensity[order]
    good = np.isfinite(energy) & np.isfinite(intensity)
    good[1:] &= np.diff(energy) > 0.0
    energy, intensity = energy[good], intensity[good]
    if energy.size < FEWEST_POINTS:
        raise InputError(
            f"{energy.size} points are too few to fit (at least {FEWEST_POINTS})", where=region.name
        )
    return energy, intensity


def fit_region(region: Region, recipe: Recipe, shift: Shift, background: str = "active") -> RegionFit:
    """Fit a region.

    Raises
    ------
    InputError
        If the region does not hold the line, has too few points or negative intensities.
    """
    known_background(background)
    energy, intensity = binding_energy(region)
    energy = energy + shift.value_eV
    low, high = recipe.window_eV
    places = [state.position_eV[0] for state in recipe.states]
    if energy[0] > min(places) - 1.0 or energy[-1] < max(places) + 1.0:
        raise InputError(
            f"{energy[0]:.1f} to {energy[-1]:.1f} eV does not hold {recipe.line} "
            f"({min(places):.1f} to {max(places):.1f} eV with 1 eV on both sides)",
            where=region.name,
            advice="check the region, the charge reference, or give another --recipe",
        )
    inside = (energy >= low) & (energy <= high)
    energy, intensity = energy[inside], intensity[inside]
    if energy.size < FEWEST_POINTS:
        raise InputError(
            f"{energy.size} points between {low:g} and {high:g} eV are too few to fit {recipe.line}",
            where=region.name,
        )
    if float(intensity.min()) < 0.0:
        raise InputError(
            "negative intensities: a background was taken off before; counts cannot be fitted then",
            where=region.name,
            advice="give the spectrum as measured",
        )
    factor, noise_error, findings = noise_factor(region)
    model = _model(energy, intensity / factor, recipe, shift, background)
    found = fit(model, intensity, factor, noise_error)
    notes = list(findings)
    described = True
    if found.reduced_chi2 > found.most_chi2:
        notes.append(
            Finding(
                "misfit",
                f"{region.name}: reduced chi-squared {found.reduced_chi2:.2f}; errors are widened by "
                f"{np.sqrt(found.inflation):.2f}",
                "warning",
                energy.size,
            )
        )
    elif found.autocorrelation * np.sqrt(energy.size) > AUTOCORRELATION_LIMIT:
        notes.append(
            Finding(
                "residuals_follow_each_other",
                f"{region.name}: residuals correlate by {found.autocorrelation:.2f} from point to point: the model "
                f"misses a feature; errors are widened by {np.sqrt(found.inflation):.2f}",
                "warning",
                energy.size,
            )
        )
    result = RegionFit(
        region, recipe, shift, energy, intensity, found, background, (), (), True, True
    )  # fmt: skip
    area, sd = result.area()
    # Of the counts alone: a misfit widens errors, but it is no lack of a line.
    has_line = area > FEWEST_SIGMA * sd / np.sqrt(found.inflation)
    if has_line and found.unexplained > MOST_UNEXPLAINED:
        described = False
        notes.append(
            Finding(
                "not_described",
                f"{region.name}: the states of the recipe leave {100.0 * found.unexplained:.0f} % of the line area "
                f"unexplained; no shares are given",
                "error",
                energy.size,
            )
        )
    if has_line and found.strain < LEAST_STRAIN:
        described = False
        soft = np.abs(found.x[: model.soft])
        worst = [model.names[k] for k in np.argsort(-soft)[:3] if soft[k] > 2.0]
        notes.append(
            Finding(
                "recipe_strained",
                f"{region.name}: the fit needs {', '.join(worst)} far from the recipe: other states, or a background "
                f"that the lines do not explain; no shares are given",
                "error",
                energy.size,
            )
        )
    groups = tuple(separable_groups(found)) if has_line and described else ()
    return RegionFit(
        region, recipe, shift, energy, intensity, found, background, groups, tuple(notes), described, has_line
    )


def _model(
    energy: FloatArray, counts: FloatArray, recipe: Recipe, shift: Shift, background: str
) -> LineModel:
    level = max(float(min(counts[:5].mean(), counts[-5:].mean())), 1.0)
    net = float(np.trapezoid(np.maximum(counts - level, 0.0), energy))
    scale = max(net, 10.0)
    scatter = float(np.hypot(shift.scatter_eV, recipe.common_scatter_eV))
    fixed = FIXED[background](energy, counts) if background in FIXED else None
    return LineModel(energy, recipe, fixed, ACTIVE.get(background, ()), scale, level, scatter)
