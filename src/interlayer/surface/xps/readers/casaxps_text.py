"""CasaXPS text exports, one table a spectrum below the other, with the fit if there is one.

Each table: a title 'Cycle 3:sample:region', a line with photon energy and acquisition time (dwell times scans), five
lines on the components, and columns K.E., Counts, components, Background, Envelope, then B.E. and the same as counts/s.
The kinetic energies are as measured; the binding energies carry the charge correction that the person made.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any, Final

import numpy as np

from interlayer.errors import ReadError
from interlayer.record.record import Finding
from interlayer.surface.xps.readers.contract import ColumnMap
from interlayer.surface.xps.readers.text import file_text, head_text, number, numbers
from interlayer.surface.xps.spectrum import FloatArray, Region

_MARK: Final = "Characteristic Energy eV"
_SIDE_BY_SIDE: Final = re.compile(r"^Name[\t,].*\nPosition[\t,].*\nFWHM[\t,].*\nArea[\t,].*\nLineshape[\t,]")
_TITLE: Final = re.compile(r'^"?Cycle\s*\d+:(.*)$')
_ROWS: Final = ("Name", "Position", "FWHM", "Area", "Lineshape")
_CLOSES: Final = 1e-3


class CasaXpsText:
    """Text exports of CasaXPS."""

    name = "casaxps_text"
    version = "1"
    extensions: tuple[str, ...] = ()
    signature = f"has '{_MARK}' in one of its first lines"

    def sniff(self, path: Path, head: bytes) -> bool:
        """Whether one of the first lines has the mark, or the lines of the side-by-side form."""
        del path
        text = head_text(head[:20_000])
        first = text.lstrip().split("\n", 6)
        return any(_MARK in line for line in first[:6]) or bool(_SIDE_BY_SIDE.match(text.lstrip()))

    def read(self, path: Path, told: ColumnMap) -> tuple[Region, ...]:
        """Read all tables.

        Raises
        ------
        ReadError
            If the spectra stand side by side, or a table has no photon energy or no columns of numbers.
        """
        text = file_text(path)
        if _SIDE_BY_SIDE.match(text.lstrip()):
            raise ReadError(
                "the spectra stand side by side, without photon energy and counting time",
                advice="export from CasaXPS as columns below each other, or give the .vms",
            )
        lines = text.split("\n")
        marks = [i for i, line in enumerate(lines) if _MARK in line and not (i and _MARK in lines[i - 1])]
        if not marks:
            raise ReadError(f"no line with '{_MARK}'", advice="export it again from CasaXPS")
        starts = [i - 1 if i and lines[i - 1].strip() else i for i in marks]
        return tuple(
            _table(lines[start:end], mark - start, told)
            for start, mark, end in zip(starts, marks, [*starts[1:], len(lines)], strict=True)
        )


def _cells(line: str, split: str) -> list[str]:
    if split == ",":
        return [c.strip() for c in next(csv.reader([line]), [])]
    return [c.strip().strip('"') for c in line.split(split)]


def _table(lines: list[str], mark: int, told: ColumnMap) -> Region:
    split = "\t" if "\t" in lines[mark] else ","
    title = lines[mark - 1].strip().strip('",') if mark else ""
    head = _cells(lines[mark], split)
    photon = _after(head, _MARK)
    time = _after(head, "Acquisition Time s")
    at = next((i for i, line in enumerate(lines) if line.lstrip('"').startswith("K.E.")), None)
    sample, name = _sample_and_name(title)
    if at is None:
        raise ReadError(f"'{title}': no line of columns that begins with K.E.", advice="export it again")
    if photon is None or photon <= 0:
        photon = told.photon_energy_eV
    names = _cells(lines[at], split)
    body = [line for line in lines[at + 1 :] if line.strip()]
    values, left_out = _values(body, len(names), split)
    findings: list[Finding] = []
    if left_out:
        findings.append(
            Finding(
                "truncated",
                f"{name}: {left_out} rows are cut or hold no numbers; left out",
                "error",
                left_out,
            )
        )
    second = names.index("B.E.") if "B.E." in names else len(names)
    if "Counts" in names[:second]:
        signal, unit, first, last = names.index("Counts"), "counts", 0, second
    elif "CPS" in names:
        signal, unit, first, last = names.index("CPS"), "counts/s", second, len(names)
    else:
        raise ReadError(f"{name}: neither a column Counts nor CPS", advice="export it again")
    kinetic = values[:, 0]
    energy = photon - kinetic if photon is not None else kinetic
    shift = _shift(values, second, energy) if photon is not None and second < len(names) else 0.0
    extra: dict[str, Any] = {"title": title}
    if shift:
        extra["charge_correction_eV"] = shift
        findings.append(
            Finding(
                "charge_correction",
                f"{name}: binding energies were moved by {shift:+.3f} eV in CasaXPS; they stand here as measured",
                "note",
            )
        )
    if photon is None:
        findings.append(
            Finding("kinetic_only", f"{name}: kinetic energy, the photon energy is missing: say it")
        )
    fit = _fit_rows(lines[:at], split, shift)
    columns = _fit_columns(names, values, range(max(first, signal) + 1, last), findings, name)
    return Region(
        name=name,
        energy_eV=energy,
        intensity=values[:, signal],
        intensity_unit=unit,
        counting_s=time if time and time > 0 else None,
        photon_energy_eV=photon,
        is_kinetic=photon is None,
        sample=sample,
        columns=columns,
        published_fit=fit,
        extra=extra,
        findings=tuple(findings),
    )


def _after(cells: list[str], word: str) -> float | None:
    if word not in cells or cells.index(word) + 1 >= len(cells):
        return None
    return number(cells[cells.index(word) + 1])


def _sample_and_name(title: str) -> tuple[str, str]:
    """'Cycle 3:Ni:Survey' is region Survey of sample Ni."""
    match = _TITLE.match(title)
    parts = (match[1] if match else title).rsplit(":", 1)
    return (parts[0].strip(), parts[1].strip()) if len(parts) == 2 else ("", parts[0].strip() or "?")


def _values(body: list[str], width: int, split: str) -> tuple[FloatArray, int]:
    """Return whole rows and how many were left out."""
    rows = [_cells(line, split) for line in body] if split == "," else [line.split(split) for line in body]
    whole = [row for row in rows if len(row) == width]
    if not whole:
        raise ReadError("no whole row of numbers below the names of the columns", advice="export it again")
    flat = numbers([cell.strip() or "nan" for row in whole for cell in row]).reshape(len(whole), width)
    good = np.isfinite(flat[:, 0]) & np.isfinite(flat[:, 1])
    return flat[good], len(rows) - int(np.count_nonzero(good))


def _shift(values: FloatArray, second: int, energy: FloatArray) -> float:
    difference = values[:, second] - energy
    difference = difference[np.isfinite(difference)]
    if not difference.size:
        return 0.0
    shift = float(np.median(difference))
    return shift if abs(shift) > 2e-3 else 0.0


def _fit_rows(lines: list[str], split: str, shift: float) -> tuple[dict[str, Any], ...]:
    table = {cells[0]: cells[2:] for line in lines if (cells := _cells(line, split)) and cells[0] in _ROWS}
    found: list[dict[str, Any]] = []
    for i, name in enumerate(table.get("Name", [])):
        numbers_of = {
            key: number(table[key][i]) if i < len(table.get(key, [])) else None
            for key in ("Position", "FWHM", "Area")
        }
        position = numbers_of["Position"]
        if not name or position is None:
            continue
        shape = table.get("Lineshape", [])
        found.append(
            {
                "name": name,
                "shape": shape[i] if i < len(shape) else "",
                "position_eV": position - shift,
                "position_corrected_eV": position,
                "fwhm_eV": numbers_of["FWHM"],
                "area": numbers_of["Area"],
                "share_percent": None,
            }
        )
    return tuple(found)


def _fit_columns(
    names: list[str], values: FloatArray, where: range, findings: list[Finding], region: str
) -> dict[str, FloatArray]:
    """Return background, envelope, and components without the background on which CasaXPS draws them."""
    plain = {i: names[i].removesuffix(" CPS").strip() for i in where if names[i].strip()}
    background = next((values[:, i] for i, n in plain.items() if n == "Background"), None)
    envelope = next((values[:, i] for i, n in plain.items() if n == "Envelope"), None)
    parts = [(n, values[:, i]) for i, n in plain.items() if n not in ("Background", "Envelope", "Residuals")]
    columns: dict[str, FloatArray] = {}
    if background is not None:
        columns["background"] = background
    if envelope is not None:
        columns["envelope"] = envelope
    on_top = False
    if background is not None and envelope is not None and parts:
        total = np.sum([v for _, v in parts], axis=0)
        over = total - (len(parts) - 1) * background - envelope
        under = total + background - envelope
        known = np.isfinite(over) & np.isfinite(under)
        scale = float(np.max(np.abs(envelope), initial=0.0, where=known)) or 1.0
        drawn_on = float(np.max(np.abs(over), initial=0.0, where=known)) / scale
        bare = float(np.max(np.abs(under), initial=0.0, where=known)) / scale
        on_top = drawn_on < bare
        if min(drawn_on, bare) > _CLOSES:
            findings.append(
                Finding(
                    "fit_does_not_close",
                    f"{region}: background and components of the file miss its envelope by {min(drawn_on, bare):.1%}",
                )
            )
    for k, (name, part) in enumerate(parts, 1):
        key = f"component {k}: {name}"
        columns[key] = part - background if on_top and background is not None else part
    return columns
