"""How verdicts are judged: shares counted by hand; the opened mechanisms against their closed forms."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
from benchmarks.verdict_opened import OPENED
from benchmarks.verdict_opened.focused_voids import FocusedVoids
from benchmarks.verdict_opened.fractional_relaxation import FractionalRelaxation
from benchmarks.verdict_opened.percolating_dendrites import PercolatingDendrites
from benchmarks.verdict_opened.salt_diffusion import SaltDiffusion
from benchmarks.verdict_opened.unequal_transfer import RT_F, UnequalTransfer

from benchmarks import verdicts
from interlayer.record import schema as s
from interlayer.trouble import Truth, member
from interlayer.trouble.programme import cycling, unidirectional
from tests.trouble.test_trouble import CURRENT, DIGIT_V, OHM, PLAIN, QUIET, resistance, simulate

HOUR = 3600.0


def outcome(
    true, said, *, time_s=None, truth_s=None, ccd=None, found=None, kind="symmetric cycling", sure=0.9
):
    short, failure = true
    truth = Truth(
        short,
        failure,
        truth_s,
        None,
        short_s=truth_s,
        complete_s=None if truth_s is None else truth_s + 600.0,
        half_s=HOUR,
        ccd_A=ccd,
        kind=kind,
        family=f"{short}/{failure}",
    )
    return verdicts.Outcome(0, "development", truth, *said, time_s, sure, found, 0.01)


SOUND, SOFT, HARD, LOST = ("none", "none"), ("soft", "none"), ("hard", "none"), ("none", "contact_loss")
UNKNOWN = ("unknown", "unknown")


def test_shares_are_counted():
    found = [outcome(SOUND, SOUND)] * 60 + [outcome(SOUND, SOFT)] * 2 + [outcome(LOST, LOST)] * 20
    found += [outcome(LOST, SOUND)] * 8 + [outcome(SOUND, UNKNOWN)] * 10
    score = verdicts.scored(found)
    assert (score.records, score.unknown, score.healthy) == (100, 10, 72)
    assert score.right == pytest.approx(80 / 95)  # five of the ten unknown ones are forgiven
    assert score.false_alarm == pytest.approx(2 / 72)
    assert score.missed == pytest.approx(8 / 28)
    assert math.isnan(score.ccd_right)


@pytest.mark.parametrize(
    ("hours", "good"), [(10.0, True), (9.1, True), (11.1, True), (8.9, False), (11.3, False), (None, False)]
)
def test_a_short_is_found_within_one_half_cycle(hours, good):
    """It begins at 10 h, is complete ten minutes later; a half-cycle lasts 1 h."""
    time = None if hours is None else hours * HOUR
    assert outcome(SOFT, SOFT, time_s=time, truth_s=10 * HOUR).time_is_right is good


def test_the_only_half_cycle_is_no_tolerance():
    kind = "unidirectional plating"
    assert outcome(SOFT, SOFT, time_s=10.04 * HOUR, truth_s=10 * HOUR, kind=kind).time_is_right
    assert not outcome(SOFT, SOFT, time_s=9.5 * HOUR, truth_s=10 * HOUR, kind=kind).time_is_right


def test_a_short_that_is_missed_has_no_right_time():
    assert outcome(SOFT, SOUND, truth_s=10 * HOUR).time_is_right is False
    assert outcome(SOUND, SOFT, time_s=3.0).time_is_right is None


@pytest.mark.parametrize(
    ("found", "good"),
    [
        ((1e-4, 2e-4), True),
        ((1.001e-4, 2e-4), True),
        ((1e-4, 3e-4), False),
        ((1e-4, None), False),
        (None, False),
    ],
)
def test_both_ends_of_the_critical_current_count(found, good):
    assert outcome(HARD, HARD, ccd=(1e-4, 2e-4), found=found).ccd_is_right is good


def test_the_confusion_matrix_counts_truth_by_row():
    labels, table = verdicts.confusion([outcome(SOUND, SOFT), outcome(SOFT, SOFT), outcome(LOST, UNKNOWN)])
    assert labels == ["sound", "soft", "contact_loss", "unknown"]
    assert table.tolist() == [[0, 1, 0, 0], [0, 1, 0, 0], [0, 0, 0, 1], [0, 0, 0, 0]]


def test_reliability_is_the_share_right_among_the_sure():
    found = [outcome(SOUND, SOUND, sure=0.98)] * 9 + [outcome(SOUND, SOFT, sure=0.98)]
    found += [outcome(SOUND, UNKNOWN, sure=0.0), outcome(SOUND, SOUND, sure=0.6)]
    assert verdicts.reliability(found) == [
        (pytest.approx(0.6), pytest.approx(1.0), 1),
        (pytest.approx(0.98), pytest.approx(0.9), 10),
    ]


def test_the_picture_is_drawn(tmp_path):
    verdicts.draw([outcome(SOUND, SOUND), outcome(SOFT, HARD)], tmp_path / "x.png")
    assert (tmp_path / "x.png").read_bytes().startswith(b"\x89PNG")


def test_a_small_run_fills_its_figures():
    sizes = verdicts.Sizes(records=6)
    figures = verdicts.run(sizes, lambda *_: None)
    keys = [f.key for f in figures]
    assert set(verdicts.BENCHMARK.keys) <= set(keys)
    assert len(set(keys)) == len(keys)
    assert all(f.value is not None for f in figures)


def test_half_of_the_records_are_held_out():
    asked = []
    found = [outcome(SOUND, SOUND, time_s=0.0), outcome(HARD, HARD, truth_s=0.0, ccd=(1.0, 2.0))]

    def drawn(count, seed, part):
        asked.append((part, count, seed))
        return [dataclasses.replace(o, part=part) for o in found]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(verdicts, "outcomes", drawn)
        figures = verdicts.run(verdicts.Sizes(records=2000), lambda *_: None)
    assert asked == [
        (p, n, verdicts.SEED) for p, n in zip(verdicts.PARTS, (500, 250, 250, 1000), strict=True)
    ]
    keys = {f.key for f in figures}
    assert {f"verdict_right_{part.replace('-', '_')}" for part in verdicts.PARTS} <= keys


def test_parts_are_told_apart_by_name():
    assert [verdicts.part_of(name).name for name in verdicts.PARTS] == list(verdicts.PARTS)


def test_an_unknown_part_is_refused():
    with pytest.raises(ValueError, match="no part 'other'"):
        verdicts.part_of("other")


# --- opened mechanisms -----------------------------------------------------------------------------------

QUICK = [f for f in OPENED.families if f.make is None]


@pytest.mark.parametrize("family", QUICK, ids=lambda f: f.name)
def test_opened_families_can_be_drawn(family):
    alone = dataclasses.replace(OPENED, families=(family,))
    record, truth = member(1, seed=3, part=alone)
    assert truth.family == family.name
    assert truth.is_healthy == family.healthy
    assert np.isfinite(record.array(s.VOLTAGE)).all()
    assert member(1, seed=3, part=alone)[1] == truth


def test_a_percolating_network_conducts_as_the_square():
    programme = cycling(CURRENT, HOUR, 6, PLAIN)
    record, _ = simulate([PercolatingDendrites(1 / 100.0, 2, 0.5, 2.0)], programme)
    filled = np.clip((record.array(s.TIME) / HOUR - 2.5) / 2.0, 0.0, 1.0)
    expected = 1.0 / (1.0 / OHM + filled**2 / 100.0)
    inside = record.array(s.TIME) % HOUR > 1.0  # at a reversal two half-cycles share a moment
    assert resistance(record)[inside] == pytest.approx(expected[inside], abs=DIGIT_V / CURRENT)


def test_a_zarc_of_exponent_one_half_relaxes_as_mittag_leffler():
    """E_1/2(-x) = exp(x^2) erfc(x); eight exponentials follow it within some per cent."""
    from scipy.special import erfcx

    record, _ = simulate([FractionalRelaxation(100.0, 600.0, 0.5)], unidirectional(CURRENT, HOUR, PLAIN))
    rest = erfcx(np.sqrt(record.array(s.TIME) / 600.0))
    assert resistance(record) == pytest.approx(OHM + 100.0 * (1.0 - rest), abs=5.0)


def test_salt_of_half_the_limiting_current_settles_at_its_steady_voltage():
    """c = 1 + I/I_lim (1 - 2 x): 1.5 and 0.5 at the faces, ln 3; the layer's resistance is ln 3 times larger."""
    salt = SaltDiffusion(2 * CURRENT, 200.0, 0.05, declare=False)
    record, _ = simulate([salt], unidirectional(CURRENT, HOUR, PLAIN))
    expected = CURRENT * (OHM + 50.0 * (math.log(3.0) - 1.0)) + 0.05 * math.log(3.0)
    assert record.array(s.VOLTAGE)[-1] == pytest.approx(expected, rel=0.02)


