"""What one maker's metadata say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from interlayer import units
from interlayer.errors import UnitError
from interlayer.surface.sem.micrograph import decoded


@dataclass(frozen=True)
class Said:
    """Pixel size and facts.

    Attributes
    ----------
    source : str
        Maker and place, such as 'FEI tag 34682'.
    pixel_m : float or None
        Length of a pixel, m, as written; None if it is not.
    facts : dict
        Voltage, magnification, detector and the like as text; nothing about people.
    """

    source: str
    pixel_m: float | None
    facts: dict[str, str] = field(default_factory=dict[str, str])


def text_of(value: object) -> str | None:
    """Text of a tag, whether it came as text, bytes or a tuple holding one."""
    if isinstance(value, tuple) and value:
        value = value[0]
    if isinstance(value, bytes):
        return decoded(value)
    return value if isinstance(value, str) else None


def number(text: str | None) -> float | None:
    """Leading number of a text; None without one."""
    found = re.match(r"\s*([+-]?(?:\d+[.,]?\d*|[.,]\d+)(?:[eE][+-]?\d+)?)", text or "")
    return float(found.group(1).replace(",", ".")) if found else None


def length_m(text: str | None) -> float | None:
    """Length of a text such as '12.3 nm'; None if it is none."""
    if text is None:
        return None
    try:
        return units.parse(text.strip().replace("pix", "").strip(), "m")
    except UnitError:
        return None


def pairs(text: str, separator: str) -> dict[str, str]:
    """Lines 'key<separator>value' of a text, sections in front: 'Scan.PixelWidth'; keys without section too."""
    section, found = "", dict[str, str]()
    for line in text.splitlines():
        line = line.strip()
        if line.startswith("[") and line.endswith("]"):
            section = line[1:-1].strip() + "."
            continue
        key, sign, value = line.partition(separator)
        if sign and key.strip():
            found.setdefault(section + key.strip(), value.strip())
    return found


def chosen(held: Mapping[str, str], names: Mapping[str, str]) -> dict[str, str]:
    """Facts under our own names, those that are there."""
    return {name: held[key] for name, key in names.items() if held.get(key)}
