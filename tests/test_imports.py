"""What is loaded by a start, and how long a start takes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.writers import samples
from tests.writers.mpt import write_mpt

HEAVY = {"jax", "jaxlib", "matplotlib", "plotly"}
LATER = HEAVY | {"polars", "numpy", "scipy", "pydantic", "pint", "pyarrow"}
"""Not even these before anything is asked for."""


def modules_after(code: str) -> set[str]:
    """Top-level modules in a fresh process after some code."""
    tail = (
        "\nimport json, sys\nsys.stderr.write(json.dumps(sorted({m.partition('.')[0] for m in sys.modules})))"
    )
    done = subprocess.run([sys.executable, "-c", code + tail], capture_output=True, text=True, check=True)
    return set(json.loads(done.stderr.splitlines()[-1]))


def command(*words: str) -> str:
    """Code that runs a command and goes on afterwards."""
    return (
        f"import sys\nsys.argv = {['interlayer', *words]!r}\nfrom interlayer.cli import main\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert end.code == 0, end.code"
    )


def test_importing_the_package_loads_nothing_heavy():
    assert not modules_after("import interlayer") & (LATER | {"typer", "rich"})


def test_help_loads_nothing_heavy():
    assert not modules_after(command("--help")) & LATER


def test_reading_a_file_loads_no_physics_and_nothing_that_draws(tmp_path):
    file = write_mpt(tmp_path / "x.mpt", samples.cycling_record())
    loaded = modules_after(command("read", str(file), "-o", str(tmp_path / "x.parquet")))
    assert (tmp_path / "x.parquet").is_file()
    assert not loaded & HEAVY


def test_metrics_and_most_lists_load_neither(tmp_path):
    file = write_mpt(tmp_path / "x.mpt", samples.cycling_record())
    code = command("metrics", str(file), "--json") + "\n" + command("list", "cells")
    assert not modules_after(code) & HEAVY


@pytest.mark.skipif(sys.platform == "win32", reason="needs the processor time of children")
@pytest.mark.parametrize(("code", "most"), [("import interlayer", 0.3), (command("--help"), 0.4)])
def test_a_start_is_quick(code, most):
    """Best of three, in processor time: other work on the machine does not count."""
    times = []
    for _ in range(3):
        before = os.times()
        subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
        after = os.times()
        times.append(
            after.children_user + after.children_system - before.children_user - before.children_system
        )
    assert min(times) < most


def test_the_module_runs_as_the_command_does(tmp_path: Path):
    run = subprocess.run(
        [sys.executable, "-m", "interlayer", "--version"],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    )
    assert run.stdout.startswith("interlayer ")


@pytest.mark.skipif(sys.platform == "win32", reason="a pipe that closes early")
def test_a_reader_that_goes_away_is_no_error():
    """As in `interlayer list mechanisms --json | head -1`."""
    words = [sys.executable, "-m", "interlayer", "list", "materials", "--json"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        err = process.stderr.read()
    assert process.returncode == 141
    assert err == ""


def test_signs_that_a_terminal_cannot_show_do_not_stop_a_command(tmp_path):
    file = write_mpt(tmp_path / "循环.mpt", samples.cycling_record())
    done = subprocess.run(
        [sys.executable, "-m", "interlayer", "read", str(file)],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        check=True,
    )
    assert b"??" in done.stdout


@pytest.mark.parametrize(
    "module", ["failures.trace", "failures.instrument", "metrics.short", "surface.to_cell"]
)
def test_a_module_can_be_the_first_that_is_imported(module):
    modules_after(f"import interlayer.{module}")
