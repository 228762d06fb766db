"""Tables that people make: columns in any order and unit, any delimiter, decimal mark and sign.

The spectrum is R + (R || C) in closed form; evidence on signs is tested on circuits with and without an
inductance, on both signs of each.
"""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interlayer.errors import InputError, ReadError
from interlayer.readers import ReadOptions, read, sign
from interlayer.readers.column_roles import role_of
from interlayer.record import schema as s
from tests.writers import spectra

F, Z = spectra.sample()
MADE = {
    "freq": ("Frequency/Hz", F),
    "re": ("Z'/Ohm", Z.real),
    "im": ("Z''/Ohm", Z.imag),
    "-im": ("-Z''/Ohm", -Z.imag),
}


def names(record):
    return [f.name for f in record.findings]


def finding(record, name):
    return next(f for f in record.findings if f.name == name)


def assert_sample(record, truth=Z, *, rtol=1e-6):
    (found,) = record.spectra
    order = np.argsort(-found.frequency_Hz)
    np.testing.assert_allclose(found.frequency_Hz[order], F, rtol=rtol)
    np.testing.assert_allclose(found.impedance_ohm[order], truth, rtol=rtol)


# --- columns, delimiters, decimal marks ------------------------------------------------------------------


@pytest.mark.parametrize("order", list(itertools.permutations(("freq", "re", "im"))))
@pytest.mark.parametrize("minus", [False, True])
def test_columns_in_any_order(tmp_path, order, minus):
    columns = dict(MADE["-im" if minus and key == "im" else key] for key in order)
    assert_sample(read(spectra.table(tmp_path / "x.csv", columns)))


@pytest.mark.parametrize(
    ("between", "decimal"),
    [
        ("\t", "."),
        (";", "."),
        (",", "."),
        (" ", "."),
        ("   ", "."),
        (", ", "."),
        ("\t", ","),
        (";", ","),
        (" ", ","),
    ],
)
@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_delimiter_and_decimal_mark_are_found_and_stated(tmp_path, between, decimal, named, encoding):
    columns = dict(MADE[k] for k in ("freq", "re", "im"))
    path = spectra.table(
        tmp_path / "x.txt", columns, between=between, decimal=decimal, names=named, encoding=encoding
    )
    record = read(path)
    assert_sample(record)
    word = {"\t": "tab", ";": "semicolon", ",": "comma", " ": "blank"}[between.strip(" ") or " "]
    mark = "comma" if decimal == "," else "point"
    assert finding(record, "table_form").detail == f"values between {word}s, decimal {mark}"
    assert ("columns_assumed" in names(record)) is not named


@pytest.mark.parametrize("where", [0, 1, 2])
def test_without_names_the_frequency_is_found_by_its_even_steps(tmp_path, where):
    order = [Z.real, Z.imag]
    order.insert(where, F)
    record = read(spectra.table(tmp_path / "x.csv", dict(enumerate(order)), names=False))
    assert_sample(record)
    assert f"column {where + 1} is read as frequency" in finding(record, "columns_assumed").detail


def test_row_numbers_in_front_are_no_column(tmp_path):
    numbered = {"a": np.arange(len(F)), "f": F, "re": Z.real, "im": Z.imag}
    assert_sample(read(spectra.table(tmp_path / "x.csv", numbered, names=False)))
    columns = {"": np.arange(len(F)), "Freq": F, "Real": Z.real, "Imag": Z.imag}  # as pandas writes its index
    assert_sample(read(spectra.table(tmp_path / "y.csv", columns)))


def test_units_of_the_columns(tmp_path):
    columns = {
        "f (kHz)": F / 1e3,
        "Re(Z) [kOhm]": Z.real / 1e3,
        "-Im(Z) [mOhm]": -Z.imag * 1e3,
        "T/°C": 25 + 0 * F,
    }
    record = read(spectra.table(tmp_path / "x.csv", columns, form="{:.12g}"))
    assert_sample(record, rtol=1e-9)
    omega = {"omega (rad/s)": 2 * np.pi * F, "Zre (Ω)": Z.real, "Zim (Ω)": Z.imag}
    assert_sample(read(spectra.table(tmp_path / "y.csv", omega)))


