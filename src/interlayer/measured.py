"""A number as the laboratory measured it: a value, its standard deviation, one unit.

Everything here is text at the border; inside the program the value is a plain number in SI and its standard
deviation stands beside it. Units are converted by `interlayer.units` alone.

Grammar, one standard deviation each
------------------------------------
measured = number mark number unit             "4.9e-4 +- 0.3e-4 S/cm"
         | number unit mark number unit        "15 um +- 500 nm"
         | number unit mark number "%"         "15 um +- 10 %", of the value
         | "(" number mark number ")" [power of ten] unit   "(4.9 ± 0.3)e-4 S/cm"
         | number "(" digits ")" [power of ten] unit        "4.9(3)e-4 S/cm", in units of the last digit
mark     = "+-" | "±" | "+/-"

A temperature in degC has an uncertainty in kelvins: "25 +- 1 degC". A fraction whose uncertainty is written in
percent could mean points or parts, and is taken in brackets only: "(95 +- 2) %".
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Final, NamedTuple

from interlayer import units
from interlayer.errors import UnitError

LONGEST_TEXT: Final = 130
"""Texts with more characters are refused unread."""

_CELSIUS: Final = ("degC", "°C")
_TEN: Final = r"(?:[eE][+\-−]?[0-9]+|\s*[x*×·]\s*10(?:\^[+\-−]?[0-9]+|[⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺]+))"
_PLAIN: Final = r"[+\-−–]?(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)"
_MARK: Final = re.compile(r"\s*(?:±|\+/?[-−–])\s*")
_NUMBER: Final = re.compile(rf"\s*(?P<number>{_PLAIN}{_TEN}?)\s*(?P<unit>.*)", re.DOTALL)
_BRACKET: Final = re.compile(rf"\s*\((?P<inside>[^()]*)\)(?P<ten>{_TEN})?\s*(?P<unit>.*)", re.DOTALL)
_CONCISE: Final = re.compile(
    rf"\s*(?P<number>{_PLAIN})\((?P<last>[0-9]+)\)(?P<ten>{_TEN})?\s*(?P<unit>.*)", re.DOTALL
)
_LOST_POWER: Final = re.compile(r"(?P<ten>[eE][+\-−]?[0-9]+)\s*(?P<unit>.*)", re.DOTALL)


class Measured(NamedTuple):
    """A value and one standard deviation of it, both in SI; None where none is stated."""

    value: float
    sigma: float | None


@dataclass(frozen=True)
class Pieces:
    """The parts of a text, as they were written.

    Attributes
    ----------
    number, sigma : str
        Digits of value and standard deviation, each with its power of ten.
    unit, sigma_unit : str
        Their units; '' where none was written.
    joint : bool
        Whether one unit outside brackets belongs to both.
    """

    number: str
    sigma: str
    unit: str
    sigma_unit: str
    joint: bool = False

    @property
    def common_unit(self) -> str:
        """Unit of the value, from wherever it stands."""
        return self.unit or ("" if self.sigma_unit == "%" and not self.joint else self.sigma_unit)


def pieces(text: object) -> Pieces | None:
    """Take a text apart; None where it states no uncertainty, or is no text."""
    if not isinstance(text, str) or len(text) > LONGEST_TEXT:
        return None
    if found := _CONCISE.fullmatch(text):
        ten = found["ten"] or ""
        sigma = _last_digits(found["number"], found["last"])
        return Pieces(found["number"] + ten, sigma + ten, found["unit"].strip(), "", joint=True)
    if len(_MARK.findall(text)) != 1:
        return None
    if (found := _BRACKET.fullmatch(text)) and _MARK.search(found["inside"]):
        number, sigma = _MARK.split(found["inside"])
        ten = found["ten"] or ""
        return Pieces(number.strip() + ten, sigma.strip() + ten, found["unit"].strip(), "", joint=True)
    left, right = _MARK.split(text)
    value = _NUMBER.fullmatch(left)
    sigma, sigma_unit = _number_and_unit(right)
    return Pieces(
        value["number"] if value else left.strip(),
        sigma,
        value["unit"].strip() if value else "",
        sigma_unit,
    )


def _number_and_unit(text: str) -> tuple[str, str]:
    """Split what stands behind the mark, also where it is no number: 'inf um', 'um'."""
    if found := _NUMBER.fullmatch(text):
        return found["number"], found["unit"].strip()
    word, _, rest = text.strip().partition(" ")
    return ("", word) if not rest and word in units.known_units() else (word, rest.strip())


def _last_digits(number: str, last: str) -> str:
    """Standard deviation written as digits in brackets: 4.90(15) is 0.15."""
    decimals = len(number.replace(",", ".").partition(".")[2])
    if not decimals:
        return last
    padded = last.rjust(decimals + 1, "0")
    return f"{padded[:-decimals]}.{padded[-decimals:]}"


def is_measured(text: object) -> bool:
    """Whether a text states, or tries to state, an uncertainty."""
    return isinstance(text, str) and (_MARK.search(text) is not None or _CONCISE.fullmatch(text) is not None)


def read(text: object, unit: str, *, where: str = "") -> Measured:
    """Read a number with unit, and its standard deviation if it states one.

    Parameters
    ----------
    text : str
        As the grammar of this module says; without a mark as `units.parse` takes it.
    unit : str
        Any unit of the expected dimension.
    where : str, optional
        Place named in the error: file, line, key.

    Returns
    -------
    Measured
        Both numbers in SI.

    Raises
    ------
    UnitError
        If the text cannot be read, its dimension is wrong, or the standard deviation is not above zero and finite;
        the advice holds the corrected text.
    """
    if not is_measured(text):
        return Measured(units.parse(text, unit, where=where), None)
    found = pieces(text)
    if found is None:
        short = text if isinstance(text, str) and len(text) <= units.LONGEST_TEXT else f"{str(text)[:40]}..."
        raise UnitError(
            f'"{short}" is not one value with one uncertainty',
            where=where,
            advice=f'write for instance "{_example(unit)}"',
        )
    return _read(str(text), found, unit, where)


def _read(text: str, found: Pieces, unit: str, where: str) -> Measured:
    number, sigma = _with_point(found.number), _with_point(found.sigma)
    if (number, sigma) != (found.number, found.sigma):
        raise UnitError(
            f'"{text}" has a decimal comma',
            where=where,
            advice=f'write "{_joined(number, sigma, found, unit)}"',
        )
    alone = f"{found.number} {found.common_unit or _shown_unit(unit)}".strip()
    match = _NUMBER.fullmatch(found.sigma)
    if match is None or match["unit"]:
        shown = found.sigma or "nothing"
        raise UnitError(
            f'"{text}": the uncertainty ({shown}) is not a finite number',
            where=where,
            advice=f'if it is not known, write "{alone}"',
        )
    if found.sigma[0] in "-−–":
        raise UnitError(
            f'"{text}": the uncertainty is below zero',
            where=where,
            advice=f'write "{_joined(found.number, found.sigma[1:], found, unit)}"',
        )
    _one_unit(text, found, unit, where)
    value_unit = found.common_unit
    if power := _LOST_POWER.fullmatch(value_unit):
        better = f"({found.number} +- {found.sigma}){power['ten']} {power['unit']}"
        raise UnitError(
            f'"{text}": the power of ten could belong to one number or to both',
            where=where,
            advice=f'write "{better.strip()}"',
        )
    value = units.parse(f"{found.number} {value_unit}".strip(), unit, where=where)
    if not found.joint and found.sigma_unit == "%" and found.unit:
        sigma = abs(value) * units.parse(f"{found.sigma} %", "1", where=where)
    else:
        # Kelvins, not degrees above zero: an uncertainty is a difference.
        width = found.sigma_unit or value_unit
        expected = "K" if unit in _CELSIUS else unit
        width = "K" if width in _CELSIUS else width
        sigma = units.parse(f"{found.sigma} {width}".strip(), expected, where=where)
    if not (math.isfinite(sigma) and sigma > 0.0):
        raise UnitError(
            f'"{text}": the uncertainty is not above zero',
            where=where,
            advice=f'if it is not known, write "{alone}"',
        )
    return Measured(value, sigma)


def _one_unit(text: str, found: Pieces, unit: str, where: str) -> None:
    """Refuse what can be read in two ways: a unit on one side only, percent of a fraction or of degC."""
    plain = units.dimension(unit) == units.dimension("1")
    if found.joint:
        return
    if found.sigma_unit == "%":
        if plain:
            number = float(found.number) if _is_float(found.number) else 1.0
            parts = not found.unit and abs(number) <= 1.0
            better = (
                f"{found.number} +- {number * float(found.sigma) / 100.0:.3g}"
                if parts and _is_float(found.sigma)
                else f"({found.number} +- {found.sigma}) %"
            )
            raise UnitError(
                f'"{text}" can be read in two ways: percent of the value, or percentage points',
                where=where,
                advice=f'write "{better}"',
            )
        if not found.unit:
            raise UnitError(
                f'"{text}": the value has no unit',
                where=where,
                advice=f'write "{found.number} {_shown_unit(unit)} +- {found.sigma} %"',
            )
        if found.unit in _CELSIUS:
            raise UnitError(
                f'"{text}": percent of a temperature in degC means nothing',
                where=where,
                advice=f'write "{found.number} +- 1 degC"',
            )
    elif found.unit and not found.sigma_unit:
        raise UnitError(
            f'"{text}": the uncertainty has no unit',
            where=where,
            advice=f'write "{found.number} +- {found.sigma} {found.unit}"',
        )
    if not found.common_unit and not plain:
        raise UnitError(
            f'"{text}" has no unit; expected {units.describe(unit)}',
            where=where,
            advice=f'write "{found.number} +- {found.sigma} {_shown_unit(unit)}"',
        )


def write(value: float, sigma: float | None, unit: str) -> str:
    """Return text in `unit` that `read` takes back as exactly these SI numbers.

    Raises
    ------
    UnitError
        If the unit is not known, or a number cannot be written in it.
    """
    number = units.spell(value, unit)
    if sigma is None:
        return number
    width = units.spell(sigma, "K" if unit in _CELSIUS else unit)
    shown = _shown_unit(unit)
    if not shown:
        return f"{number} +- {width}"
    value_digits, sigma_digits = number.partition(" ")[0], width.partition(" ")[0]
    if shown == "%":
        return f"({value_digits} +- {sigma_digits}) %"
    return f"{value_digits} +- {sigma_digits} {shown}"


def _with_point(number: str) -> str:
    return number.replace(",", ".", 1)


def _is_float(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _joined(number: str, sigma: str, found: Pieces, unit: str) -> str:
    """The text again with other digits, in the form in which it was written."""
    if found.joint:
        shown = found.unit or _shown_unit(unit)
        return f"({number} +- {sigma}) {shown}" if shown == "%" else f"{number} +- {sigma} {shown}".strip()
    if found.unit:
        return f"{number} {found.unit} +- {sigma} {found.sigma_unit or found.unit}"
    return f"{number} +- {sigma} {found.sigma_unit or _shown_unit(unit)}".strip()


def _shown_unit(unit: str) -> str:
    return "" if unit == "1" else unit


def _example(unit: str) -> str:
    shown = _shown_unit(unit)
    return f"(95 +- 2) {shown}" if shown == "%" else f"15 +- 1 {shown}".strip()
