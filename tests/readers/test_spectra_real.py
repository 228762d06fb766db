"""Every file of real spectra is read rightly, or refused with its reason.

Expected kinds and counts were taken from the files themselves by hand and with grep (rows that begin with
numbers, counts in headers), values are compared with those in the text, parsed here with `str.split`.
"""

from __future__ import annotations

import json
import re
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from interlayer.errors import ReadError
from interlayer.readers import read
from interlayer.record import schema as s
from interlayer.record.record import Record

NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"


@dataclass(frozen=True)
class Text:
    """Where frequency, real and imaginary part stand in the rows of a text, and the file's own sign of the latter."""

    frequency: int
    real: int
    imaginary: int
    turn: int = 1
    between: str | None = None
    below: str = ""
    """Rows begin after the first line that begins so."""
    until: str = ""


@dataclass(frozen=True)
class Expected:
    """What a file holds: its reader, points of each spectrum, rows of the time domain, findings that must be there."""

    reader: str
    points: tuple[int, ...] = ()
    rows: int = 0
    findings: tuple[str, ...] = ()
    complete: bool = True
    text: Text | None = None


MPT = Text(0, 1, 2, -1, "\t")  # freq/Hz, Re(Z)/Ohm, -Im(Z)/Ohm
HEADERLESS = ("columns_assumed", "imaginary_sign_kept")
THREE = Text(0, 1, 2)
COMMAS = Text(0, 1, 2, between=",")
Z_FILE = Text(0, 4, 5)
DTA = Text(2, 3, 4, below="ZCURVE")

