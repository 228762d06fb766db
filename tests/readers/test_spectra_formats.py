"""Every format of spectra: files of the project's own writers, whose impedance is a closed form, and back.

R + (R || C) is known at every frequency, so that a wrong sign, unit, order or column cannot pass.
"""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from interlayer.errors import ReadError
from interlayer.readers import read
from interlayer.readers.registry import ALL_READERS
from interlayer.record import schema as s
from tests.writers import spectra
from tests.writers.samples import impedance

EVERY = pytest.mark.parametrize("name", spectra.WRITERS)
NOT_HERE = {
    *("biologic_mps", "biologic_mpt", "biologic_mpr", "neware_ndax", "plain_table", "plain_xlsx"),
    *("neware_csv", "neware_xlsx", "landt_text", "landt_xlsx", "basytec"),
    *("bdf_csv", "bdf_parquet", "arbin_res", "arbin_csv", "arbin_xlsx", "maccor", "novonix"),
}  # tests of their own


def written(tmp_path, name, *, ending=None):
    suffix, write = spectra.WRITERS[name]
    return write(tmp_path / f"cell{suffix if ending is None else ending}", *spectra.sample())


def names(record):
    return [f.name for f in record.findings]


def assert_sample(record, *, rtol=1e-6):
    (found,) = record.spectra
    order = np.argsort(-found.frequency_Hz)
    np.testing.assert_allclose(found.frequency_Hz[order], spectra.sweep(), rtol=rtol)
    np.testing.assert_allclose(found.impedance_ohm[order], impedance(spectra.sweep()), rtol=rtol)


def test_every_reader_of_spectra_has_a_writer():
    assert {r.name for r in ALL_READERS} - NOT_HERE == set(spectra.WRITERS)


@EVERY
def test_a_spectrum_comes_back(tmp_path, name):
    record = read(written(tmp_path, name))
    assert record.provenance.reader.startswith(name)
    assert_sample(record)
    assert record.complete
    assert not [f for f in record.findings if f.severity == "error"]
    assert not {"imaginary_sign_doubtful", "imaginary_sign_assumed", "imaginary_sign_turned"} & set(
        names(record)
    )


@EVERY
def test_the_ending_does_not_matter(tmp_path, name):
    for ending in ("", ".csv", ".mpt"):
        assert read(written(tmp_path, name, ending=ending)).provenance.reader.startswith(name)


@EVERY
def test_a_file_cut_anywhere_is_refused_or_named(tmp_path, name):
    """Whatever is read of a cut file is the beginning of the spectrum, or the file is refused in words."""
    whole = written(tmp_path, name)
    data, suffix = whole.read_bytes(), whole.suffix
    truth = dict(zip(np.round(np.log(spectra.sweep()), 4), impedance(spectra.sweep()), strict=True))
    for length in np.linspace(1, len(data) - 1, 16).astype(int):
        path = tmp_path / f"cut{suffix}"
        path.write_bytes(data[:length])
        try:
            record = read(path)
        except ReadError as refused:
            assert path.name in str(refused)
            assert len(str(refused)) < 800
            continue
        points = sum(len(x.frequency_Hz) for x in record.spectra)
        assert points <= len(truth)
        for spectrum in record.spectra:
            for x, y in zip(spectrum.frequency_Hz[:-1], spectrum.impedance_ohm[:-1], strict=True):
                assert abs(truth[np.round(np.log(x), 4)] - y) < 1e-5 * abs(y)


@EVERY
def test_damaged_bytes_are_read_or_refused_and_never_a_crash(tmp_path, name):
    """Bytes changed or put in, lines in another order and twice: a record, or a refusal in words."""
    whole = written(tmp_path, name)
    data, random = whole.read_bytes(), np.random.default_rng(11)

    def changed() -> bytes:
        damaged = bytearray(data)
        for _ in range(8):
            damaged[int(random.integers(len(data)))] = int(random.integers(256))
        return bytes(damaged)

    lines, middle = data.split(b"\n"), int(random.integers(len(data)))
    half = len(lines) // 2
    variants = [changed(), changed(), data[:middle] + random.bytes(20) + data[middle:]]
    variants += [b"\n".join([lines[i] for i in random.permutation(len(lines))]), data.replace(b".", b",")]
    variants += [b"\n".join([*lines[:half], b"", *lines[half:], *lines[half:]])]
    for variant in variants:
        path = tmp_path / f"damaged{whole.suffix}"
        path.write_bytes(variant)
        try:
            record = read(path)
        except ReadError as refused:
            assert path.name in str(refused)
            continue
        for spectrum in record.spectra:
            assert (spectrum.frequency_Hz > 0).all()
            assert np.isfinite(spectrum.impedance_ohm).all()


