"""Leaps over cycles: the same life as the full run, and events where they are."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from interlayer import cells
from interlayer.cycle_jump import Drift, Envelope
from interlayer.errors import InputError
from interlayer.metrics import evaluate
from interlayer.protocol import Protocol
from interlayer.record import schema as s
from interlayer.simulation import simulate, stream

PERIOD = 7200.0


def both(cell, cycles, tolerance, eis=None, **more):
    protocol = Protocol.cycling("0.1 mA/cm2", "1 hour", cycles, eis_at_cycles=eis)
    return simulate(cell, protocol, **more), simulate(cell, protocol, jump=tolerance, **more)


def ends(record):
    """Voltage at the end of each step, by its number."""
    rows = record.cycling.group_by(s.STEP, maintain_order=True).last()
    return dict(zip(rows[s.STEP].to_list(), rows[s.VOLTAGE].to_list(), strict=True))


@pytest.mark.parametrize(
    ("name", "cycles", "tolerance"), [("ding2024/cuf2-20ul", 1500, 1e-2), ("ding2024/bare", 400, 3e-3)]
)
def test_a_life_with_leaps_is_the_full_life(name, cycles, tolerance):
    """Overpotential within the tolerance, spectra (so R_int) within 1 %, events within two cycles, the same clock."""
    full, quick = both(cells.load(name), cycles, tolerance)
    every, some = ends(full), ends(quick)
    assert len(some) < len(every) / 2
    assert max(some) == max(every)
    for step, volts in some.items():
        assert volts == pytest.approx(every[step], rel=tolerance)
    for one, other in zip(full.spectra, quick.spectra, strict=True):
        np.testing.assert_allclose(abs(other.impedance_ohm), abs(one.impedance_ohm), rtol=1e-2)
        assert other.time_s == pytest.approx(one.time_s, abs=1e-3)
    assert [(e.name, e.side) for e in quick.events] == [(e.name, e.side) for e in full.events]
    for one, other in zip(full.events, quick.events, strict=True):
        assert abs(other.time_s - one.time_s) <= 2 * PERIOD
    assert quick.cycling[s.TIME].max() == pytest.approx(full.cycling[s.TIME].max(), abs=1e-3)
    assert any(f.name == "cycles leapt over" for f in quick.findings)
    (count,) = evaluate(quick, ["half_cycles"])
    assert "leapt over" in count.evidence[0]
    assert not any("half-cycles" in m.evidence[0] for m in evaluate(quick, ["R_int"]))


def test_a_short_inside_a_leap_is_found():
    """Electrons that leak to a filament's tip make a bare cell short late in its life."""
    leak = {f"model.{side}.filament.electronic_conductivity": "5e-8 S/cm" for side in ("left", "right")}
    full, quick = both(cells.load("ding2024/bare").override(leak), 800, 1e-2, stop_on=("short",))
    (one,) = [e for e in full.events if e.name == "short"][:1]
    (other,) = [e for e in quick.events if e.name == "short"][:1]
    assert 50 * PERIOD < one.time_s < 790 * PERIOD
    assert abs(other.time_s - one.time_s) <= 2 * PERIOD
    assert len(ends(quick)) < len(ends(full)) / 2


def test_straight_lines_between_computed_cycles_miss_no_more_than_the_tolerance():
    full, quick = both(cells.load("ding2024/cuf2-20ul"), 600, 1e-2, eis=[])
    every, some = ends(full), ends(quick)
    for way in (0, 1):
        steps = [k for k in some if k % 2 == way]
        all_steps = [k for k in every if k % 2 == way]
        between = np.interp(all_steps, steps, [some[k] for k in steps])
        np.testing.assert_allclose(between, [every[k] for k in all_steps], rtol=1.5e-2)


@pytest.mark.parametrize("ratio", [0.3, 0.9, 0.999])
def test_geometric_drift_is_summed_exactly(ratio):
    change = np.array([2.0])
    drift = Drift.between(change, change * ratio, 1)
    expected = sum(2.0 * ratio**k for k in range(1, 51))
    assert drift.over(50)[0] == pytest.approx(expected, rel=1e-12)


def test_growing_drift_goes_on_along_a_line():
    drift = Drift.between(np.array([1.0]), np.array([1.5]), 1)
    assert drift.over(10)[0] == pytest.approx(sum(1.0 + 0.5 * k for k in range(1, 11)))


def test_settled_quantities_stay():
    drift = Drift.between(np.zeros(2), np.zeros(2), 3)
    assert (drift.over(1000) == 0.0).all()


def test_a_leap_that_went_wrong_is_refused_and_changes_nothing():
    envelope = Envelope(1e-3)
    straight = np.arange(4.0)[:, None] + 10.0
    assert envelope.take(straight, np.array([13.0]), 0, 1) is not None
    kept = envelope.here
    surprise = np.array([[30.0], [31.0], [35.0], [45.0]])
    assert envelope.take(surprise, np.array([45.0]), 8, 1) is None
    assert envelope.length <= 4
    assert envelope.here is kept


@pytest.mark.parametrize("jump", [0.0, -1.0, 0.5, float("nan")])
def test_a_tolerance_that_is_none_is_refused(jump):
    with pytest.raises(InputError, match="jump"):
        simulate(cells.load("ding2024/bare"), Protocol.cycling("0.1 mA/cm2", "1 hour", 3), jump=jump)


def test_pieces_of_a_stream_are_the_record():
    cell, protocol = cells.load("ding2024/bare"), Protocol.cycling("0.1 mA/cm2", "1 hour", 100)
    pieces = list(stream(cell, protocol))
    assert len(pieces) > 2
    whole = simulate(cell, protocol).table
    joined = pl.concat(pieces, how="diagonal")
    assert set(joined.columns) <= set(whole.columns)
    taken = [joined, whole]
    assert len({tuple(one[s.SPECTRUM].drop_nulls().unique().sort()) for one in taken}) == 1
    times = whole.filter(pl.col(s.FREQUENCY).is_null())[s.TIME]
    assert joined.filter(pl.col(s.VOLTAGE).is_not_null())[s.TIME].to_list() == times.to_list()


def test_kept_rows_are_rows_of_the_whole_record():
    cell, protocol = (
        cells.load("ding2024/bare"),
        Protocol.cycling("0.1 mA/cm2", "1 hour", 4, eis_at_cycles=[]),
    )
    whole, few = simulate(cell, protocol).table, simulate(cell, protocol, rows=3).table
    assert len(few) == 3 * 8
    assert set(few[s.TIME]) <= set(whole[s.TIME])
    assert few.group_by(s.STEP, maintain_order=True).last()[s.VOLTAGE].to_list() == (
        whole.group_by(s.STEP, maintain_order=True).last()[s.VOLTAGE].to_list()
    )
    with pytest.raises(InputError, match="two ends"):
        simulate(cell, protocol, rows=1)
