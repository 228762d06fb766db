"""Cell description + parameter set -> equations, and a ledger that says where every number came from."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from interlayer import parameter_sets, units
from interlayer.cathode_part import Cathode
from interlayer.cathode_side import CathodeSide
from interlayer.cell import Cell
from interlayer.chemistry import reduction
from interlayer.coating import Coating, DryLayer
from interlayer.errors import DescriptionError, unknown_name
from interlayer.lithium_side import LithiumSide
from interlayer.materials import Material, Quantity, library
from interlayer.parameter_sets import Entry, ParameterSet
from interlayer.physics.base import Mechanism, ParameterSpec
from interlayer.physics.constants import LITHIUM_MOLAR_VOLUME
from interlayer.physics.registry import families, find
from interlayer.system import System

SIDES: Final = ("left", "right")
SHARED: Final = "conduction"
"""The family that belongs to the pellet, not to a side."""
_DEFAULT_FOIL: Final = 450e-6
"""m, a common lithium foil."""
_PURE_GEOMETRY: Final = ("layer", "conversion")
"""Families whose thickness is that of the dry layer of the cell."""
_OF_COATING: Final[dict[str, dict[str, str]]] = {
    "layer": {
        "conductivity": "ionic_conductivity",
        "activation_energy": "activation_energy",
        "transference_number": "transference_number",
        "concentration": "salt_concentration",
        "relative_permittivity": "relative_permittivity",
    },
    "leakage": {
        "conductivity_before": "electronic_conductivity",
        "conductivity_after": "electronic_conductivity_reacted",
    },
    "conversion": {"reactant_molar_volume": "molar_volume"},
}
"""Parameter by family and the property of the coating's material that gives it."""
_OF_ELECTROLYTE: Final[dict[str, dict[str, str]]] = {
    "interphase": {
        "driving_potential": "reduction_driving_force",
        "charge_number": "electrons_per_formula",
        "molar_volume": "molar_volume",
    },
    "cracking": {
        "fracture_toughness": "fracture_toughness",
        "young_modulus": "young_modulus",
        "poisson_ratio": "poisson_ratio",
    },
}
"""The same of the electrolyte's material."""


@dataclass(frozen=True)
class Value:
    """One resolved parameter: SI value, how far to trust it, and who says so."""

    value: float
    unit: str
    status: str
    source: str
    low: float | None = None
    high: float | None = None


class Given(NamedTuple):
    """A value for one field before its unit is checked, and who says so."""

    value: str | float
    status: str
    source: str
    low: str | float | None = None
    high: str | float | None = None

    @classmethod
    def of(cls, entry: Entry, set_name: str) -> Given:
        """The entry of a parameter set."""
        return cls(entry.value, entry.status, f"{set_name}: {entry.fixed_by}", entry.low, entry.high)

    @classmethod
    def stored(cls, kind: type[Mechanism], key: str, one: Quantity) -> Given:
        """The value of the material library for a field of a mechanism."""
        low, high = one.range or (None, None)
        return cls(
            _as_text(kind, key, one.value),
            one.status,
            one.source,
            None if low is None else _as_text(kind, key, low),
            None if high is None else _as_text(kind, key, high),
        )


@dataclass(frozen=True)
class Built:
    """A cell ready to compute, with the provenance of each of its numbers."""

    system: System
    values: Mapping[str, Value]
    """By dotted name: 'conduction.thickness', '1.layer.conductivity', 'cell.area'."""
    set_name: str
    cell: Cell

    @property
    def one_c_A(self) -> float | None:  # noqa: N802
        """Current of 1C, A; None for a symmetric cell."""
        return self.cell.one_c_A if self.cell.is_full else None

    @property
    def areal_capacity(self) -> float:
        """Charge that the cathode holds, C/m2 of electrode; infinite without one."""
        for side in self.system.sides:
            if side.is_cathode:
                return float(side.loading) * float(side.cathode.capacity())
        return math.inf

    def ledger(self) -> dict[str, Any]:
        """Plain data for a record: value in the declared unit, status, source."""
        return {
            name: {
                "value": units.to_unit(v.value, v.unit),
                "unit": v.unit,
                "status": v.status,
                "source": v.source,
            }
            for name, v in self.values.items()
        }

    def references(self) -> tuple[str, ...]:
        """Keys of the papers behind the mechanisms in use."""
        used: set[str] = set(self.system.conduction.references)
        for side in self.system.sides:
            for mechanism in side.mechanisms():
                used |= set(mechanism.references)
        return tuple(sorted(used))

    def thresholds(self, side: int) -> list[tuple[str, str, float, str]]:
        """Events of a side (1 or 2): name, state column, level, and 'rises', 'falls' or 'swings' past it."""
        return self.system.sides[side - 1].thresholds(side, float(self.system.conduction.thickness))


