"""One member of the ensemble: what was drawn for every unknown, and the cells that follow from it."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import numpy as np

from interlayer import cells, units
from interlayer.build import SIDES, build
from interlayer.cell import Cell
from interlayer.physics.filament.weibull import quantile_factor
from interlayer.published.ding2024 import forward, full_cell_draws, priors
from interlayer.published.ding2024.posterior import bases
from interlayer.published.ding2024.shorts import failed_levels, hours_to_short, ramp
from interlayer.system import System

HORIZON_H: Final = 6000.0
"""Hours after which a run that has not shorted is called censored."""
COATED_RAMP: Final = (0.1, 3.0)
"""Step and end of the coated cell's ramp, mA/cm2."""


@dataclass(frozen=True)
class Draw:
    """What was drawn.

    Attributes
    ----------
    number : int
        Place in the ensemble.
    values : mapping
        Every unknown by its name in `priors.toml`, SI. `threshold_current` is that of the bare cell of the ramp.
    numbers : mapping
        Model values without errors by row name, in the unit of the row: the calibrating numbers and those that follow
        from the same functions.
    factors : mapping
        Logarithm of the factor of each cell on which a calibrating number was measured, drawn given its numbers.
    luck : float
        Threshold of the ramp's bare cell over the median of such cells.
    seed : int
        Of the ensemble.
    """

    number: int
    values: Mapping[str, float]
    numbers: Mapping[str, float]
    factors: Mapping[str, float]
    luck: float
    seed: int
    _systems: dict[str, System] = field(default_factory=dict[str, System], repr=False, compare=False)

    def rng(self, what: str) -> np.random.Generator:
        """A generator of its own for each purpose: the same for the same seed, draw and text."""
        return np.random.default_rng([self.seed, self.number, zlib.crc32(what.encode())])

    def measured(self, value: float, piece: str, kind: str, what: str) -> float:
        """A model value as it would be read on cell `piece`: times the cell's factor and an error of its own.

        `kind` is 'voltage' or 'resistance'. A cell without a calibrating number gets a fresh factor.
        """
        own = self.values["error_voltage" if kind == "voltage" else "error_resistance"]
        factor = self.factors.get(piece)
        if factor is None:
            factor = self.values["cell_scatter"] * self.rng(f"cell {piece}").standard_normal()
        return float(value * np.exp(factor + own * self.rng(what).standard_normal()))

    def threshold(self, piece: str) -> float:
        """Threshold current of another cell of the same making, A/m2: the median times its own luck."""
        q = self.rng(f"luck {piece}").uniform(1e-6, 1.0 - 1e-6)
        other = float(quantile_factor(q, 1.0 / self.values["weibull_modulus"]))
        return self.values["threshold_current"] / self.luck * other

    def system(self, name: str) -> System:
        """Equations of a shipped cell with the drawn values; symmetric ones without being built anew."""
        kind = name.removeprefix("ding2024/")
        if kind not in self._systems:
            if kind in forward.KINDS:
                made = forward.with_parameters(bases()[kind], kind, self.values)
            else:
                made = build(self.cell(name)).system
            self._systems[kind] = made
        return self._systems[kind]

    def cell(self, name: str) -> Cell:
        """A shipped cell with the drawn values in its [model] tables, for whole simulations."""
        cell = cells.load(name)
        changes: dict[str, Any] = {
            "area": f"{self.values['area'] * 1e4:.12g} cm2",
            "electrolyte.thickness": f"{self.values['pellet'] * 1e3:.12g} mm",
        }
        for side, coating in zip(SIDES, cell.coatings, strict=True):
            table = dict(forward.FIELDS)
            if coating is None:
                table |= forward.BARE_FIELDS
            else:
                table |= forward.COATED_FIELDS
                conductivity = forward.LAYER_CONDUCTIVITY.get(coating.material)
                if conductivity:
                    table[conductivity] = ("layer", "conductivity")
                for key, whole in zip(
                    ("conductivity_before", "conductivity_after"),
                    forward.WHOLE_SAMPLE_ELECTRONIC,
                    strict=True,
                ):
                    leak = float(forward.layer_leakage(whole, self.values["pellet"]))
                    changes[f"model.{side}.leakage.{key}"] = f"{leak / 100.0:.12g} S/cm"
            for unknown, (family, key) in table.items():
                prior = priors.load()[unknown]
                shown = units.to_unit(self.values[unknown], prior.unit)
                text = shown if prior.unit == "1" else f"{shown:.12g} {prior.unit}"
                changes[f"model.{side}.{family}.{key}"] = text
        return cell.override(changes)

    @cached_property
    def bare_failed(self) -> dict[float, float]:
        """First failed level (mA/cm2) of the bare cell by the step of its ramp."""
        thresholds = np.array([self.values["threshold_current"]])
        bare = self.system("bare")
        return {step: float(failed_levels(bare, ramp(step, 0.4), thresholds)[0]) for step in (0.05, 0.1)}

    @cached_property
    def full_cells(self) -> dict[str, float | None]:
        """What this draw says of the left-out numbers of full cells."""
        return full_cell_draws.predict(self)

    @cached_property
    def coated_passed(self) -> float:
        """Last passed level (mA/cm2) of the ramp of a coated cell; infinite if it passes all."""
        course = ramp(*COATED_RAMP)
        thresholds = np.array([self.threshold("cuf2-ramp")])
        failed = float(failed_levels(self.system("cuf2-20ul"), course, thresholds)[0])
        return failed - COATED_RAMP[0] if np.isfinite(failed) else np.inf

    def short_hours(self, kind: str, milliamps: float, piece: str) -> float:
        """Hours to the short of a coated cell at `milliamps` mA/cm2, 1 h a half-cycle; infinite beyond `HORIZON_H`."""
        found = hours_to_short(self.system(kind), 10.0 * milliamps, self.threshold(piece))
        return found if found <= HORIZON_H else np.inf
