"""EC-Lab and BT-Lab binary files (.mpr): cycling and impedance, the columns as EC-Lab names them.

A file is a chain of modules; the data module lists numbers of columns and holds the rows, the log module the
start, the loop module the first row of each loop, the settings module what was set. Names, units and signs go
the way of the text exports (`interlayer.readers.biologic_columns`): EC-Lab stores -Im(Z). Columns that are
not known stay under their numbers, or are named and left out.

Layout and column numbers: from real files beside their text exports, and published descriptions.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from interlayer.errors import ReadError
from interlayer.readers import (
    biologic_columns,
    biologic_counters,
    biologic_current,
    biologic_ids,
    biologic_layout,
    biologic_parameters,
    biologic_settings,
    points,
    started,
)
from interlayer.readers.biologic_modules import MARK, Module, modules
from interlayer.readers.contract import RawRecord
from interlayer.record import schema as s
from interlayer.record.record import Finding

_ADVICE: Final = "export it in EC-Lab as text (Experiment > Export as Text)"
_STARTED_AT: Final = 585
_1970_IN_OLE_DAYS: Final = 25569
_ROWS_AT: Final = {2: 405, 3: 406, 11: 1007}
"""Where the rows begin in the data module, by its version."""
_WIDE_FROM: Final = 10
"""From this version on the number of columns has two bytes, in older ones one."""
_SAMPLE: Final = 400
"""Rows from either end that decide about columns that are not known."""
_PRIVATE: Final = ((593, "original_file"), (849, "host"), (900, "address"), (975, "device_serial"))
_SOFTWARE_AT: Final = 951


class BiologicMpr:
    """Reader of EC-Lab and BT-Lab binary files."""

    name = "biologic_mpr"
    version = "2"
    extensions = (".mpr",)
    signature = "a binary file that begins with 'BIO-LOGIC MODULAR FILE'"

    def sniff(self, path: Path, head: bytes) -> bool:  # noqa: ARG002  (the mark is at the beginning)
        """Whether the content is such a file."""
        return head.startswith(MARK)

    def read(self, path: Path, head: bytes) -> RawRecord:  # noqa: ARG002
        """Read all rows.

        Raises
        ------
        ReadError
            If it is not such a file, is cut before its rows, or its rows are not those of its columns.
        """
        try:
            data = path.read_bytes()
        except OSError as problem:
            raise ReadError(f"cannot be read: {problem.strerror}", where=path.name) from problem
        if not data.startswith(MARK):
            raise ReadError("not an EC-Lab binary file (.mpr): it does not begin as one", advice=_ADVICE)
        found, sound = modules(data)
        if "VMP data" not in found:
            raise ReadError("an EC-Lab binary file (.mpr) that ends before its data", advice=_ADVICE)
        findings: list[Finding] = []
        if not sound:
            findings.append(
                Finding("modules_moved", "parts of the file do not stand where it says: it was damaged")
            )
        content = _content(found["VMP data"], findings)
        loop = _loops(found.get("VMP loop"), content.rows, findings)
        frame = biologic_current.with_current(content.frame, findings)
        table, made = biologic_columns.to_record_columns(frame)
        findings.extend(made)
        table = biologic_counters.with_counters(table, frame, loop, findings)
        if s.Z_REAL in table.columns and s.Z_IMAG in table.columns:
            points.check_sign(table, findings, "EC-Lab stores -Im(Z)")
        return RawRecord(table, tuple(findings), complete=content.complete, extra=_facts(found))


@dataclass(frozen=True)
class _Content:
    """Rows under EC-Lab's names, their number, and whether they are all there."""

    frame: pl.DataFrame
    rows: int
    complete: bool


@dataclass(frozen=True)
class _Plan:
    """What the head of the data module says: rows, columns, and where and how long the rows are."""

    announced: int
    numbers: tuple[int, ...]
    first: int
    row_bytes: int


