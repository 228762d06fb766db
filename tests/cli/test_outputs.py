"""Names, tables and progress, apart from any command."""

from __future__ import annotations

import csv
import io
import json
import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlayer.cli import progress, tables
from interlayer.cli.inputs import path_of, shown_names
from interlayer.record.file_names import file_stem

RESERVED = {"con", "prn", "aux", "nul", "com1", "lpt9"}


@given(st.text(max_size=200))
def test_a_label_becomes_a_name_that_every_system_takes(label):
    stem = file_stem(label, set())
    assert 0 < len(stem) <= 110
    assert not re.search(r'[<>:"/\\|?*\x00-\x1f\s]', stem)
    assert stem[0] not in "-. "
    assert stem.split(".")[0].lower() not in RESERVED


@given(st.lists(st.sampled_from(["a", "A", "ä", "con", "", "a-2"]), max_size=8))
def test_names_never_meet(labels):
    taken: set[str] = set()
    stems = [file_stem(label, taken).lower() for label in labels]
    assert len(set(stems)) == len(stems)


@pytest.mark.parametrize(
    ("label", "stem"),
    [("Li/CuF2@LATP/Li 20 uL", "Li-CuF2@LATP-Li-20-uL"), ("循环", "循环"), ("NUL", "NUL-record")],
)
def test_names_stay_readable(label, stem):
    assert file_stem(label, set()) == stem


@pytest.mark.parametrize("text", ['"a b.mpt"', "'a b.mpt'", "“a b.mpt”", 'a b.mpt"', "a b.mpt"])
def test_quotes_of_a_shell_are_no_part_of_a_path(text):
    assert path_of(text).name == "a b.mpt"


def test_quotes_of_an_existing_name_are(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "'x'").write_text("")
    assert path_of("'x'").name == "'x'"


def test_inputs_of_equal_name_are_told_apart():
    assert shown_names(["a/x.mpt", "b/x.mpt", "b/y.mpt"]) == ["a/x.mpt", "b/x.mpt", "y.mpt"]


VALUES = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.floats() | st.text())
)


@given(st.lists(st.fixed_dictionaries({"x": VALUES, "y": VALUES}), max_size=5), st.booleans())
def test_json_reads_back_and_holds_no_nan(rows, ascii_only):
    text = tables.as_json(rows, ascii_only=ascii_only)
    back = json.loads(text, parse_constant=lambda _: pytest.fail("NaN"))
    assert len(back) == len(rows)
    for row, found in zip(rows, back, strict=True):
        if isinstance(row["x"], float):
            assert found["x"] == (row["x"] if math.isfinite(row["x"]) else None)
        elif not isinstance(row["x"], list):
            assert found["x"] == row["x"]


@given(st.lists(st.floats(), min_size=1, max_size=5))
def test_csv_holds_exact_numbers_and_nothing_for_nan(numbers):
    text = tables.as_csv([{"x": number, "y": "a,b"} for number in numbers], ("x", "y"))
    rows = list(csv.DictReader(io.StringIO(text)))
    for number, row in zip(numbers, rows, strict=True):
        assert row["x"] == "" if not math.isfinite(number) else float(row["x"]) == number
        assert row["y"] == "a,b"


def test_a_table_breaks_lines_between_words(capsys):
    tables.show(("name", "text"), [["grain_boundary_conductivity", "many words " * 40]])
    assert "grain_boundary_conductivity" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("seconds", "text"), [(11.6, "12 s"), (200, "3 min 20 s"), (7500, "2 h 5 min"), (1.44e6, "400 h")]
)
def test_times_are_said_as_people_say_them(seconds, text):
    assert progress.span(seconds) == text


def test_progress_without_a_terminal_is_a_line_now_and_then(capsys, monkeypatch):
    clock = iter([0.0, 1.0, 4.0, 5.0, 20.0, 30.0])
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(clock))
    with progress.progress("simulating") as report:
        report(0.1)  # after 1 s: too early
        report(0.25)  # after 4 s: 12 s left
        report(0.3)  # after 5 s: too soon again
        report(0.5, "drawing")  # after 20 s
        report(1.0)  # done: nothing more to say
    err = capsys.readouterr().err
    assert err.splitlines() == ["simulating: 25 %, about 12 s left", "drawing: 50 %, about 20 s left"]


def test_progress_on_a_terminal_shows_a_bar(capsys, monkeypatch):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    with progress.progress("simulating [x]") as report:
        report(0.5)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "simulating [x]" in captured.err
    assert "50%" in captured.err