def build(cell: Cell, *, parameters: str | None = None) -> Built:
    """Make the equations of a symmetric cell.

    Values come, in rising priority, from the mechanisms' declared defaults, the material library, the parameter
    set, the cell's own measurements, and the cell's [model] tables.

    Raises
    ------
    DescriptionError
        If something that the simulation needs is missing, unknown or out of bounds.
    """
    name = parameters or cell.parameters
    chosen = parameter_sets.load(name) if name else _nothing()
    cell, values = _completed(cell, chosen)
    cell.require_for_simulation()
    _check_model(cell)
    conduction = _conduction(cell, chosen, values)
    dry = cell.dry_layers
    area = cell.need_area("a simulation")
    first: LithiumSide | CathodeSide
    if cell.cathode is not None:
        first, metal = _cathode(cell, cell.cathode, chosen, area, values), 0.0
    else:
        first = _side(cell, chosen, 1, dry[0], values)
        metal = _foil(cell, "left", values) / LITHIUM_MOLAR_VOLUME
    second = _side(cell, chosen, 2, dry[1], values)
    system = System(
        conduction=conduction,  # pyright: ignore[reportArgumentType]
        sides=(first, second),
        temperature=float(cell.temperature or 298.15),
        area=area,
        lithium=(metal, _foil(cell, "right", values) / LITHIUM_MOLAR_VOLUME),
    )
    return Built(system, values, chosen.name, cell)


def _nothing() -> ParameterSet:
    return ParameterSet(name="none", summary="declared defaults", sections={}, laws={})


def _completed(cell: Cell, chosen: ParameterSet) -> tuple[Cell, dict[str, Value]]:
    """Fill what the cell leaves open about itself from the set's [cell] section."""
    values: dict[str, Value] = {}
    changes: dict[str, str | float] = {}
    for key, path, unit, known in (
        ("area", "area", "cm2", cell.electrode_area),
        (
            "thickness",
            "electrolyte.thickness",
            "mm",
            cell.electrolyte.thickness if cell.electrolyte else None,
        ),
    ):
        name = "cell.area" if key == "area" else "conduction.thickness"
        entry = chosen.cell.get(key)
        if known is not None:
            values[name] = Value(known, unit, "measured", f"cell '{cell.label}'")
        elif entry is not None:
            changes[path] = entry.value
            values[name] = _entry_value(entry, unit, chosen.name)
    for number, (side, coating) in enumerate(zip(SIDES, cell.coatings, strict=True), start=1):
        if coating is None or coating.thickness is not None or coating.has_recipe:
            continue
        entry = chosen.table(coating.material, "layer").get("thickness")
        if entry is not None:
            alike = cell.coating.left == cell.coating.right
            changes["coating.thickness" if alike else f"coating.{side}.thickness"] = entry.value
            values[f"{number}.layer.thickness"] = _entry_value(entry, "um", chosen.name)
    return (cell.override(changes) if changes else cell), values


def _entry_value(entry: Entry, unit: str, set_name: str) -> Value:
    """The entry of a parameter set about the cell itself, in SI."""
    where = f"parameter set {set_name}"
    low, high = (
        None if e is None else units.parse(str(e), unit, where=where) for e in (entry.low, entry.high)
    )
    si = units.parse(str(entry.value), unit, where=where)
    return Value(si, unit, entry.status, f"{set_name}: {entry.fixed_by}", low, high)


