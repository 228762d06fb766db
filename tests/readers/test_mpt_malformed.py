"""Exports that are cut, still being written, edited or full of holes: whole rows kept, each defect named."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from interlayer.errors import ReadError
from interlayer.readers import read
from interlayer.record import schema as s
from tests.writers import samples
from tests.writers.mpt import write_mpt


def names(record) -> set[str]:
    return {finding.name for finding in record.findings}


@pytest.fixture
def export(tmp_path):
    """A small cycling export as bytes, and where a changed one goes."""
    path = write_mpt(tmp_path / "cell.mpt", samples.cycling_record())
    return path, path.read_bytes()


def rewritten(path, data):
    path.write_bytes(data)
    return path


def split(data):
    """Header with the line of names, and the rows."""
    count = int(data.split(b"Nb header lines :")[1].split()[0])
    lines = data.split(b"\r\n")
    return lines[:count], lines[count:]


@pytest.mark.parametrize("sixteenths", range(1, 16))
@pytest.mark.parametrize("record", [samples.cycling_record(), samples.eis_record()], ids=["cycling", "eis"])
def test_cut_at_every_sixteenth(tmp_path, record, sixteenths):
    path = write_mpt(tmp_path / "cell.mpt", record)
    data = path.read_bytes()
    head, rows = split(data)
    cut = data[: len(data) * sixteenths // 16]
    rewritten(path, cut)
    body_begins = len(b"\r\n".join(head)) + 2
    if len(cut) < body_begins - 2:
        with pytest.raises(ReadError, match="ends within its header") as caught:
            read(path)
        assert caught.value.exit_code == 2
        return
    back = read(path)
    whole = cut[body_begins:].split(b"\r\n")
    kept = len(whole) - (whole[-1] != rows[len(whole) - 1])
    assert len(back.table) == kept
    assert back.complete == (kept == len(whole))
    assert ("cut_row" in names(back)) == (not back.complete)


def test_the_last_row_cut_anywhere(tmp_path, export):
    path, data = export
    rows = len(samples.cycling_record().table)
    last = len(data) - data.rfind(b"\r\n") - 2
    for lost in range(1, last, 3):
        back = read(rewritten(path, data[:-lost]))
        assert (len(back.table), back.complete) == (rows - 1, False), f"{lost} bytes lost"


def test_the_last_row_may_end_the_line_or_not(export):
    path, data = export
    for end in (b"", b"\r\n", b"\n"):
        back = read(rewritten(path, data + end))
        assert (len(back.table), back.complete) == (len(samples.cycling_record().table), True)


def test_fewer_rows_than_the_loops_announce(tmp_path):
    path = write_mpt(tmp_path / "loops.mpt", samples.cycling_record(), loops=True)
    data = path.read_bytes()
    back = read(rewritten(path, data[: data.rfind(b"\r\n")]))
    assert not back.complete
    assert "rows_missing" in names(back)


def test_a_row_cut_in_the_middle_of_the_file(export):
    path, data = export
    head, rows = split(data)
    rows[5] = rows[5][:30]
    back = read(rewritten(path, b"\r\n".join(head + rows)))
    assert len(back.table) == len(rows) - 1
    assert back.complete  # the end of the file is there
    (finding,) = [f for f in back.findings if f.name == "short_rows"]
    assert finding.rows == 1
    assert "row 6" in finding.detail


def test_blank_points(export):
    path, data = export
    head, rows = split(data)
    column = head[-1].split(b"\t").index(b"Ewe/V")
    for i, junk in ((3, b""), (7, b"***"), (9, b"NaN"), (11, b"1.#QNAN")):
        cells = rows[i].split(b"\t")
        cells[column] = junk
        rows[i] = b"\t".join(cells)
    back = read(rewritten(path, b"\r\n".join(head + rows)))
    voltage = back.table[s.VOLTAGE]
    assert voltage.null_count() == 4
    assert [i for i in range(len(voltage)) if voltage[i] is None] == [3, 7, 9, 11]
    (finding,) = [f for f in back.findings if f.name == "blank_points"]
    assert (finding.rows, "Ewe/V: 4" in finding.detail) == (4, True)


def test_a_column_of_rubbish_stays_a_column_of_numbers(export):
    path, data = export
    head, rows = split(data)
    column = head[-1].split(b"\t").index(b"Ewe/V")
    rows = [b"\t".join(b"***" if i == column else c for i, c in enumerate(row.split(b"\t"))) for row in rows]
    back = read(rewritten(path, b"\r\n".join(head + rows)))
    assert back.table[s.VOLTAGE].null_count() == len(rows)
    assert {"empty_columns", "missing_columns"} <= names(back)


def test_a_blank_last_value_is_a_cut_row_only_where_the_file_ends(export):
    path, data = export
    head, rows = split(data)
    rows = [row.rsplit(b"\t", 1)[0] + b"\t" if i in (2, len(rows) - 1) else row for i, row in enumerate(rows)]
    ended = read(rewritten(path, b"\r\n".join([*head, *rows, b""])))
    assert (len(ended.table), ended.complete) == (len(rows), True)
    assert ended.table[s.TEMPERATURE].null_count() == 2
    open_end = read(rewritten(path, b"\r\n".join(head + rows)))
    assert (len(open_end.table), open_end.complete) == (len(rows) - 1, False)


def test_rows_of_zeros_repeated_rows_and_time_running_backwards(export):
    path, data = export
    head, rows = split(data)
    zeros = b"\t".join(b"0" for _ in rows[0].split(b"\t"))
    rows = [*rows[:10], zeros, rows[10], rows[10], *rows[11:]]
    back = read(rewritten(path, b"\r\n".join(head + rows)))
    assert len(back.table) == len(rows)
    found = {f.name: f for f in back.findings}
    assert found["zero_rows"].rows == 1
    assert "row 11" in found["zero_rows"].detail
    assert found["duplicate_rows"].rows == 1
    assert found["time_backwards"].rows == 1
    assert found["time_backwards"].severity == "error"


def test_blank_lines_and_zero_bytes_at_the_end(export):
    path, data = export
    head, rows = split(data)
    blank = read(rewritten(path, b"\r\n".join(head + rows[:4] + [b"", b"\t\t"] + rows[4:])))
    assert len(blank.table) == len(rows)
    assert "blank_lines" in names(blank)
    crashed = read(rewritten(path, data + b"\r\n" + b"\x00" * 4096))
    assert len(crashed.table) == len(rows)
    assert not crashed.complete
    assert "null_bytes" in names(crashed)


def test_a_wrong_count_of_header_lines_is_looked_past(export):
    path, data = export
    back = read(rewritten(path, data.replace(b"Nb header lines : 22", b"Nb header lines : 19")))
    assert len(back.table) == len(samples.cycling_record().table)
    np.testing.assert_allclose(back.array(s.TIME), samples.cycling_record().array(s.TIME))


def test_no_rows_at_all(export):
    path, data = export
    head, _ = split(data)
    back = read(rewritten(path, b"\r\n".join(head) + b"\r\n"))
    assert len(back.table) == 0
    (finding,) = [f for f in back.findings if f.name == "no_rows"]
    assert finding.severity == "error"


def test_neither_time_nor_frequency(tmp_path):
    path = write_mpt(tmp_path / "x.mpt", samples.cycling_record(), columns=["Ewe/V", "I/mA"])
    with pytest.raises(ReadError, match=r"no column time/s and no column freq/Hz among Ewe/V, I/mA"):
        read(path)


@pytest.mark.parametrize("change", ["lost name", "lost values"])
def test_values_that_cannot_be_given_a_name(export, change):
    path, data = export
    head, rows = split(data)
    if change == "lost name":
        head[-1] = head[-1].replace(b"Ns\t", b"")
    else:
        rows = [row.rsplit(b"\t", 1)[0] for row in rows]
    with pytest.raises(ReadError, match="no value can be given its name"):
        read(rewritten(path, b"\r\n".join(head + rows)))


def test_a_shifted_impedance_table_is_found_by_its_modulus(tmp_path):
    path = write_mpt(tmp_path / "eis.mpt", samples.eis_record(1))
    swapped = path.read_bytes().replace(b"Re(Z)/Ohm\t-Im(Z)/Ohm\t|Z|/Ohm", b"|Z|/Ohm\tRe(Z)/Ohm\t-Im(Z)/Ohm")
    (finding,) = [f for f in read(rewritten(path, swapped)).findings if f.name == "impedance_modulus"]
    assert finding.severity == "error"


# --- dates instead of seconds ----------------------------------------------------------------------------


def test_dates_in_the_time_column_count_from_the_start(tmp_path):
    record = samples.cycling_record()
    back = read(write_mpt(tmp_path / "dates.mpt", record, dates="%m/%d/%Y"))
    np.testing.assert_allclose(back.array(s.TIME), record.array(s.TIME), atol=1e-3)
    assert "date_order" in names(back)  # 20 November: only one of the numbers can be a month
    assert back.provenance.extra["started_local"] == "2024-11-20T11:38:41.707"
    assert back.table[s.UNIX_TIME].null_count() == len(back.table)  # no time zone, so no UTC


def ambiguous(tmp_path, stamps):
    """An export that began on '05/06/2024' (May or June?) with the given times."""
    rows = "\r\n".join(f"{stamp}\t3.5\t1.0" for stamp in stamps)
    text = (
        "EC-Lab ASCII FILE\r\nNb header lines : 6\r\n\r\nChronopotentiometry\r\n"
        f"Acquisition started on : {stamps[0]}\r\ntime/s\tEwe/V\tI/mA\t\r\n{rows}"
    )
    path = tmp_path / "a.mpt"
    path.write_text(text, newline="")
    return read(path)


def test_an_ambiguous_date_is_named_and_no_clock_time_is_made(tmp_path):
    back = ambiguous(tmp_path, ["05/06/2024 10:00:00.000", "05/06/2024 10:00:10.500"])
    (finding,) = [f for f in back.findings if f.name == "ambiguous_dates"]
    assert finding.severity == "warning"
    assert back.array(s.TIME).tolist() == [0.0, 10.5]  # the same in both readings
    assert "Local Time / s" not in back.columns
    assert "started_local" not in back.provenance.extra
    assert back.provenance.extra["started_as_written"] == "05/06/2024 10:00:00.000"


def test_midnight_tells_the_day_from_the_month(tmp_path):
    back = ambiguous(tmp_path, ["05/06/2024 23:59:50.000", "06/06/2024 00:00:10.000"])
    assert "ambiguous_dates" not in names(back)
    assert back.array(s.TIME).tolist() == [0.0, 20.0]
    assert back.provenance.extra["started_local"] == "2024-06-05T23:59:50.000"
    back = ambiguous(tmp_path, ["05/06/2024 23:59:50.000", "05/07/2024 00:00:10.000"])
    assert back.array(s.TIME).tolist() == [0.0, 20.0]
    assert back.provenance.extra["started_local"] == "2024-05-06T23:59:50.000"


def test_a_date_that_changes_the_elapsed_time_is_an_error(tmp_path):
    # Each reading has one pause of two days and one of two months, in the other order.
    back = ambiguous(tmp_path, ["05/05/2024 10:00:00", "05/07/2024 10:00:00", "07/07/2024 10:00:00"])
    (finding,) = [f for f in back.findings if f.name == "ambiguous_dates"]
    assert finding.severity == "error"


def test_time_column_of_words_is_refused(tmp_path):
    with pytest.raises(ReadError, match="neither seconds, h:m:s nor dates"):
        ambiguous(tmp_path, ["yesterday", "today"])


def test_the_input_file_is_left_as_it_was(export):
    path, data = export
    before = path.stat().st_mtime_ns
    read(path)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == (data, before)
    assert isinstance(read(path).table, pl.DataFrame)


def test_a_first_row_without_the_tab_that_the_others_end_in(tmp_path):
    """Lines that somebody pasted twice: the first row then may be shorter than the rest by its last tab."""
    path = tmp_path / "x.mpt"
    names = "time/s\tEwe/V\tI/mA\t"
    path.write_text("\n".join([names, "0\t1.5\t2", "1\t1.5\t2\t", "2\t1.5\t2\t"]))
    record = read(path)
    assert record.array(s.TIME).tolist() == [0.0, 1.0, 2.0]
    assert record.array(s.CURRENT).tolist() == pytest.approx([2e-3] * 3)
