"""Properties of the pellet: measured on it where the cell says so, else those of the material library."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from interlayer import units
from interlayer.cell.parts import Electrolyte
from interlayer.errors import DescriptionError
from interlayer.materials import Quantity, find

_OWN_UNITS: Final[dict[str, str]] = {
    "conductivity": "S/cm",
    "grain_conductivity": "S/cm",
    "grain_boundary_conductivity": "S/cm",
    "electronic_conductivity": "S/cm",
    "activation_energy": "eV",
    "grain_activation_energy": "eV",
    "relative_density": "1",
}
"""Properties that a cell may state for its own pellet, and the unit they are printed in."""


def pellet_quantity(
    pellet: Electrolyte | None, name: str, *, label: str, uncertainties: Mapping[str, float]
) -> Quantity:
    """Return a property of a cell's pellet; see `Cell.electrolyte_quantity`.

    Parameters
    ----------
    pellet : Electrolyte or None
    name : str
        Property name of the material library.
    label : str
        Of the cell, for sources and messages.
    uncertainties : mapping
        One standard deviation (SI) by dotted key of the cell, where one is stated.
    """
    if pellet is None:
        raise DescriptionError(
            "no electrolyte is described",
            where=label,
            advice='write [electrolyte] and material = "LATP"',
        )
    field = "conductivity" if name == "ionic_conductivity" else name
    own = getattr(pellet, field) if field in _OWN_UNITS else None
    if isinstance(own, float):
        unit = _OWN_UNITS[field]
        return Quantity(
            name=name,
            value=own,
            unit=unit,
            printed=units.to_unit(own, unit),
            source=f"cell '{label}'",
            status="measured",
            uncertainty=uncertainties.get(f"electrolyte.{field}"),
            note="Measured on this pellet.",
        )
    return getattr(find(pellet.material), name)
