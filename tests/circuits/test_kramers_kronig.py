"""Linear Kramers-Kronig: analytic pairs, spectra that obey the relations, spectra that cannot."""

from __future__ import annotations

import numpy as np
import pytest

from interlayer.circuits.kramers_kronig import fit_kramers_kronig
from interlayer.errors import InputError
from tests.circuits.population import WINDOWS, draw, spectra

F = np.geomspace(1e6, 0.1, 71)
OMEGA = 2 * np.pi * F


def judge(z, **keys):
    z = np.atleast_2d(z)
    return fit_kramers_kronig(OMEGA, z, 1 / np.abs(z), **keys)


@pytest.mark.parametrize(("part", "most"), [("complex", 1e-4), ("real", 1e-3)])
def test_an_rc_network_is_described_to_far_below_any_noise(part, most):
    """Time constants are not those of the model; the real part alone leaves the imaginary part to be predicted."""
    s = 1j * OMEGA
    z = 20 + 1e-7 * s + 100 / (1 + s * 1e-5) + 300 / (1 + s * 3e-3)
    found = judge(z, part=part)
    assert found.residual_rms[0] < most
    assert not found.fails[0] and not found.structured[0]


def test_residuals_are_the_noise_that_was_added():
    """Root mean square of n residuals with p parameters fitted is sigma sqrt(1 - p/n)."""
    _, z, _ = spectra(60, "full", noise=3e-3)
    found = judge(z)
    assert np.median(found.noise) == pytest.approx(3e-3, rel=0.03)
    expected = 3e-3 * np.sqrt(1 - (found.order + 3) / (2 * F.size))
    assert np.median(found.residual_rms / expected) == pytest.approx(1, abs=0.05)
    assert abs(np.mean(found.autocorrelation)) < 0.03


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("noise", [0.0, 1e-3, 1e-2])
def test_healthy_spectra_do_not_fail_truncated_or_not(window, noise):
    f, z, _ = spectra(100, window, noise=noise)
    found = fit_kramers_kronig(2 * np.pi * f, z, 1 / np.abs(z))
    assert np.mean(found.fails | found.structured) <= 0.02


def test_a_real_part_without_its_imaginary_part_fails():
    """Im of this spectrum belongs to 100 ohm; Re to 120: no causal system has both."""
    s = 1j * OMEGA
    arc = 100 / (1 + (s * 1e-3) ** 0.9)
    z = 20 + 1.2 * arc.real + 1j * arc.imag
    rng = np.random.default_rng(3)
    z = z + 1e-3 * np.abs(z) * (rng.standard_normal(71) + 1j * rng.standard_normal(71))
    found = judge(z)
    assert found.fails[0]
    assert found.mismatch_chance[0] < 1e-6
    # predicted from the real part alone, the imaginary part is off by 20 % of its own size
    off = judge(z, part="real").residual[0].imag * np.abs(z)
    top = np.abs(F - 160).argmin()
    assert off[top] == pytest.approx(0.2 * -arc.imag[top], rel=0.3)  # the series L and C take a part


def test_a_jump_in_mid_sweep_leaves_related_residuals():
    _, z, _ = spectra(40, "full", noise=1e-3)
    z[:, 35:] *= 1.06
    found = judge(z)
    assert np.mean(found.fails | found.structured) > 0.9


def test_one_spectrum_is_judged_as_in_a_batch():
    _, z, _ = spectra(5, "full", noise=2e-3)
    together = judge(z)
    for k in range(5):
        alone = judge(z[k])
        assert alone.order[0] == together.order[k]
        np.testing.assert_allclose(alone.residual[0], together.residual[k], rtol=1e-6, atol=1e-9)


def test_points_of_weight_zero_do_not_count():
    _, z, _ = spectra(1, "full", noise=1e-3)
    weight = 1 / np.abs(z)
    weight[0, [10, 40]] = 0
    wild = z.copy()
    wild[0, [10, 40]] *= 50
    a = fit_kramers_kronig(OMEGA, z, weight, order=20)
    b = fit_kramers_kronig(OMEGA, wild, weight, order=20)
    np.testing.assert_allclose(a.residual_rms, b.residual_rms)
    assert np.isnan(a.residual[0, 10]) and np.isfinite(a.residual[0, 11])


def test_few_points_say_nothing():
    f = np.geomspace(1e5, 1, 8)
    z = np.atleast_2d(draw(0).impedance(f))
    assert not fit_kramers_kronig(2 * np.pi * f, z, 1 / np.abs(z)).enough[0]


@pytest.mark.parametrize("keys", [{"part": "phase"}, {"order": 0}])
def test_what_cannot_be_used_is_said(keys):
    with pytest.raises(InputError):
        judge(draw(0).impedance(F), **keys)
