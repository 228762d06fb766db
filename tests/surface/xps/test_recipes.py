"""What the recipes rest on: every number says who says so and whether that was read; the page says the same."""

from __future__ import annotations

import math
import re
from importlib.resources import files
from pathlib import Path

import pytest

from interlayer.errors import InputError
from interlayer.surface.xps.analyse import analyse
from interlayer.surface.xps.charge import Reference
from interlayer.surface.xps.recipe import STATUSES, read_recipe, recipes
from tests.surface.xps.drawn import region
from tests.surface.xps.writers import OWN_RECIPE

PAGE = Path(__file__).resolve().parents[3] / "docs" / "theory" / "xps.md"
ENTRIES = [(recipe, state) for recipe in recipes().values() for state in recipe.states]
entries = pytest.mark.parametrize(
    ("recipe", "state"), ENTRIES, ids=[f"{r.line} {s.name}" for r, s in ENTRIES]
)
DOI = re.compile(r"doi:(10\.\d{4,9}/[A-Za-z0-9()._/-]*[A-Za-z0-9])")
# Identifiers found in other texts beside the same authors, journal and year.
FOUND = {
    "10.1002/sia.6239",
    "10.1016/0368-2048(76)80015-1",
    "10.1016/j.apsusc.2010.07.086",
    "10.1016/j.pmatsci.2019.100591",
    "10.1021/acsaem.8b00406",
    "10.1021/acsenergylett.2c01587",
    "10.1038/s41467-025-57856-w",
    "10.1039/c5ra14915k",
    "10.1039/d3sc06347j",
    "10.18434/T4T88K",
}

# Subshell photoionisation at 1486.7 eV over C 1s, Kissel's tables as of xraylib 4.3.0 (CSb_Photo_Partial, each shell
# times half its electrons, added); independent of Scofield's table, of which the recipes have their factors.
KISSEL = {
    "Li 1s": 0.0568,
    "N 1s": 1.798,
    "O 1s": 2.931,
    "F 1s": 4.428,
    "P 2p": 0.4026 + 2 * 0.3944,
    "S 2p": 0.5668 + 2 * 0.5542,
    "Ti 2p": 2.6910 + 2 * 2.6099,
    "Cu 2p": 8.6809 + 2 * 8.3797,
    "Au 4f": 3 * 2.5125 + 4 * 2.3974,
}


@entries
def test_every_position_has_a_source_and_a_status(recipe, state):
    file = f"{recipe.line.lower().replace(' ', '_')}.toml"
    raw = (files("interlayer.surface.xps") / "recipes" / file).read_text("utf-8")
    assert raw.count('\nname = "') == len(recipe.states)
    assert raw.count("position_eV") == len(recipe.states) == len(re.findall(r"^source = ", raw, re.MULTILINE))
    assert state.source and state.status in STATUSES
    if state.is_checked:
        assert state.checked and state.checked_eV
    else:
        assert "from memory" in state.source
    low, high = recipe.window_eV
    assert low < state.position_eV[0] < high


@entries
def test_what_was_read_lies_within_two_scatters(recipe, state):
    scatter = math.hypot(state.position_eV[1], recipe.common_scatter_eV)
    for value in state.checked_eV:
        assert abs(value - state.position_eV[0]) <= 2.0 * scatter
        assert state.status != "measured" or "below Ti(IV)" in state.checked or _is_told(value, state.checked)


def _is_told(value: float, text: str) -> bool:
    """Whether a value, or its kinetic energy at Al K-alpha, stands in a text."""
    told = [float(one) for one in re.findall(r"\d+(?:\.\d+)?", text)]
    return any(abs(value - one) < 0.006 or abs(1486.6 - value - one) < 0.006 for one in told)


@entries
def test_ratios_are_those_of_degeneracy_and_splittings_have_a_status(recipe, state):
    expected = {"p": 1 / 2, "d": 2 / 3, "f": 3 / 4}
    level = recipe.line.split(" ")[1][1]
    if level not in expected:
        assert state.doublet is None
        return
    assert state.doublet is not None and state.doublet.checked
    assert state.doublet.ratio[0] == pytest.approx(expected[level])


@pytest.mark.parametrize("line", recipes())
def test_sensitivities_are_those_of_newer_cross_sections(line):
    recipe = recipes()[line]
    assert recipe.sensitivity_source
    if line in KISSEL:
        assert recipe.sensitivity == pytest.approx(KISSEL[line], rel=0.005)
    else:
        assert recipe.sensitivity == 1.0  # C 1s is the unit; Cu LMM is not counted.


@entries
def test_identifiers_have_their_form_and_were_found(recipe, state):
    text = f"{state.source} {state.note} {state.checked} {recipe.sensitivity_source}"
    assert text.count("10.") >= text.count("doi:") == len(DOI.findall(text))
    assert set(DOI.findall(text)) <= FOUND
    assert "ISBN" not in text


def test_the_page_lists_every_unconfirmed_position_and_no_other():
    text = PAGE.read_text(encoding="utf-8")
    block = text.split("<!-- generated: xps-unchecked -->")[1].split("<!-- end generated -->")[0]
    rows = [line.split(" | ")[:2] for line in block.splitlines() if line.startswith("| ")][2:]
    assert [(a.removeprefix("| "), b) for a, b in rows] == [
        (r.line, s.name) for r, s in ENTRIES if not s.is_checked
    ]


def test_a_result_names_the_states_that_rest_on_memory():
    at = Reference("shift", 0.0, 0.1)
    window = (679.0, 694.5)
    lithium = region("F 1s", window, [(685.1, 90000.0, 1.7)])
    salt = region("F 1s", window, [(685.1, 50000.0, 1.7), (688.8, 50000.0, 1.8)])
    nitrate = region("N 1s", (391.0, 412.0), [(407.5, 90000.0, 1.6)])
    said = [analyse([one], label="x", reference=at).observation for one in (salt, nitrate, lithium)]
    words = [" ".join(one.words) for one in said]
    assert "from memory" in words[0] and "LiTFSI in F 1s" in words[0]
    assert "from memory" not in words[1]
    assert "CuF2 in F 1s" in words[2]  # inseparable from LiF
    assert said[0].settings["status of positions of F 1s"]["LiTFSI"] == "memory"
    assert "685.1" in said[0].settings["checked in F 1s"]["LiF"]


def test_a_recipe_of_ones_own_is_a_measurement_unless_it_says_otherwise(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(OWN_RECIPE)
    assert read_recipe(path).states[0].is_checked
    path.write_text(OWN_RECIPE + 'status = "memory"\n')
    assert not read_recipe(path).states[0].is_checked
    path.write_text(OWN_RECIPE + 'status = "sure"\n')
    with pytest.raises(InputError, match="sure"):
        read_recipe(path)