@pytest.mark.parametrize(("name", "turn"), [("Phase (deg)", 1), ("-Phase (°)", -1), ("theta/deg", 1)])
def test_modulus_and_phase(tmp_path, name, turn):
    columns = {"f": F, "|Z| (ohm)": np.abs(Z), name: turn * np.degrees(np.angle(Z))}
    record = read(spectra.table(tmp_path / "x.csv", columns))
    assert_sample(record)
    assert "impedance_from_modulus" in names(record)


def test_time_bias_and_temperature_columns(tmp_path):
    columns = dict(MADE[k] for k in ("freq", "re", "im"))
    columns |= {
        "Time (s)": 2.0 * np.arange(len(F)),
        "Edc (mV)": 12.5 + 0 * F,
        "I (uA)": 1.5 + 0 * F,
        "Temp (K)": 298.15 + 0 * F,
    }
    table = read(spectra.table(tmp_path / "x.csv", columns)).table
    assert table[s.TIME].to_list() == [2.0 * i for i in range(len(F))]
    np.testing.assert_allclose(table[s.VOLTAGE], 0.0125)
    np.testing.assert_allclose(table[s.CURRENT], 1.5e-6)
    np.testing.assert_allclose(table[s.TEMPERATURE], 25.0)


def test_a_modulus_that_does_not_fit_is_an_error(tmp_path):
    columns = dict(MADE[k] for k in ("freq", "re", "im")) | {"|Z|/Ohm": 2 * np.abs(Z)}
    assert finding(read(spectra.table(tmp_path / "x.csv", columns)), "impedance_modulus").severity == "error"


@pytest.mark.parametrize(
    ("name", "kind", "turn", "unit"),
    [
        ("freq/Hz", "frequency", 1, "Hz"),
        ("Freq.[Hz]", "frequency", 1, "Hz"),
        ("Frequency (Hz)", "frequency", 1, "Hz"),
        ("Re(Z)/Ohm", "real", 1, "ohm"),
        ("-Im(Z)/Ohm", "imaginary", -1, "ohm"),
        ("Im(Z)/Ohm", "imaginary", 1, "ohm"),
        ("Zs''[ohm]", "imaginary", 1, "ohm"),
        ('-Z" (Ω)', "imaginary", -1, "ohm"),
        ("−Z″ / kΩ", "imaginary", -1, "kohm"),
        ("Zim (ohms)", "imaginary", 1, "ohm"),
        ("Z' (MOhm)", "real", 1, "Mohm"),
        ("|Z|/Ohm", "modulus", 1, "ohm"),
        ("Phase(Z)/deg", "phase", 1, "deg"),
        ("Temp. [°C]", "temperature", 1, "degC"),
        ("<Ewe>/V", "voltage", 1, "V"),
    ],
)
def test_names_as_instruments_write_them(name, kind, turn, unit):
    role = role_of(name)
    assert role is not None
    assert (role.kind, role.sign, role.unit) == (kind, turn, unit)


@pytest.mark.parametrize(
    "name", ["", "sample", "tau", "gamma", "-Frequency", "cycle number", "I Range", "#NAME?"]
)
def test_names_of_other_things(name):
    assert role_of(name) is None


# --- several spectra in one file -------------------------------------------------------------------------


def test_sweeps_one_below_the_other(tmp_path):
    columns = {"f/Hz": np.tile(F, 3), "Z'/ohm": np.tile(Z.real, 3), "Z''/ohm": np.tile(Z.imag, 3)}
    record = read(spectra.table(tmp_path / "x.csv", columns))
    assert [len(x.frequency_Hz) for x in record.spectra] == [22, 22, 22]


def test_tables_with_names_of_their_own(tmp_path):
    first = spectra.table(tmp_path / "a", dict(MADE[k] for k in ("freq", "re", "im"))).read_text()
    second = spectra.table(tmp_path / "b", dict(MADE[k] for k in ("-im", "freq", "re"))).read_text()
    path = tmp_path / "x.csv"
    path.write_text("cell A\n" + first + "\ncell B\n" + second)
    record = read(path)
    assert len(record.spectra) == 2
    for spectrum in record.spectra:
        np.testing.assert_allclose(spectrum.impedance_ohm, Z, rtol=1e-6)


def test_words_in_a_column_part_the_spectra(tmp_path):
    lines = ["cell,f,Z',Z''"]
    for cell, times in (("A", 1), ("B", 2)):
        lines += [
            f"{cell},{f:.9g},{times * z.real:.9g},{times * z.imag:.9g}" for f, z in zip(F, Z, strict=True)
        ]
    path = tmp_path / "x.csv"
    path.write_text("\n".join(lines))
    record = read(path)
    assert len(record.spectra) == 2
    np.testing.assert_allclose(record.spectra[1].impedance_ohm, 2 * Z, rtol=1e-6)


