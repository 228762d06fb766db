"""Cycling data out of a table: which column is what, in which unit, with which sign, and when each row was taken.

Shared by the readers of cyclers' text and Excel exports and by the plain tables. What a header states is taken;
what it does not state is assumed and said in a finding; what cannot be decided is refused with what to say.
"""

from __future__ import annotations

import re
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from interlayer.errors import ReadError
from interlayer.readers import (
    cycling_roles,
    delimited,
    given_current,
    number_table,
    started,
    step_labels,
    timestamps,
)
from interlayer.readers.contract import RawRecord
from interlayer.readers.cycling_format import PLAIN, Format, with_format
from interlayer.readers.cycling_labels import (
    CAPACITY_RAW,
    COUNTER,
    CURRENT_DENSITY,
    STEP_COUNT_RAW,
    STEP_RAW,
    STEP_TIME,
    WORKING,
)
from interlayer.readers.cycling_quantities import (
    number_steps,
    say_coarse_current,
    sign_current,
    split_capacities,
)
from interlayer.readers.cycling_roles import CyclingRole
from interlayer.readers.cycling_times import fill_times, step_clock
from interlayer.readers.delimited import Sheet
from interlayer.readers.options import ReadOptions
from interlayer.record import schema as s
from interlayer.record.checks import LOCAL_TIME, STEP_TYPE
from interlayer.record.record import Finding

FloatArray = NDArray[np.float64]

_MOST_EXTRAS: Final = 80
_FINE_ENOUGH_S: Final = 2.0
_ROW_NUMBER: Final = re.compile(
    r"(data[ _]?points?|data ?set|index|record|record[ _]?(index|id|no\.?|number)"
    r"|rec ?#?|channel_index|序号|(数据|记录)序号|nr\.?|no\.?)"
)
_WITH_UNIT: Final = frozenset(
    ("time", "step_time", "voltage", "current", "charge_capacity", "discharge_capacity", "capacity")
)
_ZERO_SENSOR: Final = ("temperature", "pressure")


def to_record(sheet: Sheet, options: ReadOptions | None = None, form: Format = PLAIN) -> RawRecord:
    """Return what a table of cycling data says.

    Parameters
    ----------
    sheet : Sheet
    options : ReadOptions, optional
        Current and order of dates that a person states.
    form : Format, optional
        What the format fixes.

    Raises
    ------
    ReadError
        If it has neither a time nor a voltage, or not a single row in which either can be read.
    """
    options = options or ReadOptions()
    sheet = with_format(sheet, form)
    roles = {role.kind: (i, role) for i, role in sheet.roles.items()}
    if not roles.keys() & {
        "time",
        "step_time",
        "datetime",
        "unix_time",
        "voltage",
        "working_potential",
        "counter_potential",
    }:
        raise ReadError(
            f"neither a time nor a voltage; its columns: {delimited.words(sheet.names)}",
            advice='name them in their order, for instance --columns "time h,voltage V,current mA"',
        )
    findings: list[Finding] = list(sheet.findings)
    columns: dict[str, pl.Series] = {}
    clock = fill_times(sheet, roles, columns, findings, form, options)
    _potentials(sheet, roles, columns, findings)
    _numbers(sheet, roles, columns, findings)
    _refuse_summary(columns)
    _labels(sheet, roles, columns, findings, form)
    kept = _usable(sheet, roles, columns, findings)
    extras = _extras(sheet, roles, columns, findings)
    table = pl.DataFrame(columns | extras)
    if not kept.all():
        table = table.filter(pl.Series(kept))
    table = _not_finite(table, sheet, findings)
    table = step_clock(table, roles, findings)
    table = number_steps(table)
    table = sign_current(table, findings, options)
    say_coarse_current(table, sheet, roles, findings)
    table = split_capacities(table, findings, form)
    _say_units(sheet, findings)
    _say_columns(sheet, findings)
    extra = _facts(table, sheet, clock, findings)
    unix = _started_unix(table)
    drop = [
        c for c in (given_current.DIRECTION, CAPACITY_RAW, STEP_RAW, STEP_COUNT_RAW) if c in table.columns
    ]
    return RawRecord(
        table.drop(drop), tuple(findings), complete=sheet.complete, started_unix_s=unix, extra=extra
    )


# --- voltage, numbers, labels ----------------------------------------------------------------------------


