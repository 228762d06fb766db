"""What the comparison reads from records of full cells: capacities, retention, efficiency, by the metrics."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, Protocol

import numpy as np

from interlayer import units
from interlayer.metrics.analysis import Analysis
from interlayer.metrics.cell_kind import active_mass_kg
from interlayer.metrics.coulombic_efficiency import coulombic_efficiency
from interlayer.metrics.cycle_capacity import specific_discharge_capacity
from interlayer.metrics.rate_capability import capacity_levels


class HasAnalyses(Protocol):
    """Whatever gives the analysis of an experiment's record."""

    def analysis(self, name: str) -> Analysis | None:
        """The analysis, None where the experiment was not run."""
        ...


def capacities(n: HasAnalyses, name: str) -> dict[int, float]:
    """Discharge capacity (mAh/g) by cycle, from 1."""
    analysis = n.analysis(name)
    found = specific_discharge_capacity(analysis) if analysis is not None else ()
    return {m.cycle: m.value for m in found if m.cycle and m.value is not None}


def level_means(n: HasAnalyses, name: str) -> list[float]:
    """Mean discharge capacity (mAh/g) at each rate of a rate test."""
    analysis = n.analysis(name)
    mass = active_mass_kg(analysis.record) if analysis is not None else None
    if analysis is None or mass is None:
        return []
    return [units.to_unit(level.mean_C / mass, "mAh/g") for level in capacity_levels(analysis)]


def _level(n: HasAnalyses, name: str, detail: str) -> float | None:
    found = level_means(n, name)
    return found[int(detail)] if int(detail) < len(found) else None


def _capacity(n: HasAnalyses, name: str, detail: str) -> float | None:
    return _of_cycle(n, name, int(detail))


def _of_cycle(n: HasAnalyses, name: str, cycle: int) -> float | None:
    """Capacity of a cycle; 0 where the cell has no cycle left to give (its charge ends as it begins)."""
    found = capacities(n, name)
    if not found:
        return None
    return found.get(cycle, 0.0)


def _retention(n: HasAnalyses, name: str, detail: str) -> float | None:
    """Capacity of a cycle over that of the first, %."""
    first, then = _of_cycle(n, name, 1), _of_cycle(n, name, int(detail))
    return None if not first or then is None else 100.0 * then / first


def _efficiency(n: HasAnalyses, name: str, _detail: str) -> float | None:
    """Median coulombic efficiency after the first cycle, % (single cycles scatter by the time steps at their ends)."""
    analysis = n.analysis(name)
    found = coulombic_efficiency(analysis) if analysis is not None else ()
    values = [m.value for m in found if m.value is not None and m.cycle is not None and m.cycle > 1]
    return float(np.median(values)) if values else None


def _level_ratio(n: HasAnalyses, name: str, detail: str) -> float | None:
    """Capacity of the coated cell over that of the bare one at a rate; `name` holds '{}' for the kind."""
    coated, bare = (_level(n, name.format(kind), detail) for kind in ("cuf2", "bare"))
    return coated / bare if coated and bare else None


def _retention_ratio(n: HasAnalyses, name: str, detail: str) -> float | None:
    coated, bare = (_retention(n, name.format(kind), detail) for kind in ("cuf2", "bare"))
    return coated / bare if coated and bare else None


KINDS: Final[Mapping[str, Callable[[HasAnalyses, str, str], float | None]]] = {
    "level": _level,
    "capacity": _capacity,
    "retention": _retention,
    "efficiency": _efficiency,
    "level-ratio": _level_ratio,
    "retention-ratio": _retention_ratio,
}
"""By the first word of a row's metric."""
