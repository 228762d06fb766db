"""Relative density of a pellet from its mass and size, against the density of the crystal."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from interlayer import units
from interlayer.errors import InputError
from interlayer.metrics.base import Metric

_MOST: Final = 1.02
_LEAST: Final = 0.2


@dataclass(frozen=True)
class Pellet:
    """A cylinder: what a person measured, SI; an error is half a unit of the last digit typed unless given."""

    mass_kg: float
    diameter_m: float
    thickness_m: float
    mass_error_kg: float
    diameter_error_m: float
    thickness_error_m: float

    @property
    def density_kg_m3(self) -> float:
        """Mass over volume."""
        return self.mass_kg / (math.pi / 4.0 * self.diameter_m**2 * self.thickness_m)

    @property
    def relative_error(self) -> float:
        """Relative standard deviation of the density."""
        return math.sqrt(
            (self.mass_error_kg / self.mass_kg) ** 2
            + (2.0 * self.diameter_error_m / self.diameter_m) ** 2
            + (self.thickness_error_m / self.thickness_m) ** 2
        )


def pellet(mass: str | None, diameter: str | None, thickness: str | None) -> Pellet | None:
    """Return what a person says of a pellet, None if nothing.

    Each text is a number with unit, and may hold its error: '1.00 +- 0.02 mm'.

    Raises
    ------
    InputError
        If one of the three is missing, or is not positive.
    """
    given = {"--mass": mass, "--diameter": diameter, "--thickness": thickness}
    if not any(given.values()):
        return None
    missing = [name for name, text in given.items() if not text]
    if missing:
        raise InputError(
            f"a relative density needs {' and '.join(missing)} too", advice='such as --mass "0.5 g"'
        )
    values = [
        _with_error(str(text), unit, name)
        for (name, text), unit in zip(given.items(), ("kg", "m", "m"), strict=True)
    ]
    return Pellet(values[0][0], values[1][0], values[2][0], values[0][1], values[1][1], values[2][1])


def _with_error(text: str, unit: str, where: str) -> tuple[float, float]:
    head, mark, tail = text.replace("±", "+-").replace("+/-", "+-").partition("+-")
    if mark:
        number, _, name = tail.strip().partition(" ")
        value, error = (
            units.parse(f"{head.strip()} {name}", unit, where=where),
            units.parse(f"{number} {name}", unit, where=where),
        )
    else:
        value = units.parse(text, unit, where=where)
        number, _, name = text.strip().partition(" ")
        digits = number.lower().partition("e")[0].replace(",", ".").partition(".")[2]
        error = abs(units.parse(f"1 {name}", unit, where=where)) * 0.5 * 10.0 ** -len(digits) if name else 0.0
    if value <= 0.0:
        raise InputError(f"'{text}' is not positive", where=where)
    return value, abs(error)


def relative_density(
    one: Pellet, crystal_kg_m3: float, crystal_error: float, source: str
) -> tuple[Metric, list[str]]:
    """Return the relative density and what is odd about it.

    Parameters
    ----------
    one : Pellet
    crystal_kg_m3, crystal_error : float
        Density of the crystal and its relative standard deviation.
    source : str
        Where the crystal's density is from.
    """
    value = one.density_kg_m3 / crystal_kg_m3
    error = value * math.hypot(one.relative_error, crystal_error)
    evidence = (
        f"{one.density_kg_m3:.0f} kg/m3 by mass and size over {crystal_kg_m3:.0f} kg/m3 ({source})",
        "open and closed pores together; second phases not counted",
    )
    words: list[str] = []
    if value > _MOST + 2.0 * error:
        words.append(
            f"A relative density of {100 * value:.1f} % cannot be: check mass, diameter and thickness."
        )
    elif value < _LEAST:
        words.append(
            f"A relative density of {100 * value:.1f} % is that of no pellet: check mass, diameter and thickness."
        )
    return Metric("relative_density", 100.0 * value, "%", 100.0 * error, evidence=evidence), words
