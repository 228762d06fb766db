"""A cell whose equations are made: what is computed with, and what a record says about it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from interlayer.build.own_measurements import measurable, quantity_at
from interlayer.build.value import Value
from interlayer.cell import Cell
from interlayer.system import System


@dataclass(frozen=True)
class Built:
    """A cell ready to compute, with the provenance of each of its numbers."""

    system: System
    values: Mapping[str, Value]
    """By dotted name: 'conduction.thickness', '1.layer.conductivity', 'cell.area'."""
    set_name: str
    cell: Cell

    @property
    def one_c_A(self) -> float | None:  # noqa: N802
        """Current of 1C, A; None for a symmetric cell."""
        return self.cell.one_c_A if self.cell.is_full else None

    @property
    def areal_capacity(self) -> float:
        """Charge that the cathode holds, C/m2 of electrode; infinite without one."""
        for side in self.system.sides:
            if side.is_cathode:
                return float(side.loading) * float(side.cathode.capacity())
        return math.inf

    def ledger(self) -> dict[str, Any]:
        """Plain data for a record: value, uncertainty, range in the declared unit; status, source, whose it is."""
        return {name: dict(one) for name, one in self._ledger.items()}

    @cached_property
    def _ledger(self) -> dict[str, dict[str, Any]]:
        return {name: v.as_dict() for name, v in self.values.items()}

    def unused(self) -> tuple[str, ...]:
        """Own values of the cell that no law in use depends on, or that its [model] tables replace."""
        used = {v.source.rpartition(", ")[2] for v in self.values.values()}
        return tuple(
            sorted(
                path
                for path in measurable() - used
                if quantity_at(self.cell, path) is not None and self.cell.is_own(path)
            )
        )

    def references(self) -> tuple[str, ...]:
        """Keys of the papers behind the mechanisms in use."""
        used: set[str] = set(self.system.conduction.references)
        for side in self.system.sides:
            for mechanism in side.mechanisms():
                used |= set(mechanism.references)
        return tuple(sorted(used))

    def thresholds(self, side: int | None) -> list[tuple[str, str, float, str]]:
        """Events of a side (1 or 2; None: the electrolyte): name, state column, level, and how it is passed.

        'rises', 'falls' or 'swings' past the level.
        """
        if side is None:
            return self.system.conduction.thresholds()
        return self.system.sides[side - 1].thresholds(side, float(self.system.conduction.thickness))
