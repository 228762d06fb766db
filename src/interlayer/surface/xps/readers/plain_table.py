"""Tables of energy and intensity as text (.csv, .tsv, .txt, .dat), as people and programs make them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from interlayer.errors import ReadError
from interlayer.record.record import Finding
from interlayer.surface.xps.readers import number_rows
from interlayer.surface.xps.readers.columns import NamedTable, is_energy, regions
from interlayer.surface.xps.readers.contract import ColumnMap
from interlayer.surface.xps.readers.text import file_text, head_text
from interlayer.surface.xps.spectrum import Region


class PlainTable:
    """Text tables with a column of energies."""

    name = "xps_table"
    version = "1"
    extensions = (".csv", ".tsv", ".txt", ".dat", ".asc", ".xy")
    signature = "has a table of numbers with a column named as binding or kinetic energy"

    def sniff(self, path: Path, head: bytes) -> bool:
        """Whether a column is named as an energy of electrons."""
        del path
        if b"\x00" in head[:200] and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
            return False
        try:
            found = number_rows.parse(head_text(head))
        except ReadError:
            return False
        return any(is_energy(name) for name in found.names)

    def read(self, path: Path, told: ColumnMap) -> tuple[Region, ...]:
        """Read the table.

        Raises
        ------
        ReadError
            If there is no table, or nothing says which column is what and which kind of energy it is.
        """
        return table_regions(file_text(path), path.stem, told)


def table_regions(text: str, title: str, told: ColumnMap) -> tuple[Region, ...]:
    """Return the regions of a text that holds one table.

    Raises
    ------
    ReadError
        As `PlainTable.read`.
    """
    if text.count("\x00") > 0.05 * len(text):
        raise ReadError("bytes that are no text", advice="export the spectra as VAMAS or text")
    rows = number_rows.parse(text)
    found = regions(NamedTable(rows.names, rows.values, "\n".join(rows.before), title), told)
    if not rows.left_out:
        return found
    note = Finding(
        "lines_left_out",
        f"{rows.left_out} lines below the first row are no rows of numbers",
        rows=rows.left_out,
    )
    return tuple(replace(region, findings=(*region.findings, note)) for region in found)
