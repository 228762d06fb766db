"""EC-Lab's binary files: round trips, damage, and real ones beside EC-Lab's own text exports of them."""

from __future__ import annotations

import numpy as np
import pytest

from interlayer.errors import ReadError
from interlayer.readers import read
from interlayer.record import schema as s
from tests.writers import mpr, samples

SINGLE = 2e-7
"""Half a digit of single precision, in which most columns are stored."""


def names(record):
    return {f.name for f in record.findings}


@pytest.mark.parametrize("version", [3, 11])
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


def test_a_column_of_unknown_width_is_refused(tmp_path):
    path = mpr.write_mpr(tmp_path / "x.mpr", samples.eis_record(), mpr.EIS, extra_column=999)
    with pytest.raises(
        ReadError, match=r"columns that are not known here \(999\) -> export it in EC-Lab as text"
    ):
        read(path)


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
