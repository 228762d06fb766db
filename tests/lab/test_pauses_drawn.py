"""Figures of a joined record: no line through a pause, both panels of a life on one axis."""

from __future__ import annotations

import numpy as np

from interlayer.lab.clocks import Clock
from interlayer.lab.joining import join
from interlayer.lab.timeline import Piece, place
from interlayer.record.record import Event
from interlayer.report.figures.common import event_lines
from interlayer.report.figures.voltage_time import voltage_time
from interlayer.report.overview import record_overview
from tests.lab.folder import cycling
from tests.writers.samples import eis_record

HOUR = 3600.0


def record():
    pieces = [Piece(f"f{k}", cycling(2, 500, k), Clock("local", 10 * k * HOUR)) for k in range(3)]
    pieces.append(Piece("eis", eis_record(1), Clock("local", -5 * HOUR)))
    places, findings, zero = place(pieces, by_hand=False)
    return join(places, findings, zero, "x")


def test_curves_are_parted_where_nothing_was_measured():
    whole = voltage_time([record()], windows_h=()).panels[0].series[0]
    blank = np.flatnonzero(~np.isfinite(whole.y))
    assert len(blank) == 2
    assert (np.diff(whole.x)[blank] > 7.9).all()  # behind each stands the pause
    for panel in record_overview(record()).panels[:2]:
        assert (~np.isfinite(panel.series[0].y)).sum() == 2


def test_both_panels_of_a_life_have_one_axis_where_an_event_stands_outside():
    voltage, current = record_overview(record()).panels[:2]
    assert voltage.x.range == current.x.range
    assert voltage.x.range[0] < min(line.at for line in voltage.lines)
    plain = record_overview(cycling(2, 500, 1)).panels[0]
    assert plain.x.range is None


def test_pauses_do_not_push_a_short_out_of_the_figure():
    many = tuple(Event("gap", k * HOUR) for k in range(20))
    lines = event_lines(record().with_(events=(*many, Event("short", 19.5 * HOUR))))
    assert "short" in [line.text for line in lines]