def test_sweeps_too_short_to_be_spectra_and_columns_of_no_use_are_named(tmp_path):
    """An instrument that measures its first frequency again at the end; a column that is nothing of ours."""
    again = np.append(F, F[0])
    columns = {
        "f": again,
        "Z'": np.append(Z.real, Z.real[0]),
        "Z''": np.append(Z.imag, Z.imag[0]),
        "THD (%)": again,
    }
    record = read(spectra.table(tmp_path / "x.csv", columns))
    assert [len(x.frequency_Hz) for x in record.spectra] == [22, 1]
    assert finding(record, "short_spectra").detail.startswith("1 of 2 sweeps have fewer than 3 points")
    assert finding(record, "columns_left_out").detail == "not read: THD (%)"


# --- signs -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("named", [False, True])
def test_a_sign_that_nobody_states_is_decided_on_evidence_and_said(tmp_path, named):
    columns = {"f": F, "Real": Z.real, "Imag": -Z.imag}
    record = read(spectra.table(tmp_path / "x.csv", columns, names=named))
    assert_sample(record)
    said = finding(record, "imaginary_sign_turned")
    assert said.severity == "warning"
    assert "read as -Z''" in said.detail
    assert "--imaginary plus" in said.detail
    columns["Imag"] = Z.imag
    record = read(spectra.table(tmp_path / "x.csv", columns, names=named))
    assert_sample(record)
    assert finding(record, "imaginary_sign_kept").severity == "note"


def test_a_stated_sign_is_kept_and_doubted_where_the_numbers_speak_against_it(tmp_path):
    columns = {"f": F, "Z' (ohm)": Z.real, "Z'' (ohm)": -Z.imag}
    record = read(spectra.table(tmp_path / "x.csv", columns))
    assert_sample(record, np.conj(Z))
    assert "--imaginary minus" in finding(record, "imaginary_sign_doubtful").detail
    assert_sample(read(tmp_path / "x.csv", options=ReadOptions(imaginary="minus")))


def test_numbers_that_show_nothing_are_read_as_they_stand_with_a_warning(tmp_path):
    wire = 2e-3 + 2j * np.pi * F * 1e-9
    columns = {"f": F, "Real": wire.real, "Imag": wire.imag}
    record = read(spectra.table(tmp_path / "x.csv", columns))
    assert_sample(record, wire)
    assert finding(record, "imaginary_sign_assumed").severity == "warning"


def test_a_phase_beside_it_tells_the_sign(tmp_path):
    wire = 2e-3 + 2j * np.pi * F * 1e-9
    columns = {"f": F, "Real": wire.real, "Imag": -wire.imag, "Phase": np.degrees(np.angle(wire))}
    record = read(spectra.table(tmp_path / "x.csv", columns))
    assert_sample(record, wire)
    assert "the sign opposite to that of the phase" in finding(record, "imaginary_sign_turned").detail


