"""Chemical formulas: atoms, charge, molar mass."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from interlayer.errors import DescriptionError, unknown_name

ATOMIC_WEIGHTS: Final[dict[str, float]] = {
    "H": 1.008, "Li": 6.94, "Be": 9.0122, "B": 10.81, "C": 12.011, "N": 14.007, "O": 15.999, "F": 18.998,
    "Na": 22.990, "Mg": 24.305, "Al": 26.982, "Si": 28.085, "P": 30.974, "S": 32.06, "Cl": 35.45, "K": 39.098,
    "Ca": 40.078, "Sc": 44.956, "Ti": 47.867, "V": 50.942, "Cr": 51.996, "Mn": 54.938, "Fe": 55.845,
    "Co": 58.933, "Ni": 58.693, "Cu": 63.546, "Zn": 65.38, "Ga": 69.723, "Ge": 72.630, "As": 74.922,
    "Se": 78.971, "Br": 79.904, "Sr": 87.62, "Y": 88.906, "Zr": 91.224, "Nb": 92.906, "Mo": 95.95,
    "Ag": 107.87, "Cd": 112.41, "In": 114.82, "Sn": 118.71, "Sb": 121.76, "Te": 127.60, "I": 126.90,
    "Ba": 137.33, "La": 138.91, "Ta": 180.95, "W": 183.84, "Pb": 207.2, "Bi": 208.98,
}  # fmt: skip
"""g/mol, abridged standard atomic weights (prohaska2022)."""

_TOKEN = re.compile(r"(?P<symbol>[A-Z][a-z]?)|(?P<open>\()|(?P<close>\))|(?P<number>\d+(?:\.\d+)?)")
_CHARGE = re.compile(r"(?:\^?(?P<count>\d*))?(?P<sign>[+-])$")
_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")


@dataclass(frozen=True)
class Formula:
    """A formula unit: how many of each atom, and its charge in elementary charges."""

    text: str
    atoms: Mapping[str, float]
    charge: int = 0

    @classmethod
    def parse(cls, text: str) -> Formula:
        """Read 'CuF2', 'Li1.3Al0.3Ti1.7(PO4)3', 'Li+', 'Cu^2+' or 'e-'.

        Raises
        ------
        DescriptionError
            If it is not a formula, or names an element that is not in the table.
        """
        body = text.strip().translate(_SUBSCRIPTS)
        if body == "e-":
            return cls(text, {}, -1)
        charge = 0
        sign = _CHARGE.search(body)
        if sign:
            # Digits before the sign count as charge only after a caret: 'NO3-' is NO3 with charge -1.
            caret = "^" in body
            charge = int((sign["count"] if caret else "") or 1) * (1 if sign["sign"] == "+" else -1)
            body = body[: body.index("^")] if caret else body[:-1]
        return cls(text, _atoms(body, text), charge)

    @property
    def molar_mass(self) -> float:
        """kg/mol."""
        return sum(ATOMIC_WEIGHTS[symbol] * count for symbol, count in self.atoms.items()) * 1e-3


def molar_mass(formula: str) -> float:
    """Return the molar mass of a formula in kg/mol.

    Raises
    ------
    DescriptionError
        If it is not a formula.
    """
    return Formula.parse(formula).molar_mass


def imbalance(left: Mapping[str, float], right: Mapping[str, float]) -> dict[str, float]:
    """Return what the right side of a reaction has more than the left: atoms by symbol, and 'charge'.

    Parameters
    ----------
    left, right : mapping
        Stoichiometric number of each formula, such as {'CuF2': 1, 'Li+': 2, 'e-': 2}.

    Returns
    -------
    dict
        Empty if the reaction balances.

    Raises
    ------
    DescriptionError
        If a name is not a formula.
    """
    excess: Counter[str] = Counter()
    for side, sign in ((left, -1.0), (right, 1.0)):
        for text, count in side.items():
            formula = Formula.parse(text)
            for symbol, number in formula.atoms.items():
                excess[symbol] += sign * count * number  # pyright: ignore[reportArgumentType]
            excess["charge"] += sign * count * formula.charge  # pyright: ignore[reportArgumentType]
    return {name: float(number) for name, number in excess.items() if abs(number) > 1e-9}


def _atoms(body: str, text: str) -> dict[str, float]:
    stack: list[dict[str, float]] = [{}]
    last: dict[str, float] = {}
    at = 0
    while at < len(body):
        token = _TOKEN.match(body, at)
        if token is None or (token["number"] and not last):
            raise _bad(text)
        at = token.end()
        if token["symbol"]:
            if token["symbol"] not in ATOMIC_WEIGHTS:
                raise DescriptionError(unknown_name(f"element in '{text}'", token["symbol"], ATOMIC_WEIGHTS))
            last = {token["symbol"]: 1.0}
            _add(stack[-1], last, 1.0)
        elif token["open"]:
            stack.append({})
            last = {}
        elif token["close"]:
            if len(stack) == 1 or not stack[-1]:
                raise _bad(text)
            last = stack.pop()
            _add(stack[-1], last, 1.0)
        else:
            _add(stack[-1], last, float(token["number"]) - 1.0)
            last = {}
    if len(stack) != 1 or not stack[0]:
        raise _bad(text)
    return stack[0]


def _add(into: dict[str, float], atoms: Mapping[str, float], times: float) -> None:
    for symbol, count in atoms.items():
        into[symbol] = into.get(symbol, 0.0) + times * count


def _bad(text: str) -> DescriptionError:
    return DescriptionError(
        f"'{text}' is not a chemical formula", advice="write it like Li1.3Al0.3Ti1.7(PO4)3"
    )
