"""Each verdict on records whose truth a closed form declares."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from interlayer.failures.judge import find_verdict
from interlayer.failures.verdict import FAILURES, SHORTS, Verdict
from interlayer.metrics.analysis import Analysis
from interlayer.record import schema as s
from tests.circuits.spectra import WINDOW, cell
from tests.failures.cells import (
    AMP,
    OHM,
    column,
    cycling,
    exploding,
    plating,
    sand,
    shunted,
    voids,
    voltages,
)
from tests.metrics.records import alternating, cycled, with_spectra

DESCRIBED = {
    "symmetric": True,
    "electrolyte": {"material": "LATP", "conductivity": "5e-4 S/cm"},
    "resolved": {"layers": [{"kind": "electrolyte", "thickness_m": 0.7e-3}], "temperature_K": 298.15},
}
"""0.7 mm, 5e-4 S/cm and 0.785 cm2: 178 ohm."""


def verdict(record) -> Verdict:
    found = find_verdict(Analysis(record))
    assert found.short in SHORTS
    assert found.failure in FAILURES
    assert 0.0 <= found.confidence <= 1.0
    assert found.evidence
    assert (found.time_s is None) == (found.half_cycle is None)
    return found


# --- shorts -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("remaining", "kind"), [(0.004, "hard"), (0.3, "soft"), (0.75, "soft")])
@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.95])
def test_a_short_in_cycling(remaining, kind, share):
    found = verdict(cycling(shunted(9, share, remaining)))
    assert (found.short, found.failure) == (kind, "none")
    assert abs(found.half_cycle - 9) <= 1
    assert found.time_s == pytest.approx((9 + share) * 3600.0, abs=3600.0)
    assert found.moments
    assert found.moments[0].time_s == found.time_s


@pytest.mark.parametrize("remaining", [0.003, 0.5, 0.8])
def test_a_short_in_unidirectional_plating(remaining):
    found = verdict(plating(shunted(0, 0.6, remaining)))
    assert found.short == ("hard" if remaining < 0.05 else "soft")
    assert found.time_s == pytest.approx(12 * 3600.0, abs=1800.0)


def test_a_filament_that_thickens_over_two_half_cycles():
    def law(k, x, _i):
        return OHM / (1.0 + 2.0 * np.clip((k + x - 8.3) / 2.0, 0.0, 1.0))

    found = verdict(cycling(law, 24))
    assert (found.short, found.failure) == ("soft", "none")
    assert 7 <= found.half_cycle <= 11


@pytest.mark.parametrize("remaining", [0.1, 0.7])
def test_what_opens_and_closes_is_recovering(remaining):
    rng = np.random.default_rng(3)
    begins = np.sort(rng.uniform(6.0, 12.0, 4))

    def law(k, x, _i):
        at = k + x
        low = np.any([(at >= b) & (at < b + 0.3) for b in begins], axis=0)
        return OHM * np.where(low, remaining, 1.0)

    found = verdict(cycling(law, 20))
    assert (found.short, found.failure) == ("recovering", "none")
    assert abs(found.half_cycle - int(begins[0])) <= 1


def test_dips_of_a_few_rows_lie_on_the_low_side():
    record = cycling(OHM, 12, samples=400)
    rng = np.random.default_rng(5)
    rows = np.sort(rng.choice(np.arange(2000, 4500), 9, replace=False))

    def change(volt, _time):
        for r in rows:
            volt[r : r + 4] *= 0.4
        return volt

    found = verdict(voltages(record, change))
    assert found.short == "recovering"
    assert found.half_cycle == rows[0] // 400
    assert any("comes back" in e for e in found.evidence)


def test_excursions_upwards_are_no_short():
    record = cycling(OHM, 12, samples=400)

    def change(volt, _time):
        for r in (2100, 2700, 3300):
            volt[r : r + 4] *= 1.6
        return volt

    assert verdict(voltages(record, change)).short == "none"


def test_a_hard_short_is_one_by_ohm_as_well():
    found = verdict(cycling(shunted(9, 0.5, 0.08, ohm=50.0), noise_V=2e-5))
    assert found.short == "hard"  # 4 ohm


# --- the ohmic floor --------------------------------------------------------------------------------------


def test_shorted_from_the_first_cycle_by_the_description():
    found = verdict(cycling(60.0, cell=DESCRIBED))
    assert (found.short, found.half_cycle) == ("soft", 0)
    assert any("178.3 ohm" in e and "description" in e for e in found.evidence)


def test_without_a_floor_it_is_not_assessed():
    found = verdict(cycling(60.0))
    assert found.short == "none"
    assert any("not assessed" in e for e in found.evidence)
    found = verdict(cycling(0.8, noise_V=0.0))
    assert found.short == "unknown"


def test_above_the_described_floor_nothing_is_wrong():
    found = verdict(cycling(260.0, cell=DESCRIBED))
    assert (found.short, found.failure) == ("none", "none")
    assert any("stays above the ohmic floor" in e for e in found.evidence)


def test_heat_lowers_a_floor_that_states_no_activation_energy():
    warm = {**DESCRIBED, "resolved": {**DESCRIBED["resolved"], "temperature_K": 338.15}}
    assert verdict(cycling(60.0, cell=warm)).short == "none"  # 178 ohm at 25 degC say little at 65 degC
    known = {**warm, "electrolyte": {**warm["electrolyte"], "activation_energy": "0.3 eV"}}
    # exp(0.3 eV/k (1/338 - 1/298)) = 0.25: the floor is 45 ohm, less a quarter
    assert verdict(cycling(60.0, cell=known)).short == "none"
    assert verdict(cycling(20.0, cell=known)).short == "soft"


def test_no_more_than_wires_have_is_a_short_whatever_the_electrolyte():
    found = verdict(cycling(0.05, noise_V=1e-7))
    assert (found.short, found.half_cycle) == ("hard", 0)


def test_the_first_spectrum_is_a_floor():
    z = cell(noise=1e-3)  # about 140 ohm of pellet, see tests/circuits/spectra.py
    healthy = with_spectra(cycling(1.4 * z.real.max()), [(0.0, WINDOW, z)])
    assert verdict(healthy).short == "none"
    low = with_spectra(cycling(0.02 * z.real.max()), [(0.0, WINDOW, z)])
    found = verdict(low)
    assert found.short in ("soft", "hard")
    assert any("first spectrum" in e for e in found.evidence)


# --- other failures ---------------------------------------------------------------------------------------


def test_voids_are_a_loss_of_contact():
    found = verdict(cycling(voids(6), 24))
    assert (found.short, found.failure) == ("none", "contact_loss")
    assert found.half_cycle >= 6


def test_a_jump_up_at_constant_current_is_a_loss_of_contact():
    found = verdict(cycling(shunted(9, 0.5, 4.0), 24))
    assert (found.short, found.failure, found.half_cycle) == ("none", "contact_loss", 9)
    assert any("jumps" in e for e in found.evidence)


def test_depletion_is_gone_at_the_reversal():
    found = verdict(cycled(alternating([AMP] * 10), None, law=sand(), samples=60, noise_V=2e-4))
    assert (found.short, found.failure) == ("none", "depletion")


def test_growth_that_accelerates_in_both_directions_runs_away():
    found = verdict(cycling(exploding(8), 24))
    assert (found.short, found.failure) == ("none", "runaway")
    assert 7 <= found.half_cycle <= 11


@pytest.mark.parametrize("law", ["linear", "root", "settling", "falling"])
def test_slow_changes_are_benign(law):
    def ohm(k, x, _i):
        at = (k + x) / 60.0
        return (
            OHM
            * {
                "linear": 1.0 + 1.5 * at,
                "root": 1.0 + 1.5 * np.sqrt(at),
                "settling": 1.0 + 1.5 * np.exp(-at / 0.1),
                "falling": 1.0 - 0.5 * at,
            }[law]
        )

    found = verdict(cycling(ohm, 60))
    assert (found.short, found.failure) == ("none", "none")
    assert any("slowly" in e for e in found.evidence)


def test_a_daily_swing_is_benign():
    found = verdict(
        cycling(lambda k, x, _i: OHM * np.exp(0.25 * np.sin(2 * np.pi * (k + x) / 24.0)), 96, samples=20)
    )
    assert (found.short, found.failure) == ("none", "none")


def test_a_recorded_warming_explains_a_fall():
    record = cycling(
        lambda k, x, _i: OHM * np.exp(-0.5 * -np.expm1(-np.maximum(k + x - 10.0, 0.0) / 0.7)), 30, samples=40
    )
    hours = record.table[s.TIME].to_numpy() / 3600.0
    warm = 25.0 + 20.0 * -np.expm1(-np.maximum(hours - 10.0, 0.0) / 0.7)
    assert verdict(column(record, s.TEMPERATURE, warm)).short == "none"


# --- instrument -------------------------------------------------------------------------------------------


def test_a_clock_that_is_set_back():
    record = cycling(OHM)
    time = record.table[s.TIME].to_numpy().copy()
    time[500:] -= 1800.0
    found = verdict(column(record, s.TIME, time))
    assert (found.short, found.failure) == ("none", "instrument")
    assert any("backwards" in e for e in found.evidence)


def test_stray_rows_on_both_sides():
    record = cycling(OHM)
    rng = np.random.default_rng(1)
    rows = rng.choice(np.arange(200, 900), 25, replace=False)

    def change(volt, _time):
        volt[rows] *= 1.0 + rng.choice([-4.0, 4.0], rows.size)
        return volt

    found = verdict(voltages(record, change))
    assert (found.short, found.failure) == ("none", "instrument")


def test_a_voltage_against_the_current():
    record = cycling(OHM)

    def change(volt, time):
        late = time > 8 * 3600.0
        return np.where(late, 3.0 * np.sin(time / 700.0), volt)

    found = verdict(voltages(record, change))
    assert (found.short, found.failure) == ("none", "instrument")


def test_a_current_that_drops_out():
    record = cycling(OHM, samples=100)
    amp, volt = (record.table[c].to_numpy().copy() for c in (s.CURRENT, s.VOLTAGE))
    for r in (850, 1130, 1340):
        amp[r : r + 12] *= 0.3
        volt[r : r + 12] *= 0.3
    found = verdict(column(column(record, s.CURRENT, amp), s.VOLTAGE, volt))
    assert (found.short, found.failure) == ("none", "instrument")


def test_a_clipped_voltage():
    record = cycling(lambda _k, x, _i: 8000.0 * (1.0 + x), noise_V=2e-3)
    found = verdict(voltages(record, lambda v, _t: np.clip(v, -1.0, 1.0)))
    assert (found.short, found.failure) == ("none", "instrument")


# --- what is not known ------------------------------------------------------------------------------------


def test_voltage_alone_is_judged_with_what_it_cannot_tell():
    def without_current(record):
        return record.with_(
            table=record.table.with_columns(pl.lit(None, dtype=pl.Float64).alias(s.CURRENT)).drop(s.STEP)
        )

    healthy = verdict(without_current(cycling(OHM)))
    assert (healthy.short, healthy.failure) == ("none", "none")
    fallen = verdict(without_current(cycling(shunted(9, 0.5, 0.3))))
    assert fallen.short == "soft"
    assert abs(fallen.time_s - 9.5 * 3600.0) < 3600.0
    for found in (healthy, fallen):
        assert any("current is unknown" in e for e in found.evidence)
        assert found.confidence < 0.9


def test_nothing_to_judge_is_unknown():
    record = cycling(OHM)
    empty = record.with_(table=record.table.with_columns(pl.lit(None, dtype=pl.Float64).alias(s.VOLTAGE)))
    found = verdict(empty)
    assert (found.short, found.failure) == ("unknown", "unknown")


def test_a_ramp_keeps_its_short_at_its_level():
    levels = np.arange(1, 9) * AMP
    found = verdict(cycled(alternating(levels), shunted(11, 0.4, 0.3), samples=60, noise_V=2e-4))
    assert (found.short, found.half_cycle) == ("soft", 11)