def _check_model(cell: Cell) -> None:
    """Refuse family names in [model] that do not exist."""
    known = [*families(), *SIDES]
    for key, table in cell.model.items():
        if key not in known:
            raise DescriptionError(unknown_name("mechanism family", key, known), where=f"[model.{key}]")
        for inner in table if key in SIDES else ():
            if inner not in families() or inner == SHARED:
                raise DescriptionError(
                    unknown_name("mechanism family", inner, set(families()) - {SHARED}),
                    where=f"[model.{key}.{inner}]",
                )


def _resolve(
    kind: type[Mechanism], prefix: str, given: Mapping[str, Given], values: dict[str, Value]
) -> Mechanism:
    """Make a mechanism from given values and declared defaults, and note each in the ledger."""
    specs = kind.specs()
    numbers: dict[str, Any] = {}
    for key, one in given.items():
        if key not in specs:
            raise DescriptionError(
                unknown_name(f"key of {kind.family} '{kind.law}'", key, specs), where=one.source
            )
        spec = specs[key]
        numbers[key] = _number(spec, one.value, one.source)
        values[f"{prefix}.{key}"] = Value(
            numbers[key],
            spec.unit,
            one.status,
            one.source,
            None if one.low is None else _number(spec, one.low, one.source),
            None if one.high is None else _number(spec, one.high, one.source),
        )
    for key, spec in specs.items():
        if key in numbers:
            continue
        if spec.default_si is None:
            raise DescriptionError(
                f"{kind.family} '{kind.law}' lacks {key} ({spec.doc})",
                where=prefix,
                advice=f'write {key} = "... {spec.unit}" below [model.{kind.family}]',
            )
        numbers[key] = spec.default_si
        values[f"{prefix}.{key}"] = Value(spec.default_si, spec.unit, spec.status, spec.source)
    return kind(**numbers)


def _number(spec: ParameterSpec, value: object, source: str) -> float:
    """SI value of what was written for a field.

    Raises
    ------
    DescriptionError
        If it is no number, lacks its unit, or lies out of bounds.
    """
    where = f"{source}, {spec.name}"
    if isinstance(value, str):
        return spec.checked(value, where=where)
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        raise DescriptionError(
            f"{spec.name} = {value!r} is not a number with unit",
            where=source,
            advice=f'write {spec.name} = "... {spec.unit}"',
        )
    if spec.unit != "1":
        raise DescriptionError(
            f"{spec.name} = {value} has no unit",
            where=source,
            advice=f'write {spec.name} = "{value} {spec.unit}"',
        )
    return spec.checked(float(value), where=where)


def _own(cell: Cell, family: str, side: str | None) -> dict[str, Any]:
    """The cell's own [model] table of a family, that of the side winning."""
    table = dict(cell.model.get(family, {}))
    if side is not None:
        table |= cell.model.get(side, {}).get(family, {})
    return table


def _conduction(cell: Cell, chosen: ParameterSet, values: dict[str, Value]) -> Mechanism:
    own = _own(cell, SHARED, None)
    kind = find(SHARED, str(own.pop("law", "brick-layer")), where=f"[model.{SHARED}]")
    given: dict[str, Given] = {}
    material = library.find(cell.electrolyte.material) if cell.electrolyte else None
    for key, quantity in (
        ("conductivity", "ionic_conductivity"),
        ("activation_energy", "activation_energy"),
        ("grain_conductivity", "grain_conductivity"),
        ("grain_activation_energy", "grain_activation_energy"),
        ("permittivity", "relative_permittivity"),
    ):
        stored = material.get(quantity) if material is not None else None
        mine = getattr(cell.electrolyte, key, None)
        if mine is not None:
            given[key] = Given(_as_text(kind, key, mine), "measured", f"cell '{cell.label}'")
        elif stored is not None:
            given[key] = Given.stored(kind, key, stored)
    for key, entry in chosen.table("bare", SHARED).items():
        if getattr(cell.electrolyte, key, None) is None:
            given[key] = Given.of(entry, chosen.name)
    length = values.get("conduction.thickness")
    if length is not None:
        given["thickness"] = Given(_as_text(kind, "thickness", length.value), length.status, length.source)
    given |= {k: Given(v, "measured", f"cell '{cell.label}' [model.{SHARED}]") for k, v in own.items()}
    _grains_conduct_no_worse(kind, given)
    return _resolve(kind, SHARED, given, values)


