"""Workbooks that Thermo Avantage exports (.xlsx): a sheet a spectrum, and the peak table. Needs `interlayer[xlsx]`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from interlayer.errors import ReadError
from interlayer.readers import workbook
from interlayer.surface.xps.readers import avantage_sheet
from interlayer.surface.xps.readers.contract import ColumnMap
from interlayer.surface.xps.spectrum import Region


class AvantageXlsx:
    """Workbooks of Avantage."""

    name = "avantage_xlsx"
    version = "1"
    extensions: tuple[str, ...] = ()
    signature = "is a workbook with a cell 'Binding Energy (E)'"

    def sniff(self, path: Path, head: bytes) -> bool:
        """Whether a cell is named as Avantage names energies."""
        if not workbook.is_workbook(path, head):
            return False
        return any(text.strip().endswith("Energy (E)") for text in workbook.first_texts(path))

    def read(self, path: Path, told: ColumnMap) -> tuple[Region, ...]:
        """Read all sheets with a spectrum.

        Raises
        ------
        ReadError
            If there is none, the workbook is damaged, or its reading needs an extra.
        """
        sheets = {name: frame.rows() for name, frame in workbook.sheets(path).items()}
        found: list[Region] = []
        fits: dict[str, tuple[dict[str, object], ...]] = {}
        for name, cells in sheets.items():
            rows = [["" if c is None else str(c) for c in row] for row in cells]
            if avantage_sheet.is_peak_table(name):
                fits = avantage_sheet.peaks(rows)
            elif (told.sheet is None or told.sheet == name) and avantage_sheet.header_at(rows) is not None:
                found.append(avantage_sheet.region(rows, name, told))
        if not found:
            asked = f"sheet '{told.sheet}' holds none; " if told.sheet else ""
            raise ReadError(
                f"no spectrum: {asked}the sheets are {', '.join(sheets)}", advice="export the spectra"
            )
        return tuple(replace(r, published_fit=fits.get(r.name.strip(), ())) for r in found)
