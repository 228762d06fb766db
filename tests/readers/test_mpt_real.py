"""Real EC-Lab and BT-Lab exports against their own text, parsed here without the package.

Column sums are taken with `str.split` and `float`; what is compared is therefore the reader's mapping, signs,
units and row count, not its own output.
"""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from interlayer.errors import ReadError
from interlayer.readers import read
from interlayer.record import schema as s

EIS_FILES = {
    # file: points a spectrum, counted in the text
    "a_eis/PyEIS_mpt/ex1.mpt": [59, 59],
    "a_eis/PyEIS_mpt/ex2.mpt": [59, 59],
    "a_eis/EISFitting_Dahn/MPT_example.mpt": [70],
    "a_eis/impedance.py_formats/exampleDataBioLogic.mpt": [43],
    "a_eis/hybrid-drt_LPSCl_SSB/PEIS_LPSCl_IonBlocking_-25C.txt": [79],
    "a_eis/ixdat_biologic_loop/multiple_techniques_dataset_01_01_PEIS_C01.mpt": [31],
}
TIME_FILES = [
    "a_eis/hybrid-drt_LPSCl_SSB/CP_SSB.txt",
    "a_eis/ixdat_biologic_loop/dataset_with_loop_01_02_CVA_DUSB0_C01.mpt",
    "a_eis/ixdat_biologic_loop/dataset_with_loop_01_03_CP_DUSB0_C01.mpt",
    "a_eis/ixdat_biologic_loop/multiple_techniques_dataset_01_02_CVA_C01.mpt",
    "a_eis/ixdat_biologic_loop/multiple_techniques_dataset_01_03_CP_C01.mpt",
    "a_eis/ixdat_biologic_loop/multiple_techniques_dataset_01_05_CA_C01.mpt",
    "a_eis/ixdat_biologic_loop/multiple_techniques_dataset_01_06_CA_C01.mpt",
    "a_eis/ixdat_biologic_loop/multiple_techniques_dataset_01_08_CVA_C01.mpt",
    "c_cycling/PyProBE/Sample_data_biologic_01_MB_CA1.txt",
    "c_cycling/PyProBE/Sample_data_biologic_no_header.mpt",
]


def plain(path: Path) -> dict[str, list[str]]:
    """Columns of an export by name (the first of a repeated name), as text."""
    text = path.read_bytes().decode("latin-1")
    found = re.search(r"Nb header lines : (\d+)", text)
    lines = text.replace("\r\n", "\n").split("\n")
    first = int(found[1]) - 1 if found else 0
    rows = [line.split("\t") for line in lines[first + 1 :] if line]
    names = lines[first].split("\t")
    return {name: [row[i] for row in rows] for i, name in reversed(list(enumerate(names))) if name}


def total(values: list[str]) -> float:
    return float(np.sum([float(v) for v in values]))


@pytest.mark.parametrize(("name", "points"), EIS_FILES.items())
def test_impedance_of_real_files(shared_data, name, points):
    path = shared_data / name
    text, record = plain(path), read(path)
    assert [len(x.frequency_Hz) for x in record.spectra] == points
    assert sum(points) == len(text["freq/Hz"])
    z = np.concatenate([x.impedance_ohm for x in record.spectra])
    f = np.concatenate([x.frequency_Hz for x in record.spectra])
    assert z.real.sum() == pytest.approx(total(text["Re(Z)/Ohm"]), rel=1e-12)
    assert -z.imag.sum() == pytest.approx(total(text["-Im(Z)/Ohm"]), rel=1e-12)
    assert f.sum() == pytest.approx(total(text["freq/Hz"]), rel=1e-12)
    np.testing.assert_allclose(np.abs(z), [float(v) for v in text["|Z|/Ohm"]], rtol=2e-7)
    # EC-Lab's own phase: atan2(Im, Re), so the sign of Im is checked against the instrument.
    np.testing.assert_allclose(
        np.degrees(np.angle(z)), [float(v) for v in text["Phase(Z)/deg"]], rtol=1e-6, atol=1e-5
    )
    assert record.spectra[0].time_s == float(text["time/s"][0])
    bias = record.table[s.VOLTAGE].to_numpy()
    assert bias.sum() == pytest.approx(total(text["<Ewe>/V"]), rel=1e-12)
    assert record.table[s.CURRENT].sum() == pytest.approx(1e-3 * total(text["<I>/mA"]), rel=1e-12)
    assert record.complete


