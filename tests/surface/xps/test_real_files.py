"""Every measured file of the shared folders is read, or refused with its reason.

Expected numbers are those that stand in the files themselves: headers, comments, and the same data in a second file.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from interlayer.errors import ReadError
from interlayer.surface.xps.line_names import line_of
from interlayer.surface.xps.readers.read import read_regions

HERE = Path(__file__).resolve()
SHARED = next(
    (p for up in HERE.parents if (p := up.parent / "shared" / "data" / "d_characterisation").is_dir()),
    HERE.parent / "absent",
)

# file: (reader, photon energy, [(line, points, first and last binding energy)]), or the words of the refusal
EXPECTED: dict[str, tuple[str, float | None, list[tuple[str, int, float, float]]] | str] = {
    "xps_LG4X/0-150W.vms": (
        "vamas",
        1486.69,
        [
            ("survey", 1206, 1200.0, -5.0),
            ("Ni 2p", 601, 900.0, 840.0),
            ("O 1s", 251, 545.0, 520.0),
            ("C 1s", 301, 300.0, 270.0),
            ("W 4f", 251, 50.0, 25.0),
        ],
    ),
    "xps_LG4X/C1s_sample.csv": ("xps_table", None, [("C 1s", 351, 301.5, 266.5)]),
    "xps_LG4X/PET_C1s.csv": ("xps_table", None, [("C 1s", 401, 299.300817, 279.300817)]),
    "xps_LG4X/Mutlipak_vms.npl": (
        "vamas",
        1486.6,
        [
            ("C 1s", 601, 305.0, 275.0),
            ("O 1s", 601, 555.0, 525.0),
            ("S 2p", 501, 180.0, 155.0),
            ("N 1s", 401, 410.0, 390.0),
            ("Mo 3d", 401, 240.0, 220.0),
        ],
    ),
    "xps_LG4X/LICENSE": "no file of photoelectron spectra",
    "xps_LG4X/readme.md": "no file of photoelectron spectra",
    "xps_lmfitxps_Au4f/LICENSE": "no file of photoelectron spectra",
    "xps_lmfitxps_Au4f/clean_Au_4f.csv": ("xps_table", 180.0, [("Au 4f", 294, 96.0, 84.0016)]),
    "xps_lmfitxps_Au4f/clean_Au_4f.txt": "no column is named as an energy of electrons",
    "xps_pynxtools/LICENSE": "no file of photoelectron spectra",
    "xps_pynxtools/Cu-HHTP_0001.txt": ("scienta_txt", 700.0, [("survey", 1221, 600.0, -10.0)]),
    "xps_pynxtools/Cu-HHTP_0003.txt": ("scienta_txt", 400.0, [("C 1s", 321, 296.0, 280.0)]),
    "xps_pynxtools/Cu-HHTP_0004.txt": ("scienta_txt", 400.0, [("Cu 3p", 321, 84.0, 68.0)]),
    "xps_pynxtools/MgFe2O4_small.xy": (
        "specs_xy",
        1486.61,
        [("survey", 1351, 1350.0, 0.0), ("Fe 2p", 56, 750.0, 695.0)],
    ),
    "xps_pynxtools/SnO2_10nm.spe": ("phi_spe", 1486.6, [("survey", 1751, 1400.0, 0.0)]),
    "xps_pynxtools/irregular.vms": ("vamas", 1486.61, [("survey", 1351, 1350.0, 0.0)]),
    "xps_pynxtools/regular.vms": ("vamas", 1486.61, [("survey", 1351, 1350.0, 0.0)]),
    "xps_pynxtools/vms_txt_export.txt": (
        "casaxps_text",
        1486.61,
        [
            ("survey", 1201, 1200.0, 0.0),
            ("Ni 2p", 501, 890.0, 840.0),
            ("survey", 1201, 1200.0, 0.0),
            ("Ni 2p", 501, 890.0, 840.0),
        ],
    ),
}


def shared(name: str) -> Path:
    path = SHARED / name
    if not path.is_file():
        pytest.skip("shared data absent")
    return path


def test_no_file_is_forgotten():
    if not SHARED.is_dir():
        pytest.skip("shared data absent")
    there = {str(p.relative_to(SHARED)) for p in SHARED.glob("xps_*/**/*") if p.is_file()}
    assert there == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_read_or_refused(name: str):
    path, expected = shared(name), EXPECTED[name]
    if isinstance(expected, str):
        with pytest.raises(ReadError, match=expected) as refused:
            read_regions(path)
        assert refused.value.advice
        return
    reader, photon, wanted = expected
    found = read_regions(path)
    assert len(found) == len(wanted)
    for region, (line, points, first, last) in zip(found, wanted, strict=True):
        assert region.extra["reader"] == reader
        assert line_of(region)[0] == line
        assert len(region.energy_eV) == len(region.intensity) == points
        assert all(len(column) == points for column in region.columns.values())
        assert region.energy_eV[0] == pytest.approx(first, abs=1e-4)
        assert region.energy_eV[-1] == pytest.approx(last, abs=1e-4)
        assert region.photon_energy_eV == photon
        assert not region.is_kinetic


def test_kratos_counts_are_whole_and_timed_as_its_comments_say():
    regions = read_regions(shared("xps_LG4X/0-150W.vms"))
    # 'Dwell time : 239ms' and 'Sweeps : 5' of the O 1s block, and so on
    for region, dwell, sweeps in zip(
        regions, (0.100, 0.100, 0.239, 0.199, 0.239), (1, 1, 5, 10, 10), strict=True
    ):
        assert region.intensity_unit == "counts"
        assert np.all(region.intensity == np.round(region.intensity))
        assert region.counting_s == pytest.approx(dwell * sweeps, rel=6e-3)
        assert region.sample == "Ni-W"
        assert set(region.columns) == {"transmission"}
    assert regions[1].intensity[:2] == pytest.approx([114, 119])
    assert regions[0].extra["private"]["operator"] == "600-72-HP\\600-72"


@pytest.mark.parametrize("name", ["xps_LG4X/Mutlipak_vms.npl", "xps_pynxtools/SnO2_10nm.spe"])
def test_phi_rates_times_their_time_are_whole_counts(name: str):
    for region in read_regions(shared(name)):
        assert region.intensity_unit == "counts/s"
        assert region.counting_s is not None
        counts = region.intensity * region.counting_s
        np.testing.assert_allclose(counts, np.round(counts), atol=2e-3)
        assert region.extra["noise_over_counting"] == pytest.approx(
            1.0, abs=0.1
        )  # counting, and nothing else


def test_one_measurement_in_three_files():
    (regular,) = read_regions(shared("xps_pynxtools/regular.vms"))
    (irregular,) = read_regions(shared("xps_pynxtools/irregular.vms"))
    xy = read_regions(shared("xps_pynxtools/MgFe2O4_small.xy"))[0]
    assert (regular.intensity_unit, irregular.intensity_unit, xy.intensity_unit) == (
        "counts",
        "counts/s",
        "counts/s",
    )
    assert regular.counting_s == xy.counting_s == 0.1
    for other in (irregular, xy):
        np.testing.assert_allclose(other.energy_eV, regular.energy_eV, atol=1e-9)
        np.testing.assert_allclose(other.intensity * 0.1, regular.intensity, rtol=1e-5)
    np.testing.assert_array_equal(irregular.columns["transmission"], regular.columns["transmission"])
    # the irregular file states 1 s x 1 scan, which the values contradict: no counting time is believed
    assert irregular.counting_s is None
    assert "counting_time_unknown" in [f.name for f in irregular.findings]
    assert regular.pass_energy_eV == xy.pass_energy_eV == 100.0
    assert irregular.pass_energy_eV is None  # 1E37


def test_gold_in_two_files():
    (csv,) = read_regions(shared("xps_lmfitxps_Au4f/clean_Au_4f.csv"))
    told = {"energy": 1, "intensity": 11, "axis": "kinetic", "photon_energy_eV": 180.0}
    (txt,) = read_regions(shared("xps_lmfitxps_Au4f/clean_Au_4f.txt"), columns=told)
    np.testing.assert_allclose(txt.energy_eV, csv.energy_eV)
    np.testing.assert_array_equal(txt.intensity[1:], csv.intensity[1:])
    assert (txt.intensity[0], csv.intensity[0]) == (8916.0, 9616.0)  # so they stand in the two files
    # Au 4f7/2 of the metal, 84.0 eV in every table, comes out too high by a work function: which is said
    assert 3.0 < csv.energy_eV[np.argmax(csv.intensity)] - 84.0 < 5.0
    assert "work_function_unknown" in [f.name for f in csv.findings]


def test_casaxps_counts_are_rates_times_time():
    path = shared("xps_pynxtools/vms_txt_export.txt")
    rows = [line.split("\t") for line in path.read_text().split("\n") if line[:1].isdigit()]
    rates = [float(row[4]) for row in rows]
    regions = read_regions(path)
    counts = np.concatenate([r.intensity for r in regions])
    time = np.concatenate([np.full(len(r.intensity), r.counting_s) for r in regions])
    np.testing.assert_allclose(counts, np.array(rates) * time, rtol=1e-6)
    assert [r.sample for r in regions] == ["Ni", "Ni", "NiO", "NiO"]
    # no fit is in this file: its rows Name, Position, ... are blank
    assert all(r.published_fit == () and r.columns == {} for r in regions)
    # and its counts are means over scans: they scatter less than counts do, which is said
    assert all("noise_unlike_counting" in [f.name for f in r.findings] for r in regions)


def test_scienta_grey_values_are_no_counts():
    for name in ("0001", "0003", "0004"):
        (region,) = read_regions(shared(f"xps_pynxtools/Cu-HHTP_{name}.txt"))
        assert (region.intensity_unit, region.counting_s) == ("1", None)
        assert region.sample == "Cu-HHTP"
        assert "arbitrary_units" in [f.name for f in region.findings]


def test_other_instruments_are_refused_in_words():
    """A cycler's, an impedance analyser's and an image file, if at hand: refused, never read as spectra."""
    others = [p for p in sorted(SHARED.parent.glob("*/**/*")) if p.is_file() and "xps_" not in str(p)]
    others = [
        p
        for p in others
        if p.suffix.lower() in (".csv", ".txt", ".mpt", ".dta", ".png", ".jpg", ".xy", ".dat", ".z")
    ]
    if not others:
        pytest.skip("shared data absent")
    by_ending: dict[str, list[Path]] = {}
    for path in others:
        if path.stat().st_size < 2_000_000:
            by_ending.setdefault(path.suffix.lower(), []).append(path)
    for paths in by_ending.values():
        for path in paths[:12]:
            with pytest.raises(ReadError):
                read_regions(path)
