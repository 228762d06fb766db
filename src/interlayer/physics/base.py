"""What a mechanism is: declared parameters, named states, rates, and a propagator over one time step.

One declaration serves everything: the fields of a mechanism's class (unit, bounds, default, source) are at once
its Python arguments, its TOML keys, its row in the tables and the leaves that JAX differentiates.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple, TypeVar, dataclass_transform

import jax
import jax.numpy as jnp

from interlayer import engine as engine  # double precision before the first array is made
from interlayer import units
from interlayer.errors import DescriptionError, unknown_name
from interlayer.physics.constants import BOLTZMANN, REFERENCE_TEMPERATURE

Scalar = jax.Array | float
"""A number of shape ()."""
States = Mapping[str, Any]
"""States of one side by name; scalars, except 'salt_modes' of shape (modes,)."""


@dataclasses.dataclass(frozen=True)
class ParameterSpec:
    """Declaration of one parameter: values in `unit`, stored in SI."""

    name: str
    unit: str
    doc: str
    default: float | None
    lower: float
    upper: float
    source: str
    status: str

    @property
    def default_si(self) -> float | None:
        """The default in SI units, or None where a value must be given."""
        return None if self.default is None else units.from_unit(self.default, self.unit)

    def checked(self, value: float | str, *, where: str = "") -> float:
        """Return `value` in SI after checking unit and bounds.

        Raises
        ------
        DescriptionError
            If it lies outside the bounds or is not finite.
        UnitError
            If text carries a wrong unit.
        """
        si = units.parse(value, self.unit, where=where) if isinstance(value, str) else float(value)
        shown = units.to_unit(si, self.unit)
        slack = 1e-9 * max(abs(self.lower), abs(self.upper) if math.isfinite(self.upper) else 0.0)
        if not (self.lower - slack <= shown <= self.upper + slack):
            raise DescriptionError(
                f"{self.name} = {shown:.6g} {self.unit} is outside {self.lower:g} to {self.upper:g} {self.unit}",
                where=where,
                advice=f"give a value within the bounds ({self.doc})",
            )
        return si


class State(NamedTuple):
    """A state of one side: record column 'Title <side> / unit', its start value in SI and meaning."""

    name: str
    unit: str
    title: str
    doc: str
    shown: str = "value"
    """How a record shows it: 'value', or 'sum' or 'mean' over the parts of a state with an axis."""


class Drive(NamedTuple):
    """What one side feels during a step; upstream states at the middle of the step.

    current : A/m2, > 0 strips this side. leak_resistance : ohm m2 against electrons through the layer.
    coverage : fraction of the pellet's face that the layer covers. full_contact : contact fraction at rest.
    interface_resistance : ohm m2, small-signal, of charge transfer, constriction, ageing and interphase; 0 at start.
    area : electrode, m2. layer_thickness : m. layer_resistance : ohm m2 against ions through the layer.
    filament_reach : share of the plating current that can drive a filament. filament_conductance : S, of a fresh
    filament that crosses. crossed : 1 where one has crossed, else 0. cell_voltage : V, along it; 0 before one has.
    """

    current: Scalar
    temperature: Scalar
    coverage: Scalar
    full_contact: Scalar
    leak_resistance: Scalar
    conversion: Scalar
    interphase_thickness: Scalar
    crack_damage: Scalar
    contact_fraction: Scalar
    pellet_thickness: Scalar
    interface_resistance: Scalar
    area: Scalar
    layer_thickness: Scalar = 0.0
    layer_resistance: Scalar = 0.0
    filament_reach: Scalar = 1.0
    filament_conductance: Scalar = 0.0
    crossed: Scalar = 0.0
    cell_voltage: Scalar = 0.0


def parameter(
    unit: str,
    doc: str,
    *,
    default: float | None = None,
    bounds: tuple[float, float],
    source: str = "assumed",
    status: str = "assumed",
) -> Any:
    """Declare a parameter: `default` and `bounds` in `unit`; a class holds and takes SI floats or text."""
    meta = {
        "unit": unit,
        "doc": doc,
        "default": default,
        "bounds": bounds,
        "source": source,
        "status": status,
    }
    if default is None:
        return dataclasses.field(metadata=meta)
    return dataclasses.field(default=units.from_unit(default, unit), metadata=meta)


class Mechanism:
    """Base of all mechanisms. A subclass is final (`@mechanism`) or abstract (`@shared_fields`), never both.

    Class attributes
    ----------------
    family, law : role in an interface and name within that role, as in TOML.
    equation : right-hand side by name of the quantity, in terms of parameters, states and `Drive` fields;
        a test evaluates the text against the code.
    references : keys of materials/data/references.bib.
    states : what it integrates in time. No element of a state that has an axis depends on another one.
    affine : whether a step is affine in its state, so that many steps are solved at once.
    relaxes : whether current and temperature alone decide what its state relaxes to, and how fast (`relaxation`).
    """

    family: ClassVar[str]
    law: ClassVar[str]
    equation: ClassVar[Mapping[str, str]] = {}
    references: ClassVar[tuple[str, ...]] = ()
    states: ClassVar[tuple[State, ...]] = ()
    affine: ClassVar[bool] = False
    relaxes: ClassVar[bool] = False

    def __post_init__(self) -> None:
        """Check and convert what a person gave; tracers pass untouched."""
        for name, spec in self.specs().items():
            value = getattr(self, name)
            if isinstance(value, str):
                object.__setattr__(self, name, spec.checked(value, where=f"{self.family} '{self.law}'"))
            elif isinstance(value, (int, float)):
                spec.checked(float(value), where=f"{self.family} '{self.law}'")

    @classmethod
    def specs(cls) -> dict[str, ParameterSpec]:
        """Declared parameters by name."""
        found: dict[str, ParameterSpec] = {}
        for f in dataclasses.fields(cls):  # pyright: ignore[reportArgumentType]
            m = f.metadata
            if "unit" not in m:  # data of a law, such as the points of a curve
                continue
            low, high = m["bounds"]
            found[f.name] = ParameterSpec(
                f.name, m["unit"], m["doc"], m["default"], low, high, m["source"], m["status"]
            )
        return found

    @classmethod
    def from_table(cls, table: Mapping[str, Any], *, where: str = "") -> Mechanism:
        """Make one from TOML values (text with unit), refusing unknown keys and bad values by name.

        Raises
        ------
        DescriptionError
            For an unknown key, a missing required value, or a value outside its bounds.
        """
        specs = cls.specs()
        values: dict[str, float] = {}
        for key, value in table.items():
            if key not in specs:
                raise DescriptionError(
                    unknown_name(f"key of {cls.family} '{cls.law}'", key, specs), where=where
                )
            spec = specs[key]
            if not isinstance(value, (str, int, float)) or isinstance(value, bool):
                raise DescriptionError(f"{key} is not a number with unit", where=where)
            if isinstance(value, (int, float)) and spec.unit != "1":
                raise DescriptionError(
                    f"{key} = {value} has no unit", where=where, advice=f'write {key} = "{value} {spec.unit}"'
                )
            values[key] = spec.checked(value, where=where)
        for name, spec in specs.items():
            if name not in values and spec.default is None:
                raise DescriptionError(
                    f"{cls.family} '{cls.law}' lacks {name} ({spec.doc})",
                    where=where,
                    advice=f'write {name} = "... {spec.unit}"',
                )
        return cls(**values)

    def bounds(self, drive: Drive) -> tuple[Scalar, Scalar]:  # noqa: ARG002
        """Least and largest value that a step leaves of a state; a search for its course stays between them."""
        return -jnp.inf, jnp.inf

    def relaxation(self, drive: Drive) -> tuple[jax.Array, jax.Array]:
        """Goal and rate (1/s) of a law that `relaxes`: a step is y -> goal + (y - goal) exp(-rate dt)."""
        raise NotImplementedError(f"{type(self).__name__} does not relax")

    def stored_energy(self, states: States, drive: Drive) -> Scalar:  # noqa: ARG002
        """Energy that the states hold and can give back as voltage times current, J/m2; none unless a law says so."""
        return jnp.asarray(0.0)


M = TypeVar("M", bound=type[Mechanism])


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(parameter,))
def mechanism(cls: M) -> M:
    """Class decorator: frozen keyword-only dataclass whose fields are differentiable leaves for JAX."""
    made: Any = dataclasses.dataclass(frozen=True, kw_only=True)(cls)
    names = tuple(f.name for f in dataclasses.fields(made))

    def flatten(x: Any) -> tuple[tuple[Any, ...], None]:
        return tuple(getattr(x, n) for n in names), None

    def flatten_with_keys(x: Any) -> tuple[tuple[Any, ...], None]:
        return tuple((jax.tree_util.GetAttrKey(n), getattr(x, n)) for n in names), None

    def unflatten(_: None, leaves: Any) -> Any:
        # Leaves may be tracers or placeholders: no check here, only where a person made the object.
        x = object.__new__(made)
        for n, v in zip(names, leaves, strict=True):
            object.__setattr__(x, n, v)
        return x

    jax.tree_util.register_pytree_with_keys(made, flatten_with_keys, unflatten, flatten)
    return made


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(parameter,))
def shared_fields(cls: M) -> M:
    """Class decorator for the abstract base of sibling laws: the fields that all of them declare alike."""
    return dataclasses.dataclass(frozen=True, kw_only=True)(cls)


def arrhenius(energy: Scalar, temperature: Scalar) -> jax.Array:
    """Factor exp(-E/R (1/T - 1/T0)) on a rate or conductivity anchored at 298.15 K; energy in J a particle."""
    return jnp.exp(-energy / BOLTZMANN * (1.0 / temperature - 1.0 / REFERENCE_TEMPERATURE))
