"""Filament laws against published numbers, and the scatter of their threshold."""

from __future__ import annotations

import jax
import numpy as np
import pytest

from interlayer.physics.constants import FARADAY, LITHIUM_MOLAR_VOLUME
from interlayer.physics.filament.asr_exponential import AsrExponential
from interlayer.physics.filament.contact_threshold import ContactThreshold
from interlayer.physics.filament.griffith import GriffithFlaw
from interlayer.physics.filament.weibull import quantiles, scattered, survival
from tests.physics.test_equations import drive

CM2 = 1e-4


def test_critical_overpotentials_of_flaws():
    """Physics notes, 6.1: 620, 196, 88 MPa and 84, 27, 12 mV at 1, 10, 50 um and 1.1 MPa sqrt(m)."""
    found = [1e3 * float(GriffithFlaw(flaw_size=f"{a} um").critical_overpotential()) for a in (1, 10, 50)]
    np.testing.assert_allclose(found, [84, 27, 12], atol=0.6)  # printed there as whole millivolts
    pressures = np.array(found) * 1e-9 * FARADAY / LITHIUM_MOLAR_VOLUME
    np.testing.assert_allclose(pressures, [620, 196, 88], rtol=0.01)


def test_critical_current_of_a_flaw_is_its_overpotential_over_the_resistance():
    felt = drive(-1.0)._replace(interface_resistance=300 * CM2)
    law = GriffithFlaw(flaw_size="10 um")
    np.testing.assert_allclose(law.threshold(felt), 26.4e-3 / (300 * CM2), rtol=0.01)  # 0.088 mA/cm2
    deeper = GriffithFlaw(flaw_size="40 um").threshold(felt)
    np.testing.assert_allclose(law.threshold(felt) / deeper, 2.0, rtol=1e-12)


@pytest.mark.parametrize(("resistance", "current"), [(537, 0.2), (88, 1.7)])
def test_exponential_law_joins_the_two_published_cells(resistance, current):
    """Per interface at 1.91 cm2: 562 and 92 ohm of the cell are 537 and 88 ohm cm2 (physics notes, 2.1 and 6.1)."""
    felt = drive(-1.0)._replace(interface_resistance=resistance * CM2)
    np.testing.assert_allclose(AsrExponential().threshold(felt), 10.0 * current, rtol=0.02)


def test_a_filament_starts_at_the_threshold_and_not_below():
    felt = drive(-10.0)._replace(interface_resistance=100 * CM2)
    for law in (AsrExponential(), GriffithFlaw(flaw_size="1 um"), ContactThreshold()):
        start = float(law.threshold(felt)) * float(law.share(felt)) / felt.filament_reach
        for factor, grows in ((0.99, False), (1.01, True)):
            pushed = felt._replace(current=-factor * start)
            speed = float(law.rates(law.start(pushed), pushed)["filament_length"])
            assert (speed > 0.0) is grows


def test_leaking_electrons_grow_a_filament_below_the_threshold():
    """V_Li/F times the leak sigma eta / L, 300-fold at the tip."""
    felt = drive(-0.1)._replace(interface_resistance=300 * CM2, contact_fraction=1.0)
    law = ContactThreshold(electronic_conductivity="1e-8 S/cm")
    leak = 1e-6 * 0.1 * 300 * CM2 / 5.5e-4
    expected = 300 * 12.997e-6 / FARADAY * leak
    np.testing.assert_allclose(law.rates(law.start(felt), felt)["filament_length"], expected, rtol=1e-9)
    still = felt._replace(current=0.1)
    assert float(law.rates(law.start(still), still)["filament_length"]) == 0.0


def test_without_scatter_area_and_luck_do_not_matter():
    for area, quantile in ((1e-5, 0.01), (1.0, 0.99)):
        law = ContactThreshold(quantile=quantile)
        assert float(law.threshold(drive(-1.0)._replace(area=area))) == float(law.threshold_current)


def test_larger_electrodes_fail_earlier():
    """i*(A) = i*_ref (A_ref/A)^(1/m), and weakest-link: the median of the least of n pieces is that of n-fold area."""
    law = ContactThreshold(inverse_modulus=0.25, reference_area="1 cm2")
    one, sixteen = (float(law.threshold(drive(-1.0)._replace(area=a * CM2))) for a in (1.0, 16.0))
    np.testing.assert_allclose(one, law.threshold_current, rtol=1e-12)
    np.testing.assert_allclose(sixteen, one / 2.0, rtol=1e-12)
    batch = scattered(law, 16 * 4000, seed=1)
    drawn = np.asarray(batch.threshold(drive(-1.0)._replace(area=CM2)))
    np.testing.assert_allclose(np.median(drawn.reshape(4000, 16).min(axis=1)), sixteen, rtol=0.02)


def test_scatter_has_the_published_chance_to_pass():
    """Physics notes, 10.6 d: chance to pass 1.7 is 0.06 for a median of 1.2 and 0.58 for 1.8, m = 4."""
    np.testing.assert_allclose(survival(1.7, 1.2, 4.0), 0.06, atol=0.005)
    np.testing.assert_allclose(survival(1.7, 1.8, 4.0), 0.58, atol=0.005)
    law = scattered(ContactThreshold(inverse_modulus=0.25, threshold_current="1.8 mA/cm2"), 20000, seed=7)
    drawn = np.asarray(law.threshold(drive(-1.0)._replace(area=CM2)))
    np.testing.assert_allclose((drawn > 17.0).mean(), survival(1.7, 1.8, 4.0), atol=0.01)


def test_the_same_seed_gives_the_same_cells():
    np.testing.assert_array_equal(quantiles(5, 3), quantiles(5, 3))
    assert not np.array_equal(quantiles(5, 3), quantiles(5, 4))


def test_a_batch_runs_at_once():
    law = scattered(ContactThreshold(inverse_modulus=0.25), 6, seed=0)
    felt = drive(-10.0)
    axes = jax.tree.unflatten(
        jax.tree.structure(law), [0 if np.ndim(v) else None for v in jax.tree.leaves(law)]
    )
    lengths = jax.vmap(
        lambda one: one.advance(one.start(felt), felt, 1.0)["filament_length"], in_axes=(axes,)
    )(law)
    order = np.argsort(np.asarray(law.quantile))
    assert (np.diff(np.asarray(lengths)[order]) <= 0.0).all()
    assert len(set(np.asarray(lengths).tolist())) > 1
