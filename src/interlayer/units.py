"""Numbers with units as the laboratory writes them, and their SI values.

This is the only place where units are converted. A text is one number and one unit; the unit is made of
spellings from a fixed table. Nothing is ever evaluated: `"9**9**9 m"` is refused like any other text that is
not a number and a unit.

Factors are exact fractions and every result is rounded once: `parse("0.1 mA/cm2", "A/m2")` is exactly 1.0.

Grammar
-------
quantity = number unit
number   = decimal number with a point, exponent as `1e-4`, `1×10^-4` or `1×10⁻⁴`
unit     = factors joined by space, `*` or `·` (product) and `/` (quotient; more than one factor below the
           line needs brackets: `mol/(m3 s)`)
factor   = spelling and power: `cm2`, `cm^2`, `cm²`, `cm-2`, `cm^-2`, `m^0.5`

Temperatures in `degC` are absolute temperatures and are lifted by 273.15 K; they stand alone.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Final

from interlayer.errors import UnitError, nearest

LONGEST_TEXT: Final = 60
"""Texts with more characters are refused unread."""

_BASES: Final = ("m", "kg", "s", "A", "K", "mol", "rad")
_Dimension = tuple[Fraction, ...]


def _dim(*powers: int | Fraction) -> _Dimension:
    """Powers of m, kg, s, A, K, mol, rad; those left out are zero."""
    return tuple(Fraction(p) for p in powers) + (Fraction(0),) * (len(_BASES) - len(powers))


_NONE: Final = _dim()
_PREFIXES: Final = {"n": -9, "u": -6, "m": -3, "c": -2, "k": 3, "M": 6, "G": 9, "p": -12}

# Spellings that mean the same, powers of the bases, exact SI factor, prefixes in use for them.
_ROWS: Final[tuple[tuple[str, _Dimension, Fraction, str], ...]] = (
    ("m", _dim(1), Fraction(1), "num c"),
    ("Å angstrom", _dim(1), Fraction(1, 10**10), ""),
    ("L l", _dim(3), Fraction(1, 1000), "um"),
    ("s", _dim(0, 0, 1), Fraction(1), "num"),
    ("sec second seconds", _dim(0, 0, 1), Fraction(1), ""),
    ("min minute minutes", _dim(0, 0, 1), Fraction(60), ""),
    ("h hr hrs hour hours", _dim(0, 0, 1), Fraction(3600), ""),
    ("d day days", _dim(0, 0, 1), Fraction(86400), ""),
    ("A", _dim(0, 0, 0, 1), Fraction(1), "pnum"),
    ("V", _dim(2, 1, -3, -1), Fraction(1), "numk"),
    ("ohm Ohm", _dim(2, 1, -3, -2), Fraction(1), "umkMG"),
    ("S", _dim(-2, -1, 3, 2), Fraction(1), "pnum"),
    ("F", _dim(-2, -1, 4, 2), Fraction(1), "pnum"),
    ("Hz", _dim(0, 0, -1), Fraction(1), "umkMG"),
    ("g", _dim(0, 1), Fraction(1, 1000), "numk"),
    ("mol", _dim(0, 0, 0, 0, 0, 1), Fraction(1), "numk"),
    ("M", _dim(-3, 0, 0, 0, 0, 1), Fraction(1000), "um"),
    ("Pa", _dim(-1, 1, -2), Fraction(1), "kMG"),
    ("bar", _dim(-1, 1, -2), Fraction(100000), "m"),
    ("N", _dim(1, 1, -2), Fraction(1), "umk"),
    ("J", _dim(2, 1, -2), Fraction(1), "umk"),
    ("eV", _dim(2, 1, -2), Fraction("1.602176634e-19"), "mk"),
    ("W", _dim(2, 1, -3), Fraction(1), "umk"),
    ("C coulomb", _dim(0, 0, 1, 1), Fraction(1), "num"),
    ("Ah", _dim(0, 0, 1, 1), Fraction(3600), "num"),
    ("Wh", _dim(2, 1, -2), Fraction(3600), "umk"),
    ("K", _dim(0, 0, 0, 0, 1), Fraction(1), "m"),
    ("% wt% vol% mol% at%", _NONE, Fraction(1, 100), ""),
    ("ppm", _NONE, Fraction(1, 10**6), ""),
    ("1", _NONE, Fraction(1), ""),
    ("rad", _dim(0, 0, 0, 0, 0, 0, 1), Fraction(1), "m"),
    ("deg", _dim(0, 0, 0, 0, 0, 0, 1), Fraction(math.pi) / 180, ""),
)


def _table() -> dict[str, tuple[Fraction, _Dimension]]:
    table: dict[str, tuple[Fraction, _Dimension]] = {}
    for names, powers, size, prefixes in _ROWS:
        for name in names.split():
            table[name] = (size, powers)
            for prefix in prefixes.replace(" ", ""):
                table[prefix + name] = (size * Fraction(10) ** _PREFIXES[prefix], powers)
    return table


_UNITS: Final = _table()
_CELSIUS: Final = "degC"
_ZERO_CELSIUS: Final = Fraction("273.15")
_FRACTION_KINDS: Final = {"wt%": "by weight", "vol%": "by volume", "mol%": "by amount", "at%": "by atoms"}

# What a dimension is called and how a person would write one.
_WORDS: Final[dict[str, tuple[str, str]]] = {
    "m": ("a length", "15 um"),
    "m2": ("an area", "0.785 cm2"),
    "m3": ("a volume", "20 uL"),
    "s": ("a time", "1 hour"),
    "1/s": ("a frequency or rate", "1 kHz"),
    "A": ("a current", "50 uA"),
    "A/m2": ("a current density", "0.1 mA/cm2"),
    "A/kg": ("a current per mass", "17 mA/g"),
    "C": ("a charge", "0.1 mAh"),
    "C/m2": ("an areal capacity", "0.1 mAh/cm2"),
    "C/kg": ("a specific capacity", "170 mAh/g"),
    "C/mol": ("a charge per amount", "96485 C/mol"),
    "V": ("a voltage", "40 mV"),
    "V/s": ("a voltage rate", "1 mV/s"),
    "V/K": ("a voltage per kelvin", "0.1 mV/K"),
    "V/m": ("an electric field", "1 V/mm"),
    "ohm": ("a resistance", "92 ohm"),
    "ohm m2": ("an area-specific resistance", "30 ohm cm2"),
    "ohm m": ("a resistivity", "2000 ohm cm"),
    "S": ("a conductance", "10 mS"),
    "S/m": ("a conductivity", "0.49 mS/cm"),
    "S/m2": ("a conductance per area", "10 mS/cm2"),
    "F": ("a capacitance", "1 uF"),
    "F/m2": ("a capacitance per area", "10 uF/cm2"),
    "F/m": ("a permittivity", "8.854 pF/m"),
    "kg": ("a mass", "1 mg"),
    "kg/m2": ("a mass per area", "2 mg/cm2"),
    "kg/m3": ("a density", "2.94 g/cm3"),
    "kg/mol": ("a molar mass", "383.4 g/mol"),
    "mol": ("an amount of substance", "1 mmol"),
    "mol/m3": ("a concentration", "1 mol/L"),
    "mol/m2": ("an amount per area", "1 umol/cm2"),
    "m3/mol": ("a molar volume", "13 cm3/mol"),
    "m3/kg": ("a volume per mass", "0.3 cm3/g"),
    "m/s": ("a speed", "1 nm/s"),
    "m/s^0.5": ("a square-root growth constant", "10 nm/h^0.5"),
    "m2/s": ("a diffusivity or growth constant", "1e-7 cm2/s"),
    "Pa": ("a pressure", "0.4 MPa"),
    "Pa s": ("a viscosity", "1e9 Pa s"),
    "1/Pa": ("a compliance", "1 1/GPa"),
    "Pa m^0.5": ("a fracture toughness", "1.1 MPa m^0.5"),
    "N": ("a force", "30 N"),
    "N/m": ("an energy per area", "1 J/m2"),
    "J": ("an energy", "0.32 eV"),
    "J/mol": ("a molar energy", "30 kJ/mol"),
    "J/mol/K": ("a molar entropy", "30 J/mol/K"),
    "J/kg/K": ("a heat capacity", "1 J/g/K"),
    "W": ("a power", "1 mW"),
    "W/m/K": ("a thermal conductivity", "1 W/m/K"),
    "1/m": ("a number per length", "1 1/um"),
    "1/m2": ("a number per area", "100 1/cm2"),
    "1/K": ("a change per kelvin", "0.04 1/K"),
    "K": ("a temperature", "25 degC"),
    "1": ("a plain number or fraction", "10 %"),
    "rad": ("an angle", "40 deg"),
}


@dataclass(frozen=True)
class _Unit:
    """What one unit text means."""

    size: Fraction
    powers: _Dimension
    celsius: bool = False
    kind: str = ""
    plain_size: float = 1.0


class _UnreadableError(Exception):
    """A unit text that is not in the grammar; carries the sentence that says so."""


_SUPERSCRIPTS: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_SAME: Final = str.maketrans(
    {
        "µ": "u",
        "μ": "u",
        "Ω": "ohm",
        "\u2126": "ohm",
        "\u212b": "Å",
        "−": "-",
        "–": "-",
        "·": "*",
        "⋅": "*",
        "×": "*",
        "\u00a0": " ",
        "\u2009": " ",
        "\u202f": " ",
    }
)
_OHM_BEFORE_LETTER = re.compile("[Ω\u2126](?=[A-Za-z])")
_RAISED = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺]+")
_NUMBER = re.compile(
    r"\s*(?P<digits>[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+))(?:[eE](?P<e>[+-]?[0-9]+)|\s*[x*]\s*10\^(?P<ten>[+-]?[0-9]+))?"
)
_FACTOR = re.compile(
    r"(?P<name>(?:wt|vol|mol|at)?%|[A-Za-zÅ]+|1(?![0-9.]))(?:\^?(?P<power>[+-]?[0-9]+(?:\.[0-9]+)?))?"
)
_GROUP = re.compile(r"\((?P<inside>[^()]*)\)")
_COMMA = re.compile(r"\s*(?P<whole>[+-]?[0-9]*),(?P<part>[0-9]+)(?![0-9]*[.,][0-9])(?P<rest>.*)")
_COMMA_LAST = re.compile(
    r"\s*(?P<whole>[+-]?[0-9]{1,3}(?:[.' ][0-9]{3})+),(?P<part>[0-9]+)(?![.,])(?P<rest>.*)"
)
_COMMA_THOUSANDS = re.compile(r"\s*(?P<whole>[+-]?[0-9]{1,3}(?:,[0-9]{3})+)(?P<rest>\.[0-9].*)")


def _plain(text: str) -> str:
    """Return `text` with one spelling for each sign that has several."""
    text = _OHM_BEFORE_LETTER.sub("ohm ", text)
    text = _RAISED.sub(lambda m: "^" + m.group().translate(_SUPERSCRIPTS), text)
    return text.translate(_SAME).replace("°C", _CELSIUS).replace("°", "deg").strip()


def _unknown_unit(name: str) -> _UnreadableError:
    known = [*_UNITS, _CELSIUS]
    close = [k for k in known if k.lower() == name.lower()] or nearest(name, known)
    if not close:
        return _UnreadableError(f"unknown unit '{name}'")
    return _UnreadableError(
        f"unknown unit '{name}'; did you mean " + " or ".join(f"'{k}'" for k in close) + "?"
    )


def _factors(text: str) -> tuple[Fraction, _Dimension]:
    """Multiply out a normalised unit text without brackets or quotient signs."""
    size, powers, position = Fraction(1), list(_NONE), 0
    text = re.sub(r"(?<=\S)\s*\*\s*(?=[^\s*])", " ", text.strip())
    while position < len(text):
        found = _FACTOR.match(text, position)
        if found is None:
            raise _UnreadableError(f"cannot read the unit from '{text[position:]}' on")
        name, power = found["name"], Fraction(found["power"] or 1)
        if name == _CELSIUS:
            raise _UnreadableError("degC stands alone; in products and quotients write K")
        if name not in _UNITS:
            raise _unknown_unit(name)
        if abs(power) > 9:
            raise _UnreadableError(f"no unit here has the power {found['power']}")
        unit_size, unit_powers = _UNITS[name]
        size *= (
            unit_size**power.numerator
            if power.denominator == 1
            else Fraction(float(unit_size) ** float(power))
        )
        powers = [a + b * power for a, b in zip(powers, unit_powers, strict=True)]
        position = found.end()
        gap = len(text[position:]) - len(text[position:].lstrip())
        if position < len(text) and not gap:
            raise _UnreadableError(f"cannot read the unit from '{text[position:]}' on")
        position += gap
    return size, tuple(powers)


@lru_cache(maxsize=4096)
def _read_unit(text: str) -> _Unit:
    """Read a unit text; raises `_UnreadableError`."""
    if len(text) > LONGEST_TEXT:
        raise _UnreadableError(f"a unit of {len(text)} characters is too long to be one")
    plain = _plain(text)
    if plain == _CELSIUS:
        return _Unit(Fraction(1), _UNITS["K"][1], celsius=True)
    if plain in _FRACTION_KINDS:
        return _Unit(Fraction(1, 100), _NONE, kind=plain, plain_size=0.01)
    if not plain:
        return _Unit(Fraction(1), _NONE)
    above, *below = re.split(r"/(?![^()]*\))", plain)
    size, powers = _factors(above)
    for part in below:
        group = _GROUP.fullmatch(part.strip())
        inside = group["inside"] if group else part
        if not inside.strip():
            raise _UnreadableError("nothing stands below the '/'")
        if not group and len(re.split(r"[\s*]+", inside.strip())) > 1:
            raise _UnreadableError(
                f"'/{inside.strip()}' can be read in two ways; write '/({inside.strip()})'"
            )
        size_below, powers_below = _factors(inside)
        size /= size_below
        powers = tuple(a - b for a, b in zip(powers, powers_below, strict=True))
    return _Unit(size, powers, plain_size=float(size))


def _need(unit: str) -> _Unit:
    try:
        return _read_unit(unit)
    except _UnreadableError as problem:
        raise UnitError(f"'{unit}' is not a unit: {problem}") from None


def _power_text(powers: _Dimension) -> str:
    parts: list[str] = []
    for base, power in zip(_BASES, powers, strict=True):
        if power:
            shown = f"^{float(power):g}" if power.denominator != 1 else str(power)
            parts.append(base if power == 1 else base + shown)
    return " ".join(parts) or "1"


@lru_cache(maxsize=1)
def _words_by_powers() -> dict[_Dimension, tuple[str, str]]:
    return {_read_unit(unit).powers: words for unit, words in _WORDS.items()}


def _words(powers: _Dimension, unit: str) -> tuple[str, str]:
    """Name and example of a dimension; one without a name is shown by its unit."""
    return _words_by_powers().get(powers) or (f"a quantity in {unit or '1'}", f"1 {unit}".strip())


def dimension(unit: str) -> str:
    """Return the dimension of `unit` in SI base units, such as 'm-2 A' for 'mA/cm2'.

    Two units can be converted into each other exactly when this text is the same.

    Raises
    ------
    UnitError
        If `unit` is not in the table.
    """
    return _power_text(_need(unit).powers)


def describe(unit: str) -> str:
    """Return the dimension of `unit` in words, such as 'a current density'.

    Raises
    ------
    UnitError
        If `unit` is not in the table.
    """
    return _words(_need(unit).powers, unit)[0]


def known_units() -> tuple[str, ...]:
    """Return every spelling of the table, without powers, in alphabetical order."""
    return tuple(sorted([*_UNITS, _CELSIUS]))


def factor(unit: str) -> float:
    """Return the number that a value in `unit` is multiplied with to give the SI value.

    Raises
    ------
    UnitError
        If `unit` is not in the table, or is 'degC', which has an offset (use `from_unit`).
    """
    found = _need(unit)
    if found.celsius:
        raise UnitError("degC has an offset and no factor", advice="use from_unit and to_unit")
    return found.plain_size


def from_unit(value: float, unit: str) -> float:
    """Return the SI value of `value` in `unit`, rounded once.

    Raises
    ------
    UnitError
        If `unit` is not in the table.
    """
    found = _need(unit)
    if not math.isfinite(value):
        return float(value)
    exact = Fraction(float(value)) * found.size
    return _as_float(exact + _ZERO_CELSIUS if found.celsius else exact)


def to_unit(value: float, unit: str) -> float:
    """Return the SI `value` expressed in `unit`, rounded once (degC: to 1e-10).

    Raises
    ------
    UnitError
        If `unit` is not in the table.
    """
    found = _need(unit)
    if not math.isfinite(value):
        return float(value)
    number = _as_float(_in_unit(value, found))
    return round(number, 10) if found.celsius else number


def _in_unit(value: float, unit: _Unit) -> Fraction:
    exact = Fraction(float(value))
    return exact - _ZERO_CELSIUS if unit.celsius else exact / unit.size


def _as_float(exact: Fraction) -> float:
    try:
        return float(exact)
    except OverflowError:
        return math.inf if exact > 0 else -math.inf


def format_quantity(value: float, unit: str, digits: int = 4) -> str:
    """Return the SI `value` as text in `unit` with `digits` significant digits, such as '0.1 mA/cm2'.

    Raises
    ------
    UnitError
        If `unit` is not in the table.
    """
    number = to_unit(value, unit)
    text = f"{number:.{digits}g}"
    if "e" in text and 1e-4 <= abs(number) < 1e7:
        text = f"{float(text):.0f}"
    return f"{text} {unit}" if unit not in ("", "1") else text


def spell(value: float, unit: str) -> str:
    """Return the shortest text in `unit` that `parse` reads back as exactly the SI `value`.

    Raises
    ------
    UnitError
        If `unit` is not in the table, or `value` is not finite or beyond what a text may say.
    """
    found = _need(unit)
    if not math.isfinite(value):
        raise UnitError(f"{value} is not a number that can be written down")
    exact = _in_unit(value, found)
    for digits in range(1, 41):
        number = _decimal(exact, digits)
        try:
            back = _si(_read_number(number)[0], found)
        except _UnreadableError as problem:
            raise UnitError(f"{value:g} cannot be written in {unit}: {problem}") from None
        if back == value:
            return f"{number} {unit}" if unit not in ("", "1") else number
    raise UnitError(f"{value:g} cannot be written exactly in {unit}")


def _decimal(exact: Fraction, digits: int) -> str:
    """Shortest text of `exact` rounded to `digits` significant digits."""
    if exact == 0:
        return "0"
    size = abs(exact)
    exponent = len(str(size.numerator)) - len(str(size.denominator))
    if size < Fraction(10) ** exponent:
        exponent -= 1
    scaled = round(size / Fraction(10) ** (exponent - digits + 1))
    mantissa = str(scaled)
    exponent += len(mantissa) - digits
    mantissa = mantissa.rstrip("0")
    sign = "-" if exact < 0 else ""
    if 0 <= exponent < 7:
        mantissa = mantissa.ljust(exponent + 1, "0")
        whole, part = mantissa[: exponent + 1], mantissa[exponent + 1 :]
        return sign + whole + (f".{part}" if part else "")
    if -4 <= exponent < 0:
        return sign + "0." + "0" * (-exponent - 1) + mantissa
    return f"{sign}{mantissa[0]}" + (f".{mantissa[1:]}" if mantissa[1:] else "") + f"e{exponent}"


def _read_number(text: str) -> tuple[Fraction, str]:
    """Split a normalised text into its number and what follows; raises `_UnreadableError`."""
    found = _NUMBER.match(text)
    if found is None:
        raise _UnreadableError("it does not begin with a number")
    exponent = int(found["e"] or found["ten"] or 0)
    if abs(exponent) > 400:
        raise _UnreadableError(f"ten to the power {exponent} is out of any range")
    rest = text[found.end() :]
    if rest[:1] and rest[0] in "0123456789.,+-*^_'":
        raise _UnreadableError(f"after the number stands '{rest.strip()}', which is not a unit")
    return Fraction(found["digits"]) * Fraction(10) ** exponent, rest.strip()


def _si(number: Fraction, unit: _Unit) -> float:
    return _as_float(number + _ZERO_CELSIUS if unit.celsius else number * unit.size)


def decimal_point(text: str) -> str:
    """Return `text` with the decimal comma of its leading number turned into a point, if it has one."""
    if found := _COMMA_LAST.fullmatch(text):
        return re.sub("[.' ]", "", found["whole"]) + "." + found["part"] + found["rest"]
    if found := _COMMA_THOUSANDS.fullmatch(text):
        return found["whole"].replace(",", "") + found["rest"]
    if found := _COMMA.fullmatch(text):
        return (
            (found["whole"] if found["whole"].strip("+-") else found["whole"] + "0")
            + "."
            + found["part"]
            + found["rest"]
        )
    return text


def parse(text: object, unit: str, *, where: str = "") -> float:
    """Return the SI value of a text such as '0.1 mA/cm2'.

    Parameters
    ----------
    text : str
        Number and unit. A bare number (also as int or float) is taken only if a plain number is expected.
    unit : str
        Any unit of the expected dimension, for instance 'A/m2'. If it is 'wt%', 'vol%', 'mol%' or 'at%', a
        fraction of another of these kinds is refused.
    where : str, optional
        Place named in the error: file, line, key.

    Returns
    -------
    float
        In SI: 'm', 's', 'A/m2', 'ohm m2', 'K', ...; percentages as fractions; angles in radian.

    Raises
    ------
    UnitError
        If the text is not one number and one unit, or its dimension is not that of `unit`.
    """
    return parse_either(text, (unit,), where=where)[0]


def parse_either(text: object, choices: Sequence[str], *, where: str = "") -> tuple[float, str]:
    """Return the SI value of a text whose dimension may be that of any of the units `choices`.

    Parameters
    ----------
    text : str
        Number and unit, as for `parse`.
    choices : sequence of str
        One unit for each dimension that is allowed.
    where : str, optional
        Place named in the error: file, line, key.

    Returns
    -------
    float
        The value in SI.
    str
        The member of `choices` with its dimension.

    Raises
    ------
    UnitError
        If the text is not one number and one unit, or its dimension is none of the allowed ones.
    """
    allowed = {unit: _need(unit) for unit in choices}
    named = [_words(expected.powers, unit) for unit, expected in allowed.items()]
    words = " or ".join(filter(None, (", ".join(word for word, _ in named[:-1]), named[-1][0])))
    example = named[0][1]
    plain_unit = next((unit for unit, expected in allowed.items() if expected.powers == _NONE), None)
    number, rest = _split(text, words, example, plain_unit is not None, where)
    try:
        found = _read_unit(rest)
    except _UnreadableError as problem:
        raise UnitError(
            f'cannot read "{text}": {problem}', where=where, advice=f'write {words} such as "{example}"'
        ) from None
    unit = next((u for u, expected in allowed.items() if expected.powers == found.powers), None)
    if unit is None:
        raise _wrong_dimension(str(text), rest, found, list(allowed.values()), words, example, where)
    _check(str(text), number, found, allowed[unit], where)
    value = _si(number, found)
    if not math.isfinite(value) or (value == 0.0 and number != 0 and not found.celsius):
        raise UnitError(
            f'"{text}" is out of any range', where=where, advice=f'write for instance "{example}"'
        )
    return value, unit


def _split(text: object, words: str, example: str, bare: bool, where: str) -> tuple[Fraction, str]:
    """Split into number and unit text; a number without unit passes only if `bare`."""
    instance = f'write for instance "{example}"'
    if isinstance(text, bool) or not isinstance(text, (str, int, float)):
        raise UnitError(f"{_shown(text)} is not {words}", where=where, advice=instance)
    if not isinstance(text, str):
        if isinstance(text, float) and not math.isfinite(text):
            raise UnitError(f"{text} is not a finite number", where=where, advice=instance)
        if abs(text) > 1e300:
            raise UnitError(f"{_shown(text)} is out of any range", where=where, advice=instance)
        number, rest = Fraction(text), ""
    else:
        if len(text) > LONGEST_TEXT:
            raise UnitError(
                f"{_shown(text)} has {len(text)} characters, too long for a number and a unit",
                where=where,
                advice=instance,
            )
        corrected = decimal_point(text)
        if corrected != text:
            raise UnitError(
                f'"{text}" has a decimal comma' if "." not in text else f'"{text}" mixes comma and point',
                where=where,
                advice=f'write "{corrected.strip()}"',
            )
        try:
            number, rest = _read_number(_plain(text))
        except _UnreadableError as problem:
            raise UnitError(
                f'"{text}" is not a number followed by a unit: {problem}', where=where, advice=instance
            ) from None
    if not rest and not bare:
        raise UnitError(
            f"{_shown(text)} has no unit; expected {words}",
            where=where,
            advice=f'write "{str(text).strip()} {_example_unit(example)}"',
        )
    return number, rest


def _wrong_dimension(
    text: str, rest: str, found: _Unit, allowed: Sequence[_Unit], words: str, example: str, where: str
) -> UnitError:
    powers = [unit.powers for unit in allowed]
    if _UNITS["K"][1] in powers and rest in ("C", "c", "deg"):
        advice = f'write "{text.strip().rstrip("Ccdeg°").strip()} degC"'
    elif len(powers) > 1:
        advice = f'write for instance "{example}"'
    else:
        advice = f'write {words} such as "{example}"'
    same = sorted((k for k, v in _UNITS.items() if v[1] in powers), key=lambda k: (len(k), k))
    offer = f" ({', '.join(same[:8])})" if len(same) > 1 and len(powers) == 1 else ""
    return UnitError(
        f'"{text}" is {_words(found.powers, rest)[0]}; expected {words}{offer}', where=where, advice=advice
    )


def _check(text: str, number: Fraction, found: _Unit, expected: _Unit, where: str) -> None:
    """Refuse a fraction of the wrong kind and a temperature that cannot be."""
    if found.kind and expected.kind and found.kind != expected.kind:
        raise UnitError(
            f'"{text}" is a fraction {_FRACTION_KINDS[found.kind]}, not {_FRACTION_KINDS[expected.kind]}',
            where=where,
            advice=f'write it in {expected.kind}, for instance "10 {expected.kind}"',
        )
    if found.celsius and number < -_ZERO_CELSIUS:
        raise UnitError(
            f'"{text}" lies below absolute zero (-273.15 degC)',
            where=where,
            advice='write for instance "25 degC"',
        )


def _example_unit(example: str) -> str:
    return example.split(" ", 1)[1] if " " in example else ""


def _shown(value: object) -> str:
    text = f'"{value}"' if isinstance(value, str) else repr(value)
    return text if len(text) <= LONGEST_TEXT else text[:40] + '..."'
