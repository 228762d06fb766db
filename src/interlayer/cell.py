"""What was built: layers, areas, pressures, temperature, and what is not known about them.

The model covers Li | interlayer | electrolyte | interlayer | Li with sides that may differ, and the full cell
cathode | electrolyte | interlayer | Li. Side 'left' is electrode 1, the working electrode and first layer of
the file; 'right' is electrode 2, in a full cell the lithium.
"""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Mapping
from functools import cached_property
from html import escape
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import (
    BaseModel,
    Field,
    PrivateAttr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from interlayer import units
from interlayer.cathode_part import Cathode
from interlayer.cell_parts import (
    OWN_UNITS,
    Areas,
    CoatingSides,
    Diameter,
    Electrolyte,
    Layer,
    Lithium,
    LithiumSides,
    Pressure,
    disc,
)
from interlayer.coating import Area, Coating, DryLayer, dry_layer
from interlayer.descriptions import Lines, dump_toml, load_toml, parse_toml, plain
from interlayer.descriptions.fields import Description, complaint, examples_of, quantity, translated
from interlayer.descriptions.sides import SIDES, UNKNOWN, both_sides, set_value, unknown_keys, written_keys
from interlayer.errors import DescriptionError, MissingAreaError
from interlayer.materials import Quantity, find
from interlayer.physics.constants import FARADAY, LITHIUM_MOLAR_VOLUME
from interlayer.record.record import Finding

__all__ = ["FORMAT", "Areas", "Cathode", "Cell", "Coating", "Electrolyte", "Layer", "Lithium"]

FORMAT: Final = "interlayer-cell/1"

_ALTERNATIVES: Final = (
    ("area", "diameter", "electrode_area"),
    ("pellet_area", "pellet_diameter"),
    ("cathode.active_mass", "cathode.loading"),
)
"""Keys that say the same thing: giving one replaces the others."""

_SIDED: Final = ("coating", "lithium")
_FREE: Final = ("notes", "model")
_TEXTS: Final = (
    "label",
    "group",
    "batch",
    "operator",
    "material",
    "solvent",
    "parameters",
    "assembled",
    "format",
    "bpx",
    "collector",
)


class Cell(Description):
    """One cell, simulated or measured.

    Attributes
    ----------
    label, group, batch, assembled, operator : str
        What the laboratory calls it, and when and by whom it was built.
    notes : dict
        Free table.
    area, diameter : float or None
        Of the current-carrying electrode, m2 or m, as written; `electrode_area` is the resolved one.
    pellet_area, pellet_diameter, coating_area, cathode_area : float or None
        As written; `areas` holds the resolved ones.
    temperature : float or None
        K; 25 degC where not given, None if 'unknown'.
    assembly_pressure, operating_pressure : float or None
        Pa.
    cathode : Cathode or None
        Electrode 1 of a full cell; without it both electrodes are lithium.
    electrolyte : Electrolyte or None
    lithium : LithiumSides
    coating : CoatingSides
        In a full cell both have only a right side, which a table without a side means.
    parameters : str or None
        Name of a parameter set that fills what is not given here.
    model : dict
        Tables of mechanisms as written, `{family: {law: ..., field: "number unit"}}`, sides under 'left' and
        'right'; checked where the physics is built.
    unknown : tuple of str
        Dotted keys that the description calls "unknown".

    Raises
    ------
    DescriptionError
        With every fault of the description, each with its line and the corrected line.
    """

    format: str = FORMAT
    label: str = Field(examples=["cell 1"])
    group: str | None = None
    batch: str | None = None
    assembled: str | None = None
    operator: str | None = None
    notes: dict[str, Any] = Field(default_factory=dict)
    area: Area = None
    diameter: Diameter = None
    electrode_area_written: Area = Field(default=None, alias="electrode_area")
    pellet_area: Area = None
    pellet_diameter: Diameter = None
    coating_area: Area = None
    cathode_area: Area = None
    temperature: Annotated[float | None, quantity("25 degC", "-100 degC", "300 degC")] = 298.15
    assembly_pressure: Pressure = None
    operating_pressure: Pressure = None
    nominally_symmetric: bool | None = Field(default=None, alias="symmetric")
    electrolyte: Electrolyte | None = None
    cathode: Cathode | None = None
    lithium: LithiumSides = Field(default_factory=LithiumSides)
    coating: CoatingSides = Field(default_factory=CoatingSides)
    parameters: str | None = None
    model: dict[str, Any] = Field(default_factory=dict)

    _written: dict[str, Any] = PrivateAttr(default_factory=dict)
    _folder: Path | None = PrivateAttr(default=None)

    def __init__(self, **data: Any) -> None:
        self._fill(data, Lines())

    def _fill(self, data: Mapping[str, Any], lines: Lines) -> None:
        written = copy.deepcopy(dict(data))
        label = written.get("label")
        name = f"cell '{label}'" if isinstance(label, str) and label else "cell"
        try:
            BaseModel.__init__(self, **_spread(written))
        except ValidationError as error:
            raise translated(error, Cell, written, lines, label=name) from None
        self._written = written

    @classmethod
    def from_toml(cls, path: str | Path) -> Cell:
        """Read a cell file.

        Raises
        ------
        DescriptionError
            If the file is not there, is not TOML, or breaks the contract of a cell.
        """
        cell = cls._from(*load_toml(path, examples=examples_of(cls)))
        cell._folder = Path(path).parent
        return cell

    @classmethod
    def from_text(cls, text: str, *, name: str = "") -> Cell:
        """Read a cell from TOML text; `name` stands for the file in messages. See `from_toml`."""
        return cls._from(*parse_toml(text, name=name, examples=examples_of(cls)))

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Cell:
        """Make a cell from plain data, as `as_dict` or `record_dict` gives it. Raises DescriptionError."""
        kept = {k: v for k, v in data.items() if k != "resolved" and v is not None}
        return cls._from(kept, Lines())

    @classmethod
    def _from(cls, data: Mapping[str, Any], lines: Lines) -> Cell:
        cell = cls.__new__(cls)
        cell._fill(data, lines)
        return cell

    # What is checked beyond single fields

    @field_validator("format")
    @classmethod
    def _known_format(cls, value: str) -> str:
        if value == FORMAT:
            return value
        family, _, version = value.partition("/")
        if family == "interlayer-cell":
            what = f'format = "{value}" is version {version or "?"} of a cell; this program knows {FORMAT}'
        else:
            what = f'format = "{value}" is not a cell'
        raise complaint(what, f'write format = "{FORMAT}"')

    @field_validator("label")
    @classmethod
    def _some_label(cls, value: str) -> str:
        if not value.strip():
            raise complaint("label is empty", 'write label = "cell 1"')
        return value

    @field_validator("assembled", mode="before")
    @classmethod
    def _date(cls, value: object) -> object:
        return value.isoformat() if isinstance(value, dt.date | dt.time) else value

    @field_validator("model")
    @classmethod
    def _tables(cls, value: dict[str, Any]) -> dict[str, Any]:
        for side in ("", *SIDES):
            tables = value.get(side, {}) if side else {k: v for k, v in value.items() if k not in SIDES}
            if not isinstance(tables, Mapping):
                raise complaint(
                    f"model.{side} is not a table", f"write [model.{side}.charge_transfer] and its keys"
                )
            for family, table in tables.items():
                if not isinstance(table, Mapping):
                    path = ".".join(p for p in ("model", side, family) if p)
                    raise complaint(
                        f"{path} = {table!r} is not a table", f'write [{path}] and below it law = "..."'
                    )
        return value

    @field_validator("coating", mode="before")
    @classmethod
    def _coated_face(cls, value: object, info: ValidationInfo) -> object:
        if info.data.get("cathode") is not None and isinstance(value, Mapping) and "left" in value:
            raise complaint(
                "in a full cell side 'left' is the cathode, and [coating] means the lithium's side",
                "write [coating], and describe the cathode's contact under [model.cathode_contact]",
            )
        return value

    @field_validator("lithium", mode="before")
    @classmethod
    def _lithium_face(cls, value: object, info: ValidationInfo) -> object:
        if info.data.get("cathode") is not None and isinstance(value, Mapping) and "left" in value:
            raise complaint(
                "in a full cell side 'left' is the cathode; lithium is on the right",
                'write [lithium.right] and below it thickness = "20 um"',
            )
        return value

    @field_validator("lithium")
    @classmethod
    def _some_lithium(cls, value: LithiumSides, info: ValidationInfo) -> LithiumSides:
        # A cathode that is itself wrong is complained about by itself.
        without_cathode = "cathode" in info.data and info.data["cathode"] is None
        if without_cathode and any(side.thickness == 0.0 for side in (value.left, value.right)):
            raise complaint(
                "lithium of thickness 0: only a full cell can do without, its lithium comes from the cathode",
                'write thickness = "450 um", or describe the [cathode]',
            )
        return value

    @model_validator(mode="after")
    def _not_symmetric(self) -> Cell:
        if self.cathode is not None and self.nominally_symmetric:
            raise complaint("symmetric = true, but a cell with a [cathode] is not symmetric", "leave it out")
        return self

    @model_validator(mode="after")
    def _one_of(self) -> Cell:
        for group in (("area", "diameter", "electrode_area_written"), ("pellet_area", "pellet_diameter")):
            given = [name.removesuffix("_written") for name in group if getattr(self, name) is not None]
            if len(given) > 1:
                raise complaint(f"{' and '.join(given)} say the same thing twice", "keep one of them")
        return self

    # Areas and layers

    @cached_property
    def areas(self) -> Areas:
        """Areas in m2; pellet, coating and cathode take the electrode's where they are not given."""
        written = self.area if self.area is not None else self.electrode_area_written
        electrode = written if written is not None else disc(self.diameter)
        pellet = self.pellet_area if self.pellet_area is not None else disc(self.pellet_diameter)
        given = {"pellet": pellet, "coating": self.coating_area, "cathode": self.cathode_area}
        assumed = tuple(name for name, area in given.items() if area is None and electrode is not None)
        resolved = {name: electrode if area is None else area for name, area in given.items()}
        return Areas(electrode, resolved["pellet"], resolved["coating"], resolved["cathode"], assumed)

    @property
    def electrode_area(self) -> float | None:
        """Area of the electrode, m2, or None if unknown."""
        return self.areas.electrode

    @property
    def current_area(self) -> float | None:
        """Area that current densities refer to (the smaller electrode), m2, or None if unknown."""
        return self.areas.current

    def need_area(self, purpose: str) -> float:
        """Return the area that current densities refer to (the smaller electrode), m2.

        Raises
        ------
        MissingAreaError
            If it is unknown.
        """
        area = self.areas.current
        if area is None:
            raise MissingAreaError(
                f"{purpose} needs an area and this cell states none",
                where=self.label,
                advice='write area = "0.785 cm2" in the cell file',
            )
        return area

    # The cathode

    @property
    def is_full(self) -> bool:
        """Whether electrode 1 is a described cathode."""
        return self.cathode is not None

    @property
    def active_mass_kg(self) -> float | None:
        """Active material of the cathode, kg, from its mass or its loading times area; None if unknown."""
        return None if self.cathode is None else self.cathode.mass(self.areas.cathode)

    @property
    def one_c_A(self) -> float:  # noqa: N802
        """Current of 1C, A: it passes the nominal capacity in one hour.

        Raises
        ------
        DescriptionError
            If cathode, nominal capacity or active mass are not described.
        """
        lacking: list[str] = []
        if self.cathode is None:
            lacking.append('the cathode: [cathode] with material = "LFP" (without one there is no C-rate)')
        else:
            lacking += self._no_mass()
            if self.cathode.nominal_capacity is None:
                lacking.append('the capacity that defines 1C: nominal_capacity = "170 mAh/g" below [cathode]')
        mass = self.active_mass_kg
        if lacking or self.cathode is None or self.cathode.nominal_capacity is None or mass is None:
            raise DescriptionError(
                "1C is not defined, these are missing:\n  " + "\n  ".join(lacking),
                where=f"cell '{self.label}'",
            )
        return self.cathode.nominal_capacity * mass / units.factor("h")

    def _no_mass(self) -> list[str]:
        if self.cathode is None or self.active_mass_kg is not None:
            return []
        if self.cathode.loading is not None:
            return ['the area that the loading refers to: area = "0.785 cm2" (or cathode_area)']
        return ['the cathode\'s amount: active_mass = "1.0 mg" or loading = "1.3 mg/cm2" below [cathode]']

    @property
    def n_over_p(self) -> float | None:
        """Capacity of the lithium metal over the cathode's nominal capacity.

        0 in an anode-free cell; None if the cell is no full cell or thickness, area, mass or capacity are unknown.
        """
        thickness, area, mass = self.lithium.right.thickness, self.areas.electrode, self.active_mass_kg
        nominal = None if self.cathode is None else self.cathode.nominal_capacity
        if thickness is None or area is None or mass is None or nominal is None:
            return None
        return thickness * area / LITHIUM_MOLAR_VOLUME * FARADAY / (nominal * mass)

    @property
    def bpx_path(self) -> Path | None:
        """The BPX file that the cathode names, a relative name beside the cell file; None if it names none.

        Raises
        ------
        DescriptionError
            If there is no such file.
        """
        if self.cathode is None or self.cathode.bpx is None:
            return None
        path = (self._folder or Path()) / self.cathode.bpx
        if not path.is_file():
            raise DescriptionError(
                f'bpx = "{self.cathode.bpx}": no such file',
                where=f"cell '{self.label}'",
                advice="put it beside the cell file, or write its whole path",
            )
        return path

    @property
    def coatings(self) -> tuple[Coating | None, Coating | None]:
        """Coating of side 1 and side 2, None where the pellet is bare."""
        return self.coating.left, self.coating.right

    @cached_property
    def dry_layers(self) -> tuple[DryLayer | None, DryLayer | None]:
        """Dry layer of side 1 and side 2, None where the pellet is bare.

        Raises
        ------
        DescriptionError
            If a coating has neither a thickness nor a whole recipe.
        """
        return (self._dry("left"), self._dry("right"))

    def _dry(self, side: Literal["left", "right"]) -> DryLayer | None:
        coating = getattr(self.coating, side)
        if coating is None:
            return None
        return dry_layer(coating, wetted_area=self.areas.coating, where=self._place(side))

    def _place(self, side: str) -> str:
        """Name of a side's coating in messages: 'coating' if both sides are the same table."""
        table = self._written.get("coating", {})
        sided = isinstance(table, Mapping) and any(s in table for s in SIDES)
        return f"coating.{side}" if sided else "coating"

    @cached_property
    def layers(self) -> tuple[Layer, ...]:
        """The stack from electrode 1 to electrode 2: Li or cathode | interlayer | electrolyte | interlayer | Li.

        Empty if the description says nothing about layers.
        """
        if not self._has_layers:
            return ()
        left, right = (self._layer(i, side) for i, side in enumerate(SIDES, start=1))
        pellet = self.electrolyte
        middle = () if pellet is None else (Layer("electrolyte", pellet.material, pellet.thickness),)
        ends = (self._first_layer(), self._lithium_layer(self.lithium.right, 2))
        return (ends[0], *left, *middle, *right, ends[1])

    def _first_layer(self) -> Layer:
        if self.cathode is None:
            return self._lithium_layer(self.lithium.left, 1)
        return Layer("cathode", self.cathode.material, self.cathode.thickness, 1)

    @staticmethod
    def _lithium_layer(lithium: Lithium, number: int) -> Layer:
        # Without lithium there is still the collector that it is plated on.
        bare = lithium.thickness == 0.0
        return Layer(
            "lithium", (lithium.collector or "bare") if bare else "lithium", lithium.thickness, number
        )

    def _layer(self, number: int, side: str) -> tuple[Layer, ...]:
        coating: Coating | None = getattr(self.coating, side)
        if coating is None:
            return ()
        thickness = coating.thickness
        if thickness is None and coating.has_recipe:
            area = coating.wetted_area if coating.wetted_area is not None else self.areas.coating
            thickness = dry_layer(coating, wetted_area=area).thickness_m if area is not None else None
        return (Layer("interlayer", coating.material, thickness, number),)

    @property
    def symmetric(self) -> bool | None:
        """Whether both lithium faces are nominally equal; None if the description does not say.

        As written under `symmetric`, else true if a pellet is described and both sides have the same coating
        and the same mechanisms, and no cathode is given.
        """
        if self.nominally_symmetric is not None:
            return self.nominally_symmetric
        if self.cathode is not None or self.cathode_area is not None:
            return False
        if not self._has_layers:
            return None
        return self.coating.left == self.coating.right and self.model.get("left", {}) == self.model.get(
            "right", {}
        )

    @property
    def _has_layers(self) -> bool:
        described = self.electrolyte is not None or self.cathode is not None
        return described or any(key in self._written for key in _SIDED)

    def electrolyte_quantity(self, name: str) -> Quantity:
        """Return a property of the pellet: measured on it if the cell says so, else the library's.

        Parameters
        ----------
        name : str
            Property name of the material library, such as 'ionic_conductivity'.

        Raises
        ------
        DescriptionError
            If no electrolyte is described or its material is not in the library.
        InputError
            If the material has no value of it.
        """
        pellet = self.electrolyte
        if pellet is None:
            raise DescriptionError(
                "no electrolyte is described",
                where=self.label,
                advice='write [electrolyte] and material = "LATP"',
            )
        field = "conductivity" if name == "ionic_conductivity" else name
        own = getattr(pellet, field) if field in OWN_UNITS else None
        if isinstance(own, float):
            unit = OWN_UNITS[field]
            return Quantity(
                name=name,
                value=own,
                unit=unit,
                printed=units.to_unit(own, unit),
                source=f"cell '{self.label}'",
                status="measured",
                note="Measured on this pellet.",
            )
        return getattr(find(pellet.material), name)

    # Completeness

    def require_for_simulation(self) -> None:
        """Check that area, electrolyte and coatings are described well enough to be simulated.

        Raises
        ------
        DescriptionError
            Listing everything that is missing, with the line to write.
        """
        pellet = self.electrolyte
        missing: list[str] = []
        if self.cathode is not None:
            missing += self._no_mass()
            if self.cathode.bpx is None:
                missing += _unknown_material(self.cathode.material, "cathode")
        if self.electrode_area is None:
            missing.append('the electrode area: area = "0.785 cm2"')
        if pellet is None:
            missing.append('the electrolyte: [electrolyte] with material = "LATP" and thickness = "0.7 mm"')
        else:
            missing += _unknown_material(pellet.material, "electrolyte")
            if pellet.thickness is None:
                missing.append('the electrolyte\'s thickness: thickness = "0.7 mm" below [electrolyte]')
        for side in SIDES:
            coating: Coating | None = getattr(self.coating, side)
            if coating is None:
                continue
            place = self._place(side)
            missing += _unknown_material(coating.material, place)
            if coating.thickness is None and not coating.has_recipe:
                missing.append(f'the thickness of the coating: thickness = "15 um" below [{place}]')
        if self.temperature is None:
            missing.append('the temperature: temperature = "25 degC"')
        if missing:
            unique = list(dict.fromkeys(missing))
            raise DescriptionError(
                "to simulate this cell, these are missing:\n  " + "\n  ".join(unique),
                where=f"cell '{self.label}'",
            )

    @property
    def unknown(self) -> tuple[str, ...]:
        """Dotted keys of the quantities that the description calls 'unknown'."""
        described = {k: v for k, v in self._written.items() if k not in _FREE}
        found = unknown_keys(described, texts=_TEXTS)
        if self.cathode is not None and self.cathode.material.strip().lower() == UNKNOWN:
            found.append("cathode.material")
        return tuple(found)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What is odd or assumed: areas taken from the electrode, fringing, names not in the library."""
        found: list[Finding] = []
        areas = self.areas
        dropped = any(c is not None and c.wetted_area is None for c in self.coatings)
        loaded = self.cathode is not None and self.cathode.loading is not None
        matters = {"pellet": self.electrolyte is not None, "coating": dropped, "cathode": loaded}
        which = [name for name in areas.assumed if matters.get(name)]
        if which:
            found.append(
                Finding("area assumed", f"{' and '.join(which)} area taken from the electrode", "note")
            )
        if areas.electrode is not None and areas.pellet is not None:
            found += _fringing(areas.electrode, areas.pellet)
        if self.electrolyte is not None:
            found += _not_in_library(self.electrolyte.material, "electrolyte")
        if self.cathode is not None and self.cathode.material.strip().lower() != UNKNOWN:
            found += _not_in_library(self.cathode.material, "cathode")
        for side in SIDES:
            coating: Coating | None = getattr(self.coating, side)
            if coating is None:
                continue
            found += _not_in_library(coating.material, self._place(side))
            if coating.thickness is not None or (coating.has_recipe and self._wetted(coating)):
                dry = self._dry("left" if side == "left" else "right")
                found += [] if dry is None else dry.findings
        return tuple(dict.fromkeys(found))

    def _wetted(self, coating: Coating) -> bool:
        return coating.wetted_area is not None or self.areas.coating is not None

    # Plain data and changes

    def as_dict(self) -> dict[str, Any]:
        """Return the description as plain data, as its file says it, with its format."""
        return {"format": FORMAT, **{k: v for k, v in plain(self._written).items() if k != "format"}}

    def record_dict(self) -> dict[str, Any]:
        """Return what a record stores: `as_dict` and, under 'resolved', areas (m2), symmetry, cathode, layers (m)."""
        areas = self.areas
        cathode = {} if self.cathode is None else {"cathode": self._cathode_dict(self.cathode)}
        return {
            **self.as_dict(),
            "symmetric": self.symmetric,
            "resolved": {
                "area_m2": areas.current,
                "electrode_area_m2": areas.electrode,
                "pellet_area_m2": areas.pellet,
                "coating_area_m2": areas.coating,
                "cathode_area_m2": areas.cathode,
                "assumed_areas": list(areas.assumed),
                "temperature_K": self.temperature,
                "layers": [
                    {"kind": x.kind, "name": x.name, "thickness_m": x.thickness, "side": x.side}
                    for x in self.layers
                ],
                "unknown": list(self.unknown),
                **cathode,
            },
        }

    def _cathode_dict(self, cathode: Cathode) -> dict[str, Any]:
        """Return what metrics need to know about the cathode, in SI units."""
        known = self.active_mass_kg is not None and cathode.nominal_capacity is not None
        return {
            "material": cathode.material,
            "active_mass_kg": self.active_mass_kg,
            "nominal_capacity_C_kg": cathode.nominal_capacity,
            "one_c_A": self.one_c_A if known else None,
            "upper_cutoff_V": cathode.upper_cutoff,
            "lower_cutoff_V": cathode.lower_cutoff,
            "n_over_p": self.n_over_p,
        }

    def to_toml(self) -> str:
        """Return the description as TOML text; `from_text` reads it back as an equal cell."""
        return dump_toml(self.as_dict())

    def with_(self, **changes: Any) -> Cell:
        """Return a copy with top-level keys replaced, written as in the file; None removes a key.

        Raises
        ------
        DescriptionError
            If the changed description breaks its contract.
        """
        return self.override(changes)

    def override(self, changes: Mapping[str, Any]) -> Cell:
        """Return a copy with values replaced by dotted key, such as {'electrolyte.thickness': '0.5 mm'}.

        Parameters
        ----------
        changes : mapping
            Values as they would stand in the file; None removes the key. A new `area` also replaces a
            `diameter` that was given instead. A key of [coating] or [lithium] without a side changes every
            side that is described.

        Raises
        ------
        DescriptionError
            If a key runs through something that is no table, or the changed description breaks its contract.
        """
        data = copy.deepcopy(self._written)
        for path, value in changes.items():
            for group in _ALTERNATIVES:
                if path in group:
                    data = _without(data, group)
            # In a full cell only lithium has a coating and a thickness of its own.
            full = "cathode" in data
            keys_written = written_keys(data, tuple(path.split(".")), sided=_SIDED)
            for keys in keys_written:
                if not (full and len(keys_written) > 1 and keys[1] == "left"):
                    set_value(data, keys, value)
        cell = Cell.from_dict(data)
        cell._folder = self._folder
        return cell

    def __setattr__(self, name: str, value: Any) -> None:
        if not name.startswith("_"):
            raise DescriptionError(
                "a cell is not changed in place",
                where=f"cell '{self.label}'",
                advice=f"use cell.with_({name}=...)",
            )
        super().__setattr__(name, value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Cell) and self.as_dict() == other.as_dict()

    def __hash__(self) -> int:
        return hash(self.to_toml())

    def __repr__(self) -> str:
        return f"Cell('{self.label}', {self._stack()}, {self._area_text()})"

    def __str__(self) -> str:
        return repr(self)

    def _area_text(self) -> str:
        area = self.areas.current
        return "area unknown" if area is None else units.format_quantity(area, "cm2")

    def _stack(self) -> str:
        if not self._has_layers:
            return "layers not described"
        return " | ".join(_layer_text(layer) for layer in self.layers)

    def _repr_html_(self) -> str:
        temperature = (
            "unknown" if self.temperature is None else units.format_quantity(self.temperature, "degC")
        )
        rows = [
            ("cell", self.label),
            ("stack", self._stack()),
            ("area", self._area_text()),
            ("temperature", temperature),
        ]
        rows += self._cathode_rows()
        rows += [
            (n, str(getattr(self, n)))
            for n in ("group", "batch", "assembled", "operator", "parameters")
            if getattr(self, n)
        ]
        for name in ("assembly_pressure", "operating_pressure"):
            pressure = getattr(self, name)
            if pressure is not None:
                rows.append((name.replace("_", " "), units.format_quantity(pressure, "MPa")))
        rows += [("unknown", ", ".join(self.unknown))] if self.unknown else []
        rows += [(finding.name, finding.detail) for finding in self.findings]
        body = "".join(f"<tr><th>{escape(k)}</th><td>{escape(v)}</td></tr>" for k, v in rows)
        return f"<table>{body}</table>"

    def _cathode_rows(self) -> list[tuple[str, str]]:
        if self.cathode is None:
            return []
        facts = [
            ("active mass", self.active_mass_kg, "mg"),
            ("nominal capacity", self.cathode.nominal_capacity, "mAh/g"),
            ("lower cut-off", self.cathode.lower_cutoff, "V"),
            ("upper cut-off", self.cathode.upper_cutoff, "V"),
        ]
        rows = [(name, units.format_quantity(v, unit)) for name, v, unit in facts if v is not None]
        ratio = self.n_over_p
        return rows if ratio is None else [*rows, ("N/P", f"{ratio:.3g}")]


def _spread(written: Mapping[str, Any]) -> dict[str, Any]:
    """Return the document with the tables of both sides filled in; in a full cell they mean the lithium side."""
    data = dict(written)
    for name in _SIDED:
        if name in data:
            data[name] = both_sides(data[name])
            if "cathode" in data and isinstance(data[name], Mapping) and "left" not in written[name]:
                data[name] = {k: v for k, v in data[name].items() if k != "left"}
    return data


def _without(data: Mapping[str, Any], paths: tuple[str, ...]) -> dict[str, Any]:
    """Return nested tables without some dotted keys."""
    kept: dict[str, Any] = {}
    for key, value in data.items():
        below = tuple(p.removeprefix(f"{key}.") for p in paths if p.startswith(f"{key}."))
        if key not in paths:
            kept[key] = _without(value, below) if below and isinstance(value, Mapping) else value
    return kept


def _fringing(electrode: float, pellet: float) -> list[Finding]:
    if pellet <= electrode * (1.0 + 1e-9):
        return []
    text = (
        f"{units.format_quantity(pellet, 'cm2')} pellet, {units.format_quantity(electrode, 'cm2')} electrode"
    )
    return [Finding("fringing", f"the pellet is wider than the electrode ({text}): current spreads sideways")]


def _not_in_library(name: str, place: str) -> list[Finding]:
    try:
        find(name)
    except DescriptionError as error:
        return [Finding("material not in library", f"{place}: {error.what}", "note")]
    return []


def _unknown_material(name: str, place: str) -> list[str]:
    try:
        find(name)
    except DescriptionError as error:
        return [f"a material of the library for the {place}: {error.what}"]
    return []


def _layer_text(layer: Layer) -> str:
    if layer.kind == "lithium":
        return "Li" if layer.thickness != 0.0 else f"{layer.name} (no Li)"
    if layer.thickness is None:
        return layer.name
    unit = "um" if layer.thickness < 2e-4 else "mm"
    return f"{layer.name} {units.format_quantity(layer.thickness, unit)}"
