"""How much fluorine is fluoride, and how much of that is CuF2: F 1s, tied to Cu 2p of the same sample."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from interlayer.metrics.base import Metric
from interlayer.surface.xps.answers.wording import metric, missing, percent, sentence
from interlayer.surface.xps.fraction import share
from interlayer.surface.xps.region_fit import RegionFit

LINE, FLUORIDE = "F 1s", "fluoride"
COPPER_LINE, COPPER_FLUORIDE = "Cu 2p", "CuF2"
PER_COPPER: Final = 2.0
SENSITIVITY_SCATTER: Final = 0.2
"""Relative, of the ratio of two sensitivities 250 eV apart: transmission, escape depth, adventitious layer; assumed."""
WIDEST: Final = 0.5
"""A 95 % interval wider than this says nothing: inseparable."""


def fluorine(fits: Mapping[str, RegionFit]) -> tuple[list[Metric], list[str]]:
    """Return metrics and words on fluorine, none if there is no F 1s region."""
    if LINE not in fits:
        return [], []
    found = fits[LINE]
    name, split = "fluoride_fraction", "copper_fluoride_fraction"
    if not found.has_line or not found.is_described:
        why = (
            "no F 1s line above the background"
            if not found.has_line
            else "F 1s gives no shares, see the findings"
        )
        return [missing(name, why)], [f"Fluorine: {why}."]
    fluoride = share(found.fit, found.states_of(FLUORIDE), profile=True)
    metrics = [metric(name, fluoride, f"F 1s, {found.recipe.name}")]
    words = [sentence("Fluorine that is fluoride (LiF, CuF2) and not organic", fluoride)]
    if not fluoride.is_seen or len(found.states_of(FLUORIDE)) < 2:
        return metrics, words
    alone = "CuF2 and LiF lie 0.3 eV apart in F 1s: inseparable there, only their sum is given"
    copper = fits.get(COPPER_LINE)
    states = () if copper is None else [s.name for s in copper.recipe.states if s.name == COPPER_FLUORIDE]
    if copper is None or not states or not copper.has_line or not copper.is_described:
        metrics.append(missing(split, f"{alone}; no Cu 2p region of this sample ties CuF2"))
        words.append(f"{alone}; Cu 2p of the same sample would tell how much CuF2 there is.")
        return metrics, words
    divalent = share(copper.fit, states)
    ratio = (copper.area()[0] / copper.recipe.sensitivity * divalent.value * PER_COPPER) / (
        found.area()[0] / found.recipe.sensitivity
    )
    relative = np.hypot(
        SENSITIVITY_SCATTER, (divalent.high - divalent.low) / 3.92 / max(divalent.value, 1e-9)
    )
    sd = float(ratio * relative)
    if not divalent.is_seen:
        ratio, sd = 0.0, float(divalent.high * ratio / max(divalent.value, 1e-9) / 1.96)
    part = ratio / fluoride.value
    sd_part = float(np.hypot(sd / fluoride.value, part * fluoride.sd / fluoride.value))
    low, high = max(part - 1.96 * sd_part, 0.0), min(part + 1.96 * sd_part, 1.0)
    if high - low > WIDEST or low >= 1.0:
        why = f"{alone}; Cu 2p allows {percent(low)} to {percent(high)} of the fluoride to be CuF2"
        if low >= 1.0:
            why = f"{alone}; Cu 2p holds more Cu(II) than the fluoride can bind as CuF2"
        metrics.append(missing(split, why))
        words.append(f"{why}: not told apart.")
        return metrics, words
    said = f"95 % interval {percent(low)} to {percent(high)}"
    how = "from Cu 2p of the same sample, F:Cu = 2, sensitivities of Scofield, transmission assumed equal, 20 % assumed"
    metrics.append(Metric(split, min(part, 1.0), "1", sd_part, evidence=(said, how)))
    words.append(
        f"Of the fluoride {percent(min(part, 1.0))} is CuF2 ({said}), the rest LiF or alike: {how}. "
        f"F 1s alone does not tell them apart."
    )
    return metrics, words
