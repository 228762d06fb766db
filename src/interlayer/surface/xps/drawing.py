"""Figures of an analysis: one a line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from interlayer.report.figures.photoelectron import photoelectron
from interlayer.surface.xps.analyse import Analysis

if TYPE_CHECKING:
    from interlayer.report.figure import Figure


def figures(found: Analysis) -> tuple[Figure, ...]:
    """Return one figure a fitted line, ids such as 'xps-cu-2p'."""
    drawn: list[Figure] = []
    for line, one in found.fits.items():
        factor = one.fit.noise_factor
        background, peaks = one.fit.model.parts(one.fit.x)
        names = [state.name for state in one.recipe.states]
        # What the spectrum cannot tell apart is drawn as one.
        groups = one.groups or tuple((name,) for name in names)
        states = [
            (
                " + ".join(group),
                factor
                * peaks[[n for n, p in enumerate(one.fit.model.peaks) if names[p.state] in group]].sum(
                    axis=0
                ),
            )
            for group in groups
        ]
        total = float(np.sum(one.fit.areas))
        said = (
            f"{one.recipe.name}; background {one.background}; reduced chi-squared {one.fit.reduced_chi2:.2f}."
        )
        if not one.has_line or total <= 0.0:
            said += " No line above the background."
        drawn.append(
            photoelectron(
                one.energy,
                one.intensity,
                factor * background,
                states,
                one.fit.residuals(),
                unit=one.region.intensity_unit,
                id=f"xps-{line.lower().replace(' ', '-')}",
                title=f"{line}, {found.observation.label} ({found.observation.state})",
                caption=said,
            )
        )
    return tuple(drawn)
