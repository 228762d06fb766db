"""Heat of half-cycles against closed forms."""

from __future__ import annotations

import pytest

import interlayer as il
from tests.metrics.records import cycled


def heat(record):
    return il.metrics.evaluate(record, ["heat_generation"])


def test_an_ohmic_cell_heats_with_i_squared_r():
    current, ohm, area = 2e-3, 150.0, 0.785e-4
    found = heat(cycled([current, -current], ohm, area=area, duration=3600.0))
    expected = current**2 * ohm / area / 10.0  # W/m2 -> mW/cm2
    assert [m.value for m in found] == pytest.approx([expected] * 2, rel=1e-9)
    assert f"{expected * 3.6:.4g} J/cm2" in found[0].evidence[0]


def test_a_voltage_that_rises_along_a_line_gives_its_mean():
    found = heat(cycled([1e-3], lambda _k, share, _i: 100 + 100 * share, area=1e-4, samples=2001))
    assert found[0].value == pytest.approx(1e-6 * 150.0 / 1e-4 / 10.0, rel=1e-3)


def test_a_simulated_cell_turns_all_its_power_into_heat():
    """|i V| of the plateau, within the change of V over a half-cycle; mA/cm2 times mV is uW/cm2."""
    cell = il.cells.load("ding2024/bare")
    steps = ["Plate at 0.1 mA/cm2 for 1 hour", "Strip at 0.1 mA/cm2 for 1 hour"]
    record = il.simulate(cell, il.Protocol(steps))
    volts = [m.value for m in il.metrics.evaluate(record, ["plateau_overpotential"])]
    assert [m.value for m in heat(record)] == pytest.approx([1e-4 * v for v in volts], rel=0.05)


def test_without_an_area_there_is_none():
    record = cycled([1e-3, -1e-3], 100.0, area=None)
    assert heat(record)[0].value is None
    assert "area" in heat(record)[0].evidence[0]
