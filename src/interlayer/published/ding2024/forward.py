"""What the model gives for each calibrating number: one differentiable function of the parameters.

The calibration (`calibrate.py`) and the posterior (`posterior.py`) both use it, so that what was fitted and what is
sampled is the same. Parameters are plain SI numbers by name (`Parameters`); steady states and ageing are computed by
the same functions that the simulation steps through. Areas, thicknesses and hypotheses are parameters as well.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, Final

import jax
import jax.numpy as jnp
import numpy as np

from interlayer import cells
from interlayer.build import build
from interlayer.lithium_side import LithiumSide
from interlayer.physics.layer import SaltInPolymer
from interlayer.physics.polarisation.saturating_offset import SaturatingOffset
from interlayer.stepping import step_weights
from interlayer.system import (
    CellStates,
    System,
    advance,
    interface_overpotential,
    ionic_voltage,
    layer_resistance,
    rates,
    start,
)

Parameters = Mapping[str, Any]
"""SI values by name, scalars; the names are those of `FIELDS`, `LAYER_CONDUCTIVITY` and of `priors.toml`."""

HOUR: Final = 3600.0
LATP_ELECTRONIC: Final = 1.11e-8
"""S/cm, Ag|LATP|Ag."""
WHOLE_SAMPLE_ELECTRONIC: Final = (1.10e-10, 3.14e-10)
"""S/cm, coated pellet before and after the reaction with lithium."""
MEASURED_LAYER_UM: Final = 15.0
"""Thickness of the layer on the sample whose electronic conductivity was measured."""
ARC_CAPACITANCE: Final = "25 uF/cm2"
KINDS: Final = ("bare", "cuf2-10ul", "cuf2-20ul", "cuf2-30ul", "pvdf")
"""The paper's five symmetric cells, by the names of the shipped files."""
AGES: Final = (0.0, 100.0, 200.0, 400.0)
"""Hours at which the paper gives spectra."""
THICK_AGE: Final = 210.0
"""Hours to which the 32 um cell ran; its largest overpotential is taken there."""

FIELDS: Final[dict[str, tuple[str, str]]] = {
    "exchange_current_density": ("charge_transfer", "exchange_current_density"),
    "saturation_voltage": ("polarisation", "saturation_voltage"),
    "saturation_current": ("polarisation", "saturation_current"),
    "polarisation_time": ("polarisation", "time_constant"),
    "interphase_conductivity": ("interphase", "ionic_conductivity"),
    "mixed_conductivity": ("interphase", "mixed_conductivity"),
    "critical_thickness": ("cracking", "critical_thickness"),
    "largest_damage": ("cracking", "largest_damage"),
    "crack_rate": ("cracking", "rate"),
    "threshold_current": ("filament", "threshold_current"),
    "tip_focusing": ("filament", "tip_focusing"),
}
"""Parameters of every cell: mechanism family and field."""
BARE_FIELDS: Final[dict[str, tuple[str, str]]] = {
    "bare_contact": ("contact", "initial"),
    "void_height": ("contact", "void_height"),
    "replenishment": ("contact", "replenishment"),
    "healing_time": ("contact", "healing_time"),
}
"""Parameters of the bare face."""
COATED_FIELDS: Final[dict[str, tuple[str, str]]] = {
    "porosity_exponent": ("layer", "porosity_exponent"),
    "transference_number": ("layer", "transference_number"),
    "salt_concentration": ("layer", "concentration"),
    "covering_thickness": ("coverage", "covering_thickness"),
    "roughness": ("coverage", "roughness"),
    "blocking_factor": ("leakage", "blocking_factor"),
    "ageing_resistance": ("ageing", "final_resistance"),
    "ageing_time": ("ageing", "time_constant"),
}
"""Parameters of a coated face."""
LAYER_CONDUCTIVITY: Final = {"cuf2-pvdf": "layer_conductivity", "pvdf-gel": "pvdf_conductivity"}
"""Parameter that is the conductivity of the layer, by the coating's material."""


def bases(area_cm2: float, hypothesis: str, pellet_mm: float) -> dict[str, System]:
    """Uncalibrated systems of the paper's five cells."""
    arc = {"model.layer.interfacial_capacitance": ARC_CAPACITANCE} if hypothesis == "a" else {}
    out: dict[str, System] = {}
    for name in KINDS:
        changes: dict[str, Any] = {
            "parameters": None,
            "area": f"{area_cm2} cm2",
            "electrolyte.thickness": f"{pellet_mm} mm",
            "model.polarisation.time_constant": "60 s",
            "model.filament.tip_focusing": 1000,
        }
        if name != "bare":
            changes |= arc
            changes["model.contact.void_height"] = "1 mm"
            changes["model.contact.replenishment"] = "10 mA/cm2"
            changes["model.contact.healing_time"] = "0.05 hour"
        made = build(cells.load(f"ding2024/{name}").override(changes)).system
        out[name] = jax.tree.map(lambda v: jnp.asarray(v, dtype=float), made)
    return out


