"""`interlayer impedance`: the JSON that others rely on, codes, places, geometry, pages."""

from __future__ import annotations

import csv
import re
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from interlayer.record import Provenance, Record
from interlayer.record import schema as s
from tests.circuits.spectra import WINDOW, cell
from tests.cli.run import assert_refused, files_in, run
from tests.metrics.records import cycled, with_spectra
from tests.writers import samples
from tests.writers.mpt import write_mpt

KEYS = [
    *("file", "index", "label", "started", "test_time_s", "half_cycle", "temperature_C", "dc_bias"),
    *("circuit", "parameters", "assignments", "kramers_kronig", "quality"),
]
PELLET, R_INT = 180.0, (300.0, 390.0, 480.0, 570.0)


def stored(path, record):
    from interlayer.record import store

    store.save(record, path)
    return path


@pytest.fixture
def ageing(tmp_path):
    """Four spectra between half-cycles, R_int rising by 90 ohm every 2 h, direct current meeting all of it."""
    ohms = np.repeat([PELLET + r for r in R_INT], 2)
    spectra = [
        (
            7200.0 * k,
            WINDOW,
            cell(interfaces=((r, 3e-6, 0.9),), warburg=None, slow=None, noise=1e-3, seed=k),
        )
        for k, r in enumerate(R_INT)
    ]
    return stored(tmp_path / "ageing.parquet", with_spectra(cycled([1e-4, -1e-4] * 4, ohms), spectra))


def test_json_is_that_of_the_contract(eis_file):
    ran = run("impedance", eis_file, "--json")
    assert ran.code == 0, ran.err
    (item,) = ran.items()
    assert list(item) == KEYS
    assert (item["file"], item["index"], item["label"]) == ("eis.mpt", 0, "eis")
    assert item["circuit"] == "R0-p(R1,CPE1)"
    values = item["parameters"]
    assert set(values["R0"]) == {"value", "stderr", "unit"}
    # the closed form behind the file
    assert values["R0"]["value"] == pytest.approx(samples.R_HIGH_OHM, rel=1e-4)
    assert values["R1"]["value"] == pytest.approx(samples.R_ARC_OHM, rel=1e-4)
    assert values["CPE1_0"]["value"] == pytest.approx(samples.C_ARC_F, rel=1e-3)
    assert [values[n]["unit"] for n in ("R0", "R1", "CPE1_0", "CPE1_1")] == ["ohm", "ohm", "S s^n", "1"]
    assert item["assignments"]["R_int"]["unit"] == "ohm"
    assert item["assignments"]["arcs"]["R1"]["label"] == "interphase"
    assert item["assignments"]["tentative"] is True
    assert item["quality"]["residual_rms"] < 1e-4
    assert {"passed", "residual_rms", "bad_frequencies"} <= set(item["kramers_kronig"])
    assert item["kramers_kronig"]["passed"] is True
    assert "Traceback" not in ran.err


def test_points_far_off_count_less_where_asked(tmp_path):
    z = cell(interfaces=((300.0, 3e-6, 0.9),), warburg=None, slow=None, noise=1e-3, seed=3)
    z = z.copy()
    z[[12, 25, 40]] *= 1.3
    path = stored(tmp_path / "struck.parquet", with_spectra(cycled([1e-4], [500.0]), [(0.0, WINDOW, z)]))
    plain, robust = (run("impedance", path, "--json", *more).items()[0] for more in ((), ("--robust",)))
    off = [abs(item["assignments"]["R_int"]["value"] / 300.0 - 1.0) for item in (plain, robust)]
    assert off[1] < 0.01
    assert any("weighed down" in one["name"] for one in robust["quality"]["findings"])
    assert not any("weighed down" in one["name"] for one in plain["quality"]["findings"])
    assert_refused(run("impedance", path, "--robust", "--series", "time"), "--robust", "by itself")


