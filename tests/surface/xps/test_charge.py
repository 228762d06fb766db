"""Charge reference: read, found, refused."""

from __future__ import annotations

import numpy as np
import pytest

from interlayer.errors import InputError
from interlayer.surface.xps.carbon_reference import carbon_position
from interlayer.surface.xps.charge import parse_reference, top_position
from tests.surface.xps.drawn import region


@pytest.mark.parametrize(
    ("text", "line", "energy", "scatter"),
    [
        ("C 1s=284.8 eV", "C 1s", 284.8, 0.2),
        ("F 1s = 685.0 +- 0.15 eV", "F 1s", 685.0, 0.15),
        ("shift=-0.3 eV", "shift", -0.3, 0.1),
        ("shift=0.3", "shift", 0.3, 0.1),
    ],
)
def test_read(text, line, energy, scatter):
    found = parse_reference(text)
    assert (found.line, found.energy_eV, found.scatter_eV) == (line, energy, scatter)


@pytest.mark.parametrize("text", ["284.8", "C 1s 284.8 eV", "shift=40 eV", "C 1s=-3 eV", "C 1s=284.8 V"])
def test_refused(text):
    with pytest.raises(InputError, match="reference"):
        parse_reference(text)


@pytest.mark.parametrize("shift", [-3.2, 0.0, 4.1])
def test_hydrocarbon_is_found_among_other_carbon(shift):
    lines = [(284.8, 4000.0, 1.4), (286.4, 2500.0, 1.4), (290.9, 2500.0, 1.4)]
    drawn = region("C 1s", (276.0, 300.0), lines, seed=1, shift=shift)
    at, error = carbon_position(drawn)
    assert at == pytest.approx(284.8 - shift, abs=0.1)
    assert 0.0 < error < 0.2


def test_top_of_a_line():
    drawn = region("F 1s", (679.0, 695.0), [(685.1, 9000.0, 1.7)], seed=2)
    at, error = top_position(drawn.energy_eV[::-1], drawn.intensity[::-1])
    assert abs(at - 685.1) < 5.0 * error + 0.02
    assert np.isfinite(error) and error < 0.1


def test_carbon_without_hydrocarbon_is_no_reference():
    with pytest.raises(InputError, match="hydrocarbon"):
        carbon_position(region("C 1s", (291.0, 315.0), [(302.0, 9000.0, 1.3)], seed=3))
