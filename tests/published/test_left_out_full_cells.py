"""Each number that full cells and filaments were calibrated on, predicted without itself."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from interlayer import cells, units
from interlayer.build import build
from interlayer.metrics.capacity_retention import retention
from interlayer.published.ding2024 import full_cell_left_out as left_out
from interlayer.published.ding2024 import full_cells, posterior, priors, threshold_left_out
from interlayer.published.ding2024.comparison import published
from interlayer.simulation import simulate


def test_every_calibrating_number_is_left_out_once():
    """Symmetric cells by the posterior, full cells by step, the critical current (two rows) alone; 6.1 is 562/92."""
    ids = [one.id for one in posterior.observations()]
    ids += [*left_out.CAPACITIES, *left_out.COATED_OHMS, *left_out.BARE_OHMS, *left_out.RETENTIONS]
    assert len(ids) == len(set(ids)) == 31
    rows = {p.id for p in published() if p.role == "calibrates"}
    ramps = {row for row in rows if row.startswith(threshold_left_out.ID)}
    assert len(ramps) == 2
    assert set(ids) == rows - ramps - {"rint-ratio"}


def test_numbers_of_the_calibration_are_those_of_the_table():
    rows = {p.id: p.published for p in published()}
    assert tuple(rows[i] for i in left_out.CAPACITIES) == full_cells.COATED
    assert tuple(rows[i] for i in left_out.COATED_OHMS) == full_cells.OHMS["cuf2"]
    assert tuple(rows[i] for i in left_out.BARE_OHMS) == full_cells.OHMS["bare"]
    kept = [100.0 * kept for *_, kept in full_cells.RETENTIONS]
    assert [rows[i] for i in left_out.RETENTIONS] == pytest.approx(kept)


def test_priors_hold_what_the_calibration_found():
    """The shipped values lie inside the central 98 % of the priors that leave-one-out falls back on."""
    coated, bare = (
        build(
            cells.load(f"ding2024/lfp-{kind}").override({"parameters": full_cells.FULL_CELL_SET})
        ).system.sides[0]
        for kind in ("cuf2", "bare")
    )
    values = {
        "cathode_contact_coated": coated.cathode_contact.initial_resistance,
        "cathode_contact_bare": bare.cathode_contact.initial_resistance,
        "cathode_calendar_rate": coated.cathode_contact.calendar_rate,
        "cathode_damage_rate": bare.cathode_contact.damage_rate,
        "cathode_cycle_loss": coated.cathode_fade.cycle_loss,
        "cathode_hourly_loss": coated.cathode_fade.hourly_loss,
    }
    assert set(values) == {p.name for p in priors.left_to_full_cells()}
    for name, value in values.items():
        assert abs(priors.load()[name].coordinate(float(value))) < 2.33, name


def test_a_sum_of_two_resistances_is_left_out_in_closed_form():
    """Contact fixed at 57 ohm: without 175 ohm what is left is the prior of the growth, and the score says so."""
    rng = np.random.default_rng(0)
    z = rng.standard_normal((50_000, 2))
    contact, growth = 57.0 * np.exp(0.3 * z[:, 0]), 10.0 * np.exp(1.5 * z[:, 1])
    found = np.log(np.stack([46.0 + contact, 54.0 + contact + growth], axis=1))
    step = left_out.Step(left_out.COATED_OHMS, ("contact", "growth"), z, found, np.array([1e-3, 1e-3]))
    first, second = left_out.score(step)
    assert (first.id, first.observed, first.unit) == ("rint-lfp-cuf2-0", 103.0, "ohm")
    assert first.opened == ()  # 175 ohm bounds the contact from above
    assert first.p95 < 46.0 + 175.0 - 54.0
    assert second.opened == ("growth",)
    wanted = 54.0 + 57.0 + 10.0 * np.exp(1.5 * np.array([-1.6449, -0.6745, 0.0, 0.6745, 1.6449]))
    assert [second.p05, second.p25, second.p50, second.p75, second.p95] == pytest.approx(wanted, rel=0.03)


@pytest.fixture(scope="module")
def coated():
    return build(cells.load("ding2024/lfp-cuf2").override({"parameters": full_cells.FULL_CELL_SET}))


def test_a_capacity_factor_scales_capacity_and_divides_resistance(coated):
    """cap(r, s, q) = q cap(r / q, s, 1): current per capacity falls as capacity rises. Steps in time leave 0.1 %."""

    def found(r, q):
        changed = full_cells.with_cathode(coated, np.log([r, 1.4, q]))
        record = simulate(changed.cell, full_cells.rate_test(1), built=changed)
        return full_cells.levels(record, coated.cell.active_mass_kg)

    assert found(0.108, 1.08) == pytest.approx(1.08 * found(0.1, 1.0), rel=1e-3)


@pytest.mark.slow
def test_what_is_interpolated_agrees_with_simulations_between(coated):
    """`pytest -m slow`: capacities within three of the stated deviations, retentions within half of their error."""
    surface = left_out.capacity_surface(coated)
    for r, spread in ((0.115, 1.418), (0.05, 1.9), (0.3, 0.9)):
        changed = full_cells.with_cathode(coated, np.log([r, spread, 1.0]))
        record = simulate(changed.cell, full_cells.rate_test(), built=changed)
        wanted = full_cells.levels(record, coated.cell.active_mass_kg)
        got = np.exp(surface.log_capacity(np.log([r]), np.array([spread]))[0])
        assert (np.abs(got / wanted - 1.0) < 3.0 * surface.roughness).all(), (r, spread)
    assert (surface.roughness[[0, 1, 4]] < 0.5 * full_cells.READING).all()
    assert surface.roughness.max() < 2.0 * full_cells.READING
    coefficients, roughness = left_out.retention_polynomials(coated)
    error = np.hypot(np.sqrt(2.0) * full_cells.READING, roughness)
    assert (roughness < full_cells.READING).all()
    for x, y in ((0.36, 0.56), (0.9, 0.1), (0.1, 1.1)):
        first = coated.system.sides[0]
        lost = dataclasses.replace(
            first.cathode_fade,
            cycle_loss=x * left_out.CYCLE_LOSS,
            hourly_loss=units.from_unit(y * left_out.HOURLY_LOSS, "1/hour"),
        )
        system = coated.system._replace(sides=(first._replace(cathode_fade=lost), coated.system.sides[1]))
        changed = dataclasses.replace(coated, system=system)
        terms = np.array([1.0, x, y, x**2, x * y, y**2])
        for k, (rate, cycles, _) in enumerate(full_cells.RETENTIONS):
            course = full_cells.cycling(f"{rate}C", cycles)
            record = simulate(changed.cell, course, built=changed, rtol=full_cells.COARSE)
            wanted = retention(record)[-1].value
            assert terms @ coefficients[:, k] == pytest.approx(wanted, rel=0.5 * error[k])
