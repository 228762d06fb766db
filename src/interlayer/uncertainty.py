"""How sure a simulated number is: cells drawn from what is stated about their values.

What is drawn
-------------
- A value with a stated uncertainty (the cell's own, '4.9e-4 +- 0.3e-4 S/cm'; also one of a parameter set or of the
  material library): a normal distribution, cut off at the bounds of its field.
- Any other value with a stated range: between its low and high end, evenly in its logarithm where the high end is
  at least ten times the low one and the low one is above zero, else evenly. The best value itself plays no part.
- Everything else is held at its value. A default without a range is not known better for that: `Draws.held` counts.

What is stated once is drawn once: a coating described for both faces has one thickness in each draw, an entry of a
parameter set one value on both sides, grains that are taken as of the whole pellet its conductivity. Different
values are drawn independently; correlations, as between parameters fitted together, are not known here.

Draws are repeatable: each value has its own stream of random numbers from seed and name, so that the first ten of
fifty are the ten, and a further uncertain value leaves the draws of the others as they are.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from interlayer import units
from interlayer.build import SHARED, SIDES, Built, Value, build
from interlayer.cell import Cell
from interlayer.errors import InputError
from interlayer.physics.base import ParameterSpec
from interlayer.physics.constants import LITHIUM_MOLAR_VOLUME
from interlayer.propagation import with_values
from interlayer.system import System

__all__ = ["Drawn", "Draws", "sample"]

_DECADE: Final = 10.0
"""Ratio of the ends of a range from which on it is drawn in its logarithm."""
_WHOLE_PELLET: Final = "as of the whole pellet ("


@dataclass(frozen=True)
class Drawn:
    """One quantity that is drawn.

    Attributes
    ----------
    name : str
        Key of the cell as written ('coating.thickness'), or the name in the ledger ('1.contact.initial').
    names : tuple of str
        All names in the ledger that take this draw; empty for a quantity of the cell, which reaches the equations
        through its description.
    kind : str
        'normal', 'log-uniform' or 'uniform'.
    low, high : float
        Where the distribution ends, SI.
    value, sigma : float, float or None
        Best value, and standard deviation of a normal one, SI.
    values : array, shape (n,)
        What was drawn, SI.
    """

    name: str
    names: tuple[str, ...]
    kind: str
    low: float
    high: float
    value: float
    sigma: float | None
    values: NDArray[np.float64]


@dataclass(frozen=True)
class Draws:
    """Cells drawn from what is stated, ready to compute.

    Attributes
    ----------
    best : Built
        The cell with its best values.
    builts : tuple of Built
        One a draw; the same equations with other numbers, so that compiled code serves all of them. Pass it as
        `simulate(built.cell, protocol, built=built)`.
    drawn : tuple of Drawn
        What was drawn.
    """

    best: Built
    builts: tuple[Built, ...]
    drawn: tuple[Drawn, ...]

    @property
    def held(self) -> int:
        """How many values of the ledger are the same in all draws."""
        first = self.builts[0].values if self.builts else self.best.values
        return sum(all(b.values[n].value == first[n].value for b in self.builts) for n in first)

    def __iter__(self) -> Iterator[Built]:
        return iter(self.builts)

    def __len__(self) -> int:
        return len(self.builts)


def sample(cell: Cell, n: int, seed: int = 0, *, parameters: str | None = None, ranges: bool = True) -> Draws:
    """Draw cells from the stated uncertainties of a cell's values and the stated ranges of the others.

    Parameters
    ----------
    cell : Cell
    n : int
        How many.
    seed : int
        The same seed gives the same cells.
    parameters : str, optional
        Name of a parameter set instead of the cell's own choice.
    ranges : bool
        False draws only what has a stated uncertainty, and holds what has a range at its best value.

    Raises
    ------
    InputError
        If n is below 1.
    DescriptionError
        If the cell lacks what a simulation needs.
    """
    if n < 1:
        raise InputError(f"n = {n}: there is nothing to draw", where="sample", advice="write n = 50")
    best = build(cell, parameters=parameters)
    own = [_own(best, key, n, seed) for key in cell.stated]
    others = _others(best, n, seed, ranges=ranges)
    builts = tuple(_one(best, cell, parameters, own, others, k, n) for k in range(n))
    return Draws(best, builts, (*own, *others))


def _own(best: Built, key: str, n: int, seed: int) -> Drawn:
    """The draws of one quantity that the cell states with its uncertainty."""
    stated = best.cell.stated[key]
    low, high = stated.low, stated.high
    if stated.path[0] == "model" and (spec := _spec(best.system, _names_of_model(stated.path)[0])):
        low, high = _bounds(spec)
    values = _normal(stated.value, stated.sigma, low, high, _stream(seed, key, n))
    return Drawn(key, (), "normal", low, high, stated.value, stated.sigma, values)


def _names_of_model(path: tuple[str, ...]) -> list[str]:
    """Names in the ledger of a field in a [model] table."""
    if path[1] in SIDES:
        return [f"{SIDES.index(path[1]) + 1}.{path[2]}.{path[3]}"]
    return [f"{SHARED}.{path[2]}"] if path[1] == SHARED else [f"{k}.{path[1]}.{path[2]}" for k in (1, 2)]


def _others(best: Built, n: int, seed: int, *, ranges: bool) -> list[Drawn]:
    """Values of sets and library, by what was stated once."""
    groups: dict[tuple[Any, ...], list[str]] = {}
    for name, value in best.values.items():
        if value.origin in ("own", "shipped") or value.source.startswith(_WHOLE_PELLET):
            continue
        ranged = ranges and value.low is not None and value.high is not None and value.low < value.high
        if value.uncertainty is not None or ranged:
            # One entry of a set may serve both sides, and a coating's thickness several mechanisms.
            field = name.rpartition(".")[2]
            ends = (value.low, value.high, value.uncertainty)
            groups.setdefault((field, value.source, value.value, *ends), []).append(name)
    found: list[Drawn] = []
    for names in groups.values():
        value, spec = best.values[names[0]], _spec(best.system, names[0])
        low, high = _bounds(spec) if spec else (0.0, math.inf)
        key = names[0]
        if value.uncertainty is not None:
            drawn = _normal(value.value, value.uncertainty, low, high, _stream(seed, key, n))
            found.append(Drawn(key, tuple(names), "normal", low, high, value.value, value.uncertainty, drawn))
        elif value.low is not None and value.high is not None:
            low, high = max(value.low, low), min(value.high, high)
            share = _stream(seed, key, n)
            if low > 0.0 and high / low >= _DECADE:
                drawn, kind = low * (high / low) ** share, "log-uniform"
            else:
                drawn, kind = low + (high - low) * share, "uniform"
            found.append(Drawn(key, tuple(names), kind, low, high, value.value, None, drawn))
    return found


def _one(
    best: Built, cell: Cell, parameters: str | None, own: list[Drawn], others: list[Drawn], k: int, n: int
) -> Built:
    """One draw: own values through the description, the others as leaves of the same equations."""
    changed = with_values(cell, {one.name: float(one.values[k]) for one in own}) if own else cell
    leaves = {name: float(one.values[k]) for one in others for name in one.names}
    if (area := leaves.get("cell.area")) is not None:
        # Not only a leaf: a drop spreads over the same face, and so makes its layer thicker or thinner.
        changed = changed.override({"area": units.spell(area, "cm2")})
    made = best if changed is cell else build(changed, parameters=parameters)
    system = made.system
    for name, value in leaves.items():
        system = _with_leaf(system, name, value)
    system, coupled = _grains(best, system)
    moved = {**{name: v.value for name, v in made.values.items()}, **leaves, **coupled}
    values = {name: _exact(best.values[name], moved[name], k, n) for name in best.values}
    return Built(system, values, best.set_name, changed)


def _exact(value: Value, si: float, k: int, n: int) -> Value:
    """The entry of a draw: a number without uncertainty, and the word that it was drawn."""
    if si == value.value:
        return value
    source = f"{value.source}, draw {k + 1} of {n}"
    return replace(value, value=si, source=source, uncertainty=None, low=None, high=None)


def _grains(best: Built, system: System) -> tuple[System, dict[str, float]]:
    """Let grains that are taken as of the whole pellet follow its draw, and others conduct no worse than it."""
    moved: dict[str, float] = {}
    pellet = system.conduction
    for grain, whole in (
        ("grain_conductivity", pellet.conductivity),
        ("grain_activation_energy", pellet.activation_energy),
    ):
        name, value = f"{SHARED}.{grain}", float(whole)
        worse = grain == "grain_conductivity" and float(pellet.grain_conductivity) < value
        if worse or best.values[name].source.startswith(_WHOLE_PELLET):
            moved[name] = value
            system = _with_leaf(system, name, value)
    return system, moved


def _stream(seed: int, key: str, n: int) -> NDArray[np.float64]:
    """Return n numbers between 0 and 1 that belong to this name."""
    return np.random.default_rng([seed, zlib.crc32(key.encode())]).random(n)


def _normal(
    value: float, sigma: float, low: float, high: float, share: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Normal distribution cut off at its ends, from numbers between 0 and 1."""
    below, above = ndtr((low - value) / sigma), ndtr((high - value) / sigma)
    drawn = value + sigma * ndtri(below + share * (above - below))
    return np.clip(drawn, low, high)