def drawn_circuit(random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Two arcs with CPE, half of them with a wire and half with diffusion, in a window of 4 to 9 decades."""
    high, low = random.choice([1e7, 1e6, 1e5]), random.choice([1e-2, 1e-1, 1.0, 10.0])
    f = np.geomspace(high, low, int(random.choice([5, 7, 10]) * np.log10(high / low)) + 1)
    omega = 2j * np.pi * f
    tau, ratio = 10 ** random.uniform(-7, -3), 10 ** random.uniform(np.log10(3), 3)
    size, exponent = 100 * 10 ** random.uniform(-1, 1, 3), random.uniform(0.6, 1, 2)
    z = (
        size[0]
        + size[1] / (1 + (omega * tau) ** exponent[0])
        + size[2] / (1 + (omega * tau * ratio) ** exponent[1])
    )
    z = (
        z
        + random.choice([0, 0, 1e-7, 1e-6]) * omega
        + random.choice([0, 1]) * 10 ** random.uniform(0, 2) / np.sqrt(omega)
    )
    noise = random.choice([1e-3, 1e-2]) * np.abs(z)
    return f, z + noise * (random.normal(size=len(f)) + 1j * random.normal(size=len(f)))


def test_evidence_is_never_wrong_on_circuits_of_cells():
    """The sign found is that of the circuit, or none; the circuits' own sign is the reference."""
    random = np.random.default_rng(20261127)
    found = np.array(
        [sign.evidence(f, z.real, z.imag)[0] for f, z in (drawn_circuit(random) for _ in range(2000))]
    )
    assert not (found < 0).any()
    assert (found == 0).mean() < 0.2


def test_evidence_turns_with_the_column():
    random = np.random.default_rng(1)
    for f, z in (drawn_circuit(random) for _ in range(100)):
        assert sign.evidence(f, z.real, -z.imag)[0] == -sign.evidence(f, z.real, z.imag)[0]


# --- options ---------------------------------------------------------------------------------------------


def test_everything_can_be_said_instead(tmp_path):
    odd = {"a": -Z.imag / 1e3, "b": F / 1e3, "c": np.ones(len(F)), "d": Z.real / 1e3}
    path = spectra.table(tmp_path / "x.csv", odd, names=False, form="{:.12g}")
    with pytest.raises(ReadError, match="4 columns of numbers without names"):
        read(path)
    options = ReadOptions(columns=("-imaginary kohm", "frequency kHz", "skip", "real kohm"))
    record = read(path, options=options)
    assert_sample(record, rtol=1e-9)
    assert record.provenance.extra["read_with"]["columns"] == options.columns


def test_commas_that_may_be_two_things_are_refused_until_somebody_says_which(tmp_path):
    path = tmp_path / "x.csv"
    rows = [f"{10 ** (5 - i)},0,{100 + i},5,-{20 + i},0" for i in range(5)]
    path.write_text("\n".join(rows))
    with pytest.raises(ReadError, match=r"commas may be decimal marks as well.*--delimiter and --decimal"):
        read(path)
    options = ReadOptions(
        columns=("frequency", "skip", "real", "skip", "imaginary"), delimiter="comma", decimal="point"
    )
    assert len(read(path, options=options).spectra[0].frequency_Hz) == 5


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"delimiter": "pipe"}, "delimiter = 'pipe' is not known"),
        ({"decimal": "dot"}, "decimal = 'dot' is not known -> one of point, comma"),
        ({"imaginary": "no"}, "minus: it stores -Z''"),
        ({"columns": ("frequncy", "real", "imaginary")}, "column 'frequncy' is not known"),
        ({"delimiter": "comma", "decimal": "comma"}, "both a comma"),
    ],
)
def test_options_that_are_none(options, words):
    with pytest.raises(InputError, match=re.escape(words)):
        ReadOptions(**options)


def test_options_for_a_file_that_is_no_table(tmp_path):
    path = spectra.ism(tmp_path / "x.ism", F, Z)
    with pytest.raises(InputError, match=r"x\.ism: imaginary can be given for tables of numbers only"):
        read(path, options=ReadOptions(imaginary="minus"))


# --- refused, in words -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1.5\n2.5\n3.5\n4.5\n", "one column of numbers without names"),
        ("tau,gamma\n1e-3,1\n1e-2,2\n1e-1,3\n", "2 columns of numbers without names"),
        ("Z',Z''\n1,-1\n2,-2\n3,-3\n", "no column of frequencies; its columns: Z', Z''"),
        ("f,Z'\n1,1\n10,2\n100,3\n", "not both parts of the impedance; its columns: f, Z'"),
        ("f,Z',Z''\n1.5,1,-1,0\n10,2,-1,0\n100,3,-1,0\n", "the rows have 4 values under 3 names"),
        ("10.0 1 2\n10.1 3 4\n10.2 4 1\n10.3 9 1\n10.4 1 1\n10.5 2 1\n", "none of which runs evenly"),
        ("f,Z',Z''\n", "no row that holds numbers only"),
        ("hello\nworld\n", "no row that holds numbers only"),
        ("f,Z',Z''\n0,1,-1\n0,2,-1\n0,3,-1\n", "no point of a spectrum in it"),
        ("", "the file is empty"),
    ],
)
def test_tables_that_are_no_spectra(tmp_path, text, words):
    path = tmp_path / "x.csv"
    path.write_text(text)
    with pytest.raises(ReadError, match=re.escape(words)) as caught:
        read(path)
    assert str(caught.value).startswith("x.csv: ")
    assert caught.value.exit_code == 2


