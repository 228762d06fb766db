"""The settings module of EC-Lab's binary files: technique, currents, limits, and what was typed about the cell.

Only what agrees with EC-Lab's own texts of the same files is read: places and kinds are told by comparing
settings modules with the text exports and settings files beside them. Parameters come under the names and in
the print of those texts. A layout that was not seen is left out, and so is a module with senseless numbers.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from typing import Any, Final

TECHNIQUES: Final = {
    4: "Galvanostatic Cycling with Potential Limitation",
    6: "Cyclic Voltammetry",
    11: "Open Circuit Voltage",
    24: "Chronoamperometry / Chronocoulometry",
    25: "Chronopotentiometry",
    28: "Wait",
    29: "Potentio Electrochemical Impedance Spectroscopy",
    30: "Galvano Electrochemical Impedance Spectroscopy",
    50: "IR compensation (PEIS)",
    108: "Linear Sweep Voltammetry",
    127: "Modulo Bat",
}
_CURRENTS: Final = ("A", "mA", "µA", "nA", "pA")
_CHARGES: Final = ("A.h", "mA.h", "µA.h", "nA.h", "pA.h")
_FREQUENCIES: Final = ("MHz", "kHz", "Hz", "mHz")
_WORDS: Final = {
    "current": _CURRENTS,
    "charge": _CHARGES,
    "frequency": _FREQUENCIES,
    "rate": ("I",),  # a current; how a rate is stored was not seen
}
_BLOCKS_AT: Final = (6208, 6210)
"""Where the parameters begin: version, length, sequences, parameters of one; with short and long headers."""
_MOST_SEQUENCES: Final = 1000


@dataclass(frozen=True)
class _Item:
    """One parameter: its name in EC-Lab's texts, its place in a sequence, and how it is printed.

    `how` is a number of decimals, 'time', 'count', or a kind of word.
    """

    name: str
    offset: int
    how: int | str


@dataclass(frozen=True)
class _Block:
    """Layout of the parameters of a technique; `stride` is the length of a sequence, 0 if there is only one."""

    stride: int
    items: tuple[_Item, ...]


def _limits(first: int) -> tuple[_Item, ...]:
    """Parameters of cycling with limits, of which the second half moved by `first` bytes between versions."""
    return (
        _Item("Set I/C", 0, "rate"),
        _Item("Is", 1, 3),
        _Item("unit Is", 5, "current"),
        _Item("t1 (h:m:s)", 12 + first, "time"),
        _Item("EM (V)", 26 + first, 3),
        _Item("tM (h:m:s)", 30 + first, "time"),
        _Item("Im", 34 + first, 3),
        _Item("unit Im", 38 + first, "current"),
        _Item("dQM", 61 + first, 3),
        _Item("unit dQM", 65 + first, "charge"),
    )


_RESTS: Final = (
    ("tR (h:m:s)", 70, "time"),
    ("EL (V)", 86, 3),
    ("goto Ns'", 90, "count"),
    ("nc cycles", 94, "count"),
)
_BLOCKS: Final[dict[tuple[int, int, int], _Block]] = {
    # (technique, version of the block, parameters of a sequence)
    (4, 8, 32): _Block(98, (*_limits(0), *(_Item(n, at, how) for n, at, how in _RESTS))),
    (4, 10, 33): _Block(108, (*_limits(6), *(_Item(n, at + 10, how) for n, at, how in _RESTS))),
    (25, 7, 16): _Block(
        49,
        (
            _Item("Is", 0, 3),
            _Item("unit Is", 4, "current"),
            _Item("ts (h:m:s)", 9, "time"),
            _Item("EM (V)", 13, 3),
            _Item("dQM", 17, 3),
            _Item("unit dQM", 21, "charge"),
            _Item("goto Ns'", 41, "count"),
            _Item("nc cycles", 45, "count"),
        ),
    ),
    (30, 10, 55): _Block(
        0,
        (
            _Item("Is", 1, 3),
            _Item("unit Is", 5, "current"),
            _Item("fi", 20, 3),
            _Item("unit fi", 24, "frequency"),
            _Item("ff", 25, 3),
            _Item("unit ff", 29, "frequency"),
            _Item("Nd", 30, "count"),
            _Item("Ia", 37, 3),
            _Item("unit  Ia", 41, "current"),
        ),
    ),
    (29, 10, 52): _Block(
        0,
        (
            _Item("E (V)", 1, 4),
            _Item("tE (h:m:s)", 9, "time"),
            _Item("fi", 23, 3),
            _Item("unit fi", 27, "frequency"),
            _Item("ff", 28, 3),
            _Item("unit ff", 32, "frequency"),
            _Item("Nd", 33, "count"),
            _Item("Va (mV)", 39, 1),
        ),
    ),
}
_TEXTS: Final = {
    7: "comments",
    289: "electrode_material",
    448: "electrolyte",
    533: "reference_electrode",
}
_UNSET: Final = "(unspecified)"
_AREA_AT: Final = 529
_MASS_AT: Final = 588


def facts(data: bytes) -> dict[str, Any]:
    """Return technique, settings and what was typed about the cell, as far as it is safely known.

    Parameters
    ----------
    data : bytes
        Content of the settings module.

    Returns
    -------
    dict
        'technique', 'settings' (names as in EC-Lab's texts, one value a sequence), 'sequences',
        'header_area_cm2', 'characteristic_mass', 'comments', 'electrode_material', 'electrolyte',
        'reference_electrode'; only those that are there.
    """
    if not data:
        return {}
    found: dict[str, Any] = {}
    if data[0] in TECHNIQUES:
        found["technique"] = TECHNIQUES[data[0]]
    for at, name in _TEXTS.items():
        text = pascal(data, at)
        if text and text != _UNSET:
            found[name] = text
    area = _real(data, _AREA_AT)
    if area is not None and 0 <= area < 1e6:
        found["header_area_cm2"] = float(f"{area:.6g}")
    mass = _real(data, _MASS_AT)
    if mass is not None and 0 < mass < 1e9:
        found["characteristic_mass"] = f"{mass:.3f} mg"
    return found | _parameters(data)


def _parameters(data: bytes) -> dict[str, Any]:
    for at in _BLOCKS_AT:
        if len(data) < at + 9:
            continue
        version, length, sequences, count = struct.unpack_from("<BIHH", data, at)
        block = _BLOCKS.get((data[0], version, count))
        if block is None or not 1 <= sequences <= _MOST_SEQUENCES or at + length > len(data):
            continue
        if not block.stride and sequences != 1:
            continue
        begin = at + 9
        if begin + block.stride * (sequences - 1) + max(x.offset for x in block.items) + 4 > len(data):
            continue
        settings: dict[str, list[str]] = {"Ns": [str(i) for i in range(sequences)]} if block.stride else {}
        for item in block.items:
            values = [
                _printed(data, begin + i * block.stride + item.offset, item.how) for i in range(sequences)
            ]
            if None in values:
                return {}
            settings[item.name] = [v for v in values if v is not None]
        return {"settings": settings}
    return {}


def _printed(data: bytes, at: int, how: int | str) -> str | None:
    """One parameter as EC-Lab prints it; None if it makes no sense."""
    if isinstance(how, str) and how in _WORDS:
        names = _WORDS[how]
        return names[data[at]] if data[at] < len(names) else None
    (bits,) = struct.unpack_from("<I", data, at)
    if how == "count":
        return str(bits) if bits < 1_000_000 else None
    if bits == 0xFFFFFFFF:
        return "pass"
    value = _real(data, at)
    if value is None or abs(value) > 1e12 or (how == "time" and value < 0):
        return None
    if how == "time":
        whole = round(value * 1e4)
        hours, rest = divmod(whole, 36_000_000)
        minutes, rest = divmod(rest, 600_000)
        return f"{hours}:{minutes:02d}:{rest / 1e4:.4f}"
    return f"{value:.{how}f}"


def _real(data: bytes, at: int) -> float | None:
    if len(data) < at + 4:
        return None
    (value,) = struct.unpack_from("<f", data, at)
    return value if math.isfinite(value) else None


def pascal(data: bytes, at: int) -> str:
    """Return the text at a place where its length comes first; empty if it is not printable."""
    if len(data) <= at:
        return ""
    raw = data[at + 1 : at + 1 + data[at]].rstrip(b"\0")
    text = raw.decode("cp1252", errors="replace").replace("\r\n", " | ").strip(" |")
    return text if text.isprintable() else ""
