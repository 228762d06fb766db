"""Fresh shipped cells beside published numbers: reported, not tuned.

`python docs/make_tables.py` writes the table of docs/theory/other-systems.md from `rows`. A band runs from all
stated ranges set so as to lower the number to all set so as to raise it; it is wide because little is known.
"""

from __future__ import annotations

import csv
import dataclasses
from collections.abc import Callable
from importlib.resources import files
from typing import Any, Final, NamedTuple

import jax
import jax.numpy as jnp

from interlayer import cells, units
from interlayer.build import Built, build
from interlayer.system import System, start, voltage_parts

_PROBE: Final = 1e-3
"""A/m2, small enough for the linear range of every interface."""
_ELECTROLYTE: Final = ("bulk", "grain_boundary", "salt")


class Compared(NamedTuple):
    """One published number, what the shipped cell gives, and the ends of its band, all in `unit`."""

    source: str
    cell: str
    film: str
    quantity: str
    unit: str
    published: float
    simulated: float
    low: float
    high: float
    remark: str


def interface_resistance(system: System) -> float:
    """Resistance of everything but the pellet in the fresh cell, both sides, ohm m2."""
    parts = _fresh_parts(system, _PROBE)
    return sum(float(value) for name, value in parts.items() if name not in _ELECTROLYTE) / _PROBE


def overpotential(system: System, current: float) -> float:
    """Voltage of the fresh cell at `current` (A/m2), pellet included, V."""
    return sum(float(value) for value in _fresh_parts(system, current).values())


@jax.jit
def _fresh_parts(system: System, current: float) -> dict[str, jax.Array]:
    return voltage_parts(system, start(system), current)


def rows() -> list[Compared]:
    """Every published number of values.csv beside the shipped cell."""
    text = (files("interlayer.published.other_systems") / "values.csv").read_text(encoding="utf-8")
    return [_compared(row) for row in csv.DictReader(text.splitlines())]


def _compared(row: dict[str, str]) -> Compared:
    cell = cells.load(row["cell"])
    built = build(cell.override({"temperature": row["temperature"]}) if row["temperature"] else cell)
    number = _measure(row)
    low, high = _band(built, number)
    return Compared(
        row["source"],
        row["cell"],
        row["published_film"],
        row["quantity"],
        row["unit"],
        float(row["value"]),
        number(built.system),
        low,
        high,
        row["remark"],
    )


def _measure(row: dict[str, str]) -> Callable[[System], float]:
    """Function of a system that gives the row's quantity in the row's unit."""
    if row["quantity"] == "overpotential":
        current = units.from_unit(float(row["current_mA_cm2"]), "mA/cm2")
        return lambda system: units.to_unit(overpotential(system, current), row["unit"])
    if row["quantity"] == "conductivity":
        return lambda system: units.to_unit(_conductivity(system), row["unit"])
    if row["quantity"] == "current_fraction":
        return _current_fraction
    if row["unit"] == "ohm":
        return lambda system: interface_resistance(system) / float(system.area)
    return lambda system: units.to_unit(0.5 * interface_resistance(system), row["unit"])


def _conductivity(system: System) -> float:
    """Thickness over resistance against alternating current, S/m."""
    return float(system.conduction.thickness / system.conduction.total_resistance(system.temperature))


def _current_fraction(system: System) -> float:
    """Share of the initial current that lasts, from the impedance of the electrolyte at both ends of frequency."""
    law, nothing = system.conduction, jnp.asarray(0.0)
    omega = jnp.asarray([1e-12, 1e12])
    z = law.impedance(law.start(), nothing, omega, system.temperature, geometric=False).real
    return float(z[1] / z[0])


def _band(built: Built, number: Callable[[System], float]) -> tuple[float, float]:
    """Value with every range at the end that lowers the number, and with every range at the other."""
    lower = upper = built.system
    for names, ends in _ranges(built).items():
        tried = sorted((number(_with(built.system, names, end)), end) for end in ends)
        lower, upper = _with(lower, names, tried[0][1]), _with(upper, names, tried[-1][1])
    return number(lower), number(upper)


def _ranges(built: Built) -> dict[tuple[str, ...], tuple[float, float]]:
    """Ends of each stated range; the same field of both sides moves together."""
    found: dict[tuple[str, ...], tuple[float, float]] = {}
    for name, value in built.values.items():
        if value.low is None or value.high is None or name.startswith("2."):
            continue
        names = (name, f"2{name[1:]}") if name.startswith("1.") else (name,)
        found[names] = (value.low, value.high)
    return found


def _with(system: System, names: tuple[str, ...], value: float) -> System:
    """The system with fields replaced by their dotted names in the ledger."""
    for name in names:
        place, _, field = name.rpartition(".")
        if place == "cell":
            system = system._replace(area=value)
        elif place == "conduction":
            law: Any = system.conduction
            system = system._replace(conduction=dataclasses.replace(law, **{field: value}))
        else:
            number, _, family = place.partition(".")
            sides = list(system.sides)
            side: Any = sides[int(number) - 1]
            changed = dataclasses.replace(getattr(side, family), **{field: value})
            sides[int(number) - 1] = side._replace(**{family: changed})
            system = system._replace(sides=(sides[0], sides[1]))
    return system
