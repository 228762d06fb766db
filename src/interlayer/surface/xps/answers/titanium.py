"""How much titanium is below Ti(IV): Ti 2p."""

from __future__ import annotations

from collections.abc import Mapping

from interlayer.metrics.base import Metric
from interlayer.surface.xps.answers.wording import metric, missing, sentence
from interlayer.surface.xps.fraction import share
from interlayer.surface.xps.region_fit import RegionFit

LINE, REDUCED = "Ti 2p", "below Ti(IV)"


def titanium(fits: Mapping[str, RegionFit]) -> tuple[list[Metric], list[str]]:
    """Return metrics and words on titanium, none if there is no Ti 2p region."""
    if LINE not in fits:
        return [], []
    found, name = fits[LINE], "titanium_reduced_fraction"
    if not found.has_line or not found.is_described:
        why = (
            "no Ti 2p line above the background"
            if not found.has_line
            else "Ti 2p gives no shares, see the findings"
        )
        return [missing(name, why)], [f"Titanium: {why}."]
    reduced = share(found.fit, found.states_of(REDUCED), profile=True)
    return [metric(name, reduced, f"Ti 2p, {found.recipe.name}")], [
        sentence("Titanium below Ti(IV)", reduced)
    ]