def _potentials(
    sheet: Sheet,
    roles: dict[str, tuple[int, CyclingRole]],
    columns: dict[str, pl.Series],
    findings: list[Finding],
) -> None:
    """Voltage of the cell, and the potentials of its electrodes if there is a third."""
    read = {
        kind: sheet.frame[str(roles[kind][0])].cast(pl.Float64, strict=False) * roles[kind][1].factor("V")
        for kind in ("voltage", "working_potential", "counter_potential")
        if kind in roles
    }
    if "voltage" in read:
        columns[s.VOLTAGE] = read["voltage"]
    elif read.keys() >= {"working_potential", "counter_potential"}:
        columns[s.VOLTAGE] = read["working_potential"] - read["counter_potential"]
        findings.append(
            Finding(
                "voltage_from_potentials",
                "the voltage is the working less the counter electrode's potential",
                "note",
            )
        )
    elif "working_potential" in read:
        columns[s.VOLTAGE] = read.pop("working_potential")
        findings.append(
            Finding(
                "voltage_is_working_potential",
                "the file has the working electrode's potential only; it is taken for the voltage, which is right "
                "with two electrodes",
            )
        )
    if "working_potential" in read:
        columns[WORKING] = read["working_potential"]
    if "counter_potential" in read:
        columns[COUNTER] = read["counter_potential"]


def _numbers(
    sheet: Sheet,
    roles: dict[str, tuple[int, CyclingRole]],
    columns: dict[str, pl.Series],
    findings: list[Finding],
) -> None:
    for kind, label, unit in (
        ("current", s.CURRENT, "A"),
        ("current_density", CURRENT_DENSITY, "A/m2"),
        ("charge_capacity", s.CHARGE_CAPACITY, "Ah"),
        ("discharge_capacity", s.DISCHARGE_CAPACITY, "Ah"),
        ("capacity", CAPACITY_RAW, "Ah"),
    ):
        if kind not in roles:
            continue
        place, role = roles[kind]
        columns[label] = sheet.frame[str(place)].cast(pl.Float64, strict=False) * role.factor(unit)
    for kind, label in (("step", STEP_RAW), ("step_count", STEP_COUNT_RAW), ("cycle", s.CYCLE)):
        if kind not in roles:
            continue
        place, _ = roles[kind]
        column = sheet.frame[str(place)]
        number = column.cast(pl.Float64, strict=False)
        if number.null_count() == len(number):
            if kind != "cycle" and column.dtype == pl.String:
                columns[label] = column
            continue
        whole = bool((number.drop_nulls() % 1 == 0).all())
        if kind == "cycle" and not whole:
            findings.append(
                Finding("cycle_not_whole", f"'{sheet.names[place]}' holds no whole numbers; it is kept aside")
            )
            continue
        columns[label] = number.cast(pl.Int64, strict=False) if whole else number
    if s.CYCLE in columns:
        _cycle_jumps(columns[s.CYCLE], findings)


def _refuse_summary(columns: dict[str, pl.Series]) -> None:
    """Refuse a table with one row a cycle or a step."""
    if s.VOLTAGE in columns or s.CURRENT in columns or s.CYCLE not in columns:
        return
    if STEP_TIME in columns and s.TIME not in columns:
        raise ReadError(
            "a summary with one row a step, without voltage and current: no rows of a test",
            advice="export the rows that the cycler recorded",
        )
    cycle = columns[s.CYCLE].drop_nulls()
    if len(cycle) > 1 and bool((cycle.diff().drop_nulls() > 0).all()):
        raise ReadError(
            f"a summary with one row a cycle ({len(cycle)} rows), without voltage and current: no rows of a test",
            advice="export the rows that the cycler recorded",
        )


def _cycle_jumps(cycle: pl.Series, findings: list[Finding]) -> None:
    jumps = cycle.drop_nulls().diff().drop_nulls()
    over = jumps.filter(jumps > 1)
    if len(over):
        findings.append(
            Finding("cycles_missing", "numbers of cycles are left out", rows=int((over - 1).sum()))
        )


