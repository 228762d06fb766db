"""Impedance against frequency: size and phase, one column a cell, one curve an age."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from interlayer.record import Record
from interlayer.report.figure import Axis, Figure, Panel, Series
from interlayer.report.figures.common import labelled
from interlayer.report.figures.nyquist import chosen_spectra


def bode(
    records: Sequence[Record],
    *,
    most: int = 6,
    id: str = "bode",
    title: str = "Bode plot",
    caption: str = "",
) -> Figure:
    """Draw size and phase of the impedance against frequency.

    Parameters
    ----------
    records : sequence of Record
        One column each, two rows for every three records; those without spectra are left out.
    most : int
        Curves in a panel, as in `nyquist`.
    """
    frequency = Axis("Frequency", "Hz", "log")
    size, phase = Axis("|Z|", "ohm", "log"), Axis("−Phase", "deg")
    pairs: list[tuple[Panel, Panel]] = []
    for label, record in labelled(records):
        chosen = chosen_spectra(record, most)
        if not chosen:
            continue
        above = [Series(n, z.frequency_Hz, np.abs(z.impedance_ohm), "line", 0, ramp=r) for n, r, z in chosen]
        below = [
            Series(n, z.frequency_Hz, -np.angle(z.impedance_ohm, deg=True), "line", 0, ramp=r)
            for n, r, z in chosen
        ]
        pairs.append(
            (
                Panel(frequency, size, tuple(above), title=label, height=0.85),
                Panel(frequency, phase, tuple(below), height=0.85),
            )
        )
    if not pairs:
        nothing = Panel(frequency, size, empty="no spectra in this record")
        return Figure(id, title, caption, (nothing,), 1, "84mm")
    columns = min(len(pairs), 3)
    panels: list[Panel] = []
    for start in range(0, len(pairs), columns):
        row = pairs[start : start + columns]
        missing = columns - len(row)
        blank = [Panel(frequency, size, empty=" ")] * missing
        panels += [above for above, _ in row] + blank + [below for _, below in row] + blank
    return Figure(
        id,
        title,
        caption,
        tuple(panels),
        columns,
        "84mm" if columns == 1 else "174mm",
        share_x=len(pairs) <= 3,
    )
