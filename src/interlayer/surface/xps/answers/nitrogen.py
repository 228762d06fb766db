"""How much nitrogen is nitride, and how much still nitrate: N 1s."""

from __future__ import annotations

from collections.abc import Mapping

from interlayer.metrics.base import Metric
from interlayer.surface.xps.answers.wording import metric, missing, sentence
from interlayer.surface.xps.fraction import share
from interlayer.surface.xps.region_fit import RegionFit

LINE, NITRIDE = "N 1s", "nitride"


def nitrogen(fits: Mapping[str, RegionFit]) -> tuple[list[Metric], list[str]]:
    """Return metrics and words on nitrogen, none if there is no N 1s region."""
    if LINE not in fits:
        return [], []
    found, name = fits[LINE], "nitride_fraction"
    if not found.has_line or not found.is_described:
        why = (
            "no N 1s line above the background"
            if not found.has_line
            else "N 1s gives no shares, see the findings"
        )
        return [missing(name, why)], [f"Nitrogen: {why}."]
    nitride = share(found.fit, found.states_of(NITRIDE), profile=True)
    return [metric(name, nitride, f"N 1s, {found.recipe.name}")], [
        sentence("Nitrogen that is nitride (Li3N)", nitride)
    ]
