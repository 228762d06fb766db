"""A record written as EC-Lab would write it, and read back: every column subset, number format, encoding."""

from __future__ import annotations

import time

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interlayer.readers import read
from interlayer.readers.biologic_columns import extra_label
from interlayer.record import schema as s
from tests.writers import mpt, samples
from tests.writers.mpt import column_of, printed, write_mpt

SINGLE_PRECISION = 10.0 ** -(mpt.SINGLE - 1)
# One function-scoped folder for all examples: each example overwrites its file.
EXAMPLES = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
FORMATS = st.fixed_dictionaries(
    {
        "decimal": st.sampled_from(".,"),
        "encoding": st.sampled_from(["cp1252", "utf-8", "utf-8-sig", "utf-16", "utf-16-le"]),
        "line_end": st.sampled_from(["\r\n", "\n"]),
        "loops": st.booleans(),
    }
)


@EXAMPLES
@given(
    columns=st.sets(st.sampled_from(mpt.CYCLING_COLUMNS)).map(lambda c: sorted({*c, "time/s"})),
    shuffle=st.randoms(use_true_random=False),
    style=FORMATS,
)
def test_any_subset_of_cycling_columns_in_any_order(tmp_path, columns, shuffle, style):
    shuffle.shuffle(columns)
    record = samples.cycling_record()
    back = read(write_mpt(tmp_path / "cell.mpt", record, columns=columns, **style))
    assert len(back.cycling) == len(record.cycling)
    assert back.complete
    for name in set(columns) - {"mode", "ox/red", "Ns"}:
        label = column_of(name)
        np.testing.assert_allclose(
            back.array(label), record.array(label), rtol=SINGLE_PRECISION, atol=1e-15, err_msg=label
        )
    if "Ns" in columns:
        assert back.table[s.STEP].to_list() == record.table[s.STEP].to_list()
    present = {column_of(c) for c in columns if c not in ("mode", "ox/red", "Ns")}
    lacking = {s.VOLTAGE, s.CURRENT} - present
    named = {f.name: f.detail for f in back.findings}
    assert ("missing_columns" in named) == bool(lacking)
    assert all(label in named["missing_columns"] for label in lacking)


@EXAMPLES
@given(style=FORMATS, header=st.booleans(), spectra=st.integers(1, 4))
def test_impedance_survives_to_the_printed_digits(tmp_path, style, header, spectra):
    record = samples.eis_record(spectra)
    back = read(write_mpt(tmp_path / "eis.mpt", record, header=header, **style))
    assert [len(x.frequency_Hz) for x in back.spectra] == [len(x.frequency_Hz) for x in record.spectra]
    for got, sent in zip(back.spectra, record.spectra, strict=True):
        for part in ("real", "imag"):
            expected = [float(printed(v)) for v in getattr(sent.impedance_ohm, part)]
            assert getattr(got.impedance_ohm, part).tolist() == expected
        assert got.frequency_Hz.tolist() == [float(printed(f)) for f in sent.frequency_Hz]
        # The closed form itself, so that writer and reader cannot share a mistake of sign.
        truth = samples.impedance(sent.frequency_Hz) * (1 + sent.index)
        np.testing.assert_allclose(got.impedance_ohm, truth, rtol=1e-6)
        assert (got.impedance_ohm.imag < 0).all()


@pytest.mark.parametrize("lost", ["cycle number", "Ns", "both"])
def test_spectra_part_where_the_frequency_jumps_back_up(tmp_path, lost):
    dropped = {"cycle number", "Ns"} if lost == "both" else {lost}
    columns = [c for c in mpt.EIS_COLUMNS if c not in dropped]
    back = read(write_mpt(tmp_path / "eis.mpt", samples.eis_record(3), columns=columns))
    assert [len(x.frequency_Hz) for x in back.spectra] == [15, 15, 15]


def test_spectra_part_at_a_new_cycle_even_if_the_frequency_goes_on_falling(tmp_path):
    """A measurement that was resumed: 1 MHz to 100 Hz in cycle 1, from 10 Hz down in cycle 2."""
    record = samples.eis_record(1)
    cycle = [1] * 9 + [2] * 6
    record = record.with_(table=record.table.with_columns(pl.Series(s.CYCLE, cycle)))
    back = read(write_mpt(tmp_path / "eis.mpt", record))
    assert [len(x.frequency_Hz) for x in back.spectra] == [9, 6]


def test_a_change_of_control_within_a_sequence_is_a_step(tmp_path):
    """Constant current, then rest, under one Ns: two steps."""
    record = samples.cycling_record(1)
    current = [1e-4] * 7 + [0.0] * 5
    record = record.with_(table=record.table.with_columns(pl.Series(s.CURRENT, current)))
    back = read(write_mpt(tmp_path / "cc.mpt", record, columns=["mode", "Ns", "time/s", "I/mA"]))
    assert back.table[s.STEP].to_list() == [0] * 7 + [1] * 5


def test_half_cycles_make_steps_where_there_is_no_sequence_number(tmp_path):
    record = samples.cycling_record(4)
    back = read(write_mpt(tmp_path / "hc.mpt", record, columns=["time/s", "half cycle"]))
    assert back.table[s.STEP].to_list() == record.table[s.STEP].to_list()


