"""The positive electrode of a BPX file (Battery Parameter eXchange), as the simulation of a cathode needs it.

A BPX file is JSON with the sections 'Header' and 'Parameterisation'; keys carry their unit in SI. A value is a
number, an expression of the stoichiometry `x`, or a table {"x": [...], "y": [...]}. Versions 0.1 to 1.x are read.

BPX defines the reaction rate constant k (mol m-2 s-1) as normalised by the electrolyte's initial concentration
ce0 and the particle's maximum concentration cs_max:

    i_0 = F k sqrt(ce/ce0) sqrt(cs/cs_max (1 - cs/cs_max)) = F k sqrt(x (1 - x))   at ce = ce0.

A solid electrolyte has no ce; the second form is then meant.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NoReturn, cast

import numpy as np
from numpy.typing import NDArray

from interlayer.bpx.curve import Curve, constant, sampled
from interlayer.bpx.expression import parse_expression
from interlayer.errors import DescriptionError, nearest
from interlayer.physics.constants import FARADAY, REFERENCE_TEMPERATURE

FloatArray = NDArray[np.float64]

LARGEST_FILE: Final = 50_000_000
"""Bytes."""
POTENTIAL_ERROR: Final = 1e-4
"""V; straight lines between the points of the open-circuit potential deviate by less."""
RELATIVE_ERROR: Final = 1e-3
"""The same of other curves, relative."""
HIGHEST_POTENTIAL: Final = 6.0
"""V; the open-circuit potential is kept between this and zero, where expressions run off to infinity."""
_SCAN: Final = 4001
_WITHIN: Final = f"between the two stoichiometries it lies within 0 and {HIGHEST_POTENTIAL:g} V"

# Key, least and largest value that can be meant; the least itself may not be given.
_RADIUS: Final = ("Particle radius [m]", 1e-10, 1e-3)
_THICKNESS: Final = ("Thickness [m]", 1e-8, 1e-2)
_CONCENTRATION: Final = ("Maximum concentration [mol.m-3]", 1e2, 2e5)
_REACTION: Final = ("Reaction rate constant [mol.m-2.s-1]", 0.0, 1.0)
_POROSITY: Final = ("Porosity", 0.0, 1.0)
_AREA: Final = ("Surface area per unit volume [m-1]", 0.0, 1e10)
_LOW: Final = ("Minimum stoichiometry", -1e-12, 1.0)
_HIGH: Final = ("Maximum stoichiometry", 0.0, 1.0)
_DIFFUSIVITY: Final = "Diffusivity [m2.s-1]"
_POTENTIAL: Final = "OCP [V]"
_BRANCHES: Final = ("OCP (delithiation) [V]", "OCP (lithiation) [V]")
_ENTROPIC: Final = "Entropic change coefficient [V.K-1]"
_ENERGIES: Final = (
    ("Diffusivity activation energy [J.mol-1]", -1.0, 5e5),
    ("Reaction rate constant activation energy [J.mol-1]", -1.0, 5e5),
)
_TEMPERATURE: Final = ("Reference temperature [K]", 200.0, 400.0)


@dataclass(frozen=True, eq=False)
class PositiveElectrode:
    """What a BPX file says about its positive electrode, in SI units, at the reference temperature.

    Attributes
    ----------
    title, references : str
        From the file's header.
    open_circuit_potential : Curve
        V against Li+/Li over stoichiometry, within 0.1 mV of the file's expression; it reaches from where the
        potential is `HIGHEST_POTENTIAL` to where it is zero, at most from 0 to 1.
    minimum_stoichiometry, maximum_stoichiometry : float
        Of the fully charged and the fully discharged electrode, as the file's cut-off voltages define them.
    maximum_concentration : float
        mol/m3 of lithium at stoichiometry 1.
    particle_radius_m : float
    diffusivity : Curve
        m2/s over stoichiometry; `is_constant` where the file gives one number.
    reaction_rate_constant : float
        k in mol m-2 s-1, see `exchange_current_density`.
    surface_area_per_volume : float or None
        1/m, of the particles in the electrode.
    thickness_m, porosity : float or None
    diffusivity_activation_energy, reaction_activation_energy : float or None
        J/mol.
    entropic_coefficient : Curve or None
        dU/dT in V/K over stoichiometry.
    reference_temperature_K : float
    lacks : tuple of str
        What the file does not say, and what is assumed instead.
    """

    title: str
    references: str
    open_circuit_potential: Curve
    minimum_stoichiometry: float
    maximum_stoichiometry: float
    maximum_concentration: float
    particle_radius_m: float
    diffusivity: Curve
    reaction_rate_constant: float
    surface_area_per_volume: float | None
    thickness_m: float | None
    porosity: float | None
    diffusivity_activation_energy: float | None
    reaction_activation_energy: float | None
    entropic_coefficient: Curve | None
    reference_temperature_K: float
    lacks: tuple[str, ...]

    def exchange_current_density(self, x: FloatArray | float) -> FloatArray:
        """Return i_0 = F k sqrt(x (1 - x)) in A per m2 of particle surface, at the reference temperature."""
        inside = np.clip(x, 0.0, 1.0)
        return FARADAY * self.reaction_rate_constant * np.sqrt(inside * (1.0 - inside))

    @property
    def volumetric_capacity(self) -> float:
        """Charge between the two stoichiometries, C per m3 of active material."""
        window = self.maximum_stoichiometry - self.minimum_stoichiometry
        return FARADAY * self.maximum_concentration * window


def read_positive_electrode(path: str | Path) -> PositiveElectrode:
    """Read the positive electrode of a BPX file.

    Parameters
    ----------
    path : str or Path
        A JSON file of BPX version 0.1 to 1.x.

    Raises
    ------
    DescriptionError
        If there is no such file, it is no BPX file, a key that is needed is missing, a number cannot be meant,
        or an expression holds anything but arithmetic.
    """
    file = Path(path)
    document = _document(file)
    header = _table(document.get("Header"), f"{file.name}: Header")
    parts = _table(document.get("Parameterisation"), f"{file.name}: Parameterisation")
    electrode = parts.get("Positive electrode")
    if not isinstance(electrode, Mapping):
        _fail(
            file.name,
            "there is no 'Positive electrode' under 'Parameterisation'",
            "give a BPX file that has one",
        )
    section = _Section(f"{file.name}: Positive electrode", _flattened(electrode, file.name))
    return _electrode(section, header, _cell(parts))


@dataclass(frozen=True)
class _Section:
    """Keys of one section, and where they stand for messages."""

    where: str
    data: Mapping[str, Any]

    def number(self, spec: tuple[str, float, float]) -> float:
        """Return a number that must be there."""
        value = self.maybe(spec)
        if value is None:
            self.missing(spec[0])
        return value

    def maybe(self, spec: tuple[str, float, float]) -> float | None:
        """Return a number, or None if the key is not there."""
        key, low, high = spec
        value = self.data.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            _fail(
                self.where, f"'{key}' = {_shown(value)} is not a number", f"give a number, such as {high:g}"
            )
        number = float(value) if abs(value) < 1e300 else math.inf
        if not low < number <= high:
            _fail(
                self.where,
                f"'{key}' = {number:g} cannot be meant",
                f"it lies above {max(low, 0):g} and up to {high:g}",
            )
        return number

    def missing(self, key: str) -> NoReturn:
        """Say that a key is missing, and what stands there instead."""
        stem = key.partition(" [")[0]
        alike = [k for k in self.data if k.partition(" [")[0].lower() == stem.lower()] or nearest(
            key, self.data
        )
        there = f"; the file has '{alike[0]}'" if alike else ""
        _fail(self.where, f"'{key}' is missing{there}", "keys carry their unit, exactly as BPX spells them")

    def function(self, key: str) -> Callable[[FloatArray], FloatArray] | Curve | float:
        """Return what a key holds: a number, a table, or an expression to be sampled."""
        value = self.data[key]
        place = f"{self.where}, '{key}'"
        if isinstance(value, str):
            return parse_expression(value, where=place)
        if isinstance(value, Mapping):
            return _from_table(cast("Mapping[str, Any]", value), place)
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            _fail(
                place,
                f"{_shown(value)} is neither a number, an expression of x nor a table",
                "see the BPX standard",
            )
        return float(value)

    def curve(self, key: str, low: float, high: float) -> Curve:
        """Return what a key holds as a curve from `low` to `high`, good to `RELATIVE_ERROR` of its largest value."""
        found = self.function(key)
        if isinstance(found, Curve):
            return found
        if isinstance(found, int | float):
            return constant(found, low, high)
        scale = float(np.max(np.abs(found(np.linspace(low, high, 101)))))
        smallest = RELATIVE_ERROR * (scale if math.isfinite(scale) and scale > 0 else 1.0)
        return sampled(
            found, low, high, lambda y: np.maximum(RELATIVE_ERROR * np.abs(y), 1e-3 * smallest),
            where=f"{self.where}, '{key}'",
        )  # fmt: skip


def _electrode(section: _Section, header: Mapping[str, Any], cell: _Section) -> PositiveElectrode:
    lacks: list[str] = []
    low, high = section.number(_LOW), section.number(_HIGH)
    low = max(low, 0.0)
    if low >= high:
        _fail(section.where, f"minimum stoichiometry {low:g} is not below the maximum {high:g}", "swap them")
    if _DIFFUSIVITY not in section.data:
        section.missing(_DIFFUSIVITY)
    diffusivity = section.curve(_DIFFUSIVITY, low, high)
    if not (np.all(diffusivity.y > 0) and np.all(diffusivity.y < 1e-4)):
        _fail(section.where, f"'{_DIFFUSIVITY}' is not between 0 and 1e-4 m2/s everywhere", "check its unit")
    energies = [section.maybe(spec) for spec in _ENERGIES]
    for what, energy in zip(("diffusivity", "reaction rate"), energies, strict=True):
        if energy is None:
            lacks.append(f"activation energy of the {what}: taken as the same at every temperature")
    temperature = cell.maybe(_TEMPERATURE)
    if temperature is None:
        lacks.append(f"reference temperature: {REFERENCE_TEMPERATURE:g} K assumed")
    entropic = section.curve(_ENTROPIC, low, high) if _ENTROPIC in section.data else None
    if entropic is None:
        lacks.append("entropic coefficient: the open-circuit potential is the same at every temperature")
    thickness, porosity, area = (section.maybe(spec) for spec in (_THICKNESS, _POROSITY, _AREA))
    for name, value in (("thickness", thickness), ("porosity", porosity), ("surface area per volume", area)):
        if value is None:
            lacks.append(f"{name} of the electrode")
    lacks.append("active mass: BPX has none, the cell's description gives it")
    return PositiveElectrode(
        title=str(header.get("Title") or ""),
        references=str(header.get("References") or ""),
        open_circuit_potential=_potential(section, low, high, lacks),
        minimum_stoichiometry=low,
        maximum_stoichiometry=high,
        maximum_concentration=section.number(_CONCENTRATION),
        particle_radius_m=section.number(_RADIUS),
        diffusivity=diffusivity,
        reaction_rate_constant=section.number(_REACTION),
        surface_area_per_volume=area,
        thickness_m=thickness,
        porosity=porosity,
        diffusivity_activation_energy=energies[0],
        reaction_activation_energy=energies[1],
        entropic_coefficient=entropic,
        reference_temperature_K=REFERENCE_TEMPERATURE if temperature is None else temperature,
        lacks=tuple(lacks),
    )


def _potential(section: _Section, low: float, high: float, lacks: list[str]) -> Curve:
    """Return the open-circuit potential; the mean of two branches where the file has only these."""
    if _POTENTIAL in section.data:
        if any(branch in section.data for branch in _BRANCHES):
            lacks.append("nothing of hysteresis: its branches are in the file and not used")
        return _potential_curve(section, _POTENTIAL, low, high)
    if not all(branch in section.data for branch in _BRANCHES):
        section.missing(_POTENTIAL)
    lacks.append("one open-circuit potential: the mean of both branches is used, without hysteresis")
    first, second = (_potential_curve(section, branch, low, high) for branch in _BRANCHES)
    x = np.unique(np.concatenate([first.x, second.x]))
    x = x[(x >= max(first.x[0], second.x[0])) & (x <= min(first.x[-1], second.x[-1]))]
    return Curve(x, 0.5 * (first(x) + second(x)))


def _potential_curve(section: _Section, key: str, low: float, high: float) -> Curve:
    place = f"{section.where}, '{key}'"
    found = section.function(key)
    if isinstance(found, int | float):
        _fail(place, "one number is no open-circuit potential", "give an expression of x or a table")
    if isinstance(found, Curve):
        if found.x[0] > low + 1e-9 or found.x[-1] < high - 1e-9:
            span = f"{found.x[0]:g} to {found.x[-1]:g}"
            _fail(place, f"the table goes from {span}", f"it must reach from {low:g} to {high:g}")
        curve = found
    else:
        start, end = _usable(found, low, high, place)
        curve = sampled(found, start, end, lambda y: np.full_like(y, POTENTIAL_ERROR), where=place)
    inside = curve(np.linspace(low, high, 201))
    if not (np.all(inside > 0) and np.all(inside < HIGHEST_POTENTIAL)):
        worst = float(inside[np.argmax(np.abs(inside - 0.5 * HIGHEST_POTENTIAL))])
        _fail(place, f"a potential of {worst:.4g} V", _WITHIN)
    return curve


def _usable(
    function: Callable[[FloatArray], FloatArray], low: float, high: float, where: str
) -> tuple[float, float]:
    """Return how far the potential stays within 0 and `HIGHEST_POTENTIAL` to both sides of the window."""

    def good(x: FloatArray) -> NDArray[np.bool_]:
        y = function(x)
        return np.isfinite(y) & (y >= 0.0) & (y <= HIGHEST_POTENTIAL)

    ends: list[float] = []
    for inner, outer in ((low, 0.0), (high, 1.0)):
        x = np.linspace(inner, outer, _SCAN)
        fine = good(x)
        if not fine[0]:
            value = float(function(x[:1])[0])
            _fail(
                where, f"a potential of {value:.4g} V at x = {inner:g}",
                _WITHIN,
            )  # fmt: skip
        bad = np.flatnonzero(~fine)
        ends.append(float(x[bad[0] - 1]) if bad.size else outer)
    return ends[0], ends[1]


def _from_table(table: Mapping[str, Any], where: str) -> Curve:
    columns: list[FloatArray] = []
    for axis in ("x", "y"):
        values: object = table.get(axis)
        if not isinstance(values, list) or not all(_is_number(v) for v in cast("list[Any]", values)):
            _fail(where, f"the table has no list of numbers '{axis}'", 'write {"x": [0, 1], "y": [3.5, 3.3]}')
        columns.append(np.asarray(values, dtype=np.float64))
    x, y = columns
    if x.size != y.size or x.size < 2:
        _fail(where, f"the table has {x.size} x and {y.size} y", "it needs as many of both, two at least")
    if x[0] > x[-1]:
        x, y = x[::-1].copy(), y[::-1].copy()
    if not (np.all(np.isfinite(x)) and np.all(np.isfinite(y)) and np.all(np.diff(x) > 0)):
        _fail(
            where, "the x of the table do not rise, or a number is not finite", "sort them and drop repeats"
        )
    return Curve(x, y)


def _flattened(electrode: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return an electrode's keys with those of its one kind of particle."""
    particles = electrode.get("Particle")
    if not isinstance(particles, Mapping):
        return electrode
    kinds = cast("Mapping[str, Any]", particles)
    if len(kinds) != 1:
        listed = ", ".join(f"'{k}'" for k in list(kinds)[:6])
        _fail(
            f"{name}: Positive electrode", f"a blend of {len(kinds)} kinds of particles ({listed})",
            "keep one of them: a cathode has one kind here",
        )  # fmt: skip
    (only,) = kinds.values()
    return {**electrode, **_table(only, f"{name}: Particle")}


