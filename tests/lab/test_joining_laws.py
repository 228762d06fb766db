"""What holds for any set of files: no row is lost or made, time never runs back, spectra keep their points."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from interlayer.lab.assemble import under_test_s
from interlayer.lab.clocks import Clock
from interlayer.lab.joining import join
from interlayer.lab.timeline import Piece, place
from interlayer.record import schema as s
from tests.lab.folder import cycling
from tests.writers.samples import eis_record

HOUR = 3600.0


@st.composite
def pieces(draw) -> list[Piece]:
    found = []
    for k in range(draw(st.integers(1, 5))):
        clock = draw(
            st.none()
            | st.builds(
                Clock, st.sampled_from(["local", "UTC"]), st.floats(1.7e9, 1.7e9 + 30 * HOUR, allow_nan=False)
            )
        )
        record = (
            cycling(draw(st.integers(1, 4)), 500, k)
            if draw(st.booleans())
            else eis_record(draw(st.integers(1, 2)), 7)
        )
        if draw(st.booleans()):
            record = record.with_(table=record.table.with_columns(pl.lit(None, dtype=pl.Int64).alias(s.STEP)))
        found.append(Piece(f"f{k}", record, clock))
    return found


@settings(max_examples=40, deadline=None)
@given(found=pieces(), by_hand=st.booleans())
def test_any_files_make_a_sound_record(found, by_hand):
    places, findings, zero = place(found, by_hand=by_hand)
    record = join(places, findings, zero, "x")
    assert sorted(p.piece.name for p in places) == sorted(p.name for p in found)
    assert len(record.table) == sum(len(p.record.table) for p in found)
    assert len(record.spectra) == sum(len(p.record.spectra) for p in found)
    for column in (s.VOLTAGE, s.CURRENT, s.FREQUENCY, s.Z_REAL):
        made = np.sort(record.table[column].drop_nulls().to_numpy())
        given_ = np.sort(np.concatenate([p.record.table[column].drop_nulls().to_numpy() for p in found]))
        assert np.array_equal(made, given_)
    time = record.table[s.TIME].drop_nulls().to_numpy()
    assert (np.diff(time) >= 0).all()
    placed = [p for p in places if p.start_s is not None]
    if len(found) > 1 and time.size:
        assert abs(time[0]) < 1e-6
        wall = max(p.end_s for p in placed) - min(p.start_s for p in placed)
        assert under_test_s(placed) <= wall + 1e-6
        assert time[-1] == max(p.end_s for p in placed)
    steps = record.table.filter(pl.col(s.TIME).is_not_null())[s.STEP].drop_nulls().to_numpy()
    if len(found) > 1:
        assert (np.diff(steps) >= 0).all()
    if by_hand:
        assert len(placed) == len(places)


@settings(max_examples=15, deadline=None)
@given(cut=st.lists(st.integers(1, 27), min_size=1, max_size=4, unique=True))
def test_a_measurement_cut_into_files_is_the_measurement_again(cut):
    """Files that begin where others end, with clocks: joined they are what was cut, to the microsecond."""
    whole = cycling(8, 500, 1)
    edges = [0, *sorted(2 * c for c in cut), len(whole.table)]
    parts = []
    for k, (a, b) in enumerate(pairwise(edges)):
        table = whole.table.slice(a, b - a)
        begin = table[s.TIME][0]
        table = table.with_columns(pl.col(s.TIME) - begin)
        parts.append(Piece(f"f{k}", whole.with_(table=table), Clock("local", 1.7e9 + begin)))
    places, findings, zero = place(parts[::-1], by_hand=False)
    record = join(places, findings, zero, "x")
    shift = whole.table[s.TIME][0]
    assert np.allclose(
        record.table[s.TIME].to_numpy(), whole.table[s.TIME].to_numpy() - shift, atol=1e-6, rtol=0
    )
    assert record.table[s.VOLTAGE].equals(whole.table[s.VOLTAGE])
    assert not record.events
    assert not findings
