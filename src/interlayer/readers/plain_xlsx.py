"""Spectra in workbooks (.xlsx): each sheet is read as `plain_table` reads a text.

Needs the extra `interlayer[xlsx]`. The first sheet that holds a spectrum is read, or the one that is named.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import polars as pl

from interlayer.errors import ReadError
from interlayer.readers import containers, number_table, spectrum_text
from interlayer.readers.contract import RawRecord
from interlayer.readers.options import ReadOptions
from interlayer.record.record import Finding

_ZIP_MARK: Final = b"PK\x03\x04"
_MEMBER: Final = "xl/workbook.xml"
_ENGINE: Final = "fastexcel"
_NOTHING_SAID: Final = ReadOptions()


@dataclass(frozen=True)
class PlainXlsx:
    """Reader of spectra in workbooks."""

    options: ReadOptions = _NOTHING_SAID
    name: str = "plain_xlsx"
    version: str = "1"
    extensions: tuple[str, ...] = (".xlsx",)
    signature: str = "an archive that holds xl/workbook.xml"

    def with_options(self, options: ReadOptions) -> PlainXlsx:
        """Return the same reader with what a person says about the file."""
        return replace(self, options=options)

    def sniff(self, path: Path, head: bytes) -> bool:
        """Whether the content is a workbook."""
        if not head.startswith(_ZIP_MARK):
            return False
        return _MEMBER in containers.members(path)

    def read(self, path: Path, head: bytes) -> RawRecord:
        """Read the spectra of one sheet.

        Raises
        ------
        ReadError
            If it is no workbook, its reading needs an extra that is not installed, or no sheet holds a
            spectrum.
        """
        if not self.sniff(path, head):
            raise ReadError("not a workbook (.xlsx), or a damaged one", advice="save it again, or as CSV")
        containers.check_zip(path, largest=containers.LARGEST_WORKBOOK)
        if find_spec(_ENGINE) is None:
            raise ReadError(
                "reading workbooks needs an extra that is not installed",
                advice="run: python -m pip install 'interlayer[xlsx]', or save the sheet as CSV",
            )
        sheets = _sheets(path)
        wanted = self.options.sheet
        if wanted is not None and wanted not in sheets:
            raise ReadError(
                f"no sheet '{wanted}'; its sheets: {', '.join(sheets)}", advice="name one of them"
            )
        problems: dict[str, ReadError] = {}
        for name, frame in sheets.items():
            if wanted is not None and name != wanted:
                continue
            try:
                return self._sheet(name, frame, len(sheets))
            except ReadError as problem:
                problems[name] = problem
        first = next(iter(problems.values()), None)
        what = first.what if first else "it has no sheet"
        raise ReadError(
            f"no sheet with a spectrum among {', '.join(problems) or 'none'}: {what}",
            advice=first.advice if first else "save it again",
        )

    def _sheet(self, name: str, frame: pl.DataFrame, count: int) -> RawRecord:
        text = frame.fill_null("").write_csv(separator="\t", include_header=False, quote_style="never")
        numbers = number_table.find(text.encode(), delimiter="\t", decimal=self.options.decimal or None)
        findings: list[Finding] = list(numbers.findings)
        if count > 1:
            findings.append(Finding("sheet", f"sheet '{name}' of {count} is read", "note"))
        table = spectrum_text.to_table(numbers, findings, options=self.options)
        extra: dict[str, Any] = {"technique": "impedance spectroscopy", "sheet": name}
        extra |= spectrum_text.header_facts(numbers.blocks[0])
        return RawRecord(table, tuple(findings), complete=numbers.complete, extra=extra)


def _sheets(path: Path) -> dict[str, pl.DataFrame]:
    """All sheets as text, by name."""
    try:
        return pl.read_excel(
            path,
            sheet_id=0,
            has_header=False,
            infer_schema_length=0,
            raise_if_empty=False,
            drop_empty_rows=False,
            drop_empty_cols=False,
        )
    except Exception as problem:  # a damaged workbook makes the engine raise nearly anything
        raise ReadError(
            "a damaged workbook: its sheets cannot be read", advice="save it again, or as CSV"
        ) from problem
