"""EC-Lab's binary files: round trips, damage, and real ones beside EC-Lab's own text exports of them."""

from __future__ import annotations

import struct
import time

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interlayer.errors import ReadError
from interlayer.readers import read
from interlayer.record import schema as s
from tests.writers import mpr, samples

SINGLE = 2e-7
"""Half a digit of single precision, in which most columns are stored."""


def names(record):
    return {f.name for f in record.findings}


@pytest.mark.parametrize("version", [2, 3, 11])
def test_spectra_come_back(tmp_path, version):
    record = samples.eis_record()
    back = read(mpr.write_mpr(tmp_path / "x.mpr", record, mpr.EIS, version=version))
    assert len(back.spectra) == 2
    for found, truth in zip(back.spectra, record.spectra, strict=True):
        np.testing.assert_allclose(found.frequency_Hz, truth.frequency_Hz, rtol=SINGLE)
        np.testing.assert_allclose(found.impedance_ohm, truth.impedance_ohm, rtol=SINGLE)
    assert back.provenance.extra["technique"].startswith("Potentio Electrochemical Impedance")
    assert back.provenance.extra["started_local"] == "2024-11-20T11:38:41.707"
    assert back.complete
    assert "imaginary_sign_doubtful" not in names(back)


@pytest.mark.parametrize("version", [3, 11])
def test_cycling_comes_back(tmp_path, version):
    record = samples.cycling_record()
    back = read(mpr.write_mpr(tmp_path / "x.mpr", record, mpr.CYCLING, version=version))
    np.testing.assert_allclose(back.array(s.TIME), record.array(s.TIME), rtol=1e-15)
    np.testing.assert_allclose(back.array(s.VOLTAGE), record.array(s.VOLTAGE), rtol=SINGLE)
    np.testing.assert_allclose(back.array(s.CURRENT), record.array(s.CURRENT), rtol=SINGLE)
    assert back.table[s.STEP].to_list() == record.table[s.STEP].to_list()
    assert back.table[s.CYCLE].to_list() == record.table[s.CYCLE].to_list()
    assert "current_sign" not in names(back)  # EC-Lab's own 'ox/red' agrees with the sign of the current


def test_currents_from_charges(tmp_path):
    record = samples.cycling_record()
    back = read(mpr.write_mpr(tmp_path / "x.mpr", record, mpr.CHARGE))
    known = np.isfinite(back.array(s.CURRENT))
    np.testing.assert_allclose(back.array(s.CURRENT)[known], record.array(s.CURRENT)[known], rtol=1e-12)
    assert (
        ~known
    ).sum() == 1 + 3  # the first row, and each step's first, which stands at the time of the last
    assert "current_from_charge" in names(back)


# What a column of the file becomes, and the factor from its unit to the record's.
BECOMES = {
    4: (s.TIME, 1.0),
    6: (s.VOLTAGE, 1.0),
    8: (s.CURRENT, 1e-3),
    5: ("control / V/mA", 1.0),
    20: ("control / mA", 1.0),
    13: ("(Q-Qo) / mA.h", 1.0),
    7: ("dq / mA.h", 1.0),
    24: (s.CYCLE, 1.0),
    39: ("I Range / 1", 1.0),
    70: ("P / W", 1.0),
    131: ("Ns / 1", 1.0),
    462: (s.TEMPERATURE, 1.0),
    434: ("(Q-Qo) / C", 1.0),
    435: ("dQ / C", 1.0),
}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    columns=st.sets(st.sampled_from([*mpr.FLAGS, *BECOMES])).map(lambda c: sorted({*c, 4})),
    shuffle=st.randoms(use_true_random=False),
    version=st.sampled_from([2, 3, 11]),
)
def test_any_subset_of_columns_in_any_order(tmp_path, columns, shuffle, version):
    shuffle.shuffle(columns)
    record = samples.cycling_record()
    back = read(mpr.write_mpr(tmp_path / "x.mpr", record, columns, version=version))
    assert back.complete
    rows = list(record.table.iter_rows(named=True))
    charges = np.array([r[s.CURRENT] / 3.6 * samples.SECONDS_A_ROW for r in rows])
    charges[:: samples.ROWS_A_STEP] = 0.0  # each step begins at the time at which the one before ends
    for row, dq, total in zip(rows, charges, np.cumsum(charges), strict=True):
        row["dq"], row["q"] = dq, total
    for number in set(columns) & set(BECOMES):
        label, factor = BECOMES[number]
        expected = [mpr.FIELDS[number][1](row) * factor for row in rows]
        found = back.table[label].cast(float).to_numpy()
        np.testing.assert_allclose(found, expected, rtol=2 * SINGLE, atol=1e-12, err_msg=label)
    if {1, 131} & set(columns):
        assert s.STEP in back.columns
    if 131 in columns:
        assert back.table[s.STEP].to_list() == record.table[s.STEP].to_list()


