"""Text export of Bruker's DIFFRAC.EVA: one line 'Id: "..." Comment: "..." Anode: "Cu" ...', then two columns.

Facts from files: the line begins with an apostrophe and holds key: "value" pairs; Anode, Scantype and TimePerStep
are among them; intensities are counts per second where TimePerStep is that of a line detector.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from interlayer.errors import InputError
from interlayer.record.record import Finding
from interlayer.surface.xrd import radiation
from interlayer.surface.xrd.pattern import Pattern
from interlayer.surface.xrd.readers import columns

_PAIR: Final = re.compile(r'(\w+):\s*"([^"\n]{0,200})"')


class EvaXy:
    """See the module."""

    name = "bruker_eva_xy"
    version = "1"
    signature = "begins with an apostrophe and 'Id:' as DIFFRAC.EVA writes it"

    def sniff(self, path: Path, head: bytes) -> bool:  # noqa: ARG002  (the mark is at the beginning)
        """Whether it begins so."""
        first = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:400]
        return first.startswith(b"'Id:") and b"Anode:" in first.split(b"\n")[0]

    def read(self, path: Path) -> tuple[Pattern, ...]:
        """See the contract."""
        found = columns.columns(columns.text_of(path))
        said = dict(_PAIR.findall(found.header[0])) if found.header else {}
        findings = list(found.findings)
        light = None
        try:
            light = (
                radiation.of_anode(said.get("Anode", ""), "anode named in the file")
                if said.get("Anode")
                else None
            )
        except InputError:
            findings.append(Finding("unknown_anode", f"the file names the anode '{said['Anode'][:20]}'"))
        scan = said.get("Scantype", "")
        if scan and "theta" not in scan.lower():
            findings.append(
                Finding("scan_type", f"the file calls its scan '{scan[:60]}'; it is taken as 2 theta")
            )
        time = said.get("TimePerStep", "").replace(",", ".")
        return (
            Pattern(
                found.values[:, 0],
                found.values[:, 1],
                intensity_unit="counts/s" if time else "1",
                counting_s=_positive(time),
                radiation=light,
                sample=said.get("Id", ""),
                extra={
                    "comment": said.get("Comment", ""),
                    "scan_type": scan,
                    "private": {"operator": said.get("Operator", "")},
                },
                findings=tuple(findings),
            ),
        )


def _positive(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0.0 < value < 1e6 else None
