"""Cell description + parameter set -> equations, and a ledger that says where every number came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from interlayer import parameter_sets, units
from interlayer.cell import Cell
from interlayer.coating import DryLayer
from interlayer.errors import DescriptionError, unknown_name
from interlayer.materials import library
from interlayer.parameter_sets import Entry, ParameterSet
from interlayer.physics.base import Mechanism, ParameterSpec
from interlayer.physics.constants import LITHIUM_MOLAR_VOLUME
from interlayer.physics.registry import families, find
from interlayer.system import Side, System, layer_thickness

SIDES: Final = ("left", "right")
SHARED: Final = "conduction"
"""The family that belongs to the pellet, not to a side."""
_DEFAULT_FOIL: Final = 450e-6
"""m, a common lithium foil."""
_PURE_GEOMETRY: Final = ("layer", "conversion")
"""Families whose thickness is that of the dry layer of the cell."""


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


@dataclass(frozen=True)
class Built:
    """A cell ready to compute, with the provenance of each of its numbers."""

    system: System
    values: Mapping[str, Value]
    """By dotted name: 'conduction.thickness', '1.layer.conductivity', 'cell.area'."""
    set_name: str
    cell: Cell

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
            for mechanism in side:
                used |= set(mechanism.references)
        return tuple(sorted(used))

    def thresholds(self, side: int) -> list[tuple[str, str, float, str]]:
        """Events of a side (1 or 2): name, state column, level, and 'rises', 'falls' or 'swings' past it."""
        made = self.system.sides[side - 1]
        found = [
            (
                "crack onset",
                f"Interphase Thickness {side} / m",
                float(made.cracking.critical_thickness),
                "rises",
            ),
            ("filament initiation", f"Filament Length {side} / m", 1e-12, "rises"),
            ("short", f"Filament Length {side} / m", float(self.system.conduction.thickness), "rises"),
            ("lithium exhausted", f"Lithium {side} / mol/m2", 0.0, "falls"),
        ]
        if layer_thickness(made):
            found.append(("salt depletion", f"Salt Swing {side} / 1", 1.0, "swings"))
        return found


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
    sides = [_side(cell, chosen, number, dry[number - 1], values) for number in (1, 2)]
    foils = [_foil(cell, side, values) for side in SIDES]
    system = System(
        conduction=conduction,  # pyright: ignore[reportArgumentType]
        sides=(sides[0], sides[1]),
        temperature=float(cell.temperature or 298.15),
        area=cell.need_area("a simulation"),
        lithium=(foils[0] / LITHIUM_MOLAR_VOLUME, foils[1] / LITHIUM_MOLAR_VOLUME),
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
            si = units.parse(str(entry.value), unit, where=f"parameter set {chosen.name}")
            values[name] = Value(si, unit, entry.status, f"{chosen.name}: {entry.fixed_by}")
    return (cell.override(changes) if changes else cell), values


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
            given[key] = Given(_as_text(kind, key, stored.value), stored.status, stored.source)
    for key, entry in chosen.table("bare", SHARED).items():
        if getattr(cell.electrolyte, key, None) is None:
            given[key] = Given.of(entry, chosen.name)
    length = values.get("conduction.thickness")
    if length is not None:
        given["thickness"] = Given(_as_text(kind, "thickness", length.value), length.status, length.source)
    given |= {k: Given(v, "measured", f"cell '{cell.label}' [model.{SHARED}]") for k, v in own.items()}
    return _resolve(kind, SHARED, given, values)


def _as_text(kind: type[Mechanism], key: str, si: float) -> str | float:
    """An SI value as text in the declared unit, so that every value takes the same way in."""
    unit = kind.specs()[key].unit
    return si if unit == "1" else f"{units.to_unit(si, unit):.17g} {unit}"


def _side(
    cell: Cell, chosen: ParameterSet, number: int, dry: DryLayer | None, values: dict[str, Value]
) -> Side:
    side = SIDES[number - 1]
    coating = cell.coatings[number - 1]
    surface = coating.material if coating is not None else "bare"
    made: dict[str, Any] = {}
    for family in Side._fields:
        own = _own(cell, family, side)
        law = (
            own.pop("law", None)
            or chosen.law(surface, family)
            or _default_law(family, coated=dry is not None)
        )
        kind = find(family, str(law), where=f"[model.{family}]")
        given: dict[str, Given] = {}
        specs = kind.specs()
        for key, entry in chosen.table(surface, family).items():
            if key in specs:
                given[key] = Given.of(entry, chosen.name)
        if dry is not None and law != "none":
            origin = f"cell '{cell.label}'"
            if family in _PURE_GEOMETRY:
                word = "measured" if dry.thickness_from == "measured" else "derived"
                given["thickness"] = Given(_as_text(kind, "thickness", dry.thickness_m), word, origin)
            if family == "layer":
                given["porosity"] = Given(dry.porosity, "derived", f"{origin}, solids balance")
            if family == "conversion" and "reactant_volume_fraction" in specs and dry.reactant:
                solid = dry.reactant_fraction * (1.0 - dry.porosity)
                given.setdefault(
                    "reactant_volume_fraction", Given(solid, "derived", f"{origin}, composition")
                )
        given |= {k: Given(v, "measured", f"cell '{cell.label}' [model.{family}]") for k, v in own.items()}
        made[family] = _resolve(kind, f"{number}.{family}", given, values)
    return Side(**made)


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
