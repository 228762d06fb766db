"""The class `Cell`: one cell, simulated or measured, as its description says it and what follows from it."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import BaseModel, Field, PrivateAttr, ValidationError, field_validator, model_validator

from interlayer import units
from interlayer.cell import completeness, contract, display
from interlayer.cell.cathode import Cathode
from interlayer.cell.contract import FORMAT
from interlayer.cell.document import SIDED, changed, differs, spread, unknown_quantities
from interlayer.cell.findings import findings_of
from interlayer.cell.own_values import pellet_quantity
from interlayer.cell.parts import (
    Areas,
    CoatingSides,
    Diameter,
    Electrolyte,
    Layer,
    LithiumSides,
    Pressure,
    disc,
)
from interlayer.cell.stack import stack, stack_text
from interlayer.coating import Area, Coating, DryLayer, dry_layer
from interlayer.descriptions import Lines, dump_toml, load_toml, parse_toml, plain
from interlayer.descriptions.fields import Description, complaint, examples_of, quantity, translated
from interlayer.descriptions.sides import SIDES, UNKNOWN
from interlayer.descriptions.uncertainties import Stated, stated
from interlayer.errors import DescriptionError, MissingAreaError
from interlayer.materials import Quantity
from interlayer.physics.constants import FARADAY, LITHIUM_MOLAR_VOLUME
from interlayer.record.electrode_names import is_lithium
from interlayer.record.record import Finding

_SHOWN: Final = ("group", "batch", "assembled", "operator", "parameters")
"""Texts that are shown where they are given."""


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
    electrodes : tuple of str or None
        What electrodes 1 and 2 are, where they are not lithium (or a cathode): `["Ag", "Ag"]`, `["Cu", "Li"]`.
    kind : str or None
        Kind of test that was done with the cell, where its data should not decide.
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
    electrodes: tuple[str, ...] | None = Field(default=None, examples=['["Ag", "Ag"]'])
    kind: str | None = Field(default=None, examples=["dc polarisation"])
    parameters: str | None = None
    model: dict[str, Any] = Field(default_factory=dict)

    _written: dict[str, Any] = PrivateAttr(default_factory=dict)
    _folder: Path | None = PrivateAttr(default=None)
    _shipped: dict[str, Any] | None = PrivateAttr(default=None)
    """What the shipped file said that this cell began as; None for a cell of the user's own."""

    def __init__(self, **data: Any) -> None:
        self._fill(data, Lines())

    def _fill(self, data: Mapping[str, Any], lines: Lines) -> None:
        written = copy.deepcopy(dict(data))
        label = written.get("label")
        name = f"cell '{label}'" if isinstance(label, str) and label else "cell"
        try:
            BaseModel.__init__(self, **spread(written))
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

    _known_format = field_validator("format")(contract.known_format)
    _some_label = field_validator("label")(contract.some_label)
    _date = field_validator("assembled", mode="before")(contract.date_as_text)
    _tables = field_validator("model")(contract.tables_of_mechanisms)
    _coated_face = field_validator("coating", mode="before")(contract.coated_face)
    _lithium_face = field_validator("lithium", mode="before")(contract.lithium_face)
    _some_lithium = field_validator("lithium")(contract.some_lithium)
    _electrodes = field_validator("electrodes")(contract.known_electrodes)
    _kind = field_validator("kind")(contract.known_kind)

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
        return Areas.of(electrode, pellet=pellet, coating=self.coating_area, cathode=self.cathode_area)

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
        mass, nominal = self.active_mass_kg, None if self.cathode is None else self.cathode.nominal_capacity
        if nominal is None or mass is None:
            lacking = completeness.for_one_c(self.cathode, self.areas.cathode)
            raise DescriptionError(
                "1C is not defined, these are missing:\n  " + "\n  ".join(lacking),
                where=f"cell '{self.label}'",
            )
        return nominal * mass / units.factor("h")

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
        left, right = (
            None
            if coating is None
            else dry_layer(coating, wetted_area=self.areas.coating, where=self._place(side))
            for side, coating in zip(SIDES, self.coatings, strict=True)
        )
        return left, right

    @property
    def _coated(self) -> list[tuple[str, Coating]]:
        """The coatings that are there, each with its place in the description."""
        sides = zip(SIDES, self.coatings, strict=True)
        return [(self._place(side), coating) for side, coating in sides if coating is not None]

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
        found = stack(self.cathode, self.electrolyte, self.lithium, self.coatings, self.areas.coating)
        names = self.electrodes or ("Li", "Li")
        other = [n for n, name in enumerate(names, start=1) if not is_lithium(name)]
        return tuple(x for x in found if not (x.kind == "lithium" and x.side in other))

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
        if self.electrodes is not None and not all(map(is_lithium, self.electrodes)):
            return False
        if not self._has_layers:
            return None
        return self.coating.left == self.coating.right and self.model.get("left", {}) == self.model.get(
            "right", {}
        )

    @property
    def _has_layers(self) -> bool:
        described = self.electrolyte is not None or self.cathode is not None
        return described or any(key in self._written for key in SIDED)

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
        return pellet_quantity(self.electrolyte, name, label=self.label, uncertainties=self.uncertainties)

    # Completeness

    def require_for_simulation(self) -> None:
        """Check that area, electrolyte and coatings are described well enough to be simulated.

        Raises
        ------
        DescriptionError
            Listing everything that is missing, with the line to write.
        """
        missing = completeness.for_cathode(self.cathode, self.areas.cathode)
        if self.electrodes is not None and not all(map(is_lithium, self.electrodes)):
            missing.append(f"electrodes of lithium: {' and '.join(self.electrodes)} are not simulated")
        if self.electrode_area is None:
            missing.append('the electrode area: area = "0.785 cm2"')
        missing += completeness.for_electrolyte(self.electrolyte)
        missing += completeness.for_coatings(self._coated)
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
        found = unknown_quantities(self._written)
        if self.cathode is not None and self.cathode.material.strip().lower() == UNKNOWN:
            found.append("cathode.material")
        return tuple(found)

    @property
    def uncertainties(self) -> dict[str, float]:
        """One standard deviation, SI, of each quantity that states one, by dotted key as written.

        `'4.9e-4 +- 0.3e-4 S/cm'` states one; see `interlayer.measured` for the grammar. Tables of mechanisms
        are included: 'model.charge_transfer.exchange_current_density'.
        """
        return {key: one.sigma for key, one in self.stated.items()}

    @property
    def stated(self) -> dict[str, Stated]:
        """The same with value, bounds and unit: what `interlayer.uncertainty` draws from."""
        return stated(Cell, self._written)

    def uncertainty_of(self, path: str) -> float | None:
        """Return one standard deviation (SI) of a quantity, None where none is stated.

        Parameters
        ----------
        path : str
            Dotted key with the side where there are two: 'coating.left.thickness'.
        """
        found = stated(Cell, spread(self._written)).get(path)
        return None if found is None else found.sigma

    def is_own(self, *paths: str) -> bool:
        """Whether a value was written by the user of this cell, and not by the shipped file that it began as.

        `paths` are dotted keys (or tables) that together say the value; with sides as in `uncertainty_of`.
        """
        return self._shipped is None or differs(self._written, self._shipped, paths)

    def shipped(self) -> Cell:
        """Return this cell as one that begins as it is: what changes from here on is the user's own."""
        again = Cell.from_dict(self._written)
        again._folder = self._folder
        again._shipped = copy.deepcopy(self._written)
        return again

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What is odd or assumed: areas taken from the electrode, fringing, names not in the library."""
        return findings_of(self.areas, self.electrolyte, self.cathode, self._coated)

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
                "electrodes": None if self.electrodes is None else list(self.electrodes),
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
        cell = Cell.from_dict(changed(self._written, changes))
        cell._folder = self._folder
        cell._shipped = self._shipped
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
        return stack_text(self.layers)

    def _repr_html_(self) -> str:
        rows = [
            ("cell", self.label),
            ("stack", self._stack()),
            ("area", self._area_text()),
            ("temperature", display.shown(self.temperature, "degC")),
            *display.cathode_rows(self.cathode, self.active_mass_kg, self.n_over_p),
        ]
        rows += [(name, str(getattr(self, name))) for name in _SHOWN if getattr(self, name)]
        for name in ("assembly_pressure", "operating_pressure"):
            if getattr(self, name) is not None:
                rows.append((name.replace("_", " "), display.shown(getattr(self, name), "MPa")))
        rows += [("unknown", ", ".join(self.unknown))] if self.unknown else []
        rows += [(finding.name, finding.detail) for finding in self.findings]
        return display.table(rows)