@pytest.mark.parametrize(
    "name", ["gamry_dta", "zahner_ism", "versastudio_par", "palmsens_pssession", "parstat"]
)
def test_bias_of_each_point(tmp_path, name):
    table = read(written(tmp_path, name)).table.drop_nulls(s.FREQUENCY)
    np.testing.assert_allclose(table[s.VOLTAGE], spectra.BIAS_V)
    np.testing.assert_allclose(table[s.CURRENT].to_numpy(), 1.5e-9 if name != "gamry_dta" else 1e-9)


@pytest.mark.parametrize("name", ["gamry_dta", "zplot_z", "zahner_ism", "ch_instruments", "relaxis"])
def test_bias_of_the_header(tmp_path, name):
    assert read(written(tmp_path, name)).provenance.extra["dc_bias_V"] == pytest.approx(spectra.BIAS_V)


@pytest.mark.parametrize(
    "name",
    ["gamry_dta", "zplot_z", "zahner_ism", "versastudio_par", "ch_instruments", "ivium_idf", "ecochemie_p00"],
)
def test_start_on_the_clock_of_the_measuring_computer(tmp_path, name):
    source = read(written(tmp_path, name)).provenance
    assert source.extra["started_local"] == "2024-11-20T11:38:41.000"
    assert source.started_unix_s is None


def test_start_in_universal_time(tmp_path):
    assert read(written(tmp_path, "palmsens_pssession")).provenance.started_unix_s == pytest.approx(
        spectra.UTC_S
    )


@pytest.mark.parametrize("name", ["zahner_ism", "relaxis", "novocontrol"])
def test_temperature_of_the_header(tmp_path, name):
    assert read(written(tmp_path, name)).provenance.extra["temperature_C"] == 25.0


@pytest.mark.parametrize("name", ["gamry_dta", "zplot_z", "versastudio_par"])
def test_an_area_in_the_header_is_shown_never_used(tmp_path, name):
    record = read(written(tmp_path, name))
    assert record.provenance.extra["header_area_cm2"] == spectra.AREA_CM2
    assert record.area_m2 is None
    assert "header_area_unused" in names(record)


@pytest.mark.parametrize("name", ["gamry_dta", "versastudio_par", "palmsens_pssession", "ch_instruments"])
def test_what_identifies_people_and_machines_is_kept_apart(tmp_path, name):
    extra = read(written(tmp_path, name)).provenance.extra
    private = extra.pop("private")
    assert any("99" in v or "somebody" in v for v in private.values())
    assert "9999" not in repr(extra)
    assert "somebody" not in repr(extra)


def test_reading_loads_neither_jax_nor_what_draws(tmp_path):
    paths = [str(written(tmp_path, name, ending=f"-{name}")) for name in spectra.WRITERS]
    code = f"import sys, interlayer\n[interlayer.read(p) for p in {paths!r}]\nprint(sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"'jax'", "'matplotlib'", "'plotly'"} & set(done.stdout.strip("[]\n").split(", "))


# --- Gamry -----------------------------------------------------------------------------------------------


def test_gamry_with_a_decimal_comma(tmp_path):
    record = read(spectra.gamry(tmp_path / "x.dta", *spectra.sample(), decimal=","))
    assert_sample(record)
    assert "decimal_comma" in names(record)
    assert record.provenance.extra["dc_bias_V"] == pytest.approx(spectra.BIAS_V)


def test_gamry_aborted(tmp_path):
    f, z = spectra.sample()
    record = read(spectra.gamry(tmp_path / "x.dta", f[:9], z[:9], aborted=True))
    assert len(record.spectra[0].frequency_Hz) == 9
    assert not record.complete
    assert "aborted" in names(record)


def test_gamry_other_curves_are_named(tmp_path):
    record = read(written(tmp_path, "gamry_dta"))
    (finding,) = [f for f in record.findings if f.name == "curves_left_out"]
    assert finding.detail.endswith("OCVCURVE (2 rows)")


