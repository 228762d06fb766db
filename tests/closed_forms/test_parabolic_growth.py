"""Wagner's law in a composed cell at rest: x^2 = x0^2 + 2 k_p t."""

from __future__ import annotations

import numpy as np
import pytest

from interlayer.physics.interphase.parabolic import ParabolicGrowth
from tests.closed_forms.one_process import FARADAY, MOST, bare_cell, run

HOUR = 3600.0


@pytest.mark.parametrize("hours", [1.0, 1000.0])
def test_parabolic_growth(hours):
    """k_p = V_m sigma dPhi / (z F); after the native film is outgrown, x = sqrt(2 k_p t)."""
    law = ParabolicGrowth(mixed_conductivity="1e-8 S/cm", native_thickness="0.1 nm")
    y, trace = run(bare_cell(interphase=law), (False, 0.0, hours * HOUR))
    k = 130e-6 * 1e-6 * 2.2 / (1.7 * FARADAY)
    time, x = np.asarray(trace.time)[0], np.asarray(trace.states[0]["interphase_thickness"])[0]
    np.testing.assert_allclose(x, np.sqrt(1e-20 + 2 * k * time), rtol=MOST)
    late = time > 0.01 * HOUR
    np.testing.assert_allclose(x[late], np.sqrt(2 * k * time[late]), rtol=MOST)
    # and its resistance is that of a film of this thickness, on both sides alike
    np.testing.assert_allclose(y[0]["interphase_thickness"], y[1]["interphase_thickness"], rtol=1e-12)
