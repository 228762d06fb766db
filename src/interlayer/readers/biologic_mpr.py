"""EC-Lab and BT-Lab binary files (.mpr): cycling and impedance, the columns as EC-Lab names them.

A file is a chain of modules; the data module lists numbers of columns and holds the rows, the log module the
start. Columns whose number is not known here have an unknown width, so that the file is refused. Names, units
and signs go the way of the text exports (`interlayer.readers.biologic_columns`): EC-Lab stores -Im(Z).

Layout and column numbers: from real files beside their text exports, and published descriptions.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl

from interlayer import units
from interlayer.errors import ReadError
from interlayer.readers import biologic_columns, biologic_counters, points, started
from interlayer.readers.contract import RawRecord
from interlayer.record import schema as s
from interlayer.record.record import Finding

_MARK: Final = b"BIO-LOGIC MODULAR FILE"
_FIRST_MODULE: Final = 52
_MODULE: Final = b"MODULE"
_ADVICE: Final = "export it in EC-Lab as text (Experiment > Export as Text)"
_LONG_HEADER: Final = 0xFFFFFFFF
"""Where older files have the length of a module, newer ones have this, and then the length."""
_STARTED_AT: Final = 585
_1970_IN_OLE_DAYS: Final = 25569
_ROWS_AT: Final = {2: 405, 3: 406, 11: 1007}
"""Where the rows begin in the data module, by its version."""

_FLAGS: Final = {
    1: ("mode", 0, 0b11),
    2: ("ox/red", 2, 1),
    3: ("error", 3, 1),
    21: ("control changes", 4, 1),
    31: ("Ns changes", 5, 1),
    65: ("counter inc.", 7, 1),
}
"""Columns that share one byte: name, position of the lowest bit, mask."""
_COLUMNS: Final = {
    4: ("time/s", "<f8"),
    5: ("control/V/mA", "<f4"),
    6: ("Ewe/V", "<f4"),
    7: ("dq/mA.h", "<f8"),
    8: ("I/mA", "<f4"),
    9: ("Ece/V", "<f4"),
    11: ("<I>/mA", "<f8"),
    13: ("(Q-Qo)/mA.h", "<f8"),
    19: ("control/V", "<f4"),
    20: ("control/mA", "<f4"),
    24: ("cycle number", "<f8"),
    32: ("freq/Hz", "<f4"),
    33: ("|Ewe|/V", "<f4"),
    34: ("|I|/A", "<f4"),
    35: ("Phase(Z)/deg", "<f4"),
    36: ("|Z|/Ohm", "<f4"),
    37: ("Re(Z)/Ohm", "<f4"),
    38: ("-Im(Z)/Ohm", "<f4"),
    39: ("I Range", "<u2"),
    70: ("P/W", "<f4"),
    74: ("|Energy|/W.h", "<f8"),
    76: ("<I>/mA", "<f4"),
    77: ("<Ewe>/V", "<f4"),
    131: ("Ns", "<u2"),
    169: ("Cs/µF", "<f4"),
    172: ("Cp/µF", "<f4"),
    434: ("(Q-Qo)/C", "<f4"),
    435: ("dQ/C", "<f4"),
    467: ("Q charge/discharge/mA.h", "<f8"),
    468: ("half cycle", "<u4"),
}
_TECHNIQUES: Final = {
    4: "Galvanostatic Cycling with Potential Limitation",
    11: "Open Circuit Voltage",
    25: "Chronopotentiometry",
    29: "Potentio Electrochemical Impedance Spectroscopy",
    30: "Galvano Electrochemical Impedance Spectroscopy",
    127: "Modulo Bat",
}


@dataclass(frozen=True)
class _Module:
    """One module: its version, its bytes, and whether they are all there."""

    version: int
    data: bytes
    whole: bool


class BiologicMpr:
    """Reader of EC-Lab and BT-Lab binary files."""

    name = "biologic_mpr"
    version = "1"
    extensions = (".mpr",)
    signature = "a binary file that begins with 'BIO-LOGIC MODULAR FILE'"

    def sniff(self, path: Path, head: bytes) -> bool:  # noqa: ARG002  (the mark is at the beginning)
        """Whether the content is such a file."""
        return head.startswith(_MARK)

    def read(self, path: Path, head: bytes) -> RawRecord:  # noqa: ARG002
        """Read all rows.

        Raises
        ------
        ReadError
            If it is not such a file, is cut before its rows, or has columns or a version that are not known.
        """
        try:
            data = path.read_bytes()
        except OSError as problem:
            raise ReadError(f"cannot be read: {problem.strerror}", where=path.name) from problem
        if not data.startswith(_MARK):
            raise ReadError("not an EC-Lab binary file (.mpr): it does not begin as one", advice=_ADVICE)
        modules = _modules(data)
        rows = modules.get("VMP data")
        if rows is None:
            raise ReadError("an EC-Lab binary file (.mpr) that ends before its data", advice=_ADVICE)
        findings: list[Finding] = []
        frame, complete = _frame(rows, findings)
        frame = _with_current(frame, findings)
        table, made = biologic_columns.to_record_columns(frame)
        findings.extend(made)
        table = biologic_counters.with_counters(table, frame, None)
        if s.Z_REAL in table.columns and s.Z_IMAG in table.columns:
            points.check_sign(table, findings, "EC-Lab stores -Im(Z)")
        return RawRecord(table, tuple(findings), complete=complete, extra=_facts(modules))


def _modules(data: bytes) -> dict[str, _Module]:
    """Modules by their short names; a repeated name keeps the first."""
    found: dict[str, _Module] = {}
    at = _FIRST_MODULE
    while data[at : at + 6] == _MODULE and len(data) >= at + 57:
        name = data[at + 6 : at + 16].decode("latin-1").strip()
        length, version = struct.unpack_from("<II", data, at + 41)
        begin = at + 57
        if length == _LONG_HEADER:
            if len(data) < at + 65:
                break
            length, version = (struct.unpack_from("<I", data, at + k)[0] for k in (45, 53))
            begin = at + 65
        found.setdefault(name, _Module(version, data[begin : begin + length], len(data) >= begin + length))
        at = begin + length
    return found


def _frame(module: _Module, findings: list[Finding]) -> tuple[pl.DataFrame, bool]:
    """Rows under EC-Lab's names, and whether they are all there."""
    data = module.data
    first = _ROWS_AT.get(module.version)
    if first is None:
        raise ReadError(f"a data module of version {module.version}, which is not known here", advice=_ADVICE)
    if len(data) < first:
        raise ReadError("an EC-Lab binary file (.mpr) that ends before its rows", advice=_ADVICE)
    (announced,) = struct.unpack_from("<I", data, 0)
    # The newest version counts columns in two bytes, older ones in one.
    wide = module.version >= max(_ROWS_AT)
    count = struct.unpack_from("<H", data, 4)[0] if wide else data[4]
    numbers = struct.unpack_from(f"<{count}H", data, 6 if wide else 5)
    unknown = [n for n in numbers if n not in _COLUMNS and n not in _FLAGS]
    if unknown:
        shown = ", ".join(str(n) for n in unknown)
        raise ReadError(
            f"an EC-Lab binary file (.mpr) with columns that are not known here ({shown})", advice=_ADVICE
        )
    fields: list[tuple[str, str]] = []
    for number in numbers:
        name, kind = ("flags", "u1") if number in _FLAGS else _COLUMNS[number]
        if name == "flags" and any(f[0] == "flags" for f in fields):
            continue
        fields.append((f"{name} ({number})" if any(f[0] == name for f in fields) else name, kind))
    layout = np.dtype(fields)
    there = min(announced, (len(data) - first) // layout.itemsize)
    table = np.frombuffer(data, layout, there, first)
    complete = module.whole and there == announced
    if not complete:
        findings.append(Finding("rows_missing", f"the file announces {announced} rows, it has {there}"))
    elif (len(data) - first) != announced * layout.itemsize:
        raise ReadError("an EC-Lab binary file (.mpr) whose rows are longer than its columns", advice=_ADVICE)
    columns = {name: table[name].astype(np.float64) for name, _ in fields if name != "flags"}
    flags = {
        _FLAGS[n][0]: ((table["flags"] >> _FLAGS[n][1]) & _FLAGS[n][2]).astype(np.float64)
        for n in numbers
        if n in _FLAGS
    }
    return pl.DataFrame({**flags, **columns}), complete


def _with_current(frame: pl.DataFrame, findings: list[Finding]) -> pl.DataFrame:
    """Give cycling files the mean current of each interval: they store its charge instead."""
    if not {"time/s", "dq/mA.h"} <= set(frame.columns) or {"I/mA", "<I>/mA"} & set(frame.columns):
        return frame
    step = pl.col("time/s").diff()
    hour = units.factor("h")
    current = pl.when(step > 0).then(pl.col("dq/mA.h") * hour / step)
    if "mode" in frame.columns:
        resting = pl.col("mode") == biologic_columns.OPEN_CIRCUIT_MODE
        current = pl.when(resting & (pl.col("dq/mA.h") == 0)).then(0.0).otherwise(current)
    findings.append(
        Finding(
            "current_from_charge",
            "the file stores charges, not currents: the current is that of each interval, dq over its time",
            "note",
        )
    )
    return frame.with_columns(current.alias("<I>/mA"))


def _facts(modules: dict[str, _Module]) -> dict[str, Any]:
    extra: dict[str, Any] = {}
    settings, log = modules.get("VMP Set"), modules.get("VMP LOG")
    if settings is not None and settings.data and settings.data[0] in _TECHNIQUES:
        extra["technique"] = _TECHNIQUES[settings.data[0]]
    if log is not None and len(log.data) >= _STARTED_AT + 8:
        (days,) = struct.unpack_from("<d", log.data, _STARTED_AT)
        # Years 1980 to 2100; anything else is no date.
        if 29221 < days < 73050:
            extra |= started.local(round((days - _1970_IN_OLE_DAYS) * 86400, 3))
    return extra
