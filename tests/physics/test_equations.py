"""Each mechanism says its equation as text: the text is evaluated and compared with the code."""

from __future__ import annotations

import ast
import dataclasses
import math

import jax.numpy as jnp
import numpy as np
import pytest
from scipy.stats import norm

from interlayer.physics.base import Drive, Mechanism, arrhenius
from interlayer.physics.constants import (
    ELECTRON_MASS,
    ELEMENTARY_CHARGE,
    FARADAY,
    GAS_CONSTANT,
    LITHIUM_MELTING,
    LITHIUM_MOLAR_VOLUME,
    LITHIUM_RESISTIVITY,
    LORENZ,
    PLANCK,
)
from interlayer.physics.leakage.film import BLOCKED
from interlayer.physics.registry import ALL_MECHANISMS

WORDS = {
    "F": FARADAY,
    "R": GAS_CONSTANT,
    "V_Li": LITHIUM_MOLAR_VOLUME,
    "lithium_resistivity": LITHIUM_RESISTIVITY,
    "melting_temperature": LITHIUM_MELTING,
    "lorenz": LORENZ,
    "positive": lambda v: max(v, 0.0),
    "arrhenius": lambda e, t: float(arrhenius(e, t)),
    "normal_cdf": norm.cdf,
    "exp": math.exp,
    "log": math.log,
    "sqrt": math.sqrt,
    "pi": math.pi,
    "e": ELEMENTARY_CHARGE,
    "h": PLANCK,
    "m_e": ELECTRON_MASS,
    "blocked": BLOCKED,
    "atanh": math.atanh,
    "abs": abs,
    "cosh": math.cosh,
    "tanh": math.tanh,
    "min": min,
    "max": max,
    "least_stress": 1e4,
}
STATES = {
    "contact_fraction": 0.11,
    "interphase_thickness": 6e-5,
    "crack_damage": 0.2,
    "layer_ageing": 0.4,
    "conversion": 0.3,
    "dc_polarisation": 0.004,
    "deposit_charge": 120.0,
    "porous_thickness": 4e-5,
    "filament_length": 1e-5,
    "inactive_lithium": 0.3,
    "shunt_size": 1.7,
    "lithium_inside": 0.2,
    "lithium_at_electrolyte": 0.1,
}
CATHODE = ("open_circuit", "cathode", "cathode_contact", "cathode_fade")
"""Families of a cathode, which feels something else: test_cathode_equations.py has them."""
LITHIUM_END = tuple(kind for kind in ALL_MECHANISMS if kind.family not in CATHODE)
GIVEN = {"thickness": 15e-6}
THIN = {"logarithmic": 1e-9, "passivating": 8e-9}
"""Interphase thickness at which these laws still grow, m."""


def drive(current: float) -> Drive:
    return Drive(
        current=current,
        temperature=310.0,
        coverage=0.8,
        full_contact=0.16,
        leak_resistance=30.0,
        conversion=STATES["conversion"],
        interphase_thickness=STATES["interphase_thickness"],
        crack_damage=STATES["crack_damage"],
        contact_fraction=STATES["contact_fraction"],
        pellet_thickness=5.5e-4,
        interface_resistance=0.03,
        area=0.785e-4,
        layer_thickness=15e-6,
        layer_resistance=0.4,
        filament_reach=0.7,
        filament_conductance=0.06,
        crossed=1.0,
        cell_voltage=0.2,
    )


def make(kind: type[Mechanism]) -> Mechanism:
    needed = {n: GIVEN[n] for n, spec in kind.specs().items() if spec.default is None}
    return kind(**needed)


OFF = {
    "electronic_conductivity": 1e-4,
    "inverse_modulus": 0.25,
    "quantile": 0.2,
    "growth_activation_energy": 5e-20,
    "activation_energy": 6e-20,
    "ionic_activation_energy": 7e-20,
    "electronic_activation_energy": 8e-20,
    "resistance_activation_energy": 4e-20,
    "threshold_activation_energy": 3e-20,
    "cycling_coefficient": 0.01,
    "strip_back": 0.5,
    "inside_conductance": 1e5,
    "elsewhere_weight": 0.2,
    "stack_pressure": 3e6,
    "filler_fraction": 0.3,
    "particle_diameter": 3e-9,
}
"""Fields that do nothing by default, switched on, in SI."""


def everything_on(kind: type[Mechanism]) -> Mechanism:
    return dataclasses.replace(make(kind), **{n: v for n, v in OFF.items() if n in kind.specs()})


def evaluate(text: str, names: dict) -> complex:
    allowed = (
        ast.Expression, ast.BinOp, ast.UnaryOp, ast.Call, ast.Name, ast.Constant, ast.Load, ast.operator,
        ast.unaryop, ast.Compare, ast.cmpop, ast.BoolOp, ast.boolop, ast.IfExp,
    )  # fmt: skip
    tree = ast.parse(text, mode="eval")
    assert all(isinstance(node, allowed) for node in ast.walk(tree)), text
    return eval(compile(tree, "equation", "eval"), {"__builtins__": {}}, names)


