"""Writes a record as EC-Lab's binary file, for round trips through the reader.

Written from the bytes of real files: modules of a 57-byte header (65 in the newer form), columns by number,
rows packed without gaps, one byte of flags where the first of them is listed.
"""

from __future__ import annotations

import cmath
import math
import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from interlayer.record import schema as s
from interlayer.record.record import Record
from tests.writers.mpt import STARTED

_Row = dict[str, float | None]
EIS: Final = (32, 37, 38, 36, 35, 4, 77, 76, 24, 131)
CYCLING: Final = (1, 2, 3, 21, 31, 65, 131, 4, 6, 8, 24)
CHARGE: Final = (1, 2, 3, 21, 31, 65, 131, 4, 7, 6, 24)
"""As of cycling with limits: charges of the intervals instead of currents."""
LIMITS: Final = (1, 2, 3, 21, 31, 65, 131, 4, 7, 13, 5, 6, 39, 467, 468, 70)
"""As real files of cycling with limits list them."""
MIXED: Final = (1, 2, 3, 21, 31, 65, 131, 39, 4, 19, 6, 8, 7, 13, 74, 467, 468, 32, 37, 38, 469)
"""Cycling and impedance in one file, as of Modulo Bat."""
FLAGS: Final = (1, 2, 3, 21, 31, 65)
_ROWS_AT: Final = {2: 405, 3: 406, 4: 500, 10: 1007, 11: 1007}


@dataclass(frozen=True)
class Unknown:
    """A column that no table knows: its bytes by row number."""

    kind: str
    """As `struct` has it; empty for a column without bytes of its own."""
    value: Callable[[int], float]


def _get(label: str, factor: float = 1.0) -> Callable[[_Row], float]:
    return lambda row: (row[label] or 0.0) * factor


def _z(row: _Row) -> complex:
    return complex(row[s.Z_REAL] or 0.0, row[s.Z_IMAG] or 0.0)


def _signed_charge(row: _Row) -> float:
    return 1e3 * ((row[s.CHARGE_CAPACITY] or 0.0) - (row[s.DISCHARGE_CAPACITY] or 0.0))


FIELDS: Final[dict[int, tuple[str, Callable[[_Row], float]]]] = {
    4: ("d", _get(s.TIME)),
    5: ("f", _get(s.CURRENT, 1e3)),
    6: ("f", _get(s.VOLTAGE)),
    7: ("d", _get("dq")),
    8: ("f", _get(s.CURRENT, 1e3)),
    9: ("f", lambda row: 0.25),
    13: ("d", _get("q")),
    19: ("f", _get(s.VOLTAGE)),
    20: ("f", _get(s.CURRENT, 1e3)),
    24: ("d", _get(s.CYCLE)),
    32: ("f", _get(s.FREQUENCY)),
    33: ("f", lambda row: 0.01),
    34: ("f", lambda row: 1e-5),
    35: ("f", lambda row: math.degrees(cmath.phase(_z(row)))),
    36: ("f", lambda row: abs(_z(row))),
    37: ("f", _get(s.Z_REAL)),
    38: ("f", _get(s.Z_IMAG, -1.0)),
    39: ("H", lambda row: 41.0),
    70: ("f", lambda row: (row[s.VOLTAGE] or 0.0) * (row[s.CURRENT] or 0.0)),
    74: ("d", lambda row: 1e-3),
    76: ("f", _get(s.CURRENT, 1e3)),
    77: ("f", _get(s.VOLTAGE)),
    131: ("H", _get(s.STEP)),
    432: ("f", _get(s.Z_REAL, 2.0)),
    433: ("f", _get(s.Z_IMAG, -2.0)),
    434: ("f", _get("q", 3.6)),
    435: ("f", _get("dq", 3.6)),
    462: ("f", _get(s.TEMPERATURE)),
    467: ("d", _signed_charge),
    468: ("I", _get(s.STEP)),
    469: ("I", lambda row: 0.0),
}
"""Columns that this writer knows: kind for `struct`, value of a row."""


def write_mpr(
    path: Path,
    record: Record,
    columns: Sequence[int],
    *,
    version: int = 11,
    unknown: Mapping[int, Unknown] | None = None,
    loops: Sequence[int] = (),
    settings: bytes = b"",
    technique: int | None = None,
) -> Path:
    """Write `record` as an .mpr file and return `path`.

    Parameters
    ----------
    path : Path
    record : Record
    columns : sequence of int
        Numbers of columns in the order of the row.
    version : int
        Of the data module: 2, 3 (short headers) or 11 (long ones); 4 and 10 were not seen in real files.
    unknown : mapping of int to Unknown, optional
        Columns under numbers that the writer does not know.
    loops : sequence of int
        First row of each loop, and the row after the last: the loop module.
    settings : bytes
        Content of the settings module; by default the technique and nothing else.
    technique : int, optional
        Number of the technique; by default impedance or chronopotentiometry.
    """
    unknown = unknown or {}
    rows = _rows(record, columns, unknown)
    wide = version >= 10
    top = struct.pack("<I", len(rows)) + struct.pack("<H" if wide else "<B", len(columns))
    top += struct.pack(f"<{len(columns)}H", *columns)
    data = top.ljust(_ROWS_AT[version], b"\0") + b"".join(rows)
    moment = STARTED.replace(tzinfo=None)
    days = (moment - moment.replace(1899, 12, 30, 0, 0, 0, 0)).total_seconds() / 86400
    log = bytes(585) + struct.pack("<d", days) + bytes(50)
    if technique is None:
        technique = 29 if record.spectra else 25
    modules = [
        _module("VMP Set", settings or bytes([technique]) + bytes(100), 10, wide),
        _module("VMP data", data, version, wide),
        _module("VMP LOG", log, 10, wide),
    ]
    if loops:
        listed = struct.pack(f"<{len(loops) + 1}I", len(loops), *loops)
        modules.append(_module("VMP loop", listed.ljust(268, b"\0"), 0, wide))
    path.write_bytes(b"BIO-LOGIC MODULAR FILE\x1a".ljust(48) + bytes(4) + b"".join(modules))
    return path


