"""Battery Data Format as Parquet (.bdf.parquet): names as in `bdf_columns`. Every other foreign Parquet file is
refused by name, but for one whose footer says what its columns are (battery-data-toolkit).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final, cast

import polars as pl

from interlayer.errors import ReadError
from interlayer.readers import bdf_columns
from interlayer.readers.contract import RawRecord
from interlayer.record import bdf, store
from interlayer.record.record import Finding

_TOOLKIT_KEY: Final = "table_metadata"
_TOOLKIT_UNITS: Final = {"s": "s", "V": "V", "A": "A", "C": "degC", "A-hr": "Ah", "ohm": "ohm"}
_TOOLKIT_WORDS: Final = {
    "test_time": "Test Time",
    "voltage": "Voltage",
    "current": "Current",
    "time": "Unix Time",
    "temperature": "Surface Temperature T1",
    "cycle_number": "Cycle Count",
}
_MOST_TEXT: Final = 200


class BdfParquet:
    """Reader of Battery Data Format as Parquet; takes all Parquet files that are no record."""

    name = "bdf_parquet"
    version = "1"
    extensions = (".parquet",)
    signature = "a Parquet file whose columns are named as in Battery Data Format, or described in its footer"

    def sniff(self, path: Path, head: bytes) -> bool:
        """Whether the content is sound Parquet of another program; whether its columns are known, `read` tells."""
        return head.startswith(store.MAGIC) and store.is_foreign(path)

    def read(self, path: Path, head: bytes) -> RawRecord:
        """Read the whole file.

        Raises
        ------
        ReadError
            If it is damaged, or its columns are not those of the format.
        """
        if not head.startswith(store.MAGIC):
            raise ReadError("not a Parquet file", advice="copy it from its source again")
        try:
            names = list(pl.read_parquet_schema(path))
            footer = pl.read_parquet_metadata(path)
        except (OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException) as problem:
            raise ReadError(
                "not a complete Parquet file; it may have been cut while it was copied",
                advice="copy it from its source again",
            ) from problem
        renamed, said = _toolkit_names(names, footer)
        if not bdf_columns.looks_like([renamed.get(name, name) for name in names]):
            raise ReadError(
                "a Parquet file, but neither a record of interlayer nor Battery Data Format: its columns are "
                + ", ".join(names)[:_MOST_TEXT],
                advice="name them 'Test Time / s', 'Voltage / V', 'Current / A'",
            )
        frame = _frame(path, footer.get(bdf.CHECKSUM_KEY)).rename(renamed)
        findings: list[Finding] = []
        if said:
            findings.append(Finding("units_from_footer", said, "note"))
        table, ambient = bdf_columns.table(frame, findings)
        extra: dict[str, Any] = {bdf.TEMPERATURE_OF: "ambient"} if ambient else {}
        return RawRecord(table, tuple(findings), extra=extra)


def _frame(path: Path, checksum: str | None) -> pl.DataFrame:
    """The table, with plain columns only, and no number that is not finite."""
    try:
        # Brackets and stars in a file name are names, not patterns; "a=1" in a folder name is no column.
        frame = pl.read_parquet(path, glob=False, hive_partitioning=False)
    except (OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException) as problem:
        raise ReadError("the table in it is damaged", advice="copy it from its source again") from problem
    if checksum is not None and checksum != str(store.table_checksum(frame)):
        raise ReadError(
            "the table in it is damaged: its checksum does not fit", advice="copy it from its source again"
        )
    made: list[pl.Expr] = []
    for name, kind in frame.schema.items():
        if kind.is_float():
            made.append(pl.when(pl.col(name).is_finite()).then(pl.col(name)).alias(name))
        elif kind.is_numeric() or kind == pl.Boolean:
            made.append(pl.col(name))
        elif not kind.is_nested() and kind != pl.Binary:
            made.append(pl.col(name).cast(pl.String))
    return frame.select(made)


def _toolkit_names(names: list[str], footer: dict[str, str]) -> tuple[dict[str, str], str]:
    """Labels for the columns of a battery-data-toolkit file, whose footer states units and the sign of current."""
    try:
        described: Any = json.loads(footer.get(_TOOLKIT_KEY, "null"))
    except ValueError:
        described = None
    if not isinstance(described, dict):
        return {}, ""
    facts = cast("dict[str, Any]", described)
    current = facts.get("current")
    said = str(cast("dict[str, Any]", current).get("description", "")) if isinstance(current, dict) else ""
    if "positive current represents the battery charging" not in said.lower():
        return {}, ""
    renamed: dict[str, str] = {}
    for name in names:
        fact = facts.get(name)
        if name not in _TOOLKIT_WORDS or not isinstance(fact, dict):
            continue
        units_said = cast("dict[str, Any]", fact).get("units")
        unit = "1" if units_said is None else _TOOLKIT_UNITS.get(str(units_said), "")
        if unit:
            renamed[name] = f"{_TOOLKIT_WORDS[name]} / {unit}"
    return renamed, "units and the sign of the current are those that the file's footer states"
