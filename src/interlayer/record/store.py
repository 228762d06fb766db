"""Records on disk: Parquet with everything but the table as JSON in its footer.

A record is one file, or a folder of finished parts (`part-0000.parquet`, ...) that a long run left behind.
The JSON stands in the footer under the key `interlayer`. It holds no NaN (such numbers become null) and no
folder, user, host, address or serial number unless these are asked for.
"""

from __future__ import annotations

import json
import math
import re
import secrets
import zlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, Final, TypeVar, cast

import numpy as np
import polars as pl

from interlayer.errors import OutputError, ReadError
from interlayer.record.record import Event, Finding, Provenance, Record
from interlayer.record.schema import SCHEMA_VERSION

FOOTER_KEY: Final = "interlayer"
PART_PATTERN: Final = "part-*.parquet"
MAGIC: Final = b"PAR1"
"""First bytes of every Parquet file."""

CHECKSUM_KEY: Final = "table_crc32"
"""Key of the footer's JSON: checksum of the table. A file without one is read unchecked."""

PRIVATE_KEY: Final = "private"
"""Readers put user, host, folder and serial numbers under this key of `provenance.extra`."""

_Plain = TypeVar("_Plain", Event, Finding)

_SERIAL = re.compile(r"\s*\((?:SN|S/N|serial number) [^)]*\)")
_ADDRESS = re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b")
_NAME = r"""[^\\/\r\n"'<>|]+"""
_FOLDER = re.compile(
    rf"\b[A-Za-z]:\\(?:{_NAME}\\)*"  # C:\Users\me\
    rf"|\b[A-Za-z]:/(?:{_NAME}/)*"
    rf"|\\\\{_NAME}\\(?:{_NAME}\\)*"  # \\server\share\
    r"|(?<![\w.:/])/(?:[^/\s]+/)(?:[^/\r\n\"'<>|,;]+/)*"  # /home/me/
)


# --- writing ---------------------------------------------------------------------------------------------


def save(record: Record, path: str | Path, *, keep_private: bool = False, overwrite: bool = False) -> Path:
    """Write a record as one Parquet file and return its path.

    The file appears complete or not at all: it is written beside its place and renamed.

    Parameters
    ----------
    record : Record
    path : str or Path
        The file; its folder is created.
    keep_private : bool
        Keep folders, user, host, address and serial numbers of the instrument file.
    overwrite : bool
        Replace a file that is already there.

    Raises
    ------
    OutputError
        If the file exists and may not be replaced, cannot be written, or the record holds something that JSON
        cannot.
    """
    path = Path(path)
    data = metadata(record, keep_private=keep_private) | {CHECKSUM_KEY: table_checksum(record.table)}
    footer = {FOOTER_KEY: _dump(data)}

    def write(target: Path) -> None:
        record.table.write_parquet(target, compression="zstd", metadata=footer)

    return replace_file(path, write, overwrite=overwrite)


def export_json(
    record: Record, path: str | Path, *, keep_private: bool = False, overwrite: bool = False
) -> Path:
    """Write the metadata of a record (everything but its table) as a JSON file and return its path.

    Raises
    ------
    OutputError
        As for `save`.
    """
    text = _dump(metadata(record, keep_private=keep_private), indent=2) + "\n"
    return replace_file(Path(path), lambda target: _write_text(target, text), overwrite=overwrite)


def metadata(record: Record, *, keep_private: bool = False) -> dict[str, Any]:
    """Return everything in a record except its table as plain data that JSON can hold.

    Raises
    ------
    OutputError
        If something in it is neither text, number, truth value, list nor table.
    """
    provenance = asdict(record.provenance)
    if not keep_private:
        provenance = _without_private(provenance)
    data = {
        "schema": SCHEMA_VERSION,
        "label": record.label,
        "area_m2": record.area_m2,
        "cell": record.cell,
        "protocol": record.protocol,
        "parameters": record.parameters,
        "provenance": provenance,
        "events": [asdict(event) for event in record.events],
        "findings": [asdict(finding) for finding in record.findings],
        "complete": record.complete,
    }
    return {key: plain(value, key) for key, value in data.items()}


