"""VAMAS in its corners: cut files, missing values, energies that are not said, CasaXPS in the comments."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interlayer.errors import ReadError
from interlayer.surface.xps.readers.read import read_regions
from tests.surface.xps import writers

TWO = [writers.spectrum(), writers.spectrum("F 1s", 685.0, points=61, seed=2)]
LISTABLE = [*range(1, 9), 11, 12, *range(14, 17), 19, 20, 21, 22, *range(24, 31), *range(33, 37), 38, 39, 40]
"""Parameters of which the second block may have the first one's values in these files."""


@given(
    excluded=st.sets(st.sampled_from(LISTABLE)),
    included=st.booleans(),
    irregular=st.booleans(),
    binding=st.booleans(),
    newline=st.sampled_from(["\n", "\r\n", "\r"]),
    lead=st.integers(0, 3),
    mode=st.sampled_from(["NORM", "SDP", "SDPSV"]),
    variables=st.integers(0, 3),
    future=st.integers(0, 2),
    comment=st.integers(0, 3),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_form_comes_back(tmp_path: Path, comment: int, excluded: set[int], **form):
    spectra = [writers.spectrum(comment=("a line",) * comment), TWO[1]]
    path = writers.vamas(tmp_path / "a.vms", spectra, excluded=tuple(sorted(excluded)), **form)
    for region, truth in zip(read_regions(path), spectra, strict=True):
        np.testing.assert_allclose(region.energy_eV, truth.binding, atol=1e-6)
        np.testing.assert_array_equal(region.intensity, truth.counts)


@given(st.integers(1, 100_000))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_cut_anywhere(tmp_path: Path, at: int):
    whole = writers.vamas(tmp_path / "whole.vms", TWO).read_bytes()
    at = at % (len(whole) - 30) + 1
    path = tmp_path / "cut.vms"
    path.write_bytes(whole[:at])
    try:
        regions = read_regions(path)
    except ReadError as refused:
        assert refused.what
        return
    assert any(f.name == "truncated" for f in regions[0].findings)
    for region, truth in zip(regions, TWO, strict=False):
        count = len(region.intensity)
        assert count <= len(truth.counts)
        # all but the number in which the file was cut
        np.testing.assert_array_equal(region.intensity[: count - 1], truth.counts[: count - 1])


def test_cut_says_how_much_is_there(tmp_path: Path):
    lines = writers.vamas(tmp_path / "a.vms", TWO).read_text().split("\n")
    (tmp_path / "b.vms").write_text("\n".join(lines[:-20]))
    regions = read_regions(tmp_path / "b.vms")
    assert len(regions) == 2
    finding = next(f for f in regions[1].findings if f.name == "truncated")
    assert re.search(r"block 2 of 2 ends after \d+ of 61 points", finding.detail)
    assert finding.severity == "error"


def test_missing_end_is_a_note(tmp_path: Path):
    (region,) = read_regions(writers.vamas(tmp_path / "a.vms", TWO[:1], end=False))
    assert [(f.name, f.severity) for f in region.findings] == [("no_end", "note")]


def test_values_that_are_not_known_are_left_out_and_counted(tmp_path: Path):
    truth = writers.spectrum()
    counts = truth.counts.copy()
    counts[[3, 50]] = np.nan
    gappy = writers.spectrum(transmission=np.linspace(1.0, 2.0, 101))
    gappy = writers.Spectrum(**{**gappy.__dict__, "counts": counts})
    (region,) = read_regions(writers.vamas(tmp_path / "a.vms", [gappy]))
    assert len(region.intensity) == 99
    assert {f.name: f.rows for f in region.findings}["missing_values"] == 2
    np.testing.assert_allclose(region.columns["transmission"], np.delete(gappy.transmission, [3, 50]))
    np.testing.assert_allclose(region.energy_eV, np.delete(truth.binding, [3, 50]), atol=1e-6)


def test_kinetic_without_photon_energy(tmp_path: Path):
    path = writers.vamas(tmp_path / "a.vms", TWO[:1], photon_known=False)
    (region,) = read_regions(path)
    assert region.is_kinetic
    assert region.photon_energy_eV is None
    assert "kinetic_only" in [f.name for f in region.findings]
    np.testing.assert_allclose(region.energy_eV, TWO[0].kinetic_eV, atol=1e-6)
    (told,) = read_regions(path, columns={"photon_energy_eV": 1486.6})
    assert not told.is_kinetic
    np.testing.assert_allclose(told.energy_eV, TWO[0].binding, atol=1e-6)
    assert "photon_energy_told" in [f.name for f in told.findings]


def test_energies_of_an_unknown_kind_are_not_guessed(tmp_path: Path):
    path = writers.vamas(tmp_path / "a.vms", TWO[:1], label="Energy")
    with pytest.raises(ReadError, match="binding or kinetic") as refused:
        read_regions(path)
    assert "axis" in refused.value.advice
    (region,) = read_regions(path, columns={"axis": "kinetic"})
    np.testing.assert_allclose(region.energy_eV, TWO[0].binding, atol=1e-6)


def test_the_file_is_not_contradicted(tmp_path: Path):
    path = writers.vamas(tmp_path / "a.vms", TWO[:1])
    with pytest.raises(ReadError, match="the file says kinetic energy, you say binding"):
        read_regions(path, columns={"axis": "binding"})
    (region,) = read_regions(path, columns={"photon_energy_eV": 1253.6})
    assert region.photon_energy_eV == 1486.6
    assert "photon_energy_differs" in [f.name for f in region.findings]


@pytest.mark.parametrize(
    ("unit", "expected"), [("c/s", "counts/s"), ("counts/s", "counts/s"), ("d", "counts")]
)
def test_unit(tmp_path: Path, unit: str, expected: str):
    (region,) = read_regions(writers.vamas(tmp_path / "a.vms", TWO[:1], unit=unit))
    assert (region.intensity_unit, region.counting_s) == (expected, 0.5)


def test_other_techniques_are_left_out(tmp_path: Path):
    other = writers.spectrum("Li", 100.0, technique="EDX")
    (region,) = read_regions(writers.vamas(tmp_path / "a.vms", [TWO[0], other]))
    assert "other_technique" in [f.name for f in region.findings]
    with pytest.raises(ReadError, match="no block of electron spectra"):
        read_regions(writers.vamas(tmp_path / "b.vms", [other]))


CASA = (
    "Casa Info Follows",
    "1",
    "Calib M = 283.4 A = 284.8 BE ADD",
    "1",
    "CASA region (*Cu 2p*) (*Shirley*) 548.0 558.5 5.321 2 0 0 299 542 275 9.3 (*Cu 2p*) 63.546 0 5.321",
    "2",
    "CASA comp (*Cu 2p3/2 metal*) (*LA(1.2,5)*) Area 3394.1269 0.001 1e7 -1 1 MFWHM 1.27 0.29 7.36 -1 1 "
    "Position 552.2 540.1 560.2 -1 1 RSF 5.321 MASS 63.546 INDEX -1 (*Cu 2p*) CONST (**) UNCORRECTEDRSF 5.3",
    "CASA comp (*CuF2*) (*GL(30)*) Area 1697.0635 0.001 1e7 -1 1 MFWHM 2.3 0.5 2.3 -1 1 "
    "Position 550.1 540.1 560.2 -1 1 RSF 5.321 MASS 63.546 INDEX -1 (*Cu 2p*) CONST (**) UNCORRECTEDRSF 5.3",
)


@pytest.mark.parametrize("moved_with", [False, True])
def test_fit_in_the_comment(tmp_path: Path, moved_with: bool):
    lines = [line.replace(" BE ADD", " Regions Comps BE ADD" if moved_with else " BE ADD") for line in CASA]
    (region,) = read_regions(writers.vamas(tmp_path / "a.vms", [writers.spectrum(comment=tuple(lines))]))
    assert region.extra["charge_correction_eV"] == pytest.approx(1.4)
    np.testing.assert_allclose(region.energy_eV, TWO[0].binding, atol=1e-6)  # the stored axis is not moved
    metal, fluoride = region.published_fit
    assert (metal["name"], metal["shape"], metal["fwhm_eV"], metal["area"]) == (
        "Cu 2p3/2 metal",
        "LA(1.2,5)",
        1.27,
        3394.1269,
    )
    # h nu - 552.2 in the moved frame is 1.4 eV less on the stored axis
    on_axis = 1486.6 - 552.2 - (0.0 if moved_with else 1.4)
    assert metal["position_eV"] == pytest.approx(on_axis)
    assert metal["position_corrected_eV"] == pytest.approx(on_axis + 1.4)
    assert fluoride["position_eV"] - metal["position_eV"] == pytest.approx(2.1)
    assert region.extra["casa_regions"][0]["background"] == "Shirley"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("REGULAR", "MAPPING", "scan mode 'MAPPING'"),
        ("NORM", "SEM", "experiment mode 'SEM'"),
        ("NORM", "NOEXP", "experiment mode 'NOEXP'"),
        (
            "pulse counting\r\n0.1",
            "pulse counting\r\nquick",
            "line \\d+ has 'quick' where the collection time belongs",
        ),
        ("Kinetic Energy\r\neV", "Kinetic Energy\r\nnm", "the abscissa is in 'nm'"),
        ("\r\n101\r\n", "\r\n-7\r\n", "whole number"),
        ("\r\n101\r\n", "\r\n1e40\r\n", "nothing known as the number of values"),
    ],
)
def test_nonsense_is_refused_with_its_line(tmp_path: Path, old: str, new: str, message: str):
    text = writers.vamas(tmp_path / "a.vms", TWO[:1]).read_bytes().decode()
    assert old in text
    (tmp_path / "b.vms").write_bytes(text.replace(old, new, 1).encode())
    with pytest.raises(ReadError, match=message):
        read_regions(tmp_path / "b.vms")
