"""Damaged BioLogic files: every mutant is read or refused in words, quickly, and never with a moved table."""

from __future__ import annotations

import time
import zlib

import numpy as np
import pytest

from interlayer.errors import ReadError
from interlayer.readers import read
from interlayer.record import schema as s
from tests.writers import mpr, samples
from tests.writers.mpt import write_mpt

MUTANTS = 60
SLOWEST_S = 5.0
"""A sound file takes 5 ms; a loop over an announced number of rows or columns would take minutes."""


def mutate(data: bytes, rng: np.random.Generator) -> bytes:
    kind = rng.integers(6)
    at = int(rng.integers(len(data)))
    length = int(rng.integers(1, 40))
    if kind == 0:
        return data[:at]
    if kind == 1:
        return data[:at] + data[at + length :]
    if kind == 2:
        return data[:at] + rng.bytes(length) + data[at:]
    if kind == 3:
        return data[:at] + data[at : at + 200] + data[at:]
    changed = bytearray(data)
    for place in rng.integers(len(data), size=rng.integers(1, 5)):
        changed[place] = 0xFF if kind == 4 else rng.integers(256)
    return bytes(changed)


FIXTURES = {
    "cycling.mpr": lambda p: mpr.write_mpr(p, samples.cycling_record(), mpr.LIMITS),
    "mixed.mpr": lambda p: mpr.write_mpr(p, samples.mixed_record(), mpr.MIXED, version=3, loops=(0, 20, 54)),
    "eis.mpr": lambda p: mpr.write_mpr(p, samples.eis_record(), (999, *mpr.EIS), unknown=UNKNOWN),
    "cycling.mpt": lambda p: write_mpt(p, samples.cycling_record(), loops=True),
    "mixed.mpt": lambda p: write_mpt(p, samples.mixed_record(), decimal=","),
}
UNKNOWN = {999: mpr.Unknown("f", lambda i: 1.5 + i)}


@pytest.mark.parametrize("name", FIXTURES)
def test_a_mutant_is_read_or_refused(tmp_path, name):
    sound = FIXTURES[name](tmp_path / name).read_bytes()
    rng = np.random.default_rng(zlib.crc32(name.encode()))
    path = tmp_path / f"mutant{name[-4:]}"
    refused = 0
    for _ in range(MUTANTS):
        path.write_bytes(mutate(sound, rng))
        begin = time.perf_counter()
        try:
            read(path)
        except ReadError as problem:
            refused += 1
            assert problem.exit_code == 2
            assert "\n" not in str(problem)
        assert time.perf_counter() - begin < SLOWEST_S
    assert refused < MUTANTS  # most damage leaves rows that can be read


@pytest.mark.parametrize("name", ["cycling.mpr", "mixed.mpr", "eis.mpr"])
def test_damage_outside_the_rows_never_moves_the_table(tmp_path, name):
    """One byte of the heads changed: times are the true ones, or the file is refused, or rows are missing and
    this is said."""
    path = FIXTURES[name](tmp_path / name)
    sound = path.read_bytes()
    truth = read(path).table[s.TIME].to_list()
    begin = sound.index(b"MODULEVMP data")
    rng = np.random.default_rng(1)
    heads = [*range(begin), *range(begin, begin + 120), *range(sound.index(b"MODULEVMP LOG"), len(sound))]
    places = [*range(begin + 41, begin + 110), *rng.choice(heads, MUTANTS)]
    for place in places:
        changed = bytearray(sound)
        changed[place] = int(rng.integers(256))
        path.write_bytes(changed)
        try:
            back = read(path)
        except ReadError:
            continue
        found = back.table[s.TIME].to_list()
        if set(found) == {None}:  # the number of the column was hit
            assert "missing_columns" in {f.name for f in back.findings}
            continue
        assert len(found) == len(truth) or not back.complete
        assert found == truth[: len(found)], place


@pytest.mark.parametrize("number", [0, 255, 0xFFFFFFFF])
def test_announced_numbers_reserve_no_memory(tmp_path, number):
    """Rows, columns and lengths of 4 GiB are announced: nothing is reserved for what is not there."""
    import tracemalloc

    sound = mpr.write_mpr(tmp_path / "x.mpr", samples.cycling_record(), mpr.LIMITS).read_bytes()
    begin = sound.index(b"MODULEVMP data")
    for place in (begin + 45, begin + 65, begin + 69):
        changed = bytearray(sound)
        changed[place : place + 4] = number.to_bytes(4, "little")
        path = tmp_path / "y.mpr"
        path.write_bytes(changed)
        tracemalloc.start()
        try:
            read(path)
        except ReadError:
            pass
        finally:
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
        assert peak < 20e6
