"""Order in time of the composed cell through the engine's own loop: voltages that are states, currents and holds."""

from __future__ import annotations

from functools import cache

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from interlayer.stepping import pad, run_stages, step_weights
from interlayer.system import start
from tests.listed import SYSTEMS

MINUTES = 10 * 60.0
STAGES = pad([False, True], [1.5, -0.05], [MINUTES, MINUTES])
"""A current, then a voltage of the opposite sign: salt and polarisation are driven hard and turned round."""
COUNTS = (24, 48, 96)
FINE = 1536


@cache
def ends(name, count):
    """Salt, polarisation, contact and interphase of both sides after either stage, and the current after the hold."""
    made = SYSTEMS[name]
    stages = jax.tree.map(lambda v: v[:2], STAGES)
    _, trace = run_stages(made, start(made), stages, jnp.asarray(step_weights(count)), search=True)
    found = {"current": np.asarray(trace.ionic_current)[1, -1]}
    for index in (0, 1):
        for state in ("salt_modes", "dc_polarisation", "contact_fraction", "interphase_thickness", "lithium"):
            if state in trace.states[index]:
                value = np.asarray(trace.states[index][state])[:, -1].reshape(2, -1).sum(axis=-1)
                found[f"{state} {index + 1}"] = value
    return found


@pytest.mark.parametrize("name", ["coated", "unequal thickness", "linear, parabolic"])
def test_observed_order_is_two(name):
    exact = ends(name, FINE)
    for state, value in exact.items():
        errors = np.array([np.abs(ends(name, n)[state] - value).max() for n in COUNTS])
        if errors[0] < 1e-9 * np.abs(value).max():  # a step is exact here
            continue
        order = -np.polyfit(np.log(COUNTS), np.log(errors), 1)[0]
        assert order > 1.7, (state, errors)


@pytest.mark.parametrize("name", ["coated", "unequal thickness"])
def test_salt_under_a_current_is_exact_in_one_step(name):
    for side in (1, 2):
        value = ends(name, FINE)[f"salt_modes {side}"][0]
        np.testing.assert_allclose(ends(name, 24)[f"salt_modes {side}"][0], value, rtol=1e-12)