def _bounds(spec: ParameterSpec) -> tuple[float, float]:
    """Bounds of a declared parameter, SI."""
    low, high = (units.from_unit(end, spec.unit) for end in (spec.lower, spec.upper))
    return low, high


def _spec(system: System, name: str) -> ParameterSpec | None:
    """Declaration behind a name in the ledger; None for what no mechanism declares."""
    mechanism, key = _place(system, name)
    return None if mechanism is None else type(mechanism).specs().get(key)


def _place(system: System, name: str) -> tuple[Any, str]:
    """Mechanism and field of a name in the ledger; (None, key) for area, temperature and foils."""
    first, *rest = name.split(".")
    if first == SHARED:
        return system.conduction, rest[0]
    if first.isdigit() and rest[0] != "lithium":
        return getattr(system.sides[int(first) - 1], rest[0]), rest[1]
    return None, rest[-1]


def _with_leaf(system: System, name: str, si: float) -> System:
    """The same equations with one other number."""
    special: dict[str, Callable[[], System]] = {
        "cell.area": lambda: system._replace(area=si),
        "cell.temperature": lambda: system._replace(temperature=si),
        "1.lithium.thickness": lambda: system._replace(
            lithium=(si / LITHIUM_MOLAR_VOLUME, system.lithium[1])
        ),
        "2.lithium.thickness": lambda: system._replace(
            lithium=(system.lithium[0], si / LITHIUM_MOLAR_VOLUME)
        ),
    }
    if name == "cathode.active_mass":
        cathode = system.sides[0]._replace(loading=si / system.area)
        return system._replace(sides=(cathode, system.sides[1]))
    if name in special:
        return special[name]()
    mechanism, key = _place(system, name)
    changed = replace(mechanism, **{key: si})
    first = name.partition(".")[0]
    if first == SHARED:
        return system._replace(conduction=changed)
    number = int(first) - 1
    side = system.sides[number]._replace(**{name.split(".")[1]: changed})
    sides = (side, system.sides[1]) if number == 0 else (system.sides[0], side)
    return system._replace(sides=sides)
