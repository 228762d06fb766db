"""A constant current on the salt layer: the faces' concentration, Sand's time and the limiting current."""

from __future__ import annotations

import numpy as np
import pytest

from tests.closed_forms.diffusion import charged
from tests.closed_forms.one_process import FARADAY, GAS, MOST, WARM, SaltLayer, run


def test_the_face_follows_the_square_root_of_time():
    """Swing 2 i (1 - t+) sqrt(t / (pi D)) / (F c0), over a decade and a half of swing."""
    layer = SaltLayer()
    current = 0.5 * layer.limiting
    _, trace = run(layer.system, (False, current, 0.05 * layer.tau))
    time, swing = np.asarray(trace.time)[0], layer.swing(trace)
    speed = 2 * current * (1 - layer.t) / (FARADAY * layer.c0)
    exact = speed * np.sqrt(time / (np.pi * layer.diffusivity * (1 - layer.p)))
    seen = time > 3e-5 * layer.tau
    np.testing.assert_allclose(swing[seen], exact[seen], rtol=MOST)
    np.testing.assert_allclose(swing, exact, rtol=0, atol=MOST * 0.5)


@pytest.mark.parametrize("times_limiting", [5.0, 20.0, 100.0])
def test_sand_time(times_limiting):
    """Above the limiting current a face is out of salt after pi D (F c0 / (2 i (1 - t+)))^2 (1 - p)."""
    layer = SaltLayer()
    current = times_limiting * layer.limiting
    charge = FARADAY * layer.c0 / (2 * current * (1 - layer.t))
    sand = np.pi * layer.diffusivity * (1 - layer.p) * charge**2
    _, trace = run(layer.system, (False, current, sand))
    time, swing = np.asarray(trace.time)[0], layer.swing(trace)
    np.testing.assert_allclose(swing[-1], 1.0, rtol=MOST)
    assert (np.diff(swing) > 0).all()
    # voltage before: ohmic drop and the logarithm of both faces
    seen = (time > 3e-5 * layer.tau) & (time < 0.98 * sand)
    exact = current * layer.ohmic + layer.volts * np.arctanh(np.sqrt(time[seen] / sand))
    kinetics = 2 * GAS * WARM / FARADAY * 2 * np.arcsinh(current / (2 * 1e5)) + 1e-7 / 1e2 * current
    np.testing.assert_allclose(np.asarray(trace.voltage)[0][seen], exact + kinetics, rtol=MOST)


def test_the_whole_transient_and_the_limiting_current():
    """Half the limiting current leaves half a swing; the way there is the closed form of a plate."""
    layer = SaltLayer()
    _, trace = run(layer.system, (False, 0.5 * layer.limiting, 8 * layer.tau))
    time, swing = np.asarray(trace.time)[0], layer.swing(trace)
    exact = 0.5 * charged(time / layer.tau)
    seen = time > 3e-5 * layer.tau
    np.testing.assert_allclose(swing[seen], exact[seen], rtol=MOST)
    np.testing.assert_allclose(swing[-1], 0.5, rtol=MOST)
    resistance = np.asarray(trace.voltage)[0, -1] / (0.5 * layer.limiting) - (layer.series - layer.ohmic)
    exact = layer.ohmic + layer.volts * np.arctanh(0.5) / (0.5 * layer.limiting)
    np.testing.assert_allclose(resistance, exact, rtol=MOST)


def test_a_reversal_is_the_sum_of_two_steps():
    layer = SaltLayer()
    i, turn = 0.3 * layer.limiting, 0.7 * layer.tau
    _, trace = run(layer.system, (False, i, turn), (False, -i, 2 * layer.tau))
    x = np.asarray(trace.time)[1] / layer.tau
    exact = 0.3 * (charged(x + 0.7) - 2 * charged(x))
    np.testing.assert_allclose(layer.swing(trace, 1), exact, rtol=0, atol=MOST * 0.3)
