"""PHI MultiPak text exports: the head of a .spe, then for each region its facts one a line and its points 'E,I'.

A line '//...Area Comment,RegionNo,AtomicName,Cycle,XLabel,YLabel,DataCount' says which facts follow. Known from a
public converter for this form; no measured file was at hand.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from interlayer.errors import ReadError
from interlayer.record.record import Finding
from interlayer.surface.xps.readers import phi_spe
from interlayer.surface.xps.readers.axis import axis_of, placed
from interlayer.surface.xps.readers.contract import ColumnMap
from interlayer.surface.xps.readers.text import file_text, head_text, number
from interlayer.surface.xps.spectrum import Region

_FACTS: Final = re.compile(r"^/*\s*(Area ?Comment,.*XLabel,YLabel,DataCount)\s*$", re.MULTILINE)


class PhiText:
    """Text exports of MultiPak."""

    name = "phi_text"
    version = "1"
    extensions: tuple[str, ...] = ()
    signature = "has a line 'Area Comment,...,XLabel,YLabel,DataCount'"

    def sniff(self, path: Path, head: bytes) -> bool:
        """Whether the line of the facts is there."""
        del path
        return bool(_FACTS.search(head_text(head)))

    def read(self, path: Path, told: ColumnMap) -> tuple[Region, ...]:
        """Read all regions.

        Raises
        ------
        ReadError
            If facts are missing, or the points are no pairs of numbers.
        """
        text = file_text(path)
        marks = list(_FACTS.finditer(text))
        if not marks:
            raise ReadError("no line 'Area Comment,...,DataCount'", advice="export it again from MultiPak")
        found: list[Region] = []
        head = phi_spe.head_of(text[: marks[0].start()].splitlines())
        ends = [m.start() for m in marks[1:]] + [len(text)]
        for mark, end in zip(marks, ends, strict=True):
            names = [n.strip() for n in mark[1].split(",")]
            lines = text[mark.end() : end].strip("\n").split("\n")
            while lines and lines[0].strip():
                region, lines = _region(names, lines, head, told)
                found.append(region)
        return tuple(found)


def _region(
    names: list[str], lines: list[str], head: dict[str, list[str]], told: ColumnMap
) -> tuple[Region, list[str]]:
    """Return the next region and the lines after it."""
    if len(lines) <= len(names):
        raise ReadError("the file ends within the facts of a region", advice="export it again")
    facts = dict(zip(names, (line.strip().rstrip(",") for line in lines[: len(names)]), strict=True))
    name, label = facts.get("AtomicName", "?"), facts.get("XLabel", "")
    count = number(facts.get("DataCount", ""))
    if count is None or count != int(count) or not 0 < count < 10_000_000:
        raise ReadError(
            f"{name}: '{facts.get('DataCount', '')[:30]}' is no number of points", advice="export it again"
        )
    rest = lines[len(names) :]
    rows = [re.split(r"[,\t]", line.strip()) for line in rest[: int(count)] if line.strip()]
    pairs = [(number(r[0]), number(r[1])) for r in rows if len(r) >= 2]
    if any(len(r) > 2 and r[2].strip() for r in rows):
        raise ReadError(
            f"{name}: several values a point, as in a depth profile", advice="export spectra, not profiles"
        )
    values = np.array([(e, i) for e, i in pairs if e is not None and i is not None], dtype=np.float64)
    if not len(values):
        raise ReadError(f"{name}: no pairs of numbers", advice="export it again")
    findings: tuple[Finding, ...] = ()
    if len(values) < count:
        findings = (Finding("truncated", f"{name}: {len(values)} of {count:g} points are there", "error"),)
    definitions = {
        d.name.lower(): d for d in (phi_spe.definitions_of(head) if head.get("SpectralRegDef") else [])
    }
    called = "survey" if name.lower().startswith("su") else name
    definition = definitions.get(called.lower())
    unit = re.search(r"\((.*?)\)", facts.get("YLabel", ""))
    base = phi_spe.region_of(
        phi_spe.Definition(
            0,
            called,
            1,
            0.0,
            0.0,
            0.0,
            definition.counting_s if definition else None,
            definition.pass_energy_eV if definition else None,
        ),
        values[:, 1],
        unit[1] if unit else "",
        head,
        told,
        findings,
    )
    energy, photon, is_kinetic, said = placed(
        values[:, 0], axis_of(label), base.photon_energy_eV, told, what=called
    )
    region = replace(
        base,
        energy_eV=energy,
        photon_energy_eV=photon,
        is_kinetic=is_kinetic,
        sample=facts.get("Area Comment", facts.get("AreaComment", "")) or base.sample,
        findings=(*base.findings, *said),
    )
    after = rest[int(count) :]
    while after and not after[0].strip():
        after = after[1:]
    return region, after
