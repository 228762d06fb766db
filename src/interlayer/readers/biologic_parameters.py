"""Parameters of EC-Lab techniques, as its texts name them: what they say of currents.

Text exports, settings files and (for a few techniques) binary files carry them under the same names, one value
a sequence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from interlayer import units

Parameters = Mapping[str, Sequence[str]]
WIDTH: Final = 20
"""Names and values stand in columns of this many characters."""
_CURRENT_UNITS: Final = ("A", "mA", "µA", "nA", "pA")
_NO_CURRENT: Final = ("Rest", "OCV")


def cells(line: str) -> list[str]:
    """Values of a line behind its name, blanks at the end left out."""
    values = line[WIDTH:]
    found = [values[i : i + WIDTH].strip() for i in range(0, len(values), WIDTH)]
    while found and not found[-1]:
        found.pop()
    return found


def set_currents(parameters: Parameters) -> list[float | None]:
    """Return the current that each sequence sets, A; None where it sets a potential, a rate or nothing.

    Parameters
    ----------
    parameters : mapping of str to sequence of str
        One value a sequence: `Is` with `unit Is` (galvanostatic techniques), or `ctrl_type`, `ctrl1_val`,
        `ctrl1_val_unit` (Modulo Bat).

    Returns
    -------
    list of float or None
        EC-Lab's sign, which is ours: > 0 is oxidation. Empty if the technique sets no current.
    """
    if "fi" in parameters:
        return []  # impedance: `Is` is its bias
    if "Is" in parameters:
        rates = parameters.get("Set I/C", ())
        return [
            None if _at(rates, i).startswith("C") else _current(value, _at(parameters.get("unit Is", ()), i))
            for i, value in enumerate(parameters["Is"])
        ]
    kinds = parameters.get("ctrl_type", ())
    found: list[float | None] = []
    for i, kind in enumerate(kinds):
        if kind in _NO_CURRENT:
            found.append(0.0)
        elif kind == "CC" and not _at(parameters.get("Apply I/C", ()), i).startswith("C"):
            unit = _at(parameters.get("ctrl1_val_unit", ()), i)
            found.append(_current(_at(parameters.get("ctrl1_val", ()), i), unit))
        else:
            found.append(None)
    return found


def _at(values: Sequence[str], i: int) -> str:
    return values[i] if i < len(values) else ""


def _current(value: str, unit: str) -> float | None:
    unit = unit.replace("μ", "µ")
    if unit not in _CURRENT_UNITS:
        return None
    try:
        return float(value.replace(",", ".")) * units.factor(unit)
    except ValueError:
        return None
