"""Basytec text exports (.txt): lines of '~Key: value', a line of names that begins with '~', values between tabs.

Charge is positive current, our sign with the working electrode at +. Dates are day.month.year. The counter
'Cyc-Count' rises with the first row of a cycle; 'Line' is the line of the plan.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from interlayer.errors import ReadError
from interlayer.readers import cycling_text, delimited, started, text_table, timestamps
from interlayer.readers.contract import RawRecord
from interlayer.readers.cycling_format import Format
from interlayer.record.record import Finding

_MARK: Final = re.compile(rb"^~[^\n]*Basytec", re.IGNORECASE)
_ENTRY: Final = re.compile(r"^~\s*([^:\t]+?)\s*:\s*(\S.*)$")
_FACTS: Final = {
    "name of test": "comments",
    "testname": "comments",
    "name des tests": "comments",
    "battery": "cell_name",
    "batterie": "cell_name",
    "prüfling": "cell_name",
    "testplan": "protocol_name",
    "plan": "protocol_name",
}
_PRIVATE: Final = re.compile(r"operator|bediener|channel|kanal|device|gerät", re.IGNORECASE)
_START: Final = re.compile(r"start of test|beginn|start des tests|teststart", re.IGNORECASE)
_FORMAT: Final = Format(
    name="Basytec",
    date_order=timestamps.DAY_FIRST,
    kinds={
        "ah": "capacity",
        "ah-cyc-charge": "charge_capacity",
        "ah-cyc-discharge": "discharge_capacity",
        "state": "",
        "level": "",
        "count": "",
    },
)


class Basytec:
    """Reader of Basytec text exports."""

    name = "basytec"
    version = "1"
    extensions: tuple[str, ...] = ()
    signature = "a text whose first line begins with '~' and holds 'Basytec'"

    def sniff(self, path: Path, head: bytes) -> bool:  # noqa: ARG002  (the mark is at the beginning)
        """Whether the content is such an export."""
        return _MARK.match(text_table.to_utf8(head[: min(len(head), 4000) // 2 * 2])) is not None

    def read(self, path: Path, head: bytes) -> RawRecord:  # noqa: ARG002
        """Read all rows.

        Raises
        ------
        ReadError
            If it is not such an export, or ends within its header.
        """
        data = text_table.file_bytes(path)
        if _MARK.match(data) is None:
            raise ReadError("not a Basytec export: its first line does not begin with '~' and name Basytec")
        sheet = delimited.find(data, delimiter="\t")
        if sheet is None:
            raise ReadError(
                "a Basytec export without names of columns, or without a single row below them",
                advice="export it again with time and voltage",
            )
        raw = cycling_text.to_record(sheet, None, _FORMAT)
        findings: list[Finding] = list(raw.findings)
        extra = raw.extra | _facts(sheet.above, findings)
        return replace(raw, findings=tuple(findings), extra=extra)


def _facts(above: tuple[str, ...], findings: list[Finding]) -> dict[str, Any]:
    known: dict[str, Any] = {}
    private: dict[str, str] = {}
    for line in above:
        entry = _ENTRY.match(line)
        if entry is None:
            continue
        key, value = entry[1].strip(), entry[2].strip()
        if key.lower() in _FACTS:
            known[_FACTS[key.lower()]] = value
        elif _START.fullmatch(key):
            known |= started.facts(value, findings, order=timestamps.DAY_FIRST)
        elif _PRIVATE.search(key):
            private[key.lower()] = value
    return known | ({"private": private} if private else {})
