"""A voltage step on the salt layer: Cottrell's current behind a resistance, and the way to the steady state."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.special import erfcx

from tests.closed_forms.one_process import HELD_STEPS, MOST, SaltLayer, run

STEP = 1e-5
"""V: small against RT/F."""


@pytest.mark.parametrize("transference", [0.1, 0.3])
def test_early_current_is_that_of_cottrell_behind_a_resistance(transference):
    """I(t) = (V/R) exp(b^2 t) erfc(b sqrt(t)), b = R_diffusion / (R sqrt(tau)); Cottrell's law is its late limit.

    The other face is not felt before 0.05 tau. Bard, Faulkner, Electrochemical Methods, 2nd edition, 5.5.1 (the same
    form, there for slow kinetics).
    """
    layer = SaltLayer(transference)
    _, trace = run(layer.system, (True, STEP, 0.05 * layer.tau), steps=HELD_STEPS)
    time, current = np.asarray(trace.time)[0], np.asarray(trace.current)[0]
    lag = layer.diffusive / layer.series * np.sqrt(time / layer.tau)
    seen = time > 3e-5 * layer.tau  # the fewest states carry before that
    assert lag[seen][0] < 0.06
    np.testing.assert_allclose(current[seen], STEP / layer.series * erfcx(lag[seen]), rtol=MOST)


def test_cottrell_itself_where_the_resistance_is_gone():
    """I sqrt(pi t) = V sqrt(tau) / R_diffusion, within what is left of the resistance: 1 / (2 (b sqrt(t))^2)."""
    layer = SaltLayer(0.01)
    _, trace = run(layer.system, (True, STEP, 0.05 * layer.tau), steps=HELD_STEPS)
    time, current = np.asarray(trace.time)[0, -1], np.asarray(trace.current)[0, -1]
    cottrell = STEP * np.sqrt(layer.tau) / (layer.diffusive * np.sqrt(np.pi * time))
    left = 0.5 * (layer.series / layer.diffusive) ** 2 * layer.tau / time
    assert left < 1.1e-3
    np.testing.assert_allclose(current, cottrell * (1 - left), rtol=MOST)


@pytest.mark.parametrize("transference", [0.1, 0.3])
def test_the_whole_transient_ends_at_the_transference_number(transference):
    """Poles where tan x = -x R / R_diffusion; in the end V / (R + R_diffusion), t+ of the first current."""
    layer = SaltLayer(transference)
    _, trace = run(layer.system, (True, STEP, 6 * layer.tau), steps=HELD_STEPS)
    time, current = np.asarray(trace.time)[0], np.asarray(trace.current)[0]
    ratio = layer.series / layer.diffusive
    roots = np.array(
        [
            brentq(lambda x: np.sin(x) + ratio * x * np.cos(x), (k - 0.5) * np.pi, k * np.pi, xtol=1e-14)
            for k in range(1, 200)
        ]
    )
    gains = 2 / (np.cos(roots) ** -2.0 - np.tan(roots) / roots)
    decayed = np.exp(-np.multiply.outer(time / layer.tau, roots**2))
    exact = STEP / (layer.series + layer.diffusive) + STEP / layer.diffusive * (decayed @ gains)
    seen = time > 1e-3 * layer.tau  # before that the series wants more terms; the test above has it
    np.testing.assert_allclose(current[seen], exact[seen], rtol=MOST)
    steady = current[-1] / (STEP / layer.series)
    np.testing.assert_allclose(steady, layer.series / (layer.series + layer.diffusive), rtol=MOST)
    np.testing.assert_allclose(steady, transference, rtol=1e-3)  # kinetics and pellet are a little in series
