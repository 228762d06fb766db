"""Cell description + parameter set -> equations, and a ledger that says where every number came from."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple

import numpy as np

from interlayer import measured, parameter_sets, units
from interlayer.bpx import PositiveElectrode, read_positive_electrode
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
from interlayer.physics.constants import FARADAY, LITHIUM_MOLAR_VOLUME
from interlayer.physics.open_circuit.table import TableOpenCircuit
from interlayer.physics.registry import families, find
from interlayer.propagation import propagated
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
_OF_CELL: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "coverage": {"roughness": ("coating.{side}.roughness", "electrolyte.roughness")},
    "contact": {"stack_pressure": ("operating_pressure",)},
    "layer": {"conductivity": ("coating.{side}.conductivity",)},
}
"""Parameter by family and the quantities of the cell that give it, the first that is stated: over the set's."""
_AREA: Final = ("area", "electrode_area", "diameter")
"""Keys of a cell that can say its electrode's area."""
_RECIPE: Final = ("drop_volume", "solids", "solution_density", "solvent", "wetted_area", "residual_solvent")
"""Keys of a coating from which its thickness and composition follow where they were not measured."""
Origin = Literal["own", "shipped", "set", "library", "declared"]
"""Whose a value is: stated by the user of this cell, by the shipped cell file, by the parameter set, by the material
library, or the default that the mechanism declares."""
_OF_PELLET: Final[dict[str, str]] = {
    "conductivity": "ionic_conductivity",
    "activation_energy": "activation_energy",
    "grain_conductivity": "grain_conductivity",
    "grain_activation_energy": "grain_activation_energy",
    "permittivity": "relative_permittivity",
    "transference_number": "transference_number",
    "concentration": "salt_concentration",
    "diffusivity": "salt_diffusivity",
    "thermodynamic_factor": "thermodynamic_factor",
    "melting_temperature": "melting_temperature",
    "vogel_constant": "vogel_constant",
    "vogel_temperature": "vogel_temperature",
}
"""The same of conduction, whatever its law."""
_OF_DILUTE: Final = {"transference_number": "current_fraction"}
"""In a dilute salt both are one number; where the library knows them apart, this one gives the steady current."""


@dataclass(frozen=True)
class Value:
    """One resolved parameter: SI value, how far to trust it, and who says so.

    `low` and `high` are the ends of a plausible range, `uncertainty` is one standard deviation, both SI.
    """

    value: float
    unit: str
    status: str
    source: str
    low: float | None = None
    high: float | None = None
    uncertainty: float | None = None
    origin: Origin = "declared"

    def as_dict(self) -> dict[str, Any]:
        """Plain data in the declared unit."""
        low, high = (None if e is None else units.to_unit(e, self.unit) for e in (self.low, self.high))
        # An uncertainty is a difference: that of a temperature in degC is in kelvins.
        width = "K" if self.unit == "degC" else self.unit
        return {
            "value": units.to_unit(self.value, self.unit),
            "unit": self.unit,
            "status": self.status,
            "source": self.source,
            "uncertainty": None if self.uncertainty is None else units.to_unit(self.uncertainty, width),
            "low": low,
            "high": high,
            "origin": self.origin,
        }


