"""The sheet of a spectrum as Thermo Avantage exports it to Excel, and its peak table.

Somewhere below a title a row begins with 'Binding Energy (E)'; the row below it holds the units ('eV', 'Counts / s');
blank columns stand between. The first column with a unit of counts and no name is the spectrum, the others are
background, envelope, residuals and components. Beside it stand settings ('Number of Scans' | 50). Fitted columns begin
with a literal 0, which is no value. A sheet 'Peak Table' holds the fit: Name, Peak BE, FWHM eV, Area (P) CPS.eV, At. %.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from interlayer.errors import ReadError
from interlayer.record.record import Finding
from interlayer.surface.xps.readers.axis import axis_of, placed
from interlayer.surface.xps.readers.contract import ColumnMap
from interlayer.surface.xps.readers.text import number, numbers
from interlayer.surface.xps.spectrum import FloatArray, Region

HEADER: Final = re.compile(r"^\s*\"?(Binding|Kinetic) Energy \(E\)", re.MULTILINE)
_CELL: Final = re.compile(r"^(Binding|Kinetic) Energy\s*(\(E\))?$", re.IGNORECASE)
_HOURS: Final = re.compile(r"([\d.]+)\s*(hour|hr|min|sec|s\b)", re.IGNORECASE)
_SECONDS: Final = {"hour": 3600.0, "hr": 3600.0, "min": 60.0, "sec": 1.0, "s": 1.0}
_PERSONAL: Final = re.compile(r"path|file|operator|user|author|serial", re.IGNORECASE)
_PEAKS: Final = "peak table"

Rows = Sequence[Sequence[str]]


def header_at(rows: Rows) -> int | None:
    """Return the row of the names of the columns, if it is a sheet of a spectrum."""
    for i, row in enumerate(rows[:-1]):
        if row and _CELL.match(row[0].strip()) and any(c.strip() == "eV" for c in rows[i + 1][:1]):
            return i
    return None


def region(rows: Rows, title: str, told: ColumnMap) -> Region:
    """Return the region of a sheet.

    Raises
    ------
    ReadError
        If no column of counts stands beside the energies.
    """
    at = header_at(rows)
    if at is None:
        raise ReadError(
            f"'{title}': no row 'Binding Energy (E)' above a row of units", advice="export it again"
        )
    width = max(len(rows[at]), len(rows[at + 1]))
    names = [c.strip() for c in rows[at]] + [""] * (width - len(rows[at]))
    units = [c.strip() for c in rows[at + 1]] + [""] * (width - len(rows[at + 1]))
    signal = next(
        (i for i in range(1, width) if units[i].lower().startswith("counts") and not names[i]), None
    )
    if signal is None:
        signal = next((i for i in range(1, width) if names[i].lower().startswith("counts")), None)
    if signal is None:
        raise ReadError(
            f"'{title}': no column with the unit counts", advice="export the spectrum, not its results"
        )
    unit = "counts/s" if "/" in (units[signal] or names[signal]) else "counts"
    body = [[*row, *[""] * (width - len(row))][:width] for row in rows[at + 2 :]]
    body = [row for row in body if number(row[0]) is not None]
    if not body:
        raise ReadError(f"'{title}': no numbers below the names of the columns", advice="export it again")
    others = [i for i in range(1, width) if i != signal and names[i] and any(row[i].strip() for row in body)]
    read = {i: numbers([row[i].strip() or "nan" for row in body]) for i in (0, signal, *others)}
    settings = _settings(rows, at, width)
    notes: list[Finding] = []
    photon = _photon(settings)
    energy, photon, is_kinetic, said = placed(read[0], axis_of(names[0]), photon, told, what=title)
    time, note = _counting(settings, len(body), title)
    notes += note
    extra: dict[str, Any] = {}
    if settings:
        extra["settings"] = {k: v for k, v in settings.items() if not _PERSONAL.search(k)}
    return Region(
        name=title,
        energy_eV=energy,
        intensity=read[signal],
        intensity_unit=unit,
        counting_s=time,
        photon_energy_eV=photon,
        pass_energy_eV=_leading(settings, "pass energy"),
        is_kinetic=is_kinetic,
        sample=told.sample or "",
        columns={_plain(names[i]): _without_first_zero(read[i]) for i in others},
        extra=extra,
        findings=(*said, *notes),
    )


def peaks(rows: Rows) -> dict[str, tuple[dict[str, Any], ...]]:
    """Return the components of a peak table by the title of their spectrum ('C1s Scan'); '' if it has no titles."""
    at = next((i for i, row in enumerate(rows[:10]) if any(c.strip() == "Name" for c in row)), None)
    if at is None:
        return {}
    heads = [c.strip().lower() for c in rows[at]]

    def column(*starts: str) -> int | None:
        return next((i for s in starts for i, h in enumerate(heads) if h.startswith(s)), None)

    name_at, title_at = column("name"), column("title")
    where = {
        "position_eV": column("peak be"),
        "fwhm_eV": column("fwhm"),
        "area": column("area (p)"),
        "share_percent": column("pp at", "at. %", "atomic"),
    }
    shape_at = column("peak type")
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows[at + 1 :]:
        cells = [*row, *[""] * (len(heads) - len(row))]
        if cells[0].strip() and name_at != 0:
            break  # the block 'Chemical State Assessment' below the peaks
        if name_at is None or not cells[name_at].strip():
            continue
        one: dict[str, Any] = {key: number(cells[i]) if i is not None else None for key, i in where.items()}
        if one["position_eV"] is None:
            continue
        one["name"] = cells[name_at].strip()
        one["shape"] = cells[shape_at].strip() if shape_at is not None else ""
        one["share_of"] = "all lines of the table, at. %"
        title = cells[title_at].strip() if title_at is not None else ""
        found.setdefault(title, []).append(one)
    return {title: tuple(items) for title, items in found.items()}


def is_peak_table(name: str) -> bool:
    """Whether a sheet's name is that of the peak table."""
    return name.strip().lower().startswith(_PEAKS)


