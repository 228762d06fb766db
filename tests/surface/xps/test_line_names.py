"""Names of regions as instruments and people write them, and what the range says when the name does not."""

from __future__ import annotations

import numpy as np
import pytest

from interlayer.surface.xps.line_names import CORE_LEVELS_EV, canonical_line, line_of
from interlayer.surface.xps.spectrum import Region

NAMES = {
    "Cu 2p": "Cu 2p",
    "Cu2p": "Cu 2p",
    "Cu2p Scan": "Cu 2p",
    "Cu2p3 Scan": "Cu 2p",
    "Cu 2p3/2": "Cu 2p",
    "Cu 2p 1/2": "Cu 2p",
    "Cu_2p": "Cu 2p",
    "cu2p": "Cu 2p",
    "CU 2P": "Cu 2p",
    "Cu2p_3": "Cu 2p",
    "Cu2p-1": "Cu 2p",
    "C1s Scan A": "C 1s",
    "C 1s 2": "C 1s",
    "InPET_C1s": "C 1s",
    "F1s": "F 1s",
    "Ti2p Scan": "Ti 2p",
    "N1s": "N 1s",
    "Li1s": "Li 1s",
    "P2p": "P 2p",
    "O1s": "O 1s",
    "S2p": "S 2p",
    "Al2p": "Al 2p",
    "LiTFSI F1s": "F 1s",
    "co2p": "Co 2p",
    "Cu LMM": "Cu LMM",
    "CuLMM": "Cu LMM",
    "Cu LM2": "Cu LMM",
    "Cu L3M4,5M4,5": "Cu LMM",
    "Cu Auger": "Cu LMM",
    "F KL1": "F KLL",
    "O_KLL": "O KLL",
    "Survey": "survey",
    "XPS Survey": "survey",
    "wide": "survey",
    "Su1s": "survey",
    "Valence Band": "valence band",
    "VB": "valence band",
}
NOTHING = [
    "",
    "Region 1",
    "Sample ID : 1",
    "Counts per Second",
    "Block No.1",
    "XPS",
    "Scan 1s",
    "C",
    "Al 2p + Cu 3p",
]


@pytest.mark.parametrize("name", NAMES)
def test_name_says_the_line(name: str):
    assert canonical_line(name) == NAMES[name]


@pytest.mark.parametrize("name", NOTHING)
def test_name_says_nothing(name: str):
    assert canonical_line(name) is None


def region(name: str, low: float, high: float, **more) -> Region:
    energy = np.linspace(high, low, 50)
    return Region(name, energy, np.ones(50), **more)


def test_name_wins_without_a_word():
    assert line_of(region("Cu2p Scan", 680.0, 695.0)) == ("Cu 2p", ())


@pytest.mark.parametrize(
    ("low", "high", "line"), [(925, 970, "Cu 2p"), (680, 694, "F 1s"), (450, 475, "Ti 2p")]
)
def test_range_says_it_and_that_is_said(low: float, high: float, line: str):
    found, findings = line_of(region("Region 1", low, high))
    assert found == line
    assert [f.name for f in findings] == ["line_by_range"]
    assert line in findings[0].detail


def test_range_of_a_survey():
    assert line_of(region("", 0.0, 1200.0))[0] == "survey"


@pytest.mark.parametrize(("low", "high"), [(65, 85), (800, 820)])
def test_range_that_says_nothing(low: float, high: float):
    found, findings = line_of(region("x", low, high))  # Al 2p and Cu 3p; nothing
    assert found is None
    assert [f.name for f in findings] == ["line_unknown"]


def test_kinetic_range_says_nothing():
    assert line_of(region("x", 680.0, 694.0, is_kinetic=True))[0] is None


def test_lines_of_this_field_are_known():
    assert {"Cu 2p", "F 1s", "Ti 2p", "N 1s", "Li 1s", "P 2p", "C 1s", "O 1s", "S 2p", "Al 2p"} <= set(
        CORE_LEVELS_EV
    )
