"""Text exports of LAND (LANHE, Landt) cyclers (.txt, .csv), English and Chinese, in UTF-8, GBK or UTF-16."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from interlayer.errors import ReadError
from interlayer.readers import cycling_text, delimited, landt_names, spectrum_text, text_table
from interlayer.readers.contract import RawRecord


class LandtText:
    """Reader of LAND text exports."""

    name = "landt_text"
    version = "1"
    extensions: tuple[str, ...] = ()
    signature = (
        "a text with a line of names such as TestTime, StepTime, Voltage/V, Current/mA, SysTime (测试时间, 电压/V), or "
        "channel_index, date_time_iso_string, test_time_s, step_name"
    )

    def sniff(self, path: Path, head: bytes) -> bool:  # noqa: ARG002  (the names are near the beginning)
        """Whether the content is such an export."""
        text = text_table.to_utf8(head[: len(head) // 2 * 2])
        return b"\x00" not in text[:4096] and landt_names.recognises(delimited.kinds_in(text)[0])

    def read(self, path: Path, head: bytes) -> RawRecord:  # noqa: ARG002
        """Read the recorded rows.

        Raises
        ------
        ReadError
            If it is not such an export, or holds no whole row.
        """
        data = text_table.file_bytes(path)
        if not landt_names.recognises(delimited.kinds_in(data)[0]):
            raise ReadError("not a LAND export: no line of names with TestTime and a voltage")
        return records(data)


def records(data: bytes) -> RawRecord:
    """Return what the text of an export says.

    Raises
    ------
    ReadError
        If it holds no whole row.
    """
    sheet = delimited.find(data)
    if sheet is None:
        raise ReadError("a LAND export without a single row of data", advice="export it again after the test")
    raw = cycling_text.to_record(sheet, None, landt_names.LANDT)
    return replace(raw, extra=raw.extra | spectrum_text.comments(sheet.above))
