"""Lines of a phase whose atoms are not known: positions from its cell, absences from its symmetry."""

from __future__ import annotations

from typing import Final

import numpy as np

from interlayer.surface.xrd.crystal.reflections import Reflections, reflections
from interlayer.surface.xrd.crystal.structure import Site
from interlayer.surface.xrd.fitting.lines import PhaseLines
from interlayer.surface.xrd.library import Phase
from interlayer.surface.xrd.radiation import Radiation

SMALLEST_D: Final = 2.4
"""Angstrom; below it lines of such a phase lie so close that a position tells nothing."""
_ANYWHERE: Final = ((0.123, 0.271, 0.417), (0.311, 0.083, 0.189))


def position_lines(phase: Phase, radiation: Radiation, highest_deg: float) -> PhaseLines:
    """Return the lines of a phase without atoms, each of weight 1.

    Atoms in general positions make every line that the symmetry allows; their intensities are not used.
    """
    sites = tuple(Site("O", *place) for place in _ANYWHERE)
    structure = phase.structure
    filled = type(structure)(
        structure.name,
        structure.cell,
        sites,
        structure.rotations,
        structure.translations,
        structure.space_group,
    )
    found = reflections(filled, radiation, highest_deg, lowest_deg=5.0)
    kept = found.d >= SMALLEST_D
    lines = Reflections(found.hkl[kept], found.d[kept], np.ones(int(kept.sum())), found.multiplicity[kept])
    return PhaseLines(phase, lines, np.ones(int(kept.sum())))
