"""Scattering of X-rays by atoms: form factors, dispersion, masses; a table in the package with its sources."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from interlayer.errors import InputError, unknown_name

FloatArray = NDArray[np.float64]

_SYMBOL: Final = re.compile(r"([A-Z][a-z]?)")
_ISOTOPES: Final = {"D": "H", "T": "H"}


@lru_cache(maxsize=1)
def _table() -> dict[str, dict[str, Any]]:
    text = files("interlayer.surface.xrd.crystal").joinpath("data/scattering_factors.json").read_text("utf-8")
    return json.loads(text)["elements"]


def element(text: str) -> str:
    """Return the symbol of the element that a text such as 'Ti4+', 'O2-' or 'Li1' begins with.

    Raises
    ------
    InputError
        If it begins with none of the 92 elements of the table.
    """
    bare = text.strip()
    found = _SYMBOL.match(bare[:1].upper() + bare[1:])
    names = _table()
    for length in (2, 1):
        symbol = "" if found is None else found[1][:length]
        symbol = _ISOTOPES.get(symbol, symbol)
        if symbol in names:
            return symbol
    raise InputError(unknown_name("element", text[:20], names), advice="elements are H to U")


def mass(symbol: str) -> float:
    """Return the standard atomic weight of an element, g/mol."""
    return float(_table()[symbol]["mass"])


def form_factor(symbol: str, s2: FloatArray) -> FloatArray:
    """Return the form factor of the neutral atom, electrons, at (sin(theta)/lambda)2 in 1/angstrom2.

    Waasmaier and Kirfel 1995: f0 = c + sum of a_i exp(-b_i s2), good to s = 6 1/angstrom.
    """
    row = _table()[symbol]
    a, b = np.array(row["a"]), np.array(row["b"])
    return np.exp(-s2[:, None] * b) @ a + float(row["c"])


def dispersion(symbol: str, anode: str) -> complex:
    """Return f' + i f'' at the K-alpha1 line of an anode; 0 for radiation that is none of the table's."""
    row = _table()[symbol]
    return complex(float(row["f1"].get(anode, 0.0)), float(row["f2"].get(anode, 0.0)))
