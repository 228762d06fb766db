"""Where lithium plates: against a numerical transmission line, closed limits, and balance."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.integrate import solve_bvp

import interlayer as il
from interlayer.build import build
from interlayer.physics.constants import FARADAY
from interlayer.physics.filament.contact_threshold import ContactThreshold
from interlayer.physics.plating.by_conduction import PlatingByConduction
from tests.physics.test_equations import drive

H = 15e-6


def felt(sigma_i: float, sigma_e: float, h: float = H, current: float = -2.0, coverage: float = 1.0):
    """Layer of given conductivities in S/m at 25 degC."""
    return drive(current)._replace(
        temperature=298.15,
        layer_thickness=h,
        layer_resistance=h / sigma_i,
        leak_resistance=h / sigma_e,
        coverage=coverage,
    )


@pytest.mark.parametrize("inside", [1e3, 1e6, 3e8])
@pytest.mark.parametrize(("sigma_i", "sigma_e"), [(1e-2, 1e-4), (1e-3, 1e-3), (1e-4, 5e-2)])
def test_shares_are_those_of_a_numerical_transmission_line(sigma_i, sigma_e, inside):
    """scipy's boundary value solver on Ohm's law for ions and electrons and the local deposition rate."""
    g0, gh, total = 200.0, 50.0, 1.0
    scale = g0  # conductivities in h g0, so that the solver sees numbers near one

    def slopes(z, y):
        eta, ions = y
        electrons = total - ions
        return np.stack([H * (ions / sigma_i - electrons / sigma_e) * scale, H * inside / scale * eta])

    def ends(a, b):
        # ions that reach the electrode's face are reduced there; electrons that reach the electrolyte likewise
        return np.array([a[1] - g0 / scale * a[0], (total - b[1]) - gh / scale * b[0]])

    z = np.linspace(0, 1, 400)
    solved = solve_bvp(slopes, ends, z, np.ones((2, z.size)), tol=1e-9, max_nodes=100_000)
    assert solved.success
    law = PlatingByConduction(lithium_conductance=g0, electrolyte_conductance=gh, inside_conductance=inside)
    shares = law.shares(felt(sigma_i, sigma_e))
    reached = solved.sol(np.array([0.0, 1.0]))[1]
    np.testing.assert_allclose(
        shares, [reached[0], reached[1] - reached[0], total - reached[1]], rtol=1e-5, atol=1e-8
    )
    np.testing.assert_allclose(sum(shares), 1.0, rtol=1e-12)


def test_without_electrons_in_the_layer_all_plates_on_the_electrode():
    law = PlatingByConduction(inside_conductance="1e6 S/cm3")
    lithium = [float(law.shares(felt(1e-2, sigma)).lithium) for sigma in (1e-8, 1e-12, 1e-20)]
    assert lithium[0] < lithium[1] < lithium[2]
    np.testing.assert_allclose(lithium[2], 1.0, atol=1e-6)


def test_electrons_that_are_faster_than_ions_plate_at_the_electrolyte():
    law = PlatingByConduction()
    for sigma_i, sigma_e in ((1e-12, 1e-3), (1e-8, 1e4)):
        np.testing.assert_allclose(law.shares(felt(sigma_i, sigma_e)).electrolyte, 1.0, atol=1e-4)


@pytest.mark.parametrize("ratio", [1e-6, 1e-2, 1.0, 30.0])
def test_where_plating_is_easy_the_layer_divides_current_by_its_two_conductivities(ratio):
    """Both faces at the potential of lithium: ions and electrons carry current in parallel."""
    law = PlatingByConduction(lithium_conductance="1e4 S/cm2", electrolyte_conductance="1e4 S/cm2")
    shares = law.shares(felt(1e-3, 1e-3 * ratio))
    np.testing.assert_allclose(shares.electrolyte, ratio / (1 + ratio), rtol=1e-4)
    assert float(shares.inside) == 0.0


def test_a_thin_layer_leaves_it_to_the_kinetics():
    law = PlatingByConduction(lithium_conductance="0.03 S/cm2", electrolyte_conductance="0.01 S/cm2")
    for h in (0.0, 1e-12):
        np.testing.assert_allclose(law.shares(felt(1e-2, 1e-3, h)), [0.75, 0.0, 0.25], atol=1e-6)


def test_where_nothing_nucleates_nothing_plates():
    assert float(PlatingByConduction(electrolyte_conductance=0.0).shares(felt(1e-6, 1e2)).electrolyte) == 0.0
    easy = PlatingByConduction(inside_conductance="1e9 S/cm3")
    assert float(easy.shares(felt(1e-3, 1e-3)).inside) > 0.95


def test_thicker_and_more_electronic_means_more_at_the_electrolyte_of_a_poor_ion_conductor():
    law = PlatingByConduction()
    by_thickness = [float(law.shares(felt(1e-4, 1.0, h)).electrolyte) for h in (1e-7, 1e-6, 1e-5)]
    by_electrons = [float(law.shares(felt(1e-4, s)).electrolyte) for s in (1e-6, 1e-4, 1e-2)]
    assert by_thickness == sorted(by_thickness)
    assert by_electrons == sorted(by_electrons)


def test_amounts_follow_faraday_and_are_stripped_until_none_is_left():
    law = PlatingByConduction(inside_conductance="100 S/cm3")
    plating = felt(1e-3, 1e-3, coverage=0.6)
    shares = law.shares(plating)
    states = law.advance(law.start(plating), plating, 3600.0)
    passed = 2.0 * 3600.0 / FARADAY * 0.6
    np.testing.assert_allclose(states["lithium_at_electrolyte"], passed * shares.electrolyte, rtol=1e-12)
    np.testing.assert_allclose(states["lithium_inside"], passed * shares.inside, rtol=1e-12)
    for seconds, left in ((1800.0, 0.5), (7200.0, 0.0)):
        after = law.advance(states, plating._replace(current=2.0), seconds)
        np.testing.assert_allclose(
            law.lithium_bound(after), left * law.lithium_bound(states), rtol=1e-12, atol=1e-30
        )


def test_a_filament_feels_what_plates_at_the_electrolyte():
    """Overload: threshold times the share, on the covered face; the whole current on the bare one."""
    law, filament = PlatingByConduction(), ContactThreshold()
    for coverage, weight in ((1.0, 0.0), (0.7, 0.0), (0.7, 0.5)):
        law = PlatingByConduction(elsewhere_weight=weight)
        around = felt(1e-3, 1e-3, coverage=coverage)
        share = float(law.shares(around).electrolyte)
        expected = 1 - coverage + coverage * (share + weight * (1 - share))
        reach = law.filament_reach(around)
        np.testing.assert_allclose(reach, expected, rtol=1e-12)
        whole, part = (filament.overload(around._replace(filament_reach=r)) for r in (1.0, reach))
        np.testing.assert_allclose(part / whole, expected, rtol=1e-12)


def test_gradients_are_finite_at_no_thickness_no_current_and_no_nuclei():
    def total(law, h, sigma_e, current):
        around = felt(1e-3, sigma_e, h, current)
        states = law.advance(law.start(around), around, 60.0)
        return sum(law.shares(around)) + sum(states.values()) + law.filament_reach(around)

    for h in (0.0, H):
        for current in (0.0, -1.0):
            slopes = jax.grad(total, argnums=(0, 1, 2, 3))(
                PlatingByConduction(), *map(jnp.asarray, (h, 1e-9, current))
            )
            assert all(np.isfinite(v) for v in jax.tree.leaves(slopes))


def test_the_series_meets_the_closed_form():
    """Shares on both sides of the point where hyperbolic functions are taken over by their series."""
    law = PlatingByConduction()
    around = felt(1e-3, 1e-3)
    inside = 1e-3 / (H * float(law.line(around).both))  # x squared is 0.001 there
    below, above = (
        np.array(PlatingByConduction(inside_conductance=inside * f).shares(around))
        for f in (1 - 1e-9, 1 + 1e-9)
    )
    np.testing.assert_allclose(below, above, rtol=1e-8)


def test_a_record_shows_how_much_lies_where():
    """Of a cell described by name: lithium at the electrolyte is the share times what is plated, and comes back."""
    cell = il.cells.load("ding2024/cuf2-20ul").override(
        {
            "model.plating.law": "by-conduction",
            "model.layer.law": "solid-film",
            "model.leakage.conductivity_before": "1e-6 S/cm",
            "model.leakage.conductivity_after": "1e-6 S/cm",
            "model.layer.conductivity": "1e-6 S/cm",
            "model.leakage.blocking_factor": "1",
        }
    )
    made = build(cell)
    steps = ["Plate at 0.1 mA/cm2 for 1 hour", "Strip at 0.1 mA/cm2 for 1 hour"]
    record = il.simulate(cell, il.Protocol(steps), built=made)
    amount = record.table["Lithium at Electrolyte 1 / mol/m2"].to_numpy()
    side = made.system.sides[0]
    layer, coverage = side.layer_thickness(), side.coverage.coverage(side.layer_thickness())
    ions, electrons = layer / 1e-4 / coverage, layer / 1e-4
    around = felt(1.0, 1.0, layer)._replace(layer_resistance=ions, leak_resistance=electrons)
    expected = side.plating.shares(around).electrolyte * coverage * 3600.0 / FARADAY
    np.testing.assert_allclose(amount.max(), expected, rtol=1e-6)
    assert 0.3 < float(expected) / (3600.0 / FARADAY) < 0.6
    np.testing.assert_allclose(amount[-1], 0.0, atol=1e-9)
