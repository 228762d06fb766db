"""Every BioLogic file at hand: read with as many rows as it holds, or refused with its reason.

Row counts, times and charges are taken from the bytes and lines of the files themselves, without the package;
settings of binary files are compared with EC-Lab's texts of the same measurement.
"""

from __future__ import annotations

import re
import struct

import numpy as np
import polars as pl
import pytest

from interlayer.errors import ReadError
from interlayer.readers import read
from interlayer.readers.biologic_mps import read_settings
from interlayer.record import schema as s

LI = "b_symmetric_plating/datalab-insitu_LiLi_TEGDME/jr862_11_08_23_insitu-impedance-LiLi_1MLiTFSI_TEGDME-1mA"
IXDAT = "a_eis/ixdat_biologic_loop/"
HYBRID = "a_eis/hybrid-drt_LPSCl_SSB/"
NAVANI = "c_cycling/navani/00_test_"
PYPROBE = "c_cycling/PyProBE/Sample_data_biologic_"
GCPL = "c_cycling/datalab/jdb11-1_c3_gcpl_5cycles_2V-3p8V_C-24_data_C09.mpr"
FILES = {
    "a_eis/EISFitting_Dahn/MPT_example.mpt": "",
    "a_eis/PyEIS_mpt/ex1.mpt": "",
    "a_eis/PyEIS_mpt/ex2.mpt": "",
    "a_eis/bdf_mpr/GCPL-0.mpr": "",
    "a_eis/bdf_mpr/MB-0.mpr": "",
    "a_eis/bdf_mpr/MB-1.mpr": "",
    "a_eis/bdf_mpr/PEIS-0.mpr": "",
    HYBRID + "CP_SSB.mpr": "",
    HYBRID + "CP_SSB.txt": "",
    HYBRID + "PEIS_LPSCl_IonBlocking_-25C.mpr": "",
    HYBRID + "PEIS_LPSCl_IonBlocking_-25C.txt": "",
    "a_eis/impedance.py_formats/exampleDataBioLogic.mpt": "",
    "a_eis/impedance.py_formats/exampleDataBioLogic_MissingFreq.mpt": "18 values under 17 names",
    IXDAT + "dataset_with_loop_01_01_OCV_DUSB0_C01.mpt": "",
    IXDAT + "dataset_with_loop_01_02_CVA_DUSB0_C01.mpt": "",
    IXDAT + "dataset_with_loop_01_03_CP_DUSB0_C01.mpt": "",
    IXDAT + "dataset_with_loop_01_05_PEIS_DUSB0_C01.mpt": "",
    IXDAT + "multiple_techniques_dataset_01_01_PEIS_C01.mpt": "",
    IXDAT + "multiple_techniques_dataset_01_02_CVA_C01.mpt": "",
    IXDAT + "multiple_techniques_dataset_01_03_CP_C01.mpt": "",
    IXDAT + "multiple_techniques_dataset_01_04_CP_C01.mpt": "",
    IXDAT + "multiple_techniques_dataset_01_05_CA_C01.mpt": "",
    IXDAT + "multiple_techniques_dataset_01_06_CA_C01.mpt": "",
    IXDAT + "multiple_techniques_dataset_01_07_ZIR_C01.mpt": "",
    IXDAT + "multiple_techniques_dataset_01_08_CVA_C01.mpt": "",
    LI + "-prerun.mps": "an EC-Lab settings file",
    LI + "-prerun_C05.mpr": "",
    LI + ".mps": "an EC-Lab settings file",
    LI + "_01_GCPL_C05.mpr": "",
    PYPROBE + "01_MB_CA1.txt": "",
    PYPROBE + "no_header.mpt": "",
    PYPROBE + "timestamped.txt": "",
    GCPL: "",
    NAVANI + "01_OCV_C01.mpr": "",
    NAVANI + "02_MB_C01.mpr": "",
    NAVANI + "04_MB_C01.mpr": "",
}
"""File and, if it is refused, words of the reason."""