def test_several_files_give_one_item_a_spectrum(tmp_path):
    one = write_mpt(tmp_path / "one.mpt", samples.eis_record(spectra=1, points=43))
    two = write_mpt(tmp_path / "two.mpt", samples.eis_record(spectra=2, points=43))
    items = run("impedance", one, two, "--json").items()
    assert [(i["file"], i["index"]) for i in items] == [("one.mpt", 0), ("two.mpt", 0), ("two.mpt", 1)]
    assert items[2]["parameters"]["R0"]["value"] == pytest.approx(2 * samples.R_HIGH_OHM, rel=1e-3)


def test_area_and_thickness_give_conductivity_with_error(eis_file):
    words = ("--area", "0.785 +- 0.008 cm2", "--thickness", "1.00 +- 0.02 mm")
    (item,) = run("impedance", eis_file, *words, "--json").items()
    found = item["assignments"]["conductivity_total"]
    truth = 0.1 / (0.785 * samples.R_HIGH_OHM)  # S/cm
    assert found["unit"] == "S/cm"
    assert found["value"] == pytest.approx(truth, rel=1e-3)
    assert found["stderr"] == pytest.approx(truth * np.hypot(0.008 / 0.785, 0.02), rel=0.01)
    arc = item["assignments"]["arcs"]["R1"]
    assert arc["capacitance_per_area"]["value"] == pytest.approx(samples.C_ARC_F / 0.785, rel=1e-2)
    assert item["assignments"]["R_int_area"]["unit"] == "ohm cm2"
    # one arc between two faces: nobody said that they are equal
    assert item["assignments"]["asr_per_interface"] is None
    assert any("two nominally equal lithium faces" in n for n in item["assignments"]["notes"])


def test_a_symmetric_cell_has_an_asr_per_interface(eis_file, tmp_path):
    description = tmp_path / "cell.toml"
    description.write_text(
        'format = "interlayer-cell/1"\nlabel = "bare"\narea = "0.5 cm2"\n[electrolyte]\nmaterial = "LATP"\n'
        'thickness = "0.7 mm"\n[lithium]\nthickness = "450 um"\n',
        encoding="utf-8",
    )
    (item,) = run("impedance", eis_file, "--cell", description, "--json").items()
    found = item["assignments"]["asr_per_interface"]
    assert found["value"] == pytest.approx(samples.R_ARC_OHM * 0.5 / 2, rel=1e-3)
    assert found["unit"] == "ohm cm2"
    assert item["assignments"]["R_int"]["value"] == pytest.approx(samples.R_ARC_OHM, rel=1e-3)
    assert item["assignments"]["conductivity_total"]["value"] == pytest.approx(0.07 / (0.5 * 120.0), rel=1e-3)
    assert item["label"] == "bare"


def test_a_circuit_may_be_asked_for(eis_file):
    (item,) = run("impedance", eis_file, "--circuit", "R0-p(R1,C1)", "--json").items()
    assert item["circuit"] == "R0-p(R1,C1)"
    assert item["parameters"]["C1"] == {
        "value": pytest.approx(samples.C_ARC_F, rel=1e-3),
        "stderr": pytest.approx(0, abs=1e-9),
        "unit": "F",
    }


def test_a_series_is_fitted_together_and_says_what_it_shows(ageing):
    items = run("impedance", ageing, "--json").items()
    assert [i["test_time_s"] for i in items] == [0.0, 7200.0, 14400.0, 21600.0]
    assert [i["half_cycle"] for i in items] == [0, 2, 4, 6]
    assert len({i["circuit"] for i in items}) == 1
    for item, truth in zip(items, R_INT, strict=True):
        assert item["assignments"]["R_int"]["value"] == pytest.approx(truth, rel=0.02)
        assert "placed by its file" in item["quality"]["placed"]
    assert [i["quality"]["series"]["at"] for i in items] == [0.0, 2.0, 4.0, 6.0]
    assert items[0]["quality"]["series"]["growth_law"]["law"] is None
    ran = run("impedance", ageing)
    assert ran.code == 0
    assert "series of 4 along time" in ran.out
    assert "four points cannot tell" in ran.out
    assert "AC against DC" in ran.out and "consistent" in ran.out


