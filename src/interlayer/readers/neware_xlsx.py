"""Excel exports of Neware's BTS client and BTSDA (.xlsx): the sheets with the recorded rows, one or several.

Needs the extra `interlayer[xlsx]`. Barcode and remarks are taken from the sheet that has them.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

from interlayer.errors import ReadError
from interlayer.readers import neware_csv, neware_names, workbook, workbook_records
from interlayer.readers.contract import RawRecord
from interlayer.record.record import Finding

_SHEETS: Final = ({"cycle", "step", "record"}, {"循环层", "工步层", "记录层"}, {"循环", "工步", "记录"})
_TEXTS: Final = frozenset(("DataPoint", "Record Index", "Record ID", "数据序号", "记录序号"))
_BESIDE: Final = frozenset(("Step Type", "Step Name", "Status", "工步类型", "工步名称", "状态"))


class NewareXlsx:
    """Reader of Neware Excel exports."""

    name = "neware_xlsx"
    version = "1"
    extensions: tuple[str, ...] = ()
    signature = "a workbook with sheets cycle, step and record, or with the names DataPoint and Step Type in its cells"

    def sniff(self, path: Path, head: bytes) -> bool:
        """Whether the content is such a workbook."""
        if not workbook.is_workbook(path, head):
            return False
        texts = {text.strip() for text in workbook.first_texts(path)}
        if any(text.startswith("TestTime") or text in ("测试时间", "SysTime") for text in texts):
            return False
        if texts & _TEXTS and texts & _BESIDE:
            return True
        names = {name.strip().lower() for name in workbook.sheet_names(path)}
        return any(names >= known for known in _SHEETS) or any(name.startswith("detail_") for name in names)

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
        found = workbook_records.collect(sheets, neware_names.recognises)
        if found is None:
            raise ReadError(
                f"a Neware workbook without a sheet of recorded rows; its sheets: {', '.join(sheets)[:200]}",
                advice="export it again with the records (record layer, 记录层)",
            )
        data, used = found
        raw = neware_csv.records(data)
        note = Finding("sheet", f"read from sheet {', '.join(used)}", "note")
        return replace(raw, findings=(*raw.findings, note), extra=raw.extra | workbook_records.facts(sheets))