def _plain(name: str) -> str:
    lower = name.lower().rstrip(". ")
    return {"backgnd": "background", "residuals": "residuals", "envelope": "envelope"}.get(
        lower, f"component: {name}"
    )


def _without_first_zero(values: FloatArray) -> FloatArray:
    if len(values) > 1 and values[0] == 0.0 and values[1] != 0.0:
        values = values.copy()
        values[0] = np.nan
    return values


def _settings(rows: Rows, at: int, width: int) -> dict[str, str]:
    """Return pairs 'Number of Scans' | '50' above and beside the table."""
    found: dict[str, str] = {}
    for i, row in enumerate(rows[: at + 200]):
        start = 0 if i < at else width
        cells = [c.strip().rstrip(":").strip() for c in row]
        for j in range(start, len(cells) - 1):
            if cells[j] and number(cells[j]) is None:
                value = next((c for c in cells[j + 1 : j + 4] if c), "")
                if value and j and cells[j - 1] and number(cells[j - 1]) is None:
                    continue
                if value:
                    found.setdefault(cells[j].lower(), value)
    return found


def _leading(settings: dict[str, str], key: str) -> float | None:
    text = next((v for k, v in settings.items() if k.startswith(key)), "")
    match = re.match(r"[-+]?[\d.]+", text)
    return number(match[0]) if match else None


def _photon(settings: dict[str, str]) -> float | None:
    for key, value in settings.items():
        if "source energy" in key or "photon energy" in key:
            match = re.search(r"[\d.]+", value)
            energy = number(match[0]) if match else None
            return energy if energy and energy > 0 else None
    return None


def _counting(settings: dict[str, str], points: int, title: str) -> tuple[float | None, list[Finding]]:
    """Return dwell time x scans, or the whole time over the points."""
    scans = _leading(settings, "number of scans")
    dwell_text = next((v for k, v in settings.items() if k.startswith("dwell")), "")
    dwell = _duration(dwell_text)
    if dwell and scans:
        return dwell * scans, []
    total = _duration(next((v for k, v in settings.items() if k.startswith("total acquisition time")), ""))
    if total:
        each = total / points
        return each, [
            Finding(
                "counting_time_derived",
                f"{title}: {each:g} s a point, from {total:g} s of acquisition over {points} points",
                "note",
            )
        ]
    return None, []


def _duration(text: str) -> float | None:
    """'8 mins 22.5 secs' is 502.5 s; '50 ms' is 0.05 s."""
    if (match := re.match(r"\s*([\d.]+)\s*ms", text)) and (value := number(match[1])):
        return value / 1000.0
    parts = [(number(m[1]), _SECONDS[m[2].lower()]) for m in _HOURS.finditer(text)]
    total = sum(value * factor for value, factor in parts if value is not None)
    return total if total > 0 else None
