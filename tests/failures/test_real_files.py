"""Real files, where they are present: what a person sees in them."""

from __future__ import annotations

from pathlib import Path

import pytest

import interlayer as il
from interlayer.failures.judge import find_verdict
from interlayer.metrics.analysis import Analysis

DATA = Path(__file__).parents[3] / "shared" / "data"
PLATING = (
    "b_symmetric_plating/datalab-insitu_LiLi_TEGDME/jr862_11_08_23_insitu-impedance-LiLi_1MLiTFSI_TEGDME-1mA"
)


def record(name):
    path = DATA / name
    if not path.exists():
        pytest.skip("shared data absent")
    return il.read(path)


def test_the_relaxation_of_a_fresh_liquid_cell_is_no_short():
    # ten minutes of stripping in a liquid cell: |V| relaxes from 0.30 to 0.13 V, with two single rows above
    found = find_verdict(Analysis(record(PLATING + "_01_GCPL_C05.mpr")))
    assert (found.short, found.failure) == ("none", "none")


def test_a_spectrum_alone_is_unknown():
    found = find_verdict(Analysis(record(PLATING + "-prerun_C05.mpr")))
    assert found.short == "unknown"


def test_a_full_cell_is_not_judged():
    found = find_verdict(Analysis(record("a_eis/hybrid-drt_LPSCl_SSB/CP_SSB.mpr")))
    assert found.short == "unknown"
    assert "no symmetric cell" in found.evidence[0]
