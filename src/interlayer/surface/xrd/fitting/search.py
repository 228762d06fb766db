"""Which phases, and with which cells to begin: trials over strains, one phase after the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interlayer.surface.xrd.crystal.cell import Cell
from interlayer.surface.xrd.fitting.lines import PhaseLines
from interlayer.surface.xrd.fitting.whole import Shape, signal_of, splines
from interlayer.surface.xrd.radiation import Radiation

FloatArray = NDArray[np.float64]

STRAIN: Final = 0.012
"""Cells of the library are taken up to so much larger or smaller: composition, temperature, defects."""
STRAIN_OF_FILES: Final = 0.025
"""The same for a person's CIF, which may hold a calculated cell."""
_STEP: Final = 0.001
_MISFIT: Final = 0.10
_COARSE_POINTS: Final = 4000


@dataclass(frozen=True)
class Start:
    """A phase with the cell that fits best, and how much it explains (fall of chi-square)."""

    phase: PhaseLines
    cell: Cell
    gain: float


class Trials:
    """Phases against a pattern that smooth background and phases taken before do not explain."""

    def __init__(
        self,
        x: FloatArray,
        y: FloatArray,
        variance: FloatArray,
        net: FloatArray,
        radiation: Radiation,
        fwhm_deg: float,
    ) -> None:
        """Arrays of shape (n,); `net` is the intensity above a background, for the weights."""
        take = slice(None, None, max(1, round(len(x) / _COARSE_POINTS)))
        self.x = x[take]
        self.radiation = radiation
        spread = max(fwhm_deg, 0.18)
        self.shape = Shape((20.0, 60.0, 100.0), (spread, spread, 1.5 * spread), 0.5)
        self.root = 1.0 / np.sqrt(variance[take] + (_MISFIT * np.maximum(net[take], 0.0)) ** 2)
        self.basis, _ = np.linalg.qr((splines(self.x) * self.root).T)
        self.left = self._rest(y[take] * self.root)

    def _rest(self, column: FloatArray) -> FloatArray:
        return column - self.basis @ (self.basis.T @ column)

    def column(self, phase: PhaseLines, cell: Cell) -> FloatArray:
        """Return the weighted signal of a phase, what is explained already taken off."""
        return self._rest(signal_of(self.x, phase, cell, self.radiation, self.shape, 0.0) * self.root)

    def best(self, phase: PhaseLines, most: float) -> Start:
        """Return the phase with the cell of the greatest gain within a strain."""
        strains = np.arange(-round(most / _STEP), round(most / _STEP) + 1) * _STEP
        gains = np.zeros(len(strains))
        for number, strain in enumerate(strains.tolist()):
            own = self.column(phase, phase.phase.structure.cell.strained(strain))
            norm = float(own @ own)
            along = float(own @ self.left)
            gains[number] = along * along / norm if along > 0.0 and norm > 0.0 else 0.0
        # Of equal gains, the least strain: the phase is then not there, or has no line in the range.
        at = int(np.argmax(gains - 1e-9 * np.abs(strains)))
        return Start(phase, phase.phase.structure.cell.strained(float(strains[at])), float(gains[at]))

    def take(self, start: Start) -> None:
        """Count a phase as explained from now on."""
        own = self.column(start.phase, start.cell)
        norm = float(np.linalg.norm(own))
        if norm > 0.0:
            self.basis = np.column_stack([self.basis, own / norm])
            self.left = self._rest(self.left)
