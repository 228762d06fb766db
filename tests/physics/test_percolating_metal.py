"""Metal that conversion makes: its network of electrons, and the filler it is made from, which blocks ions."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import interlayer as il
from interlayer.build import build
from interlayer.chemistry import conversion
from interlayer.physics.filled_polymer import FilledPolymer
from interlayer.physics.layer import SaltInPolymer
from interlayer.physics.leakage.ohmic import OhmicLeak
from interlayer.physics.leakage.percolating_metal import PercolatingMetal
from tests.physics.test_equations import drive

H = 15e-6


def conductivity(law, xi=1.0):
    return H / float(law.resistance(H, xi)) / float(law.blocking_factor)


def test_at_the_anchor_it_is_what_was_measured():
    """Both ends of the measured pair, as the ohmic law has them: matrix before, whole layer after."""
    law = PercolatingMetal(reactant_volume_fraction=0.056 / 0.295)
    for xi in (0.0, 1.0):
        np.testing.assert_allclose(law.resistance(H, xi), OhmicLeak().resistance(H, xi), rtol=1e-9)


def test_metal_of_copper_fluoride_by_molar_volumes():
    """Physics notes 1.2: 7.09/24.01 cm3/mol."""
    assert conversion("CuF2").metal_volume_ratio == pytest.approx(7.09 / 24.01, rel=2e-3)
    np.testing.assert_allclose(PercolatingMetal().metal_fraction(0.5), 0.295 * 0.19 * 0.5, rtol=1e-12)


@pytest.mark.parametrize(
    ("phi", "gap"), [(0.025, 20.7), (0.046, 10.6), (0.07, 6.6), (0.10, 4.2), (0.15, 2.4)]
)
def test_network_follows_the_gaps_of_the_notes(phi, gap):
    """ln of the conductivity falls by twice the gap over the tunnelling length; gaps printed for 8 nm copper."""
    law = PercolatingMetal(reactant_volume_fraction=phi / 0.295, anchor_fraction=0.046)
    np.testing.assert_allclose(law.widening(1.0), 2.0 * (gap - 10.6), atol=0.25)
    np.testing.assert_allclose(law.metal(1.0), 6.6e-10 * np.exp(-float(law.widening(1.0))), rtol=1e-9)


def test_more_than_ten_decades_between_2_5_and_15_percent_copper():
    thin, thick = (
        float(PercolatingMetal(reactant_volume_fraction=p / 0.295).metal(1.0)) for p in (0.025, 0.15)
    )
    assert np.log10(thick / thin) > 10


def test_no_metal_no_particle_size_and_no_difference_break_nothing():
    def total(law, xi):
        return jnp.log(law.resistance(H, xi))

    for law in (
        PercolatingMetal(),
        PercolatingMetal(reactant_volume_fraction=0.0),
        PercolatingMetal(
            particle_diameter="1000 nm", tunnelling_length="0.05 nm", reactant_volume_fraction=1.0
        ),
        PercolatingMetal(conductivity_after="3.4e-12 S/cm"),
    ):
        for xi in (0.0, 1e-9, 0.5, 1.0):
            value, slopes = jax.value_and_grad(total, argnums=(0, 1))(law, jnp.asarray(xi))
            assert np.isfinite(value)
            assert all(np.isfinite(v) for v in jax.tree.leaves(slopes))
    assert conductivity(PercolatingMetal(reactant_volume_fraction=1.0, metal_ratio=1.0)) <= 1.01e5


def loaded(weight_percent: float) -> il.Cell:
    """The paper's 20 uL coat of 15 um from a solution with so much CuF2, 5 wt% binder."""
    cell = il.cells.load("ding2024/cuf2-20ul")
    solids = {"CuF2": f"{weight_percent} wt%", "PVDF": "5 wt%"}
    data = cell.as_dict()
    data["coating"] = {
        "material": "cuf2-pvdf",
        "drop_volume": "20 uL",
        "solution_density": "0.95 g/cm3",
        "solids": solids,
        "wetted_area": "1.54 cm2",
        "thickness": "15 um",
    }
    data["model"] = {"leakage": {"law": "percolating-metal"}, "layer": {"law": "filled-polymer"}}
    return il.Cell(**data)


def test_loading_of_the_solution_sets_the_leak_and_the_ion_path():
    """5, 10, 15 wt%: recipe -> volume fraction of reactant -> metal -> knee of the leak; ions lose steadily."""
    leaks, ions = [], []
    for percent in (5.0, 10.0, 15.0):
        side = build(loaded(percent)).system.sides[1]
        volume = 20.0 * 0.95 * percent / 100 / 4.23  # mm3 of CuF2 in 154 mm2 times 15 um
        np.testing.assert_allclose(side.leakage.reactant_volume_fraction, volume / (154 * 0.015), rtol=2e-3)
        np.testing.assert_allclose(side.leakage.metal_ratio, 0.2954, rtol=1e-3)
        binder = 20.0 * 0.95 * 0.05 / 1.78
        np.testing.assert_allclose(side.layer.filler_fraction, volume / (volume + binder), rtol=1e-2)
        leaks.append(conductivity(side.leakage))
        ions.append(float(side.layer.blocking()))
    assert leaks[1] / leaks[0] < 10 < leaks[2] / leaks[1]
    assert ions[0] > ions[1] > ions[2]


def test_filler_at_the_reference_is_salt_in_polymer():
    plain, filled = SaltInPolymer(thickness=H), FilledPolymer(thickness=H)
    felt = drive(2.0)
    for one in ("ohmic_resistance",):
        np.testing.assert_allclose(
            getattr(filled, one)(0.8, 298.15), getattr(plain, one)(0.8, 298.15), rtol=1e-12
        )
    np.testing.assert_allclose(
        filled.advance(filled.start(felt), felt, 30.0)["salt_modes"],
        plain.advance(plain.start(felt), felt, 30.0)["salt_modes"],
        rtol=1e-12,
    )


def test_filler_blocks_ions_by_bruggeman_and_holds_no_salt():
    """Resistance and salt swing rise alike by ((1 - 0.19)/(1 - 0.46))^1.5; relaxation slows by k^0.5."""
    felt, k = drive(2.0), 0.54 / 0.81
    plain, filled = SaltInPolymer(thickness=H), FilledPolymer(thickness=H, filler_fraction=0.46)
    ratio = float(filled.ohmic_resistance(0.8, 310.0) / plain.ohmic_resistance(0.8, 310.0))
    np.testing.assert_allclose(ratio, k**-1.5, rtol=1e-12)
    swings = [float(law.advance(law.start(felt), felt, 1e9)["salt_modes"].sum()) for law in (plain, filled)]
    np.testing.assert_allclose(swings[1] / swings[0], k**-1.5, rtol=1e-9)
    np.testing.assert_allclose(filled.decay(310.0) / plain.decay(310.0), k**0.5, rtol=1e-12)