READ = {
    "AutoEIS/test_data.csv": Expected("plain_table", (67,), text=Text(0, 1, 2, -1, ",", "freq/Hz")),
    "AutoEIS/test_data.txt": Expected("biologic_mpt", (67,), text=Text(0, 1, 2, -1, "\t", "freq/Hz")),
    "EISFitpython_Arrhenius/CSV_Example.csv": Expected(
        "plain_table", (50,), findings=HEADERLESS, text=COMMAS
    ),
    "EISFitpython_Arrhenius/Example_header.txt": Expected("novocontrol", (50,), text=THREE),
    "EISFitpython_Arrhenius/Example_noheader.txt": Expected(
        "plain_table", (42,), findings=HEADERLESS, text=THREE
    ),
    "EISFitpython_Arrhenius/s04147-140deg.txt": Expected("novocontrol", (42,), text=THREE),
    "EISFitpython_Arrhenius/s04147-170deg.txt": Expected("novocontrol", (41,), text=THREE),
    "EISFitpython_Arrhenius/s04147-200deg.txt": Expected("novocontrol", (40,), text=THREE),
    # Three points without names, all with a positive imaginary part: a half-cell cannot be inductive at 10 mHz.
    "EISFitting_Dahn/COLUMBIA_TXT_example.txt": Expected(
        "plain_table", (3,), findings=("columns_assumed", "imaginary_sign_turned"), text=Text(0, 1, 2, -1)
    ),
    "EISFitting_Dahn/DAHN_TXT_example.txt": Expected(
        "biologic_mpt", (70,), findings=("impedance_from_modulus", "spreadsheet_name")
    ),
    "EISFitting_Dahn/MPT_example.mpt": Expected("biologic_mpt", (70,)),
    "PyEIS_mpt/ex1.mpt": Expected("biologic_mpt", (59, 59)),
    "PyEIS_mpt/ex2.mpt": Expected("biologic_mpt", (59, 59)),
    # The number of rows stands in the first four bytes of the data module.
    "bdf_mpr/GCPL-0.mpr": Expected("biologic_mpr", rows=4, findings=("current_from_charge",)),
    "bdf_mpr/MB-0.mpr": Expected("biologic_mpr", rows=2),
    "bdf_mpr/MB-1.mpr": Expected("biologic_mpr", rows=13, findings=("current_from_charge",)),
    "bdf_mpr/PEIS-0.mpr": Expected("biologic_mpr", (60,)),
    "hybrid-drt_LPSCl_SSB/CP_SSB.mpr": Expected("biologic_mpr", rows=30208),
    "hybrid-drt_LPSCl_SSB/PEIS_LPSCl_IonBlocking_-25C.mpr": Expected("biologic_mpr", (79,)),
    "gamry-parser/chronoa_data.dta": Expected(
        "gamry_dta", rows=10, findings=("rows_missing",), complete=False
    ),
    "gamry-parser/chronoa_de_data.dta": Expected(
        "gamry_dta", rows=10, findings=("rows_missing", "decimal_comma"), complete=False
    ),
    "gamry-parser/cv_data.dta": Expected("gamry_dta", rows=50),
    "gamry-parser/eispot_data.dta": Expected("gamry_dta", (10,), text=DTA),
    "gamry-parser/eispot_data_curveaborted.dta": Expected(
        "gamry_dta", (5,), findings=("aborted",), complete=False, text=DTA
    ),
    "gamry-parser/ocp_data.dta": Expected(
        "gamry_dta", rows=21, findings=("rows_missing", "current_zero_at_open_circuit"), complete=False
    ),
    "gamry-parser/ocvcurve_data.dta": Expected("gamry_dta", rows=11, findings=("curves_left_out",)),
    "hybrid-drt_LPSCl_SSB/CP_SSB.txt": Expected("biologic_mpt", rows=30208),  # 30269 lines, 62 of the header
    "hybrid-drt_LPSCl_SSB/EISGALV_EISTest3.DTA": Expected("gamry_dta", (71,), text=DTA),
    "hybrid-drt_LPSCl_SSB/PEIS_LPSCl_IonBlocking_-25C.txt": Expected("biologic_mpt", (79,)),
    "hybrid-drt_LPSCl_SSB/PEIS_LPSCl_IonBlocking_-25C_RelaxIS.txt": Expected("relaxis", (79,), text=THREE),
    **{
        f"impedance.py_formats/Circuit{n}_EIS_{i}.z": Expected("zplot_z", (points,), text=Z_FILE)
        for n, points in ((1, 48), (2, 56), (3, 53))
        for i in (1, 2)
    },
    "impedance.py_formats/exampleData.csv": Expected("plain_table", (66,), findings=HEADERLESS, text=COMMAS),
    "impedance.py_formats/exampleDataAutolab.txt": Expected(
        "zplot_z", (41,), text=Text(0, 4, 5, between=",", below='"  Freq')
    ),
    "impedance.py_formats/exampleDataBioLogic.mpt": Expected("biologic_mpt", (43,)),
    "impedance.py_formats/exampleDataCHInstruments.txt": Expected("ch_instruments", (73,), text=COMMAS),
    "impedance.py_formats/exampleDataGamry.DTA": Expected(
        "gamry_dta", (72,), findings=("curves_left_out",), text=DTA
    ),
    "impedance.py_formats/exampleDataGamryABORT.DTA": Expected(
        "gamry_dta",
        (72,),
        findings=("aborted", "curves_left_out"),
        complete=False,
        text=Text(2, 3, 4, below="ZCURVE", until="EXPERIMENTABORTED"),
    ),
    "impedance.py_formats/exampleDataParstat.txt": Expected("parstat", (31,), 781),  # 812 rows, 31 with f > 0
    "impedance.py_formats/exampleDataPowersuite.txt": Expected("powersuite", (30,), text=THREE),
    "impedance.py_formats/exampleDataVersaStudio.par": Expected(
        "versastudio_par", (61,), text=Text(9, 14, 15, between=",", below="Definition", until="</Segment1>")
    ),
    "impedance.py_formats/exampleDataZPlot.z": Expected(  # 'Data Points: 56', 21 rows
        "zplot_z", (21,), findings=("rows_missing",), complete=False, text=Z_FILE
    ),
    "impedance.py_formats/exampleDataZPlot_noComments.z": Expected(  # '79' above the names, 31 rows
        "zplot_z",
        (31,),
        findings=("rows_missing",),
        complete=False,
        text=Text(0, 4, 5, between=",", below='"  Freq'),
    ),
    **{
        f"ixdat_biologic_loop/{name}.mpt": expected
        for name, expected in {
            "dataset_with_loop_01_01_OCV_DUSB0_C01": Expected("biologic_mpt", rows=21),
            "dataset_with_loop_01_02_CVA_DUSB0_C01": Expected("biologic_mpt", rows=154),
            "dataset_with_loop_01_03_CP_DUSB0_C01": Expected("biologic_mpt", rows=44),
            "dataset_with_loop_01_05_PEIS_DUSB0_C01": Expected(
                "biologic_mpt", (16,), findings=("three_electrodes",)
            ),
            "multiple_techniques_dataset_01_01_PEIS_C01": Expected("biologic_mpt", (31,)),
            "multiple_techniques_dataset_01_02_CVA_C01": Expected("biologic_mpt", rows=2572),
            "multiple_techniques_dataset_01_03_CP_C01": Expected("biologic_mpt", rows=31),
            "multiple_techniques_dataset_01_04_CP_C01": Expected("biologic_mpt", rows=21),
            "multiple_techniques_dataset_01_05_CA_C01": Expected("biologic_mpt", rows=204),
            "multiple_techniques_dataset_01_06_CA_C01": Expected("biologic_mpt", rows=234),
            "multiple_techniques_dataset_01_07_ZIR_C01": Expected("biologic_mpt", findings=("no_rows",)),
            "multiple_techniques_dataset_01_08_CVA_C01": Expected("biologic_mpt", rows=2295),
        }.items()
    },
    # Titles: 'FixedPotential at 50 freqs'; three channels, four biases, five frequencies each; '5 freqs'.
    "palmsens/BatteryCurve.pssession": Expected("palmsens_pssession", (50,)),
    "palmsens/eis_3ch_4scan_5freq.pssession": Expected("palmsens_pssession", (5,) * 12),
    "palmsens/eis_5freq.pssession": Expected("palmsens_pssession", (5,)),
    "pyDRTtools/1ZARC.csv": Expected(
        "plain_table",
        (81,),
        findings=("imaginary_sign_kept",),
        text=Text(1, 2, 3, between=",", below=",Freq"),
    ),
    "pyDRTtools/2ZARC0.csv": Expected(
        "plain_table",
        (81,),
        findings=("imaginary_sign_kept",),
        text=Text(1, 2, 3, between=",", below=",Freq"),
    ),
    "pyDRTtools/LIB_data.txt": Expected("plain_table", (107,), findings=HEADERLESS, text=THREE),
    "pyDRTtools/LIB_data_2.txt": Expected("plain_table", (100,), findings=HEADERLESS, text=THREE),
    "pyDRTtools/data_1.csv": Expected("plain_table", (107,), findings=HEADERLESS, text=COMMAS),
    "pyDRTtools/negami_data.txt": Expected("plain_table", (81,), findings=HEADERLESS, text=THREE),
    "pyDRTtools/zarc_data.txt": Expected("plain_table", (81,), findings=HEADERLESS, text=THREE),
    # Counts less one stand in bytes 6 to 11: 37, 37, 37, 249, 39, 46, 74, 331. Three sweeps turn at 1 MHz or
    # 100 kHz, their 91st, 21st and 121st point.
    "zahner_ism/000_mvdc.ism": Expected("zahner_ism", (38,)),
    "zahner_ism/150_mvdc.ism": Expected("zahner_ism", (38,)),
    "zahner_ism/300_mvdc.ism": Expected("zahner_ism", (38,)),
    "zahner_ism/500uR_measurement_pro.ism": Expected("zahner_ism", (160,), findings=("overlapping_start",)),
    "zahner_ism/ZHIT.ism": Expected("zahner_ism", (40,)),
    "zahner_ism/drift.ism": Expected("zahner_ism", (47,)),
    "zahner_ism/rc-data.ism": Expected("zahner_ism", (55,), findings=("overlapping_start",)),
    "zahner_ism/short_circuit_measurement_pro.ism": Expected(
        "zahner_ism", (212,), findings=("overlapping_start",)
    ),
}
UNKNOWN = "unknown kind of file"
REFUSED = {
    "AutoEIS/battery_data.npy": "bytes that are no text",
    "AutoEIS/circuits_filtered.csv": "no row that holds numbers only",
    "hybrid-drt_LPSCl_SSB/sample_info.txt": UNKNOWN,
    "hybrid-drt_LPSCl_SSB/webinar_sample_info.txt": UNKNOWN,
    "gamry-parser/cv_data_incompleteheader.dta": "a Gamry .DTA file that ends within its header",
    "impedance.py_formats/exampleDataBioLogic_MissingFreq.mpt": "18 values under 17 names",
    "nleis/Z1s_30a.txt": "132 columns of numbers without names",  # 66 complex numbers a row, no frequency
    "nleis/Z2s_30a.txt": "132 columns of numbers without names",
    "nleis/freq_30a.txt": "one column of numbers without names",
    "pyDRTtools/1ZARC_DRT-RR.csv": "one column of numbers without names",
    "pyDRTtools/2ZARC_DRT-RR_0.csv": "one column of numbers without names",
    "pyDRTtools/gamma_data.csv": "2 columns of numbers without names",
    "zahner_ism/000_mvdc_fit_result.json": UNKNOWN,
    "EISFitpython_Arrhenius/README.md": UNKNOWN,
    "bdf_mpr/README.md": UNKNOWN,
    "EISFitpython_Arrhenius/LICENSE.txt": UNKNOWN,
}


