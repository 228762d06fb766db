"""What the pages say exists, and what they must say is there."""

from __future__ import annotations

import csv
import importlib
import re
import runpy
import shlex
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from interlayer import parameter_sets, protocol
from interlayer.cli.app import app
from interlayer.lithium_side import LITHIUM
from interlayer.metrics import ALL_METRICS
from interlayer.parameter_sets.load import STATUSES
from interlayer.physics.registry import ALL_MECHANISMS
from interlayer.record.schema import COLUMNS, SCHEMA_VERSION
from tests.writers.mpt import write_mpt
from tests.writers.samples import mixed_record

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
every_page = pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(ROOT).as_posix())

FENCE = re.compile(r"^```(?P<kind>\w*)\n(?P<body>.*?)^```$", re.DOTALL | re.MULTILINE)
SPAN = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
LINK = re.compile(r"\]\((?P<target>[^)\s]+)\)")
IN_A_ROOM = re.compile(r"(src|tests|docs|examples|benchmarks|\.ci)/\S*")
AT_THE_TOP = re.compile(r"[A-Z]+\.md|(constraints|pyproject)\.\w+")
TOUR = re.compile(r"<!-- tour -->\n```(?P<kind>\w+)\n(?P<body>.*?)^```$", re.DOTALL | re.MULTILINE)


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def prose(page: Path) -> str:
    return FENCE.sub("", text_of(page))


def spans(page: Path) -> list[str]:
    return SPAN.findall(prose(page))


# --- generated tables ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def make_tables() -> dict:
    return runpy.run_path(str(DOCS / "make_tables.py"))


@pytest.mark.parametrize("page", sorted(DOCS.rglob("*.md")), ids=lambda p: p.relative_to(DOCS).as_posix())
def test_generated_tables_are_what_the_code_says(page, make_tables):
    text = text_of(page)
    assert text.count("<!-- generated: ") == text.count("<!-- end generated -->")
    assert make_tables["filled"](text) == text, "run: python docs/make_tables.py"


# --- what must be there ----------------------------------------------------------------------------------


@pytest.mark.parametrize("family", sorted({kind.family for kind in ALL_MECHANISMS}))
def test_every_family_has_a_page_with_its_limits_and_its_test(family):
    page = DOCS / "theory" / f"{family}.md"
    text = text_of(page)
    assert f"<!-- generated: family {family} -->" in text
    assert "where it fails" in text
    assert "Checked by `test_" in text
    for kind in ALL_MECHANISMS:
        if kind.family == family:
            assert f"### Law `{kind.law}`" in text
    index = text_of(DOCS / "theory" / "README.md")
    assert f"({family}.md) | `{family}`" in index


def test_words_name_every_metric_state_status_role_and_event():
    text = text_of(DOCS / "words.md")
    states = [s.name for kind in ALL_MECHANISMS for s in kind.states] + [LITHIUM.name]
    table = (files("interlayer.published.ding2024") / "values.csv").read_text(encoding="utf-8")
    roles = sorted({row["role"] for row in csv.DictReader(table.splitlines())})
    assert len(roles) >= 4
    simulated = ["short", "crack onset", "filament initiation", "salt depletion", "lithium exhausted"]
    words = [*(m.name for m in ALL_METRICS), *states, *STATUSES, *roles, *simulated, "voltage limit"]
    missing = [word for word in words if f"`{word}`" not in text]
    assert not missing


def test_record_page_names_the_schema():
    text = text_of(DOCS / "record.md")
    assert SCHEMA_VERSION in text
    assert [c.label for c in COLUMNS if f"| `{c.label}` |" not in text] == []


def test_calibration_page_names_every_set_and_the_rate_protocols():
    text = text_of(DOCS / "theory" / "calibration.md")
    assert [name for name in parameter_sets.names() if f"`{name}`" not in text] == []
    rate = [name for name in protocol.names() if name.startswith("rate-test")]
    assert [name for name in rate if f"`{name}`" not in text] == []


def test_the_picture_is_small_and_shown():
    assert (DOCS / "picture.png").stat().st_size < 300_000
    assert "(docs/picture.png)" in text_of(ROOT / "README.md")


# --- what is named exists --------------------------------------------------------------------------------


@every_page
def test_links_lead_somewhere(page):
    for target in LINK.findall(prose(page)):
        if target.startswith("http"):
            continue
        path, _, anchor = target.partition("#")
        goal = (page.parent / path).resolve() if path else page
        assert goal.exists(), target
        if anchor:
            heads = re.findall(r"^#+ (.*)$", text_of(goal), re.MULTILINE)
            slugs = [re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads]
            assert anchor in slugs, target


@every_page
def test_files_named_in_code_spans_exist(page):
    for span in spans(page):
        if IN_A_ROOM.fullmatch(span) or AT_THE_TOP.fullmatch(span):
            assert (ROOT / span).exists(), span