def changed(system: System, **families: dict[str, Any]) -> System:
    """The system with fields of both sides replaced: changed(system, layer={'conductivity': k})."""

    def one(side: LithiumSide) -> LithiumSide:
        new = {f: dataclasses.replace(getattr(side, f), **fields) for f, fields in families.items()}
        return side._replace(**new)

    first, second = system.sides
    return system._replace(sides=(one(first), one(second)))


def with_parameters(system: System, kind: str, p: Parameters) -> System:
    """The system of cell `kind` with those parameters that `p` holds; what it does not hold stays."""
    table = FIELDS | (BARE_FIELDS if kind == "bare" else COATED_FIELDS)
    families: dict[str, dict[str, Any]] = {}
    for name, (family, field) in table.items():
        if name in p:
            families.setdefault(family, {})[field] = p[name]
    if kind != "bare":
        conductivity = LAYER_CONDUCTIVITY["pvdf-gel" if kind == "pvdf" else "cuf2-pvdf"]
        if conductivity in p:
            families.setdefault("layer", {})["conductivity"] = p[conductivity]
        if "pellet" in p:
            before, after = (layer_leakage(whole, p["pellet"]) for whole in WHOLE_SAMPLE_ELECTRONIC)
            families.setdefault("leakage", {}).update(conductivity_before=before, conductivity_after=after)
    made = changed(system, **families)
    if "area" in p:
        made = made._replace(area=p["area"])
    if "pellet" in p:
        made = made._replace(conduction=dataclasses.replace(made.conduction, thickness=p["pellet"]))
    return made


def layer_leakage(whole: float, pellet: Any) -> Any:
    """The layers' own electronic conductivity (S/m) from a whole sample's (S/cm), both faces coated: series rule.

    (L + 2 h) / sigma = L / sigma_LATP + 2 h / sigma_layer; the paper states neither L (`pellet`, m) nor the number
    of coats.
    """
    coats = 2 * MEASURED_LAYER_UM * 1e-6
    return coats / ((pellet + coats) / (whole * 100.0) - pellet / (LATP_ELECTRONIC * 100.0))


def steady(system: System, y: CellStates, current: Any) -> CellStates:
    """States with everything that relaxes within a half-cycle relaxed at `current`."""
    out: list[dict[str, Any]] = []
    rate = rates(system, tuple({**one, **_zeroed(one)} for one in y), current)  # pyright: ignore[reportArgumentType]
    for index, side in enumerate(system.sides):
        own = current if index == 0 else -current
        new = dict(y[index])
        if isinstance(side.layer, SaltInPolymer):
            new["salt_modes"] = rate[index]["salt_modes"] / side.layer.decay(system.temperature)
        p = side.polarisation
        if isinstance(p, SaturatingOffset):
            new["dc_polarisation"] = p.saturation_voltage * jnp.tanh(own / p.saturation_current)
        out.append(new)
    return (*out, *y[len(out) :])  # pyright: ignore[reportReturnType]


def _zeroed(states: dict[str, Any]) -> dict[str, Any]:
    return {n: jnp.zeros_like(v) for n, v in states.items() if n in ("salt_modes", "dc_polarisation")}


def plateau_mv(
    system: System, current: Any, ageing_ohm_m2: Any = 0.0, states: CellStates | None = None
) -> jax.Array:
    """Plateau at `current` (A/m2), of a fresh cell or in `states`, plus a resistance of both sides together, mV."""
    y = steady(system, start(system) if states is None else states, current)
    return 1e3 * (ionic_voltage(system, y, current) + ageing_ohm_m2 * current)


def interface_ohm(system: System, y: CellStates, *, layer: Any) -> jax.Array:
    """Resistance of all interfaces of the cell, ohm, plus `layer` (0 or 1) times that of the layers."""
    total = jnp.asarray(0.0)
    for index, side in enumerate(system.sides):

        def across(i: jax.Array, index: int = index) -> jax.Array:
            return sum(interface_overpotential(system, index, y[index], i).values(), start=jnp.asarray(0.0))

        total = total + jax.grad(across)(jnp.asarray(0.0)) + side.interphase_resistance(y[index])
        total = total + layer * layer_resistance(system, index)
    return total / system.area


