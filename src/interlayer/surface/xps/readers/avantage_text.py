"""Text copies of the sheets that Thermo Avantage exports (.csv, .txt): one spectrum, tabs or commas."""

from __future__ import annotations

import csv
from pathlib import Path

from interlayer.surface.xps.readers import avantage_sheet
from interlayer.surface.xps.readers.contract import ColumnMap
from interlayer.surface.xps.readers.text import file_text, head_text
from interlayer.surface.xps.spectrum import Region


class AvantageText:
    """Sheets of Avantage saved as text."""

    name = "avantage_text"
    version = "1"
    extensions: tuple[str, ...] = ()
    signature = "has a line that begins with 'Binding Energy (E)' above one of units"

    def sniff(self, path: Path, head: bytes) -> bool:
        """Whether the line of names and the line of units are there."""
        del path
        text = head_text(head)
        if not avantage_sheet.HEADER.search(text):
            return False
        return avantage_sheet.header_at(_rows(text)) is not None

    def read(self, path: Path, told: ColumnMap) -> tuple[Region, ...]:
        """Read the spectrum.

        Raises
        ------
        ReadError
            If no column of counts stands beside the energies.
        """
        rows = _rows(file_text(path))
        first = next((c.strip() for row in rows[:3] for c in row if c.strip()), "")
        title = first if first and "energy" not in first.lower() and len(first) < 60 else path.stem
        return (avantage_sheet.region(rows, told.name or title, told),)


def _rows(text: str) -> list[list[str]]:
    lines = [line.replace("\x00", "") for line in text.split("\n")]
    at = next((line for line in lines if avantage_sheet.HEADER.match(line)), "")
    split = max("\t;,", key=at.count) if at else "\t"
    return (
        [[c.strip().strip('"') for c in line.split(split)] for line in lines]
        if split != ","
        else _commas(lines)
    )


def _commas(lines: list[str]) -> list[list[str]]:
    try:
        return list(csv.reader(lines))
    except csv.Error:
        return [line.split(",") for line in lines]
