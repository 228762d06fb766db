"""Steps, current and charge of a table of cycling data: numbered, signed and parted by direction."""

from __future__ import annotations

from typing import Final

import polars as pl

from interlayer.errors import ReadError
from interlayer.readers import (
    given_current,
)
from interlayer.readers.cycling_format import Format
from interlayer.readers.cycling_labels import (
    CAPACITY_RAW,
    CURRENT_DENSITY,
    NET_CAPACITY,
    STEP_COUNT_RAW,
    STEP_NUMBER,
    STEP_RAW,
    STEP_TIME,
)
from interlayer.readers.cycling_roles import CyclingRole
from interlayer.readers.delimited import Sheet
from interlayer.readers.options import ReadOptions
from interlayer.record import schema as s
from interlayer.record.checks import STEP_TYPE
from interlayer.record.record import Finding

_COARSE: Final = 0.02


def number_steps(table: pl.DataFrame) -> pl.DataFrame:
    """Number the steps from 0 through repeats: where the number, the label or the cycle changes, or its time resets."""
    sources = [c for c in (STEP_COUNT_RAW, STEP_RAW, STEP_TYPE) if c in table.columns]
    if not sources and STEP_TIME not in table.columns:
        return table
    # A loop to the same step begins its time anew; where there is no such time, the cycle shows it.
    if s.CYCLE in table.columns and STEP_TIME not in table.columns:
        sources.append(s.CYCLE)
    change = pl.any_horizontal(
        pl.int_range(pl.len()) == 0, *(pl.col(c).ne_missing(pl.col(c).shift()) for c in sources)
    )
    if STEP_TIME in table.columns:
        change |= (pl.col(STEP_TIME) < pl.col(STEP_TIME).shift()).fill_null(value=False)
    step = table.select(change.cast(pl.Int64).cum_sum().alias("n") - 1).to_series()
    made = [step.alias(s.STEP)]
    raw = STEP_RAW if STEP_RAW in table.columns else STEP_COUNT_RAW
    if raw in table.columns and table.schema[raw] == pl.Int64:
        made.append(table[raw].alias(STEP_NUMBER))
    return table.with_columns(made)


def sign_current(
    table: pl.DataFrame,
    findings: list[Finding],
    options: ReadOptions,
) -> pl.DataFrame:
    """Fill in a stated current, or sign a printed one by the labels of its steps.

    Raises
    ------
    ReadError
        If the table has a current and another is stated.
    """
    label = next(
        (
            c
            for c in (s.CURRENT, CURRENT_DENSITY)
            if c in table.columns and table[c].null_count() < len(table)
        ),
        "",
    )
    has = bool(label)
    if options.current is not None:
        if has:
            raise ReadError(
                "the table has a current of its own, and --current states another",
                advice="leave --current out, or call that column skip in --columns",
            )
        return given_current.fill(table, given_current.parse(options.current, options.area_m2), findings)
    if not has or given_current.DIRECTION not in table.columns:
        return table
    current = table[label]
    direction = table[given_current.DIRECTION]
    wrong = (direction < 0) & (current > 0)
    if not bool(wrong.any()) or bool((current < 0).any()):
        return table
    unlabelled = int(((direction.is_null()) & (current != 0)).sum())
    findings.append(
        Finding(
            "current_signed_by_label",
            "the current is printed without a sign; it is < 0 where the label of the step says discharge"
            + (f"; {unlabelled} rows without such a label stay > 0" if unlabelled else ""),
            "warning" if unlabelled else "note",
            int(wrong.sum()),
        )
    )
    signed = pl.when(pl.col(given_current.DIRECTION) < 0).then(-pl.col(label)).otherwise(pl.col(label))
    return table.with_columns(signed.alias(label))


def say_coarse_current(
    table: pl.DataFrame, sheet: Sheet, roles: dict[str, tuple[int, CyclingRole]], findings: list[Finding]
) -> None:
    """Say if a current is printed with so few digits that its integral is no charge."""
    if "current" not in roles or s.CURRENT not in table.columns:
        return
    place, role = roles["current"]
    digits = sheet.decimals.get(place, -1)
    largest = table[s.CURRENT].abs().max()
    if digits < 2 or largest is None or float(str(largest)) == 0:
        return
    step = abs(role.factor("A")) * 10.0**-digits
    share = step / float(str(largest))
    if share > _COARSE:
        findings.append(
            Finding(
                "coarse_current",
                f"the current is printed in steps of {step * 1e3:.3g} mA, {share:.0%} of its largest value; the charge "
                "that the cycler counted is better than its integral",
            )
        )


def split_capacities(table: pl.DataFrame, findings: list[Finding], form: Format) -> pl.DataFrame:
    """Count capacities positive, and part one that is counted in each step by the direction of its current."""
    for label in (s.CHARGE_CAPACITY, s.DISCHARGE_CAPACITY):
        if label not in table.columns:
            continue
        column = table[label].drop_nulls()
        if len(column) and bool((column <= 0).all()) and bool((column < 0).any()):
            table = table.with_columns((-pl.col(label)).alias(label))
            findings.append(
                Finding("capacity_turned", f"'{label}' is printed negative; it is counted positive", "note")
            )
    if CAPACITY_RAW not in table.columns:
        return table
    if not form.net_capacity_of_step:
        return table.with_columns(pl.col(CAPACITY_RAW).alias("Capacity / Ah"))
    made = [pl.col(CAPACITY_RAW).alias(NET_CAPACITY)]
    if s.CHARGE_CAPACITY not in table.columns and s.DISCHARGE_CAPACITY not in table.columns:
        if given_current.DIRECTION in table.columns:
            sign = pl.col(given_current.DIRECTION)
        elif s.CURRENT in table.columns:
            sign = pl.col(s.CURRENT).sign()
        else:
            return table.with_columns(made)
        size = pl.col(CAPACITY_RAW).abs()
        made += [
            (sign.clip(lower_bound=0.0) * size).alias(s.CHARGE_CAPACITY),
            # No -0.0 at rest.
            ((-sign).clip(lower_bound=0.0) * size + 0.0).alias(s.DISCHARGE_CAPACITY),
        ]
    return table.with_columns(made)
