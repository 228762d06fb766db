"""Where adventitious carbon lies in a C 1s region, among carbon bound to oxygen and fluorine."""

from __future__ import annotations

import numpy as np

from interlayer.errors import InputError, InterlayerError
from interlayer.surface.xps.charge import Shift
from interlayer.surface.xps.recipe import recipe_for
from interlayer.surface.xps.region_fit import binding_energy, fit_region
from interlayer.surface.xps.spectrum import Region

FEWEST_SHARE = 0.1
"""Share of the whole C 1s line below which the C-C line is not trusted as the reference."""
WINDOW_EV = 1.0
"""Scatter of the shift within one trial; trials lie this far apart."""
REACH_EV = 6


def carbon_position(region: Region) -> tuple[float, float]:
    """Return the position of the C-C line in eV as the file has it, and its error.

    The highest line is taken for each state of the C 1s recipe in turn, shifts up to 6 eV; the best likelihood wins.

    Raises
    ------
    InputError
        If no hydrocarbon line of at least a tenth of the whole is found.
    """
    energy, intensity = binding_energy(region)
    recipe = recipe_for("C 1s")
    smooth = np.convolve(np.pad(intensity, 3, mode="edge"), np.full(7, 1.0 / 7.0), mode="valid")
    net = smooth - np.linspace(smooth[0], smooth[-1], smooth.size)
    top = float(energy[int(np.argmax(net))])
    best: tuple[float, float, float] | None = None
    for state in recipe.states:
        # The highest line is one of the states; each guess gives a shift.
        guess = state.position_eV[0] - top
        if abs(guess) > REACH_EV:
            continue
        try:
            one = fit_region(region, recipe, Shift(guess, WINDOW_EV, ""))
        except InterlayerError:
            # That guess puts the line outside the region; another may not.
            continue
        at = one.fit.model.fitted_peaks(one.fit.x)[0][1] - guess
        share = float(one.fit.areas[0] / max(float(one.fit.areas.sum()), 1e-300))
        if share < FEWEST_SHARE:
            continue
        error = float(np.sqrt(one.fit.covariance[0, 0])) * WINDOW_EV
        cost = one.fit.deviance + (guess / 2.0) ** 2
        if best is None or cost < best[0]:
            best = (cost, at, min(error, 0.5))
    if best is None:
        raise InputError(
            f"no hydrocarbon line is found in C 1s (highest line at {top:.1f} eV)",
            where=region.name,
            advice='give a charge reference, --reference "shift=0.3 eV" or another line',
        )
    return best[1], best[2]
