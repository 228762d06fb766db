"""Impedance in the complex plane, one panel a cell, one curve an age; an ohm is as long on both axes."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from interlayer import units
from interlayer.record import Record, Spectrum
from interlayer.report.figure import Axis, Figure, Note, Panel, Series, Width
from interlayer.report.figures.common import labelled

FloatArray = NDArray[np.float64]

FREQUENCY = Axis("Frequency", "Hz", "log")


def nyquist(
    records: Sequence[Record],
    *,
    most: int = 6,
    above_Hz: float = 0.0,
    decades: bool = False,
    width: Width | None = None,
    id: str = "nyquist",
    title: str = "Nyquist plot",
    caption: str = "",
) -> Figure:
    """Draw the spectra of each record in the complex plane.

    Parameters
    ----------
    records : sequence of Record
        One panel each; those without spectra are left out, as long as one has them.
    most : int
        Curves in a panel; further spectra are left out evenly, first and last are kept.
    above_Hz : float
        Points below this frequency are left out.
    decades : bool
        Write the frequency beside the point next to each power of ten of the first and the last curve, where there
        is room.
    width : str, optional
        Left out: one column of a journal for one panel, two for more.
    """
    panels: list[Panel] = []
    for label, record in labelled(records):
        chosen = chosen_spectra(record, most)
        if chosen:
            panels.append(_panel(label, chosen, above_Hz, decades=decades))
    if not panels:
        panels = [Panel(Axis("Re Z", "ohm"), Axis("−Im Z", "ohm"), empty="no spectra in this record")]
    columns = 1 if len(panels) == 1 else 2 if len(panels) in (2, 4) else 3
    if width == "84mm":
        columns = 1
    return Figure(id, title, caption, tuple(panels), columns, width or ("84mm" if columns == 1 else "174mm"))


def chosen_spectra(record: Record, most: int) -> list[tuple[str, float, Spectrum]]:
    """Return up to `most` spectra of a record, evenly in order, as (name with age, place on the ramp, spectrum)."""
    spectra = [spectrum for spectrum in record.spectra if spectrum.frequency_Hz.size]
    rows = np.unique(np.linspace(0, len(spectra) - 1, min(most, len(spectra))).round().astype(int))
    found: list[tuple[str, float, Spectrum]] = []
    for place, row in enumerate(rows):
        ramp = place / max(len(rows) - 1, 1)
        found.append((spectrum_name(spectra[row]), ramp, spectra[row]))
    names = [name for name, _, _ in found]
    return [
        (name if names.count(name) == 1 else f"{name}, no. {spectrum.index}", ramp, spectrum)
        for name, ramp, spectrum in found
    ]


def spectrum_name(spectrum: Spectrum) -> str:
    """Return the age of a spectrum in hours, or its number if it has no time."""
    if spectrum.time_s is None:
        return f"spectrum {spectrum.index}"
    age = spectrum.time_s / units.factor("h")
    return f"{age:.0f} h" if age >= 9.5 or abs(age - round(age)) < 0.005 else f"{age:.2g} h"


def decade_notes(frequency_Hz: FloatArray, x: FloatArray, y: FloatArray) -> list[Note]:
    """Return a note at the point closest to each power of ten within the window, from the lowest up."""
    known = np.flatnonzero(np.isfinite(frequency_Hz) & (frequency_Hz > 0))
    if not known.size:
        return []
    place = np.log10(frequency_Hz[known])
    notes: list[Note] = []
    for decade in range(math.ceil(place.min() - 0.02), math.floor(place.max() + 0.02) + 1):
        off = np.abs(place - decade)
        row = int(known[off.argmin()])
        # A coarse sweep may have no point near a decade: then that point's own frequency is nobody's decade.
        if off.min() < 0.06:
            notes.append(Note(float(x[row]), float(y[row]), frequency_text(10.0**decade)))
    return notes


def frequency_text(frequency_Hz: float) -> str:
    """Return a frequency as people write it: '100 kHz', '1 Hz', '10 mHz'."""
    for unit, size in (("MHz", 1e6), ("kHz", 1e3), ("Hz", 1.0), ("mHz", 1e-3)):
        if frequency_Hz >= size * (1 - 1e-9):
            return f"{frequency_Hz / size:.3g} {unit}"
    return f"{frequency_Hz / 1e-6:.3g} µHz"


def _panel(
    label: str, chosen: list[tuple[str, float, Spectrum]], above_Hz: float, *, decades: bool = False
) -> Panel:
    largest = max(float(np.nanmax(np.abs(spectrum.impedance_ohm))) for _, _, spectrum in chosen)
    unit = "kohm" if largest > 2e4 else "ohm"
    size = units.factor(unit)
    series: list[Series] = []
    notes: list[Note] = []
    for name, ramp, spectrum in chosen:
        kept = spectrum.frequency_Hz >= above_Hz
        z = spectrum.impedance_ohm[kept] / size
        third = spectrum.frequency_Hz[kept]
        series.append(Series(name, z.real, -z.imag, "linepoints", 0, ramp=ramp, third=third))
        # First and last spectrum: between them the frequencies move along.
        if decades and any(spectrum is one[2] for one in (chosen[0], chosen[-1])):
            notes = decade_notes(third, z.real, -z.imag) + notes
    return Panel(
        Axis("Re Z", unit),
        Axis("−Im Z", unit),
        tuple(series),
        title=label,
        equal_aspect=True,
        third=FREQUENCY,
        notes=tuple(notes),
    )
