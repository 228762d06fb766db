"""Damaged files of every format: read as they stand or refused in words, never a traceback, never a hang."""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from interlayer.errors import InterlayerError
from interlayer.surface.xps.readers.read import read_regions
from interlayer.surface.xps.readers.registry import ALL_READERS
from tests.fuzz.mutate import mutant
from tests.surface.xps import writers

MUTANTS = 60
ONE = [writers.spectrum(points=25), writers.spectrum("F 1s", 685.0, points=21)]
FIT = writers.spectrum(points=25, parts={"background": np.full(25, 800.0), "Cu": np.linspace(1.0, 9.0, 25)})
FILES: dict[str, Callable[[Path], object]] = {
    "a.vms": lambda p: writers.vamas(p, ONE),
    "b.vms": lambda p: writers.vamas(p, ONE, irregular=True, mode="SDP", variables=2),
    "c.txt": lambda p: writers.casaxps(p, [FIT, ONE[1]]),
    "d.spe": lambda p: writers.phi_spe(p, ONE),
    "e.csv": lambda p: writers.phi_text(p, ONE),
    "f.txt": lambda p: writers.scienta(p, ONE),
    "g.xy": lambda p: writers.specs_xy(p, ONE, apart=True),
    "h.csv": lambda p: writers.avantage_text(p, ONE[0]),
    "i.avg": lambda p: writers.avantage_avg(p, ONE[0]),
    "j.csv": lambda p: writers.table(p, ONE[0]),
}


def judged(path: Path) -> str:
    """Read; whatever is no error of ours fails the test that calls."""
    head = path.read_bytes()[:65536]
    for reader in ALL_READERS:
        reader.sniff(path, head)
    start = time.process_time()
    try:
        regions = read_regions(path)
    except InterlayerError as refused:
        assert refused.what
        outcome = "refused"
    else:
        for region in regions:
            assert len(region.energy_eV) == len(region.intensity)
            assert all(len(c) == len(region.energy_eV) for c in region.columns.values())
            assert np.all(np.isfinite(region.energy_eV))
            assert np.all(np.isfinite(region.intensity))
        outcome = "read"
    assert time.process_time() - start < 2.0
    return outcome


@pytest.mark.parametrize("name", FILES)
def test_mutants(tmp_path: Path, name: str):
    FILES[name](tmp_path / name)
    sound = (tmp_path / name).read_bytes()
    outcomes = set()
    for seed in range(MUTANTS):
        what, data = mutant(sound, zlib.crc32(name.encode()) % 10_000 + seed)
        (tmp_path / name).write_bytes(data)
        try:
            outcomes.add(judged(tmp_path / name))
        except Exception as problem:
            raise AssertionError(f"{name}, seed {seed}, {what}") from problem
    assert outcomes == {"read", "refused"}  # the mutations are neither harmless nor always fatal


@pytest.mark.parametrize("name", FILES)
def test_lines_twice_and_lines_missing(tmp_path: Path, name: str):
    FILES[name](tmp_path / name)
    lines = (tmp_path / name).read_bytes().split(b"\n")
    for at in range(0, min(len(lines), 90), 2):
        for changed in (lines[:at] + lines[at : at + 1] + lines[at:], lines[:at] + lines[at + 1 :]):
            (tmp_path / name).write_bytes(b"\n".join(changed))
            judged(tmp_path / name)


@pytest.mark.parametrize("name", FILES)
def test_any_reader_on_any_file(tmp_path: Path, name: str):
    """Only one reader claims a sound file, and no reader fails in a way of its own on another's."""
    from interlayer.surface.xps.readers.contract import ColumnMap

    FILES[name](tmp_path / name)
    head = (tmp_path / name).read_bytes()[:65536]
    claimed = [r.name for r in ALL_READERS if r.sniff(tmp_path / name, head)]
    assert claimed
    assert [c for c in claimed if c not in ("xps_table",)][:2] == claimed[:1] or claimed == ["xps_table"]
    for reader in ALL_READERS:
        try:
            reader.read(tmp_path / name, ColumnMap())
        except InterlayerError:
            continue
