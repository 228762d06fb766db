"""Spectra in plain text: CSV, TSV and TXT of any make, the last reader to look at a file.

Columns in any order, with or without names; several tables or several sweeps in one file; any delimiter,
decimal mark and sign of the imaginary part. What is detected is stated in the findings, and each of it can
be said instead (`ReadOptions`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from interlayer.errors import ReadError
from interlayer.readers import number_table, spectrum_text, text_table
from interlayer.readers.contract import RawRecord
from interlayer.readers.options import ReadOptions
from interlayer.record.record import Finding

_NOTHING_SAID: Final = ReadOptions()


@dataclass(frozen=True)
class PlainTable:
    """Reader of tables of numbers in text."""

    options: ReadOptions = _NOTHING_SAID
    name: str = "plain_table"
    version: str = "1"
    extensions: tuple[str, ...] = (".csv", ".tsv")
    signature: str = "a text with at least three rows of numbers of equal length"

    def with_options(self, options: ReadOptions) -> PlainTable:
        """Return the same reader with what a person says about the file."""
        return replace(self, options=options)

    def sniff(self, path: Path, head: bytes) -> bool:  # noqa: ARG002  (the rows are what counts)
        """Whether the content has rows of numbers."""
        return number_table.looks_numeric(text_table.to_utf8(head[: len(head) // 2 * 2]).replace(b'"', b""))

    def read(self, path: Path, head: bytes) -> RawRecord:  # noqa: ARG002
        """Read all spectra of the file.

        Raises
        ------
        ReadError
            If it holds no rows of numbers, or no column of frequencies and two of the impedance.
        """
        data = text_table.file_bytes(path)
        given = self.options
        numbers = number_table.find(data, delimiter=given.delimiter, decimal=given.decimal)
        findings: list[Finding] = []
        spectrum_text.state(numbers, findings)
        findings.extend(numbers.findings)
        table = spectrum_text.to_table(numbers, findings, options=given)
        if not len(table):
            raise ReadError("no point of a spectrum in it")
        extra: dict[str, Any] = {"technique": "impedance spectroscopy"}
        extra |= spectrum_text.header_facts(numbers.blocks[0])
        if given.given:
            extra["read_with"] = {name: getattr(given, name) for name in given.given}
        return RawRecord(table, tuple(findings), complete=numbers.complete, extra=extra)
