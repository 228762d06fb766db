"""How much copper is no longer Cu(II), and whether it is metal: Cu 2p and Cu LMM."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from interlayer.metrics.base import Metric
from interlayer.surface.xps.answers.wording import metric, missing, percent, sentence
from interlayer.surface.xps.fraction import Share, share
from interlayer.surface.xps.region_fit import RegionFit

LINE, AUGER = "Cu 2p", "Cu LMM"
DIVALENT, REDUCED, METAL = "Cu(II)", "Cu(0) or Cu(I)", "Cu(0)"
METAL_PARAMETER_EV: Final = 1851.2
OXIDE_PARAMETER_EV: Final = 1849.2
PARAMETER_SCATTER_EV: Final = 0.3
"""Modified Auger parameters of Cu and Cu2O: the metal's is 932.63 + 918.6 eV, both checked (see the recipes); Cu2O's is
from memory of Biesinger 2017 (doi:10.1002/sia.6239); scatter assumed."""


def copper(fits: Mapping[str, RegionFit]) -> tuple[list[Metric], list[str]]:
    """Return metrics and words on copper, none if there is no Cu 2p region."""
    if LINE not in fits:
        return [], []
    found = fits[LINE]
    name, metal_name = "copper_not_divalent_fraction", "copper_metal_fraction"
    if not found.has_line or not found.is_described:
        why = (
            "no Cu 2p line above the background"
            if not found.has_line
            else "Cu 2p gives no shares, see the findings"
        )
        return [missing(name, why), missing(metal_name, why)], [f"Copper: {why}."]
    reduced = share(found.fit, found.states_of(REDUCED), profile=True)
    metrics = [metric(name, reduced, f"Cu 2p, {found.recipe.name}")]
    words = [sentence("Copper that is no longer Cu(II)", reduced)]
    if not reduced.is_seen:
        metrics.append(missing(metal_name, "no reduced copper to tell apart"))
        return metrics, words
    if AUGER not in fits:
        metrics.append(missing(metal_name, "Cu(0) and Cu(I) need the Cu LMM line; it was not measured"))
        words.append(
            "Cu(0) and Cu(I) lie 0.2 eV apart in Cu 2p: without the Cu LMM line they are inseparable."
        )
        return metrics, words
    more, said = _metal(found, fits[AUGER], reduced)
    return [*metrics, *more], [*words, *said]


def _metal(found: RegionFit, auger: RegionFit, reduced: Share) -> tuple[list[Metric], list[str]]:
    name = "copper_metal_fraction"
    if not auger.has_line or not auger.is_described or auger.region.photon_energy_eV is None:
        why = (
            "the photon energy is not known"
            if auger.region.photon_energy_eV is None
            else "the recipe does not describe Cu LMM"
        )
        return [missing(name, f"Cu LMM: {why}")], [f"Cu(0) and Cu(I) stay inseparable: Cu LMM, {why}."]
    binding = found.position(found.states_of(REDUCED))
    peaks = auger.fit.model.fitted_peaks(auger.fit.x)
    areas = dict(zip((s.name for s in auger.recipe.states), auger.fit.areas, strict=True))
    strongest = max((s for s in auger.recipe.states if s.group != DIVALENT), key=lambda s: areas[s.name])
    place = next(p for state, p, _, satellite in peaks if state == strongest.name and not satellite)
    parameter = auger.region.photon_energy_eV - place + binding
    words = [
        f"Modified Auger parameter of the reduced copper {parameter:.1f} eV "
        f"(Cu {METAL_PARAMETER_EV} eV, Cu2O {OXIDE_PARAMETER_EV} eV, the latter from memory)."
    ]
    metrics = [
        Metric(
            "copper_auger_parameter", parameter, "eV", PARAMETER_SCATTER_EV, evidence=("Cu 2p3/2, Cu LMM",)
        )
    ]
    near = min(abs(parameter - METAL_PARAMETER_EV), abs(parameter - OXIDE_PARAMETER_EV))
    if near > 3.0 * PARAMETER_SCATTER_EV:
        return (
            [*metrics, missing(name, "the Auger parameter is that of neither Cu nor Cu2O")],
            [*words, "That is neither Cu nor Cu2O: metal is not told from Cu(I)."],
        )
    metal, oxide = (auger.states_of(group) for group in (METAL, "Cu(I)"))
    at = [share(auger.fit, one) for one in (metal, oxide)]
    both = at[0].value + at[1].value
    if both <= 0.0 or at[0].high - at[0].low > 0.5:
        why = "Cu(0) and Cu(I) overlap too much in Cu LMM"
        return [*metrics, missing(name, why)], [*words, f"{why}: inseparable."]
    part = at[0].value / both
    # The Auger line's split times the reduced share of Cu 2p; errors added as variances.
    sd_part = (at[0].high - at[0].low) / 3.92 / max(both, 1e-9)
    value = part * reduced.value
    sd = float(np.hypot(sd_part * reduced.value, part * (reduced.high - reduced.low) / 3.92))
    low, high = max(value - 1.96 * sd, 0.0), min(value + 1.96 * sd, 1.0)
    said = f"95 % interval {percent(low)} to {percent(high)}"
    metrics.append(
        Metric(name, value, "1", sd, evidence=(said, "split of Cu LMM times the reduced share of Cu 2p"))
    )
    words.append(f"Copper as metal: {percent(value)} ({said}).")
    return metrics, words
