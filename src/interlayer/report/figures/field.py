"""The published field on one pair of axes: one colour a family of electrolytes, own cells on top."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from interlayer.published.interlayers.views import FieldPoint, View
from interlayer.report.figure import Axis, Figure, Panel, Series

OWN = "own cells"


def field(view: View) -> Figure:
    """Draw a view: hollow markers for published points, full ones for own cells, arrows for lower bounds."""
    families = sorted({p.family for p in view.published})
    series: list[Series] = []
    for slot, family in enumerate(families):
        members = [p for p in view.published if p.family == family]
        series += _series(family, members, slot, hollow=True)
    series += _series(OWN, view.own, len(families), hollow=False)
    shown = len(view.published)
    caption = (
        f"{shown} published points of {shown + len(view.left_out)} rows; the others stand below. {view.note}"
    )
    panel = Panel(Axis(*view.x, "log"), Axis(*view.y, "log"), tuple(series), empty="no points")
    return Figure(f"field-{view.id}", view.title, caption.strip(), (panel,), 1, "84mm")


def _series(name: str, points: Sequence[FieldPoint], slot: int, *, hollow: bool) -> list[Series]:
    out: list[Series] = []
    for bound in (None, ">="):
        members = [p for p in points if p.y_bound == bound]
        if members:
            x, y = np.array([p.x for p in members]), np.array([p.y for p in members])
            out.append(Series(name, x, y, "points", slot, bound=bound, hollow=hollow))
    return out
