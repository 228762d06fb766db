"""R_b, R_gb and R_int of cells with known truth."""

from __future__ import annotations

import numpy as np
import pytest

from interlayer.circuits import fit_spectrum, resistances
from tests.circuits.spectra import WINDOW, arc, cell, with_noise

CELLS = {
    "coated": {"interfaces": ((92.0, 3e-6, 0.9),)},
    "coated, flat arc": {"interfaces": ((60.0, 1e-5, 0.8),)},
    "bare": {"interfaces": ((562.0, 3e-6, 0.85),)},
    "aged: interphase beside charge transfer": {"interfaces": ((560.0, 3e-6, 0.9), (3500.0, 5e-6, 0.85))},
    "two arcs, ratio 8": {"interfaces": ((300.0, 2e-6, 0.9), (600.0, 8e-6, 0.9))},
    "two arcs that overlap": {"interfaces": ((300.0, 3e-6, 0.95), (300.0, 6e-6, 0.95))},
    "no tail": {"warburg": None, "slow": None},
    "fast grain boundary": {"boundary": (100.0, 1e-9, 0.95)},
    "slow grain boundary": {"boundary": (100.0, 1e-8, 0.9), "interfaces": ((100.0, 1e-6, 0.9),)},
    "leads": {"inductance": 1e-6},
    "strong diffusion": {"warburg": (40.0, 30.0), "interfaces": ((60.0, 1e-5, 0.9),)},
    "faster diffusion": {"warburg": (20.0, 5.6), "interfaces": ((92.0, 3e-6, 0.9),)},
}


def of(z, f=WINDOW, **keys):
    return resistances(fit_spectrum(f, z), f, **keys)


@pytest.mark.parametrize("name", CELLS)
@pytest.mark.parametrize(("noise", "seeds"), [(0.0, 1), (1e-3, 2), (5e-3, 2)])
def test_sums_are_within_two_percent(name, noise, seeds):
    truth = sum(a[0] for a in CELLS[name].get("interfaces", ((300.0,),)))
    for seed in range(seeds):
        r = of(cell(**CELLS[name], noise=noise, seed=seed))
        assert r.R_int is not None and r.R_b_plus_R_gb is not None
        assert r.R_int.value == pytest.approx(truth, rel=0.02)
        assert r.R_b_plus_R_gb.value == pytest.approx(180.0, rel=0.02)
        assert r.R_int.stderr is not None
        assert abs(r.R_int.value - truth) < 5 * r.R_int.stderr
        assert r.R_int.unit == "ohm"


def test_bulk_and_boundary_are_parted_when_the_arc_is_seen():
    r = of(cell(noise=1e-3))
    assert r.R_b is not None and r.R_gb is not None and r.R_b_plus_R_gb is not None
    assert r.R_b.value == pytest.approx(80.0, rel=0.02)
    assert r.R_gb.value == pytest.approx(100.0, rel=0.02)
    assert r.R_b.stderr is not None and r.R_b_plus_R_gb.stderr is not None
    assert r.R_b_plus_R_gb.stderr < r.R_b.stderr


def test_bulk_and_boundary_are_only_summed_when_the_window_is_short():
    f = np.geomspace(1e5, 0.1, 61)
    r = of(cell(f, boundary=(100.0, 1e-9, 0.95), noise=1e-3), f)
    assert r.R_b is None and r.R_gb is None
    assert r.R_b_plus_R_gb is not None
    assert r.R_b_plus_R_gb.value == pytest.approx(180.0, rel=0.02)
    assert any(n.startswith("R_b and R_gb cannot be parted") for n in r.notes)


def test_one_arc_and_no_boundary():
    omega = 2 * np.pi * WINDOW
    r = of(with_noise(20 + arc(omega, 100.0, 1e-6, 0.9), 2e-3))
    assert r.R_gb is None
    assert r.R_b_plus_R_gb is not None and r.R_int is not None
    assert r.R_b_plus_R_gb.value == pytest.approx(20.0, rel=0.02)
    assert r.R_int.value == pytest.approx(100.0, rel=0.02)


@pytest.mark.parametrize("inductance", [0.0, 1e-6])
@pytest.mark.parametrize("noise", [0.0, 2e-3])
def test_a_shorted_cell_is_a_resistor_without_interface(inductance, noise):
    omega = 2 * np.pi * WINDOW
    r = of(with_noise(3.0 + 1j * omega * inductance, noise))
    assert r.R_int is None
    assert r.R_b_plus_R_gb is not None
    assert r.R_b_plus_R_gb.value == pytest.approx(3.0, rel=0.005)
    assert any("no arc with the capacitance of an interface" in n for n in r.notes)


def test_an_interface_far_below_the_window_is_not_given_as_a_number():
    f = np.geomspace(1e6, 1e3, 31)
    r = of(cell(f, interfaces=((4000.0, 1e-5, 0.9),), noise=2e-3), f)
    assert r.R_int is None or (r.R_int.stderr or 0) > 0.1 * r.R_int.value
    assert r.R_b_plus_R_gb is not None
    assert r.R_b_plus_R_gb.value == pytest.approx(180.0, rel=0.02)


def test_blocking_contacts_have_no_interface_resistance():
    omega = 2 * np.pi * WINDOW
    z = with_noise(100 + arc(omega, 1000.0, 1e-9, 0.95) + 1 / (1e-6 * (1j * omega) ** 0.9), 2e-3)
    r = of(z)
    assert r.R_int is None
    assert r.R_b_plus_R_gb is not None
    assert r.R_b_plus_R_gb.value == pytest.approx(1100.0, rel=0.02)


def test_the_area_moves_the_borders():
    omega = 2 * np.pi * WINDOW
    z = 50 + arc(omega, 200.0, 2e-7)
    assert of(z).interface == ("R1",)
    # 2e-7 F on 10 cm2 is 2e-8 F/cm2: a pellet's own
    r = of(z, area_m2=10e-4)
    assert r.interface == () and r.electrolyte == ("R0", "R1")


def test_the_tail_is_named_and_not_counted():
    f = np.geomspace(7e6, 0.01, 90)
    r = of(cell(f, noise=1e-3), f)
    assert r.R_int is not None
    assert r.R_int.value == pytest.approx(300.0, rel=0.02)
    assert not set(r.tail) & set(r.interface)


def test_each_arc_is_explained():
    r = of(cell(noise=1e-3))
    text = " | ".join(r.notes)
    assert "Hsu-Mansfeld" in text
    assert "-> electrolyte" in text and "-> interface" in text
    assert "area unknown" in text
    assert "area unknown" not in " ".join(of(cell(noise=1e-3), area_m2=1e-4).notes)


def test_an_intercept_that_vanishes_is_not_given_an_error_of_zero():
    """Z -> 0 at the top of the window (a pellet of 2 kohm, no series resistance): only the sum is known."""
    frequency = np.geomspace(1e6, 1.0, 61)
    s = 2j * np.pi * frequency
    z = 2000 / (1 + 2000 * 2e-9 * s**0.98) + 5e4 / (1 + 5e4 * 2e-6 * s**0.9)
    noise = np.random.default_rng(4).normal(size=(2, 61))
    z = z * (1 + 1e-3 * (noise[0] + 1j * noise[1]))
    found = resistances(fit_spectrum(frequency, z), area_m2=1e-4)
    for parameter in (found.R_b, found.R_gb, found.R_b_plus_R_gb, found.R_int):
        assert parameter is None or parameter.stderr is None or parameter.stderr > 0.0
    assert found.R_b_plus_R_gb is not None
    assert found.R_b_plus_R_gb.value == pytest.approx(2000, rel=0.02)