def test_gamry_curves_in_time(tmp_path):
    path = tmp_path / "cv.dta"
    rows = "\n".join(f"\t{i}\t{i / 10}\t{0.1 * i}\t{1e-6 * i}\t.........." for i in range(5))
    table = "TABLE\n\tPt\tT\tVf\tIm\tOver\n\t#\ts\tV vs. Ref.\tA\tbits\n"
    path.write_text(f"EXPLAIN\nTAG\tCV\nCURVE1\t{table}{rows}\nCURVE2\t{table}{rows.replace('/', '')}\n")
    record = read(path)
    assert record.spectra == ()
    assert record.table[s.STEP].to_list() == [0] * 5 + [1] * 5
    np.testing.assert_allclose(record.array(s.VOLTAGE)[:5], 0.1 * np.arange(5))
    np.testing.assert_allclose(record.array(s.CURRENT)[5:], 1e-6 * np.arange(5))


def test_gamry_without_a_curve_is_refused(tmp_path):
    path = tmp_path / "x.dta"
    path.write_text("EXPLAIN\nTAG\tEISPOT\nDATE\tLABEL\t11/20/2024\tDate\n")
    with pytest.raises(ReadError, match=r"a Gamry \.DTA file that ends within its header"):
        read(path)


def test_gamry_cathodic_convention_is_named(tmp_path):
    path = spectra.gamry(tmp_path / "x.dta", *spectra.sample())
    path.write_bytes(path.read_bytes().replace(b"CONVENTION\tIQUANT\t1", b"CONVENTION\tIQUANT\t0"))
    assert "current_convention" in names(read(path))


# --- ZPlot -----------------------------------------------------------------------------------------------


def test_zplot_without_comments(tmp_path):
    record = read(spectra.zplot(tmp_path / "x.z", *spectra.sample(), comments=False))
    assert_sample(record)
    assert record.provenance.extra["started_local"] == "2024-11-20T11:38:41.000"
    assert record.provenance.extra["comments"] == "pellet 3"


@pytest.mark.parametrize("comments", [True, False])
def test_zplot_with_fewer_points_than_announced(tmp_path, comments):
    record = read(spectra.zplot(tmp_path / "x.z", *spectra.sample(), comments=comments, announced=56))
    assert not record.complete
    (finding,) = [f for f in record.findings if f.name == "rows_missing"]
    assert finding.detail == "the header announces 56 points, the file has 22"


def test_zplot_points_that_the_analyser_marked(tmp_path):
    path = spectra.zplot(tmp_path / "x.z", *spectra.sample())
    path.write_text(path.read_text().replace("\t0\t3\n", "\t4\t3\n", 2))
    (finding,) = [f for f in read(path).findings if f.name == "instrument_errors"]
    assert finding.rows == 2


def test_a_row_of_zeros_is_left_out_and_named(tmp_path):
    path = spectra.zplot(tmp_path / "x.z", *spectra.sample())
    lines = path.read_text().splitlines()
    lines.insert(-5, "\t".join(["0.000000E+00"] * 7) + "\t0\t0")
    path.write_text("\n".join(lines).replace("Points:                22", "Points:                23") + "\n")
    record = read(path)
    assert_sample(record)
    (finding,) = [f for f in record.findings if f.name == "zero_rows"]
    assert finding.rows == 1


def test_a_point_of_zero_impedance_keeps_its_frequency_and_no_impedance(tmp_path):
    f, z = spectra.sample()
    z[7] = 0
    record = read(spectra.zplot(tmp_path / "x.z", f, z))
    assert len(record.spectra[0].frequency_Hz) == len(f) - 1
    assert len(record.table.drop_nulls(s.FREQUENCY)) == len(f)
    (finding,) = [f for f in record.findings if f.name == "zero_impedance"]
    assert f"{f[7]:.4g} Hz" in finding.detail


@pytest.mark.parametrize(
    "name", ["zplot_z", "gamry_dta", "elins_i2b", "ecochemie_dfr", "novocontrol", "zahner_ism"]
)
def test_a_wrong_sign_in_a_known_format_is_named_and_not_turned(tmp_path, name):
    """Files that somebody turned: the format says Z'', the numbers say -Z''."""
    suffix, write = spectra.WRITERS[name]
    f, z = spectra.sample()
    record = read(write(tmp_path / f"x{suffix}", f, np.conj(z)))
    assert "imaginary_sign_doubtful" in names(record)
    np.testing.assert_allclose(record.spectra[0].impedance_ohm, np.conj(z), rtol=1e-6)


# --- Zahner ----------------------------------------------------------------------------------------------


def test_zahner_sweep_that_turns(tmp_path):
    """From 1 kHz up to 1 MHz and from there down: what is measured twice is left out and named."""
    down = spectra.sweep()
    up = np.logspace(3, 5.7, 8)
    f = np.concatenate([up, down])
    record = read(spectra.ism(tmp_path / "x.ism", f, impedance(f)))
    assert_sample(record)
    (finding,) = [x for x in record.findings if x.name == "overlapping_start"]
    assert finding.rows == len(up)


