"""A sweep from plan to table: no result depends on order, split or crew; what fails is a row; what is done stays."""

from __future__ import annotations

import json

import polars as pl
import pytest

from interlayer import cells, metrics
from interlayer.errors import InputError
from interlayer.protocol import Protocol
from interlayer.simulation import simulate
from interlayer.sweep import Plan, run, table
from interlayer.sweep.chunk import compute
from interlayer.sweep.crews import crew_of
from interlayer.sweep.here import HereCrew
from interlayer.sweep.local import LocalCrew
from tests.sweep.plans import altered, small


class Backwards:
    """Chunks from last to first, at most some."""

    def __init__(self, most: int = 100) -> None:
        self.most = most
        self.computed: list[str] = []

    def __call__(self, tasks):
        for task in list(reversed(tasks))[: self.most]:
            self.computed.append(task["name"])
            yield compute(task)


@pytest.fixture(scope="module")
def swept(tmp_path_factory):
    folder = tmp_path_factory.mktemp("swept")
    done = run(small(), folder, HereCrew())
    assert (done.points, done.chunks, done.found, done.failed) == (10, 3, 0, 0)
    return folder


def test_the_table_holds_what_simulate_gives(swept):
    found = table(swept)
    assert found["point"].to_list() == list(range(10))
    assert found["status"].unique().to_list() == ["ok"]
    cell = cells.load("ding2024/cuf2-20ul").override({"coating.thickness": "15.5 um"})
    record = simulate(cell, Protocol.cycling("0.2 mA/cm2", cycles=1, eis_at_cycles=[]), rtol=3e-3)
    row = found.row(3, named=True)
    assert row["cell.coating.thickness / um"] == 15.5
    assert row["protocol.current_density / mA/cm2"] == 0.2
    assert row["plateau_overpotential first / mV"] == pytest.approx(
        metrics.plateau(record)[0].value, rel=1e-9
    )
    (last,) = metrics.evaluate(record, ["end_overpotential"])[-1:]
    assert row["end_overpotential / mV"] == pytest.approx(last.value, rel=1e-9)
    assert row["simulated / h"] == pytest.approx(2.0)


def test_order_and_resuming_change_no_bit_and_nothing_is_done_twice(swept, tmp_path):
    first, second = Backwards(1), Backwards()
    run(small(), tmp_path, first)
    assert len(table(tmp_path)) < 10
    before = {f: (f.stat().st_mtime_ns, f.read_bytes()) for f in (tmp_path / "chunks").iterdir()}
    done = run(small(), tmp_path, second)
    assert done.found == 1
    assert not set(first.computed) & set(second.computed)
    assert all((f.stat().st_mtime_ns, f.read_bytes()) == was for f, was in before.items())
    assert table(tmp_path).equals(table(swept))
    assert run(small(), tmp_path, Backwards(0)).found == 3


def test_leaps_stay_within_their_tolerance_and_are_another_sweep(tmp_path):
    text = (
        altered("cycles = 1", "cycles = 150")
        .replace("steps = 5", "steps = 2")
        .replace("width = 4", "width = 2")
    )
    text = text.replace('values = ["0.1 mA/cm2", "0.2 mA/cm2"]', 'values = ["0.1 mA/cm2"]')
    every, leapt = tmp_path / "every", tmp_path / "leapt"
    run(Plan.from_text(text), every, HereCrew())
    run(Plan.from_text(text.replace("width", "jump = 1e-2\nwidth")), leapt, HereCrew())
    for name in ("plateau_overpotential first / mV", "end_overpotential / mV", "simulated / h"):
        assert table(leapt)[name].to_list() == pytest.approx(table(every)[name].to_list(), rel=1e-2)
    assert {f.name for f in (every / "chunks").iterdir()}.isdisjoint(
        f.name for f in (leapt / "chunks").iterdir()
    )
    assert (
        table(leapt)["end_overpotential / mV"].to_list() != table(every)["end_overpotential / mV"].to_list()
    )


def test_processes_of_one_thread_give_the_same_bits(swept, tmp_path):
    said: list[tuple[float, str]] = []
    run(small(), tmp_path, LocalCrew(1), tell=lambda f, text: said.append((f, text)))
    assert table(tmp_path).equals(table(swept))
    assert said[-1][0] == 1.0
    assert "10 of 10 points" in said[-1][1]
    assert "points/s" in said[-1][1]


def test_a_glob_of_the_chunks_is_the_same_table(swept):
    globbed = pl.read_parquet(swept / "chunks" / "*.parquet").sort("point")
    assert globbed.equals(table(swept))