@pytest.mark.parametrize("name", TIME_FILES)
def test_time_domain_of_real_files(shared_data, name):
    path = shared_data / name
    text, record = plain(path), read(path)
    assert len(record.cycling) == len(text["time/s"])
    assert record.spectra == ()
    assert record.array(s.TIME).tolist() == [float(v) for v in text["time/s"]]
    order = ("Ecell/V", "Ewe-Ece/V", "Ewe/V", "<Ewe>/V")  # the whole cell before one electrode
    voltage = next(text[name] for name in order if name in text)
    assert record.array(s.VOLTAGE).tolist() == [float(v) for v in voltage]
    current = text.get("I/mA", text.get("<I>/mA", []))
    np.testing.assert_allclose(record.array(s.CURRENT), [float(v) * 1e-3 for v in current], rtol=1e-14)
    assert record.complete
    assert not {f.name for f in record.findings} & {"cut_row", "short_rows", "blank_points", "time_backwards"}
    if "Q charge/mA.h" in text:
        charge = record.array(s.CHARGE_CAPACITY) - record.array(s.DISCHARGE_CAPACITY)
        expected = [
            float(a) - float(b) for a, b in zip(text["Q charge/mA.h"], text["Q discharge/mA.h"], strict=True)
        ]
        np.testing.assert_allclose(charge, np.array(expected) * 1e-3, rtol=1e-12, atol=1e-18)


def test_steps_follow_the_sequence_numbers(shared_data):
    name = "c_cycling/PyProBE/Sample_data_biologic_01_MB_CA1.txt"
    text, record = plain(shared_data / name), read(shared_data / name)
    assert record.table[s.STEP].to_list() == [int(v) for v in text["Ns"]]  # Ns goes 0, 1 there, never back
    assert record.table[s.TEMPERATURE][0] == float(text["Temperature/ï¿½C"][0])


def test_loops_of_real_files(shared_data):
    record = read(shared_data / "a_eis/ixdat_biologic_loop/dataset_with_loop_01_03_CP_DUSB0_C01.mpt")
    # 'Loop 0 from point number 0 to 21', 'Loop 1 from point number 22 to 43'
    assert record.table["Loop / 1"].to_list() == [0] * 22 + [1] * 22
    assert record.table[s.STEP].to_list() == [0] * 22 + [1] * 22


def test_dates_advance_as_the_steps_own_time(shared_data):
    """Last minus first date = last minus first elapsed time, to the printed millisecond."""
    path = shared_data / "c_cycling/PyProBE/Sample_data_biologic_timestamped.txt"
    text, record = plain(path), read(path)
    moments = [datetime.strptime(v, "%m/%d/%Y %H:%M:%S.%f") for v in text["time/s"]]
    expected = [(m - moments[0]).total_seconds() for m in moments]  # the first row is the start of the header
    np.testing.assert_allclose(record.array(s.TIME), expected, atol=1e-6)
    # The file's own 'step time/s' runs through from the start here: an independent clock.
    np.testing.assert_allclose(record.array(s.TIME), [float(v) for v in text["step time/s"]], atol=1.5e-3)
    assert record.provenance.extra["started_local"] == "2024-11-20T11:38:41.707"