def plain(value: object, where: str = "") -> Any:
    """Return `value` as JSON knows it: NaN and infinities as None, arrays and tuples as lists.

    Raises
    ------
    OutputError
        If it, or something in it, has no place in JSON.
    """
    if value is None or isinstance(value, (bool, str, int)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, (np.generic, np.ndarray)):
        return plain(value.tolist(), where)
    if isinstance(value, Mapping):
        table = cast("Mapping[object, object]", value)
        return {str(k): plain(v, f"{where}.{k}") for k, v in table.items()}
    if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray)):
        items = cast("Sequence[object]", value)
        return [plain(v, f"{where}[{i}]") for i, v in enumerate(items)]
    raise OutputError(
        f"a {type(value).__name__} cannot be stored with a record",
        where=where,
        advice="store text, numbers, true/false, lists or tables of these",
    )


def scrub(text: str) -> str:
    """Return `text` without folders, network addresses and serial numbers; file names stay."""
    text = _SERIAL.sub("", text)
    text = _FOLDER.sub("", text)
    return _ADDRESS.sub("[address]", text)


def _without_private(provenance: dict[str, Any]) -> dict[str, Any]:
    name = provenance.get("file_name")
    extra = {k: v for k, v in provenance["extra"].items() if k != PRIVATE_KEY}
    return {
        **provenance,
        "file_name": None if name is None else re.split(r"[\\/]", str(name))[-1],
        "extra": _scrubbed(extra),
    }


def _scrubbed(value: object) -> object:
    if isinstance(value, str):
        return scrub(value)
    if isinstance(value, Mapping):
        return {k: _scrubbed(v) for k, v in cast("Mapping[object, object]", value).items()}
    if isinstance(value, (list, tuple)):
        return [_scrubbed(v) for v in cast("Sequence[object]", value)]
    return value


def _dump(data: dict[str, Any], indent: int | None = None) -> str:
    return json.dumps(data, ensure_ascii=False, allow_nan=False, indent=indent)


def _write_text(target: Path, text: str) -> None:
    target.write_text(text, encoding="utf-8")


def replace_file(path: Path, write: Callable[[Path], None], *, overwrite: bool) -> Path:
    """Let `write` make the file beside its place, then rename it."""
    if path.is_dir():
        raise OutputError("this is a folder, not a file", where=str(path), advice="give a file name")
    if path.exists() and not overwrite:
        raise OutputError("exists already", where=str(path), advice="choose another name or add --force")
    # Hidden, so that a folder of parts never lists an unfinished one; random, so that two runs cannot meet.
    unfinished = path.with_name(f".{secrets.token_hex(8)}.unfinished")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write(unfinished)
        unfinished.replace(path)
    except (OSError, pl.exceptions.PolarsError) as problem:
        reason = problem.strerror if isinstance(problem, OSError) and problem.strerror else "failed"
        raise OutputError(f"cannot be written ({reason})", where=str(path)) from problem
    finally:  # also when the user interrupts
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
    return path


# --- reading ---------------------------------------------------------------------------------------------


def load(path: str | Path) -> Record:
    """Read a record from its Parquet file, or from a folder of finished parts.

    Raises
    ------
    ReadError
        If there is nothing to read, the file is not Parquet or damaged, is not a record, or was written with
        another version of the schema.
    """
    path = Path(path)
    parts = _parts(path)
    footers = [_footer(part) for part in parts]
    tables = [_table(part, footer) for part, footer in zip(parts, footers, strict=True)]
    try:
        table = pl.concat(tables, how="diagonal_relaxed")
    except pl.exceptions.PolarsError as problem:
        raise ReadError("the tables of its parts do not fit together", where=str(path)) from problem
    return _record(table, footers[-1], str(path))


def _table(path: Path, footer: Mapping[str, Any]) -> pl.DataFrame:
    """Read the table of one file, and compare it with its checksum."""
    where, advice = str(path), "copy it from its source again"
    try:
        # Brackets and stars in a file name are names, not patterns; "a=1" in a folder name is no column.
        table = pl.read_parquet(path, glob=False, hive_partitioning=False)
    except (OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException) as problem:
        raise ReadError("the table in it is damaged", where=where, advice=advice) from problem
    if CHECKSUM_KEY in footer and footer[CHECKSUM_KEY] != table_checksum(table):
        raise ReadError("the table in it is damaged: its checksum does not fit", where=where, advice=advice)
    return table


