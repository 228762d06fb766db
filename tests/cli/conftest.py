"""Small inputs for commands: instrument files by the project's own writers, and one simulated record."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.run import run
from tests.writers import samples
from tests.writers.mpt import write_mpt


@pytest.fixture(autouse=True)
def plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Widths and colours of whoever runs the tests (or of its workers) are none of the commands' business."""
    for name in ("COLUMNS", "LINES", "FORCE_COLOR", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def cycling_file(tmp_path: Path) -> Path:
    """Four half-cycles of a resistor of 510 ohm."""
    return write_mpt(tmp_path / "cycling.mpt", samples.cycling_record())


@pytest.fixture
def eis_file(tmp_path: Path) -> Path:
    """One spectrum of 120 ohm + (340 ohm beside 0.2 uF)."""
    return write_mpt(tmp_path / "eis.mpt", samples.eis_record(spectra=1, points=43))


@pytest.fixture(scope="session")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of `init`, with the record that `simulate` makes of its two files."""
    folder = tmp_path_factory.mktemp("started")
    assert run("init", folder).code == 0
    ran = run("simulate", folder / "cell.toml", folder / "protocol.toml", "-o", folder / "record.parquet")
    assert ran.code == 0, ran.err
    return folder
