"""What was written into a file comes back: energies, counts, time, names. Truth is the spectrum that was written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from interlayer.surface.xps.readers.read import read_regions
from interlayer.surface.xps.spectrum import Region
from tests.surface.xps import writers
from tests.surface.xps.writers import Spectrum

TWO = [writers.spectrum(), writers.spectrum("F 1s", 685.0, points=81, dwell_s=0.2, scans=3, seed=2)]

# file name, writer, reader that must claim it, relative accuracy of the numbers in the file
CASES: list[tuple[str, Callable[[Path, list[Spectrum]], object], str, float]] = [
    ("regular.vms", writers.vamas, "vamas", 1e-12),
    ("irregular.vms", lambda p, s: writers.vamas(p, s, irregular=True), "vamas", 1e-12),
    ("binding.vms", lambda p, s: writers.vamas(p, s, binding=True), "vamas", 1e-12),
    ("no_ending", lambda p, s: writers.vamas(p, s, lead=3), "vamas", 1e-12),
    ("mac.npl", lambda p, s: writers.vamas(p, s, newline="\r"), "vamas", 1e-12),
    ("profile.vms", lambda p, s: writers.vamas(p, s, mode="SDP"), "vamas", 1e-12),
    ("short.vms", lambda p, s: writers.vamas(p, s, excluded=(2, 8, 12, 16, 28, 33)), "vamas", 1e-12),
    ("listed.vms", lambda p, s: writers.vamas(p, s, excluded=(1, 15, 40), included=True), "vamas", 1e-12),
    ("future.vms", lambda p, s: writers.vamas(p, s, variables=3, future=2), "vamas", 1e-12),
    ("casa.txt", writers.casaxps, "casaxps_text", 1e-5),
    ("casa.csv", lambda p, s: writers.casaxps(p, s, split=","), "casaxps_text", 1e-5),
    ("f4.spe", writers.phi_spe, "phi_spe", 1e-6),
    ("f8.spe", lambda p, s: writers.phi_spe(p, s, kind="f8"), "phi_spe", 1e-12),
    ("multipak.csv", writers.phi_text, "phi_text", 1e-5),
    ("scienta.txt", writers.scienta, "scienta_txt", 1e-12),
    ("scienta_kinetic.txt", lambda p, s: writers.scienta(p, s, kinetic=True), "scienta_txt", 1e-12),
    ("rate.xy", writers.specs_xy, "specs_xy", 1e-6),
    ("counts.xy", lambda p, s: writers.specs_xy(p, s, rate=False), "specs_xy", 1e-6),
    ("apart.xy", lambda p, s: writers.specs_xy(p, s, rate=False, apart=True), "specs_xy", 1e-6),
    ("rates_apart.xy", lambda p, s: writers.specs_xy(p, s, apart=True), "specs_xy", 1e-6),
    ("kinetic.xy", lambda p, s: writers.specs_xy(p, s, axis="Kinetic Energy"), "specs_xy", 1e-6),
]


def as_counts(region: Region) -> np.ndarray:
    if region.intensity_unit == "counts":
        return region.intensity
    assert region.intensity_unit == "counts/s"
    assert region.counting_s is not None
    return region.intensity * region.counting_s


@pytest.mark.parametrize("case", CASES, ids=[c[0] for c in CASES])
def test_comes_back(case, tmp_path: Path):
    name, write, reader, accuracy = case
    write(tmp_path / name, TWO)
    found = read_regions(tmp_path / name)
    assert [r.extra["reader"] for r in found] == [reader] * 2
    for region, truth in zip(found, TWO, strict=True):
        assert region.name.replace(" ", "") == truth.name.replace(" ", "")
        np.testing.assert_allclose(region.energy_eV, truth.binding, atol=2e-3 if accuracy > 1e-6 else 1e-4)
        np.testing.assert_allclose(
            as_counts(region), truth.counts, rtol=accuracy, atol=1e-4 if accuracy > 1e-9 else 0
        )
        assert region.photon_energy_eV == truth.photon_eV
        assert not region.is_kinetic
        assert region.sample == truth.sample
        if reader != "scienta_txt":  # SES does not say over how long a channel was counted
            assert region.counting_s == pytest.approx(truth.counting_s, rel=1e-6)
        if reader != "casaxps_text":
            assert region.pass_energy_eV == truth.pass_eV
        assert not [f for f in region.findings if f.severity != "note"]
        ratio = region.extra.get("noise_over_counting")
        if ratio is not None:  # these counts are Poisson numbers: their scatter is that of counting
            assert 0.7 < ratio < 1.4


def test_avantage_text(tmp_path: Path):
    truth = writers.spectrum("C1s Scan", 285.0)
    for split in ("\t", ","):
        writers.avantage_text(tmp_path / "C1s Scan.csv", truth, split)
        (region,) = read_regions(tmp_path / "C1s Scan.csv")
        assert region.extra["reader"] == "avantage_text"
        assert region.intensity_unit == "counts/s"
        np.testing.assert_allclose(region.energy_eV, truth.binding, atol=1e-9)
        np.testing.assert_allclose(region.intensity * truth.counting_s, truth.counts, rtol=1e-12)
        assert region.counting_s == pytest.approx(
            truth.counting_s, rel=1e-3
        )  # from the whole time over the points
        assert np.isnan(region.columns["background"][0])  # the literal 0 in its first row is no background
        assert set(region.columns["background"][1:]) == {800.0}


def test_avantage_workbook_with_its_peak_table(tmp_path: Path):
    pytest.importorskip("fastexcel")
    pytest.importorskip("xlsxwriter")
    part = np.full(101, 5.0)
    carbon = writers.spectrum("C1s Scan", 285.0, parts={"C1s Scan A": part, "Envelope": part})
    copper = writers.spectrum("Cu2p Scan", 933.0)
    peaks = {
        "C1s Scan": [("C1s Scan A", 284.8, 1.4, 5434.0, 35.75), ("C1s Scan B", 288.9, 1.6, 1657.5, 6.91)]
    }
    writers.avantage_xlsx(tmp_path / "a.xlsx", [carbon, copper], peaks)
    first, second = read_regions(tmp_path / "a.xlsx")
    assert first.extra["reader"] == "avantage_xlsx"
    assert (first.name, second.name) == ("C1s Scan", "Cu2p Scan")
    np.testing.assert_allclose(second.intensity * second.counting_s, copper.counts, rtol=1e-3)
    assert [
        (p["name"], p["position_eV"], p["fwhm_eV"], p["area"], p["share_percent"])
        for p in first.published_fit
    ] == (peaks["C1s Scan"])
    assert second.published_fit == ()
    assert set(first.columns) == {"background", "component: C1s Scan A", "envelope"}


def test_avantage_dump(tmp_path: Path):
    truth = writers.spectrum("C1s", 285.0)
    writers.avantage_avg(tmp_path / "C1s.avg", truth)
    (region,) = read_regions(tmp_path / "C1s.avg")
    assert region.extra["reader"] == "avantage_avg"
    np.testing.assert_allclose(region.energy_eV, truth.binding, atol=1e-6)
    np.testing.assert_allclose(region.intensity, truth.counts)
    assert (region.intensity_unit, region.counting_s) == ("counts", pytest.approx(truth.counting_s))
    assert region.name == "C1s Scan"


def test_fit_of_casaxps(tmp_path: Path):
    base = np.full(101, 800.0)
    binding = writers.spectrum().binding
    one, two = (1000 * np.exp(-((binding - c) ** 2)) for c in (932.0, 934.5))
    truth = writers.spectrum(parts={"background": base, "Cu metal": one, "CuF2": two})
    for on_background in (True, False):
        writers.casaxps(tmp_path / "fit.txt", [truth], shift=1.25, on_background=on_background)
        (region,) = read_regions(tmp_path / "fit.txt")
        # the correction of 1.25 eV is undone in energies and positions alike, and said
        np.testing.assert_allclose(region.energy_eV, truth.binding, atol=2e-3)
        assert region.extra["charge_correction_eV"] == pytest.approx(1.25, abs=1e-3)
        assert [f.name for f in region.findings] == ["charge_correction"]
        np.testing.assert_allclose(region.columns["background"], base, rtol=1e-6)
        np.testing.assert_allclose(region.columns["component 1: Cu metal"], one, atol=2e-3)
        np.testing.assert_allclose(region.columns["component 2: CuF2"], two, atol=2e-3)
        np.testing.assert_allclose(region.columns["envelope"], base + one + two, rtol=1e-6)
        assert [p["name"] for p in region.published_fit] == ["Cu metal", "CuF2"]
        assert region.published_fit[0]["position_eV"] == pytest.approx(932.0, abs=0.06)  # to the next point
        assert region.published_fit[0]["position_corrected_eV"] == pytest.approx(933.25, abs=0.06)
        assert region.published_fit[0]["fwhm_eV"] == 1.5
        assert region.published_fit[0]["shape"] == "GL(30)"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("t.csv", {"split": ","}),
        ("t.tsv", {"split": "\t"}),
        ("t.txt", {"split": ";"}),
        ("t.dat", {"split": " ", "head": None}),
        ("comma.csv", {"split": ";", "decimal": ","}),
        ("comma.txt", {"split": "\t", "decimal": ","}),
    ],
)
def test_plain_tables(name, said, tmp_path: Path):
    truth = writers.spectrum()
    writers.table(tmp_path / name, truth, **said)
    told = (
        {"axis": "binding", "unit": "counts", "energy": 1, "intensity": 2}
        if said.get("head", "") is None
        else None
    )
    (region,) = read_regions(tmp_path / name, columns=told)
    np.testing.assert_allclose(region.energy_eV, truth.binding, atol=1e-4)
    np.testing.assert_array_equal(region.intensity, truth.counts)
    assert region.intensity_unit == "counts"


def test_plain_workbook(tmp_path: Path):
    pytest.importorskip("fastexcel")
    xlsxwriter = pytest.importorskip("xlsxwriter")
    truth = writers.spectrum()
    with xlsxwriter.Workbook(tmp_path / "w.xlsx") as book:
        for name in ("Cu2p", "notes"):
            sheet = book.add_worksheet(name)
            if name == "notes":
                sheet.write(0, 0, "washed with DME")
                continue
            sheet.write_row(0, 0, ["BE (eV)", "Intensity (cps)"])
            for i, row in enumerate(zip(truth.binding, truth.counts, strict=True), 1):
                sheet.write_row(i, 0, [float(v) for v in row])
    (region,) = read_regions(tmp_path / "w.xlsx")
    assert (region.name, region.intensity_unit) == ("Cu 2p", "counts/s")
    np.testing.assert_allclose(region.energy_eV, truth.binding, atol=1e-9)
    np.testing.assert_array_equal(region.intensity, truth.counts)


def test_several_spectra_in_one_table(tmp_path: Path):
    a, b = TWO
    lines = ["BE / eV,Cu2p counts,BE / eV,F1s counts,F1s background"]
    for i in range(101):
        right = f"{b.binding[i]},{b.counts[i]},800" if i < 81 else ",,"
        lines.append(f"{a.binding[i]},{a.counts[i]},{right}")
    (tmp_path / "two.csv").write_text("\n".join(lines))
    first, second = read_regions(tmp_path / "two.csv")
    assert (first.name, second.name) == ("Cu 2p", "F 1s")
    np.testing.assert_array_equal(second.intensity, b.counts)
    assert len(second.energy_eV) == 81
    assert set(second.columns) == {"f1s background"}
