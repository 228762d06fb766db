"""A cathode as electrode 1: laws and values of its active material, its contact and its fade, and its amount."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from interlayer.bpx import PositiveElectrode, read_positive_electrode
from interlayer.build.given import Given, as_text
from interlayer.build.material_library import from_material
from interlayer.build.model_tables import from_table, own_table
from interlayer.build.own_measurements import whose
from interlayer.build.resolve import resolve
from interlayer.build.value import Value
from interlayer.cathode_side import CathodeSide
from interlayer.cell import Cathode, Cell
from interlayer.errors import DescriptionError
from interlayer.parameter_sets import ParameterSet
from interlayer.physics.base import Mechanism
from interlayer.physics.constants import FARADAY
from interlayer.physics.open_circuit.table import TableOpenCircuit
from interlayer.physics.registry import find

_CATHODES: Final[dict[str, tuple[str, str]]] = {
    "lfp": ("lfp", "resistive-reactants"),
    "ncm811": ("nmc811", "single-particle"),
    "nmc811": ("nmc811", "single-particle"),
}
"""Law of open circuit and of the active material by the material's name in lower case."""
_OF_CATHODE: Final[dict[str, dict[str, str]]] = {
    "cathode": {
        "theoretical_capacity": "theoretical_capacity",
        "density": "density",
        "particle_radius": "particle_radius",
        "diffusivity": "solid_diffusivity",
        "diffusion_energy": "solid_diffusivity_activation_energy",
        "reaction_rate_constant": "reaction_rate_constant",
        "exchange_energy": "reaction_rate_constant_activation_energy",
        "initial_lithiation": "discharged_stoichiometry",
    },
}
"""Parameter by family and the property of the active material that gives it."""


def cathode_side(
    cell: Cell, described: Cathode, chosen: ParameterSet, area: float, values: dict[str, Value]
) -> CathodeSide:
    """The cathode end, its values noted in `values`, its loading the active mass over `area` (m2).

    Its tables in a parameter set stand under the name of its material, in lower case, or under the surface of the
    lithium end (what was done to the pellet).

    Raises
    ------
    DescriptionError
        If no law is known for its material, or a value is missing or out of bounds.
    """
    coating = cell.coatings[1]
    surface = coating.material if coating is not None else "bare"
    potential, active = _CATHODES.get(described.material.lower(), (None, None))
    bpx = read_positive_electrode(cell.bpx_path) if cell.bpx_path is not None else None
    if bpx is not None:
        potential, active = "table", "single-particle"
    made: dict[str, Any] = {}
    for family, default in (
        ("open_circuit", potential),
        ("cathode", active),
        ("cathode_contact", "damage-driven"),
        ("cathode_fade", "linear-loss"),
    ):
        own = own_table(cell, family, "left")
        law = own.pop("law", None) or chosen.law(described.material.lower(), family) or default
        if law is None:
            raise DescriptionError(
                f"no {family.replace('_', ' ')} law is known for the cathode material '{described.material}'",
                where=f"cell '{cell.label}'",
                advice=f'write [model.{family}] and law = "..." (`interlayer list mechanisms` names them)',
            )
        if bpx is not None and law == "table":
            curve = bpx.open_circuit_potential
            made[family] = TableOpenCircuit.of(curve.x, curve.y)
            continue
        kind = find(family, str(law), where=f"[model.{family}]")
        of_material = _OF_CATHODE.get(family, {})
        given = {} if bpx is not None else from_material(described.material, of_material, kind)
        entries = chosen.table(surface, family) | chosen.table(described.material.lower(), family)
        given |= {key: Given.of(e, chosen.name) for key, e in entries.items() if key in kind.specs()}
        if bpx is not None and family == "cathode":
            given |= _from_bpx(bpx, kind, f"BPX file {described.bpx}")
        given |= from_table(cell, family, "left", own)
        made[family] = resolve(kind, f"1.{family}", given, values)
    mass = cell.active_mass_kg
    assert mass is not None  # required for a simulation
    values["cathode.active_mass"] = Value(
        mass,
        "mg",
        "measured",
        f"cell '{cell.label}'",
        uncertainty=cell.uncertainty_of("cathode.active_mass"),
        origin=whose(cell, "cathode.active_mass", "cathode.loading"),
    )
    return CathodeSide(**made, loading=mass / area)


def _from_bpx(electrode: PositiveElectrode, kind: type[Mechanism], source: str) -> dict[str, Given]:
    """What a BPX file says about the fields of an active material's law."""
    said: dict[str, float | None] = {
        "particle_radius": electrode.particle_radius_m,
        "reaction_rate_constant": electrode.reaction_rate_constant,
        "diffusion_energy": electrode.diffusivity_activation_energy,
        "exchange_energy": electrode.reaction_activation_energy,
        "initial_lithiation": electrode.maximum_stoichiometry,
        "diffusivity": float(np.exp(np.mean(np.log(electrode.diffusivity.y)))),
    }
    density = kind.specs()["density"].default_si if "density" in kind.specs() else None
    if density is not None:
        said["theoretical_capacity"] = electrode.maximum_concentration * FARADAY / density
    return {
        key: Given(as_text(kind, key, value), "measured", source, origin="own")
        for key, value in said.items()
        if value is not None and key in kind.specs()
    }
