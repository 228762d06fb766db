"""Tables in workbooks (.xlsx): each sheet is read as `plain_table` reads a text.

Needs the extra `interlayer[xlsx]`. The first sheet that holds spectra or cycling data is read, or the one that is
named.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import polars as pl

from interlayer.errors import ReadError
from interlayer.readers import plain_table, workbook
from interlayer.readers.contract import RawRecord
from interlayer.readers.options import ReadOptions
from interlayer.record.record import Finding

_NOTHING_SAID: Final = ReadOptions()


@dataclass(frozen=True)
class PlainXlsx:
    """Reader of tables in workbooks."""

    options: ReadOptions = _NOTHING_SAID
    name: str = "plain_xlsx"
    version: str = "2"
    extensions: tuple[str, ...] = (".xlsx",)
    signature: str = "an archive that holds xl/workbook.xml"

    def with_options(self, options: ReadOptions) -> PlainXlsx:
        """Return the same reader with what a person says about the file."""
        return replace(self, options=options)

    def sniff(self, path: Path, head: bytes) -> bool:
        """Whether the content is a workbook."""
        return workbook.is_workbook(path, head)

    def read(self, path: Path, head: bytes) -> RawRecord:
        """Read one sheet.

        Raises
        ------
        ReadError
            If it is no workbook, its reading needs an extra that is not installed, or no sheet holds spectra or
            cycling data.
        """
        if not self.sniff(path, head):
            raise ReadError("not a workbook (.xlsx), or a damaged one", advice="save it again, or as CSV")
        sheets = workbook.sheets(path)
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
            f"no sheet with a spectrum or cycling data among {', '.join(problems) or 'none'}: {what}",
            advice=first.advice if first else "save it again",
        )

    def _sheet(self, name: str, frame: pl.DataFrame, count: int) -> RawRecord:
        options = replace(self.options, delimiter="\t")
        raw = plain_table.table(workbook.as_text(frame), options, say_form=False)
        findings = list(raw.findings)
        if count > 1:
            findings.append(Finding("sheet", f"sheet '{name}' of {count} is read", "note"))
        extra = raw.extra | {"sheet": name}
        if self.options.given:
            extra["read_with"] = {key: getattr(self.options, key) for key in self.options.given}
        return replace(raw, findings=tuple(findings), extra=extra)
