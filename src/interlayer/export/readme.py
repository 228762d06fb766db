"""The README of a bundle: what each file is, with hashes; where the data come from; units, signs and criteria."""

from __future__ import annotations

import hashlib
import platform
import textwrap
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Final

from interlayer.export.facts import all_facts
from interlayer.lab.cell_result import CellResult
from interlayer.metrics.critical_current import CRITERION
from interlayer.metrics.listing import ALL_METRICS
from interlayer.record.schema import COLUMNS, SCHEMA_VERSION
from interlayer.version import __version__

NAME: Final = "README.txt"
_WIDTH: Final = 110
_LIBRARIES: Final = ("numpy", "scipy", "polars", "matplotlib")
_MEANINGS: Final = (
    (
        "records/",
        "one Parquet file a cell, with what is known about it in the footer (" + SCHEMA_VERSION + ")",
    ),
    ("figures/", "each figure as SVG and PDF, and as CSV what is drawn in it, units in the second row"),
    ("cells.csv", "the cells: groups, what was typed about them, exclusions, overruled verdicts"),
    ("metrics.csv", "every number, with unit, uncertainty, bound and evidence"),
    ("groups.csv", "groups: number, median, mean, standard deviation, range, censoring"),
    ("results.json", "all of it for programs: checks, metrics, verdicts, critical currents"),
    (
        "methods.txt",
        "how the cells were measured and analysed; square brackets name what the files do not say",
    ),
    ("supporting-table.csv", "one row a cell for a supporting information, units in the second row"),
    ("supporting-table.html", "the same to print, or to paste into a text"),
)


def readme_text(found: Sequence[CellResult], folder: Path) -> str:
    """Return the README of a folder that holds everything else of the bundle."""
    parts = [
        "Measured cells, analysed with interlayer " + __version__,
        _files(found, folder),
        _sources(found),
        _units(),
        _criteria(found),
        _versions(),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _head(text: str) -> str:
    return f"{text}\n{'-' * len(text)}\n"


def _files(found: Sequence[CellResult], folder: Path) -> str:
    lines = [f"{name:<22} {meaning}" for name, meaning in _MEANINGS if (folder / name).exists()]
    hashes = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder).as_posix()}"
        for path in sorted(folder.rglob("*"), key=lambda one: one.relative_to(folder).as_posix())
        if path.is_file()
    ]
    numbers = [f"    c{number}  {one.cell.row.label}" for number, one in enumerate(found, start=1)]
    named = ["", "Figures of single cells begin with", *numbers]
    return _head("Files") + "\n".join([*lines, *named, "", "SHA-256:", *hashes])


def _sources(found: Sequence[CellResult]) -> str:
    lines: list[str] = []
    for facts in all_facts(found):
        lines.append(facts.label)
        for name, digest, reader in facts.sources:
            how = f", read as {reader}" if reader else ""
            lines.append(f"    {name}{how}{f', SHA-256 {digest}' if digest else ''}")
    return _head("Where the data come from") + "\n".join(lines) if lines else ""


def _units() -> str:
    lines = [f"{column.label:<27} {column.meaning}" for column in COLUMNS]
    signs = (
        "Current > 0 is oxidation at the working electrode. Voltage = E_WE - E_CE. Im(Z) < 0 for a capacitor. "
        "R_int is that of the whole cell. Uncertainties are one standard deviation. '>=' marks a censored value."
    )
    return _head("Units and signs") + "\n".join([*lines, "", *textwrap.wrap(signs, _WIDTH)])


def _criteria(found: Sequence[CellResult]) -> str:
    names = dict.fromkeys(m.name for one in found for m in one.metrics if m.value is not None)
    lines = [f"{kind.name} ({kind.unit}): {kind.meaning}" for kind in ALL_METRICS if kind.name in names]
    lines.append(f"critical current: {CRITERION}")
    lines.append("")
    for one in found:
        if one.verdict is not None:
            lines.append(f"{one.cell.row.label}:")
            lines += [f"    {text}" for text in one.verdict.evidence]
    return _head("Criteria, and what speaks for each verdict") + "\n".join(lines)


def _versions() -> str:
    lines = [f"interlayer {__version__}", f"Python {platform.python_version()}"]
    lines += [f"{name} {version(name)}" for name in _LIBRARIES]
    return _head("Versions") + "\n".join(lines)