def _cell(parts: Mapping[str, Any]) -> _Section:
    cell = parts.get("Cell")
    return _Section("Cell", cast("Mapping[str, Any]", cell) if isinstance(cell, Mapping) else {})


def _document(file: Path) -> Mapping[str, Any]:
    if not file.is_file():
        _fail(str(file), "no such file", "give a BPX file (.json)")
    try:
        if file.stat().st_size > LARGEST_FILE:
            _fail(file.name, "too large for a BPX file", "give the BPX file itself")
        document = json.loads(file.read_bytes().decode("utf-8-sig"), parse_constant=_no_constant)
    except OSError as error:
        _fail(file.name, f"cannot be read ({error.strerror})", "check the file")
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        if isinstance(error, json.JSONDecodeError):
            _fail(
                f"{file.name} line {error.lineno}",
                f"is no JSON: {error.msg.lower()}",
                "give a BPX file (.json)",
            )
        _fail(file.name, "is no JSON", "give a BPX file (.json)")
    if not isinstance(document, dict) or "Parameterisation" not in document or "Header" not in document:
        _fail(
            file.name, "is JSON, but no BPX file", "a BPX file has 'Header' and 'Parameterisation' at its top"
        )
    return cast("Mapping[str, Any]", document)


def _no_constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number of JSON")


def _table(value: object, where: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        _fail(where, "is not a table", "give a BPX file")
    return cast("Mapping[str, Any]", value)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e300


def _shown(value: object) -> str:
    text = json.dumps(value, default=str)
    return text if len(text) <= 60 else text[:57] + "..."


def _fail(where: str, what: str, advice: str) -> NoReturn:
    raise DescriptionError(what, where=where, advice=advice)
