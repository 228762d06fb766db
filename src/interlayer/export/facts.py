"""What the records of cells say about how they were measured: the facts behind a methods paragraph."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from interlayer import units
from interlayer.lab.cell_result import CellResult
from interlayer.metrics.analysis import Analysis
from interlayer.metrics.halves import halves
from interlayer.metrics.levels import levels
from interlayer.record import Record, store
from interlayer.record import schema as s


@dataclass(frozen=True)
class SpectraFacts:
    """Window of the spectra of a cell.

    Attributes
    ----------
    count : int
    highest_Hz, lowest_Hz : float
        Over all spectra.
    per_decade : float
        Median of the points per decade.
    amplitude_V : float or None
        As the files state it, if they all state one.
    """

    count: int
    highest_Hz: float
    lowest_Hz: float
    per_decade: float
    amplitude_V: float | None


@dataclass(frozen=True)
class CellFacts:
    """What is known about the measurement of one cell; what the files do not say is None or empty.

    Attributes
    ----------
    label : str
    kind : str
        Kind of test, '' if unknown.
    area_m2 : float or None
    instruments, software : tuple of str
        As the files name them, without serial numbers.
    currents_A : tuple of float
        Absolute current levels, rising.
    half_cycle_s : float or None
        Median duration of a half-cycle.
    half_cycles : int
    temperature_degC : tuple of float or None
        5 %, median and 95 % of the temperatures in the record; three times the one that the file states.
    spectra : SpectraFacts or None
    sources : tuple of (file name, sha256, reader)
    """

    label: str
    kind: str
    area_m2: float | None
    instruments: tuple[str, ...]
    software: tuple[str, ...]
    currents_A: tuple[float, ...]
    half_cycle_s: float | None
    half_cycles: int
    temperature_degC: tuple[float, float, float] | None
    spectra: SpectraFacts | None
    sources: tuple[tuple[str, str, str], ...]


def cell_facts(one: CellResult) -> CellFacts | None:
    """Return the facts of an analysed cell, or None if it has no record."""
    record = one.cell.record
    if record is None:
        return None
    analysis = Analysis(record)
    h = analysis.get(halves)
    found = sorted(level.current_A for level in analysis.get(levels))
    apart = [a for k, a in enumerate(found) if k == 0 or a > 1.02 * found[k - 1]]
    provenance = store.metadata(record)["provenance"]
    extra: dict[str, object] = provenance["extra"]
    return CellFacts(
        label=one.cell.row.label,
        kind="" if one.kind is None or one.kind.name == "unknown" else one.kind.name,
        area_m2=record.area_m2,
        instruments=_said(extra, "instrument"),
        software=_said(extra, "software"),
        currents_A=tuple(apart),
        half_cycle_s=float(np.median(h.duration_s)) if len(h) else None,
        half_cycles=len(h),
        temperature_degC=_temperature(record),
        spectra=_spectra(record),
        sources=_sources(record, provenance),
    )


def _said(extra: dict[str, object], name: str) -> tuple[str, ...]:
    """What the header of the record, or those of its files, say under a name."""
    parts: list[object] = [extra.get(name)]
    files = extra.get("files")
    if isinstance(files, list):
        parts += [part.get(name) for part in files if isinstance(part, dict)]
    return tuple(dict.fromkeys(" ".join(x.split()) for x in parts if isinstance(x, str) and x.strip()))


def _sources(record: Record, provenance: dict[str, object]) -> tuple[tuple[str, str, str], ...]:
    extra = provenance["extra"]
    files = extra.get("files") if isinstance(extra, dict) else None
    if isinstance(files, list):
        return tuple(
            (_base(str(f.get("file", ""))), str(f.get("sha256") or ""), str(f.get("reader") or ""))
            for f in files
            if isinstance(f, dict)
        )
    name = str(provenance.get("file_name") or record.label)
    return ((name, str(provenance.get("sha256") or ""), str(provenance.get("reader") or "")),)


def _base(name: str) -> str:
    return name.replace("\\", "/").rpartition("/")[2]


def _temperature(record: Record) -> tuple[float, float, float] | None:
    values = record.table[s.TEMPERATURE].drop_nulls().to_numpy()
    values = values[np.isfinite(values)]
    if values.size:
        low, middle, high = np.quantile(values, [0.05, 0.5, 0.95]).tolist()
        return low, middle, high
    stated = record.provenance.extra.get("temperature_C")
    if not isinstance(stated, (int, float)):
        return None
    return float(stated), float(stated), float(stated)


def _spectra(record: Record) -> SpectraFacts | None:
    windows: list[tuple[float, float, float]] = []
    for spectrum in record.spectra:
        f = spectrum.frequency_Hz[np.isfinite(spectrum.frequency_Hz) & (spectrum.frequency_Hz > 0)]
        if f.size > 1 and f.max() > f.min():
            windows.append((float(f.max()), float(f.min()), (f.size - 1) / math.log10(f.max() / f.min())))
    if not windows:
        return None
    extra = record.provenance.extra
    files = extra.get("files")
    said = [extra, *(files if isinstance(files, list) else [])]
    amplitudes = {
        x for one in said if isinstance(one, dict) and isinstance(x := one.get("amplitude_V"), float)
    }
    return SpectraFacts(
        len(windows),
        max(w[0] for w in windows),
        min(w[1] for w in windows),
        float(np.median([w[2] for w in windows])),
        amplitudes.pop() if len(amplitudes) == 1 else None,
    )


def current_texts(currents_A: Iterable[float], area_m2: float | None) -> list[str]:
    """Return current levels as numbers with three digits, in mA/cm2, or in mA without an area."""
    size = units.factor("mA") if area_m2 is None else units.factor("mA/cm2") * area_m2
    return list(dict.fromkeys(f"{current / size:.3g}" for current in currents_A))


def all_facts(found: Sequence[CellResult]) -> list[CellFacts]:
    """Return the facts of all cells that have a record."""
    return [facts for one in found if (facts := cell_facts(one)) is not None]
