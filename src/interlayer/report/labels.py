"""How numbers and units are written for people: signs, spaces and powers as in print."""

from __future__ import annotations

import math
import re
from itertools import pairwise
from typing import Final

THIN_SPACE: Final = "\u202f"
"""Between groups of three digits (narrow and never broken at the end of a line)."""
MINUS: Final = "\u2212"

_RAISED: Final = str.maketrans("0123456789-.", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻·")
_SYMBOLS: Final = {
    "ohm": "Ω", "kohm": "kΩ", "Mohm": "MΩ", "mohm": "mΩ", "um": "µm", "uL": "µL", "uA": "µA", "uV": "µV",
    "us": "µs", "uAh": "µAh", "uF": "µF", "degC": "°C", "deg": "°",
}  # fmt: skip
_PART: Final = re.compile(r"^([A-Za-zΩµ°%]+)\^?(-?\d+)?$")


def pretty_unit(unit: str) -> str:
    """Return a unit as printed: 'mA/cm2' -> 'mA cm⁻²', 'ohm cm2' -> 'Ω cm²'; '1' and '' -> ''."""
    if unit in ("", "1"):
        return ""
    above, *below = unit.split("/")
    parts = [_pretty_part(part, +1) for part in above.split()]
    parts += [_pretty_part(part, -1) for group in below for part in group.strip("() ").split()]
    return " ".join(part for part in parts if part)


def _pretty_part(part: str, sign: int) -> str:
    found = _PART.match(part)
    if found is None:
        return "" if part == "1" else part
    name = _SYMBOLS.get(found[1], found[1])
    power = sign * int(found[2] or 1)
    return name if power == 1 else name + raised(power)


def raised(number: int) -> str:
    """Return an integer in superscript digits."""
    return str(number).translate(_RAISED)


def axis_text(label: str, unit: str) -> str:
    """Return the text beside an axis, 'Time / h'; without a unit only the label."""
    shown = pretty_unit(unit)
    return f"{label} / {shown}" if shown else label


def group_digits(text: str) -> str:
    """Put thin spaces between groups of three digits of a plain number with five or more before the point."""
    found = re.fullmatch(r"([-+\u2212]?)(\d{5,})(.*)", text)
    if found is None:
        return text
    sign, whole, rest = found.groups()
    head = len(whole) % 3
    groups = ([whole[:head]] if head else []) + [whole[i : i + 3] for i in range(head, len(whole), 3)]
    return sign + THIN_SPACE.join(groups) + rest


def number(value: float | None, digits: int = 4) -> str:
    """Return a number for a table with `digits` significant digits; '–' for None and not-a-number.

    Above 1e6 and below 1e-4 in size the number is written with a power of ten.
    """
    if value is None or math.isnan(value):
        return "–"
    if math.isinf(value):
        return "∞" if value > 0 else MINUS + "∞"
    if value == 0:
        return "0"
    size = abs(value)
    if size >= 999_999.5 or size < 1e-4:
        mantissa, exponent = f"{value:.{max(digits - 1, 0)}e}".split("e")
        if "." in mantissa:
            mantissa = mantissa.rstrip("0").rstrip(".")
        return f"{mantissa}×10{raised(int(exponent))}".replace("-", MINUS)
    decimals = max(digits - 1 - math.floor(math.log10(size)), 0)
    text = f"{value:.{decimals}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return group_digits(text.replace("-", MINUS))


def with_error(value: float, sigma: float) -> str:
    """Return a number and its standard deviation, both to the decimal of the deviation's second digit.

    '15 ± 1', '0.785 ± 0.016'; a large or small one with one power of ten, '(4.9 ± 0.3)×10⁻⁴'. A deviation that
    is not finite and above zero is written beside the number as it is.
    """
    if not (math.isfinite(value) and math.isfinite(sigma) and sigma > 0.0):
        return f"{number(value)} ± {number(sigma, 2)}"
    size = max(abs(value), sigma)
    power = math.floor(math.log10(size)) if size >= 999_999.5 or size < 1e-2 else 0
    scale = 10.0**power
    decimals = max(1 - math.floor(math.log10(sigma / scale)), 0)
    texts = [f"{part / scale:.{decimals}f}" for part in (value, sigma)]
    while "." in texts[0] and all(text.endswith("0") for text in texts):
        texts = [text[:-1].rstrip(".") for text in texts]
    shown, error = (group_digits(text.replace("-", MINUS)) for text in texts)
    return f"({shown} ± {error})×10{raised(power)}".replace("-", MINUS) if power else f"{shown} ± {error}"


def ticks(values: list[float], scale: str) -> list[str]:
    """Return the texts of the ticks of one axis: the same number of decimals, or powers of ten if `scale` is 'log'."""
    if scale == "log":
        return [_power_of_ten(value) for value in values]
    if not values:
        return []
    largest = max(abs(value) for value in values)
    steps = [abs(b - a) for a, b in pairwise(values) if b != a]
    step = min(steps, default=largest or 1.0)
    if largest >= 1e6 or (0 < largest < 1e-3):
        return [number(0.0 if abs(v) < step / 1e6 else v, 4) for v in values]
    decimals = 0
    while decimals < 6 and abs(round(step, decimals) - step) > 1e-6 * step:
        decimals += 1
    return [group_digits(f"{v + 0.0:.{decimals}f}".replace("-", MINUS)) if abs(v) > step / 1e6
            else f"{0:.{decimals}f}" for v in values]  # fmt: skip


def _power_of_ten(value: float) -> str:
    if value <= 0:
        return number(value)
    exponent = math.log10(value)
    if abs(exponent - round(exponent)) > 1e-6:
        return number(value, 3)
    return f"{value:g}" if -2 <= round(exponent) <= 3 else f"10{raised(round(exponent))}"


def shorten(text: str, most: int) -> str:
    """Return `text` in one line of at most `most` characters; what is cut off shows as '…'."""
    text = " ".join(text.split())
    return text if len(text) <= most else text[: max(most - 1, 1)].rstrip() + "…"