def names(record: Record) -> set[str]:
    return {f.name for f in record.findings}


def rows_of(path: Path, text: Text) -> np.ndarray:
    """Frequency and impedance of every row of a text, with our sign, shape (n,) complex and (n,)."""
    lines = path.read_bytes().decode("latin-1").replace("\r\n", "\n").split("\n")
    if text.below:
        lines = lines[next(i for i, line in enumerate(lines) if line.startswith(text.below)) + 1 :]
    if text.until:
        lines = lines[: next(i for i, line in enumerate(lines) if line.startswith(text.until))]
    found = []
    for line in lines:
        if not re.match(rf"\s*{NUMBER}[\s,]+{NUMBER}[\s,]+{NUMBER}", line):
            continue
        cells = line.split(text.between)
        found.append([float(cells[i]) for i in (text.frequency, text.real, text.imaginary)])
    rows = np.array(found)
    rows[:, 2] *= text.turn
    return rows


def test_every_file_is_expected(shared_data):
    folder = shared_data / "a_eis"
    files = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    licences = {name for name in files if name.endswith("/LICENSE")}
    assert files - licences == set(READ) | set(REFUSED)
    for name in licences:
        with pytest.raises(ReadError, match=UNKNOWN):
            read(folder / name)


@pytest.mark.parametrize("name", READ)
def test_what_is_read(shared_data, name):
    path, expected = shared_data / "a_eis" / name, READ[name]
    record = read(path)
    assert record.provenance.reader is not None
    assert record.provenance.reader.split()[0] == expected.reader
    assert tuple(len(x.frequency_Hz) for x in record.spectra) == expected.points
    assert len(record.cycling) == expected.rows
    assert record.complete is expected.complete
    assert set(expected.findings) <= names(record)
    assert "imaginary_sign_doubtful" not in names(record)
    assert expected.findings or not names(record) & {"imaginary_sign_turned", "imaginary_sign_assumed"}
    if expected.text is not None:
        rows = rows_of(path, expected.text)
        (spectrum,) = record.spectra
        np.testing.assert_allclose(spectrum.frequency_Hz, rows[:, 0], rtol=1e-15)
        np.testing.assert_allclose(spectrum.impedance_ohm.real, rows[:, 1], rtol=1e-15)
        np.testing.assert_allclose(spectrum.impedance_ohm.imag, rows[:, 2], rtol=1e-15)


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(shared_data, name):
    with pytest.raises(ReadError, match=REFUSED[name]) as caught:
        read(shared_data / "a_eis" / name)
    assert caught.value.exit_code == 2
    assert len(str(caught.value)) < 800


