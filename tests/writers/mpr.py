"""Writes a record as EC-Lab's binary file, for round trips through the reader.

Written from the bytes of real files: modules of a 57-byte header (65 in the newer form), columns by number,
rows packed without gaps.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from interlayer.record import schema as s
from interlayer.record.record import Record
from tests.writers.mpt import STARTED

_Row = dict[str, float | None]
EIS: Final = (32, 37, 38, 36, 35, 4, 77, 76, 24, 131)
CYCLING: Final = (1, 2, 3, 21, 31, 65, 131, 4, 6, 8, 24)
CHARGE: Final = (1, 2, 3, 21, 31, 65, 131, 4, 7, 6, 24)
"""As of cycling with limits: charges of the intervals instead of currents."""
_ROWS_AT: Final = {3: 406, 11: 1007}


def _get(label: str, factor: float = 1.0) -> Callable[[_Row], float]:
    return lambda row: (row[label] or 0.0) * factor


def _z(row: _Row) -> complex:
    return complex(row[s.Z_REAL] or 0.0, row[s.Z_IMAG] or 0.0)


def _angle(row: _Row) -> float:
    import cmath

    return cmath.phase(_z(row)) * 57.29577951308232


_FIELDS: Final[dict[int, tuple[str, Callable[[_Row], float]]]] = {
    32: ("f", _get(s.FREQUENCY)),
    37: ("f", _get(s.Z_REAL)),
    38: ("f", _get(s.Z_IMAG, -1.0)),
    36: ("f", lambda row: abs(_z(row))),
    35: ("f", _angle),
    4: ("d", _get(s.TIME)),
    6: ("f", _get(s.VOLTAGE)),
    77: ("f", _get(s.VOLTAGE)),
    8: ("f", _get(s.CURRENT, 1e3)),
    76: ("f", _get(s.CURRENT, 1e3)),
    7: ("d", lambda row: row["dq"] or 0.0),
    24: ("d", _get(s.CYCLE)),
    131: ("H", _get(s.STEP)),
}
_FLAGS: Final = (1, 2, 3, 21, 31, 65)


def write_mpr(
    path: Path, record: Record, columns: Sequence[int], *, version: int = 11, extra_column: int = 0
) -> Path:
    """Write `record` as an .mpr file and return `path`; `extra_column` is announced and not written."""
    rows: list[bytes] = []
    before = None
    for row in record.table.iter_rows(named=True):
        row["dq"] = 0.0 if before is None else (row[s.CURRENT] or 0.0) / 3.6 * (row[s.TIME] - before)
        before = row[s.TIME]
        mode = 1 if row[s.CURRENT] else 3
        parts = [struct.pack("B", mode | (4 if (row[s.CURRENT] or 0) > 0 else 0))] if columns[0] == 1 else []
        for number in columns:
            if number not in _FLAGS:
                kind, value = _FIELDS[number]
                parts.append(struct.pack(f"<{kind}", round(value(row)) if kind == "H" else value(row)))
        rows.append(b"".join(parts))
    numbers = [*columns, *([extra_column] if extra_column else [])]
    count = struct.pack("<H" if version == 11 else "<B", len(numbers))
    top = struct.pack("<I", len(rows)) + count + struct.pack(f"<{len(numbers)}H", *numbers)
    data = top.ljust(_ROWS_AT[version], b"\0") + b"".join(rows)
    moment = STARTED.replace(tzinfo=None)
    days = (moment - moment.replace(1899, 12, 30, 0, 0, 0, 0)).total_seconds() / 86400
    log = bytes(585) + struct.pack("<d", days) + bytes(50)
    settings = bytes([29 if record.spectra else 25]) + bytes(100)
    modules = [
        _module("VMP Set", settings, 10, version),
        _module("VMP data", data, version, version),
        _module("VMP LOG", log, 10, version),
    ]
    path.write_bytes(b"BIO-LOGIC MODULAR FILE\x1a".ljust(48) + bytes(4) + b"".join(modules))
    return path


def _module(name: str, data: bytes, number: int, version: int) -> bytes:
    head = b"MODULE" + name.encode().ljust(10) + name.encode().ljust(25)
    if version == 11:
        return head + struct.pack("<IIII", 0xFFFFFFFF, len(data), 0, number) + b"11/20/24" + data
    return head + struct.pack("<II", len(data), number if name == "VMP data" else 0) + b"11/20/24" + data
