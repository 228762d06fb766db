"""What holds for all commands alike."""

from __future__ import annotations

import pytest
import typer

from interlayer.cli import app
from interlayer.version import __version__
from tests.cli.run import run

COMMANDS = (
    *(
        "reproduce",
        "simulate",
        "collect",
        "read",
        "metrics",
        "analyse",
        "compare",
        "impedance",
        "xps",
        "wetting",
        "xrd",
        "sem",
        "report",
        "figure",
    ),
    *("export", "consistency", "sweep", "init", "list", "xps"),
)


def test_the_commands_are_those_of_the_contract():
    known = {info.name or info.callback.__name__ for info in app.registered_commands}
    assert known == set(COMMANDS)


def test_version():
    assert run("--version").out == f"interlayer {__version__}\n"


def test_help_names_every_command():
    ran = run("--help")
    assert ran.code == 0
    for command in COMMANDS:
        assert command in ran.out


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_and_an_output(command):
    ran = run(command, "-h")
    assert ran.code == 0
    options = {
        name for parameter in typer.main.get_command(app).commands[command].params for name in parameter.opts
    }
    assert {"-o", "--out", "--force", "--debug"} <= options


@pytest.mark.parametrize(
    "words",
    [
        ("nonsense",),
        ("read",),
        ("read", "--nonsense", "x"),
        ("simulate", "ding2024/bare", "eis"),
        ("simulate", "ding2024/bare", "eis", "-o", "x.parquet", "--rtol", "small"),
        ("report", "x.parquet"),
        ("impedance",),
        ("reproduce", "ding2024"),
        ("sweep",),
        ("figure", "voltage", "x.parquet"),
        ("figure", "nonsense", "x.parquet", "-o", "x.png"),
        ("export", "x.parquet", "-o", "x.zip"),
        ("export", "x.parquet", "--to", "nonsense", "-o", "x.zip"),
    ],
)
def test_wrong_usage_exits_with_2_and_prints_no_result(words):
    ran = run(*words)
    assert ran.code == 2
    assert ran.out == ""
    assert "Traceback" not in ran.err


def test_without_a_command_the_help_is_shown():
    assert "simulate" in run().out
