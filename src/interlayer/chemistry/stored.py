"""The stored reactions, made from the stored substances: no reaction is typed in but those with two cations."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from interlayer.chemistry.conversion import Conversion
from interlayer.chemistry.formula import Formula
from interlayer.chemistry.reaction_text import reaction
from interlayer.chemistry.species import Species, species, species_names
from interlayer.errors import DescriptionError, unknown_name

_TERNARY: Final = (
    "2 Al2O3 + 3 Li -> 3 LiAlO2 + Al",
    "3 SiO2 + 4 Li -> 2 Li2SiO3 + Si",
)
"""Reactions to compounds with two cations that go before the reduction to lithium oxide."""

_SALTS: Final = {
    "F": ("LiF", 1),
    "Cl": ("LiCl", 1),
    "Br": ("LiBr", 1),
    "I": ("LiI", 1),
    "O": ("Li2O", 2),
    "S": ("Li2S", 2),
    "N": ("Li3N", 3),
}
"""Lithium compound of each anion, and how much lithium a formula unit of it holds."""


def reduction(reactant: str, *, substances: Iterable[Species] = ()) -> Conversion:
    """Return the full reduction by lithium: every cation to its element, every anion to its lithium compound.

    Parameters
    ----------
    reactant : str
        Formula with at least one of F, Cl, Br, I, O, S, N.
    substances : iterable of Species
        The user's own substances.

    Raises
    ------
    DescriptionError
        If nothing is left to reduce, or a substance is not stored.
    """
    counts = dict(Formula.parse(reactant).atoms)
    held = counts.pop("Li", 0.0)
    products: dict[str, float] = {}
    n = -held
    for symbol, count in counts.items():
        salt, lithium = _SALTS.get(symbol, (symbol, 0))
        products[salt] = count
        n += lithium * count
    if n <= 0:
        raise DescriptionError(f"lithium does not reduce {reactant}: it has no anion left to give")
    # Metal before salts.
    ordered = dict(sorted(products.items(), key=lambda item: item[0].startswith("Li")))
    return Conversion(reactant, n, ordered, tuple(substances))


def conversions() -> tuple[Conversion, ...]:
    """Return the full reduction of every stored reactant."""
    return tuple(_conversions().values())


def reactions() -> tuple[Conversion, ...]:
    """Return every stored reaction: full reductions and, beside them, those to compounds with two cations."""
    return conversions() + _ternary()


def conversion(reactant: str) -> Conversion:
    """Return the full reduction of a stored reactant.

    Raises
    ------
    DescriptionError
        If none is stored.
    """
    found = _conversions().get(reactant)
    if found is None:
        raise DescriptionError(unknown_name("reactant", reactant, _conversions()))
    return found


def most_favourable(reactant: str) -> Conversion:
    """Return the stored reaction of a reactant with the highest potential: what thermodynamics lets go first.

    Raises
    ------
    DescriptionError
        If none is stored.
    """
    first = conversion(reactant)
    others = [c for c in _ternary() if c.reactant == reactant]
    return max([first, *others], key=lambda c: c.potential)


@lru_cache(maxsize=1)
def _ternary() -> tuple[Conversion, ...]:
    return tuple(reaction(text) for text in _TERNARY)


@lru_cache(maxsize=1)
def _conversions() -> dict[str, Conversion]:
    ends = {salt for salt, _ in _SALTS.values()} | {name for c in _ternary() for name in c.products}
    names = [name for name in species_names() if not species(name).is_element and name not in ends]
    return {name: reduction(name) for name in names}
