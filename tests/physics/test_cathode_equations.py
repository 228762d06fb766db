"""The equation text of a cathode's laws, evaluated and compared with the code."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest
from scipy.special import ndtri

from interlayer.physics.cathode.base import CathodeDrive
from interlayer.physics.cathode.resistive_reactants import CLASSES
from interlayer.physics.constants import BOLTZMANN
from interlayer.physics.open_circuit.lfp import LfpOpenCircuit
from interlayer.physics.registry import ALL_MECHANISMS
from tests.physics.test_equations import CATHODE, WORDS, evaluate

ON = {
    "entropic_coefficient": 0.0,
    "calendar_rate": 3e-9,
    "damage_rate": 2e-8,
    "cycle_loss": 2e-4,
    "hourly_loss": 1e-8,
    "accessible": 0.97,
}
KINDS = tuple(kind for kind in ALL_MECHANISMS if kind.family in CATHODE)


def felt(specific: float, capacity: float) -> CathodeDrive:
    return CathodeDrive(1.3, specific, 310.0, 0.25, capacity)


@pytest.mark.parametrize("specific", [12.0, -40.0])
@pytest.mark.parametrize("kind", KINDS, ids=lambda k: f"{k.family}:{k.law}")
def test_equation_text_is_what_the_code_computes(kind, specific):
    made = kind(**{n: v for n, v in ON.items() if n in kind.specs()})
    capacity = float(made.capacity()) if kind.family == "cathode" else 6e5
    drive = felt(specific, capacity)
    curve = LfpOpenCircuit()
    member = 5
    spread = np.linspace(0.2, 0.7, CLASSES) if kind.law == "resistive-reactants" else np.asarray(0.45)
    states = {"lithiation": jnp.asarray(spread), "contact_growth": jnp.asarray(2e-4),
              "active_material": jnp.asarray(0.9), "trapped_lithium": jnp.asarray(0.02),
              "particle_modes": jnp.zeros(12)}  # fmt: skip
    names = {
        **WORDS,
        **{n: float(getattr(made, n)) for n in kind.specs()},
        **drive._asdict(),
        "k": BOLTZMANN,
        "tanh": np.tanh,
        "lithiation": 0.45,
        "surface_lithiation": 0.45,
        "normal": float(ndtri((member + 0.5) / CLASSES)),
    }
    if kind.law == "resistive-reactants":
        names["open_circuit_potential"] = float(curve.potential(states["lithiation"][member], 310.0))
        names["electrode_potential"] = float(made.potential(states, curve, drive))
    calls = {
        "curve": lambda: made.curve(jnp.asarray(0.45)),
        "class_resistance": lambda: made.resistances(310.0)[member],
        "lithiation": lambda: made.rates(states, curve, drive)["lithiation"][member],
        "surface_excess": lambda: jnp.sum(made._steady(drive)),
        "exchange": lambda: made._exchange(jnp.asarray(0.45), 310.0),
        "contact_growth": lambda: made.rates(states, drive)["contact_growth"],
        "resistance": lambda: made.resistance(states, 310.0),
        "active_material": lambda: made.rates(states, 0.45, drive)["active_material"],
    }
    for quantity, text in kind.equation.items():
        expected = evaluate(text, names)
        np.testing.assert_allclose(calls[quantity](), expected, rtol=1e-9)
        if quantity == "contact_growth":
            names[quantity] = float(states[quantity])  # from here on the state itself
        elif quantity != "lithiation":
            names[quantity] = expected
