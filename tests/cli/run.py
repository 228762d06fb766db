"""Runs commands inside this process and looks at what they leave behind."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

from typer.testing import CliRunner

from interlayer.cli import app


class Ran(NamedTuple):
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str

    def items(self) -> list[dict[str, Any]]:
        """The JSON list on standard output; fails if there is anything else or a NaN."""

        def refuse(text: str) -> None:
            raise AssertionError(f"{text} in JSON")

        found = json.loads(self.out, parse_constant=refuse)
        assert isinstance(found, list)
        return found


def run(*words: str | Path) -> Ran:
    result = CliRunner().invoke(app, [str(word) for word in words])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return Ran(result.exit_code, result.stdout, result.stderr)


def files_in(folder: Path) -> set[str]:
    """Every file and folder below, hidden ones included."""
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*")}


def assert_refused(ran: Ran, *words: str) -> None:
    """Exit code 2, a short message that holds these words, no traceback, nothing on standard output."""
    assert ran.code == 2, ran
    assert ran.out == ""
    assert "Traceback" not in ran.err
    assert len(ran.err) < 1200
    for word in words:
        assert word in ran.err, ran.err