# --- values of the files that are no plain rows ----------------------------------------------------------


def test_parstat_points_and_rows_in_time(shared_data):
    path = shared_data / "a_eis/impedance.py_formats/exampleDataParstat.txt"
    rows = np.array([[float(v) for v in line.split()] for line in path.read_text().splitlines()[1:]])
    record = read(path)
    point = rows[:, 3] > 0
    (spectrum,) = record.spectra
    np.testing.assert_allclose(spectrum.impedance_ohm, rows[point, 4] + 1j * rows[point, 5], rtol=1e-15)
    np.testing.assert_allclose(record.array(s.VOLTAGE), rows[~point, 0], rtol=1e-15)
    np.testing.assert_allclose(record.array(s.CURRENT), rows[~point, 1], rtol=1e-15)
    assert spectrum.time_s == rows[point, 2][0]


def test_dahn_has_the_sign_of_its_own_phase(shared_data):
    """The spreadsheet made '#NAME?' of '-Im(Z)/Ohm'; that column is +, the phase is negative at 100 kHz."""
    path = shared_data / "a_eis/EISFitting_Dahn/DAHN_TXT_example.txt"
    rows = [line.split("\t") for line in path.read_text().splitlines()[1:]]
    (spectrum,) = read(path).spectra
    real, minus = (np.array([float(r[i]) for r in rows]) for i in (1, 2))
    # Three digits are printed of each, one of the phase in places.
    np.testing.assert_allclose(
        spectrum.impedance_ohm.imag, -minus, atol=0.02 * np.abs(spectrum.impedance_ohm).max()
    )
    np.testing.assert_allclose(spectrum.impedance_ohm.real, real, rtol=0.02)


