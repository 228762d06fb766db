"""From an empty folder to a record."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from interlayer.cell import Cell
from interlayer.protocol import Protocol
from interlayer.record import store
from tests.cli.run import assert_refused, files_in, run


def test_init_writes_two_descriptions_that_a_person_can_read(tmp_path):
    ran = run("init", tmp_path / "new cell ü")
    assert ran.code == 0
    assert ran.out == ""
    assert files_in(tmp_path / "new cell ü") == {"cell.toml", "protocol.toml"}
    for name in ("cell.toml", "protocol.toml"):
        assert (tmp_path / "new cell ü" / name).read_text("utf-8").count("#") > 4
    Cell.from_toml(tmp_path / "new cell ü" / "cell.toml").require_for_simulation()
    assert Protocol.from_toml(tmp_path / "new cell ü" / "protocol.toml").duration_s < 10 * 3600


def test_init_takes_the_folder_as_option_too(tmp_path):
    assert run("init", "-o", tmp_path).code == 0
    assert_refused(run("init"), "one folder")
    assert_refused(run("init", tmp_path, "-o", tmp_path), "one folder")


def test_init_overwrites_nothing_without_force(tmp_path):
    (tmp_path / "protocol.toml").write_text("mine")
    assert_refused(run("init", tmp_path), "protocol.toml", "--force")
    assert files_in(tmp_path) == {"protocol.toml"}
    assert (tmp_path / "protocol.toml").read_text() == "mine"
    assert run("init", tmp_path, "--force").code == 0
    assert (tmp_path / "protocol.toml").read_text("utf-8") != "mine"


def test_init_refuses_a_file_in_place_of_the_folder(tmp_path):
    (tmp_path / "taken").write_text("mine")
    assert_refused(run("init", tmp_path / "taken", "--force"), "taken")
    assert (tmp_path / "taken").read_text() == "mine"


def test_the_optional_lines_of_the_templates_are_right(tmp_path):
    """Every commented line 'key = value' of the cell can be put to use, the recipe for the thickness too."""
    run("init", tmp_path)
    text = (tmp_path / "cell.toml").read_text("utf-8")
    lines = []
    for line in text.splitlines():
        bare = line.removeprefix("# ")
        is_option = line.startswith("# ") and (" = " in bare.split("#")[0] or bare.startswith("[model"))
        if bare.startswith("thickness") and "measured" in bare:
            continue
        lines.append(bare if is_option else line)
    cell = Cell.from_text("\n".join(lines))
    assert cell.operating_pressure == pytest.approx(0.4e6)
    assert cell.dry_layers[0].thickness_from == "recipe"
    protocol = (tmp_path / "protocol.toml").read_text("utf-8")
    offered = [line.split('"')[1] for line in protocol.splitlines() if line.startswith('#   "')]
    assert len(offered) == 3
    assert Protocol(offered).n_steps == 3


def test_what_init_wrote_runs(simulated):
    record = store.load(simulated / "record.parquet")
    assert record.is_simulated
    assert record.label == "my cell"
    assert len(record.spectra) == 2
    assert record.cycling["Test Time / s"].max() == pytest.approx(4.5 * 3600)
    assert record.area_m2 == pytest.approx(0.785e-4)
    assert files_in(simulated) == {"cell.toml", "protocol.toml", "record.parquet"}


@pytest.fixture
def quick(monkeypatch, simulated):
    """`simulate` with a record that is already there in place of the physics; returns what it was asked."""
    import interlayer.simulation  # noqa: F401

    asked: dict[str, object] = {}

    def recorded(cell, protocol, **options):
        asked.update(cell=cell, protocol=protocol, **options)
        options["progress"](1.0, 2.0)
        return store.load(simulated / "record.parquet")

    monkeypatch.setattr(sys.modules["interlayer.simulation"], "simulate", recorded)
    return asked


def test_shipped_names_sets_and_tolerance_reach_the_simulation(tmp_path, quick):
    words = ("simulate", "ding2024/bare", "eis", "--set", "ding2024-a", "--rtol", "1e-3", "--json")
    ran = run(*words, "-o", tmp_path / "x")
    assert ran.code == 0, ran.err
    assert quick["cell"].label == "Li/LATP/Li"
    assert quick["protocol"].label == "impedance of the fresh cell"
    assert (quick["parameters"], quick["rtol"]) == ("ding2024-a", 1e-3)
    (item,) = ran.items()
    assert item["spectra"] == 2
    assert item["kind"] == "simulated"
    assert item["wrote"] == str(tmp_path / "x.parquet")
    assert files_in(tmp_path) == {"x.parquet"}


def test_an_existing_record_needs_force(tmp_path, quick):
    out = tmp_path / "x.parquet"
    out.write_text("mine")
    assert_refused(run("simulate", "ding2024/bare", "eis", "-o", out), "exists already", "--force")
    assert not quick, "refused only after the simulation had run"
    assert out.read_text() == "mine"
    assert run("simulate", "ding2024/bare", "eis", "-o", out, "--force").code == 0
    assert store.load(out).is_simulated


@pytest.mark.parametrize("name", ["x.csv", "x.parquet.txt"])
def test_a_record_is_stored_as_parquet_only(tmp_path, name):
    assert_refused(run("simulate", "ding2024/bare", "eis", "-o", tmp_path / name), ".parquet")
    assert files_in(tmp_path) == set()


def test_a_path_in_the_quotes_of_another_shell(tmp_path, quick):
    run("init", tmp_path)
    cell = f'"{tmp_path / "cell.toml"}"'
    assert run("simulate", cell, "eis", "-o", f"'{tmp_path / 'r.parquet'}'").code == 0
    assert quick["cell"].label == "my cell"
    assert (tmp_path / "r.parquet").is_file()


def test_ctrl_c_leaves_nothing_behind(tmp_path, monkeypatch):
    import interlayer.simulation  # noqa: F401

    def stopped(*_args, **_options):
        raise KeyboardInterrupt

    monkeypatch.setattr(sys.modules["interlayer.simulation"], "simulate", stopped)
    ran = run("simulate", "ding2024/bare", "eis", "-o", tmp_path / "x.parquet")
    assert ran.code == 130
    assert "Traceback" not in ran.err
    assert files_in(tmp_path) == set()


def test_a_simulation_that_does_not_arrive_exits_with_1(tmp_path, monkeypatch):
    from interlayer.errors import SimulationError

    def lost(*_args, **_options):
        raise SimulationError("the voltage left the finite numbers", where="step 3")

    monkeypatch.setattr(sys.modules["interlayer.simulation"], "simulate", lost)
    ran = run("simulate", "ding2024/bare", "eis", "-o", tmp_path / "x.parquet")
    assert ran.code == 1
    assert "step 3: the voltage left the finite numbers" in ran.err
    assert files_in(tmp_path) == set()


def test_a_fault_of_the_program_exits_with_3_and_says_how_to_report_it(tmp_path, monkeypatch):
    import interlayer.simulation  # noqa: F401

    def broken(*_args, **_options):
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr(sys.modules["interlayer.simulation"], "simulate", broken)
    words = ("simulate", "ding2024/bare", "eis", "-o", tmp_path / "x.parquet")
    ran = run(*words)
    assert ran.code == 3
    assert "ZeroDivisionError: division by zero" in ran.err
    assert "report" in ran.err
    assert "Traceback" not in ran.err
    assert "Traceback" in run(*words, "--debug").err
    monkeypatch.setenv("INTERLAYER_DEBUG", "1")
    assert "Traceback" in run(*words).err
    assert files_in(tmp_path) == set()


def test_description_errors_show_the_traceback_only_when_asked(tmp_path):
    words = ("simulate", "ding2024/bare", "eis", "-o", Path(tmp_path, "x.parquet"), "--set", "ding2024-z")
    assert_refused(run(*words), "ding2024-z", "ding2024-b")
    assert "Traceback" in run(*words, "--debug").err
