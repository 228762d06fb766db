"""Each check finds its defect, counts it, and is silent on a sound record."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from interlayer.record import Provenance, Record, checks
from interlayer.record import schema as s
from tests.writers import samples

MEASURED = Provenance(kind="measured")


def changed(**columns) -> Record:
    """The resistor record with some columns replaced; names of `schema` in lower case."""
    record = samples.cycling_record()
    labels = {k.lower(): v for k, v in vars(s).items() if isinstance(v, str)}
    return record.with_(
        table=record.table.with_columns(pl.Series(labels[k], v) for k, v in columns.items()),
        provenance=MEASURED,
    )


def only(findings, name):
    """The one finding of this name."""
    (finding,) = [f for f in findings if f.name == name]
    return finding


COLUMNS = samples.cycling_record().table
TIME = COLUMNS[s.TIME].to_numpy()
CURRENT = COLUMNS[s.CURRENT].to_numpy()


@pytest.mark.parametrize("record", [samples.cycling_record(), samples.eis_record(), samples.mixed_record()])
def test_sound_records_have_nothing_worse_than_a_note(record):
    findings = checks.run(record)
    assert {f.severity for f in findings} <= {"note"}
    assert {f.name for f in findings} <= {"absent_columns"}


def test_a_record_is_not_changed_by_looking_at_it():
    record = samples.mixed_record()
    before = record.table.clone()
    checks.run(record)
    assert record.table.equals(before)


def test_every_check_bears_an_empty_record_and_one_of_nulls():
    for height in (0, 1, 30):
        table = pl.DataFrame({s.TIME: pl.Series([None] * height, dtype=pl.Float64)})
        checks.run(Record(table=table, provenance=MEASURED))


def test_no_rows():
    assert only(checks.run(Record(pl.DataFrame(), MEASURED)), "no_rows").severity == "error"


def test_missing_columns_are_listed():
    record = Record(pl.DataFrame({s.TIME: [0.0, 1.0], s.VOLTAGE: [1.0, 1.0]}), MEASURED)
    assert only(checks.missing_columns(record), "missing_columns").detail == f"not in the file: {s.CURRENT}"
    assert s.TEMPERATURE in only(checks.missing_columns(record), "absent_columns").detail
    assert s.FREQUENCY not in only(checks.missing_columns(record), "absent_columns").detail


def test_time_running_backwards():
    time = TIME.copy()
    time[[10, 30]] = time[[9, 29]] - 7.0
    finding = only(checks.time_backwards(changed(time=time)), "time_backwards")
    assert (finding.rows, finding.severity) == (2, "error")
    assert "after 2700 s, by at most 7 s" in finding.detail  # row 9 stands at 9 x 300 s


def test_a_pause_within_a_step_is_a_gap_and_one_between_steps_is_not():
    within, between = TIME.copy(), TIME.copy()
    within[5:] += 36000
    between[samples.ROWS_A_STEP :] += 36000
    finding = only(checks.gaps(changed(time=within)), "gaps")
    assert finding.rows == 1
    assert "36300 s, begins at 1200 s" in finding.detail
    assert checks.gaps(changed(time=between)) == ()


@pytest.mark.parametrize("label", [s.UNIX_TIME, checks.LOCAL_TIME])
def test_clock_against_elapsed_time(label):
    record = samples.cycling_record()

    def with_clock(clock):
        return record.with_(table=record.table.with_columns(pl.Series(label, clock)))

    assert checks.clock(with_clock(1.7e9 + TIME)) == ()
    paused = 1.7e9 + TIME + np.where(np.arange(len(TIME)) >= 20, 900.0, 0.0)
    finding = only(checks.clock(with_clock(paused)), "clock_disagrees")
    assert finding.rows == len(TIME) - 20
    assert "900 s, first at" in finding.detail
    # A clock that advances by microseconds where seconds pass: a real defect of another reader.
    slow = 1.7e9 + TIME * 1e-6
    assert only(checks.clock(with_clock(slow)), "clock_disagrees").rows == len(TIME) - 1


@pytest.mark.parametrize("factor", [1.05, 0.95, 1000.0, 1 / 3600, -1.0])
def test_capacity_against_the_integral_of_the_current(factor):
    sound = samples.cycling_record()
    assert checks.capacity(sound) == ()
    wrong = changed(
        charge_capacity=COLUMNS[s.CHARGE_CAPACITY] * factor,
        discharge_capacity=COLUMNS[s.DISCHARGE_CAPACITY] * factor,
    )
    finding = only(checks.capacity(wrong), "capacity_disagrees")
    assert f"advances {factor:.4g} times" in finding.detail
    assert finding.rows == 4 * (samples.ROWS_A_STEP - 1)


def test_noise_at_rest_is_no_charge():
    """A long rest at half a percent of the current, with the counter standing still, is in order."""
    sound = samples.cycling_record()
    rest = pl.DataFrame(
        {
            s.TIME: TIME[-1] + 1 + np.arange(400) * 900.0,
            s.VOLTAGE: 0.0,
            s.CURRENT: 0.005 * samples.CURRENT_A,
            s.STEP: 9,
            s.CHARGE_CAPACITY: 0.0,
            s.DISCHARGE_CAPACITY: 0.0,
        }
    )
    table = pl.concat([sound.table, rest], how="diagonal_relaxed")
    assert checks.capacity(sound.with_(table=table)) == ()


def test_capacity_in_the_other_counters_of_the_instrument():
    charge = np.concatenate(([0.0], np.cumsum(np.diff(TIME) * (CURRENT[1:] + CURRENT[:-1]) / 2)))
    base = samples.cycling_record()
    for label, unit in (("(Q-Qo) / mA.h", 3.6), ("(Q-Qo) / C", 1.0)):
        good = base.with_(table=base.table.with_columns(pl.Series(label, charge / unit)))
        assert checks.capacity(good) == (), label
        bad = base.with_(table=base.table.with_columns(pl.Series(label, -charge / unit)))
        assert "(Q-Qo) advances -1 times" in only(checks.capacity(bad), "capacity_disagrees").detail


def test_sign_of_the_current_against_the_kind_of_step():
    record = samples.cycling_record()
    kinds = ["CC_Chg" if current > 0 else "CC_DChg" for current in CURRENT]

    def with_kinds(values):
        return record.with_(table=record.table.with_columns(pl.Series("Step Type / 1", values)))

    assert checks.current_sign(with_kinds(kinds)) == ()
    inverted = ["CC_DChg" if kind == "CC_Chg" else "CC_Chg" for kind in kinds]
    findings = checks.current_sign(with_kinds(inverted))
    assert [f.rows for f in findings] == [2 * (samples.ROWS_A_STEP - 2)] * 2
    # Where the step changes, a row may still show its neighbour's current.
    late = [kinds[0], *kinds[:-1]]
    assert checks.current_sign(with_kinds(late)) == ()


def test_sign_of_the_current_against_ox_and_red_only_under_current_control():
    record = samples.cycling_record()
    inverted = pl.Series("ox/red / 1", (CURRENT < 0).astype(float))
    for mode, count in ((1.0, 2), (2.0, 0)):
        table = record.table.with_columns(inverted, pl.lit(mode).alias("mode / 1"))
        assert len(checks.current_sign(record.with_(table=table))) == count


def test_clipped_voltage_needs_a_range_limit_and_a_constant_current():
    voltage = np.linspace(3.0, 6.0, len(TIME))
    clipped = np.minimum(voltage, 5.0)
    steady = np.full(len(TIME), 1e-4)
    finding = only(checks.clipped_voltage(changed(voltage=clipped, current=steady)), "clipped_voltage")
    assert finding.rows == (voltage >= 5.0).sum()
    assert "exactly 5 V" in finding.detail
    assert checks.clipped_voltage(changed(voltage=voltage, current=steady)) == ()
    # Constant-voltage charging holds the same value while the current decays.
    decaying = np.where(voltage >= 5.0, 1e-4 * np.exp(-np.arange(len(TIME)) / 10), 1e-4)
    assert checks.clipped_voltage(changed(voltage=clipped, current=decaying)) == ()
    # A flat 40 mV plateau of a symmetric cell is what one hopes for.
    assert checks.clipped_voltage(changed(voltage=np.full(len(TIME), 0.04), current=steady)) == ()


def test_blank_zero_and_repeated_rows():
    voltage = COLUMNS[s.VOLTAGE].to_list()
    voltage[4] = voltage[8] = None
    assert only(checks.blank_points(changed(voltage=voltage)), "blank_values").rows == 2
    record = samples.cycling_record()
    zero = record.table.head(1).with_columns(pl.lit(0.0).alias(x) for x in (s.TIME, s.VOLTAGE, s.CURRENT))
    parts = [record.table.head(3), record.table[2], zero, record.table.tail(3)]
    table = pl.concat(parts)
    assert only(checks.zero_rows(record.with_(table=table)), "zero_rows").rows == 1
    assert only(checks.duplicate_rows(record.with_(table=table)), "duplicate_rows").rows == 1


def test_modulus_of_the_impedance():
    record = samples.eis_record(1)
    modulus = np.abs(samples.impedance(record.spectra[0].frequency_Hz))

    def with_modulus(values):
        return record.with_(table=record.table.with_columns(pl.Series("|Z| / Ohm", values)))

    assert checks.impedance_modulus(with_modulus(modulus)) == ()
    finding = only(checks.impedance_modulus(with_modulus(modulus[::-1])), "impedance_modulus")
    assert finding.severity == "error"


@pytest.mark.parametrize(
    ("header", "area_m2", "name"),
    [
        (0.001, None, "header_area_default"),
        (0.0, 0.785e-4, "header_area_default"),
        (0.785, None, "header_area_unused"),
        (0.785, 1.13e-4, "header_area_differs"),
        (0.785, 0.785e-4, None),
        (None, None, None),
    ],
)
def test_area_in_the_header(header, area_m2, name):
    extra = {} if header is None else {"header_area_cm2": header}
    record = Record(pl.DataFrame(), Provenance("measured", extra=extra), area_m2=area_m2)
    assert [f.name for f in checks.header_area(record)] == ([name] if name else [])


def test_every_check_is_listed():
    own = [
        f for n, f in vars(checks).items() if callable(f) and getattr(f, "__module__", "") == checks.__name__
    ]
    takes_record = [
        f for f in own if list(f.__annotations__.values()) == ["Record", "Findings"] and f is not checks.run
    ]
    listed = [c.__name__ for c in checks.ALL_CHECKS if c.__module__ == checks.__name__]
    assert sorted(f.__name__ for f in takes_record) == sorted(listed)
    assert {c.__name__ for c in checks.ALL_CHECKS} >= {"control", "half_cycle_numbers", "default_amounts"}