@pytest.mark.parametrize("name", [n for n, e in READ.items() if e.reader == "zahner_ism"])
def test_zahner_against_its_bytes(shared_data, name):
    """Read here number by number with `struct`: |Z| exp(i phase), big-endian."""
    data = (shared_data / "a_eis" / name).read_bytes()
    count = int.from_bytes(data[6:12], "big") + 1
    numbers = struct.unpack_from(f">{4 * count}d", data, 12)
    f, size, phase = (numbers[i * count : (i + 1) * count] for i in range(3))
    (spectrum,) = read(shared_data / "a_eis" / name).spectra
    first = f.index(spectrum.frequency_Hz[0])
    last = first + len(spectrum.frequency_Hz)
    assert list(f[first:last]) == spectrum.frequency_Hz.tolist()
    assert {min(f), max(f)} == {spectrum.frequency_Hz.min(), spectrum.frequency_Hz.max()}
    np.testing.assert_allclose(np.abs(spectrum.impedance_ohm), size[first:last], rtol=1e-13)
    np.testing.assert_allclose(
        np.exp(1j * np.angle(spectrum.impedance_ohm)), np.exp(1j * np.array(phase[first:last])), atol=1e-12
    )


def test_zahner_fit_beside_its_file(shared_data):
    """The vendor's fit of the same file, R || C + L, and how far its program found the points from it."""
    folder = shared_data / "a_eis/zahner_ism"
    (spectrum,) = read(folder / "000_mvdc.ism").spectra
    fit = json.loads((folder / "000_mvdc_fit_result.json").read_text(encoding="utf-8"))
    elements = {name[0]: next(iter(value.values()))["value"] for name, value in fit["model"].items()}
    omega = 2 * np.pi * spectrum.frequency_Hz
    arc = elements["R"] / (1 + 1j * omega * elements["R"] * elements["C"])
    model = 1j * omega * elements["L"] + arc
    off = np.abs(np.abs(model) / np.abs(spectrum.impedance_ohm) - 1)
    assert 100 * off.max() == pytest.approx(fit["overall"]["impedance_error_max"], abs=1e-3)
    phase = np.degrees(np.abs(np.angle(spectrum.impedance_ohm) - np.angle(model)))
    assert phase.max() == pytest.approx(fit["overall"]["phase_error_max"], abs=1e-4)


