"""Spectra of the same equations from PyBaMM's own linearisation and from ours, fresh and aged.

Capacitors are ideal here: a depressed arc has no finite set of states that PyBaMM could linearise. The aged state is
reached by each program itself and is nowhere relaxed: cracks, voids, a salt profile and a polarisation are in it.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import polars as pl
import pytest

from interlayer import cells
from interlayer.build import build
from interlayer.protocol import Protocol
from interlayer.record import schema as s
from interlayer.simulation import simulate

MOST = 1e-3
"""Of |Z|, at every frequency."""
HOUR = 3600.0
EIS = "EIS from 1 MHz to 1 mHz"
AGEING = [
    "Rest for 200 hours",
    "Plate at 0.1 mA/cm2 for 1 hour",
    "Strip at 0.1 mA/cm2 for 1 hour",
    "Plate at 0.1 mA/cm2 for 20 minutes",
]
STAGES = [(0.0, 200 * HOUR), (-1.0, HOUR), (1.0, HOUR), (-1.0, HOUR / 3)]
"""The same in A/m2 and s."""
IDEAL = {"model.double_layer.exponent": 1.0, "model.conduction.boundary_exponent": 1.0}
INSIDE = {"model.layer.interfacial_capacitance": "1e-5 F/cm2"}
"""Puts the layer's resistance into the interface arc."""
CELLS = {
    "bare": cells.load("ding2024/bare").override(IDEAL),
    "coated": cells.load("ding2024/cuf2-20ul").override(IDEAL | INSIDE),
    "thickly coated": cells.load("ding2024/cuf2-30ul").override(IDEAL),
}


@pytest.fixture(scope="module", params=CELLS)
def run(request, reference):
    """Numbers of a cell, and its record with a spectrum before and after ageing."""
    cell = CELLS[request.param]
    return build(cell).system, simulate(cell, Protocol([EIS, *AGEING, EIS]), rtol=1e-4)


def spectrum(record, number):
    rows = record.table.filter(pl.col(s.SPECTRUM) == number)
    z = rows[s.Z_REAL].to_numpy() + 1j * rows[s.Z_IMAG].to_numpy()
    return rows[s.FREQUENCY].to_numpy(), z


def test_the_fresh_spectrum_agrees(run, reference):
    system, record = run
    frequencies, ours = spectrum(record, 0)
    assert (len(ours), frequencies[0], frequencies[-1]) == (91, 1e6, pytest.approx(1e-3))
    theirs = reference.impedance(system, frequencies)
    assert np.abs(ours / theirs - 1).max() < MOST


def test_the_aged_spectrum_agrees(run, reference):
    system, record = run
    frequencies, ours = spectrum(record, 1)
    aged = reference.last_states(reference.run(system, STAGES, [[]] * len(STAGES)))
    theirs = reference.impedance(system, frequencies, aged)
    assert np.abs(ours / theirs - 1).max() < MOST
    fresh = spectrum(record, 0)[1]
    assert np.abs(ours / fresh - 1).max() > 0.05  # it has aged
    assert (aged[0]["damage"] > 0.5) == ("salt" not in aged[0])  # only the bare face has cracked


def test_the_comparison_notices_another_number(run, reference):
    """With the ceramic 1 % more resistive the spectra are apart by more than the limit."""
    system, record = run
    frequencies, ours = spectrum(record, 0)
    less = dataclasses.replace(system.conduction, conductivity=system.conduction.conductivity / 1.01)
    off = system._replace(conduction=less)
    assert np.abs(ours / reference.impedance(off, frequencies) - 1).max() > MOST
