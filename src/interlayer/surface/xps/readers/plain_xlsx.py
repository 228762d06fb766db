"""Workbooks with tables of energy and intensity (.xlsx), one or several sheets. Needs `interlayer[xlsx]`."""

from __future__ import annotations

from pathlib import Path

from interlayer.errors import InputError, ReadError
from interlayer.readers import workbook
from interlayer.surface.xps.readers.contract import ColumnMap
from interlayer.surface.xps.readers.plain_table import table_regions
from interlayer.surface.xps.spectrum import Region


class PlainXlsx:
    """Workbooks with tables."""

    name = "xps_xlsx"
    version = "1"
    extensions = (".xlsx",)
    signature = "is a workbook"

    def sniff(self, path: Path, head: bytes) -> bool:
        """Whether it is a workbook."""
        return workbook.is_workbook(path, head)

    def read(self, path: Path, told: ColumnMap) -> tuple[Region, ...]:
        """Read all sheets that hold a table of energies, or the one that is named.

        Raises
        ------
        ReadError
            If no sheet holds one; the reason is that of the first sheet with numbers.
        InputError
            If the named sheet does not exist.
        """
        sheets = workbook.sheets(path)
        if told.sheet is not None and told.sheet not in sheets:
            raise InputError(f"no sheet '{told.sheet}'; the sheets are {', '.join(sheets)}")
        found: list[Region] = []
        problem: ReadError | None = None
        for name, frame in sheets.items():
            if frame.is_empty() or (told.sheet is not None and told.sheet != name):
                continue
            try:
                found += table_regions(workbook.as_text(frame).decode(), name, told)
            except ReadError as refused:
                problem = problem or refused
        if not found:
            raise problem or ReadError("all sheets are empty", advice="save it again")
        return tuple(found)
