"""TOML with line numbers: what is found where, what is written back, and which faults get which sentence."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlayer.descriptions import Lines, dump_toml, load_toml, parse_toml, plain
from interlayer.errors import DescriptionError

TEXT = '''# a comment = "not a key"
label = "a # not a comment"
"quoted key" = 1

[coating] # both
thickness = "15 um"
notes = """
thickness = "in a long string"
"""
solids = { CuF2 = "10 wt%", PVDF = "5 wt%" }
path = 'C:\\data'

[coating.left]
list = [
  "a", # first ]
  { deep = 1 },
]
dotted.key = 2

[[step]]
n = 1
[[step]]
n = 2
[step.limit]
v = 3
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("label", 2),
        (("quoted key",), 3),
        ("coating", 5),
        ("coating.thickness", 6),
        ("coating.notes", 7),
        ("coating.solids.PVDF", 10),
        ("coating.path", 11),
        ("coating.left", 13),
        ("coating.left.list", 14),
        (("coating", "left", "list", 1), 16),
        (("coating", "left", "list", 1, "deep"), 16),
        ("coating.left.dotted.key", 18),
        (("step", 0, "n"), 21),
        (("step", 1, "n"), 23),
        (("step", 1, "limit", "v"), 25),
    ],
)
def test_every_key_has_its_line(path, line):
    _, lines = parse_toml(TEXT, name="x.toml")
    assert lines(path) == line
    assert lines.where(path) == f"x.toml line {line}"


def test_a_missing_key_takes_the_line_of_the_table_around_it():
    _, lines = parse_toml(TEXT)
    assert lines("coating.porosity") == 5
    assert lines("nothing.at.all") is None
    assert Lines("x.toml").where("a") == "x.toml"


keys = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
values = st.recursive(
    st.one_of(
        st.booleans(),
        st.integers(-(2**63), 2**63 - 1),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(keys, values, max_size=4))
def test_written_text_reads_back_and_every_key_is_found_on_a_line_that_holds_it(data):
    text = dump_toml(data)
    # The reference is Python's own TOML parser.
    assert tomllib.loads(text) == data
    back, lines = parse_toml(text)
    assert back == data
    rows = text.split("\n")
    for path in _paths(data, ()):
        row = rows[lines.positions[path] - 1]
        assert dump_toml({path[-1]: 0}).split(" = ")[0] in row


def _paths(data, path):
    for key, value in data.items():
        yield (*path, key)
        if isinstance(value, dict):
            yield from _paths(value, (*path, key))


def test_plain_data_holds_dates_and_not_a_number_as_text():
    data = tomllib.loads("a = 2024-05-01\nb = nan\nc = [1.5, inf]\nd = 10:00:00\n")
    assert plain(data) == {"a": "2024-05-01", "b": "nan", "c": [1.5, "inf"], "d": "10:00:00"}


@pytest.mark.parametrize(
    ("line", "says", "write"),
    [
        ("area = 0,785", "area = 0,785", 'area = "0.785 cm2"'),
        ("area = 0,785 cm2", "decimal comma", 'area = "0.785 cm2"'),
        ("area = 0.785 cm2", "quotation marks", 'area = "0.785 cm2"'),
        ("area =", "has no value", 'area = "0.785 cm2"'),
        ("other = 1,5", "decimal comma", "other = 1.5"),
        ("area: 0.785", "a colon", 'area = "0.785 cm2"'),
        ("label: a cell", "a colon", 'label = "a cell"'),
        ("label = my cell", "quotation marks", 'label = "my cell"'),
        ('label = "my cell', "do not close", 'label = "my cell"'),
        ("label = “a”", "curly", 'label = "a"'),
        ('drop volume = "1 uL"', "no spaces", 'drop_volume = "1 uL"'),
        (r'file = "C:\Users\me"', "backslash", r"file = 'C:\Users\me'"),
        (r'''file = "C:\Users\it's"''', "backslash", '''file = "C:/Users/it's"'''),
        ("flag = True", "written small", "flag = true"),
    ],
)
def test_the_corrected_line_is_shown_and_is_right(line, says, write):
    text = f"first = 1\n{line}\nlast = 2\n"
    with pytest.raises(DescriptionError) as caught:
        parse_toml(text, name="cell.toml", examples={"area": "0.785 cm2"})
    message = str(caught.value)
    assert message.startswith("cell.toml line 2: ")
    assert says in message
    assert message.endswith(f"write {write}")
    data, _ = parse_toml(text.replace(line, write))
    assert set(data) == {"first", "last", write.split(" = ")[0]}


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("first = 2", "stands there twice"),
        ("[first]", "stands there twice"),
        ("[electrolyte", "not a table name"),
        ("nonsense", "not 'key = value'"),
        ("a = [1, 2", "brackets"),
    ],
)
def test_faults_without_one_corrected_line_still_name_the_line(line, says):
    with pytest.raises(DescriptionError, match=says) as caught:
        parse_toml(f"first = 1\n{line}\n", name="cell.toml")
    assert "cell.toml line " in str(caught.value)
    assert "toml:" not in str(caught.value)


def test_deep_nesting_is_refused_without_a_traceback():
    with pytest.raises(DescriptionError):
        parse_toml("a = " + "[" * 20000, name="x.toml")


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text):
    try:
        parse_toml(text, name="x.toml")
    except DescriptionError as error:
        assert "x.toml" in str(error)


@given(st.binary(max_size=80))
def test_any_bytes_are_read_or_refused(tmp_path_factory, raw):
    file = tmp_path_factory.mktemp("bytes") / "x.toml"
    file.write_bytes(raw)
    try:
        load_toml(file)
    except DescriptionError as error:
        assert "x.toml" in str(error)


def test_files_that_cannot_be_used(tmp_path):
    (tmp_path / "cell.toml").write_text('label = "a"', encoding="utf-8")
    with pytest.raises(DescriptionError, match=r"no such file -> did you mean 'cell\.toml'\?"):
        load_toml(tmp_path / "cel.toml")
    with pytest.raises(DescriptionError, match="there is no folder"):
        load_toml(tmp_path / "none" / "cell.toml")
    with pytest.raises(DescriptionError, match="this is a folder"):
        load_toml(tmp_path)
    empty = tmp_path / "empty.toml"
    empty.write_text(" \n", encoding="utf-8")
    with pytest.raises(DescriptionError, match=r"empty\.toml: the file is empty"):
        load_toml(empty)
    big = tmp_path / "big.toml"
    big.write_bytes(b"#" * 1_000_001)
    with pytest.raises(DescriptionError, match="too large"):
        load_toml(big)
    latin = tmp_path / "latin.toml"
    latin.write_bytes("operator = 'Müller'".encode("latin-1"))
    with pytest.raises(DescriptionError, match="UTF-8"):
        load_toml(latin)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_that_editors_write_and_names_with_any_letters(tmp_path, encoding):
    folder = tmp_path / "Zellen für 电池"
    folder.mkdir()
    file = folder / "cell ü.toml"
    file.write_text("operator = 'Müller'\r\n", encoding=encoding, newline="")
    data, lines = load_toml(file)
    assert data == {"operator": "Müller"}
    assert lines("operator") == 1