def test_one_signed_charge_column_becomes_two(tmp_path):
    record = samples.cycling_record(4)
    columns = ["time/s", "I/mA", "Q charge/discharge/mA.h"]
    back = read(write_mpt(tmp_path / "q.mpt", record, columns=columns))
    for label in (s.CHARGE_CAPACITY, s.DISCHARGE_CAPACITY):
        np.testing.assert_allclose(back.array(label), record.array(label), atol=1e-12)
    assert not {"capacity_disagrees"} & {f.name for f in back.findings}


def test_impedance_from_modulus_and_phase(tmp_path):
    columns = ["freq/Hz", "|Z|/Ohm", "Phase(Z)/deg"]
    back = read(write_mpt(tmp_path / "bode.mpt", samples.eis_record(1), columns=columns))
    (spectrum,) = back.spectra
    # 8 digits of a phase of up to 90 degrees leave 1e-7 rad of it.
    np.testing.assert_allclose(spectrum.impedance_ohm, samples.impedance(spectrum.frequency_Hz), rtol=2e-6)
    assert "impedance_from_modulus" in {f.name for f in back.findings}


def test_half_an_impedance_is_named_an_error(tmp_path):
    back = read(write_mpt(tmp_path / "half.mpt", samples.eis_record(1), columns=["freq/Hz", "Re(Z)/Ohm"]))
    assert back.spectra == ()
    (finding,) = [f for f in back.findings if f.name == "impedance_missing"]
    assert finding.severity == "error"


def test_one_file_with_cycling_and_spectra(tmp_path):
    record = samples.mixed_record()
    back = read(write_mpt(tmp_path / "modulo bat.mpt", record))
    assert len(back.cycling) == len(record.cycling) == 2 * samples.ROWS_A_STEP
    assert len(back.spectra) == 2
    assert back.cycling[s.STEP].unique().to_list() == [0, 2]
    assert [x.step for x in back.spectra] == [1, 1]
    np.testing.assert_allclose(back.cycling[s.TIME].to_numpy(), record.cycling[s.TIME].to_numpy())


def test_loops_number_the_rows_and_the_steps(tmp_path):
    record = samples.cycling_record(4)
    columns = ["time/s", "Ewe/V", "I/mA"]
    back = read(write_mpt(tmp_path / "loops.mpt", record, columns=columns, loops=True))
    assert back.table["Loop / 1"].to_list() == (record.table[s.CYCLE] - 1).to_list()
    assert back.table[s.STEP].to_list() == (record.table[s.CYCLE] - 1).to_list()


def test_open_circuit_rows_without_a_current_column_have_none(tmp_path):
    record = samples.cycling_record(1)
    rest = record.with_(table=record.table.with_columns(pl.lit(0.0).alias(s.CURRENT)))
    back = read(write_mpt(tmp_path / "ocv.mpt", rest, columns=["mode", "time/s", "Ewe/V"]))
    assert back.array(s.CURRENT).tolist() == [0.0] * samples.ROWS_A_STEP
    assert "current_zero_at_open_circuit" in {f.name for f in back.findings}


def test_unknown_columns_are_kept_under_their_own_name(tmp_path):
    path = write_mpt(tmp_path / "x.mpt", samples.cycling_record(1), columns=["time/s", "I Range", "Ewe/V"])
    text = path.read_bytes().replace(b"I Range", b"Fancy new thing/W.h")
    path.write_bytes(text)
    back = read(path)
    assert back.array("Fancy new thing / W.h").tolist() == [41.0] * samples.ROWS_A_STEP


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("Energy charge/W.h", "Energy charge / W.h"),
        ("|Energy|/W.h", "|Energy| / W.h"),
        ("ox/red", "ox/red / 1"),
        ("control/V/mA", "control / V/mA"),
        ("Re(Y)/Ohm-1", "Re(Y) / Ohm-1"),
        ("Cs/µF", "Cs / µF"),
        ("counter inc.", "counter inc. / 1"),
        ("Efficiency/%", "Efficiency / %"),
        ("Q charge/discharge/mA.h", "Q charge/discharge / mA.h"),
        ("<I>/mA (2)", "<I> (2) / mA"),
    ],
)
def test_labels_of_extras(name, label):
    assert extra_label(name) == label


def test_names_with_blanks_umlauts_and_chinese(tmp_path):
    folder = tmp_path / "Zelle Nr. 3 – Prüfung" / "电池 测试"
    folder.mkdir(parents=True)
    record = samples.cycling_record(2)
    back = read(write_mpt(folder / "LATP 样品 [1] ü.mpt", record))
    assert back.label == "LATP 样品 [1] ü"
    assert len(back.cycling) == len(record.cycling)


def test_a_hundred_thousand_rows_are_read_at_speed(tmp_path):
    rows, columns = 100_000, 20
    rng = np.random.default_rng(1)
    numbers = rng.normal(size=(500, columns - 2))
    names = ["time/s", "Ewe/V", *(f"extra {i}/V" for i in range(columns - 2))]
    printed_voltage = printed(0.04)
    block = ["\t".join(printed(v, mpt.DOUBLE) for v in row) for row in numbers]
    lines = [f"{i}.0\t{printed_voltage}\t{block[i % 500]}" for i in range(rows)]
    path = tmp_path / "long.mpt"
    path.write_text("\n".join(["\t".join(names), *lines]))
    begin = time.perf_counter()
    record = read(path)
    elapsed = time.perf_counter() - begin
    assert len(record.cycling) == rows
    assert record.table[s.TIME][-1] == rows - 1
    # 0.2 s on an idle core; the bound leaves room for a busy machine, yet a Python loop a value takes > 4 s.
    assert elapsed < 2.0
