"""Bruker .brml (DIFFRAC.SUITE): a zip archive of XML files.

Facts of the format: measured data lie in members 'ExperimentN/RawDataM.xml'. A 'DataRoute' has 'Datum' elements,
rows of numbers with commas; its 'RawDataView' elements say which column holds what: the view of ScanAxes lists the
axes (FieldDefinitions with AxisId), the 'RecordedRawDataView' the counter, AbsorptionFactor what the absorber took.
The tube's wavelengths are 'WaveLengthAlpha1', 'WaveLengthAlpha2' and 'WaveLengthRatio' of its mounted optics.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import Element

import numpy as np

from interlayer.errors import ReadError
from interlayer.readers import containers
from interlayer.record.record import Finding
from interlayer.surface.xrd import radiation
from interlayer.surface.xrd.pattern import FloatArray, Pattern
from interlayer.surface.xrd.radiation import Radiation
from interlayer.surface.xrd.readers import safe_xml, scans

LARGEST_BYTES: Final = 500_000_000
_RAW_DATA: Final = re.compile(r"(?:^|/)RawData\d+\.xml$")
_SAMPLE: Final = re.compile(r"(?:^|/)DataContainer\.xml$")
_TYPE: Final = "{http://www.w3.org/2001/XMLSchema-instance}type"


class Brml:
    """See the module."""

    name = "bruker_brml"
    version = "1"
    signature = "is a zip archive with members RawData*.xml"

    def sniff(self, path: Path, head: bytes) -> bool:
        """Whether its list of members says so."""
        if not head.startswith(b"PK"):
            return False
        return any(_RAW_DATA.search(name) for name in containers.members(path))

    def read(self, path: Path) -> tuple[Pattern, ...]:
        """See the contract."""
        found: list[Pattern] = []
        with containers.opened(path, largest=LARGEST_BYTES) as archive:
            names = sorted(name for name in archive.namelist() if _RAW_DATA.search(name))
            sample = ""
            for name in archive.namelist():
                if _SAMPLE.search(name):
                    info = safe_xml.root(archive.read(name)).find(".//MeasurementInfo")
                    sample = sample or (info.get("SampleName", "") if info is not None else "")
            for name in names:
                found += _patterns(safe_xml.root(archive.read(name)), sample)
        if not found:
            raise ReadError("it holds no scan of 2 theta", advice="export it from EVA as .xy")
        return scans.joined(found)


def _patterns(root: Element, sample: str) -> list[Pattern]:
    beam = _radiation(root)
    found: list[Pattern] = []
    for route in root.iter("DataRoute"):
        if route.get("RouteFlag", "Measured") != "Measured":
            continue
        rows = [one.text or "" for one in route.iter("Datum")]
        place, counter, absorber = _places(route)
        if place is None or counter is None or not rows:
            continue
        values = _values(rows)
        if max(place, counter, absorber or 0) >= values.shape[1]:
            raise ReadError("its rows have fewer columns than it says", advice="the file is damaged")
        time = route.findtext(".//TimePerStepEffective") or route.findtext(".//TimePerStep")
        y = values[:, counter]
        factor = np.ones(len(y)) if absorber is None else values[:, absorber]
        sigma, findings = None, list[Finding]()
        if np.any(factor > 1.0):
            sigma = np.sqrt(np.maximum(y, 1.0)) * factor
            y = y * factor
            findings.append(
                Finding("attenuation", "the absorber was in the beam at some points; undone", "note")
            )
        found.append(
            Pattern(
                values[:, place],
                y,
                intensity_unit="counts",
                counting_s=_number(time),
                sigma=sigma,
                radiation=beam,
                sample=sample,
                extra={"started_local": (root.findtext("TimeStampStarted") or "").strip()},
                findings=tuple(findings),
            )
        )
    return found


def _places(route: Element) -> tuple[int | None, int | None, int | None]:
    """Return the columns of 2 theta, of the counter and of the absorber."""
    angle = counter = absorber = None
    for view in route.iter("RawDataView"):
        start = int(_number(view.get("Start")) or 0)
        if "Recorded" in view.get(_TYPE, "") and counter is None:
            counter = start
        if view.get("LogicName") == "AbsorptionFactor":
            absorber = start
        axes = [one.get("AxisId", "") for one in view.iter("FieldDefinitions")]
        if "TwoTheta" in axes:
            angle = start + axes.index("TwoTheta")
    return angle, counter, absorber


def _values(rows: list[str]) -> FloatArray:
    fields = [row.split(",") for row in rows]
    width = len(fields[0])
    if any(len(one) != width for one in fields):
        raise ReadError("its rows differ in length", advice="the file is damaged")
    try:
        return np.array(fields, dtype=np.float64)
    except ValueError as problem:
        raise ReadError("some of its values are no numbers", advice="the file is damaged") from problem


def _radiation(root: Element) -> Radiation | None:
    def value(tag: str) -> float | None:
        found = root.find(f".//{tag}")
        return None if found is None else _number(found.get("Value"))

    one = value("WaveLengthAlpha1")
    if one is None or not 0.1 < one < 3.0:
        return None
    return radiation.of_wavelengths(one, value("WaveLengthAlpha2"), value("WaveLengthRatio"), "the file")


def _number(text: str | None) -> float | None:
    try:
        return None if text is None else float(text)
    except ValueError:
        return None
