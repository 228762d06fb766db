"""Many lives at once: each is the life that `simulate` makes."""

from __future__ import annotations

import jax
import numpy as np
import pytest

from interlayer import cells
from interlayer.build import build
from interlayer.cohort import run_cohort
from interlayer.errors import InputError
from interlayer.linearisation import spectra_ohm, spectrum_ohm
from interlayer.protocol import Protocol
from interlayer.record import schema as s
from interlayer.simulation import simulate
from interlayer.system import start
from tests.listed import FULL_SYSTEMS, SYSTEMS

HOUR = 3600.0
TEMPERATURES = (288.15, 298.15, 308.15)


def systems(name):
    """Three cells at different temperatures, all other numbers shared."""
    made = jax.tree.map(lambda v: np.asarray(v, dtype=float), build(cells.load(name)).system)
    return made._replace(temperature=np.asarray(TEMPERATURES))


@pytest.fixture(scope="module")
def cohort():
    return run_cohort(systems("ding2024/bare"), [-1.0, 1.0], [HOUR, HOUR], 40, width=2)


def test_each_life_is_that_of_simulate(cohort):
    cell = cells.load("ding2024/bare").override({"temperature": f"{TEMPERATURES[2] - 273.15:.2f} degC"})
    record = simulate(cell, Protocol.cycling("0.1 mA/cm2", "1 hour", 40, eis_at_cycles=[]))
    volts = record.table[s.VOLTAGE].to_numpy().reshape(40, 2, -1)
    np.testing.assert_allclose(cohort.ends[2], volts[:, :, -1], rtol=1e-9)
    np.testing.assert_allclose(cohort.last[2], volts[-1], rtol=1e-9)
    assert (cohort.short == -1).all()


def test_spectra_of_a_series_are_those_one_by_one():
    made = SYSTEMS["coated"]
    y = start(made)
    series = jax.tree.map(lambda v: np.stack([v, 0.9 * v, 0.5 * v]), y)
    hertz = np.geomspace(1e6, 0.1, 20)
    together = spectra_ohm(made, series, hertz)
    for k, z in enumerate(together):
        alone = spectrum_ohm(made, jax.tree.map(lambda v, k=k: v[k], series), hertz)
        np.testing.assert_allclose(z, alone, rtol=1e-12)


def test_width_and_threads_change_nothing(cohort):
    other = run_cohort(systems("ding2024/bare"), [-1.0, 1.0], [HOUR, HOUR], 40, width=3, threads=1)
    for one, two in zip(cohort, other, strict=True):
        np.testing.assert_allclose(two, one, rtol=1e-9)


def test_interface_grows_and_is_smaller_when_warm(cohort):
    assert (np.diff(cohort.interface[1]) > 0.0).all()
    assert (np.diff(cohort.interface[:, 0]) < 0.0).all()


def test_lives_end_at_a_short():
    found = run_cohort(systems("ding2024/bare"), [-14.0, 14.0], [HOUR, HOUR], 20, width=2)
    assert (found.short >= 0).all()
    for ends, short in zip(found.ends, found.short, strict=True):
        assert np.isfinite(ends[:short]).all()
        assert np.isnan(ends[short:]).all()


@pytest.mark.parametrize("name", ["ding2024/bare", "ding2024/cuf2-20ul"])
def test_leaps_stay_within_their_tolerance(name):
    asked = systems(name), [-1.0, 1.0], [HOUR, HOUR], 240
    full, leapt = run_cohort(*asked, width=3), run_cohort(*asked, width=3, jump=1e-2)
    assert 8 * leapt.computed.sum() < 7 * leapt.computed.size
    np.testing.assert_allclose(leapt.ends, full.ends, rtol=1e-2)
    np.testing.assert_allclose(leapt.interface, full.interface, rtol=1e-2)
    np.testing.assert_allclose(leapt.last, full.last, rtol=1e-2)
    np.testing.assert_array_equal(leapt.short, full.short)


def test_a_short_is_found_between_leaps():
    # A current below the threshold of the fresh cold cell, which falls as the interphase grows.
    asked = systems("ding2024/bare"), [-1.48, 1.48], [HOUR, HOUR], 60
    full, leapt = run_cohort(*asked, width=3), run_cohort(*asked, width=3, jump=1e-2)
    np.testing.assert_array_equal(leapt.short, full.short)
    assert (full.short > 0).any()
    for one, other in zip(leapt.ends, full.ends, strict=True):
        np.testing.assert_array_equal(np.isnan(one), np.isnan(other))


def test_each_leaping_life_is_its_own():
    some = systems("ding2024/bare")
    asked = [-1.0, 1.0], [HOUR, HOUR], 120
    together = run_cohort(some, *asked, width=3, jump=1e-2)
    for k in range(3):
        one = jax.tree.map(lambda v, k=k: v[k : k + 1] if np.ndim(v) else v, some)
        alone = run_cohort(one, *asked, width=3, jump=1e-2)
        np.testing.assert_array_equal(alone.computed[0], together.computed[k])
        np.testing.assert_array_equal(alone.ends[0], together.ends[k])


def test_a_tolerance_that_makes_no_sense_is_refused():
    with pytest.raises(InputError, match="jump"):
        run_cohort(systems("ding2024/bare"), [1.0], [HOUR], 3, jump=0.5)


@pytest.mark.parametrize(
    "asked", [([], [], 3), ([1.0], [HOUR, HOUR], 3), ([1.0], [HOUR], 0), ([1.0] * 65, [HOUR] * 65, 1)]
)
def test_what_is_no_cycle_is_refused(asked):
    with pytest.raises(InputError):
        run_cohort(systems("ding2024/bare"), *asked)


def test_full_cells_are_refused():
    with pytest.raises(InputError, match="simulate_batch"):
        run_cohort(next(iter(FULL_SYSTEMS.values())), [1.0], [HOUR], 1)