def _labels(
    sheet: Sheet,
    roles: dict[str, tuple[int, CyclingRole]],
    columns: dict[str, pl.Series],
    findings: list[Finding],
    form: Format,
) -> None:
    """Labels of steps in one spelling, and the direction that they state."""
    if "step_type" not in roles:
        return
    column = sheet.frame[str(roles["step_type"][0])]
    if column.dtype != pl.String or column.cast(pl.Float64, strict=False).null_count() < 0.5 * len(column):
        return  # numbers of a code that only the instrument knows
    known = {text: step_labels.normalise(text) for text in column.unique().drop_nulls().to_list()}
    labels = column.replace_strict(known, default=None, return_dtype=pl.String)
    columns[STEP_TYPE] = labels
    directions = {label: step_labels.direction(label) for label in known.values()}
    columns[given_current.DIRECTION] = labels.replace_strict(
        directions, default=None, return_dtype=pl.Float64
    )
    unread = sorted(label for label, value in directions.items() if value is None and label)
    if unread:
        shown = ", ".join(unread)[:200]
        parted = form.net_capacity_of_step and not {"charge_capacity", "discharge_capacity"} & roles.keys()
        effect = "; charge and discharge of these steps are not told apart" if parted else ""
        findings.append(
            Finding(
                "labels_unread",
                f"labels of steps that say no direction: {shown}{effect}",
                "warning" if parted else "note",
            )
        )


def _usable(
    sheet: Sheet,
    roles: dict[str, tuple[int, CyclingRole]],
    columns: dict[str, pl.Series],
    findings: list[Finding],
) -> NDArray[np.bool_]:
    """Rows that are data: not a second line of names, not a sum below the table."""
    count = len(sheet.frame)
    has: dict[str, NDArray[np.bool_]] = {
        label: columns[label].is_not_null().to_numpy()
        for label in (s.TIME, STEP_TIME, s.VOLTAGE, s.CURRENT, CURRENT_DENSITY)
        if label in columns
    }
    timed = has.get(s.TIME, has.get(STEP_TIME))
    measured = np.zeros(count, dtype=np.bool_)
    for label in (s.VOLTAGE, s.CURRENT):
        if label in has:
            measured |= has[label]
    kept = measured.copy() if s.VOLTAGE in has or s.CURRENT in has else np.ones(count, dtype=np.bool_)
    if timed is not None:
        kept |= timed
        words = np.zeros(count, dtype=np.bool_)
        for kind in ("time", "datetime"):
            if kind in roles and sheet.frame[str(roles[kind][0])].dtype == pl.String:
                cell = sheet.frame[str(roles[kind][0])]
                words |= ((cell != "").fill_null(value=False)).to_numpy() & ~timed
        kept &= ~words
    if kept.all():
        return kept
    if not kept.any():
        raise ReadError(
            "not a single row in which a time or a voltage can be read",
            advice="look whether the columns are those that their names say, or name them with --columns",
        )
    lost = np.flatnonzero(~kept)
    findings.append(
        Finding(
            "rows_left_out",
            f"{len(lost)} rows without a time and without values, or with words in their place, the first "
            f"{int(lost[0]) + 1} rows below the names",
            rows=len(lost),
        )
    )
    return kept


def _not_finite(table: pl.DataFrame, sheet: Sheet, findings: list[Finding]) -> pl.DataFrame:
    """NaN and infinite numbers become blanks, counted where they were measured."""
    del sheet
    floats = [c for c, kind in table.schema.items() if kind == pl.Float64]
    odd = (
        table.select((~pl.col(c).is_finite()).sum().alias(c) for c in floats).row(0, named=True)
        if floats
        else {}
    )
    named = {c: n for c, n in odd.items() if n and c in (s.TIME, s.VOLTAGE, s.CURRENT)}
    if named:
        shown = ", ".join(f"{label}: {n}" for label, n in named.items())
        findings.append(
            Finding(
                "not_finite",
                f"values that are no finite numbers, read as blank ({shown})",
                rows=max(named.values()),
            )
        )
    return table.with_columns(
        pl.when(pl.col(c).is_finite()).then(pl.col(c)).alias(c) for c, n in odd.items() if n
    )


# --- what else the table has -----------------------------------------------------------------------------


