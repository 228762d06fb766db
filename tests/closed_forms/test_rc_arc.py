"""A resistance beside a capacitance: the arc in the spectrum, the exponential in time."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np

from interlayer.linearisation import cell_impedance
from interlayer.physics.absent import NoPolarisation
from interlayer.physics.interphase.parabolic import ParabolicGrowth
from interlayer.system import start
from tests.closed_forms.one_process import KINETICS, MOST, bare_cell, run


def test_arc_of_the_interphase():
    """Two interphases of 1 um and 1e-5 S/cm with 2 uF/cm2: R / (1 + j w R C), apex -R/2 at 1 / RC."""
    law = ParabolicGrowth(
        native_thickness="1000 nm", ionic_conductivity="1e-5 S/cm", capacitance="2e-6 F/cm2"
    )
    made = bare_cell(interphase=law, polarisation=NoPolarisation())
    resistance, capacitance = 2 * 1e-6 / 1e-3, 0.5 * 2e-2
    omega = np.r_[1.0, np.geomspace(1e-3, 30.0, 50)] / (resistance * capacitance)
    z = np.asarray(cell_impedance(made, start(made), jnp.asarray(omega), geometric=False)) - KINETICS
    exact = resistance / (1 + 1j * omega * resistance * capacitance)
    assert np.abs(z - exact).max() < MOST * resistance
    assert np.abs(z / exact - 1)[1:].max() < 30 * MOST  # the double layer begins to carry the charge transfer
    np.testing.assert_allclose(z[0], resistance * (0.5 - 0.5j), rtol=MOST)


def test_arc_and_exponential_of_the_low_current_polarisation():
    """At small currents R = V_s / i_s per interface and tau: in the spectrum and in time alike."""
    made = bare_cell()
    current, tau, resistance = 1e-4, 120.0, 2 * 10e-3 / 1.07
    omega = np.geomspace(1e-3, 1e2, 40) / tau
    z = np.asarray(cell_impedance(made, start(made), jnp.asarray(omega), geometric=False))
    exact = resistance / (1 + 1j * omega * tau)
    rest = KINETICS + 2 * 1e-10 / 10.0  # of the native interphases
    np.testing.assert_allclose(np.abs((z - rest) / exact - 1), 0.0, atol=MOST)
    _, trace = run(made, (False, current, 5 * tau), (False, 0.0, 5 * tau))
    time, volts = np.asarray(trace.time), np.asarray(trace.voltage)
    rise = resistance * -np.expm1(-time[0] / tau)
    np.testing.assert_allclose(volts[0], current * (rest + rise), rtol=MOST)
    np.testing.assert_allclose(volts[1], current * rise[-1] * np.exp(-time[1] / tau), rtol=MOST)
