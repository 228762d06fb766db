"""Text exports of Neware's BTS client and BTSDA (.csv, .txt): rows alone, or in levels of cycle, step and record.

English and Chinese, in UTF-8, GBK or UTF-16. Charge is positive current, our sign with the working electrode at +.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from interlayer.errors import ReadError
from interlayer.readers import cycling_text, delimited, neware_names, record_levels, text_table
from interlayer.readers.contract import RawRecord
from interlayer.record.record import Finding


class NewareCsv:
    """Reader of Neware text exports."""

    name = "neware_csv"
    version = "1"
    extensions: tuple[str, ...] = ()
    signature = (
        "a text with a line of names such as DataPoint (数据序号), Step Type (工步类型), Total Time and Voltage(V), "
        "alone or below lines of names of cycles and steps"
    )

    def sniff(self, path: Path, head: bytes) -> bool:  # noqa: ARG002  (the names are near the beginning)
        """Whether the content is such an export."""
        return _recognised(text_table.to_utf8(head[: len(head) // 2 * 2]))

    def read(self, path: Path, head: bytes) -> RawRecord:  # noqa: ARG002
        """Read the recorded rows.

        Raises
        ------
        ReadError
            If it is not such an export, or holds no whole row.
        """
        data = text_table.file_bytes(path)
        if not _recognised(data):
            raise ReadError(
                "not a Neware export: no line of names with a record number, a time and a voltage"
            )
        return records(data)


def records(data: bytes) -> RawRecord:
    """Return what the text of an export says; levels are brought into one table.

    Raises
    ------
    ReadError
        If it holds no whole row.
    """
    levels = record_levels.names_of_levels(data)
    flat = record_levels.flatten(record_levels.spread_first_steps(data)) if levels else data
    sheet = delimited.find(flat if flat is not None else data)
    if sheet is None:
        raise ReadError(
            "a Neware export without a single row of data", advice="export it again after the test"
        )
    raw = cycling_text.to_record(sheet, None, neware_names.NEWARE)
    if not levels:
        return raw
    words = "cycle, step and record" if len(levels) > 2 else "step and record"
    note = Finding("levels", f"an export in levels ({words}); cycle and step are carried to the rows", "note")
    return replace(raw, findings=(*raw.findings, note))


def _recognised(data: bytes) -> bool:
    if b"\x00" in data[:4096]:
        return False
    levels = record_levels.names_of_levels(data)
    names = levels[-1] if levels else delimited.kinds_in(data)[0]
    return neware_names.recognises(names)