def code_value(made: Mechanism, quantity: str, felt: Drive, names: dict, states: dict) -> complex:
    """What the code says for a quantity that an equation names."""
    if any(state.name == quantity for state in made.states):
        return made.rates({k: jnp.asarray(v) for k, v in states.items()}, felt)[quantity]
    calls = {
        "bulk_resistance": lambda: made.bulk_resistance(felt.temperature),
        "total_resistance": lambda: made.total_resistance(felt.temperature),
        "mobility": lambda: made.mobility(felt.temperature),
        "limiting_current": lambda: made.limiting_current(felt.temperature),
        "newman_number": lambda: made.newman_number(felt.temperature),
        "coverage": lambda: made.coverage(names["layer_thickness"]),
        "ohmic_resistance": lambda: made.ohmic_resistance(felt.coverage, felt.temperature),
        "diffusion_coefficient": lambda: made.diffusion_coefficient(felt.temperature),
        "resistance": lambda: (
            made.resistance(names["layer_thickness"], STATES["conversion"], felt.temperature)
            if made.family == "leakage"
            else (
                made.line(felt).both
                if made.family == "plating"
                else made.resistance(states, felt.temperature)
            )
        ),
        "decay": lambda: made.decay(),
        "area_factor": lambda: made.area_factor(states),
        "lithium_bound": lambda: made.lithium_bound(states),
        "creep_rate": lambda: made.creep_rate(felt.temperature),
        "replenished": lambda: made.replenished(felt),
        "initial": lambda: made.initial,
        "threshold": lambda: made.threshold(felt),
        "critical_overpotential": lambda: made.critical_overpotential(),
        "overload": lambda: made.overload(felt),
        "warmth": lambda: made.line(felt).near / made.lithium_conductance,
        "depth_ratio": lambda: jnp.sqrt(made.line(felt).volume * made.line(felt).both),
        "flat": lambda: made.line(felt).flat,
        "weight": lambda: made.line(felt).weight,
        "share_at_lithium": lambda: made.shares(felt).lithium,
        "share_inside": lambda: made.shares(felt).inside,
        "share_at_electrolyte": lambda: made.shares(felt).electrolyte,
        "filament_reach": lambda: made.filament_reach(felt),
        "metal_fraction": lambda: made.metal_fraction(STATES["conversion"]),
        "widening": lambda: made.widening(STATES["conversion"]),
        "metal": lambda: made.metal(STATES["conversion"]),
        "blocking": lambda: made.blocking(),
        "fusing_voltage": lambda: made.fusing_voltage(felt),
        "thickening": lambda: made.thickening(felt),
        "soft": lambda: made.soft(states, felt),
        "size": lambda: made.size(states),
        "fracture_energy": lambda: made.fracture_energy(),
        "stress": lambda: made.stress(),
        "critical_thickness": lambda: made.critical_thickness,
        "leak_speed": lambda: made.leak_speed(felt),
        "shunt_conductance": lambda: made.shunt_conductance(felt.pellet_thickness),
        "admittance": lambda: made.admittance(names["omega"], names["active_fraction"]),
    }
    return calls[quantity]()


@pytest.mark.parametrize("current", [3.0, -3.0, -40.0])
@pytest.mark.parametrize("kind", LITHIUM_END, ids=lambda k: f"{k.family}:{k.law}")
@pytest.mark.parametrize("maker", [make, everything_on], ids=["default", "all on"])
def test_equation_text_is_what_the_code_computes(kind, current, maker):
    made = maker(kind)
    felt = drive(current)
    states = {**STATES, "interphase_thickness": THIN.get(kind.law, STATES["interphase_thickness"])}
    names = {
        **WORDS,
        **felt._asdict(),
        **states,
        **{n: float(getattr(made, n)) for n in kind.specs()},
        "layer_thickness": 15e-6,
        "omega": 1e3,
        "active_fraction": 0.1,
    }
    if kind.law == "butler-volmer":
        names["overpotential"] = float(made.overpotential(current, 0.1, felt.temperature))
        assert evaluate(kind.equation["current"], names) == pytest.approx(current, rel=1e-9)
        return
    for quantity, text in kind.equation.items():
        expected = evaluate(text, names)
        found = np.sum(code_value(made, quantity, felt, names, states))
        np.testing.assert_allclose(found, expected, rtol=1e-10)
        if not any(state.name == quantity for state in kind.states):
            names[quantity] = expected  # later equations may speak of it


def test_every_mechanism_states_an_equation_and_a_known_reference():
    for kind in ALL_MECHANISMS:
        if kind.law != "none" and kind.law != "full":
            assert kind.equation, kind
            assert kind.references, kind