def test_a_damaged_chunk_is_computed_again(swept, tmp_path):
    run(small(), tmp_path, Backwards())
    victim = next((tmp_path / "chunks").iterdir())
    victim.write_bytes(victim.read_bytes()[:100])
    crew = Backwards()
    run(small(), tmp_path, crew)
    assert crew.computed == [victim.stem]
    assert table(tmp_path).equals(table(swept))


def test_a_point_that_cannot_be_is_a_row_with_its_reason(swept, tmp_path):
    plan = Plan.from_text(altered('"0.2 mA/cm2"]', '"0.2 V"]').replace("steps = 5", "steps = 2"))
    done = run(plan, tmp_path, HereCrew())
    found = table(tmp_path)
    assert done.failed == 2
    assert found["status"].to_list() == ["ok", "failed", "ok", "failed"]
    assert "0.2 V" in found["reason"][1]
    assert found["plateau_overpotential first / mV"].null_count() == 2
    # A failed neighbour changes no bit of the others.
    assert found["end_overpotential / mV"][0] == table(swept)["end_overpotential / mV"][0]


def test_a_worker_that_dies_again_and_again_gives_rows_with_a_reason(tmp_path):
    import sys

    done = run(small(), tmp_path, LocalCrew(2, [sys.executable, "-c", "input(); raise SystemExit(7)"]))
    found = table(tmp_path)
    assert done.failed == len(found) == 10
    assert "3 times (exit code 7)" in found["reason"][0]


def test_a_folder_of_something_else_is_not_taken(swept, tmp_path):
    other = Plan.from_text(altered("cycles = 1", "cycles = 2"))
    with pytest.raises(InputError, match=r"another plan.*--force"):
        run(other, swept, Backwards(0))
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(InputError, match="not empty"):
        run(small(), tmp_path, Backwards(0))
    with pytest.raises(InputError, match=r"no plan\.json"):
        table(tmp_path)


def test_chunks_of_other_code_are_not_taken(swept, tmp_path):
    run(small(), tmp_path, Backwards(1))
    manifest = json.loads((tmp_path / "plan.json").read_text())
    changed = manifest | {"code": "0.0.9+abc", "chunks": ["0" * 32]}
    (tmp_path / "plan.json").write_text(json.dumps(changed))
    with pytest.raises(InputError, match=r"made by 0\.0\.9"):
        run(small(), tmp_path, Backwards(0))
    run(small(), tmp_path, Backwards(0), force=True)
    assert json.loads((tmp_path / "plan.json").read_text()) == manifest


@pytest.mark.parametrize(
    ("on", "words"), [("lokal", "tcp://"), ("missing.json", "scheduler file|not installed")]
)
def test_places_that_are_none_are_refused(on, words):
    with pytest.raises(InputError, match=words):
        crew_of(on)


def test_every_metric_that_may_be_a_bound_has_a_column_for_it():
    """The metrics that give a bound are those whose source says so."""
    from pathlib import Path

    import interlayer.metrics as package
    from interlayer.sweep.columns import CENSORED

    sources = Path(package.__file__).parent.glob("*.py")
    with_bound = [f.stem for f in sources if "bound=" in f.read_text() or ", bound, " in f.read_text()]
    known = ["critical_current", "cycle_capacity", "electronic_conductivity", "passed_capacity", "short"]
    # the layer's own value is no metric of one record
    assert sorted({*with_bound} - {"layer_electronic_conductivity"}) == known, (
        "another metric with a bound: add it to CENSORED"
    )
    assert {"time_to_short", "cumulative_capacity", "time_to_doubling", "electronic_conductivity"} <= {
        *CENSORED
    }


def test_one_of_several_values_by_word_or_number():
    from interlayer.sweep.columns import read_kept, row

    cell = cells.load("ding2024/cuf2-20ul")
    record = simulate(cell, Protocol.cycling(cycles=1, eis_at_cycles=[]), rtol=3e-3)
    first, second = (m.value for m in metrics.plateau(record))
    words = ("first", "last", "min", "max", "mean", "1", "2", "3")
    found, notes = row(record, [read_kept(f"plateau_overpotential:{word}", "") for word in words])
    expected = (
        first,
        second,
        min(first, second),
        max(first, second),
        (first + second) / 2,
        first,
        second,
        None,
    )
    assert tuple(found.values()) == expected
    assert notes == "plateau_overpotential:3: there are only 2"
    with pytest.raises(InputError, match="counted from 1"):
        read_kept("plateau_overpotential:0", "metrics")
