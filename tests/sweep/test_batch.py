"""A batch gives each cell what it would get alone, whatever else is in it. References: `simulate`, and the batch itself
in another order, which shares no lane with it."""

from __future__ import annotations

import numpy as np
import pytest

from interlayer import cells
from interlayer.batch import shape_of, simulate_batch
from interlayer.build import build
from interlayer.errors import InputError, SimulationError
from interlayer.protocol import Protocol
from interlayer.record import Record
from interlayer.record import schema as s
from interlayer.simulation import simulate

TWO = Protocol(["Plate at 0.1 mA/cm2 for 1 hour", "Strip at 0.1 mA/cm2 for 1 hour"])
FOUR = Protocol(
    ["Strip at 0.3 mA/cm2 for 30 minutes", "Rest for 10 minutes", "Plate at 0.3 mA/cm2 for 1 hour"]
)
RTOL = 3e-3
WIDTH = 4


@pytest.fixture(scope="module")
def builts():
    base = cells.load("ding2024/cuf2-20ul")
    return [build(base.override({"coating.thickness": f"{x} um"})) for x in range(10, 34, 3)]


@pytest.fixture(scope="module")
def records(builts):
    return simulate_batch(builts, TWO, rtol=RTOL, width=WIDTH)


def test_each_cell_gets_what_it_gets_alone(builts, records):
    for k in (0, 7):
        alone = simulate(builts[k].cell, TWO, built=builts[k], rtol=RTOL)
        together = records[k]
        assert isinstance(together, Record)
        assert together.table.columns == alone.table.columns
        for name in alone.table.columns:
            np.testing.assert_allclose(together.table[name], alone.table[name], rtol=1e-9, atol=1e-300)
        assert together.events == alone.events
        assert together.parameters == alone.parameters


def test_order_and_split_change_no_bit(builts, records):
    order = [5, 2, 7, 0, 3, 6, 1, 4]
    shuffled = simulate_batch([builts[k] for k in order], TWO, rtol=RTOL, width=WIDTH)
    for place, k in enumerate(order):
        assert shuffled[place].table.equals(records[k].table)
    for k in (1, 6):  # three of four lanes rest
        assert simulate_batch([builts[k]], TWO, rtol=RTOL, width=WIDTH)[0].table.equals(records[k].table)


def test_another_protocol_beside_it_changes_no_bit(builts, records):
    mixed = simulate_batch(builts[:4], [TWO, FOUR, TWO, FOUR], rtol=RTOL, width=WIDTH)
    assert mixed[0].table.equals(records[0].table)
    assert mixed[2].table.equals(records[2].table)
    assert mixed[1].table[s.TIME].max() == pytest.approx(1800 + 600 + 3600)


def test_without_states_the_rest_is_the_same(builts, records):
    lean = simulate_batch(builts[:4], TWO, rtol=RTOL, width=WIDTH, keep_states=False)[1]
    columns = [s.TIME, s.VOLTAGE, s.CURRENT, s.STEP, s.CYCLE]
    assert lean.table.select(columns).equals(records[1].table.select(columns))
    assert len(lean.table.columns) < len(records[1].table.columns)


def test_one_cell_that_fails_leaves_the_others_alone(builts, records):
    wrong = build(builts[0].cell)
    broken = wrong.system._replace(temperature=float("nan"))
    outcomes = simulate_batch(
        [builts[0], type(wrong)(broken, wrong.values, wrong.set_name, wrong.cell), builts[2]],
        TWO,
        rtol=RTOL,
        width=WIDTH,
    )
    assert isinstance(outcomes[1], SimulationError)
    assert outcomes[0].table.equals(records[0].table)
    assert outcomes[2].table.equals(records[2].table)


def test_what_cannot_be_batched_is_refused(builts):
    with pytest.raises(InputError, match="width"):
        simulate_batch(builts, TWO, width=0)
    with pytest.raises(InputError, match="8 cells and 2 protocols"):
        simulate_batch(builts, [TWO, TWO])


def test_cells_of_other_laws_have_another_shape(builts):
    bare = build(cells.load("ding2024/bare"))
    assert shape_of(bare.system) != shape_of(builts[0].system)
    assert shape_of(builts[1].system) == shape_of(builts[0].system)


@pytest.mark.slow
def test_widths_and_limits_and_shorts(builts):
    """Searching for limits, shorts, and the implicit steps beside a shunt: other compiled variants."""
    ramp = [f"{verb} at {i / 10} mA/cm2 for 1 hour" for i in range(2, 16, 2) for verb in ("Plate", "Strip")]
    limited = ["Strip at 0.2 mA/cm2 until 0.2 V or 1 hour", "Plate at 0.2 mA/cm2 until 0.1 mAh/cm2"]
    protocols = [Protocol(ramp), Protocol([*limited, *ramp])] * 4
    wide = simulate_batch(builts, protocols, rtol=RTOL, width=8)
    order = [3, 0, 6, 5, 2, 7, 1, 4]
    shuffled = simulate_batch([builts[k] for k in order], [protocols[k] for k in order], rtol=RTOL, width=8)
    narrow = simulate_batch(builts, protocols, rtol=RTOL, width=2)
    assert any(e.name == "short" for one in wide for e in one.events)
    for place, k in enumerate(order):
        assert shuffled[place].table.equals(wide[k].table)
        assert [e.name for e in narrow[k].events] == [e.name for e in wide[k].events]
        for name in (s.TIME, s.VOLTAGE, s.CURRENT):
            np.testing.assert_allclose(narrow[k].table[name], wide[k].table[name], rtol=1e-9, atol=1e-15)


@pytest.fixture(scope="module")
def full_cells():
    """LFP cells whose steps end at cut-offs and after a held voltage, each at its own time."""
    base = cells.load("ding2024/lfp-cuf2")
    made = [build(base.override({"coating.thickness": f"{x} um"})) for x in (12, 15, 20)]
    protocol = Protocol.full_cell_cycling("0.5C", cycles=1, eis_at_cycles=[])
    return made, protocol, simulate_batch(made, protocol, rtol=RTOL, width=4)


@pytest.mark.slow
def test_order_changes_no_bit_of_full_cells(full_cells):
    made, protocol, records = full_cells
    shuffled = simulate_batch([made[k] for k in (2, 0, 1)], protocol, rtol=RTOL, width=4)
    for place, k in enumerate((2, 0, 1)):
        assert shuffled[place].table.equals(records[k].table)


@pytest.mark.slow
def test_full_cells_get_what_they_get_alone(full_cells):
    made, protocol, records = full_cells
    for m, together in zip(made, records, strict=True):
        alone = simulate(m.cell, protocol, built=m, rtol=RTOL)
        for name in (s.TIME, s.VOLTAGE, s.CURRENT):
            np.testing.assert_allclose(together.table[name], alone.table[name], rtol=1e-9, atol=1e-12)
