"""The one page of NumPy and SciPy agrees with the simulator, over cycles and on cells it was not written for."""

from __future__ import annotations

import runpy
from pathlib import Path

import numpy as np
import pytest

from interlayer import cells
from interlayer.build import build
from interlayer.protocol import Protocol
from interlayer.simulation import simulate

PAGE = runpy.run_path(str(Path(__file__).resolve().parents[2] / "examples" / "plain_symmetric_cell.py"))
MOST = 0.1e-3
"""V, rms over all rows; the simulator's rows crowd where the voltage moves, just after a reversal."""
RESTED = Protocol(
    [
        "Plate at 0.1 mA/cm2 for 1 hour",
        "Rest for 100 hours",
        "Strip at 0.15 mA/cm2 for 30 minutes",
        "Rest for 10 minutes",
        "Plate at 0.05 mA/cm2 for 1 hour",
    ]
)


@pytest.mark.parametrize(
    ("name", "protocol"),
    [
        ("cuf2-20ul", Protocol.cycling("0.1 mA/cm2", "1 hour", 3, eis_at_cycles=[])),
        ("cuf2-10ul", RESTED),
        ("cuf2-30ul", RESTED),
    ],
)
def test_the_page_agrees_with_the_simulator(name, protocol):
    cell = cells.load(f"ding2024/{name}")
    record = simulate(cell, protocol, rtol=1e-4)
    apart = PAGE["voltages"](build(cell).system, record) - record.table["Voltage / V"].to_numpy()
    assert len(apart) > 200
    assert not record.events  # shorts and depletion are not on the page
    assert np.sqrt(np.mean(apart**2)) < MOST


def test_the_comparison_notices_another_equation():
    """With one conductivity 2 % off the page is apart by more than the limit: agreement is no accident."""
    cell = cells.load("ding2024/cuf2-20ul")
    record = simulate(cell, Protocol(["Plate at 0.1 mA/cm2 for 1 hour"]), rtol=1e-4)
    off = build(cell.override({"electrolyte.conductivity": "4.8e-4 S/cm"})).system
    apart = PAGE["voltages"](off, record) - record.table["Voltage / V"].to_numpy()
    assert np.sqrt(np.mean(apart**2)) > MOST