def test_salt_runs_out_at_sand_s_time_far_above_the_limiting_current():
    """Semi-infinite diffusion: x(0) = 4/sqrt(pi) I/I_lim sqrt(t/tau), 1 at t = pi/16 tau (I_lim/I)^2."""
    channel = dataclasses.replace(QUIET, rows_a_half=2000)
    salt = SaltDiffusion(CURRENT / 4.0, 20_000.0)
    record, truth = simulate([salt], unidirectional(CURRENT, HOUR, PLAIN), channel=channel)
    assert record.array(s.TIME)[-1] == pytest.approx(math.pi / 16 * 20_000.0 / 16.0, rel=0.1)
    assert truth.failure == "depletion"


def test_voids_with_focused_edges_close_the_face_in_two_thirds_of_the_charge():
    """df/dt = -k/sqrt(f) from 1: f^(3/2) = 1 - 3/2 k t."""
    voids = FocusedVoids(0.4, 0.0, 1e12, HOUR, CURRENT, 0.0, 0)
    record, _ = simulate([voids], unidirectional(CURRENT, HOUR, PLAIN))
    contact = (1.0 - 0.6 * record.array(s.TIME) / HOUR) ** (2.0 / 3.0)
    assert resistance(record) == pytest.approx(300.0 + 100.0 / contact, abs=DIGIT_V / CURRENT + 0.1)


def test_equal_coefficients_are_an_inverse_hyperbolic_sine():
    record, _ = simulate([UnequalTransfer((CURRENT / 2, CURRENT / 2), 0.5)])
    factor = math.asinh(1.0) / 1.0  # i/2 i_0 = 1 on both faces, which share R_int evenly
    assert resistance(record)[0] == pytest.approx(200.0 + 200.0 * factor, abs=DIGIT_V / CURRENT)
    assert pytest.approx(0.0257, rel=0.01) == RT_F


@pytest.mark.slow
@pytest.mark.parametrize("family", [f for f in OPENED.families if f.make is not None], ids=lambda f: f.name)
def test_cells_of_the_engine_can_be_drawn(family):
    alone = dataclasses.replace(OPENED, families=(family,))
    record, truth = member(0, seed=3, part=alone)
    assert not truth.is_healthy
    assert np.isfinite(record.array(s.VOLTAGE)).all()
