"""Error of the time stepping against many steps: what `rtol` promises, and order 2."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from interlayer import cells
from interlayer.build import build
from interlayer.protocol import Protocol
from interlayer.record import schema as s
from interlayer.simulation import simulate
from interlayer.stepping import _STEPS_BY_TOLERANCE, pad, run_stages, step_count, step_weights
from interlayer.system import start

MANY = 1536


@pytest.fixture(scope="module", params=["bare", "cuf2-20ul"])
def voltages(request):
    """Voltage of six half-cycles for several step counts, at common moments."""
    made = build(cells.load(f"ding2024/{request.param}")).system
    system = jax.tree.map(lambda v: jnp.asarray(v, dtype=float), made)
    stages = pad([False] * 6, [1.0, -1.0, 1.6, -1.6, 1.0, -1.0], [3600.0] * 6)
    stages = jax.tree.map(lambda v: v[:6], stages)

    def voltage(count):
        weights = np.zeros(MANY)  # steps of no time change nothing: one compilation serves all counts
        weights[:count] = step_weights(count)
        return np.asarray(run_stages(system, start(system), stages, jnp.asarray(weights))[1].voltage)

    return {n: voltage(n)[:, : n + 1] for n in (12, 24, 96, MANY)}


def error(voltages, count):
    exact = voltages[MANY][:, :: MANY // count]
    return np.abs(voltages[count] - exact) / np.abs(exact[:, -1:])


@pytest.mark.parametrize("count", [12, 24, 96])
def test_the_promised_tolerance_is_kept(voltages, count):
    promised = {steps: rtol for rtol, steps in _STEPS_BY_TOLERANCE}[count]
    assert error(voltages, count).max() < promised
    assert error(voltages, count)[:, count // 2 :].max() < 0.01 * promised


def test_order_two(voltages):
    order = np.log(error(voltages, 24).max() / error(voltages, 96).max()) / np.log(4.0)
    assert order > 1.8


def test_a_tighter_tolerance_never_takes_fewer_steps():
    counts = [step_count(rtol) for rtol in (1.0, 1e-2, 1e-3, 1e-4, 1e-5, 1e-9)]
    assert counts == sorted(counts)
    assert counts[0] == 12
    assert counts[-1] == 192


@pytest.mark.parametrize("rtol", [3e-3, 1e-3])
def test_the_error_in_the_record_is_that_of_the_voltages(rtol):
    """Against far finer steps: at a quarter and at the end of each step, within a factor of three."""
    cell, protocol = (
        cells.load("ding2024/bare"),
        Protocol.cycling("0.1 mA/cm2", "1 hour", 3, eis_at_cycles=[]),
    )
    record, fine = simulate(cell, protocol, rtol=rtol), simulate(cell, protocol, rtol=3e-5)
    steps = record.provenance.extra["steps_per_stage"]
    every = fine.provenance.extra["steps_per_stage"] // steps
    coarse = record.table[s.VOLTAGE].to_numpy().reshape(6, -1)[:, [steps // 2, steps]]
    exact = fine.table[s.VOLTAGE].to_numpy().reshape(6, -1)[:, ::every][:, [steps // 2, steps]]
    error = abs(coarse - exact).max()
    assert record.provenance.extra["time_error_of_steps"] == 6
    assert error / 3 < record.provenance.extra["time_error_V"] < 3 * error
