"""The public names: one written list, and it is true."""

from __future__ import annotations

import subprocess
import sys
from types import ModuleType

import pytest
from matplotlib.figure import Figure

import interlayer as il
from interlayer.errors import SimulationError

NAMES = [
    "Cell",
    "Coating",
    "InterlayerError",
    "Protocol",
    "Record",
    "__version__",
    "cells",
    "fit_spectrum",
    "impedance",
    "load",
    "materials",
    "metrics",
    "protocols",
    "read",
    "save",
    "simulate",
    "sweep",
    "uncertainty",
    "write_report",
]


def test_the_list_is_the_list():
    assert sorted(il.__all__) == sorted(NAMES)
    assert dir(il) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_each_name_is_there_and_says_what_it_is(name):
    found = getattr(il, name)
    if name == "__version__":
        assert found
        return
    assert (found.__doc__ or "").strip()
    if isinstance(found, ModuleType):
        assert found.__all__, "a public module says what is public in it"


def test_star_import_gives_exactly_these():
    namespace: dict[str, object] = {}
    exec("from interlayer import *", namespace)
    assert sorted(set(namespace) - {"__builtins__"}) == sorted(NAMES)


def test_no_other_name_is_made_up():
    with pytest.raises(AttributeError, match="nonsense"):
        il.nonsense  # noqa: B018


def test_functions_win_over_modules_of_their_name_in_any_order():
    """Python stores an imported submodule in its package, over a function of the same name."""
    code = (
        "import interlayer.linearisation, interlayer.simulation, interlayer as il\n"
        "from interlayer.linearisation import frequencies\n"
        "from interlayer.stage import VOLTAGE_LIMIT\n"
        "for name in ('simulate', 'impedance', 'read'):\n"
        "    assert callable(getattr(il, name)), name\n"
        "import interlayer.readers.read\n"
        "assert callable(il.read) and callable(il.impedance)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_tour_of_the_readme(tmp_path):
    cell = il.cells.load("ding2024/cuf2-20ul")
    steps = ["Plate at 0.1 mA/cm2 for 1 hour", "Strip at 0.1 mA/cm2 for 1 hour", "EIS from 1 MHz to 0.1 Hz"]
    record = il.simulate(cell, il.Protocol(steps))
    figure = record.plot()
    assert isinstance(figure, Figure)
    found = il.metrics.asr(record)
    assert [metric.unit for metric in found] == ["ohm cm2"] * 2
    path = il.save(record, tmp_path / "r.parquet")
    again = il.load(path)
    assert again.table.equals(record.table)
    assert il.read(path).label == record.label
    assert il.fit_spectrum(again.spectra[0].frequency_Hz, again.spectra[0].impedance_ohm)


def test_impedance_after_a_protocol_is_the_last_spectrum_of_that_protocol():
    cell = il.cells.load("ding2024/cuf2-20ul")
    before = ["Plate at 0.1 mA/cm2 for 1 hour", "EIS from 1 MHz to 0.1 Hz", "Rest for 1 hour"]
    record = il.impedance(cell, ("1 MHz", 0.1), after=before)
    (spectrum,) = record.spectra
    assert len(record.table) == len(spectrum.frequency_Hz) == 71
    assert spectrum.index == 0
    assert spectrum.time_s == pytest.approx(7200)
    whole = il.simulate(cell, il.Protocol([*before, "EIS from 1 MHz to 0.1 Hz"]))
    assert spectrum.impedance_ohm == pytest.approx(whole.spectra[-1].impedance_ohm)


def test_impedance_after_a_run_that_ends_before_it():
    cell = il.cells.load("ding2024/bare")
    with pytest.raises(SimulationError, match="before the spectrum"):
        il.impedance(cell, after=["Plate at 200 mA/cm2 for 1 hour"])


@pytest.mark.parametrize("window", ["1 MHz", ("1 MHz",), (1e6, 1e3, 1.0), ("1 m", "1 Hz"), ("1 Hz", "1 kHz")])
def test_impedance_needs_two_frequencies(window):
    with pytest.raises(il.InterlayerError):
        il.impedance(il.cells.load("ding2024/bare"), window)