def table_checksum(table: pl.DataFrame) -> int:
    """Return a checksum (CRC-32) of a table's names, values and gaps, in its order of columns."""
    total = 0
    for column in table.iter_columns():
        total = zlib.crc32(f"{column.name}\0{len(column)}\0".encode(), total)
        total = zlib.crc32(np.packbits(column.is_null().to_numpy()).tobytes(), total)
        if column.dtype.is_numeric() or column.dtype == pl.Boolean:
            values = column.fill_null(value=False) if column.dtype == pl.Boolean else column.fill_null(0)
            total = zlib.crc32(np.ascontiguousarray(values.to_numpy()).tobytes(), total)
        else:
            texts = column.cast(pl.String, strict=False).fill_null("")
            total = zlib.crc32("\0".join(texts.to_list()).encode(), total)
    return total


def holds_parts(path: Path) -> bool:
    """Whether `path` is a folder with finished parts of a record in it."""
    return path.is_dir() and any(path.glob(PART_PATTERN))


def is_foreign(path: Path) -> bool:
    """Whether a file is sound Parquet that interlayer did not write."""
    try:
        return FOOTER_KEY not in pl.read_parquet_metadata(path)
    except (OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException):
        return False


def _parts(path: Path) -> list[Path]:
    if not path.exists():
        raise ReadError("no such file", where=str(path))
    if not path.is_dir():
        return [path]
    parts = sorted(path.glob(PART_PATTERN), key=_part_order)
    if not parts:
        raise ReadError(
            f"a folder without finished parts of a record ({PART_PATTERN})",
            where=str(path),
            advice="give a file",
        )
    return parts


def _part_order(part: Path) -> list[tuple[int, str]]:
    """Sort part-10 after part-9, whatever the number of digits."""
    return [(int(piece), "") if piece.isdigit() else (-1, piece) for piece in re.split(r"(\d+)", part.name)]


def _footer(path: Path) -> dict[str, Any]:
    where = str(path)
    try:
        if path.stat().st_size < 12:
            raise ReadError("too short to be a Parquet file", where=where)
        footer = pl.read_parquet_metadata(path)
    except PermissionError as problem:
        raise ReadError("may not be read: permission denied", where=where) from problem
    except (OSError, pl.exceptions.PolarsError) as problem:
        raise ReadError(
            "not a complete Parquet file; it may have been cut while it was copied", where=where
        ) from problem
    if FOOTER_KEY not in footer:
        raise ReadError("a Parquet file, but not a record written by interlayer", where=where)
    try:
        data = json.loads(footer[FOOTER_KEY])
    except ValueError as problem:
        raise ReadError("the description in its footer is damaged", where=where) from problem
    version = data.get("schema") if isinstance(data, dict) else None
    if version != SCHEMA_VERSION:
        raise ReadError(
            f"a record of schema '{version}'; this version reads '{SCHEMA_VERSION}'",
            where=where,
            advice="read it with the version of interlayer that wrote it, or a newer one",
        )
    return cast("dict[str, Any]", data)


def _record(table: pl.DataFrame, data: dict[str, Any], where: str) -> Record:
    try:
        source = dict(data["provenance"])
        source["references"] = tuple(source.get("references") or ())
        return Record(
            table=table,
            provenance=Provenance(**_known(Provenance, source)),
            label=data["label"],
            area_m2=data["area_m2"],
            cell=data["cell"],
            protocol=data["protocol"],
            parameters=data["parameters"],
            events=_items(Event, data["events"]),
            findings=_items(Finding, data["findings"]),
            complete=data["complete"],
        )
    except (KeyError, TypeError, ValueError) as problem:
        raise ReadError(f"the description in its footer lacks or garbles {problem}", where=where) from problem


def _items(kind: type[_Plain], rows: list[dict[str, Any]]) -> tuple[_Plain, ...]:
    return tuple(kind(**_known(kind, row)) for row in rows)


def _known(kind: type[Event] | type[Finding] | type[Provenance], row: dict[str, Any]) -> dict[str, Any]:
    """Fields that this version has; a later version of the same schema may only add some."""
    names = {f.name for f in fields(kind)}
    return {key: value for key, value in row.items() if key in names}
