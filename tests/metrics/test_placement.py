"""Where a spectrum stands, and how that is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from interlayer.errors import InputError
from interlayer.metrics.placement import bias_of, place_spectra, read_place, temperature_of
from interlayer.record import Provenance, Record
from interlayer.record import schema as s
from tests.circuits.spectra import WINDOW, cell
from tests.metrics.records import cycled, with_spectra

Z = cell()


def spectrum_file(times=(None,), *, unix=None, local=None, temperature=None, label="a"):
    """A file of spectra alone."""
    count = len(times)
    data = {
        s.FREQUENCY: np.tile(WINDOW, count),
        s.Z_REAL: np.tile(Z.real, count),
        s.Z_IMAG: np.tile(Z.imag, count),
        s.SPECTRUM: np.repeat(np.arange(count), WINDOW.size),
        s.TIME: [t for t in times for _ in WINDOW],
    }
    if temperature is not None:
        data[s.TEMPERATURE] = [temperature] * (count * WINDOW.size)
    extra = {} if local is None else {"started_local": local}
    where = Provenance(kind="measured", started_unix_s=unix, extra=extra)
    return Record(pl.DataFrame(data), where, label=label)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("before", (0.0, 0, None, None)),
        ("100 h", (360000.0, None, None, None)),
        ("2 d", (172800.0, None, None, None)),
        ("cycle 50", (None, 100, 50, None)),
        ("Half-cycle 7", (None, 7, None, None)),
        ("60 degC", (None, None, None, pytest.approx(60.0))),
    ],
)
def test_what_a_user_may_say(text, expected):
    place = read_place(text)
    assert (place.time_s, place.half_cycle, place.cycle, place.temperature_C) == expected


@pytest.mark.parametrize("text", ["later", "100", "cycle", "cycle -1", "-5 h", "12 V", "9**9 h"])
def test_what_cannot_be_read_is_refused_with_examples(text):
    with pytest.raises(InputError, match="->"):
        read_place(text)


def test_a_file_with_cycling_places_its_own_spectra():
    record = with_spectra(cycled([1e-4, -1e-4] * 5, 500.0), [(0.0, WINDOW, Z), (14400.0, WINDOW, Z)])
    first, second = place_spectra([record])[0]
    assert (first.how, first.time_s, first.half_cycle) == ("file", 0.0, 0)
    assert (second.how, second.time_s, second.half_cycle) == ("file", 14400.0, 4)


def test_several_spectra_of_one_file_are_placed_by_it():
    (found,) = place_spectra([spectrum_file((0.0, 60.0, 120.0))])
    assert [p.how for p in found] == ["file"] * 3
    assert [p.time_s for p in found] == [0.0, 60.0, 120.0]


def test_a_single_spectrum_is_not_placed_by_its_own_start():
    """Its time counts from the start of its own file, which says nothing about the cell's life."""
    ((found,),) = place_spectra([spectrum_file((12.0,))])
    assert found.how == "not placed" and found.time_s is None
    assert "no time of day" in found.text


def test_clocks_place_files_against_the_earliest():
    files = [spectrum_file((5.0,), unix=1e9 + 7200.0), spectrum_file((5.0,), unix=1e9)]
    (late,), (early,) = place_spectra(files)
    assert (late.how, late.time_s) == ("timestamps", 7205.0)
    assert (early.how, early.time_s) == ("timestamps", 5.0)


def test_a_file_without_a_clock_leaves_all_unplaced():
    """One of three tells no time: which came first is not known, and nothing is guessed."""
    files = [spectrum_file((5.0,), unix=1e9), spectrum_file((5.0,)), spectrum_file((5.0,), unix=2e9)]
    assert [p.how for (p,) in place_spectra(files)] == ["not placed"] * 3


def test_local_and_universal_clocks_are_not_compared():
    files = [spectrum_file((0.0,), unix=1e9), spectrum_file((0.0,), local="2001-09-09T03:46:40")]
    assert [p.how for (p,) in place_spectra(files)] == ["not placed"] * 2
    both = [
        spectrum_file((0.0,), local="2024-01-02T00:00:00"),
        spectrum_file((0.0,), local="2024-01-01T22:00:00"),
    ]
    assert [p.time_s for (p,) in place_spectra(both)] == [7200.0, 0.0]


def test_clocks_place_a_spectrum_on_the_cycling():
    life = cycled([1e-4, -1e-4] * 5, 500.0)
    life = life.with_(provenance=replace(life.provenance, started_unix_s=1e9))
    ((found,),) = place_spectra([spectrum_file((0.0,), unix=1e9 + 3 * 3600)], along=life)
    assert (found.how, found.time_s, found.half_cycle) == ("timestamps", 10800.0, 3)
    ((early,),) = place_spectra([spectrum_file((0.0,), unix=1e9 - 60)], along=life)
    assert early.half_cycle == 0 and "before the test" in early.text
    ((blind,),) = place_spectra([spectrum_file((0.0,))], along=life)
    assert blind.how == "not placed"


def test_the_user_wins_and_it_shows():
    files = [spectrum_file((5.0,), unix=1e9), spectrum_file((5.0,), unix=2e9)]
    (first,), (second,) = place_spectra(files, [read_place("before"), read_place("cycle 50")])
    assert first.text == "placed by the user: 'before', taken as 0 h"
    assert (second.how, second.half_cycle, second.cycle, second.time_s) == ("user", 100, 50, None)


def test_a_temperature_alone_does_not_unseat_the_clock():
    files = [spectrum_file((0.0,), unix=1e9), spectrum_file((0.0,), unix=1e9 + 60)]
    found = place_spectra(files, [read_place("25 degC"), read_place("60 degC")])
    assert [p.temperature_C for (p,) in found] == pytest.approx([25.0, 60.0])
    assert [p.time_s for (p,) in found] == [0.0, 60.0]


def test_temperature_and_bias_are_those_of_the_file():
    record = spectrum_file((0.0,), temperature=33.7)
    assert temperature_of(record, record.spectra[0]) == pytest.approx(33.7)
    assert bias_of(record, record.spectra[0]) is None
    table = record.table.with_columns(pl.lit(0.4).alias(s.VOLTAGE))
    assert bias_of(record.with_(table=table), record.spectra[0]) == (pytest.approx(0.4), "V")