class Given(NamedTuple):
    """A value for one field before its unit is checked, and who says so."""

    value: str | float
    status: str
    source: str
    low: str | float | None = None
    high: str | float | None = None
    uncertainty: float | None = None
    """One standard deviation, SI; that of a text such as '0.7 +- 0.1 mA/cm2' stands in the text itself."""
    origin: Origin = "set"

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
            one.uncertainty,
            "library",
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
        """Plain data for a record: value, uncertainty, range in the declared unit; status, source, whose it is."""
        return {name: v.as_dict() for name, v in self.values.items()}

    def unused(self) -> tuple[str, ...]:
        """Own values of the cell that no law in use depends on, or that its [model] tables replace."""
        paths = {p.format(side=s) for t in _OF_CELL.values() for f in t.values() for p in f for s in SIDES}
        paths |= {"electrolyte.grain_boundary_conductivity", "electrolyte.electronic_conductivity"}
        used = {v.source.rpartition(", ")[2] for v in self.values.values()}
        return tuple(
            sorted(
                path
                for path in paths - used
                if _attribute(self.cell, path) is not None and self.cell.is_own(path)
            )
        )

    def references(self) -> tuple[str, ...]:
        """Keys of the papers behind the mechanisms in use."""
        used: set[str] = set(self.system.conduction.references)
        for side in self.system.sides:
            for mechanism in side.mechanisms():
                used |= set(mechanism.references)
        return tuple(sorted(used))

    def thresholds(self, side: int | None) -> list[tuple[str, str, float, str]]:
        """Events of a side (1 or 2; None: the electrolyte): name, state column, level, and how it is passed.

        'rises', 'falls' or 'swings' past the level.
        """
        if side is None:
            return self.system.conduction.thresholds()
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
    values: dict[str, Value] = {"cell.temperature": _temperature(cell)}
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
            sigma, origin = _of_geometry(cell, key)
            values[name] = Value(
                known, unit, "measured", f"cell '{cell.label}'", uncertainty=sigma, origin=origin
            )
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
    si, sigma = measured.read(str(entry.value), unit, where=where)
    return Value(si, unit, entry.status, f"{set_name}: {entry.fixed_by}", low, high, sigma, "set")


def _of_geometry(cell: Cell, key: str) -> tuple[float | None, Origin]:
    """Uncertainty (SI) of the cell's area or the pellet's thickness, and whose it is."""
    if key == "thickness":
        return cell.uncertainty_of("electrolyte.thickness"), _whose(cell, "electrolyte.thickness")
    (sigma,) = propagated(cell, lambda c: (c.electrode_area,), of=_AREA)
    return sigma, _whose(cell, *_AREA)


def _temperature(cell: Cell) -> Value:
    """Temperature of the test; 25 degC where the cell says nothing."""
    stated = "temperature" in cell.as_dict()
    return Value(
        float(cell.temperature or 298.15),
        "degC",
        "measured" if stated else "assumed",
        f"cell '{cell.label}'" if stated else "assumed",
        uncertainty=cell.uncertainty_of("temperature"),
        origin=_whose(cell, "temperature") if stated else "declared",
    )


def _whose(cell: Cell, *paths: str) -> Origin:
    """Whether the user of the cell stated a value, or the shipped file that it began as."""
    return "own" if cell.is_own(*paths) else "shipped"


def _attribute(cell: Cell, path: str) -> float | None:
    """SI value of a quantity of the cell by dotted key, None where it is not stated."""
    here: Any = cell
    for name in path.split("."):
        here = getattr(here, name, None)
    return here


