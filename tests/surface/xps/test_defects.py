"""Defects are named, wrong files are refused in words."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from interlayer.errors import InputError, ReadError
from interlayer.surface.xps.readers.checks import finished, noise_over_counting
from interlayer.surface.xps.readers.contract import ColumnMap
from interlayer.surface.xps.readers.read import read_regions
from interlayer.surface.xps.spectrum import Region
from tests.surface.xps import writers


def region(energy=None, intensity=None, **more) -> Region:
    truth = writers.spectrum()
    energy = truth.binding if energy is None else energy
    return Region(
        "Cu 2p", energy, truth.counts if intensity is None else intensity, **{"counting_s": 0.5, **more}
    )


def names(one: Region) -> dict[str, int | None]:
    return {f.name: f.rows for f in finished(one).findings}


def test_sound_spectrum_has_none():
    assert names(region()) == {}


def test_negative_counts():
    counts = writers.spectrum().counts.copy()
    counts[:4] = -1.0
    assert names(region(intensity=counts))["negative_counts"] == 4


def test_saturation():
    counts = np.minimum(writers.spectrum().counts, 3000.0)
    flat = int(np.count_nonzero(counts == 3000.0))
    assert flat > 10
    assert names(region(intensity=counts))["saturated"] == flat


def test_uneven_repeated_turning_rising():
    energy = writers.spectrum().binding
    wide = np.where(np.arange(101) >= 50, energy - 0.4, energy)
    assert names(region(wide))["uneven_steps"] == 1
    twice = energy.copy()
    twice[10] = twice[9]
    assert names(region(twice))["repeated_energies"] == 1
    there_and_back = np.concatenate((energy[:51], energy[:50]))
    assert names(region(there_and_back))["energies_turn"] == 1
    assert "rising_energies" in names(region(energy[::-1]))


def test_impossible_energies():
    energy = writers.spectrum().binding
    assert "energies_out_of_range" in names(region(energy, photon_energy_eV=180.0))
    assert "energies_out_of_range" not in names(region(energy, photon_energy_eV=1486.6))


def test_flat_is_no_signal():
    assert "no_signal" in names(region(intensity=np.full(101, 7.0)))


def test_points_without_a_number_go_with_their_columns():
    counts = writers.spectrum().counts.copy()
    counts[5] = np.nan
    whole = finished(region(intensity=counts, columns={"transmission": np.arange(101.0)}))
    assert len(whole.energy_eV) == len(whole.columns["transmission"]) == 100
    assert 5.0 not in whole.columns["transmission"]


@pytest.mark.parametrize("level", [50.0, 1000.0, 50_000.0])
def test_scatter_of_poisson_numbers_is_one(level: float):
    rng = np.random.default_rng(3)
    mean = level * (1.0 + 0.5 * np.sin(np.linspace(0.0, 3.0, 4000)))
    counts = rng.poisson(mean).astype(float)
    energy = np.linspace(900.0, 500.0, 4000)
    # the median of 4000 deviations is known to 2 %; 10 % leaves room for their correlation
    assert noise_over_counting(Region("x", energy, counts)) == pytest.approx(1.0, abs=0.1)
    # nine scans averaged: a third of the scatter
    mean_of_nine = rng.poisson(mean, (9, 4000)).mean(axis=0)
    assert noise_over_counting(Region("x", energy, mean_of_nine)) == pytest.approx(1 / 3, abs=0.03)
    rate = Region("x", energy, counts / 0.2, "counts/s", 0.2)
    assert noise_over_counting(rate) == pytest.approx(1.0, abs=0.1)
    assert noise_over_counting(Region("x", energy, counts, "1")) is None


def test_scatter_unlike_counting_is_said():
    energy = np.linspace(900.0, 880.0, 200)
    smooth = 1000.0 + 10.0 * np.arange(200.0)
    smooth[::2] += 1.0
    assert "noise_unlike_counting" in names(region(energy, smooth))


STRANGERS = {
    "cycler.csv": b"Time / s,Voltage / V,Current / A\n" + b"".join(b"%d,3.4,0.001\n" % i for i in range(50)),
    "energy.csv": b"Cycle,Energy (Wh),Capacity (Ah)\n" + b"".join(b"%d,3.4,0.9\n" % i for i in range(50)),
    "eis.csv": b"freq/Hz,Re(Z)/Ohm,-Im(Z)/Ohm\n" + b"".join(b"%d,10.0,0.9\n" % (i + 1) for i in range(50)),
    "photo.vms": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
    "photo.png": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
    "photo.jpg": b"\xff\xd8\xff\xe0" + bytes(range(256)),
    "zeros.csv": b"\x00" * 5000,
    "random.txt": bytes((i * 7919) % 256 for i in range(5000)),
    "empty.vms": b"",
    "blank.csv": b"\n\n  \n",
    "words.txt": b"The sample was washed with DME.\n" * 20,
    "head_only.csv": b"Binding Energy (eV),Counts\n",
    "three.csv": b"Binding Energy (eV),Counts\n285,1\n284,2\n283,3\n",
    "book.xlsx": b"PK\x03\x04" + bytes(200),
    "old.vgd": b"\xd0\xcf\x11\xe0" + bytes(600),
    "mark_only.vms": b"VAMAS Surface Chemical Analysis Standard Data Transfer Format 1988 May 4\r\n",
    "mark_only.spe": b"SOFH\r\nPlatform: PC\r\n",
    "head_only.spe": b"SOFH\r\nSpectralRegDef: 1 1 C1s 6 11 -0.1 290 289 289 290 0.1 23 AREA\r\nEOFH\r\n",
    "no_regions.spe": b"SOFH\r\nPlatform: PC\r\nEOFH\r\n" + bytes(64),
    "mark_only.avg": b";Dump of DataSpace 'x'\r\n$FORMAT=4\r\n",
    "mark_only.xy": b"# Created by: SpecsLab Prodigy\n#\n",
    "mark_only.txt": b"[Info]\r\nNumber of Regions=0001\r\n",
    "mark_only_casa.txt": b"Cycle 1:a:b\n\tCharacteristic Energy eV\t1486.6\n",
    "side_by_side.txt": b"Name\t\tA\nPosition\t\t1\nFWHM\t\t1\nArea\t\t1\nLineshape\t\tGL\n\nB.E.\tx:CPS\n1\t2\n",
    "nothing.xyz": b"\x01\x02\x03\x04",
}


@pytest.mark.parametrize("name", STRANGERS)
def test_wrong_files_are_refused_in_words(tmp_path: Path, name: str):
    path = tmp_path / name
    path.write_bytes(STRANGERS[name])
    with pytest.raises(ReadError) as refused:
        read_regions(path)
    assert refused.value.where == name
    assert len(refused.value.what) > 10
    assert "Traceback" not in str(refused.value)


@pytest.mark.parametrize("keep", [0.02, 0.3, 0.7, 0.97])
def test_cut_workbooks(tmp_path: Path, keep: float):
    pytest.importorskip("fastexcel")
    pytest.importorskip("xlsxwriter")
    path = tmp_path / "a.xlsx"
    writers.avantage_xlsx(path, [writers.spectrum("C1s Scan", 285.0)], {})
    data = path.read_bytes()
    path.write_bytes(data[: int(keep * len(data))])
    with pytest.raises(ReadError):
        read_regions(path)


def test_workbook_without_spectra(tmp_path: Path):
    pytest.importorskip("fastexcel")
    xlsxwriter = pytest.importorskip("xlsxwriter")
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet("cycling")
        sheet.write_row(0, 0, ["Time / s", "Voltage / V"])
        for i in range(1, 30):
            sheet.write_row(i, 0, [i, 3.4])
    with pytest.raises(ReadError, match="no column is named as an energy"):
        read_regions(tmp_path / "a.xlsx")
    with pytest.raises(InputError, match="no sheet 'xps'; the sheets are cycling"):
        read_regions(tmp_path / "a.xlsx", columns={"sheet": "xps"})


def test_missing_file_and_folder(tmp_path: Path):
    with pytest.raises(ReadError, match="no such file"):
        read_regions(tmp_path / "a.vms")
    with pytest.raises(ReadError):
        read_regions(tmp_path)


def test_profile_of_phi_is_refused(tmp_path: Path):
    writers.phi_spe(tmp_path / "a.spe", [writers.spectrum()], file_type="DEPTH PROFILE")
    with pytest.raises(ReadError, match="DEPTH PROFILE"):
        read_regions(tmp_path / "a.spe")


def test_empty_data_space(tmp_path: Path):
    writers.avantage_avg(tmp_path / "a.avg", writers.spectrum(), empty=True)
    with pytest.raises(ReadError, match="no values"):
        read_regions(tmp_path / "a.avg")


class TestTables:
    """What a table does not say is asked for, not guessed."""

    def test_energy_of_an_unknown_kind(self, tmp_path: Path):
        truth = writers.spectrum()
        path = writers.table(tmp_path / "a.csv", truth, head="Energy (eV),Counts")
        with pytest.raises(ReadError, match="binding or kinetic"):
            read_regions(path)
        (region,) = read_regions(path, columns={"axis": "binding"})
        np.testing.assert_allclose(region.energy_eV, truth.binding, atol=1e-4)

    def test_kinetic_needs_photon_energy_and_work_function(self, tmp_path: Path):
        truth = writers.spectrum()
        path = writers.table(tmp_path / "a.csv", truth, head="KE (eV),Counts")
        (region,) = read_regions(path)
        assert region.is_kinetic
        assert "kinetic_only" in [f.name for f in region.findings]
        (region,) = read_regions(path, columns={"photon_energy_eV": 1486.6})
        assert "work_function_unknown" in [f.name for f in region.findings]
        (region,) = read_regions(path, columns={"photon_energy_eV": 1486.6, "work_function_eV": 4.5})
        np.testing.assert_allclose(region.energy_eV, 1486.6 - 4.5 - truth.binding, atol=1e-4)
        assert "work_function_unknown" not in [f.name for f in region.findings]

    def test_unit_that_is_not_said(self, tmp_path: Path):
        path = writers.table(tmp_path / "a.csv", writers.spectrum(), head="BE,Intensity")
        (region,) = read_regions(path)
        assert region.intensity_unit == "1"
        assert "unit_unknown" in [f.name for f in region.findings]
        (region,) = read_regions(path, columns=ColumnMap(unit="counts", counting_s=0.5))
        assert (region.intensity_unit, region.counting_s) == ("counts", 0.5)
        assert [f.name for f in region.findings if "told" in f.name] == ["unit_told", "counting_time_told"]
        assert "unit_unknown" not in [f.name for f in region.findings]

    def test_unit_that_is_said_is_not_contradicted(self, tmp_path: Path):
        path = writers.table(tmp_path / "a.csv", writers.spectrum(), head="BE,Counts/s")
        with pytest.raises(ReadError, match="the file says counts/s, you say counts"):
            read_regions(path, columns={"unit": "counts"})
        path = writers.vamas(tmp_path / "a.vms", [writers.spectrum()])
        (region,) = read_regions(path, columns={"counting_s": 2.0})
        assert region.counting_s == 2.0
        assert "the file says 0.5 s" in region.findings[-1].detail

    def test_two_signals(self, tmp_path: Path):
        rows = "".join(f"{300 - i},{i},{2 * i}\n" for i in range(20))
        (tmp_path / "a.csv").write_text("BE,sample a,sample b\n" + rows)
        with pytest.raises(ReadError, match="2 columns can be the signal of 'BE'"):
            read_regions(tmp_path / "a.csv")
        told = {"energy": "be", "intensity": "Sample B", "unit": "counts"}
        (region,) = read_regions(tmp_path / "a.csv", columns=told)
        np.testing.assert_array_equal(region.intensity, 2.0 * np.arange(20))

    @pytest.mark.parametrize(
        ("told", "message"),
        [
            ({"energy": "bee"}, "no column 'bee'"),
            ({"energy": 9}, "column 9"),
            ({"energy": 0}, "counted from 1"),
            ({"energy": 1, "intensity": 1}, "both energy and intensity"),
            ({"axis": "photon"}, "unknown kind of energy"),
            ({"unit": "cps"}, "unknown unit of intensity"),
            ({"photon_energy_eV": -1.0}, "must be above 0"),
            ({"photon_energy": 1486.6}, "photon_energy_eV"),
        ],
    )
    def test_nonsense_is_refused(self, tmp_path: Path, told, message: str):
        path = writers.table(tmp_path / "a.csv", writers.spectrum())
        with pytest.raises(InputError, match=message):
            read_regions(path, columns=told)

    def test_decimal_commas_between_commas(self, tmp_path: Path):
        rows = "".join(f"{300 - i},5,{100 + i}\n" for i in range(20))
        (tmp_path / "a.csv").write_text("Binding Energy (eV),Counts\n" + rows)
        with pytest.raises(ReadError, match="3 values under 2 names"):
            read_regions(tmp_path / "a.csv")

    def test_prose_is_no_name_of_an_axis(self, tmp_path: Path):
        rows = "".join(f"{300 - i},{100 + i}\n" for i in range(20))
        (tmp_path / "a.csv").write_text("to be measured again\nEnergy,Counts\n" + rows)
        with pytest.raises(ReadError, match="binding or kinetic"):
            read_regions(tmp_path / "a.csv")
        (tmp_path / "a.csv").write_text("x: binding energy\nEnergy,Counts\n" + rows)
        (region,) = read_regions(tmp_path / "a.csv")
        assert region.energy_eV[0] == 300.0

    @pytest.mark.parametrize(
        "head", ["Binding Energy (eV)  Counts", "Binding Energy (eV) Counts (1)", "BE Counts", "# BE Counts"]
    )
    def test_names_between_blanks(self, tmp_path: Path, head: str):
        rows = "".join(f"{300 - i} {100 + i}\n" for i in range(20))
        (tmp_path / "a.dat").write_text(head + "\n" + rows)
        (region,) = read_regions(tmp_path / "a.dat")
        assert (region.intensity_unit, region.intensity[0]) == ("counts", 100.0)

    def test_two_lines_of_names(self, tmp_path: Path):
        rows = "".join(f"{300 - 0.1 * i:.1f}\t{100 + i}\n" for i in range(20))
        (tmp_path / "C1s.txt").write_text("washed cell\nBinding Energy\tIntensity\neV\tcounts/s\n" + rows)
        (region,) = read_regions(tmp_path / "C1s.txt")
        assert (region.name, region.intensity_unit, len(region.energy_eV)) == ("C 1s", "counts/s", 20)
