"""The benchmarks run, fill what they promise, and compare like with like; no times are asserted."""

from __future__ import annotations

import importlib.util
import json

import numpy as np
import pytest
from benchmarks.registry import ALL

from benchmarks import adapters, cells, comparator, harness, page, run, scaling

ASKED = {
    "single_vs_pybamm",
    "batch_vs_pybamm",
    "eis_vs_pybamm",
    "jump_vs_full",
    "life_warm_s",
    "spectrum_warm_ms",
    "agreement_mV_rms",
}
"""Keys that a run without options fills."""
needs_pybamm = pytest.mark.skipif(importlib.util.find_spec("pybamm") is None, reason="pybamm absent")


def test_names_and_keys_are_unique_and_a_plain_run_fills_what_is_asked():
    names = [one.name for one in ALL]
    keys = [key for one in ALL for key in one.keys]
    assert len(set(names)) == len(names)
    assert len(set(keys)) == len(keys)
    short = run.chosen([], everything=False)
    assert {key for one in short for key in one.keys} == ASKED
    assert sum(one.seconds for one in short) < 480
    assert run.chosen([], everything=True) == list(ALL)


def test_one_benchmark_fills_its_keys(tmp_path, capsys):
    file = tmp_path / "figures.json"
    assert run.main(["--only", "eis", "--only", "jump", "--tiny", "--json", str(file)]) == 0
    made = json.loads(file.read_text(encoding="utf-8"))
    assert made["spectrum_warm_ms"] > 0
    assert "jump_vs_full" in made
    assert (made["eis_vs_pybamm"] is None) == (not comparator.present())
    assert {"processor", "cores", "Python", "jax"} <= made["machine"].keys()
    said = capsys.readouterr()
    assert "spectrum_warm_ms" in said.out
    assert "left in all" in said.err


def test_an_unknown_name_is_a_wrong_input(capsys):
    assert run.main(["--only", "nothing"]) == 2
    assert "there is no benchmark 'nothing'" in capsys.readouterr().err


def test_a_benchmark_that_fails_has_its_keys_without_values():
    def breaks(*_):
        raise ValueError("no room")

    broken = harness.Benchmark("broken", "one that fails", ("a", "b"), breaks, 1.0)
    figures, wrong = run.measure([broken], harness.Sizes.tiny())
    assert [(f.key, f.value) for f in figures["broken"]] == [("a", None), ("b", None)]
    assert wrong == ["broken: no room"]


@pytest.mark.parametrize(
    ("value", "sense", "met"), [(2.0, "at least", True), (0.5, "at least", False), (0.5, "at most", True)]
)
def test_a_figure_says_whether_its_target_is_met(value, sense, met):
    assert harness.Figure("x", "", value, target=1.0, sense=sense).met is met
    assert harness.Figure("x", "", None, target=1.0).met is None


def test_exponent_of_a_power_law():
    sizes = [10, 30, 100]
    assert scaling.exponent(sizes, [2.0 * n**1.5 for n in sizes]) == pytest.approx(1.5)


def test_figures_that_were_not_measured_again_stay_on_the_page_of_the_same_machine(tmp_path, monkeypatch):
    monkeypatch.setattr(page, "STORED", tmp_path / "kept.json")

    def measured(name, value, core="one"):
        figures = {name: [harness.Figure(name, name, value)]}
        return run.result(figures) | {"machine": {"processor": core}}

    page.keep(measured("a", 1.0))
    page.keep(measured("b", 2.0))
    page.keep(measured("a", 3.0))
    assert {f["key"]: f["value"] for f in page.stored()["figures"]} == {"a": 3.0, "b": 2.0}
    assert "| a | 3 |" in page.markdown("a,b")
    page.keep(measured("b", 4.0, "another"))
    assert [f["key"] for f in page.stored()["figures"]] == ["b"]


@needs_pybamm
def test_the_comparator_has_the_same_states_and_the_same_voltages():
    """PyBaMM at its own tolerances, within the limit that the agreement figure has."""
    system = cells.coated()
    moments = adapters.times()
    states = adapters.fresh(system)
    own = sum(np.size(value) for part in states for value in part.values())
    assert comparator.Stepper(system, moments).states == own == 44
    theirs = comparator.voltages(system, 2, moments)
    ours = adapters.life(system, 2).voltages
    assert theirs.shape == ours.shape
    assert np.sqrt(np.mean((theirs - ours) ** 2)) < 0.1e-3
    first = comparator.Batch(system, 2, moments).voltages()
    assert np.sqrt(np.mean((first[0] - ours[0, 1]) ** 2)) < 0.1e-3
    assert np.sqrt(np.mean((first[1] - ours[0, 1]) ** 2)) > 0.3e-3  # another cell


@pytest.mark.slow
def test_a_batch_is_its_cells_one_by_one():
    system = cells.coated()
    many = cells.batch(system, 3)
    together = adapters.batch(many, 1)
    alone = cells.changed(system, cells.factors(3)[2] * cells.base(system))
    np.testing.assert_allclose(together[2], adapters.life(alone, 1).voltages[0], rtol=1e-9)