def rows_of(path) -> int:
    """Rows as the file itself announces them (binary), or lines under the names (text)."""
    data = path.read_bytes()
    if path.suffix == ".mpr":
        at = data.index(b"MODULEVMP data")
        return int.from_bytes(
            data[at + (65 if data[at + 41 : at + 45] == b"\xff" * 4 else 57) :][:4], "little"
        )
    lines = data.replace(b"\r\n", b"\n").split(b"\n")
    found = re.search(rb"Nb header lines\s*:\s*(\d+)", data)
    return sum(bool(line.strip()) for line in lines[int(found[1]) if found else 1 :])


@pytest.mark.parametrize(("name", "reason"), FILES.items())
def test_it_is_read_or_refused_with_its_reason(shared_data, name, reason):
    path = shared_data / name
    if reason:
        with pytest.raises(ReadError, match=re.escape(reason)) as caught:
            read(path)
        assert " -> " in str(caught.value)
        return
    record = read(path)
    assert len(record.table) == rows_of(path)
    assert record.complete
    assert not [f.name for f in record.findings if f.severity == "error" and f.name != "no_rows"]


def test_none_is_forgotten(shared_data):
    found = {
        p.relative_to(shared_data).as_posix()
        for e in ("mpr", "mpt", "mps")
        for p in shared_data.rglob(f"*.{e}")
    }
    assert found <= set(FILES)


def test_settings_of_the_binary_file_are_those_of_its_text(shared_data):
    """Chronopotentiometry (8 sequences) and potentiostatic impedance: each value as EC-Lab prints it."""
    for name in ("CP_SSB", "PEIS_LPSCl_IonBlocking_-25C"):
        text, binary = (read(shared_data / f"{HYBRID}{name}.{e}").provenance.extra for e in ("txt", "mpr"))
        assert len(binary["settings"]) >= 8
        for key, values in binary["settings"].items():
            assert values == text["settings"][key], key
        assert binary["header_area_cm2"] == text["header_area_cm2"]
        assert binary["software"].split()[-1] in text["software"]
        assert binary.get("set_currents_A") == text.get("set_currents_A")
    reference = read(shared_data / f"{HYBRID}CP_SSB.txt").provenance.extra["reference_electrode"]
    ours = read(shared_data / f"{HYBRID}CP_SSB.mpr").provenance.extra["reference_electrode"]
    assert reference == f"{ours} (0.241 V)"


@pytest.mark.parametrize(
    ("measured", "settings", "place"), [("_01_GCPL_C05", "", 0), ("-prerun_C05", "-prerun", 0)]
)
def test_settings_of_the_binary_file_are_those_of_the_settings_file(shared_data, measured, settings, place):
    binary = read(shared_data / f"{LI}{measured}.mpr").provenance.extra
    technique = read_settings(shared_data / f"{LI}{settings}.mps").techniques[place]
    assert binary["technique"] == technique.name
    for key, values in binary["settings"].items():
        assert values == technique.parameters[key], key
    assert binary["comments"].startswith("Li-ion 18650 1.35 A.h")
    assert binary["characteristic_mass"] == "1.500 mg"


def test_loops_are_those_that_the_instrument_wrote_beside(shared_data):
    (lines,) = shared_data.glob(f"{LI}_01_GCPL_C05_LOOP.txt")
    starts = [int(x) for x in lines.read_text().split("\n")[1:] if x.strip()]
    record = read(shared_data / f"{LI}_01_GCPL_C05.mpr")
    assert starts == [0, len(record.table)]
    assert record.table["Loop / 1"].to_list() == [0] * 109