def _extras(
    sheet: Sheet,
    roles: dict[str, tuple[int, CyclingRole]],
    columns: dict[str, pl.Series],
    findings: list[Finding],
) -> dict[str, pl.Series]:
    """Every further column of numbers under its own name and unit; the temperature of the cell under ours."""
    used = {place for kind, (place, _) in roles.items() if kind not in ("temperature", "pressure")}
    made: dict[str, pl.Series] = {}
    silent: list[str] = []
    if "temperature" in roles:
        place, role = roles["temperature"]
        column = sheet.frame[str(place)].cast(pl.Float64, strict=False)
        known = column.drop_nulls()
        if len(known) and bool((known == 0).all()):
            silent.append(sheet.names[place] or "temperature")
        elif len(known):
            made[s.TEMPERATURE] = column - 273.15 if role.unit == "K" else column
        used.add(place)
    left: list[str] = []
    for place, name in enumerate(sheet.names):
        column = sheet.frame[str(place)]
        if place in used or not name.strip() or _ROW_NUMBER.fullmatch(name.strip().lower()):
            continue
        role = roles["pressure"][1] if roles.get("pressure", (-1, None))[0] == place else None
        if column.dtype != pl.Float64:
            if column.null_count() < len(column):
                left.append(name)
            continue
        if column.null_count() == len(column):
            continue
        words, unit = cycling_roles.parted(name)
        unit = role.unit if role is not None and role.unit else unit
        label = f"{_title(words)} / {unit or '1'}"
        if label in columns or label in made or label in s.CORE_LABELS or len(made) >= _MOST_EXTRAS:
            left.append(name)
            continue
        if (role is not None or cycling_roles.role_of(name) in _sensors(name)) and bool(
            (column.drop_nulls() == 0).all()
        ):
            silent.append(name)
            continue
        made[label] = column
    if "pressure" in roles and not sheet.names[roles["pressure"][0]].strip():
        place, role = roles["pressure"]
        made[f"Pressure / {role.unit}"] = sheet.frame[str(place)].cast(pl.Float64, strict=False)
    if silent:
        findings.append(
            Finding(
                "sensors_silent",
                "exactly 0 in all rows, as without a sensor; left out: " + ", ".join(silent),
                "note",
            )
        )
    if left:
        findings.append(Finding("columns_left_out", "not read: " + ", ".join(left)[:200], "note"))
    return made


def _sensors(name: str) -> tuple[CyclingRole, ...]:
    role = cycling_roles.role_of(name)
    return (role,) if role is not None and role.kind in _ZERO_SENSOR else ()


def _title(words: str) -> str:
    return " ".join(words.replace("_", " ").split())


def _say_units(sheet: Sheet, findings: list[Finding]) -> None:
    """Say which columns name no unit, and how they are read."""
    assumed: list[tuple[str, str, str]] = []
    for place, role in sorted(sheet.roles.items()):
        if role.stated or not role.unit or role.kind not in _WITH_UNIT:
            continue
        column = sheet.frame[str(place)]
        if (
            column.dtype == pl.String
            and column.drop_nulls().head(20).cast(pl.Float64, strict=False).null_count()
        ):
            continue  # h:m:s or dates say it themselves
        assumed.append((role.kind, sheet.names[place] or f"column {place + 1}", role.unit))
    if not assumed:
        return
    shown = ", ".join(f"'{name}' in {unit}" for _, name, unit in assumed)
    heavy = any(kind in ("time", "step_time", "current") for kind, _, _ in assumed)
    findings.append(
        Finding(
            "unit_assumed",
            f'names without a unit are read as {shown} (--columns, such as "time h,current mA", says otherwise)',
            "warning" if heavy else "note",
        )
    )


def _say_columns(sheet: Sheet, findings: list[Finding]) -> None:
    shown = [
        f"{role.kind.replace('_', ' ')}: {sheet.names[i] or f'column {i + 1}'}"
        + (f" in {role.unit}" if role.unit and (not role.stated or not sheet.names[i]) else "")
        for i, role in sorted(sheet.roles.items())
    ]
    findings.append(Finding("columns_read", "; ".join(shown)[:400], "note"))


def say_form(sheet: Sheet, findings: list[Finding]) -> None:
    """Say which delimiter and decimal mark were found."""
    word = number_table.NAMES.get(sheet.delimiter, sheet.delimiter)
    mark = "comma" if sheet.decimal == "," else "point"
    findings.append(Finding("table_form", f"values between {word}s, decimal {mark}", "note"))


def _facts(
    table: pl.DataFrame, sheet: Sheet, clock: timestamps.Timestamps | None, findings: list[Finding]
) -> dict[str, Any]:
    del sheet, findings
    extra: dict[str, Any] = {}
    if clock is None or clock.ambiguous or LOCAL_TIME not in table.columns or s.TIME not in table.columns:
        return extra
    first = table.select((pl.col(LOCAL_TIME) - pl.col(s.TIME)).drop_nulls().first()).item()
    if first is not None and 0 <= float(first) < 253402300800:
        extra |= started.local(float(first))
        extra["clock"] = "local time of the measuring computer; the file does not tell its time zone"
    return extra


def _started_unix(table: pl.DataFrame) -> float | None:
    if s.UNIX_TIME not in table.columns or s.TIME not in table.columns:
        return None
    first = table.select((pl.col(s.UNIX_TIME) - pl.col(s.TIME)).drop_nulls().first()).item()
    return None if first is None else float(first)
