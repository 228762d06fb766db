"""What reading a mutant may do: refuse it, say what is odd, or return what the file says - never anything else.

The truth is the table of the sound file. A mutation touches a known number of places, so a table that is returned
without a word may differ in no more rows than it touched; whole columns may change only together with the heading
that names or scales them.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from interlayer.record import Record, schema

TOUCHED: Final = {
    "cut": 1,
    "flip_bits": 8,
    "set_bytes": 20,
    "insert_token": 2,
    "replace_number": 2,
    "replace_length": 3,
    "swap_lines": 2,
    "drop_column": 1,
    "other_encoding": 1,
    "append_junk": 1,
    "zero_block": 2,
    "remove_block": 2,
    "double_block": 2,
}
"""Rows that a mutation can alter without a reader being able to notice; blocks touch only their two ends.

Four bytes reach three numbers of two bytes each.
"""

COUNTED: Final = (schema.SPECTRUM, schema.STEP, schema.CYCLE, "Step Type / 1")
"""Columns that readers count from the order of the rows: two swapped rows rightly make two sweeps of one. A label
that an export in levels prints once a step stands in all its rows."""


def quiet(record: Record, sound: Record) -> bool:
    """Whether a record claims to be as sound as the original."""
    known = {f.name for f in sound.findings}
    return record.complete and not any(f.severity != "note" and f.name not in known for f in record.findings)


def silently_wrong(mutation: str, record: Record, sound: Record) -> str:
    """Return what is wrong with a table that was returned without a word, or an empty text."""
    if not quiet(record, sound):
        return ""
    allowed = sum(TOUCHED[name] for name in mutation.split("+"))
    if record.columns != sound.columns:
        # Another heading: a column more or less, which the note on missing columns names.
        return ""
    values = [c for c in sound.columns if c not in COUNTED]
    # Where a heading was lost and the same is in the file in another form, its last digits are others.
    new = {f.name for f in record.findings} - {f.name for f in sound.findings}
    close = 1e-6 if "impedance_from_modulus" in new else 0.0
    strange = [c for c in values if _strange(record.table[c], sound.table[c], close) > allowed]
    if not strange:
        return ""
    if all(_rescaled(record.table[c], sound.table[c]) for c in strange):
        return ""
    return f"{', '.join(strange)}: more than {allowed} values that are not in the sound file"


def _strange(column: pl.Series, sound: pl.Series, close: float) -> int:
    """How many values of a column are not, or not closely, among those of the sound file."""
    if close and column.dtype.is_float():
        known, new = np.unique(sound.drop_nulls().to_numpy()), column.drop_nulls().to_numpy()
        if not known.size:
            return new.size
        at = np.clip(np.searchsorted(known, new), 1, known.size - 1)
        off = np.minimum(np.abs(new - known[at - 1]), np.abs(new - known[at]))
        return int((off > close * np.abs(new)).sum())
    known = sound.unique()
    return int((~column.is_in(known.implode(), nulls_equal=True)).sum())


def _rescaled(column: pl.Series, sound: pl.Series) -> bool:
    """Whether a column is the sound one times one number, or shifted by one: its heading or origin changed."""
    if len(column) != len(sound) or not column.dtype.is_numeric():
        return False
    new, old = (x.cast(pl.Float64).fill_null(float("nan")).to_numpy() for x in (column, sound))
    good = np.isfinite(new) & np.isfinite(old)
    if good.sum() < 3:
        return False
    scale = np.abs(new[good]).max() or 1.0
    ratio = (new[good] @ old[good]) / max(old[good] @ old[good], 1e-300)
    shift = float(np.median(new[good] - old[good]))
    scaled = np.abs(new[good] - ratio * old[good]).max() <= 1e-6 * scale
    shifted = np.abs(new[good] - old[good] - shift).max() <= 1e-6 * scale
    return bool(scaled or shifted)
