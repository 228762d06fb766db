"""Regions from a table with names of columns: which column is the energy, which the signal, which a fit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from interlayer.errors import InputError, ReadError, nearest
from interlayer.record.record import Finding
from interlayer.surface.xps.line_names import canonical_line
from interlayer.surface.xps.readers.axis import axis_of, axis_of_prose, placed
from interlayer.surface.xps.readers.contract import ColumnMap
from interlayer.surface.xps.readers.text import number
from interlayer.surface.xps.spectrum import FloatArray, Region

_ENERGY: Final = re.compile(r"(?<![a-z])(energy|energies|energie)(?![a-z])", re.IGNORECASE)
_OTHER_UNIT: Final = re.compile(r"(?<![a-z])(wh|mwh|j|kj|mj|v|mv|s|h|min|nm)(?![a-z])", re.IGNORECASE)
_SIGNAL: Final = re.compile(r"intens|counts?|cps|signal|c/s|(?<![a-z])(raw|data|y)(?![a-z])", re.IGNORECASE)
_RATE: Final = re.compile(r"cps|c/s|counts?\s*(/|per)\s*s|s-1|s\^-1", re.IGNORECASE)
_COUNTS: Final = re.compile(r"(?<![a-z])counts?(?![a-z])", re.IGNORECASE)
_FIT: Final = re.compile(
    r"back|baseline|envelope|resid|fit|sum|comp|peak|shirley|tougaard|transm", re.IGNORECASE
)
_PHOTON: Final = re.compile(
    r"(?:(?<![a-z])h\s?[v\u03bd]|photon\s*energy|excitation\s*energy)\s*(?:\(ev\)|/\s*ev)?\s*[=:,\t ]\s*([\d.]+)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class NamedTable:
    """A table of numbers.

    Attributes
    ----------
    names : tuple of str
        Of the columns; blank where the file has none.
    values : array, shape (rows, columns)
        NaN where there is no number.
    said : str
        All other text of the file.
    title : str
        What to call a region that nothing names: file or sheet.
    """

    names: tuple[str, ...]
    values: FloatArray
    said: str
    title: str


def is_energy(name: str) -> bool:
    """Whether a name of a column says that it holds energies of electrons."""
    if axis_of(name) is not None:
        return True
    return bool(_ENERGY.search(name)) and not _OTHER_UNIT.search(name)


def regions(table: NamedTable, told: ColumnMap) -> tuple[Region, ...]:
    """Return one region for each column of energies.

    Raises
    ------
    ReadError
        If no energies or no signal can be recognised and none was said, or the axis is not known.
    InputError
        If a column that was said does not exist.
    """
    photon, findings = _photon(table)
    if told.names_columns:
        return (_told(table, told, photon, findings),)
    energies = [i for i, name in enumerate(table.names) if is_energy(name)]
    if not energies:
        raise ReadError(
            f"no column is named as an energy of electrons; {_shown(table)}",
            advice="say which is which: energy, intensity, and axis 'binding' or 'kinetic'",
        )
    found: list[Region] = []
    for group, start in enumerate(energies):
        end = energies[group + 1] if group + 1 < len(energies) else len(table.names)
        if end == start + 1:
            continue
        found.append(_group(table, start, range(start + 1, end), told, photon, findings))
    if not found:
        raise ReadError(
            f"no column of intensities beside the energies; {_shown(table)}", advice="say intensity"
        )
    return tuple(found)


def _told(table: NamedTable, told: ColumnMap, photon: float | None, findings: tuple[Finding, ...]) -> Region:
    energies = [i for i, name in enumerate(table.names) if is_energy(name)]
    start = _index(table, told.energy, "energy") if told.energy is not None else (energies or [0])[0]
    if told.intensity is not None:
        signal = _index(table, told.intensity, "intensity")
    else:
        others = [i for i in range(len(table.names)) if i != start]
        if len(others) != 1:
            raise ReadError(
                f"{len(others)} columns can be the signal; {_shown(table)}", advice="say intensity"
            )
        signal = others[0]
    if signal == start:
        raise InputError(f"column {start + 1} cannot be both energy and intensity")
    return _made(table, start, signal, [], told, photon, findings)


def _index(table: NamedTable, column: str | int | None, what: str) -> int:
    if isinstance(column, int):
        if column > len(table.names):
            raise InputError(f"column {column} for the {what}, but the table has {len(table.names)} columns")
        return column - 1
    names = [name.strip().lower() for name in table.names]
    wanted = str(column).strip().lower()
    if wanted in names:
        return names.index(wanted)
    close = nearest(wanted, names)
    raise InputError(
        f"no column '{column}' for the {what}; {_shown(table)}",
        advice=f"did you mean '{close[0]}'?" if close else "say its position, counted from 1",
    )


def _group(
    table: NamedTable,
    start: int,
    others: Sequence[int],
    told: ColumnMap,
    photon: float | None,
    findings: tuple[Finding, ...],
) -> Region:
    filled = [i for i in others if np.isfinite(table.values[:, i]).any()]
    plain = [i for i in filled if not _FIT.search(table.names[i])]
    named = [i for i in plain if _SIGNAL.search(table.names[i])]
    candidates = named or plain
    if len(candidates) != 1:
        raise ReadError(
            f"{len(candidates)} columns can be the signal of '{table.names[start]}'; {_shown(table)}",
            advice="say which: energy and intensity",
        )
    return _made(
        table, start, candidates[0], [i for i in filled if i != candidates[0]], told, photon, findings
    )


def _made(
    table: NamedTable,
    start: int,
    signal: int,
    others: Sequence[int],
    told: ColumnMap,
    photon: float | None,
    findings: tuple[Finding, ...],
) -> Region:
    rows = np.isfinite(table.values[:, start]) | np.isfinite(table.values[:, signal])
    header, label = table.names[start], table.names[signal]
    name = told.name or canonical_line(label) or canonical_line(table.title) or table.title
    axis = axis_of(header) or axis_of_prose(table.said)
    energy, photon, is_kinetic, said = placed(
        table.values[rows, start], axis, photon, told, what=name, from_fermi=False
    )
    unit, doubt = _unit(label, name, table.values[rows, signal])
    return Region(
        name=name,
        energy_eV=energy,
        intensity=table.values[rows, signal],
        intensity_unit=unit,
        photon_energy_eV=photon,
        work_function_eV=told.work_function_eV,
        is_kinetic=is_kinetic,
        sample=told.sample or "",
        columns={table.names[i].strip().lower(): table.values[rows, i] for i in others},
        extra={"columns": [header, label]},
        findings=(*findings, *said, *doubt),
    )


def _unit(label: str, name: str, values: FloatArray) -> tuple[str, tuple[Finding, ...]]:
    if _RATE.search(label):
        return "counts/s", ()
    if _COUNTS.search(label):
        return "counts", ()
    finite = values[np.isfinite(values)]
    whole = finite.size and np.all(finite == np.round(finite)) and np.max(finite) > 20
    hint = "; they are whole numbers, as counts would be" if whole else ""
    return "1", (
        Finding(
            "unit_unknown",
            f"{name}: the file does not say whether '{label}' is counts or counts/s{hint}; arbitrary units, noise "
            "unknown (say unit 'counts' or 'counts/s' with counting_s)",
        ),
    )


def _photon(table: NamedTable) -> tuple[float | None, tuple[Finding, ...]]:
    text = "\n".join((*table.names, table.said))
    found = {value for m in _PHOTON.finditer(text) if (value := number(m[1].rstrip("."))) is not None}
    likely = sorted(value for value in found if 10.0 < value < 20_000.0)
    if len(likely) == 1:
        return likely[0], (
            Finding(
                "photon_energy_text", f"photon energy {likely[0]:g} eV, from the text of the file", "note"
            ),
        )
    return None, ()


def _shown(table: NamedTable) -> str:
    names = [name.strip() or f"column {i + 1}" for i, name in enumerate(table.names[:8])]
    more = f" and {len(table.names) - 8} more" if len(table.names) > 8 else ""
    return f"the columns are {', '.join(repr(n[:30]) for n in names)}{more}"