@pytest.mark.parametrize("length", [30, 60, 200, 1000])
def test_a_file_cut_before_its_rows_is_refused(tmp_path, length):
    path = mpr.write_mpr(tmp_path / "x.mpr", samples.eis_record(), mpr.EIS)
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(ReadError, match="ends before its"):
        read(path)


@pytest.mark.parametrize("version", [3, 11])
def test_a_file_cut_in_its_rows_keeps_the_whole_ones(tmp_path, version):
    record = samples.eis_record()
    path = mpr.write_mpr(tmp_path / "x.mpr", record, mpr.EIS, version=version)
    data = path.read_bytes()
    path.write_bytes(data[: data.index(b"MODULEVMP LOG") - 70])
    back = read(path)
    assert not back.complete
    assert "rows_missing" in names(back)
    assert sum(len(x.frequency_Hz) for x in back.spectra) == 28  # of 30; a row has 50 bytes
    np.testing.assert_allclose(back.spectra[0].impedance_ohm, record.spectra[0].impedance_ohm, rtol=SINGLE)


@pytest.mark.parametrize("version", [3, 11])
def test_charges_and_half_cycles_of_cycling_with_limits(tmp_path, version):
    """Capacities are I t of each step, in closed form; EC-Lab's counters of charge come back as they are."""
    record = samples.cycling_record()
    back = read(mpr.write_mpr(tmp_path / "x.mpr", record, mpr.LIMITS, version=version))
    for label in (s.CHARGE_CAPACITY, s.DISCHARGE_CAPACITY):
        np.testing.assert_allclose(back.array(label), record.array(label), rtol=1e-12, atol=1e-18)
    passed = np.cumsum(back.array("dq / mA.h"))
    np.testing.assert_allclose(back.array("(Q-Qo) / mA.h"), passed, rtol=1e-9, atol=1e-12)
    assert back.table[s.STEP].to_list() == record.table[s.STEP].to_list()
    assert back.table[s.CYCLE].to_list() == (record.table[s.STEP] // 2).to_list()
    assert "cycle_from_half_cycle" in names(back)


@pytest.mark.parametrize("version", [3, 11])
def test_cycling_and_spectra_in_one_file(tmp_path, version):
    """Modulo Bat: rows with a frequency are spectra, the others are cycling, steps by sequence number."""
    record = samples.mixed_record()
    back = read(mpr.write_mpr(tmp_path / "x.mpr", record, mpr.MIXED, version=version, technique=127))
    assert back.provenance.extra["technique"] == "Modulo Bat"
    assert back.table[s.STEP].to_list() == record.table[s.STEP].to_list()
    assert len(back.cycling) == len(record.cycling) == 2 * samples.ROWS_A_STEP
    np.testing.assert_allclose(back.cycling[s.CURRENT], record.cycling[s.CURRENT], rtol=SINGLE)
    assert [x.step for x in back.spectra] == [1, 1]
    for found, truth in zip(back.spectra, record.spectra, strict=True):
        np.testing.assert_allclose(found.frequency_Hz, truth.frequency_Hz, rtol=SINGLE)
        np.testing.assert_allclose(found.impedance_ohm, truth.impedance_ohm, rtol=SINGLE)


def test_loops_number_the_rows_and_part_the_steps(tmp_path):
    record = samples.cycling_record(2)
    columns = [n for n in mpr.CYCLING if n != 131]
    back = read(mpr.write_mpr(tmp_path / "x.mpr", record, columns, loops=(0, 5, 12, 24)))
    assert back.table["Loop / 1"].to_list() == [0] * 5 + [1] * 7 + [2] * 12
    assert back.table[s.STEP].to_list() == [0] * 5 + [1] * 7 + [2] * 12


@pytest.mark.parametrize("loops", [(3, 5, 24), (0, 12, 5, 24)])
def test_loops_out_of_order_are_named_and_left_out(tmp_path, loops):
    back = read(mpr.write_mpr(tmp_path / "x.mpr", samples.cycling_record(2), mpr.CYCLING, loops=loops))
    assert "loops_unread" in names(back)
    assert "Loop / 1" not in back.columns


def test_three_electrodes_give_the_whole_cell(tmp_path):
    """The writer puts the counter electrode at 0.25 V, and twice the impedance between both electrodes."""
    record = samples.cycling_record()
    back = read(mpr.write_mpr(tmp_path / "x.mpr", record, (*mpr.CYCLING, 9)))
    np.testing.assert_allclose(back.array(s.VOLTAGE), record.array(s.VOLTAGE) - 0.25, atol=1e-7)
    np.testing.assert_allclose(back.array("Ewe / V"), record.array(s.VOLTAGE), rtol=SINGLE)
    assert "voltage_from_two_electrodes" in names(back)
    eis = samples.eis_record(1)
    (spectrum,) = read(mpr.write_mpr(tmp_path / "y.mpr", eis, (*mpr.EIS, 432, 433))).spectra
    np.testing.assert_allclose(spectrum.impedance_ohm, 2 * eis.spectra[0].impedance_ohm, rtol=2 * SINGLE)


@pytest.mark.parametrize("version", [4, 10])
def test_a_version_that_was_not_seen_is_read_if_its_rows_fit(tmp_path, version):
    record = samples.cycling_record()
    back = read(mpr.write_mpr(tmp_path / "x.mpr", record, mpr.CYCLING, version=version))
    assert back.array(s.TIME).tolist() == record.array(s.TIME).tolist()
    assert "new_version" in names(back)


def test_settings_come_back_in_the_words_of_the_texts(tmp_path):
    module = mpr.settings_of_limits([0.0, 0.5, -0.5], [0.0, 1.0, 2.5], [0.0, 4.2, 3.0])
    back = read(mpr.write_mpr(tmp_path / "x.mpr", samples.cycling_record(), mpr.LIMITS, settings=module))
    extra = back.provenance.extra
    assert extra["set_currents_A"] == pytest.approx([0.0, 5e-4, -5e-4])
    assert extra["settings"]["Is"] == ["0.000", "0.500", "-0.500"]
    assert extra["settings"]["t1 (h:m:s)"] == ["0:00:0.0000", "1:00:0.0000", "2:30:0.0000"]
    assert extra["settings"]["EM (V)"] == ["0.000", "4.200", "3.000"]
    assert extra["settings"]["EL (V)"] == ["pass"] * 3
    assert extra["header_area_cm2"] == 1.539
    assert extra["electrolyte"] == "LiPF6"
    assert back.area_m2 is None  # shown, never used


def test_senseless_settings_are_left_out(tmp_path):
    module = bytearray(mpr.settings_of_limits([0.5], [1.0], [4.2]))
    module[6219 + 5] = 77  # no unit of a current
    path = mpr.write_mpr(tmp_path / "x.mpr", samples.cycling_record(), mpr.LIMITS, settings=bytes(module))
    assert not {"settings", "set_currents_A"} & set(read(path).provenance.extra)


def test_a_wrong_number_of_rows_gives_way_to_the_rows_that_are_there(tmp_path):
    record = samples.cycling_record()
    path = mpr.write_mpr(tmp_path / "x.mpr", record, mpr.CYCLING)
    data = bytearray(path.read_bytes())
    at = data.index(b"MODULEVMP data") + 65
    for announced in (7, 10**9):
        data[at : at + 4] = announced.to_bytes(4, "little")
        path.write_bytes(data)
        back = read(path)
        assert back.array(s.TIME).tolist() == record.array(s.TIME).tolist()
        assert "row_count_disagrees" in names(back)


def test_a_wrong_length_of_a_module_is_found_out(tmp_path):
    record = samples.cycling_record()
    path = mpr.write_mpr(tmp_path / "x.mpr", record, mpr.CYCLING)
    data = bytearray(path.read_bytes())
    for name in (b"MODULEVMP Set", b"MODULEVMP data"):
        damaged = bytearray(data)
        at = damaged.index(name) + 45
        damaged[at : at + 4] = (0xFFFFFFF0).to_bytes(4, "little")
        path.write_bytes(damaged)
        back = read(path)
        assert back.array(s.TIME).tolist() == record.array(s.TIME).tolist()
        assert "modules_moved" in names(back)


def test_numbers_that_are_none_become_blanks(tmp_path):
    record = samples.cycling_record()
    path = mpr.write_mpr(tmp_path / "x.mpr", record, (4, 6, 8))
    data = bytearray(path.read_bytes())
    at = data.index(b"MODULEVMP data") + 65 + 1007 + 2 * 16 + 8  # voltage of the third row
    data[at : at + 4] = struct.pack("<f", float("nan"))
    path.write_bytes(data)
    back = read(path)
    assert back.table[s.VOLTAGE].null_count() == 1
    assert "blank_points" in names(back)


@pytest.mark.parametrize("name", ["CP_SSB", "PEIS_LPSCl_IonBlocking_-25C"])
def test_every_column_beside_the_text_export(shared_data, name):
    """Same names, units and signs; numbers to the 8 digits that EC-Lab prints."""
    folder = shared_data / "a_eis/hybrid-drt_LPSCl_SSB"
    text, binary = read(folder / f"{name}.txt"), read(folder / f"{name}.mpr")
    shared = [c for c in text.columns if c in binary.columns]
    assert len(shared) >= 6
    for column in shared:
        ours, theirs = (r.table[column].to_numpy() for r in (binary, text))
        np.testing.assert_allclose(ours, theirs, rtol=6e-8, atol=0, err_msg=column)
    assert binary.provenance.extra["started_local"] == text.provenance.extra["started_local"]
    assert binary.provenance.extra["technique"] == text.provenance.extra["technique"]


@pytest.mark.parametrize(
    "name",
    [
        "c_cycling/datalab/jdb11-1_c3_gcpl_5cycles_2V-3p8V_C-24_data_C09.mpr",
        "b_symmetric_plating/datalab-insitu_LiLi_TEGDME/"
        "jr862_11_08_23_insitu-impedance-LiLi_1MLiTFSI_TEGDME-1mA_01_GCPL_C05.mpr",
    ],
)
def test_currents_from_charges_are_those_that_were_set(shared_data, name):
    """In mode 1 EC-Lab's `control` is the set current in mA: the median agrees to 0.1 %."""
    record = read(shared_data / name)
    table = record.table
    current, control, mode = (table[c].to_numpy() for c in (s.CURRENT, "control / V/mA", "mode / 1"))
    flows = (mode == 1) & (np.abs(control) > 0) & np.isfinite(current)
    assert flows.sum() > 50
    assert np.median(current[flows] * 1e3 / control[flows]) == pytest.approx(1, abs=1e-3)
    assert "current_sign" not in names(record)


@pytest.mark.parametrize("folder", ["a_eis", "b_symmetric_plating", "c_cycling"])
def test_every_binary_file_at_hand_has_as_many_rows_as_it_says(shared_data, folder):
    for path in sorted((shared_data / folder).rglob("*.mpr")):
        data = path.read_bytes()
        at = data.index(b"MODULEVMP data")
        begin = at + (65 if data[at + 41 : at + 45] == b"\xff" * 4 else 57)
        record = read(path)
        assert len(record.table) == int.from_bytes(data[begin : begin + 4], "little"), path.name
        assert record.complete
        assert "impedance_modulus" not in names(record)


def test_seventy_five_thousand_rows_are_read_at_speed(tmp_path):
    path = mpr.write_long_mpr(tmp_path / "long.mpr", 75_000)
    read(path)
    took = []
    for _ in range(3):
        begin = time.perf_counter()
        record = read(path)
        took.append(time.perf_counter() - begin)
    assert len(record.table) == 75_000
    assert record.table[s.STEP][-1] == 74  # half-cycles of 1000 rows
    assert np.nanmedian(np.abs(record.array(s.CURRENT))) == pytest.approx(4e-4, rel=1e-9)
    # 0.04 s on an idle core; a Python loop over rows takes a second.
    assert min(took) < 0.3
