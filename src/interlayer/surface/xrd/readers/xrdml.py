"""PANalytical .xrdml (XML): one or more scans with positions, counts, attenuation and counting time.

Facts of the format: intensities stand as 'intensities' (to version 1.5) or 'counts' (2.0); both with unit counts.
'beamAttenuationFactors', one a point, are what the intensities of version 1 are already multiplied with, and what the
counts of version 2 still have to be multiplied with. Positions are 'startPosition' and 'endPosition' or a list. A
scan may be one of several repeats, or one of several ranges, of the same sample.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final
from xml.etree.ElementTree import Element

import numpy as np

from interlayer.errors import ReadError
from interlayer.record.record import Finding
from interlayer.surface.xrd import radiation
from interlayer.surface.xrd.pattern import FloatArray, Pattern
from interlayer.surface.xrd.radiation import Radiation
from interlayer.surface.xrd.readers import safe_xml, scans

_USABLE: Final = ("gonio", "2theta", "2theta-omega", "omega-2theta")


class Xrdml:
    """See the module."""

    name = "panalytical_xrdml"
    version = "1"
    signature = "is XML with the root xrdMeasurements"

    def sniff(self, path: Path, head: bytes) -> bool:  # noqa: ARG002  (the mark is at the beginning)
        """Whether it begins so."""
        return b"<xrdMeasurements" in head[:4096].replace(b"\0", b"")

    def read(self, path: Path) -> tuple[Pattern, ...]:
        """See the contract."""
        try:
            root = safe_xml.root(path.read_bytes())
        except OSError as problem:
            raise ReadError(f"cannot be read: {problem.strerror}") from problem
        if root.tag != "xrdMeasurements":
            raise ReadError(f"the root of its XML is '{root.tag[:40]}', not xrdMeasurements")
        sample = (root.findtext("sample/name") or root.findtext("sample/id") or "").strip()
        found: list[Pattern] = []
        skipped: list[str] = []
        for measurement in root.iter("xrdMeasurement"):
            light = _radiation(measurement)
            for scan in measurement.iter("scan"):
                axis = scan.get("scanAxis", "")
                if axis.lower() not in _USABLE:
                    skipped.append(axis or "unnamed")
                    continue
                found.append(_scan(scan, light, sample))
        if not found:
            what = f"its scans move {', '.join(sorted(set(skipped)))[:80]}" if skipped else "it holds no scan"
            raise ReadError(f"{what}; a powder pattern is a scan of 2 theta", advice="give the 2 theta scan")
        joined = scans.joined(found)
        if skipped:
            note = Finding("other_scans", f"{len(skipped)} scans of other axes ({skipped[0]}) were left out")
            joined = tuple(scans.noted(one, note) for one in joined)
        return joined


def _radiation(measurement: Element) -> Radiation | None:
    used = measurement.find("usedWavelength")
    anode = (measurement.findtext(".//anodeMaterial") or "").strip()
    if used is None:
        return radiation.of_anode(anode, "anode named in the file") if anode in radiation.K_LINES else None
    one = _number(used.findtext("kAlpha1"), "kAlpha1")
    two = _number(used.findtext("kAlpha2"), "kAlpha2")
    ratio = _number(used.findtext("ratioKAlpha2KAlpha1"), "ratio of K-alpha")
    if one is None:
        return None
    intended = used.get("intended", "K-Alpha").lower().replace(" ", "")
    if "alpha1" in intended or "alpha-1" in intended:
        two = None
    elif "beta" in intended:
        raise ReadError("it was measured with K-beta", advice="give --wavelength with that of K-beta")
    return radiation.of_wavelengths(one, two, ratio, "the file")


def _scan(scan: Element, light: Radiation | None, sample: str) -> Pattern:
    findings: list[Finding] = []
    if scan.get("status", "Completed").lower() not in ("completed", ""):
        findings.append(
            Finding("incomplete_scan", f"the file calls the scan '{scan.get('status', '')[:20]}'")
        )
    points = scan.find("dataPoints")
    if points is None:
        raise ReadError("a scan without points", advice="wait until the measurement has begun")
    held = points.find("counts")
    old = held is None
    if held is None:
        held = points.find("intensities")
    if held is None:
        raise ReadError("a scan without intensities")
    y = _list(held.text, "intensities")
    unit = held.get("unit", "counts").lower()
    x = _positions(points, len(y))
    time = _number(points.findtext("commonCountingTime"), "counting time")
    each = points.findtext("countingTimes")
    if each is not None:
        times = _list(each, "counting times")
        if len(times) != len(y) or np.any(times <= 0.0):
            raise ReadError(f"{len(times)} counting times stand against {len(y)} points")
        if np.ptp(times) > 1e-3 * times.max():
            y, unit, time = y / times, "counts/s", None
            findings.append(
                Finding("counting_times", "times differ between points: taken as counts/s", "note")
            )
        else:
            time = float(times[0])
    factors = points.findtext("beamAttenuationFactors")
    sigma: FloatArray | None = None
    if factors is not None:
        weight = _list(factors, "attenuation factors")
        if len(weight) != len(y) or np.any(weight < 1.0):
            raise ReadError(
                f"{len(weight)} attenuation factors stand against {len(y)} points, or are below 1"
            )
        if np.any(weight > 1.0):
            detected = y / weight if old else y
            sigma = np.sqrt(np.maximum(detected, 1.0)) * weight
            y = detected * weight
            findings.append(
                Finding(
                    "attenuation",
                    f"the beam was attenuated at {int((weight > 1.0).sum())} points; undone",
                    "note",
                )
            )
    return Pattern(
        x,
        y,
        intensity_unit=unit if unit in ("counts", "counts/s") else "1",
        counting_s=time,
        sigma=sigma if unit == "counts" else None,
        radiation=light,
        sample=sample,
        extra={"started_local": (scan.findtext("header/startTimeStamp") or "").strip()},
        findings=tuple(findings),
    )


def _positions(points: Element, count: int) -> FloatArray:
    axes = [one for one in points.findall("positions") if one.get("axis", "").lower() == "2theta"]
    if not axes:
        raise ReadError("a scan without positions of 2 theta")
    listed = axes[0].findtext("listPositions")
    if listed is not None:
        x = _list(listed, "positions")
        if len(x) != count:
            raise ReadError(f"{len(x)} positions stand against {count} intensities", advice="the file is cut")
        return x
    start = _number(axes[0].findtext("startPosition"), "start position")
    end = _number(axes[0].findtext("endPosition"), "end position")
    if start is None or end is None:
        raise ReadError("2 theta does not move in this scan", advice="give the 2 theta scan")
    return np.linspace(start, end, count)


def _list(text: str | None, what: str) -> FloatArray:
    try:
        return np.array((text or "").split(), dtype=np.float64)
    except ValueError as problem:
        raise ReadError(f"its {what} are not all numbers", advice="the file is damaged") from problem


def _number(text: str | None, what: str) -> float | None:
    if text is None or not text.strip():
        return None
    try:
        return float(text)
    except ValueError as problem:
        raise ReadError(f"its {what} is '{text.strip()[:20]}', not a number") from problem
