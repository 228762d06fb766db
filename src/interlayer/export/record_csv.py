"""The table of a record as CSV, columns named 'Name / unit' as in the record."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from interlayer.errors import OutputError
from interlayer.record import Record, store
from interlayer.report.atomic import write_with


def filled_table(record: Record) -> pl.DataFrame:
    """Return the columns that hold anything, texts without folders, addresses and serial numbers."""
    table = record.table.select(record.columns)
    texts = [c for c, kind in table.schema.items() if kind == pl.String]
    return table.with_columns(
        [pl.col(c).map_elements(store.scrub, return_dtype=pl.String, skip_nulls=True) for c in texts]
    )


def write_record_csv(record: Record, path: Path) -> Path:
    """Write the table of a record as CSV in UTF-8; numbers with the fewest digits that give them back.

    Raises
    ------
    OutputError
        If a column holds lists, or the file cannot be written.
    """
    table = filled_table(record)
    nested = [c for c, kind in table.schema.items() if kind.is_nested()]
    if nested:
        raise OutputError(f"the column '{nested[0]}' holds lists, which CSV cannot", where=path.name)
    return write_with(path, table.write_csv)
