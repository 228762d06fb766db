"""Excel exports of LAND (LANHE, Landt) cyclers (.xlsx). Needs the extra `interlayer[xlsx]`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from interlayer.errors import ReadError
from interlayer.readers import landt_names, landt_text, workbook, workbook_records
from interlayer.readers.contract import RawRecord
from interlayer.record.record import Finding


class LandtXlsx:
    """Reader of LAND Excel exports."""

    name = "landt_xlsx"
    version = "1"
    extensions: tuple[str, ...] = ()
    signature = "a workbook with the names TestTime (测试时间) and Voltage/V (电压/V) in its cells"

    def sniff(self, path: Path, head: bytes) -> bool:
        """Whether the content is such a workbook."""
        if not workbook.is_workbook(path, head):
            return False
        return landt_names.recognises(tuple(text.strip() for text in workbook.first_texts(path)))

    def read(self, path: Path, head: bytes) -> RawRecord:
        """Read the recorded rows.

        Raises
        ------
        ReadError
            If it is no workbook, needs an extra that is not installed, or has no sheet with recorded rows.
        """
        if not workbook.is_workbook(path, head):
            raise ReadError("not a workbook (.xlsx), or a damaged one", advice="save it again, or as CSV")
        sheets = workbook.sheets(path)
        found = workbook_records.collect(sheets, landt_names.recognises)
        if found is None:
            raise ReadError(
                f"a LAND workbook without a sheet of recorded rows; its sheets: {', '.join(sheets)[:200]}",
                advice="export it again with the records",
            )
        data, used = found
        raw = landt_text.records(data)
        return replace(
            raw, findings=(*raw.findings, Finding("sheet", f"read from sheet {', '.join(used)}", "note"))
        )