def _of_cell(cell: Cell, kind: type[Mechanism], side: str) -> dict[str, Given]:
    """What the cell measured on itself about a mechanism's fields."""
    given: dict[str, Given] = {}
    for key, paths in _OF_CELL.get(kind.family, {}).items():
        for path in (p.format(side=side) for p in paths):
            si = _attribute(cell, path)
            if si is not None and key in kind.specs() and key not in given:
                given[key] = Given(
                    _as_text(kind, key, si),
                    "measured",
                    f"cell '{cell.label}', {path}",
                    uncertainty=cell.uncertainty_of(path),
                    origin=_whose(cell, path),
                )
    return given


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
        numbers[key], stated = _number(spec, one.value, one.source)
        values[f"{prefix}.{key}"] = Value(
            numbers[key],
            spec.unit,
            one.status,
            one.source,
            None if one.low is None else _number(spec, one.low, one.source).value,
            None if one.high is None else _number(spec, one.high, one.source).value,
            one.uncertainty if stated is None else stated,
            one.origin,
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


def _number(spec: ParameterSpec, value: object, source: str) -> measured.Measured:
    """SI value of what was written for a field, and its standard deviation if the text states one.

    Raises
    ------
    DescriptionError
        If it is no number, lacks its unit, or lies out of bounds.
    """
    where = f"{source}, {spec.name}"
    if isinstance(value, str):
        si, sigma = measured.read(value, spec.unit, where=where)
        return measured.Measured(spec.checked(si, where=where), sigma)
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
    return measured.Measured(spec.checked(float(value), where=where), None)


def _own(cell: Cell, family: str, side: str | None) -> dict[str, Any]:
    """The cell's own [model] table of a family, that of the side winning."""
    table = dict(cell.model.get(family, {}))
    if side is not None:
        table |= cell.model.get(side, {}).get(family, {})
    return table


def _conduction(cell: Cell, chosen: ParameterSet, values: dict[str, Value]) -> Mechanism:
    own = _own(cell, SHARED, None)
    material = library.find(cell.electrolyte.material) if cell.electrolyte else None
    law = own.pop("law", None) or chosen.law("bare", SHARED) or _conduction_law(material)
    kind = find(SHARED, str(law), where=f"[model.{SHARED}]")
    specs = kind.specs()
    given: dict[str, Given] = {}
    for key, quantity in _OF_PELLET.items():
        stored = material.get(quantity) if material is not None and key in specs else None
        if material is not None and law == "salt-in-polymer" and key in _OF_DILUTE:
            stored = material.get(_OF_DILUTE[key]) or stored
        mine = getattr(cell.electrolyte, key, None)
        if mine is not None and key not in specs:
            raise DescriptionError(
                f"an electrolyte of the law '{kind.law}' has no {key}",
                where=f"cell '{cell.label}', [electrolyte]",
                advice='leave it out, or write law = "brick-layer" below [model.conduction]',
            )
        if mine is not None:
            path = f"electrolyte.{key}"
            given[key] = Given(
                _as_text(kind, key, mine),
                "measured",
                f"cell '{cell.label}'",
                uncertainty=cell.uncertainty_of(path),
                origin=_whose(cell, path),
            )
        elif stored is not None:
            given[key] = Given.stored(kind, key, stored)
    for key, entry in chosen.table("bare", SHARED).items():
        if getattr(cell.electrolyte, key, None) is None and key in specs:
            given[key] = Given.of(entry, chosen.name)
    length = values.get("conduction.thickness")
    if length is not None:
        given["thickness"] = _filled(kind, "thickness", length)
    given |= _of_model(cell, SHARED, None, own)
    _grains_conduct_no_worse(kind, given)
    return _resolve(kind, SHARED, given, values)


def _conduction_law(material: Material | None) -> str:
    """Law of an electrolyte that nobody chose one for: salt moves where the library knows a salt."""
    if material is None or material.get("salt_concentration") is None:
        return next(iter(families()[SHARED]))
    return "salt-in-polymer" if material.get("salt_diffusivity") is None else "concentrated-salt"


def _grains_conduct_no_worse(kind: type[Mechanism], given: dict[str, Given]) -> None:
    """Give the grains the whole pellet's values where nobody knows better ones.

    Without this, the default of LATP's grains, or a library value below what a person measured, would cap the pellet.
    """
    specs, grain, whole = kind.specs(), given.get("grain_conductivity"), given.get("conductivity")
    if "grain_conductivity" not in specs or whole is None:
        return
    total = _number(specs["conductivity"], whole.value, whole.source).value
    if grain is not None and _number(specs["grain_conductivity"], grain.value, grain.source).value >= total:
        return
    for key, like in (
        ("grain_conductivity", "conductivity"),
        ("grain_activation_energy", "activation_energy"),
    ):
        if like in given:
            given[key] = given[like]._replace(
                status="assumed", source=f"as of the whole pellet ({given[like].source})"
            )


def _filled(kind: type[Mechanism], key: str, one: Value) -> Given:
    """A resolved value once more, for a field of a mechanism."""
    low, high = (None if e is None else _as_text(kind, key, e) for e in (one.low, one.high))
    text = _as_text(kind, key, one.value)
    return Given(text, one.status, one.source, low, high, one.uncertainty, one.origin)


def _of_model(cell: Cell, family: str, side: str | None, own: Mapping[str, Any]) -> dict[str, Given]:
    """The fields of the cell's own [model] table of a family."""
    given: dict[str, Given] = {}
    for key, value in own.items():
        paths = [f"model.{family}.{key}"] + ([f"model.{side}.{family}.{key}"] if side else [])
        source = f"cell '{cell.label}' [model.{family}]"
        given[key] = Given(value, "measured", source, origin=_whose(cell, *paths))
    return given


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
    sigmas = _dry_sigmas(cell, number) if dry is not None else [None] * 3
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
        given |= _of_cell(cell, kind, side)
        if dry is not None and law != "none":
            origin = f"cell '{cell.label}'"
            if family in _PURE_GEOMETRY:
                given["thickness"] = _thickness(kind, dry, filled, cell, number, sigmas[0])
            if family == "layer" and "porosity" in specs:
                stated = coating is not None and coating.porosity is not None
                whose = _whose_coating(cell, side, "porosity", *(() if stated else ("thickness", *_RECIPE)))
                given["porosity"] = Given(
                    dry.porosity, "derived", f"{origin}, solids balance", uncertainty=sigmas[1], origin=whose
                )
            for key, share in _shares(dry).items():
                if key in specs:
                    sigma = sigmas[2] if key == "reactant_volume_fraction" else None
                    whose = _whose_coating(cell, side, "reactant_fraction", "porosity", *_RECIPE)
                    given.setdefault(
                        key,
                        Given(share, "derived", f"{origin}, composition", uncertainty=sigma, origin=whose),
                    )
        given |= _of_model(cell, family, side, own)
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
    """The cathode end.

    Its tables in a parameter set stand under the name of its material, in lower case, or under the surface of the
    lithium end (what was done to the pellet).
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
        own = _own(cell, family, "left")
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
        given = {} if bpx is not None else _of_material(described.material, _OF_CATHODE.get(family, {}), kind)
        entries = chosen.table(surface, family) | chosen.table(described.material.lower(), family)
        for key, entry in entries.items():
            if key in kind.specs():
                given[key] = Given.of(entry, chosen.name)
        if bpx is not None and family == "cathode":
            given |= _of_bpx(bpx, kind, f"BPX file {described.bpx}")
        given |= _of_model(cell, family, "left", own)
        made[family] = _resolve(kind, f"1.{family}", given, values)
    mass = cell.active_mass_kg
    assert mass is not None  # required for a simulation
    values["cathode.active_mass"] = Value(
        mass,
        "mg",
        "measured",
        f"cell '{cell.label}'",
        uncertainty=cell.uncertainty_of("cathode.active_mass"),
        origin=_whose(cell, "cathode.active_mass", "cathode.loading"),
    )
    return CathodeSide(**made, loading=mass / area)


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


def _of_bpx(electrode: PositiveElectrode, kind: type[Mechanism], source: str) -> dict[str, Given]:
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
        key: Given(_as_text(kind, key, value), "measured", source, origin="own")
        for key, value in said.items()
        if value is not None and key in kind.specs()
    }


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


def _thickness(
    kind: type[Mechanism],
    dry: DryLayer,
    filled: Value | None,
    cell: Cell,
    number: int,
    propagated_sigma: float | None,
) -> Given:
    """Thickness of a coating and who says so: the parameter set where the cell leaves it open."""
    if filled is not None:
        return _filled(kind, "thickness", filled)
    text, source, side = (
        _as_text(kind, "thickness", dry.thickness_m),
        f"cell '{cell.label}'",
        SIDES[number - 1],
    )
    if dry.thickness_from == "measured":
        sigma, whose = (
            cell.uncertainty_of(f"coating.{side}.thickness"),
            _whose_coating(cell, side, "thickness"),
        )
        return Given(text, "measured", source, uncertainty=sigma, origin=whose)
    whose = _whose_coating(cell, side, "porosity", *_RECIPE)
    return Given(text, "derived", source, uncertainty=propagated_sigma, origin=whose)


def _whose_coating(cell: Cell, side: str, *keys: str) -> Origin:
    return _whose(cell, *(f"coating.{side}.{key}" for key in keys))


def _dry_sigmas(cell: Cell, number: int) -> list[float | None]:
    """Standard deviations of thickness (m), porosity and reactant's volume fraction of a side's dry layer."""

    def values(changed: Cell) -> tuple[float | None, ...]:
        dry = changed.dry_layers[number - 1]
        if dry is None:
            return None, None, None
        return dry.thickness_m, dry.porosity, dry.reactant_fraction * (1.0 - dry.porosity)

    return propagated(cell, values, of=("coating", "coating_area", *_AREA))


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
    path = f"lithium.{side}.thickness"
    origin: Origin = "declared" if own is None else _whose(cell, path)
    values[f"{number}.lithium.thickness"] = Value(
        thickness, "um", status, source, uncertainty=cell.uncertainty_of(path), origin=origin
    )
    return thickness