@pytest.mark.parametrize(
    "name", [GCPL, LI + "_01_GCPL_C05.mpr", NAVANI + "02_MB_C01.mpr", NAVANI + "04_MB_C01.mpr"]
)
def test_charges_agree_with_currents_and_with_each_other(shared_data, name):
    """Three counters of the instrument: dq of each row, its sum (Q-Qo), and the charge of each half cycle."""
    table = read(shared_data / name).table
    dq, total = (table[c].to_numpy() for c in ("dq / mA.h", "(Q-Qo) / mA.h"))
    scale = np.abs(total).max()
    # Sum from row to row; the first row may carry charge from before.
    np.testing.assert_allclose(np.cumsum(dq[1:]), total[1:] - total[0], atol=2e-6 * scale)
    half = table.with_columns(
        pl.Series("q", total), (pl.col(s.CHARGE_CAPACITY) - pl.col(s.DISCHARGE_CAPACITY)).alias("counted")
    )
    ends = half.group_by("half cycle / 1", maintain_order=True).agg(
        pl.col("q").last(), pl.col("counted").last()
    )
    steps = np.diff(ends["q"].to_numpy())
    np.testing.assert_allclose(ends["counted"].to_numpy()[1:] * 1e3, steps, atol=2e-3 * scale)


@pytest.mark.parametrize("name", [NAVANI + "04_MB_C01.mpr", HYBRID + "CP_SSB.mpr"])
def test_the_integral_of_the_current_is_the_charge(shared_data, name):
    """Files that store both, current as sampled and charge as integrated by the instrument: to 0.5 %."""
    table = read(shared_data / name).table
    charge = table["(Q-Qo) / mA.h"] * 3.6 if "(Q-Qo) / mA.h" in table.columns else table["(Q-Qo) / C"]
    current, time, passed = (x.to_numpy() for x in (table[s.CURRENT], table[s.TIME], charge))
    if name.startswith(HYBRID):  # pulses of both signs cancel in the end: the charge of the longest one
        inside = table["Ns / 1"].to_numpy() == 5
        current, time, passed = current[inside], time[inside], passed[inside]
    integral = (current[1:] * np.diff(time)).sum()
    assert integral == pytest.approx(passed[-1] - passed[0], rel=5e-3)


@pytest.mark.parametrize(
    "name", [GCPL, LI + "_01_GCPL_C05.mpr", "a_eis/bdf_mpr/MB-1.mpr", "a_eis/bdf_mpr/GCPL-0.mpr"]
)
def test_set_currents_are_the_control_of_the_rows(shared_data, name):
    """The settings module against the rows: in mode 1 `control` is the set current of the sequence, mA."""
    record = read(shared_data / name)
    currents = record.provenance.extra["set_currents_A"]
    rows = record.table.filter(pl.col("mode / 1") == 1)
    for sequence, control in rows.group_by("Ns / 1").agg(pl.col("control / V/mA").last()).iter_rows():
        assert control * 1e-3 == pytest.approx(currents[int(sequence)], rel=1e-4)


def test_cycles_are_numbered_as_exports_number_them(shared_data):
    """Exports that print both: `cycle number` is half of `half cycle`, rounded down."""
    seen = 0
    for name in FILES:
        if name.endswith((".mpt", "CA1.txt")):
            record = None if FILES[name] else read(shared_data / name)
            if record is not None and "half cycle / 1" in record.columns and len(record.table):
                both = record.table.select(s.CYCLE, pl.col("half cycle / 1") // 2).unique()
                assert (both[s.CYCLE] == both["half cycle / 1"].cast(pl.Int64)).all(), name
                seen += len(both)
    assert seen >= 10


def test_the_data_module_of_every_binary_file_is_made_up_of_known_columns(shared_data):
    """Numbers in the list 'seen' stand in these files, and only those."""
    from interlayer.readers import biologic_ids

    seen: set[int] = set()
    for name in FILES:
        if not name.endswith(".mpr"):
            continue
        data = (shared_data / name).read_bytes()
        at = data.index(b"MODULEVMP data")
        wide = data[at + 41 : at + 45] == b"\xff" * 4
        begin = at + (65 if wide else 57)
        seen |= set(struct.unpack_from(f"<{data[begin + 4]}H", data, begin + (6 if wide else 5)))
    assert seen == set(biologic_ids.SEEN) | set(biologic_ids.FLAGS)
