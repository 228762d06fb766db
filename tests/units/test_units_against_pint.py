"""Every spelling of the table against Pint, which has its own definitions of the units."""

from __future__ import annotations

import pint
import pytest

from interlayer import units

LONG = {
    "m": "meter", "Å": "angstrom", "angstrom": "angstrom", "L": "liter", "l": "liter",
    "s": "second", "sec": "second", "second": "second", "seconds": "second",
    "min": "minute", "minute": "minute", "minutes": "minute",
    "h": "hour", "hr": "hour", "hrs": "hour", "hour": "hour", "hours": "hour",
    "d": "day", "day": "day", "days": "day",
    "A": "ampere", "V": "volt", "ohm": "ohm", "Ohm": "ohm", "S": "siemens", "F": "farad", "Hz": "1/second",
    "g": "gram", "mol": "mole", "M": "mole/liter", "Pa": "pascal", "bar": "bar", "N": "newton", "J": "joule",
    "eV": "electron_volt", "W": "watt", "C": "coulomb", "coulomb": "coulomb", "Ah": "ampere*hour",
    "Wh": "watt*hour",
    "K": "kelvin", "%": "0.01", "wt%": "0.01", "vol%": "0.01", "mol%": "0.01", "at%": "0.01", "ppm": "1e-6",
    "1": "1", "rad": "radian", "deg": "degree",
}  # fmt: skip
PREFIX = {"p": 1e-12, "n": 1e-9, "u": 1e-6, "m": 1e-3, "c": 1e-2, "k": 1e3, "M": 1e6, "G": 1e9}
REGISTRY: pint.UnitRegistry = pint.UnitRegistry(cache_folder=None)
BASES = {
    "[length]": "m",
    "[mass]": "kg",
    "[time]": "s",
    "[current]": "A",
    "[temperature]": "K",
    "[substance]": "mol",
}


def pint_si(unit: str) -> tuple[float, dict[str, float]]:
    """Factor and powers of SI bases of one spelling, by Pint."""
    size, name = (1.0, LONG[unit]) if unit in LONG else (PREFIX[unit[0]], LONG[unit[1:]])
    quantity = (size * REGISTRY.Quantity(1.0, "") * REGISTRY.parse_expression(name)).to_base_units()
    factor = quantity.magnitude * (
        1e-3 ** quantity.units._units["gram"] if "gram" in quantity.units._units else 1.0
    )
    return factor, {BASES[str(k)]: v for k, v in quantity.dimensionality.items()}


@pytest.mark.parametrize("unit", [u for u in units.known_units() if u != "degC"])
def test_factor_and_dimension_of_every_unit(unit):
    factor, powers = pint_si(unit)
    assert units.factor(unit) == pytest.approx(factor, rel=1e-14)
    ours = (
        {}
        if units.dimension(unit) in ("1", "rad")
        else dict(split(part) for part in units.dimension(unit).split())
    )
    assert ours == powers


def split(part: str) -> tuple[str, float]:
    base = part.rstrip("-0123456789")
    return base, float(part[len(base) :] or 1)


@pytest.mark.parametrize("celsius", [-273.15, -20.0, 0.0, 25.0, 60.0, 180.54])
def test_celsius(celsius):
    kelvin = REGISTRY.Quantity(celsius, "degC").to("kelvin").magnitude
    assert units.parse(f"{celsius} degC", "K") == pytest.approx(kelvin, rel=1e-15, abs=1e-12)
    assert units.to_unit(kelvin, "degC") == pytest.approx(celsius, abs=1e-9)


@pytest.mark.parametrize(
    ("unit", "name"),
    [
        ("mA/cm2", "milliampere/centimeter**2"),
        ("mA cm-2", "milliampere/centimeter**2"),
        ("mAh/g", "milliampere*hour/gram"),
        ("ohm cm2", "ohm*centimeter**2"),
        ("mS/cm", "millisiemens/centimeter"),
        ("cm2/s", "centimeter**2/second"),
        ("MPa m^0.5", "megapascal*meter**0.5"),
        ("nm/h^0.5", "nanometer/hour**0.5"),
        ("mol/(cm3 min)", "mole/centimeter**3/minute"),
        ("g/cm3", "gram/centimeter**3"),
        ("kJ/mol", "kilojoule/mole"),
        ("J/m2", "joule/meter**2"),
        ("uF cm^-2", "microfarad/centimeter**2"),
        ("W/m/K", "watt/meter/kelvin"),
        ("1/h", "1/hour"),
        ("V S/cm3", "volt*siemens/centimeter**3"),
    ],
)
def test_compound_units(unit, name):
    assert units.factor(unit) == pytest.approx(
        REGISTRY.parse_expression(name).to_base_units().magnitude, rel=1e-14
    )