# --- damage ----------------------------------------------------------------------------------------------


def test_rows_of_zeros_blanks_and_cut_rows(tmp_path):
    path = spectra.table(tmp_path / "x.csv", dict(MADE[k] for k in ("freq", "re", "im")))
    lines = path.read_text().splitlines()
    lines.insert(5, "0,0,0")
    lines.insert(9, "")
    lines[12] = lines[12].rsplit(",", 1)[0]
    lines[-1] = lines[-1].rsplit(",", 1)[0]
    path.write_text("\n".join(lines))
    record = read(path)
    assert len(record.spectra[0].frequency_Hz) == len(F) - 2
    assert finding(record, "zero_rows").rows == 1
    assert finding(record, "short_rows").rows == 1
    assert "cut_row" in names(record)
    assert not record.complete


def test_a_number_cut_in_its_exponent_is_no_value(tmp_path):
    path = spectra.table(tmp_path / "x.csv", dict(MADE[k] for k in ("freq", "re", "im")), form="{:.6E}")
    path.write_text(path.read_text().rstrip("\n")[:-2])
    record = read(path)
    assert len(record.spectra[0].frequency_Hz) == len(F) - 1
    assert not record.complete


@pytest.mark.parametrize("missing", range(1, 12))
def test_a_file_that_ends_within_its_last_number(tmp_path, missing):
    path = spectra.table(tmp_path / "x.csv", dict(MADE[k] for k in ("freq", "re", "im")), form="{:.6E}")
    path.write_bytes(path.read_bytes().rstrip(b"\n")[:-missing])
    record = read(path)
    assert len(record.spectra[0].frequency_Hz) == len(F) - 1
    assert not record.complete


def test_comments_and_titles_above(tmp_path):
    path = spectra.table(
        tmp_path / "x.txt",
        dict(MADE[k] for k in ("freq", "re", "im")),
        above=["# cell 7 at 25 degC", "% second 3 line", ""],
    )
    record = read(path)
    assert_sample(record)
    assert "cell 7" in record.provenance.extra["comments"]


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=400))
def test_no_text_makes_it_fall(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("any") / "x.csv"
    path.write_bytes(data or b"\n")
    try:
        read(path)
    except ReadError as refused:
        assert "x.csv" in str(refused)


@settings(max_examples=40, deadline=None)
@given(st.text(alphabet="0123456789.,;-+eE \t\nfZ'", max_size=200))
def test_no_heap_of_digits_makes_it_fall(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("any") / "x.csv"
    path.write_text(text or "\n")
    try:
        read(path)
    except ReadError as refused:
        assert "x.csv" in str(refused)


# --- workbooks -------------------------------------------------------------------------------------------


def workbook(path, sheets):
    writer = pytest.importorskip("xlsxwriter")
    pytest.importorskip("fastexcel")
    with writer.Workbook(str(path)) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for i, row in enumerate(rows):
                sheet.write_row(i, 0, row)
    return path


def test_a_workbook_is_read_as_a_table(tmp_path):
    rows = [
        ["f/Hz", "Z'/ohm", "-Z''/ohm"],
        *zip(F.tolist(), Z.real.tolist(), (-Z.imag).tolist(), strict=True),
    ]
    path = workbook(tmp_path / "x.xlsx", {"notes": [["cell 7"]], "EIS": rows})
    record = read(path)
    assert_sample(record, rtol=1e-9)
    assert finding(record, "sheet").detail == "sheet 'EIS' of 2 is read"
    with pytest.raises(ReadError, match="no sheet 'eis'; its sheets: notes, EIS"):
        read(path, options=ReadOptions(sheet="eis"))
    with pytest.raises(ReadError, match="no sheet with a spectrum or cycling data among notes"):
        read(path, options=ReadOptions(sheet="notes"))


def test_a_workbook_without_the_extra_says_what_to_install(tmp_path, monkeypatch):
    from zipfile import ZipFile

    from interlayer.readers import workbook as workbook_module

    path = tmp_path / "x.xlsx"
    with ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    monkeypatch.setattr(workbook_module, "find_spec", lambda name: None)
    with pytest.raises(ReadError, match=r"pip install 'interlayer\[xlsx\]', or save the sheet as CSV"):
        read(path)
    path.write_bytes(b"PK\x03\x04 and nothing else")
    with pytest.raises(ReadError, match="a zip archive or an Excel file"):
        read(path)
