"""Rows of delimited text, whatever their number, gaps and quotation marks, against Python's own csv module."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest

from interlayer.errors import ReadError
from interlayer.readers import named_rows


def names(text):
    return {finding.name for finding in text.findings}


def test_pieces_read_as_the_whole(monkeypatch):
    """Rows of 2 to 5 values under three names, blank lines, blanks around numbers; pieces of 100 bytes."""
    rng = np.random.default_rng(5)
    lines = []
    for i in range(400):
        row = [f"{rng.normal():.6g}", f" {i} ", "word" if i % 3 else ""]
        lines.append(",".join(row) + "," * (i % 3))
    lines[50:50] = ["", ",,"]
    body = ("\n".join(lines) + "\n").encode()
    whole = named_rows.parse(body, ["x", "n", "w"], ",")
    monkeypatch.setattr(named_rows, "_PIECE_BYTES", 100)
    monkeypatch.setattr(named_rows, "_READ_BYTES", 100)
    pieces = named_rows.parse(body, ["x", "n", "w"], ",")
    assert pieces.frame.equals(whole.frame)
    assert pieces.findings == whole.findings
    rows = [row for row in csv.reader(io.StringIO(body.decode())) if any(row)]
    assert whole.frame["x"].to_list() == [float(row[0]) for row in rows]
    assert whole.frame["n"].to_list() == [float(row[1]) for row in rows]
    assert [w or "" for w in whole.frame["w"].to_list()] == [row[2] for row in rows]


def test_quotation_marks(monkeypatch):
    monkeypatch.setattr(named_rows, "_PIECE_BYTES", 20)
    rows = [["1.5", "a, b", "2"], ["2.5", "two\nlines", "3"], ["3.5", "c", "4"]] * 20
    made = io.StringIO()
    csv.writer(made, lineterminator="\n").writerows(rows)
    text = named_rows.parse(made.getvalue().encode(), ["x", "w", "n"], ",")
    assert text.frame["w"].to_list() == [row[1] for row in rows]
    assert text.frame["n"].to_list() == [float(row[2]) for row in rows]
    assert text.complete


def test_what_is_no_number_is_a_warning_and_a_gap_is_a_note():
    text = named_rows.parse(b"1,2\nx,\n3,nan\n4,inf\n", ["a", "b"], ",")
    assert text.frame["a"].to_list() == [1, None, 3, 4]
    assert text.frame["b"].to_list() == [2, None, None, None]
    found = {f.name: (f.severity, f.rows) for f in text.findings}
    assert found == {"unreadable_values": ("warning", 1), "blank_points": ("note", 2)}


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_decimal_commas(delimiter):
    body = "\n".join(delimiter.join([f"{i},5", f"1,{i}e-3", str(i)]) for i in range(10)) + "\n"
    frame = named_rows.parse(body.encode(), ["a", "b", "n"], delimiter).frame
    assert frame["a"].to_list() == [i + 0.5 for i in range(10)]
    assert frame["b"].to_list() == [float(f"1.{i}e-3") for i in range(10)]
    assert frame["n"].to_list() == list(range(10))


def test_rows_that_do_not_fit_the_names_are_refused():
    with pytest.raises(ReadError, match="rows have 2 values under 3 names"):
        named_rows.parse(b"1,2\n3,4\n5,6\n", ["a", "b", "c"], ",")
    with pytest.raises(ReadError, match="rows have 5 values under 3 names"):
        named_rows.parse(b"1,2,3,4,5\n3,4,5,6,7\n5,6,7,8,9\n", ["a", "b", "c"], ",")


def test_short_and_cut_rows_are_left_out_and_told():
    text = named_rows.parse(b"1,2,3\n4,5\n7,8,9\n10,1", ["a", "b", "c"], ",")
    assert text.frame["a"].to_list() == [1, 7]
    assert {"short_rows", "cut_row"} <= names(text)
    assert not text.complete
    assert text.row_number.tolist() == [0, 2]