def test_three_electrodes_give_the_whole_cell(shared_data):
    path = shared_data / "a_eis/ixdat_biologic_loop/dataset_with_loop_01_05_PEIS_DUSB0_C01.mpt"
    text, record = plain(path), read(path)
    (spectrum,) = record.spectra
    assert spectrum.impedance_ohm.real.sum() == pytest.approx(total(text["Re(Zwe-ce)/Ohm"]), rel=1e-12)
    assert spectrum.impedance_ohm.imag.sum() == pytest.approx(-total(text["-Im(Zwe-ce)/Ohm"]), rel=1e-12)
    # Kirchhoff: the whole is working plus counter electrode.
    both = [float(a) + float(b) for a, b in zip(text["Re(Z)/Ohm"], text["Re(Zce)/Ohm"], strict=True)]
    np.testing.assert_allclose(spectrum.impedance_ohm.real, both, rtol=1e-4)
    assert record.array("Re(Z) / Ohm").size == 0  # no time-domain rows
    assert "Re(Z) / Ohm" in record.columns


def test_open_circuit_has_no_current(shared_data):
    record = read(shared_data / "a_eis/ixdat_biologic_loop/dataset_with_loop_01_01_OCV_DUSB0_C01.mpt")
    assert set(record.array(s.CURRENT)) == {0.0}
    assert len(record.cycling) == 21


def test_an_export_without_a_single_point(shared_data):
    record = read(shared_data / "a_eis/ixdat_biologic_loop/multiple_techniques_dataset_01_07_ZIR_C01.mpt")
    assert [f.name for f in record.findings if f.severity == "error"] == ["no_rows"]


def test_a_lost_column_name_is_refused(shared_data):
    """'freq/Hz' was cut from the line of names: read blindly, Re(Z) would be the frequency."""
    with pytest.raises(ReadError, match="18 values under 17 names"):
        read(shared_data / "a_eis/impedance.py_formats/exampleDataBioLogic_MissingFreq.mpt")


def test_an_ambiguous_start_is_named(shared_data):
    record = read(shared_data / "a_eis/impedance.py_formats/exampleDataBioLogic.mpt")  # 02/04/2018
    assert "ambiguous_start_date" in {f.name for f in record.findings}
    assert "started_local" not in record.provenance.extra


def test_the_default_area_is_shown_not_used(shared_data):
    record = read(shared_data / "a_eis/EISFitting_Dahn/MPT_example.mpt")
    assert record.provenance.extra["header_area_cm2"] == 0.001
    assert record.area_m2 is None
    assert "header_area_default" in {f.name for f in record.findings}


def test_other_text_files_are_not_taken_for_exports(shared_data):
    folder = shared_data / "a_eis/hybrid-drt_LPSCl_SSB"
    other = read(folder / "PEIS_LPSCl_IonBlocking_-25C_RelaxIS.txt").provenance.reader
    assert other is not None
    assert other.startswith("relaxis")
    with pytest.raises(ReadError, match="unknown kind of file"):
        read(folder / "sample_info.txt")


def test_the_same_spectrum_from_another_program(shared_data):
    """RelaxIS exported the same measurement; it sorts differently and prints Z''."""
    folder = shared_data / "a_eis/hybrid-drt_LPSCl_SSB"
    (spectrum,) = read(folder / "PEIS_LPSCl_IonBlocking_-25C.txt").spectra
    lines = (folder / "PEIS_LPSCl_IonBlocking_-25C_RelaxIS.txt").read_text().splitlines()
    rows = [line.split("\t") for line in lines if re.match(r"[\d.]+\t", line)]
    other = {float(r[0]): complex(float(r[1]), float(r[2])) for r in rows}
    assert len(other) == len(spectrum.frequency_Hz)
    for f, z in zip(spectrum.frequency_Hz, spectrum.impedance_ohm, strict=True):
        nearest = min(other, key=lambda g, f=f: abs(g - f))
        assert abs(nearest - f) < 1e-3 * f
        assert abs(other[nearest] - z) < 1e-5 * abs(z)
