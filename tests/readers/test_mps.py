"""EC-Lab's settings files: techniques, currents and loops; no record."""

from __future__ import annotations

import pytest

from interlayer.errors import ReadError
from interlayer.readers import read
from interlayer.readers.biologic_mps import read_settings
from interlayer.readers.biologic_parameters import set_currents


def line(name, *values):
    return name.ljust(20) + "".join(v.ljust(20) for v in values)


TEXT = "\r\n".join(
    [
        "EC-LAB SETTING FILE",
        "",
        "Number of linked techniques : 3",
        "",
        "Filename : C:\\Users\\somebody\\secret.mps",
        "Electrode surface area : 0.785 cm²",
        "Technique : 1",
        "Galvanostatic Cycling with Potential Limitation",
        line("Ns", "0", "1", "2"),
        line("Set I/C", "I", "I", "C / N"),
        line("Is", "0.000", "400.000", "-0.400"),
        line("unit Is", "mA", "µA", "mA"),
        "",
        "Technique : 2",
        "Modulo Bat",
        line("Ns", "0", "1", "2"),
        line("ctrl_type", "Rest", "CC", "CV"),
        line("Apply I/C", "I", "I", "I"),
        line("ctrl1_val", "", "-1,500", "4.200"),
        line("ctrl1_val_unit", "", "mA", "V"),
        "",
        "Technique : 3",
        "Loop",
        line("goto Ne", "1"),
        line("nt times", "44"),
    ]
)


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-16"])
def test_techniques_currents_and_loops(tmp_path, encoding):
    path = tmp_path / "x.mps"
    path.write_bytes(TEXT.encode(encoding))
    settings = read_settings(path)
    assert settings.announced == 3
    assert [t.name for t in settings.techniques][1:] == ["Modulo Bat", "Loop"]
    assert settings.techniques[0].currents == [0.0, pytest.approx(4e-4), None]  # a rate is no current
    assert settings.techniques[1].currents == [0.0, pytest.approx(-1.5e-3), None]
    assert settings.techniques[2].loop == (1, 44)
    assert settings.currents == pytest.approx([4e-4, -1.5e-3])
    assert settings.facts == {"Electrode surface area": "0.785 cm²"}


def test_read_says_what_it_is(tmp_path):
    path = tmp_path / "x.mps"
    path.write_bytes(TEXT.encode("cp1252"))
    with pytest.raises(ReadError) as caught:
        read(path)
    text = str(caught.value)
    assert "an EC-Lab settings file" in text
    assert "3 Loop to 1, 44 times" in text
    assert "0.4 mA" in text
    assert "give the measured file (.mpr or .mpt) beside it" in text
    assert "somebody" not in text


@pytest.mark.parametrize("text", ["EC-LAB SETTING FILE\r\n", "something else\r\n", ""])
def test_what_is_no_settings_file_is_refused(tmp_path, text):
    path = tmp_path / "x.mps"
    path.write_text(text)
    with pytest.raises(ReadError):
        read_settings(path)


def test_a_technique_without_currents_has_none():
    assert set_currents({}) == []
    assert set_currents({"Is": ["0.000"], "unit Is": ["mA"], "fi": ["10.000"]}) == []  # bias of impedance
    assert set_currents({"Is": ["much", "1.0"], "unit Is": ["mA", "V"]}) == [None, None]


def test_a_real_protocol(shared_data):
    """As the file's text says: 0.4 mA for 10 min, then impedance and an hour of plating, 44 times."""
    (path,) = (shared_data / "b_symmetric_plating").rglob("*TEGDME-1mA.mps")
    settings = read_settings(path)
    assert settings.announced == len(settings.techniques) == 4
    assert settings.currents == pytest.approx([4e-4])
    assert settings.techniques[3].loop == (2, 44)
    assert settings.techniques[2].parameters["t1 (h:m:s)"] == ["0:00:0.0000", "1:00:0.0000"]
