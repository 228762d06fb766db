"""(cell, protocol) -> record: stops, events, temperatures, spectra on the way, and what is refused."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from scipy.interpolate import CubicSpline

from interlayer import cells
from interlayer.build import build
from interlayer.errors import InputError, ProtocolError
from interlayer.protocol import Protocol
from interlayer.record import schema as s
from interlayer.simulation import simulate

AREA = 0.785e-4


@pytest.fixture(scope="module")
def bare():
    return cells.load("ding2024/bare")


@pytest.fixture(scope="module")
def coated():
    return cells.load("ding2024/cuf2-20ul")


def rows(record, step):
    return record.cycling.filter(pl.col(s.STEP) == step)


def test_imposed_current_signs_times_and_charge(coated):
    record = simulate(
        coated, Protocol(["Strip at 0.1 mA/cm2 for 1 hour", "Plate at 0.2 mA/cm2 until 0.1 mAh/cm2"])
    )
    strip, plate = rows(record, 0), rows(record, 1)
    np.testing.assert_allclose(strip[s.CURRENT], 1.0 * AREA, rtol=1e-12)
    np.testing.assert_allclose(plate[s.CURRENT], -2.0 * AREA, rtol=1e-12)
    assert (strip[s.VOLTAGE] > 0).all()
    np.testing.assert_allclose(plate[s.TIME].max() - plate[s.TIME].min(), 1800.0, rtol=1e-12)
    np.testing.assert_allclose(record.cycling[s.TIME].max(), 5400.0, rtol=1e-12)
    assert record.is_simulated
    assert record.area_m2 == pytest.approx(AREA)


def test_a_total_current_means_the_same_as_its_density(coated):
    one = simulate(coated, Protocol(["Plate at 78.5 uA for 1 hour"]))
    two = simulate(coated, Protocol(["Plate at 0.1 mA/cm2 for 1 hour"]))
    np.testing.assert_allclose(one.cycling[s.VOLTAGE], two.cycling[s.VOLTAGE], rtol=1e-12)


def test_a_voltage_stop_ends_the_step_where_it_is_met_and_the_next_goes_on_from_there(coated):
    protocol = Protocol(["Strip at 0.1 mA/cm2 until 30 mV or 1 hour", "Strip at 0.1 mA/cm2 for 10 minutes"])
    record = simulate(coated, protocol, rtol=1e-6)
    first, second = rows(record, 0), rows(record, 1)
    assert first[s.VOLTAGE][-1] == pytest.approx(0.030, abs=1e-6)
    assert (first[s.VOLTAGE][:-1] < 0.030).all()
    assert second[s.VOLTAGE][0] == pytest.approx(0.030, abs=1e-6)
    # the whole thing is one strip, so the voltages lie on the uninterrupted curve
    whole = simulate(coated, Protocol(["Strip at 0.1 mA/cm2 for 1 hour"]), rtol=1e-6)
    at = CubicSpline(whole.array(s.TIME), whole.array(s.VOLTAGE))(second[s.TIME].to_numpy())
    np.testing.assert_allclose(second[s.VOLTAGE], at, atol=5e-6)


def test_a_voltage_stop_works_on_both_signs_and_a_limit_already_met_ends_the_step_at_once(coated):
    record = simulate(coated, Protocol(["Plate at 0.1 mA/cm2 until 30 mV or 1 hour", "Rest for 1 hour"]))
    assert rows(record, 0)[s.VOLTAGE][-1] == pytest.approx(-0.030, abs=1e-6)
    record = simulate(coated, Protocol(["Plate at 0.1 mA/cm2 until 1 mV or 1 hour", "Rest for 1 hour"]))
    assert len(rows(record, 0)) == 1
    assert record.cycling[s.TIME].max() == pytest.approx(3600.0)


def test_a_hold_ends_at_its_current(coated):
    record = simulate(coated, Protocol(["Hold at 50 mV until 0.14 mA/cm2 or 5 hours"]))
    hold = rows(record, 0)
    np.testing.assert_allclose(hold[s.VOLTAGE], 0.05, rtol=1e-12)
    assert hold[s.CURRENT][-1] == pytest.approx(1.4 * AREA, rel=1e-4)
    assert hold[s.TIME][-1] < 5 * 3600


def test_the_safety_limit_ends_a_run_and_says_so(bare):
    weak = bare.override({"model.charge_transfer.exchange_current_density": "1e-5 mA/cm2",
                          "model.layer": None, "electrolyte.conductivity": "1e-8 S/cm"})  # fmt: skip
    record = simulate(weak, Protocol(["Plate at 0.1 mA/cm2 for 1 hour", "Rest for 1 hour"]))
    assert [e.name for e in record.events] == ["voltage limit"]
    assert [f.name for f in record.findings] == ["ended early"]
    assert len(rows(record, 1)) == 0


def test_spectra_stand_where_the_protocol_put_them_and_ageing_waits(coated):
    eis = "EIS from 1 MHz to 0.1 Hz"
    record = simulate(coated, Protocol([eis, "Plate at 0.1 mA/cm2 for 1 hour", eis, "Rest for 1 hour"]))
    plain = simulate(coated, Protocol(["Plate at 0.1 mA/cm2 for 1 hour", "Rest for 1 hour"]))
    first, second = record.spectra
    assert (first.time_s, second.time_s) == (0.0, 3600.0)
    assert len(first.frequency_Hz) == 71
    assert first.frequency_Hz[0] == pytest.approx(1e6)
    assert (first.impedance_ohm.imag < 0).all()
    np.testing.assert_allclose(record.cycling[s.VOLTAGE], plain.cycling[s.VOLTAGE], rtol=1e-12, atol=1e-15)
    assert record.table[s.STEP].is_sorted()


def test_crossing_filaments_are_events_and_a_run_can_end_there(bare):
    hot = bare.override({"model.filament.threshold_current": "0.3 mA/cm2"})
    protocol = Protocol.cycling("0.1 mA/cm2", "1 hour", 20, eis_at_cycles=[])
    record = simulate(hot, protocol, stop_on=("short",))
    names = [e.name for e in record.events]
    assert names[0] == "filament initiation"
    assert names[-1] == "short"
    short = record.events[-1]
    assert record.cycling[s.TIME].max() >= short.time_s
    assert record.cycling[s.TIME].max() < 20 * 7200
    before = record.cycling.filter(pl.col(s.TIME) < short.time_s - 1)[s.VOLTAGE].abs().max()
    after = simulate(hot, protocol).cycling.filter(pl.col(s.TIME) > short.time_s + 1)[s.VOLTAGE].abs().max()
    assert after < 0.5 * before


def test_crack_onset_is_located_inside_a_step(bare):
    """Parabolic growth: the interphase passes x_c at the closed-form time, whatever the steps."""
    record = simulate(bare, Protocol(["Rest for 400 hours"]))
    side = build(bare).system.sides[0]
    x = float(side.cracking.critical_thickness)
    growth = side.interphase
    per_charge = float(growth.molar_volume / growth.charge_number) / 96485.33212
    expected = (x / float(growth.reaction_conductance) + x**2 / (2 * float(growth.mixed_conductivity))) / (
        per_charge * float(growth.driving_potential)
    )
    onset = {e.side: e.time_s for e in record.events if e.name == "crack onset"}
    assert set(onset) == {1, 2}
    assert onset[1] == pytest.approx(expected, rel=5e-3)


def test_a_step_can_have_its_own_temperature(bare):
    warm = simulate(bare, Protocol(["Plate at 0.1 mA/cm2 for 1 hour (45 degC)"]))
    chamber = simulate(
        bare.override({"temperature": "45 degC"}), Protocol(["Plate at 0.1 mA/cm2 for 1 hour"])
    )
    np.testing.assert_allclose(warm.cycling[s.VOLTAGE], chamber.cycling[s.VOLTAGE], rtol=1e-9)
    cold = simulate(bare, Protocol(["Plate at 0.1 mA/cm2 for 1 hour"]))
    assert abs(warm.cycling[s.VOLTAGE][-1]) < 0.7 * abs(cold.cycling[s.VOLTAGE][-1])


def test_more_steps_change_little(coated):
    """The a-posteriori check of rtol: 24 against 96 steps a stage."""
    protocol = Protocol.cycling("0.3 mA/cm2", "1 hour", 3, eis_at_cycles=[])
    coarse, fine = simulate(coated, protocol), simulate(coated, protocol, rtol=1e-6)
    at = np.interp(coarse.array(s.TIME)[30:], fine.array(s.TIME), fine.array(s.VOLTAGE))
    inside = np.abs(np.abs(coarse.array(s.VOLTAGE)[30:]) - np.abs(at))
    assert np.median(inside) < 1e-5


def test_progress_reaches_the_end(coated):
    seen = []
    simulate(coated, Protocol.cycling("0.1 mA/cm2", "1 hour", 70, eis_at_cycles=[]),
             progress=lambda done, total: seen.append(done / total))  # fmt: skip
    assert seen[-1] == pytest.approx(1.0)
    assert seen == sorted(seen)
    assert len(seen) >= 3


def test_every_parameter_has_a_status_and_a_source(coated):
    record = simulate(coated, Protocol(["Rest for 1 minute"]))
    assert len(record.parameters) > 80
    for name, entry in record.parameters.items():
        assert entry["status"] in ("measured", "derived", "calibrated", "assumed", "memory"), name
        assert entry["source"], name
    assert record.provenance.references


def test_a_users_own_value_wins_and_is_marked(coated):
    mine = coated.override({"model.charge_transfer.exchange_current_density": "2 mA/cm2"})
    entry = build(mine).ledger()["1.charge_transfer.exchange_current_density"]
    assert entry["value"] == pytest.approx(2.0)
    assert entry["status"] == "measured"
    one_side = coated.override({"model.left.charge_transfer.exchange_current_density": "2 mA/cm2"})
    ledger = build(one_side).ledger()
    assert ledger["1.charge_transfer.exchange_current_density"]["value"] == pytest.approx(2.0)
    assert ledger["2.charge_transfer.exchange_current_density"]["status"] == "calibrated"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"model.charge_tranfer.x": 1}, ["charge_tranfer", "charge_transfer"]),
        (
            {"model.charge_transfer.exchange_curent_density": "1 mA/cm2"},
            ["exchange_curent", "exchange_current"],
        ),
        ({"model.charge_transfer.exchange_current_density": "1 mV"}, ["mV", "current density"]),
        ({"model.charge_transfer.exchange_current_density": 1.0}, ["no unit", "mA/cm2"]),
        ({"model.charge_transfer.symmetry_factor": 3}, ["0.05", "0.95"]),
        ({"model.ageing.law": "saturated"}, ["saturated", "saturating"]),
        ({"parameters": "ding2024-c"}, ["ding2024-c", "ding2024-a"]),
        ({"parameters": None}, ["area", "thickness"]),
    ],
)
def test_a_bad_model_table_is_refused_with_what_to_write(coated, changes, words):
    with pytest.raises(InputError) as caught:
        simulate(coated.override(changes), Protocol(["Rest for 1 minute"]))
    assert caught.value.exit_code == 2
    for word in words:
        assert word in str(caught.value)


def test_a_c_rate_needs_a_cathode(coated):
    with pytest.raises(ProtocolError, match="C-rate"):
        simulate(coated, Protocol(["Charge at 0.5C for 1 hour"]))


def test_a_step_without_end_is_refused(coated):
    from interlayer.protocol import CurrentStep

    with pytest.raises(ProtocolError):
        simulate(coated, Protocol([CurrentStep(areal=-1.0)]))


def test_inputs_are_not_altered(coated):
    before = coated.as_dict()
    protocol = Protocol(["Plate at 0.1 mA/cm2 for 1 hour"])
    text = protocol.to_toml()
    simulate(coated, protocol)
    assert coated.as_dict() == before
    assert protocol.to_toml() == text


def test_a_thick_porous_layer_depletes_of_salt_at_high_current():
    """Steady swing reaches 1 at i = 4 (RT/F) / R_DC: the closed-form limiting current of the layer."""
    cell = cells.load("ding2024/cuf2-30ul")
    made = build(cell).system
    layer = made.sides[0].layer
    coverage = float(made.sides[0].coverage.coverage(layer.thickness))
    direct = float(layer.ohmic_resistance(coverage, 298.15)) / float(layer.transference_number)
    limit = 4 * 8.314462618 * 298.15 / 96485.33212 / direct / 10  # mA/cm2
    below = simulate(cell, Protocol([f"Plate at {0.97 * limit:.6g} mA/cm2 for 20 hours"]))
    above = simulate(cell, Protocol([f"Plate at {1.03 * limit:.6g} mA/cm2 for 20 hours"]))
    assert "salt depletion" not in {e.name for e in below.events}
    assert "salt depletion" in {e.name for e in above.events}


def test_thin_lithium_is_exhausted_when_its_charge_has_passed(bare):
    """1 um of lithium is 0.206 mAh/cm2 (12.997 cm3/mol); the interphase takes its share, so a bit earlier."""
    thin = bare.override({"lithium.thickness": "1 um", "model.interphase.mixed_conductivity": "1e-15 S/cm"})
    record = simulate(thin, Protocol(["Strip at 0.1 mA/cm2 for 5 hours"]))
    (event,) = [e for e in record.events if e.name == "lithium exhausted"]
    assert event.side == 1
    assert event.time_s / 3600 == pytest.approx(2.06, rel=0.02)
    assert record.cycling[s.TIME].max() < 5 * 3600 * 1.001
    assert [f.name for f in record.findings] == ["ended early"]
