"""Salt at rest after a current: the closed form of a plate that evens out, and the charge that comes back."""

from __future__ import annotations

import numpy as np

from tests.closed_forms.diffusion import charged, relaxed
from tests.closed_forms.one_process import MOST, SaltLayer, run


def test_after_a_steady_state():
    layer = SaltLayer()
    _, trace = run(layer.system, (False, 0.4 * layer.limiting, 40 * layer.tau), (False, 0.0, 3 * layer.tau))
    x, swing = np.asarray(trace.time)[1] / layer.tau, layer.swing(trace, 1)
    np.testing.assert_allclose(swing[0], 0.4, rtol=MOST)
    np.testing.assert_allclose(swing[1:], 0.4 * relaxed(x[1:]), rtol=MOST)
    volts = np.asarray(trace.voltage)[1, 1:]
    np.testing.assert_allclose(volts, layer.volts * np.arctanh(0.4 * relaxed(x[1:])), rtol=1.1 * MOST)


def test_after_a_pulse():
    """A pulse of 0.02 tau leaves no more than a peak at the face, which then spreads."""
    layer = SaltLayer()
    _, trace = run(layer.system, (False, layer.limiting, 0.02 * layer.tau), (False, 0.0, layer.tau))
    x = np.asarray(trace.time)[1] / layer.tau
    exact = charged(x + 0.02) - charged(x)
    np.testing.assert_allclose(layer.swing(trace, 1), exact, rtol=0, atol=MOST * exact[0])