def test_palmsens_states_what_a_dummy_cell_is(shared_data):
    """560 ohm + (10 kohm || 33 nF), the dummy cell that the method's notes name, within the scatter of parts."""
    (spectrum,) = read(shared_data / "a_eis/palmsens/eis_5freq.pssession").spectra
    omega = 2 * np.pi * spectrum.frequency_Hz
    model = 560 + 1e4 / (1 + 1j * omega * 1e4 * 33e-9)
    np.testing.assert_allclose(spectrum.impedance_ohm[1:], model[1:], rtol=0.1)
    assert (spectrum.impedance_ohm.imag < 0).all()


def test_palmsens_channels_and_biases(shared_data):
    """Titles: channels 3, 5 and 8, each at 0, 0.2, 0.4 and 0.6 V; measured biases are within 10 mV."""
    record = read(shared_data / "a_eis/palmsens/eis_3ch_4scan_5freq.pssession")
    table = record.table
    first = table.group_by(s.SPECTRUM, maintain_order=True).first()
    assert first["Channel / 1"].to_list() == [3.0] * 4 + [5.0] * 4 + [8.0] * 4
    np.testing.assert_allclose(first[s.VOLTAGE].to_numpy(), np.tile([0.0, 0.2, 0.4, 0.6], 3), atol=0.01)


def test_gamry_in_the_german_locale_is_the_same(shared_data):
    """The two files differ by the decimal mark and by the first row only."""
    folder = shared_data / "a_eis/gamry-parser"
    here, there = read(folder / "chronoa_data.dta"), read(folder / "chronoa_de_data.dta")
    for label in (s.TIME, s.VOLTAGE, s.CURRENT):
        np.testing.assert_allclose(here.array(label)[1:], there.array(label)[1:], rtol=1e-15)
    assert here.array(s.VOLTAGE)[1] == 0.499669
    assert there.provenance.extra["header_area_cm2"] == 1.0


def test_one_spectrum_in_three_files(shared_data):
    """The binary file, EC-Lab's export of it (8 digits) and RelaxIS' (single precision): equal as printed."""
    folder = shared_data / "a_eis/hybrid-drt_LPSCl_SSB"
    (ours,) = read(folder / "PEIS_LPSCl_IonBlocking_-25C.txt").spectra
    relaxis = read(folder / "PEIS_LPSCl_IonBlocking_-25C_RelaxIS.txt")
    (theirs,) = relaxis.spectra
    np.testing.assert_allclose(theirs.frequency_Hz[::-1], ours.frequency_Hz, rtol=6e-8)
    np.testing.assert_allclose(theirs.impedance_ohm.real[::-1], ours.impedance_ohm.real, rtol=6e-8)
    np.testing.assert_allclose(theirs.impedance_ohm.imag[::-1], ours.impedance_ohm.imag, rtol=6e-8)
    binary = read(folder / "PEIS_LPSCl_IonBlocking_-25C.mpr")
    np.testing.assert_allclose(binary.spectra[0].frequency_Hz, ours.frequency_Hz, rtol=6e-8)
    np.testing.assert_allclose(binary.spectra[0].impedance_ohm, ours.impedance_ohm, rtol=6e-8)
    np.testing.assert_allclose(binary.spectra[0].impedance_ohm, theirs.impedance_ohm[::-1], rtol=1e-15)
    assert binary.provenance.extra["started_local"] == "2025-05-15T01:18:45.867"  # as in the export's header
    # RelaxIS' own DC is the mean bias of EC-Lab's points.
    bias = read(folder / "PEIS_LPSCl_IonBlocking_-25C.txt").table[s.VOLTAGE].mean()
    assert relaxis.provenance.extra["dc_bias_V"] == pytest.approx(bias, abs=1e-5)


def test_a_trap_of_signs_the_same_battery_in_two_files(shared_data):
    """LIB_data and data_1 are of one cell; inductive at 1 kHz, capacitive at 5 mHz in both."""
    for name in ("LIB_data.txt", "data_1.csv"):
        (spectrum,) = read(shared_data / "a_eis/pyDRTtools" / name).spectra
        assert spectrum.impedance_ohm[0].imag > 0
        assert spectrum.impedance_ohm[-1].imag < 0