def aged(system: System, hours: tuple[float, ...], steps: int) -> CellStates:
    """States of the cell at rest at each of the ascending `hours` (leading axis), `steps` time steps between two."""
    spans = np.diff(np.asarray((0.0, *hours))) * HOUR
    sizes = np.concatenate([step_weights(steps) * span for span in spans])
    at = np.arange(1, len(hours) + 1) * steps - 1

    def step(y: CellStates, dt: jax.Array) -> tuple[CellStates, CellStates]:
        y = advance(system, y, 0.0, dt)
        return y, y

    _, every = jax.lax.scan(step, start(system), jnp.asarray(sizes))
    return jax.tree.map(lambda v: v[at], every)


def ageing_ohm_m2(p: Parameters, hours: Any) -> Any:
    """What the ageing of both layers adds after `hours`, ohm m2."""
    return 2.0 * p["ageing_resistance"] * -jnp.expm1(-hours * HOUR / p["ageing_time"])


def rate_hours(p: Parameters, level: Any) -> Any:
    """Hours from the start of the rate test to the middle of a level (0, 1, ...), 2 h a cycle."""
    return (2.0 * level + 1.0) * p["rate_cycles"]


def rate_plateaus(base: Mapping[str, System], p: Parameters, currents: jax.Array) -> jax.Array:
    """Plateaus (mV) of the levels of the rate test at `currents` (A/m2), shape (n,), on a cell of 15 um."""
    normal = with_parameters(base["cuf2-20ul"], "cuf2-20ul", p)
    old = ageing_ohm_m2(p, rate_hours(p, jnp.arange(currents.shape[0])))
    return jax.vmap(lambda i, r: plateau_mv(normal, i, r))(currents, old)


def thickness_plateaus(base: Mapping[str, System], p: Parameters) -> dict[str, jax.Array]:
    """Plateaus (mV) at 0.1 mA/cm2 of the layers of 7, 15 and 32 um with CuF2, and of the one without."""
    kinds = ("cuf2-10ul", "cuf2-20ul", "cuf2-30ul", "pvdf")
    made = [with_parameters(base[kind], kind, p) for kind in kinds]
    together = jax.tree.map(lambda *v: jnp.stack([jnp.asarray(one, dtype=float) for one in v]), *made)
    fresh = jnp.asarray(0.0)
    old = jnp.stack([fresh, fresh, ageing_ohm_m2(p, THICK_AGE), fresh])
    found = jax.vmap(lambda system, r: plateau_mv(system, 1.0, r))(together, old)
    return dict(zip(("v-7um-initial", "v-15um", "v-32um-max", "v-pvdf"), found, strict=True))


def fresh_interface(base: Mapping[str, System], kind: str, p: Parameters) -> jax.Array:
    """R_int (ohm) of a fresh cell."""
    made = with_parameters(base[kind], kind, p)
    return interface_ohm(made, start(made), layer=p["arc"] if kind != "bare" else 0.0)


def interface_resistances(base: Mapping[str, System], kind: str, p: Parameters, steps: int) -> jax.Array:
    """R_int (ohm) of a cell at `AGES`, aged at rest, shape (4,); with the layers where they lie in the arc."""
    made = with_parameters(base[kind], kind, p)
    layer = p["arc"] if kind != "bare" else 0.0
    fresh = interface_ohm(made, start(made), layer=layer)
    old = jax.vmap(lambda y: interface_ohm(made, y, layer=layer))(aged(made, AGES[1:], steps))
    return jnp.concatenate([fresh[None], old])


AGEING_STEPS: Final = 12
"""Time steps between two spectra; the resistances are within 0.2 % of those with 384 (a test says so)."""


def predict(base: Mapping[str, System], p: Parameters, currents: jax.Array) -> dict[str, jax.Array]:
    """All calibrating numbers but the critical current: value by row name of values.csv, in its unit.

    `currents` (A/m2), shape (8,), is the reading of the rate test's list.
    """
    out = {f"rate-{k + 1}": v for k, v in enumerate(rate_plateaus(base, p, currents))}
    out |= thickness_plateaus(base, p)
    for name, kind in (("bare", "bare"), ("cuf2", "cuf2-20ul")):
        found = interface_resistances(base, kind, p, AGEING_STEPS)
        out |= {f"rint-{name}-{age:.0f}h": value for age, value in zip(AGES, found, strict=True)}
    return out