def test_places_are_given_by_the_user_in_the_order_of_files(tmp_path):
    files = [write_mpt(tmp_path / f"{n}.mpt", samples.eis_record(1, 43)) for n in "abc"]
    words = ("--at", "before", "--at", "100 h", "--at", "200 h")
    items = run("impedance", *files, *words, "--json").items()
    assert [i["test_time_s"] for i in items] == [0.0, 360000.0, 720000.0]
    assert all("placed by the user" in i["quality"]["placed"] for i in items)
    assert "series of 3 along time" in run("impedance", *files, *words).out


def test_clocks_place_spectra_on_the_cells_cycling(tmp_path):
    """Cycling that began at 1e9 s, a spectrum of another file 4 h later: after four half-cycles."""
    life = cycled([1e-4, -1e-4] * 4, PELLET + R_INT[0])
    life = life.with_(provenance=replace(life.provenance, started_unix_s=1e9), label="cell 7")
    z = cell(warburg=None, slow=None, noise=1e-3)
    table = pl.DataFrame(
        {s.FREQUENCY: WINDOW, s.Z_REAL: z.real, s.Z_IMAG: z.imag, s.SPECTRUM: np.zeros(71, dtype=int)}
    )
    where = Provenance("measured", started_unix_s=1e9 + 14400.0)
    spectrum = stored(tmp_path / "eis.parquet", Record(table, where, label="eis"))
    along = stored(tmp_path / "life.parquet", life)
    (item,) = run("impedance", spectrum, "--along", along, "--json").items()
    assert (item["test_time_s"], item["half_cycle"]) == (14400.0, 4)
    assert "placed by clocks" in item["quality"]["placed"] and "cell 7" in item["quality"]["placed"]
    assert item["started"] == "2001-09-09T05:46:40Z"
    ran = run("impedance", spectrum, "--along", along)
    assert "4 h, half-cycle 3: DC 480 ohm" in ran.out and "consistent" in ran.out


def test_what_cannot_be_placed_is_kept_apart(ageing, tmp_path):
    z = cell(noise=1e-3)
    table = pl.DataFrame(
        {s.FREQUENCY: WINDOW, s.Z_REAL: z.real, s.Z_IMAG: z.imag, s.SPECTRUM: np.zeros(71, dtype=int)}
    )
    lost = stored(tmp_path / "lost.parquet", Record(table, Provenance("measured"), label="lost"))
    ran = run("impedance", ageing, lost, "--series", "time", "--json")
    items = ran.items()
    assert items[-1]["test_time_s"] is None
    assert items[-1]["quality"]["placed"].startswith("not placed")
    assert (
        "kept apart, with no place along time: lost.parquet"
        in run("impedance", ageing, lost, "--series", "time").out
    )


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        (("--circuit", "R0-p(R1"), ("bracket",)),
        (("--circuit", "R0-Z9"), ("Z9",)),
        (("--at", "later"), ("'later' places no spectrum", "cycle 50")),
        (("--at", "1 h", "--at", "2 h"), ("2 places stand against 1 files",)),
        (("--series", "voltage"), ("temperature",)),
        (("--series", "time"), ("can be placed along time", "--at")),
        (("--area", "0.5"), ("--area",)),
        (("--area", "-1 cm2"), ("positive",)),
        (("--thickness", "3 s"), ("--thickness",)),
        (("--weighting", "nonsense"), ("nonsense",)),
        (("--cell", "nowhere.toml"), ("nowhere.toml",)),
        (("-o", "page.pdf"), (".html",)),
    ],
)
def test_what_cannot_be_used_is_refused(eis_file, words, parts):
    assert_refused(run("impedance", eis_file, *words, "--json"), *parts)


def test_a_file_without_spectra_is_named_and_the_others_go_on(eis_file, cycling_file):
    ran = run("impedance", cycling_file, eis_file, "--json")
    assert ran.code == 2
    assert [i["file"] for i in ran.items()] == ["eis.mpt"]
    assert "cycling.mpt: no impedance spectrum in this file" in ran.err