def _rows(record: Record, columns: Sequence[int], unknown: Mapping[int, Unknown]) -> list[bytes]:
    rows: list[bytes] = []
    before, total = None, 0.0
    for i, row in enumerate(record.table.iter_rows(named=True)):
        row["dq"] = 0.0 if before is None else (row[s.CURRENT] or 0.0) / 3.6 * (row[s.TIME] - before)
        total += row["dq"]
        row["q"], before = total, row[s.TIME]
        parts: list[bytes] = []
        flagged = False
        for number in columns:
            if number in FLAGS:
                if not flagged:
                    parts.append(struct.pack("B", _flags(row)))
                flagged = True
            elif number in FIELDS:
                kind, value = FIELDS[number]
                parts.append(struct.pack(f"<{kind}", round(value(row)) if kind in "HI" else value(row)))
            elif unknown[number].kind:
                kind, found = unknown[number].kind, unknown[number].value(i)
                parts.append(struct.pack(f"<{kind}", found if kind in "fd" else round(found)))
        rows.append(b"".join(parts))
    return rows


def _flags(row: _Row) -> int:
    mode = 1 if row[s.CURRENT] else 3
    return mode | (4 if (row[s.CURRENT] or 0) > 0 else 0)


def _module(name: str, data: bytes, number: int, wide: bool) -> bytes:
    head = b"MODULE" + name.encode().ljust(10) + name.encode().ljust(25)
    if wide:
        return head + struct.pack("<IIII", 0xFFFFFFFF, len(data), 0, number) + b"11/20/24" + data
    return head + struct.pack("<II", len(data), number if name == "VMP data" else 0) + b"11/20/24" + data


def settings_of_limits(
    currents_mA: Sequence[float], hours: Sequence[float], limits_V: Sequence[float]
) -> bytes:
    """Settings module of cycling with limits as version 10 of its block has it: 108 bytes a sequence."""
    block = b""
    for current, hour, limit in zip(currents_mA, hours, limits_V, strict=True):
        row = bytearray(108)
        struct.pack_into("<f", row, 1, current)
        row[5], row[6] = 1, 2  # mA, against nothing
        struct.pack_into("<f", row, 18, hour * 3600)
        struct.pack_into("<f", row, 32, limit)
        row[44] = row[71] = 1
        struct.pack_into("<I", row, 96, 0xFFFFFFFF)
        block += bytes(row)
    head = struct.pack("<BIHH", 10, 40 + len(block), len(currents_mA), 33)
    top = bytearray(6210)
    top[0] = 4
    struct.pack_into("<f", top, 529, 1.539)
    top[448:454] = b"\x05LiPF6"
    return bytes(top) + head + block + bytes(200)


def write_long_mpr(path: Path, rows: int) -> Path:
    """Write cycling with limits of any length at once: 53 bytes a row, half-cycles of 1000 rows of 10 s."""
    row = np.arange(rows)
    half = row // 1000
    current = np.where(half % 2 == 0, 0.4, -0.4)
    kinds = ["u1", "<u2", "<f8", "<f8", "<f8", "<f4", "<f4", "<u2", "<f8", "<u4", "<f4"]
    table = np.zeros(rows, np.dtype([(f"c{i}", kind) for i, kind in enumerate(kinds)]))
    charge = current * 10 / 3600
    values = [np.where(current > 0, 5, 1), half % 2, row * 10.0, charge, np.cumsum(charge), current]
    values += [0.05 * np.sign(current) + 1e-6 * (row % 1000), 41, (row % 1000) * charge, half, 0.0]
    for name, value in zip(table.dtype.names or (), values, strict=True):
        table[name] = value
    top = struct.pack("<IH", rows, len(LIMITS)) + struct.pack(f"<{len(LIMITS)}H", *LIMITS)
    data = top.ljust(_ROWS_AT[11], b"\0") + table.tobytes()
    parts = [_module("VMP Set", bytes([4]) + bytes(100), 10, True), _module("VMP data", data, 11, True)]
    path.write_bytes(b"BIO-LOGIC MODULAR FILE\x1a".ljust(48) + bytes(4) + b"".join(parts))
    return path