def _grains_conduct_no_worse(kind: type[Mechanism], given: dict[str, Given]) -> None:
    """Give the grains the whole pellet's values where nobody knows better ones.

    Without this, the default of LATP's grains, or a library value below what a person measured, would cap the pellet.
    """
    specs, grain, whole = kind.specs(), given.get("grain_conductivity"), given.get("conductivity")
    if "grain_conductivity" not in specs or whole is None:
        return
    total = _number(specs["conductivity"], whole.value, whole.source)
    if grain is not None and _number(specs["grain_conductivity"], grain.value, grain.source) >= total:
        return
    for key, like in (
        ("grain_conductivity", "conductivity"),
        ("grain_activation_energy", "activation_energy"),
    ):
        if like in given:
            given[key] = given[like]._replace(
                status="assumed", source=f"as of the whole pellet ({given[like].source})"
            )


def _as_text(kind: type[Mechanism], key: str, si: float) -> str | float:
    """An SI value as text in the declared unit, so that every value takes the same way in."""
    unit = kind.specs()[key].unit
    return si if unit == "1" else f"{units.to_unit(si, unit):.17g} {unit}"


def _side(
    cell: Cell, chosen: ParameterSet, number: int, dry: DryLayer | None, values: dict[str, Value]
) -> LithiumSide:
    side = SIDES[number - 1]
    coating = cell.coatings[number - 1]
    surface = coating.material if coating is not None else "bare"
    filled = values.get(f"{number}.layer.thickness")
    made: dict[str, Any] = {}
    for family in LithiumSide._fields:
        own = _own(cell, family, side)
        law = (
            own.pop("law", None)
            or chosen.law(surface, family)
            or _default_law(family, coated=dry is not None)
        )
        kind = find(family, str(law), where=f"[model.{family}]")
        specs = kind.specs()
        given = _of_library(cell, coating, kind)
        for key, entry in chosen.table(surface, family).items():
            if key in specs:
                given[key] = Given.of(entry, chosen.name)
        if dry is not None and law != "none":
            origin = f"cell '{cell.label}'"
            if family in _PURE_GEOMETRY:
                given["thickness"] = _thickness(kind, dry, filled, origin)
            if family == "layer" and "porosity" in specs:
                given["porosity"] = Given(dry.porosity, "derived", f"{origin}, solids balance")
            for key, share in _shares(dry).items():
                if key in specs:
                    given.setdefault(key, Given(share, "derived", f"{origin}, composition"))
        given |= {k: Given(v, "measured", f"cell '{cell.label}' [model.{family}]") for k, v in own.items()}
        made[family] = _resolve(kind, f"{number}.{family}", given, values)
    return LithiumSide(**made)


_CATHODES: Final[dict[str, tuple[str, str]]] = {
    "lfp": ("lfp", "resistive-reactants"),
    "ncm811": ("nmc811", "single-particle"),
    "nmc811": ("nmc811", "single-particle"),
}
"""Law of open circuit and of the active material by the material's name in lower case."""