def _content(module: Module, findings: list[Finding]) -> _Content:
    plan = _plan(module, findings)
    there = max(0, len(module.data) - plan.first) // plan.row_bytes
    rows = min(plan.announced, there)
    complete = module.whole and rows == plan.announced
    if not complete:
        findings.append(Finding("rows_missing", f"the file announces {plan.announced} rows, it has {rows}"))
    raw = np.frombuffer(module.data, np.uint8, rows * plan.row_bytes, plan.first).reshape(
        rows, plan.row_bytes
    )
    sample = raw if rows <= 2 * _SAMPLE else np.concatenate((raw[:_SAMPLE], raw[-_SAMPLE:]))
    fields = biologic_layout.solve(plan.numbers, plan.row_bytes, sample, findings)
    if not {biologic_columns.TIME, biologic_columns.FREQUENCY} & {f.name for f in fields}:
        raise ReadError(
            "an EC-Lab binary file (.mpr) without a column of times or frequencies that can be read",
            advice=_ADVICE,
        )
    layout = biologic_layout.dtype(fields, plan.row_bytes)
    table = np.frombuffer(module.data, layout, rows, plan.first)
    return _Content(_frame(table, fields, plan.numbers, findings), rows, complete)


def _plan(module: Module, findings: list[Finding]) -> _Plan:
    """Read the head of the data module; where its numbers disagree, the length of the known columns decides."""
    data = module.data
    if len(data) < min(_ROWS_AT.values()):
        raise ReadError("an EC-Lab binary file (.mpr) that ends before its rows", advice=_ADVICE)
    wide = module.version >= _WIDE_FROM
    announced: int = struct.unpack_from("<I", data, 0)[0]
    count: int = struct.unpack_from("<H", data, 4)[0] if wide else data[4]
    begin = 6 if wide else 5
    first = _ROWS_AT.get(module.version)
    if begin + 2 * count > min(len(data), first or max(_ROWS_AT.values())) or not count:
        raise ReadError(
            f"an EC-Lab binary file (.mpr) with {count} columns, more or fewer than its head has place for",
            advice=_ADVICE,
        )
    numbers: tuple[int, ...] = struct.unpack_from(f"<{count}H", data, begin)
    known = biologic_layout.known_bytes(numbers)
    if first is None:
        first = _first_row(module, begin + 2 * count, announced, known)
        detail = f"a data module of version {module.version}, which was not seen before; its rows fit"
        findings.append(Finding("new_version", detail, "note"))
    if len(data) < first:
        raise ReadError("an EC-Lab binary file (.mpr) that ends before its rows", advice=_ADVICE)
    space = module.announced - first
    if announced and space > 0 and space % announced == 0 and (known is None or space == announced * known):
        return _Plan(announced, numbers, first, space // announced)
    if known is None:
        if announced or space:
            raise ReadError(
                "an EC-Lab binary file (.mpr) with columns that are not known here, whose rows do not fill it: "
                "nothing says how long a row is",
                advice=_ADVICE,
            )
        return _Plan(0, numbers, first, 1)
    if announced == 0 and space == 0:
        return _Plan(0, numbers, first, known)
    if known and space > 0 and space % known == 0:
        held = space // known
        detail = f"the file announces {announced} rows and has place for {held}; all are read"
        findings.append(Finding("row_count_disagrees", detail))
        return _Plan(held, numbers, first, known)
    if announced and space > 0 and space % announced == 0:
        # Published widths may be wrong: let the layout look for others.
        return _Plan(announced, numbers, first, space // announced)
    raise ReadError(
        "an EC-Lab binary file (.mpr) whose rows are longer or shorter than its columns", advice=_ADVICE
    )


def _first_row(module: Module, head_ends: int, announced: int, known: int | None) -> int:
    """Where the rows of a version that was not seen begin: they end with the module, zeros stand before."""
    if known is None:
        firsts = sorted(set(_ROWS_AT.values()))
        fit = [x for x in firsts if announced and (module.announced - x) % announced == 0]
    else:
        fit = [module.announced - announced * known] if announced else []
    longest = min(4096, len(module.data))
    fit = [x for x in fit if head_ends <= x <= longest and not any(module.data[head_ends : x - 4])]
    if len(fit) == 1:
        return fit[0]
    raise ReadError(f"a data module of version {module.version}, which is not known here", advice=_ADVICE)


def _frame(
    table: NDArray[Any],
    fields: list[biologic_layout.Field],
    numbers: tuple[int, ...],
    findings: list[Finding],
) -> pl.DataFrame:
    """Columns as double precision; numbers that are none become blanks and are counted."""
    columns: dict[str, NDArray[np.float64]] = {}
    if any(f.name == biologic_layout.FLAGS_NAME for f in fields):
        flags = np.ascontiguousarray(table[biologic_layout.FLAGS_NAME])
        for number, (name, shift, mask) in biologic_ids.FLAGS.items():
            if number in numbers:
                columns[name] = ((flags >> shift) & mask).astype(np.float64)
    bad: dict[str, int] = {}
    for field in fields:
        if field.name == biologic_layout.FLAGS_NAME:
            continue
        with np.errstate(invalid="ignore"):  # damaged numbers are counted below
            values = table[field.name].astype(np.float64)
        if "f" in field.kind and not np.isfinite(values).all():
            bad[field.name] = int((~np.isfinite(values)).sum())
        columns[field.name] = values
    frame = pl.DataFrame(columns)
    if bad:
        shown = ", ".join(f"{name}: {n}" for name, n in bad.items())
        findings.append(
            Finding("blank_points", f"values that are no numbers ({shown})", rows=max(bad.values()))
        )
        frame = frame.with_columns(pl.when(pl.col(n).is_finite()).then(pl.col(n)).alias(n) for n in bad)
    return frame


def _loops(module: Module | None, rows: int, findings: list[Finding]) -> NDArray[np.int64] | None:
    """Loop of every row: the module lists the first row of each loop, and the row after the last."""
    if module is None or len(module.data) < 8:
        return None
    (count,) = struct.unpack_from("<I", module.data, 0)
    if not 2 <= count <= len(module.data) // 4 - 1:
        return None
    starts = np.frombuffer(module.data, "<u4", count, 4).astype(np.int64)
    if starts[0] != 0 or (np.diff(starts) < 0).any():
        findings.append(Finding("loops_unread", "the rows at which loops begin are not in order: left out"))
        return None
    loop = np.searchsorted(starts[:-1], np.arange(rows), side="right") - 1
    return loop.astype(np.int64)


def _facts(found: dict[str, Module]) -> dict[str, Any]:
    extra: dict[str, Any] = {}
    settings, log = found.get("VMP Set"), found.get("VMP LOG")
    if settings is not None:
        extra |= biologic_settings.facts(bytes(settings.data))
        if currents := biologic_parameters.set_currents(extra.get("settings", {})):
            extra["set_currents_A"] = currents
    if log is None:
        return extra
    data = bytes(log.data)
    if len(data) >= _STARTED_AT + 8:
        (days,) = struct.unpack_from("<d", data, _STARTED_AT)
        # Years 1980 to 2100; anything else is no date.
        if 29221 < days < 73050:
            extra |= started.local(round((days - _1970_IN_OLE_DAYS) * 86400, 3))
    version = biologic_settings.pascal(data, _SOFTWARE_AT)
    if version[:1].isdigit():
        # BT-Lab counts its versions from 1, EC-Lab was at 9 when it began to write these files.
        extra["software"] = f"{'EC-Lab' if float(version.split('.')[0]) >= 5 else 'BT-Lab'} v{version}"
    private = {name: text for at, name in _PRIVATE if (text := biologic_settings.pascal(data, at))}
    if private:
        extra["private"] = private
    return extra
