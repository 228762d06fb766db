"""The record: one table, what is known about the cell, and where it all comes from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from html import escape
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from interlayer.errors import InputError, MissingAreaError
from interlayer.record import schema as s

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FloatArray = NDArray[np.float64]
ComplexArray = NDArray[np.complex128]


@dataclass(frozen=True)
class Event:
    """Something that happened at one moment: short, crack onset, depletion, limit reached."""

    name: str
    time_s: float
    step: int | None = None
    side: int | None = None
    """1 or 2, the electrode concerned; None for the whole cell."""
    detail: str = ""


@dataclass(frozen=True)
class Finding:
    """A defect or oddity of the data, found and named, never repaired silently."""

    name: str
    detail: str
    severity: str = "warning"
    """'note', 'warning' or 'error' (error: metrics that need this are null)."""
    rows: int | None = None


@dataclass(frozen=True)
class Provenance:
    """Where a record comes from. No folder, user, host or serial number is kept."""

    kind: str
    """'simulated' or 'measured'."""
    file_name: str | None = None
    sha256: str | None = None
    reader: str | None = None
    version: str | None = None
    started_unix_s: float | None = None
    references: tuple[str, ...] = ()
    """Keys of the papers behind the mechanisms (simulated) or formats (measured)."""
    extra: dict[str, Any] = field(default_factory=dict[str, Any])
    """JSON-able facts of the file: technique, settings, header area (shown, never used unasked)."""


@dataclass(frozen=True)
class Spectrum:
    """One impedance spectrum of the whole cell, frequencies as stored (usually falling)."""

    index: int
    time_s: float | None
    frequency_Hz: FloatArray
    """Shape (n,)."""
    impedance_ohm: ComplexArray
    """Shape (n,); Im < 0 for a capacitor."""
    step: int | None = None
    after_half_cycles: int = 0
    """Half-cycles completed before it."""


@dataclass(frozen=True)
class Record:
    """What happened in one cell, simulated or measured: the same schema for both.

    Attributes
    ----------
    table : polars.DataFrame
        One long table; columns of `interlayer.record.schema.COLUMNS` plus extras 'Name / unit'.
        Spectrum rows have Frequency and Z filled and Voltage, Current null (or the bias).
    label : str
        Name of the cell on figures and in tables.
    area_m2 : float or None
        Area that current densities refer to (the smaller electrode), m2; None if unknown.
    cell, protocol : dict or None
        The descriptions as plain data, as their TOML files say them.
    parameters : dict
        Resolved model parameters by dotted name: {value, unit, status, source,
        uncertainty, low, high, origin} (simulated records).
    events, findings : tuple
        What happened at a moment; what is odd about the data.
    complete : bool
        False for a file still being written or a run that was stopped.
    """

    table: pl.DataFrame
    provenance: Provenance
    label: str = ""
    area_m2: float | None = None
    cell: dict[str, Any] | None = None
    protocol: dict[str, Any] | None = None
    parameters: dict[str, Any] = field(default_factory=dict[str, Any])
    events: tuple[Event, ...] = ()
    findings: tuple[Finding, ...] = ()
    complete: bool = True

    def __post_init__(self) -> None:
        """Give every core column its place and type; a column that the source lacks is null."""
        table = self.table
        missing = [
            pl.lit(None, dtype=s.DTYPES[label]).alias(label)
            for label in s.CORE_LABELS
            if label not in table.columns
        ]
        extras = [c for c in table.columns if c not in s.CORE_LABELS]
        table = table.with_columns(missing).select([*s.CORE_LABELS, *extras])
        wrong = [c for c in s.CORE_LABELS if table.schema[c] != s.DTYPES[c]]
        if wrong:
            table = table.with_columns([pl.col(c).cast(s.DTYPES[c], strict=False) for c in wrong])
        object.__setattr__(self, "table", table)

    @property
    def is_simulated(self) -> bool:
        """Whether the physics, not an instrument, made it."""
        return self.provenance.kind == "simulated"

    @cached_property
    def cycling(self) -> pl.DataFrame:
        """Rows of the time domain (everything that is not a spectrum point)."""
        return self.table.filter(pl.col(s.FREQUENCY).is_null())

    @cached_property
    def spectra(self) -> tuple[Spectrum, ...]:
        """Impedance spectra in the order of time."""
        rows = self.table.filter(pl.col(s.FREQUENCY).is_not_null())
        return tuple(self._spectra(rows)) if len(rows) else ()

    def _spectra(self, rows: pl.DataFrame) -> Iterator[Spectrum]:
        rows = rows.with_columns(pl.col(s.SPECTRUM).fill_null(0))
        for (index,), part in rows.group_by([s.SPECTRUM], maintain_order=True):
            part = part.drop_nulls([s.FREQUENCY, s.Z_REAL, s.Z_IMAG])
            if not len(part):
                continue
            time = part[s.TIME][0]
            step = part[s.STEP][0]
            yield Spectrum(
                index=int(str(index)),
                time_s=None if time is None else float(time),
                frequency_Hz=part[s.FREQUENCY].to_numpy().astype(np.float64),
                impedance_ohm=part[s.Z_REAL].to_numpy() + 1j * part[s.Z_IMAG].to_numpy(),
                step=None if step is None else int(step),
            )

    @property
    def columns(self) -> list[str]:
        """Labels of the columns that hold anything."""
        return [c for c in self.table.columns if self.table[c].null_count() < len(self.table)]

    def array(self, label: str) -> FloatArray:
        """Return one column of the cycling rows as float64, shape (n,), nulls as NaN.

        Raises
        ------
        InputError
            If the record has no such column.
        """
        if label not in self.cycling.columns:
            raise InputError(
                f"this record has no column '{label}'", advice="columns: " + ", ".join(self.columns)
            )
        return self.cycling[label].cast(pl.Float64).fill_null(float("nan")).to_numpy()

    def need_area(self, quantity: str) -> float:
        """Return the area in m2.

        Raises
        ------
        MissingAreaError
            If it is unknown; the message says how to give it.
        """
        if self.area_m2 is None:
            raise MissingAreaError(
                f"{quantity} needs an area and none is known",
                where=self.label,
                advice='give --cell cell.toml or --area "0.785 cm2"',
            )
        return self.area_m2

    def with_(self, **changes: Any) -> Record:
        """Return a copy with some attributes replaced."""
        return replace(self, **changes)

    def plot(self) -> Figure:
        """Draw voltage (and current) against time, and the spectra if any; returns the Matplotlib figure."""
        # Loaded by name: drawing stands above records, and only who draws pays for loading it.
        return import_module("interlayer.report.overview").record_figure(self)

    def __repr__(self) -> str:
        hours = self.cycling[s.TIME].max() if len(self.cycling) else None
        span = f"{float(str(hours)) / 3600:.4g} h" if hours is not None else "no time axis"
        kind = "simulated" if self.is_simulated else "measured"
        state = "" if self.complete else ", incomplete"
        return (
            f"Record('{self.label}', {kind}, {span}, {len(self.cycling)} rows, "
            f"{len(self.spectra)} spectra, {len(self.events)} events{state})"
        )

    def _repr_html_(self) -> str:
        rows = [
            ("cell", self.label or "unnamed"),
            ("kind", self.provenance.kind),
            ("rows", f"{len(self.cycling)}"),
            ("spectra", f"{len(self.spectra)}"),
            ("area", "unknown" if self.area_m2 is None else f"{self.area_m2 * 1e4:.4g} cm²"),
            ("events", ", ".join(f"{e.name} at {e.time_s / 3600:.4g} h" for e in self.events[:6]) or "none"),
            ("findings", ", ".join(f.name for f in self.findings) or "none"),
            ("columns", ", ".join(self.columns)),
        ]
        body = "".join(f"<tr><th>{escape(k)}</th><td>{escape(v)}</td></tr>" for k, v in rows)
        return f"<table>{body}</table>"