def written_tests() -> dict[str, str]:
    found: dict[str, str] = {}
    for file in (ROOT / "tests").rglob("test_*.py"):
        for name in re.findall(r"^def (test_\w+)\(", text_of(file), re.MULTILINE):
            found[name] = found.get(name, "") + file.relative_to(ROOT).as_posix() + " "
    return found


@every_page
def test_tests_named_exist_in_a_file_that_the_page_names(page):
    known = written_tests()
    named = spans(page)
    for span in named:
        if re.fullmatch(r"test_\w+", span):
            assert span in known, span
            assert any(file in named for file in known[span].split()), f"{span}: {known[span]}"


@every_page
def test_dotted_names_can_be_imported(page):
    for span in SPAN.findall(prose(page)):
        if not re.fullmatch(r"interlayer(\.\w+)+", span):
            continue
        if span in ("interlayer.mechanisms", "interlayer.readers"):
            continue  # groups of entry points
        parts = span.split(".")
        for cut in range(len(parts), 0, -1):
            try:
                found = importlib.import_module(".".join(parts[:cut]))
            except ModuleNotFoundError:
                continue
            for name in parts[cut:]:
                found = getattr(found, name)
            break


def commands(page: Path) -> list[str]:
    """Every command line of this program on a page."""
    lines = [
        part.strip()
        for fence in FENCE.finditer(text_of(page))
        if fence["kind"] in ("bash", "powershell")
        for line in fence["body"].splitlines()
        for part in re.split(r"&&|;", line)
    ]
    lines += [span for span in spans(page) if span.startswith("interlayer ")]
    bare = [re.sub(r"^\.venv(/bin/|\\Scripts\\)", "", line) for line in lines]
    return [line for line in bare if re.match(r"interlayer\s", line)]


@every_page
def test_commands_and_their_options_exist(page):
    program = typer.main.get_command(app)
    for line in commands(page):
        words = shlex.split(line.replace("\\", "/"))[1:]
        if words[0].startswith("-"):
            known = {"--help", *(o for p in program.params for o in p.opts)}
            assert words[0] in known, line
            continue
        assert words[0] in program.commands, line
        options = {"--help", *(o for p in program.commands[words[0]].params for o in p.opts)}
        assert [w for w in words[1:] if w.startswith("-") and w not in options] == [], line


@every_page
def test_toml_blocks_are_toml(page):
    for fence in FENCE.finditer(text_of(page)):
        if fence["kind"] == "toml":
            tomllib.loads(fence["body"])


@every_page
def test_no_machine_is_named(page):
    assert not re.search(r"/(root|home|tmp|work)/|[A-Z]:\\", text_of(page))


# --- the README runs -------------------------------------------------------------------------------------


def test_continuous_integration_takes_both_commands_from_the_readme():
    block = runpy.run_path(str(ROOT / ".ci" / "readme_block.py"))["block"]
    readme, script = text_of(ROOT / "README.md"), text_of(ROOT / ".ci" / "run")
    test, main = block(readme, "test-command"), block(readme, "main-command")
    assert "pytest" in test
    assert "interlayer reproduce ding2024" in main
    assert "readme_block.py test-command" in script
    assert "readme_block.py main-command" in script
    # the same in PowerShell, right below
    for command in (test, main):
        below = re.search(r"```powershell\n(.*?)\n```", readme.partition(command)[2], re.DOTALL)
        assert below is not None
        assert _words(below[1]) == _words(command)


def _words(command: str) -> list[str]:
    """A set-up command without what differs between shells."""
    plain = command.replace("\\", "/").replace("/Scripts/", "/bin/").replace("py -3", "python3")
    return [w for w in re.split(r"\s*(?:&&|;)\s*|\s+", plain.strip()) if w]


def test_readme_tours_run(tmp_path, monkeypatch, capsys):
    """Every block marked as a tour, one after the other in an empty folder."""
    tours = [(m["kind"], m["body"]) for m in TOUR.finditer(text_of(ROOT / "README.md"))]
    assert {kind for kind, _ in tours} == {"bash", "python"}
    write_mpt(tmp_path / "measured.mpt", mixed_record())
    monkeypatch.chdir(tmp_path)
    for kind, body in tours:
        if kind == "python":
            exec(compile(body, "README.md", "exec"), {})
            continue
        for line in body.splitlines():
            words = shlex.split(line)
            assert words[0] == "interlayer", line
            done = CliRunner().invoke(app, words[1:])
            assert done.exit_code == 0, f"{line}\n{done.output}"
            assert done.output, line
    assert "plateau_overpotential" in capsys.readouterr().out
    made = {"coated.parquet", "first.html", "measured.parquet", "mine.parquet", "two-thicknesses.html"}
    assert made <= {path.name for path in tmp_path.iterdir()}
