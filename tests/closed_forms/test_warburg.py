"""The short-time branch of diffusion in the spectrum: 45 degrees."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

from interlayer.linearisation import cell_impedance
from interlayer.system import start
from tests.closed_forms.one_process import MOST, SaltLayer


@pytest.mark.parametrize("transference", [0.1, 0.3])
def test_warburg_branch(transference):
    """Z = R / sqrt(j w tau) where neither the other face nor the ohmic part is felt, from 60 to 3000."""
    layer = SaltLayer(transference)
    reduced = np.geomspace(60.0, 3000.0, 60)
    omega = jnp.asarray(reduced / layer.tau)
    whole = np.asarray(cell_impedance(layer.system, start(layer.system), omega, geometric=False))
    z = whole - layer.series
    exact = layer.diffusive / np.sqrt(1j * reduced)
    np.testing.assert_allclose(np.abs(z / exact - 1), 0.0, atol=MOST)
    np.testing.assert_allclose(np.angle(z, deg=True), -45.0, rtol=MOST * 2)
