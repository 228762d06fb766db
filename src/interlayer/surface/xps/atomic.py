"""Atomic percentages from the areas of lines of different elements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from interlayer.surface.xps.region_fit import RegionFit

SENSITIVITY_SCATTER: Final = 0.1
"""Relative error of a sensitivity factor, assumed."""
TRANSMISSION: Final = "transmission"


@dataclass(frozen=True)
class Atomic:
    """Atomic percentage of an element among those measured.

    Attributes
    ----------
    element, line : str
    percent, sd_percent : float
    """

    element: str
    line: str
    percent: float
    sd_percent: float


def atomic_percentages(fits: Mapping[str, RegionFit]) -> tuple[list[Atomic], str]:
    """Return the atomic percentages of the fitted lines, one an element, and what they rest on.

    Areas are divided by Scofield's cross-section and by E_kin^0.7, the energy dependence of the escape depth
    (Powell, Jablonski; exponent assumed). Each element has the first of its lines with an Auger line left out.
    """
    chosen: dict[str, tuple[str, float, float]] = {}
    assumed = False
    for line, one in fits.items():
        if (
            line.endswith(("LMM", "KLL"))
            or not one.has_line
            or not one.is_described
            or one.recipe.element in chosen
        ):
            continue
        area, sd = one.area()
        counting = one.region.counting_s if one.region.intensity_unit == "counts" else 1.0
        if counting is None:
            counting, assumed = 1.0, True
        column = next((v for k, v in one.region.columns.items() if TRANSMISSION in k.lower()), None)
        if column is not None and float(np.nanmean(column)) > 0.0:
            area, sd = area / float(np.nanmean(column)), sd / float(np.nanmean(column))
        else:
            assumed = True
        photon = one.region.photon_energy_eV or 1486.6
        kinetic = photon - float(np.mean([s.position_eV[0] for s in one.recipe.states]))
        factor = one.recipe.sensitivity * (kinetic / 1202.0) ** 0.7 * counting
        chosen[one.recipe.element] = (
            line,
            area / factor,
            float(np.hypot(sd / area, SENSITIVITY_SCATTER)) if area > 0 else 1.0,
        )
    total = sum(n for _, n, _ in chosen.values())
    if len(chosen) < 2 or total <= 0.0:
        return [], ""
    shares = {element: n / total for element, (_, n, _) in chosen.items()}
    variance = sum((shares[e] * rel) ** 2 for e, (_, _, rel) in chosen.items())
    found = [
        Atomic(e, line, 100.0 * shares[e],
               100.0 * shares[e] * float(np.sqrt((1.0 - 2.0 * shares[e]) * rel**2 + variance)))
        for e, (line, _, rel) in chosen.items()
    ]  # fmt: skip
    basis = "Scofield's cross-sections, escape depth as E_kin^0.7"
    basis += ", transmission and dwell times assumed equal" if assumed else ", transmission of the file"
    return found, basis
