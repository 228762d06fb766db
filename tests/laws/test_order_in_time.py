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

SECONDS = 60.0
"""Long enough to turn the low-current polarisation, too short for it to become steady."""
CURRENTS = ([False, False], [1.5, -1.5])
HELD = ([False, True], [1.5, -0.05])
"""A current, then the opposite current, or a voltage of the opposite sign: all is driven hard and turned round."""
COUNTS = (24, 48, 96)
FINE = 1536
STATES = ("salt_modes", "dc_polarisation", "contact_fraction", "interphase_thickness", "lithium")


@cache
def ends(name, held, count):
    """Some states of both sides at the end of the second stage."""
    made = SYSTEMS[name]
    stages = jax.tree.map(lambda v: v[:2], pad(*(HELD if held else CURRENTS), [SECONDS, SECONDS]))
    weights = np.zeros(FINE)  # steps of no time change nothing: one compilation serves all counts
    weights[:count] = step_weights(count)
    y, _ = run_stages(made, start(made), stages, jnp.asarray(weights), holds=held)
    return {f"{n} {k + 1}": np.sum(y[k][n]) for k in (0, 1) for n in STATES if n in y[k]}


def observed(name, held, state):
    """Observed order and the relative error with the fewest steps; no order where a step is exact to rounding."""
    value = ends(name, held, FINE)[state]
    errors = np.array([np.abs(ends(name, held, n)[state] / value - 1) for n in COUNTS])
    if errors[0] < 1e-8:
        return None, errors[0]
    return -np.polyfit(np.log(COUNTS), np.log(errors), 1)[0], errors[0]


@pytest.mark.parametrize("name", ["coated", "linear, parabolic"])
def test_observed_order_under_a_current_is_two(name):
    orders = {state: observed(name, False, state)[0] for state in ends(name, False, FINE)}
    assert all(order > 1.8 for order in orders.values() if order is not None), orders
    assert all(orders[f"{state} 2"] is None for state in ("salt_modes", "lithium"))  # exact in any step
    assert orders["dc_polarisation 2"] is not None


def test_order_under_a_held_voltage():
    """Behind a jump to a held voltage the salt's current begins as 1 / sqrt(t), which may cost half an order."""
    found = {state: observed("coated", True, state) for state in ends("coated", True, FINE)}
    for state, (order, error) in found.items():
        assert error < 1e-3, state  # what 24 steps promise (stepping.step_count)
        assert order is None or order > 1.5, found
    assert found["salt_modes 1"][0] is not None
    assert found["dc_polarisation 1"][0] is not None
