"""PalmSens sessions (.pssession): JSON in UTF-16, all impedance scans of all channels.

PalmSens stores -Z'' under the name ZIm, and says so in the quantity of its unit, which decides here. Keys are
upper or lower case, by version. `Idc` is in the unit that its type names (microampere).
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Final, cast

import numpy as np
from numpy.typing import NDArray

from interlayer.errors import ReadError
from interlayer.readers import points, text_table
from interlayer.readers.contract import RawRecord
from interlayer.record import schema as s
from interlayer.record.record import Finding

_MARK: Final = b"palmsens.datafiles.sessionfile"
_TICKS_TO_1970: Final = 621355968000000000
"""Ticks of 100 ns from the year 1 to 1970."""
_TIME, _POTENTIAL, _CURRENT, _FREQUENCY, _REAL, _IMAGINARY, _MEASURED_POTENTIAL = 0, 1, 2, 5, 7, 8, 33
_UNIT: Final = {"MicroAmpere": 1e-6, "MilliAmpere": 1e-3, "Ampere": 1.0, "NanoAmpere": 1e-9}
_CHANNEL = re.compile(r"\bCH (\d+)")
_Json = dict[str, Any]


class PalmSensSession:
    """Reader of PalmSens session files."""

    name = "palmsens_pssession"
    version = "1"
    extensions = (".pssession",)
    signature = "a JSON text whose type is 'PalmSens.DataFiles.SessionFile'"

    def sniff(self, path: Path, head: bytes) -> bool:  # noqa: ARG002  (the mark is near the beginning)
        """Whether the content is such a session."""
        text = text_table.to_utf8(head[: min(len(head), 4000) // 2 * 2])
        return text.lstrip().startswith(b"{") and _MARK in text.lower()

    def read(self, path: Path, head: bytes) -> RawRecord:  # noqa: ARG002
        """Read every impedance scan of the session, in its order.

        Raises
        ------
        ReadError
            If it is no session, is cut, or holds no impedance.
        """
        text = text_table.file_bytes(path).decode("utf-8", errors="replace")
        if _MARK.decode() not in text[:4000].lower():
            raise ReadError("not a PalmSens session", advice="save it in PSTrace again")
        try:
            session, _ = json.JSONDecoder().raw_decode(text.lstrip())
        except json.JSONDecodeError as problem:
            raise ReadError(
                "a PalmSens session that is cut or damaged: its JSON does not end",
                advice="save it in PSTrace again",
            ) from problem
        measurements = [cast(_Json, m) for m in _lower(session).get("measurements") or []]
        findings: list[Finding] = []
        scans: list[dict[str, NDArray[np.float64]]] = []
        first = _start(measurements[0]) if measurements else None
        skipped: list[str] = []
        for measurement in measurements:
            found = _scans(measurement)
            if not found:
                skipped.append(str(measurement.get("title") or "unnamed"))
            for title, values in found:
                scans.append(_columns(title, values, measurement, first))
        if not scans:
            shown = ", ".join(skipped) or "nothing"
            raise ReadError(
                f"a PalmSens session without impedance; it holds {shown}",
                advice="give a session with an EIS scan",
            )
        if skipped:
            findings.append(
                Finding("measurements_left_out", "without impedance, not read: " + ", ".join(skipped), "note")
            )
        joined = {name: np.concatenate([scan[name] for scan in scans]) for name in scans[0]}
        group = np.concatenate([np.full(len(scan["f"]), i) for i, scan in enumerate(scans)])
        others = {label: joined[label] for label in joined if label not in ("f", "re", "im")}
        others = {k: v for k, v in others.items() if np.isfinite(v).any()}
        table = points.table(joined["f"], joined["re"], joined["im"], findings, others=others, group=group)
        points.check_sign(table, findings, "PalmSens states the sign with the unit")
        return RawRecord(table, tuple(findings), started_unix_s=first, extra=_facts(measurements[0], session))


def _lower(value: Any) -> Any:
    """Keys in lower case, whatever the version writes."""
    if isinstance(value, dict):
        return {str(k).lower(): _lower(v) for k, v in cast(_Json, value).items()}
    if isinstance(value, list):
        return [_lower(v) for v in cast(list[Any], value)]
    return value


def _start(measurement: _Json) -> float | None:
    """Start in seconds since 1970 UTC."""
    ticks = measurement.get("utctimestamp")
    return None if not isinstance(ticks, int) or ticks <= _TICKS_TO_1970 else (ticks - _TICKS_TO_1970) * 1e-7


def _scans(measurement: _Json) -> list[tuple[str, _Json]]:
    """Title and data set of every scan over frequency: sub-scans of a bias scan come one by one."""
    found: list[tuple[str, _Json]] = []
    for data in measurement.get("eisdatalist") or []:
        parts = data.get("subscans") or [data]
        title = str(data.get("title") or "")
        for part in parts:
            values = _by_type(part.get("dataset"))
            if values:
                found.append((title, values))
    return found


def _by_type(dataset: _Json | None) -> _Json:
    """Arrays of a data set by their type number; empty if it holds no impedance."""
    arrays = {a.get("arraytype"): a for a in (dataset or {}).get("values") or []}
    return arrays if {_FREQUENCY, _REAL, _IMAGINARY} <= set(arrays) else {}


def _numbers(array: _Json | None, count: int) -> NDArray[np.float64]:
    values = [v.get("v") for v in (array or {}).get("datavalues") or []]
    if len(values) != count:
        return np.full(count, np.nan)
    return np.array([np.nan if v is None else v for v in values], dtype=np.float64)


def _columns(
    title: str, arrays: Any, measurement: _Json, first: float | None
) -> dict[str, NDArray[np.float64]]:
    """Columns of one scan in SI, Im < 0 for a capacitor."""
    count = len(arrays[_FREQUENCY].get("datavalues") or [])
    quantity = str((arrays[_IMAGINARY].get("unit") or {}).get("q") or "-Z''")
    turn = -1.0 if quantity.startswith("-") else 1.0
    kind = str(((arrays.get(_CURRENT) or {}).get("unit") or {}).get("type") or "").rpartition(".")[2]
    measured = _numbers(arrays.get(_MEASURED_POTENTIAL), count)
    voltage = measured if np.isfinite(measured).any() else _numbers(arrays.get(_POTENTIAL), count)
    begin = _start(measurement)
    since = _numbers(arrays.get(_TIME), count)
    offset = 0.0 if begin is None or first is None else begin - first
    channel = _CHANNEL.search(title)
    return {
        "f": _numbers(arrays[_FREQUENCY], count),
        "re": _numbers(arrays[_REAL], count),
        "im": turn * _numbers(arrays[_IMAGINARY], count),
        # A time that never advances is no time.
        s.TIME: since + offset if np.nanmax(since, initial=0.0) > 0 else np.full(count, np.nan),
        s.VOLTAGE: voltage,
        s.CURRENT: _numbers(arrays.get(_CURRENT), count) * _UNIT.get(kind, np.nan),
        "Channel / 1": np.full(count, float(channel[1]) if channel else np.nan),
    }


def _facts(measurement: _Json, session: Any) -> dict[str, Any]:
    method = str(measurement.get("method") or "")
    settings = dict(re.findall(r"^(\w+)=([^\r\n]*)", method, re.MULTILINE))
    extra: dict[str, Any] = {"technique": str(measurement.get("title") or "impedance spectroscopy")}
    for key, name in (("header_area_cm2", "AREA"), ("amplitude_V", "AMPLITUDE")):
        try:
            value = float(settings[name])
        except (KeyError, ValueError):
            continue
        if np.isfinite(value) and (key != "header_area_cm2" or value > 0):
            extra[key] = value
    version = _lower(session).get("coreversion")
    if version:
        extra["software"] = f"PalmSens core {version}"
    if serial := measurement.get("deviceserial"):
        extra["private"] = {"device_serial": str(serial)}
    return extra
