"""The whole spectrum of a layer between two cation-selective faces, at rest and under current."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

from interlayer.linearisation import cell_impedance
from interlayer.system import start
from tests.closed_forms.one_process import MOST, SaltLayer, run


def diffusion(layer, reduced, y, current=0.0):
    omega = jnp.asarray(reduced / layer.tau)
    whole = cell_impedance(layer.system, y, omega, current=current, geometric=False)
    return np.asarray(whole) - layer.series


@pytest.mark.parametrize("transference", [0.1, 0.3, 0.8])
def test_finite_length_warburg(transference):
    """R tanh(sqrt(j w tau)) / sqrt(j w tau), tau = (h/2)^2 / D, R = R_ohm (1/t+ - 1), over ten decades."""
    layer = SaltLayer(transference)
    reduced = np.geomspace(1e-4, 1e6, 200)
    root = np.sqrt(1j * reduced)
    exact = layer.diffusive * np.tanh(root) / root
    apart = np.abs(diffusion(layer, reduced, start(layer.system)) - exact)
    assert apart.max() < MOST * layer.diffusive
    seen = reduced < 3000.0
    assert (apart[seen] / np.abs(exact[seen])).max() < MOST


def test_under_direct_current_the_faces_differ():
    """A steady swing s stretches the element by 1 / (1 - s^2): one face is poor in salt."""
    layer = SaltLayer()
    y, _ = run(layer.system, (False, 0.6 * layer.limiting, 40 * layer.tau))
    reduced = np.geomspace(1e-3, 3e3, 60)
    root = np.sqrt(1j * reduced)
    exact = layer.diffusive / (1 - 0.6**2) * np.tanh(root) / root
    found = diffusion(layer, reduced, y, current=0.6 * layer.limiting)
    np.testing.assert_allclose(np.abs(found / exact - 1), 0.0, atol=2 * MOST)
