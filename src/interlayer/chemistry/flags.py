"""What a reaction means for a cell: small tests, each with its threshold as an argument."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from interlayer.chemistry.conversion import Conversion

NOT_CONNECTED: Final = {"CuF2": "copper from CuF2 stays isolated particles and forms no network (wangf2011)"}
"""Reactants whose metal was seen not to connect, whatever its volume."""


@dataclass(frozen=True)
class Flag:
    """Outcome of one test of a reaction.

    Attributes
    ----------
    name : str
        In the words of reports.
    raised : bool
        Whether the value is beyond the threshold.
    value, threshold : float
        What was compared with what, in `unit`.
    caveat : str
        What the number alone does not say.
    """

    name: str
    raised: bool
    value: float
    threshold: float
    unit: str
    caveat: str = ""


def inert_against_lithium(reaction: Conversion, threshold: float = 0.07) -> Flag:
    """Whether lithium has no drive to reduce the reactant: potential at or below `threshold`, V.

    The default holds CaF2 (0.01 V) and SrF2 (0.065 V), whose drive is within the error of the tables; MgO, BN, AlN,
    TiN, Mg3N2 and Si3N4 are below 0. Products with two cations can react where the plain reduction does not: judge
    `most_favourable(reactant)`.
    """
    caveat = "alloying of the product or a second cation can supply what the reduction lacks"
    value = reaction.potential
    return Flag("inert against lithium", value <= threshold, value, threshold, "V", caveat)


def takes_lithium_before_latp(reaction: Conversion, threshold: float = 2.2, sure: float = 2.5) -> Flag:
    """Whether the reactant is a stronger oxidant than LATP, so that it is reduced first while any is left.

    Parameters
    ----------
    threshold : float
        V; computed onset of LATP's reduction (2.17 V, zhu2015).
    sure : float
        V; insertion into LiTi2(PO4)3 (2.45 to 2.5 V). Between the two it depends on how LATP reacts.
    """
    value = reaction.potential
    caveat = (
        f"below {sure:g} V only if LATP decomposes; not where it takes in lithium" if value <= sure else ""
    )
    return Flag("takes lithium before LATP", value > threshold, value, threshold, "V", caveat)


def metal_percolates(reaction: Conversion, threshold: float = 0.16, reactant_fraction: float = 1.0) -> Flag:
    """Whether the metal could form an electronic network: its volume fraction above `threshold`.

    Parameters
    ----------
    threshold : float
        Random spheres need 0.16 to 0.29 (memory); metal along grain edges needs less, 0.03 to 0.1.
    reactant_fraction : float
        Volume fraction of the reactant in the film before reaction, 1 for a dense film; the rest is inert.
    """
    made = {k: v for k, v in reaction.fractions(reactant_fraction, 1.0).items() if k != reaction.reactant}
    metal = sum(v for k, v in made.items() if reaction.substance(k).is_metal)
    value = metal / (sum(made.values()) + 1.0 - reactant_fraction)
    caveat = NOT_CONNECTED.get(reaction.reactant, "a volume fraction alone does not say that particles touch")
    return Flag("metal percolates", value > threshold, value, threshold, "1", caveat)


def swells(reaction: Conversion, threshold: float = 0.2, reactant_fraction: float = 1.0) -> Flag:
    """Whether the solid film grows by more than `threshold` of its volume; lithium is not counted.

    The default is a choice: a film on a stiff pellet has only its thickness and its pores to grow into.
    """
    value = reaction.film_volume_change * reactant_fraction
    caveat = "pores take up part of it; lithium and film together shrink" if value > threshold else ""
    return Flag("swells", value > threshold, value, threshold, "1", caveat)


def flags(reaction: Conversion, reactant_fraction: float = 1.0) -> tuple[Flag, ...]:
    """Return all four tests of a reaction at their default thresholds.

    Where lithium has no drive to react, what the products would do is not raised.
    """
    inert = inert_against_lithium(reaction)
    outcomes = (
        takes_lithium_before_latp(reaction),
        metal_percolates(reaction, reactant_fraction=reactant_fraction),
        swells(reaction, reactant_fraction=reactant_fraction),
    )
    if inert.raised:
        outcomes = tuple(replace(f, raised=False, caveat="inert: it does not react") for f in outcomes)
    return (inert, *outcomes)
