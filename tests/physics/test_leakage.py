"""Electrons through the layer, against Simmons' formula and limits."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from interlayer.physics.constants import FARADAY
from interlayer.physics.interphase.wagner import WagnerGrowth
from interlayer.physics.leakage.blocked import BlockedLeak
from interlayer.physics.leakage.ohmic import OhmicLeak
from interlayer.physics.leakage.tunnelling import TunnellingLeak
from tests.physics.test_equations import drive


def test_the_decay_constant_is_that_of_the_textbook():
    """kappa = 5.12 per nm at 1 eV and the rest mass: 1/2kappa = 0.05 to 0.07 nm for 2 to 4 eV."""
    np.testing.assert_allclose(TunnellingLeak(barrier_height="1 eV").decay(), 5.12e9, rtol=1e-3)
    lengths = [0.5e9 / float(TunnellingLeak(barrier_height=f"{phi} eV").decay()) for phi in (4, 2)]
    np.testing.assert_allclose(lengths, [0.049, 0.069], rtol=0.01)


def test_a_skin_of_lithium_fluoride_decides_within_a_nanometre():
    film = OhmicLeak().resistance(15e-6, 0.5)

    def skin(nm):
        return float(TunnellingLeak(skin_thickness=f"{nm} nm").resistance(15e-6, 0.5) - film)

    kappa = 5.1231e9 * np.sqrt(3.0)
    for nm in (2.0, 2.5, 3.0):
        expected = 2 * np.pi * nm * 1e-9 / (3.874e-5 * kappa) * np.exp(2 * kappa * nm * 1e-9)
        # the film beside it, 1e6 ohm m2, costs digits
        np.testing.assert_allclose(skin(nm), expected, rtol=3e-3)
    assert skin(3.0) / skin(2.0) > 1e7


@pytest.mark.parametrize("leak", [BlockedLeak(), TunnellingLeak(skin_thickness="100 nm")])
def test_a_blocked_interphase_grows_by_current_alone(leak):
    law = WagnerGrowth(cycling_coefficient=0.01)
    blocked = drive(-2.0)._replace(leak_resistance=leak.resistance(15e-6, 0.0))
    states = law.advance(law.start(blocked), blocked, 3600.0)
    expected = 1.3e-4 / (1.7 * FARADAY) * 0.01 * 2.0 * 3600.0
    np.testing.assert_allclose(states["interphase_thickness"], expected, rtol=1e-9)


def test_gradients_behind_an_endless_resistance_are_finite():
    def grown(growth, leak, thickness):
        felt = drive(1.0)._replace(leak_resistance=leak.resistance(thickness, 0.0))
        return growth.advance(growth.start(felt), felt, 3600.0)["interphase_thickness"]

    for leak in (BlockedLeak(), TunnellingLeak(skin_thickness="100 nm", barrier_height="8 eV")):
        for thickness in (0.0, 15e-6):
            slopes = jax.grad(grown, argnums=(0, 1, 2))(WagnerGrowth(), leak, jnp.asarray(thickness))
            assert all(np.isfinite(v) for v in jax.tree.leaves(slopes))
