"""Full cells: energy, areal capacity, voltage curves, dQ/dV and growth of polarisation, against closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interlayer.errors import InputError
from interlayer.metrics import evaluate
from interlayer.metrics.incremental_capacity import charge_per_voltage, incremental_capacity, peaks
from interlayer.metrics.voltage_curves import voltage_curves
from tests.metrics.records import AREA, alternating, cycled
from tests.metrics.test_cycles import FULL
from tests.metrics.test_kind_of_test import half_cell

I = 1e-4


def full(law, cycles=3, *, duration=3600.0, samples=201, current=I, **keys):
    currents = alternating([current] * cycles)
    return cycled(currents, None, law=law, duration=duration, samples=samples, cell=FULL, **keys)


def sloped(k, share, i):
    """3.2 V to 3.6 V along the charge, and back, with 1000 ohm."""
    return 3.4 + np.sign(i) * 0.4 * (share - 0.5) + 1000.0 * i


def values(record, name):
    return [m.value for m in evaluate(record, [name])]


def test_energy_efficiency_is_the_ratio_of_mean_voltages_where_charge_is_conserved():
    """Mean voltages 3.5 and 3.3 V at the same charge; a straight line is integrated exactly by trapezia."""
    found = evaluate(full(sloped), ["energy_efficiency"])
    assert [m.value for m in found] == pytest.approx([100.0 * 3.3 / 3.5] * 3, rel=1e-6)
    assert [m.cycle for m in found] == [1, 2, 3]


@given(st.floats(0.5, 0.999), st.floats(0.0, 3000.0))
@settings(max_examples=20, deadline=None)
def test_energy_efficiency_is_coulombic_times_voltage_efficiency(coulombic, ohm):
    duration = np.tile([3600.0, 3600.0 * coulombic], 2)
    record = full(lambda _k, x, i: 3.4 + ohm * i + 0.0 * x, 2, duration=duration)
    expected = 100.0 * coulombic * (3.4 - ohm * I) / (3.4 + ohm * I)
    assert values(record, "energy_efficiency") == pytest.approx([expected] * 2, rel=1e-6)


def test_capacity_per_area():
    each = 0.1 / (AREA * 1e4)
    assert values(full(sloped), "areal_discharge_capacity") == pytest.approx([each] * 3)
    assert values(full(sloped, area=None), "areal_charge_capacity") == [None]


def test_voltage_curves_hold_the_rows_of_their_cycle():
    curves = voltage_curves(full(sloped))
    assert [(c.cycle, c.direction) for c in curves] == [(k, d) for k in (1, 2, 3) for d in (1, -1)]
    one = voltage_curves(full(sloped), cycles=[2])[0]
    assert one.unit == "mAh/g"
    assert one.capacity[-1] == pytest.approx(100.0)  # 0.1 mAh of 1 mg
    # V = 3.2 + 0.1 + 0.4 q/q_end
    np.testing.assert_allclose(one.voltage_V, 3.3 + 0.4 * one.capacity / one.capacity[-1], atol=1e-9)
    assert voltage_curves(cycled(alternating([I]), 500.0)) == ()


def test_polarisation_grows_against_the_first_cycle_at_the_same_current():
    """250 ohm more in each cycle: the gap 2 I R grows by 50 mV a cycle at 0.1 mA."""
    record = full(lambda k, x, i: 3.4 + 0.2 * np.sign(i) * (x - 0.5) + (1000.0 + 250.0 * (k // 2)) * i, 4)
    found = evaluate(record, ["polarisation_growth"])
    assert [m.value for m in found] == pytest.approx([50.0, 100.0, 150.0], abs=1e-6)
    assert all("reference is cycle 1" in m.evidence[0] for m in found)


# --- dQ/dV -----------------------------------------------------------------------------------------------


@given(
    st.lists(st.floats(2.5, 4.2), min_size=3, max_size=60),
    st.lists(st.floats(0.0, 1.0), min_size=60, max_size=60),
    st.floats(2e-3, 2e-2),
)
@settings(max_examples=50, deadline=None)
def test_all_charge_is_found_again_whatever_the_voltage_does(volt, steps, width):
    charge = np.cumsum(steps[: len(volt)])
    at, density = charge_per_voltage(charge, np.array(volt), width=width, grid=1e-3)
    assert density.sum() * 1e-3 == pytest.approx(charge[-1] - charge[0], rel=1e-9, abs=1e-12)
    assert (density > -1e-9 * max(charge[-1], 1.0)).all()
    assert np.diff(at) == pytest.approx(1e-3)


def test_a_plateau_becomes_the_gaussian_of_the_stated_width():
    """All charge at 3.45 V: Q exp(-(V - 3.45)^2/2 w^2)/(w sqrt(2 pi))."""
    charge = np.linspace(0.0, 2.0, 100)
    at, density = charge_per_voltage(charge, np.full(100, 3.4505), width=5e-3, grid=1e-3)
    expected = 2.0 * np.exp(-0.5 * ((at - 3.4505) / 5e-3) ** 2) / (5e-3 * np.sqrt(2 * np.pi))
    np.testing.assert_allclose(density, expected, atol=2e-3 * expected.max())


def test_a_slope_has_the_inverse_slope():
    charge = np.linspace(0.0, 1.0, 37)
    at, density = charge_per_voltage(charge, 3.0 + 0.5 * charge)
    inside = (at > 3.05) & (at < 3.45)
    np.testing.assert_allclose(density[inside], 2.0, rtol=1e-6)


def test_noise_of_the_voltage_broadens_and_does_not_bias():
    rng = np.random.default_rng(1)
    charge = np.linspace(0.0, 1.0, 5000)
    volt = 3.4 + 0.02 * np.arctanh(np.clip(2 * charge - 1, -0.999, 0.999))
    clean, noisy = (
        charge_per_voltage(charge, volt + n * rng.standard_normal(5000), width=5e-3) for n in (0, 1e-3)
    )
    for at, density in (clean, noisy):
        found = peaks(at, density)
        assert found.size == 1
        assert found[0] == pytest.approx(3.4, abs=1.5e-3)


def two_steps(_k, share, i):
    """Two plateaus, at 3.4 and 3.8 V, which a charge passes one after the other: dQ/dV has two peaks."""
    inside = share if i > 0 else 1.0 - share
    first = 0.02 * np.arctanh(np.clip(4 * inside - 1, -0.999, 0.999))
    second = 0.02 * np.arctanh(np.clip(4 * inside - 3, -0.999, 0.999))
    return np.where(inside < 0.5, 3.4 + first, 3.8 + second) + 100.0 * i


def test_peaks_of_a_record_stand_at_the_plateaus_shifted_by_the_resistance():
    record = full(two_steps, samples=1001)
    one = incremental_capacity(record, 1, +1)
    assert sorted(one.peaks_V) == pytest.approx([3.41, 3.81], abs=2e-3)
    assert one.unit == "mAh/(g V)"
    back = incremental_capacity(record, 1, -1)
    assert sorted(back.peaks_V) == pytest.approx([3.39, 3.79], abs=2e-3)
    metric = evaluate(record, ["charge_peak"])[0]
    assert metric.value in [pytest.approx(x) for x in one.peaks_V]
    assert "smoothed over 5 mV" in metric.evidence[0]


def test_a_straight_line_has_no_peak():
    assert incremental_capacity(full(sloped), 1, +1).peaks_V.size == 0
    assert evaluate(full(sloped), ["charge_peak"])[0].value is None


def test_wrong_cycles_and_widths_are_refused():
    with pytest.raises(InputError, match="cycles 1 to 3 have one"):
        incremental_capacity(full(sloped), 9, 1)
    with pytest.raises(InputError, match="width"):
        incremental_capacity(full(sloped), 1, 1, width_V=0.0)


# --- half cells of a negative electrode ------------------------------------------------------------------


def test_graphite_against_lithium_gives_back_on_charge():
    """It takes 0.1 mAh on each discharge and gives 0.09 mAh on each charge."""
    record = half_cell()
    shorter = cycled(
        -alternating([I] * 3),
        None,
        law=lambda _k, x, i: 0.05 + 1.0 * (1.0 - (x if i < 0 else 1.0 - x)) ** 3 + 100.0 * i + 0.02,
        duration=np.tile([3600.0, 3240.0], 3),
        samples=60,
    )
    assert values(record, "coulombic_efficiency") == pytest.approx([100.0] * 3)
    assert values(shorter, "coulombic_efficiency") == pytest.approx([90.0] * 3)
    assert values(shorter, "capacity_retention") == pytest.approx([100.0] * 3)
    assert "first complete charge" in evaluate(shorter, ["capacity_retention"])[0].evidence[1]
    assert values(shorter, "energy_efficiency") == [None]
    assert values(shorter, "plateau_overpotential") == [None]
