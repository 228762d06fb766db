"""Potential of a conversion that makes small particles instead of bulk crystals."""

from __future__ import annotations

from collections.abc import Mapping

from interlayer.chemistry.conversion import FARADAY, Conversion
from interlayer.errors import DescriptionError


def potential_shift(surface_energy: float, molar_volume: float, radius: float, electrons: float) -> float:
    """Return by how much a sphere is below the bulk potential, V: 2 gamma V_m/(r z F).

    Parameters
    ----------
    surface_energy : float
        gamma of the metal, J/m2.
    molar_volume : float
        V_m of the metal, m3/mol.
    radius : float
        r of its particles, m.
    electrons : float
        z taken up for each metal atom.

    Raises
    ------
    DescriptionError
        If a number is not above 0 (a surface energy of 0 is allowed).

    Notes
    -----
    Gibbs-Thomson with one isotropic surface energy and no interface strain: an estimate of size and sign below
    2 nm, where the surface energy itself depends on the radius.
    """
    for name, value in (("molar volume", molar_volume), ("radius", radius), ("electrons", electrons)):
        if not value > 0:
            raise DescriptionError(f"{name} = {value:g} is not above 0")
    if not surface_energy >= 0:
        raise DescriptionError(f"surface energy = {surface_energy:g} J/m2 is below 0")
    return 2.0 * surface_energy * molar_volume / (radius * electrons * FARADAY)


def nanosize_potential(reaction: Conversion, radius: float, surface_energy: Mapping[str, float]) -> float:
    """Return the potential of a reaction whose products are spheres of one radius, V.

    Parameters
    ----------
    reaction : Conversion
        With bulk products.
    radius : float
        Of the particles, m.
    surface_energy : mapping
        J/m2 of each product that is made small, such as {'Cu': 1.8}; products not named stay bulk.

    Raises
    ------
    DescriptionError
        If a name is no product, or a number is not above 0.
    """
    potential = reaction.potential
    for name, energy in surface_energy.items():
        if name not in reaction.products:
            raise DescriptionError(f"{name} is no product of {reaction.equation}")
        each = reaction.n / reaction.products[name]
        potential -= potential_shift(energy, reaction.substance(name).molar_volume, radius, each)
    return potential
