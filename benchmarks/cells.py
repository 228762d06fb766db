"""The cells that are run: the coated cell of the paper with its whole state vector, and a set around it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np

NAME = "ding2024/cuf2-20ul"
CURRENT = 1.0
"""A/m2 (0.1 mA/cm2); the first half-cycle plates."""
HALF_CYCLE = 3600.0
"""s"""
TEXT = ("0.1 mA/cm2", "1 hour")
"""The same, as a protocol says it."""
VARIED = (
    ("layer", "conductivity"),
    ("charge_transfer", "exchange_current_density"),
    ("polarisation", "saturation_current"),
    ("interphase", "mixed_conductivity"),
    ("ageing", "final_resistance"),
)
"""What differs between the cells of a batch, alike on both sides: by role and parameter."""
IDEAL = {"model.double_layer.exponent": 1.0, "model.conduction.boundary_exponent": 1.0}
"""Ordinary capacitors: a depressed arc has no finite set of states that PyBaMM could linearise."""


def coated(changes: Mapping[str, Any] | None = None) -> Any:
    """The System of the coated cell."""
    import interlayer as il
    from interlayer.build import build

    cell = il.cells.load(NAME)
    return build(cell.override(changes) if changes else cell).system


def built(system: Any) -> Any:
    """A system with its description around it, as `interlayer.simulate` takes it."""
    from interlayer import cells
    from interlayer.build import build

    return dataclasses.replace(build(cells.load(NAME)), system=system)


def bare() -> Any:
    """The System of the cell without a coating, which cracks within its first hundreds of hours."""
    import interlayer as il
    from interlayer.build import build

    return build(il.cells.load("ding2024/bare")).system


def factors(count: int, seed: int = 1) -> np.ndarray:
    """Factors on the varied parameters, shape (count, varied), from 0.8 to 1.25, the first 1."""
    drawn = np.exp(np.random.default_rng(seed).uniform(np.log(0.8), np.log(1.25), (count, len(VARIED))))
    drawn[0] = 1.0
    return drawn


def base(system: Any) -> np.ndarray:
    """Values of the varied parameters of a system, shape (varied,)."""
    return np.asarray([float(getattr(getattr(system.sides[0], role), name)) for role, name in VARIED])


def changed(system: Any, values: Any) -> Any:
    """The system with other values of the varied parameters: numbers, arrays or symbols."""
    made = system.sides
    for (role, name), value in zip(VARIED, values, strict=True):
        made = tuple(
            s._replace(**{role: dataclasses.replace(getattr(s, role), **{name: value})}) for s in made
        )
    return system._replace(sides=made)


def batch(system: Any, count: int) -> Any:
    """One System for many cells: varied parameters of shape (count,), all others of shape ()."""
    return changed(system, (factors(count) * base(system)).T)
