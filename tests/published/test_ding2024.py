"""The paper's numbers: what calibrates is met, what predicts is not fitted, nothing is missing."""

from __future__ import annotations

import csv
import io
import re

import numpy as np
import pytest

from interlayer import parameter_sets
from interlayer.published.ding2024 import calibrate, full_cells
from interlayer.published.ding2024.comparison import COLUMNS, NOT_SIMULATED, Row, published, to_csv
from interlayer.published.ding2024.comparison import Numbers as NumbersOf
from interlayer.published.ding2024.experiments import DEFAULT_SET, Member, experiments, run

LONG = ("cuf2-0.2", "cuf2-0.3", "cuf2-0.5")
"""Endurance runs; the main job runs them."""


@pytest.fixture(scope="module")
def numbers():
    member = Member(DEFAULT_SET)
    runs = {(member, n): run(member, n, e) for n, e in experiments().items() if n not in LONG}
    return NumbersOf(runs, member)


@pytest.fixture(scope="module")
def rows(numbers):
    return {p.id: Row(p, numbers.value(p.metric), None, None) for p in published()}


def test_there_are_enough_rows_with_known_roles():
    every = published()
    assert len(every) >= 30
    assert len({p.id for p in every}) == len(every)
    assert {p.role for p in every} == {"input", "calibrates", "selects", "predicts", "bound"}
    assert all(p.relation in ("=", "~", ">=", "<=") for p in every)
    for p in every:
        assert (p.role == "bound") == (p.relation in (">=", "<=")), p.id


def test_every_electrochemical_statement_has_a_row_or_is_listed_as_not_simulated():
    """Numbers of the list of the paper's statements that concern electrochemistry."""
    electrochemical = {2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 16, 17, 26, 27, 30, 31, 32, 34, 35, 36, 37, 38, 39,
                       40, 42, 44, 45, 46, 48, 49, 50, 51, 60, 61, 62, 63, 64, 65, 66, 67, 68, 69, 70, 71}  # fmt: skip
    with_row = {int(p.section) for p in published()}
    literature = {9, 10, 11, 12}
    twice = {2}  # 562 and 92 ohm stand again as the first of 39 and 40
    assert electrochemical - with_row - literature - twice == set()
    text = " ".join(NOT_SIMULATED)
    for number in ("3.86", "3.05"):
        assert re.search(rf"(?<![\d.]){re.escape(number)}(?![\d])", text), number


def test_what_predicts_was_not_fitted():
    """No number of a row called 'predicts' appears among the calibration's targets or what a set was fixed by."""
    targets = {*calibrate.RATE_OVERPOTENTIALS, 72.0, 116.0, 40.0, 92.0, 136.0}
    targets |= {ohm for _, ohm in (*calibrate.BARE_R_INT, *calibrate.COATED_R_INT)}
    targets |= {*full_cells.COATED, *(ohm for pair in full_cells.OHMS.values() for ohm in pair)}
    targets |= {100.0 * kept for *_, kept in full_cells.RETENTIONS}
    fixed = " ".join(
        entry.fixed_by
        for name in calibrate.MEMBERS
        for families in parameter_sets.load(name).sections.values()
        for fields in families.values()
        for entry in fields.values()
    )
    for p in published():
        if p.role == "predicts":
            assert p.published not in targets, p.id
            assert not re.search(rf"(?<![\d.]){p.published:g} (mV|ohm|h)\b", fixed), p.id


@pytest.mark.parametrize("member", calibrate.MEMBERS)
def test_shipped_sets_say_where_each_number_comes_from(member):
    found = parameter_sets.load(member)
    entries = [
        e for families in found.sections.values() for fields in families.values() for e in fields.values()
    ]
    assert len(entries) > 30
    assert all(e.fixed_by and e.status in ("calibrated", "assumed", "derived") for e in entries)
    assert found.calibration["numbers_used"] > found.calibration["free_parameters"]
    assert found.calibration["rate_test_rms"] < 0.04


def test_rate_test_within_four_percent(rows):
    """Calibrates, in the reading with a step of 0.25 mA/cm2 inserted."""
    deviations = [
        r.deviation for r in rows.values() if r.value.id.startswith("rate-") and r.value.role == "calibrates"
    ]
    assert len(deviations) == 8
    assert np.sqrt(np.mean(np.square(deviations))) < 0.04


@pytest.mark.parametrize(
    ("prefix", "limit"),
    [
        ("rint-bare", 0.08),
        ("rint-cuf2", 0.02),
        ("v-7um", 0.05),
        ("v-15um", 0.05),
        ("v-32um", 0.05),
        ("v-pvdf", 0.10),
    ],
)
def test_what_calibrates_is_met(rows, prefix, limit):
    found = [r for r in rows.values() if r.value.id.startswith(prefix) and r.value.role == "calibrates"]
    assert found
    for row in found:
        assert abs(row.deviation) < limit, (row.value.id, row.deviation)


def test_overpotential_after_4000_h_is_unchanged_within_ten_percent(numbers, rows):
    assert rows["v-15um-4000h"].value.role == "selects"
    first = numbers.value("plateau:cuf2-cycling:first")
    assert numbers.value("plateau:cuf2-cycling:4000") == pytest.approx(first, rel=0.10)


def test_the_bare_cell_fails_in_the_0_2_step_for_both_assumed_steps(rows):
    for name in ("ccd-bare-0.05", "ccd-bare-0.1"):
        assert rows[name].simulated == pytest.approx(0.2, rel=1e-6), name


def test_ageing_raises_r_int_and_leaves_the_electrolyte_alone(numbers):
    for name in ("bare-cycling", "cuf2-cycling"):
        found = numbers.interface(name)
        electrolyte = np.array([sum_ for _, sum_, _ in found])
        assert (np.diff([r for r, _, _ in found]) > 0).all()
        assert np.abs(electrolyte / electrolyte[0] - 1).max() < 0.03


def test_inputs_come_back_out(rows):
    """Conductivity and activation energy put in are found again in the simulated spectra."""
    for row in rows.values():
        if row.value.role == "input":
            assert abs(row.deviation) < 0.02, row.value.id


def test_the_comparison_file_has_the_agreed_columns_and_only_numbers_in_numeric_cells(rows):
    table = list(csv.reader(io.StringIO(to_csv(list(rows.values())))))
    assert tuple(table[0]) == COLUMNS
    for line in table[1:]:
        cells = dict(zip(COLUMNS, line, strict=True))
        for name in ("published", "simulated", "low", "high", "deviation"):
            assert cells[name] == "" or np.isfinite(float(cells[name]))
        assert cells["satisfied"] in ("", "yes", "no")
        if cells["role"] == "bound":
            assert cells["deviation"] == ""
            assert cells["satisfied"]


@pytest.mark.slow
@pytest.mark.parametrize("name", calibrate.MEMBERS)
def test_calibration_gives_the_shipped_numbers_again(name):
    """`pytest -m slow`: each shipped set is what the calibration finds today."""
    fit = calibrate.calibrate(name)
    shipped = parameter_sets.load(name)
    again = calibrate.as_toml(fit)
    for entry in (e for f in shipped.sections.values() for t in f.values() for e in t.values()):
        assert str(entry.value) in again or entry.status == "assumed", entry