def _cathode(
    cell: Cell, described: Cathode, chosen: ParameterSet, area: float, values: dict[str, Value]
) -> CathodeSide:
    """The cathode end; its tables in a parameter set stand under the surface of the lithium end, or under `all`."""
    coating = cell.coatings[1]
    surface = coating.material if coating is not None else "bare"
    potential, active = _CATHODES.get(described.material.lower(), (None, None))
    made: dict[str, Any] = {}
    for family, default in (
        ("open_circuit", potential),
        ("cathode", active),
        ("cathode_contact", "damage-driven"),
        ("cathode_fade", "linear-loss"),
    ):
        own = _own(cell, family, "left")
        law = own.pop("law", None) or chosen.law(surface, family) or default
        if law is None:
            raise DescriptionError(
                f"no {family.replace('_', ' ')} law is known for the cathode material '{described.material}'",
                where=f"cell '{cell.label}'",
                advice=f'write [model.{family}] and law = "..." (`interlayer list mechanisms` names them)',
            )
        kind = find(family, str(law), where=f"[model.{family}]")
        given = _of_material(described.material, _OF_CATHODE.get(family, {}), kind)
        for key, entry in chosen.table(surface, family).items():
            if key in kind.specs():
                given[key] = Given.of(entry, chosen.name)
        given |= {k: Given(v, "measured", f"cell '{cell.label}' [model.{family}]") for k, v in own.items()}
        made[family] = _resolve(kind, f"1.{family}", given, values)
    mass = cell.active_mass_kg
    assert mass is not None  # required for a simulation
    values["cathode.active_mass"] = Value(mass, "mg", "measured", f"cell '{cell.label}'")
    return CathodeSide(**made, loading=mass / area)


_OF_CATHODE: Final[dict[str, dict[str, str]]] = {}
"""Parameter by family and the property of the active material that gives it."""


def _of_material(name: str, wanted: Mapping[str, str], kind: type[Mechanism]) -> dict[str, Given]:
    """What the library says of a material about a mechanism's fields."""
    given: dict[str, Given] = {}
    material: Material | None = library.find(name) if wanted else None
    for key, quantity in wanted.items():
        stored = material.get(quantity) if material is not None and key in kind.specs() else None
        if stored is not None:
            given[key] = Given.stored(kind, key, stored)
    return given


def _of_library(cell: Cell, coating: Coating | None, kind: type[Mechanism]) -> dict[str, Given]:
    """What the materials of coating and electrolyte say about a mechanism's fields."""
    given: dict[str, Given] = {}
    for name, table in (
        (coating.material if coating else None, _OF_COATING),
        (cell.electrolyte.material if cell.electrolyte else None, _OF_ELECTROLYTE),
    ):
        if name:
            given |= _of_material(name, table.get(kind.family, {}), kind)
    return given


def _thickness(kind: type[Mechanism], dry: DryLayer, filled: Value | None, origin: str) -> Given:
    """Thickness of a coating and who says so: the parameter set where the cell leaves it open."""
    text = _as_text(kind, "thickness", dry.thickness_m)
    if filled is None:
        return Given(text, "measured" if dry.thickness_from == "measured" else "derived", origin)
    low, high = (None if e is None else _as_text(kind, "thickness", e) for e in (filled.low, filled.high))
    return Given(text, filled.status, filled.source, low, high)


def _shares(dry: DryLayer) -> dict[str, float]:
    """What the composition of a dry layer says to the mechanisms; nothing without a reactant."""
    if not dry.reactant:
        return {}
    shares = {
        "reactant_volume_fraction": dry.reactant_fraction * (1.0 - dry.porosity),
        "filler_fraction": dry.reactant_fraction,
    }
    try:
        shares["metal_ratio"] = reduction(dry.reactant).metal_volume_ratio
    except DescriptionError:
        return shares  # a reactant whose products are not stored: the declared ratio stands
    return shares


def _default_law(family: str, *, coated: bool) -> str:
    """First law of the family under a layer; its null variant on a bare pellet, where it has one."""
    laws = list(families()[family])
    if family == "polarisation" or coated:
        return laws[0]
    for null in ("none", "full"):
        if null in laws:
            return null
    return laws[0]


def _foil(cell: Cell, side: str, values: dict[str, Value]) -> float:
    own = getattr(cell.lithium, side).thickness
    number = SIDES.index(side) + 1
    thickness = float(own) if own is not None else _DEFAULT_FOIL
    status = "measured" if own is not None else "assumed"
    source = f"cell '{cell.label}'" if own is not None else "a common foil"
    values[f"{number}.lithium.thickness"] = Value(thickness, "um", status, source)
    return thickness
