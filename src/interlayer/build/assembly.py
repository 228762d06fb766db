"""The assembly of a cell's equations from its pellet and its two ends."""

from __future__ import annotations

from interlayer import parameter_sets
from interlayer.build.built import Built
from interlayer.build.cathode import cathode_side
from interlayer.build.cell_values import completed
from interlayer.build.conduction import pellet_conduction
from interlayer.build.lithium import lithium_side, lithium_thickness
from interlayer.build.model_tables import check_families
from interlayer.cathode_side import CathodeSide
from interlayer.cell import Cell
from interlayer.lithium_side import LithiumSide
from interlayer.parameter_sets import ParameterSet
from interlayer.physics.constants import LITHIUM_MOLAR_VOLUME
from interlayer.system import System


def build(cell: Cell, *, parameters: str | None = None) -> Built:
    """Make the equations of a cell.

    Values come, in rising priority, from the mechanisms' declared defaults, the material library, the parameter
    set, the cell's own measurements, and the cell's [model] tables.

    Raises
    ------
    DescriptionError
        If something that the simulation needs is missing, unknown or out of bounds.
    """
    name = parameters or cell.parameters
    chosen = parameter_sets.load(name) if name else _no_set()
    cell, values = completed(cell, chosen)
    cell.require_for_simulation()
    check_families(cell)
    pellet = pellet_conduction(cell, chosen, values)
    dry = cell.dry_layers
    area = cell.need_area("a simulation")
    first: LithiumSide | CathodeSide
    if cell.cathode is not None:
        first, metal = cathode_side(cell, cell.cathode, chosen, area, values), 0.0
    else:
        first = lithium_side(cell, chosen, 1, dry[0], values)
        metal = lithium_thickness(cell, "left", values) / LITHIUM_MOLAR_VOLUME
    second = lithium_side(cell, chosen, 2, dry[1], values)
    system = System(
        conduction=pellet,  # pyright: ignore[reportArgumentType]
        sides=(first, second),
        temperature=float(cell.temperature or 298.15),
        area=area,
        lithium=(metal, lithium_thickness(cell, "right", values) / LITHIUM_MOLAR_VOLUME),
    )
    return Built(system, values, chosen.name, cell)


def _no_set() -> ParameterSet:
    return ParameterSet(name="none", summary="declared defaults", sections={}, laws={})