def test_zahner_without_tracks(tmp_path):
    record = read(spectra.ism(tmp_path / "x.ism", *spectra.sample(), tracks=False))
    assert_sample(record)
    assert s.VOLTAGE not in record.columns
    assert record.complete


def test_zahner_cut_in_its_points_is_refused_in_its_tracks_named(tmp_path):
    path = spectra.ism(tmp_path / "x.ism", *spectra.sample())
    data = path.read_bytes()
    path.write_bytes(data[:500])
    with pytest.raises(ReadError, match=r"x\.ism: a Zahner \.ism file that is cut: 22 points need 760 bytes"):
        read(path)
    path.write_bytes(data[:-8])
    record = read(path)
    assert_sample(record)
    assert not record.complete
    assert "cut_file" in names(record)


# --- PalmSens, Ivium, RelaxIS: several spectra a file ----------------------------------------------------


@pytest.mark.parametrize("lower", [False, True])
def test_palmsens_sub_scans_and_both_cases_of_keys(tmp_path, lower):
    f, z = spectra.sample()
    record = read(spectra.pssession(tmp_path / "x.pssession", [(f, z), (f, 2 * z), (f, 3 * z)], lower=lower))
    assert len(record.spectra) == 3
    for i, spectrum in enumerate(record.spectra):
        np.testing.assert_allclose(spectrum.impedance_ohm, (i + 1) * z, rtol=1e-12)
    assert record.table["Channel / 1"].unique().to_list() == [7.0]


def test_palmsens_without_impedance_and_cut(tmp_path):
    path = spectra.pssession(tmp_path / "x.pssession", [spectra.sample()], impedance_too=False)
    with pytest.raises(ReadError, match="session without impedance; it holds Impedance Spectroscopy"):
        read(path)
    path = spectra.pssession(path, [spectra.sample()])
    path.write_bytes(path.read_bytes()[:3000])
    with pytest.raises(ReadError, match="cut or damaged"):
        read(path)


@pytest.mark.parametrize("decimal", [".", ","])
def test_ivium_data_set(tmp_path, decimal):
    f, z = spectra.sample()
    record = read(spectra.ivium(tmp_path / "x.ids", [(f, z), (f, 2 * z)], decimal=decimal))
    assert len(record.spectra) == 2
    np.testing.assert_allclose(record.spectra[1].impedance_ohm, 2 * z, rtol=1e-8)
    assert ("decimal_comma" in names(record)) is (decimal == ",")


def test_ivium_of_another_technique_is_refused(tmp_path):
    path = spectra.ivium(tmp_path / "x.idf", [spectra.sample()], technique="CyclicVoltammetry")
    with pytest.raises(ReadError, match="without impedance; it holds CyclicVoltammetry"):
        read(path)


def test_relaxis_spectra_with_their_conditions(tmp_path):
    f, z = spectra.sample()
    record = read(spectra.relaxis(tmp_path / "x.txt", [(f, z), (f, 2 * z)]))
    assert [len(x.frequency_Hz) for x in record.spectra] == [22, 22]
    assert [c["temperature_C"] for c in record.provenance.extra["conditions"]] == [25.0, 26.0]


@pytest.mark.parametrize("writer", [spectra.dfr, spectra.p00, spectra.i2b])
def test_fewer_points_than_announced(tmp_path, writer):
    record = read(writer(tmp_path / "x", *spectra.sample(), announced=30))
    assert not record.complete
    assert "rows_missing" in names(record)


@pytest.mark.parametrize("between", ["\t", ";"])
@pytest.mark.parametrize("decimal", [".", ","])
def test_autolab_in_any_locale(tmp_path, between, decimal):
    record = read(spectra.nova(tmp_path / "x.txt", *spectra.sample(), between=between, decimal=decimal))
    assert record.provenance.reader.startswith("autolab_nova")
    assert_sample(record)


def test_parstat_rows_in_time_stay(tmp_path):
    record = read(written(tmp_path, "parstat"))
    assert record.array(s.TIME).tolist() == [10.0, 20.0, 30.0]
    assert set(record.array(s.CURRENT)) == {-0.15}


def test_versastudio_that_does_not_end(tmp_path):
    record = read(spectra.par(tmp_path / "x.par", *spectra.sample(), ended=False))
    assert_sample(record)
    assert not record.complete
