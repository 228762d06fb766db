"""Arbin text exports (.csv), and files of others under Arbin's names: sign and columns as in `arbin_columns`."""

from __future__ import annotations

from pathlib import Path

from interlayer.errors import ReadError
from interlayer.readers import arbin_columns, named_rows, text_table
from interlayer.readers.contract import RawRecord
from interlayer.record.record import Finding


class ArbinCsv:
    """Reader of Arbin's text exports."""

    name = "arbin_csv"
    version = "1"
    extensions = ()
    signature = (
        "a text whose first line holds Test_Time, Current, Voltage and one of Data_Point, Step_Index, Cycle_Index, "
        "with or without units behind them"
    )

    def sniff(self, path: Path, head: bytes) -> bool:  # noqa: ARG002  (the mark is at the beginning)
        """Whether the content is such an export."""
        line = text_table.decode_line(text_table.to_utf8(head[: len(head) // 2 * 2]).partition(b"\n")[0])
        return arbin_columns.looks_like(named_rows.split_names(line, named_rows.delimiter_of(line)))

    def read(self, path: Path, head: bytes) -> RawRecord:
        """Read a whole export.

        Raises
        ------
        ReadError
            If it cannot be opened, has not Arbin's names, holds no points, or rows that do not fit the names.
        """
        if not self.sniff(path, head):
            raise ReadError(
                "not an Arbin export: its first line does not hold Test_Time, Current and Voltage",
                advice="export the channel's data again",
            )
        first, body = text_table.first_line(path)
        line = text_table.decode_line(first)
        delimiter = named_rows.delimiter_of(line)
        names = named_rows.split_names(line, delimiter)
        text = named_rows.parse(body, names, delimiter)
        del body  # a long test is not held as text beside its table
        findings: list[Finding] = list(text.findings)
        table = arbin_columns.table(text.frame, findings)
        return RawRecord(table, tuple(findings), complete=text.complete, extra={"instrument": "Arbin"})
