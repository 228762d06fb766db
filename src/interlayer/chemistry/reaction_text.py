"""Reactions as people write them: 2 Al2O3 + 3 Li -> 3 LiAlO2 + Al."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import Final

from interlayer.chemistry.conversion import Conversion
from interlayer.chemistry.species import Species
from interlayer.errors import DescriptionError

_TERM: Final = re.compile(r"(?P<number>\d{1,9}(?:\.\d{1,9})?)?\s*(?P<name>e-|[A-Z(]\S*)")


def reaction(text: str, *, substances: Iterable[Species] = ()) -> Conversion:
    """Read a reaction such as '2 Al2O3 + 3 Li -> 3 LiAlO2 + Al'.

    Parameters
    ----------
    text : str
        One reactant and lithium (or Li+ and e-) on the left, products on the right of '->'.
    substances : iterable of Species
        The user's own substances.

    Raises
    ------
    DescriptionError
        If it cannot be read, names an unknown substance, or does not balance.
    """
    sides = re.split(r"->|→|⟶", text)
    if len(sides) != 2:
        raise _unreadable(text)
    left, right = (_side(side, text) for side in sides)
    lithium = left.pop("Li", 0.0)
    ions, electrons = left.pop("Li+", 0.0), left.pop("e-", 0.0)
    if ions != electrons:
        raise DescriptionError(f"'{text}' takes up {ions:g} Li+ but {electrons:g} e-", advice="write Li")
    if len(left) != 1:
        raise DescriptionError(
            f"'{text}' has {len(left)} substances beside lithium on its left",
            advice="write one reactant and Li",
        )
    ((reactant, times),) = left.items()
    products = {name: number / times for name, number in right.items()}
    return Conversion(reactant, (lithium + ions) / times, products, tuple(substances))


def _side(side: str, text: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for term in re.split(r"\s*\+\s*(?=[\d(A-Z])|\s+\+\s+", side.strip()):
        match = _TERM.fullmatch(term.strip())
        if match is None:
            raise _unreadable(text)
        number = float(match["number"] or 1.0)
        if not 0 < number < math.inf:
            raise _unreadable(text)
        found[match["name"]] = found.get(match["name"], 0.0) + number
    return found


def _unreadable(text: str) -> DescriptionError:
    return DescriptionError(
        f"'{text}' is not a reaction", advice="write it like 2 Al2O3 + 3 Li -> 3 LiAlO2 + Al"
    )
