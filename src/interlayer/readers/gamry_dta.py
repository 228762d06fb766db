"""Gamry files (.DTA): impedance curves, and time curves of files without impedance.

Gamry's Zimag is Z'' (negative for a capacitor) and is taken as it is. Current: `CONVENTION` 1 is anodic
positive, ours; another value is said and not turned. A `Vdc` and `Idc` of an impedance point are its bias.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from interlayer.errors import ReadError
from interlayer.readers import points, started, text_table
from interlayer.readers.contract import RawRecord
from interlayer.record import schema as s
from interlayer.record.record import Finding

_TABLE = re.compile(r"^(\w+)\tTABLE(?:\t(\d+))?\s*$")
_COMMA = re.compile(r"\d,\d")
_POINT = re.compile(r"\d\.\d")
_NO_SENSOR_C: Final = -273.15
"""Gamry prints -327.67 where no thermometer is connected."""
_ANODIC: Final = 1
_PRIVATE: Final = {"PSTAT": "device", "PSTATSECTION": "device_section", "PSTATSERIALNO": "device_serial"}
_IMPEDANCE: Final = re.compile(r"ZCURVE\d*")
_TIME: Final = re.compile(r"CURVE\d*")
_OPEN: Final = re.compile(r"OCVCURVE\d*")
_NUMBERED: Final = re.compile(r"CURVE(\d+)")
_VOLTAMMETRY: Final = ("CV", "PVCV", "RCV")
"""Experiments whose curves are one cycle each."""
_TAKEN: Final = ("Pt", "T", "Vf", "Im", "Temp", "Over")
"""Columns of time curves that become ours, the number of the point, and letters for overloads."""


@dataclass
class _Curve:
    """One table: its tag, how many rows it announces, names, units and rows as printed."""

    tag: str
    announced: int
    names: list[str] = field(default_factory=list[str])
    units: list[str] = field(default_factory=list[str])
    rows: list[str] = field(default_factory=list[str])


class GamryDta:
    """Reader of Gamry .DTA files."""

    name = "gamry_dta"
    version = "2"
    extensions = (".dta",)
    signature = "a text whose first line is 'EXPLAIN'"

    def sniff(self, path: Path, head: bytes) -> bool:  # noqa: ARG002  (the mark is at the beginning)
        """Whether the content is a Gamry file."""
        return _first_line(text_table.to_utf8(head[: len(head) // 2 * 2])) == b"EXPLAIN"

    def read(self, path: Path, head: bytes) -> RawRecord:  # noqa: ARG002
        """Read all impedance curves, or all time curves if there are none.

        Raises
        ------
        ReadError
            If it is not such a file, or holds no curve.
        """
        data = text_table.file_bytes(path)
        if _first_line(data) != b"EXPLAIN":
            raise ReadError(
                "not a Gamry .DTA file: its first line is not 'EXPLAIN'",
                advice="export it from the framework again",
            )
        lines = [text_table.decode_line(line) for line in data.split(b"\n")]
        header, curves = _parted(lines)
        findings: list[Finding] = []
        complete = _whole(header, findings)
        chosen, left = _choose(curves)
        if not chosen:
            raise ReadError(
                "a Gamry .DTA file that ends within its header, before the first row of a curve",
                advice="export it again, or run the measurement again",
            )
        if left:
            shown = ", ".join(f"{c.tag} ({len(c.rows)} rows)" for c in left)
            findings.append(Finding("curves_left_out", f"beside the curves that are read: {shown}", "note"))
        comma = _decimal_comma(chosen, findings)
        frames = [_frame(curve, comma, findings) for curve in chosen]
        complete &= all(ok for _, ok in frames)
        # 'Cathodic' currents would have the other sign.
        convention = [*header.get("CONVENTION", []), "", ""][1]
        if convention not in ("", str(_ANODIC)):
            findings.append(
                Finding(
                    "current_convention",
                    f"CONVENTION is {convention}, not 1 (anodic positive): the sign of the current may be wrong",
                )
            )
        extra = _facts(header, findings)
        if _IMPEDANCE.fullmatch(chosen[0].tag):
            table = _spectra([frame for frame, _ in frames], findings)
            points.check_sign(table, findings, "Gamry stores Z''")
        else:
            table = _time([frame for frame, _ in frames], chosen, findings)
            experiment = (header.get("TAG") or [""])[0]
            numbers = [_NUMBERED.fullmatch(curve.tag) for curve in chosen]
            if experiment in _VOLTAMMETRY and all(numbers):
                cycle = [int(found[1]) for found in numbers if found]
                table = table.with_columns(pl.Series(s.CYCLE, np.array(cycle)[table[s.STEP].to_numpy()]))
        return RawRecord(table, tuple(findings), complete=complete, extra=extra)


def _first_line(data: bytes) -> bytes:
    return data.split(b"\n", 1)[0].strip()


def _parted(lines: list[str]) -> tuple[dict[str, list[str]], list[_Curve]]:
    """Part a file into its parameters (type, value, ... by tag) and its tables."""
    header: dict[str, list[str]] = {}
    curves: list[_Curve] = []
    inside: _Curve | None = None
    notes = 0
    for line in lines[1:]:
        if found := _TABLE.match(line):
            inside = _Curve(found[1], int(found[2] or 0))
            curves.append(inside)
        elif line[:1] in ("\t", " ") and inside is not None:
            if not inside.names:
                inside.names = line.split("\t")[1:]
            elif not inside.units:
                inside.units = [unit.strip() for unit in line.split("\t")[1:]]
            elif line.strip():
                inside.rows.append(line)
        elif line[:1] in ("\t", " ", ""):
            if notes > 0:
                notes -= 1
                header.setdefault("\tnotes", []).append(line.strip())
        else:
            inside = None
            tag, *values = line.split("\t")
            header[tag.strip()] = [value.strip() for value in values]
            if tag.strip() == "NOTES" and len(values) > 1 and values[1].strip().isdigit():
                notes = int(values[1])
    return header, curves


def _choose(curves: list[_Curve]) -> tuple[list[_Curve], list[_Curve]]:
    """Curves to read: those of impedance, else those in time, else those at open circuit."""
    filled = [curve for curve in curves if curve.rows]
    for pattern in (_IMPEDANCE, _TIME, _OPEN):
        chosen = [curve for curve in filled if pattern.fullmatch(curve.tag)]
        if chosen:
            return chosen, [curve for curve in filled if curve not in chosen]
    return [], filled


def _whole(header: dict[str, list[str]], findings: list[Finding]) -> bool:
    if header.get("EXPERIMENTABORTED", ["", ""])[1:2] == ["T"]:
        findings.append(Finding("aborted", "the measurement was aborted: the points so far are read"))
        return False
    return True


def _decimal_comma(curves: list[_Curve], findings: list[Finding]) -> bool:
    sample = "\t".join(row for curve in curves for row in curve.rows[:20])
    comma = bool(_COMMA.search(sample)) and not _POINT.search(sample)
    if comma:
        findings.append(Finding("decimal_comma", "numbers are read with a decimal comma", "note"))
    return comma


def _frame(curve: _Curve, comma: bool, findings: list[Finding]) -> tuple[pl.DataFrame, bool]:
    """Rows of a curve as numbers under its names, and whether it is whole."""
    text = pl.Series(curve.rows, dtype=pl.String).str.strip_chars().str.replace_all(r"\s+", "\t")
    if comma:
        text = text.str.replace_all(",", ".", literal=True)
    names = text_table.unique_names([name for name in curve.names if name.strip()])
    count = text.str.count_matches("\t") + 1
    if len(text) and float(str(count.median())) > len(names):
        raise ReadError(
            f"rows of {curve.tag} hold {float(str(count.median())):.0f} values, its heading {len(names)} names: "
            "which value is which is not known",
            advice="export it again",
        )
    whole = count >= len(names)
    complete = True
    if not whole.all():
        short = int((~whole).sum())
        if not whole[-1]:
            findings.append(Finding("cut_row", f"the last row of {curve.tag} is cut; it is left out", rows=1))
            complete = False
            short -= 1
        if short:
            findings.append(
                Finding("short_rows", f"rows of {curve.tag} with too few values, left out", rows=short)
            )
        text = text.filter(whole)
    if curve.announced > len(text):
        findings.append(
            Finding(
                "rows_missing",
                f"{curve.tag} announces {curve.announced} rows, the file has {len(text)}",
                rows=curve.announced - len(text),
            )
        )
        complete = False
    parts = text.str.split("\t")
    columns = {
        name: parts.list.get(i, null_on_oob=True).cast(pl.Float64, strict=False)
        for i, name in enumerate(names)
    }
    return pl.DataFrame(columns), complete


def _facts(header: dict[str, list[str]], findings: list[Finding]) -> dict[str, Any]:
    def value(tag: str) -> str:
        found = header.get(tag, [])
        return found[1] if len(found) > 1 else ""

    def number(tag: str) -> float | None:
        try:
            return float(value(tag).replace(",", "."))
        except ValueError:
            return None

    extra: dict[str, Any] = {"technique": value("TITLE") or value("TAG")}
    extra |= started.facts(f"{value('DATE')} {value('TIME')}", findings)
    for key, tag in (("header_area_cm2", "AREA"), ("open_circuit_V", "EOC"), ("dc_bias_V", "VDC")):
        if (found := number(tag)) is not None:
            extra[key] = found
    versus = header.get("VDC", [])
    if len(versus) > 2:
        extra["dc_bias_versus"] = "open circuit" if versus[2] == "T" else "reference"
    if (found := number("VAC")) is not None:
        extra["amplitude_V"] = found * 1e-3
    if notes := " | ".join(line for line in header.get("\tnotes", []) if line):
        extra["comments"] = notes
    private = {key: value(tag) for tag, key in _PRIVATE.items() if value(tag)}
    if private:
        extra["private"] = private
    return extra


def _column(frame: pl.DataFrame, name: str) -> NDArray[np.float64]:
    if name not in frame.columns:
        return np.full(len(frame), np.nan)
    return frame[name].fill_null(np.nan).to_numpy()


def _spectra(frames: list[pl.DataFrame], findings: list[Finding]) -> pl.DataFrame:
    for name in ("Freq", "Zreal", "Zimag"):
        if any(name not in frame.columns for frame in frames):
            raise ReadError(
                f"its impedance curve has no column {name}", advice="export it with Freq, Zreal and Zimag"
            )
    joined = {
        name: np.concatenate([_column(frame, name) for frame in frames])
        for name in ("Freq", "Zreal", "Zimag", "Time", "Vdc", "Idc", "Temp")
    }
    others = {s.TIME: joined["Time"], s.VOLTAGE: joined["Vdc"], s.CURRENT: joined["Idc"]}
    _temperature(others, joined["Temp"])
    corrected = [f"{part}DrCor" for part in ("Zreal", "Zimag")]
    if all(name in frames[0].columns for name in corrected):
        findings.append(
            Finding(
                "drift_corrected",
                "the impedance as measured is read; the drift-corrected is beside it",
                "note",
            )
        )
        for name in corrected:
            others[f"{name} / ohm"] = np.concatenate([_column(frame, name) for frame in frames])
    group = np.concatenate([np.full(len(frame), i) for i, frame in enumerate(frames)])
    return points.table(
        joined["Freq"], joined["Zreal"], joined["Zimag"], findings, others=others, group=group
    )


def _time(frames: list[pl.DataFrame], curves: list[_Curve], findings: list[Finding]) -> pl.DataFrame:
    """Curves of the time domain, one step each, in the order of the file."""
    voltage = np.concatenate([_column(frame, "Vf") for frame in frames])
    current = np.concatenate([_column(frame, "Im") for frame in frames])
    if not any("Im" in frame.columns for frame in frames) and any("Vf" in f.columns for f in frames):
        current = np.zeros(len(voltage))
        findings.append(
            Finding(
                "current_zero_at_open_circuit",
                "measured at open circuit: the current is zero",
                "note",
                len(voltage),
            )
        )
    columns: dict[str, NDArray[Any]] = {
        s.TIME: np.concatenate([_column(frame, "T") for frame in frames]),
        s.VOLTAGE: voltage,
        s.CURRENT: current,
        s.STEP: np.concatenate([np.full(len(frame), i) for i, frame in enumerate(frames)]),
    }
    _temperature(columns, np.concatenate([_column(frame, "Temp") for frame in frames]))
    for name, unit in _others(frames, curves):
        columns[f"{name} / {unit}"] = np.concatenate([_column(frame, name) for frame in frames])
    if not np.isfinite(columns[s.TIME]).any():
        raise ReadError(f"{curves[0].tag} has no column T of times", advice="export the file again")
    frame = pl.DataFrame(columns)
    numeric = [c for c, kind in frame.schema.items() if kind == pl.Float64]
    return frame.with_columns(pl.when(pl.col(c).is_finite()).then(pl.col(c)).alias(c) for c in numeric)


def _others(frames: list[pl.DataFrame], curves: list[_Curve]) -> list[tuple[str, str]]:
    """Name and unit of the further columns that hold numbers, in the order of the file."""
    found: dict[str, str] = {}
    for frame, curve in zip(frames, curves, strict=True):
        units = dict(zip(curve.names, curve.units, strict=False))
        for name in frame.columns:
            if name not in _TAKEN and name not in found and frame[name].null_count() < len(frame):
                unit = units.get(name, "").split(" ")[0]  # 'V vs. Ref.'
                found[name] = "1" if unit in ("", "#") else unit
    return list(found.items())


def _temperature(columns: dict[str, NDArray[Any]], values: NDArray[np.float64]) -> None:
    real = np.where(values > _NO_SENSOR_C, values, np.nan)
    if np.isfinite(real).any():
        columns[s.TEMPERATURE] = real