def test_a_spectrum_of_too_few_points_says_why(tmp_path):
    short = write_mpt(tmp_path / "short.mpt", samples.eis_record(spectra=1, points=4))
    (item,) = run("impedance", short, "--json").items()
    assert item["circuit"] is None and item["parameters"] == {}
    assert "too few" in item["quality"]["reason"]
    ran = run("impedance", short, "-o", tmp_path / "page.html")
    assert ran.code == 0, ran.err
    assert "too few" in ran.out and "too few" in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_the_page_and_its_data_appear_whole(ageing, tmp_path):
    page = tmp_path / "out" / "report.html"
    ran = run("impedance", ageing, "-o", page)
    assert ran.code == 0, ran.err
    text = page.read_text(encoding="utf-8")
    assert "Plotly.newPlot" in text and "default-src 'none'" in text
    for part in (
        "complex plane",
        "residuals",
        "R_int, all interfaces of the cell",
        "four points cannot tell",
    ):
        assert part in text
    written = files_in(page.parent)
    figures = {name for name in written if name.startswith("report-figures/") and name.endswith(".csv")}
    assert {f"report-figures/spectrum-{k}.csv" for k in range(4)} <= figures
    assert {"report-figures/series-0-resistances.csv", "report-figures/ac-dc-0.csv"} <= figures
    assert not [name for name in written if name.endswith(".part")]
    with (page.parent / "report-figures" / "series-0-resistances.csv").open(encoding="utf-8") as file:
        heads, units = list(csv.reader(file))[:2]
    name = "(R_int, all interfaces of the cell)"
    column = next(k for k, h in enumerate(heads) if name in h and "Resistance" in h)
    assert units[column] == "ohm"


def test_nothing_is_overwritten_and_nothing_half_written(eis_file, cycling_file, tmp_path):
    page = tmp_path / "report.html"
    page.write_text("mine", encoding="utf-8")
    assert_refused(run("impedance", eis_file, "-o", page), "exists already", "--force")
    assert page.read_text(encoding="utf-8") == "mine"
    other = tmp_path / "other.html"
    ran = run("impedance", eis_file, cycling_file, "-o", other)
    assert ran.code == 2
    assert "no page was written" in ran.err
    assert not other.exists() and not (tmp_path / "other-figures").exists()
    theirs = tmp_path / "third-figures"
    theirs.mkdir()
    (theirs / "mine.txt").write_text("mine", encoding="utf-8")
    assert_refused(run("impedance", eis_file, "-o", tmp_path / "third.html"), "not made by interlayer")


def test_a_film_gets_the_values_of_the_maker_of_its_instrument(shared_data):
    """Zahner's own fit of this file, C and R beside each other: 3.4618 nF +- 0.95 %, 8622.1 ohm +- 0.29 %."""
    file = shared_data / "a_eis" / "zahner_ism" / "000_mvdc.ism"
    (item,) = run("impedance", file, "--circuit", "L0-p(R1,C1)", "--json").items()
    assert item["parameters"]["R1"]["value"] == pytest.approx(8622.126, rel=0.0029)
    assert item["parameters"]["C1"]["value"] == pytest.approx(3.461837e-9, rel=0.0095)


def test_three_files_of_a_pellet_give_its_activation_energies(shared_data):
    """s04147 (EISFitpython): 0.5869 +- 0.0163 eV for bulk, 0.8919 +- 0.0025 eV for grain boundaries, from seven
    temperatures; here from three of them."""
    folder = shared_data / "a_eis" / "EISFitpython_Arrhenius"
    files = [folder / f"s04147-{t}deg.txt" for t in (140, 170, 200)]
    places = [word for t in (140, 170, 200) for word in ("--at", f"{t} degC")]
    ran = run("impedance", *files, *places, "--area", "0.50265 cm2", "--thickness", "2.1 mm")
    assert ran.code == 0, ran.err
    energies = dict(re.findall(r"E_a (bulk|grain boundary): ([0-9.]+) ", ran.out))
    assert float(energies["bulk"]) == pytest.approx(0.5869, abs=2 * 0.0163)
    assert float(energies["grain boundary"]) == pytest.approx(0.8919, abs=0.0075)
    assert "nothing is extended across" in ran.out
    assert "R1 bulk" in ran.out and "R2 grain boundary" in ran.out
