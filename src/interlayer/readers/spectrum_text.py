"""Spectra out of tables of numbers: which column is what, in which unit, with which sign.

Shared by the readers of text formats and of workbooks. What a header states is taken; what it does not
state is decided on evidence and said in a finding; what cannot be decided is refused with what to say.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from interlayer.errors import ReadError
from interlayer.readers import column_roles, number_table, points, sign, text_table
from interlayer.readers.column_roles import Role
from interlayer.readers.number_table import Block, Numbers
from interlayer.readers.options import ReadOptions
from interlayer.record import schema as s
from interlayer.record.record import Finding

FloatArray = NDArray[np.float64]
_LABELS: Final = {
    "time": s.TIME,
    "voltage": s.VOLTAGE,
    "current": s.CURRENT,
    "temperature": s.TEMPERATURE,
}
_PRIVATE: Final = re.compile(
    r"operator|user|benutzer|bediener|host|creator|builder|serial|path|folder|director|channel|操作|用户|创建者|[A-Za-z]:\\",
    re.IGNORECASE,
)
"""Lines above a table that may name people, machines and folders are not kept."""
_FEWEST: Final = 2
"""Tables with fewer rows are no spectra."""


@dataclass(frozen=True)
class Convention:
    """What a format itself fixes.

    Attributes
    ----------
    format_name : str
        For messages; empty if the file is of no known make.
    imaginary : int
        1 if its 'Z''' is Z'', whatever the name says; -1 if it is -Z''; 0 if the file's names decide.
    """

    format_name: str = ""
    imaginary: int = 0


@dataclass
class _Columns:
    """The columns of all tables, one below the other."""

    parts: dict[str, list[FloatArray]] = field(default_factory=dict[str, list[FloatArray]])
    group: list[FloatArray] = field(default_factory=list[FloatArray])


def to_table(
    numbers: Numbers,
    findings: list[Finding],
    *,
    options: ReadOptions | None = None,
    convention: Convention | None = None,
) -> pl.DataFrame:
    """Return the record's columns for all spectra in the tables of one file.

    Parameters
    ----------
    numbers : Numbers
    findings : list of Finding
        What was detected, assumed or is odd is added here.
    options : ReadOptions, optional
    convention : Convention, optional

    Raises
    ------
    ReadError
        If no table has a column of frequencies and two of the impedance, or they cannot be told apart.
    """
    options = options or ReadOptions()
    convention = convention or Convention()
    usable = [b for b in numbers.blocks if len(b.values) >= _FEWEST or len(numbers.blocks) == 1]
    collected: list[dict[str, FloatArray]] = []
    problems: list[ReadError] = []
    for block in usable or numbers.blocks:
        own: list[Finding] = []
        try:
            collected.append(_columns(block, numbers.delimiter, own, options, convention))
        except ReadError as problem:
            problems.append(problem)
            continue
        findings.extend(f for f in own if f not in findings)
    if not collected:
        raise problems[0]
    if problems:
        findings.append(
            Finding("tables_left_out", f"{len(problems)} tables are no spectra: {problems[0].what}", "note")
        )
    kinds = dict.fromkeys(kind for columns in collected for kind in columns)
    joined = {
        kind: np.concatenate([c.get(kind, np.full(len(c["frequency"]), np.nan)) for c in collected])
        for kind in kinds
    }
    group = np.concatenate([np.full(len(c["frequency"]), i) for i, c in enumerate(collected)])
    return points.table(
        joined["frequency"],
        joined["real"],
        joined["imaginary"],
        findings,
        others={_LABELS[k]: v for k, v in joined.items() if k in _LABELS},
        group=group if len(collected) > 1 else None,
    )


def read_text(
    path: Path,
    convention: Convention,
    *,
    options: ReadOptions | None = None,
) -> tuple[pl.DataFrame, list[Finding], Numbers]:
    """Read the tables of a text file of known make; the caller adds what its header says.

    Raises
    ------
    ReadError
        As `interlayer.readers.number_table.find` and `to_table`.
    """
    options = options or ReadOptions()
    numbers = number_table.find(
        text_table.file_bytes(path), delimiter=options.delimiter, decimal=options.decimal
    )
    findings = list(numbers.findings)
    if numbers.decimal == ",":
        findings.append(Finding("decimal_comma", "numbers are read with a decimal comma", "note"))
    table = to_table(numbers, findings, options=options, convention=convention)
    return table, findings, numbers


def missing_rows(announced: int, found: int, findings: list[Finding]) -> bool:
    """Say if a header announces more points than there are; return whether it does."""
    if announced <= found:
        return False
    findings.append(
        Finding(
            "rows_missing",
            f"the header announces {announced} points, the file has {found}",
            rows=announced - found,
        )
    )
    return True


def state(numbers: Numbers, findings: list[Finding]) -> None:
    """Say which delimiter and decimal mark were found."""
    decimal = "comma" if numbers.decimal == "," else "point"
    findings.append(
        Finding(
            "table_form",
            f"values between {number_table.NAMES.get(numbers.delimiter, numbers.delimiter)}s, "
            f"decimal {decimal}",
            "note",
        )
    )


def header_facts(block: Block) -> dict[str, Any]:
    """Return what stands above the names of a table, as a comment to be kept."""
    return comments(block.above)


def comments(above: Sequence[str]) -> dict[str, Any]:
    """Return the lines above a table as a comment to be kept."""
    lines = [line.strip().strip('"').strip() for line in above]
    lines = [line.rstrip(",;\t ") for line in lines if line.strip("#%;~, \t") and not _PRIVATE.search(line)]
    return {"comments": " | ".join(lines[:6])[:400]} if lines else {}


# --- columns ---------------------------------------------------------------------------------------------


def _columns(
    block: Block, delimiter: str, findings: list[Finding], options: ReadOptions, convention: Convention
) -> dict[str, FloatArray]:
    """Columns of one table by kind, in SI, Im < 0 for a capacitor."""
    if options.columns is not None:
        roles = _given(options.columns, block.values.shape[1])
        named = True
    elif block.names:
        roles = column_roles.roles_of(block.names)
        named = True
    else:
        count = number_table.mismatched_names(block, delimiter)
        if count:
            raise ReadError(
                f"the rows have {block.values.shape[1]} values under {count} names, so that no value can be "
                "given its name",
                advice="repair the line of names, or name the columns with --columns",
            )
        roles = _assumed(block.values, findings)
        named = False
    _need(roles, block)
    unused = [name for i, name in enumerate(block.names) if name and i not in roles]
    if unused and options.columns is None:
        findings.append(Finding("columns_left_out", "not read: " + ", ".join(unused)[:200], "note"))
    made = {role.kind: _si(block.values[:, i], role) for i, role in roles.items() if role.kind != "imaginary"}
    _frequency(made)
    place, imaginary = next(((i, r) for i, r in roles.items() if r.kind == "imaginary"), (-1, None))
    if imaginary is None or "real" not in made:
        _from_polar(made, roles, findings)
        return _kept(made)
    column = block.values[:, place] * imaginary.factor
    phase = next((role for role in roles.values() if role.kind == "phase"), None)
    turn = _sign(made, column, imaginary, phase, findings, options, convention, named=named)
    made["imaginary"] = turn * column
    _check_polar(made, findings)
    return _kept(made)


def _given(columns: Sequence[str], width: int) -> dict[int, Role]:
    if len(columns) > width:
        raise ReadError(
            f"{len(columns)} columns are named, the table has {width}", advice="name those it has"
        )
    made = {i: column_roles.from_option(text) for i, text in enumerate(columns)}
    return {i: role for i, role in made.items() if role is not None}


def _need(roles: dict[int, Role], block: Block) -> None:
    """Refuse a table that lacks the frequency or the impedance."""
    kinds = {role.kind for role in roles.values()}
    shown = ", ".join(name for name in block.names if name)[:160] or f"{block.values.shape[1]} without names"
    if not kinds & {"frequency", "angular"}:
        raise ReadError(
            f"no column of frequencies; its columns: {shown}",
            advice='name them in their order, for instance --columns "frequency,real,imaginary"',
        )
    if not {"real", "imaginary"} <= kinds and not {"modulus", "phase"} <= kinds:
        raise ReadError(
            f"frequencies, but not both parts of the impedance; its columns: {shown}",
            advice='name them in their order, for instance --columns "frequency,real,-imaginary"',
        )


def _si(values: FloatArray, role: Role) -> FloatArray:
    if role.kind == "temperature":
        return values - 273.15 if role.unit == "K" else values
    return values * role.factor


def _frequency(made: dict[str, FloatArray]) -> None:
    if "frequency" not in made:
        made["frequency"] = made["angular"] / (2 * np.pi)


def _kept(made: dict[str, FloatArray]) -> dict[str, FloatArray]:
    return {k: v for k, v in made.items() if k in {"frequency", "real", "imaginary", *_LABELS}}


def _from_polar(made: dict[str, FloatArray], roles: dict[int, Role], findings: list[Finding]) -> None:
    """Z from modulus and phase, the phase negative for a capacitor."""
    phase = next(role for role in roles.values() if role.kind == "phase")
    angle = phase.sign * made["phase"]
    made["real"], made["imaginary"] = made["modulus"] * np.cos(angle), made["modulus"] * np.sin(angle)
    findings.append(Finding("impedance_from_modulus", "Z is made from |Z| and its phase", "note"))
    shown, why = sign.evidence(made["frequency"], made["real"], made["imaginary"])
    if shown < 0:
        findings.append(
            Finding(
                "imaginary_sign_doubtful",
                f"the phase is read as the file prints it, but {why}, which a cell cannot do: it may be the "
                'negative phase (--columns with "-phase" turns it)',
                rows=len(angle),
            )
        )


def _check_polar(made: dict[str, FloatArray], findings: list[Finding]) -> None:
    """Name a printed modulus that does not fit real and imaginary part."""
    if "modulus" not in made:
        return
    size = np.hypot(made["real"], made["imaginary"])
    wrong = np.abs(size - made["modulus"]) > 0.02 * np.abs(made["modulus"])
    if wrong.any():
        findings.append(
            Finding(
                "impedance_modulus",
                f"|Z| does not fit Re and Im in {wrong.sum()} points",
                "error",
                int(wrong.sum()),
            )
        )


# --- sign ------------------------------------------------------------------------------------------------


def _sign(
    made: dict[str, FloatArray],
    column: FloatArray,
    role: Role,
    phase: Role | None,
    findings: list[Finding],
    options: ReadOptions,
    convention: Convention,
    *,
    named: bool,
) -> int:
    """Factor that turns the column into Z''."""
    if options.imaginary is not None:
        return 1 if options.imaginary == "plus" else -1
    shown, why = _phase_evidence(made, column, phase) or sign.evidence(
        made["frequency"], made["real"], column
    )
    stated = convention.imaginary or (role.sign if role.stated or options.columns is not None else 0)
    if stated:
        said = "the format" if convention.imaginary else "the column's name"
        if shown and shown != stated and len(column) >= 5:
            findings.append(
                Finding(
                    "imaginary_sign_doubtful",
                    f"{said} says {'Z' if stated > 0 else '-Z'}'', which is used, but in the column {why}: "
                    f"if it holds {'-Z' if stated > 0 else 'Z'}'', read it with --imaginary "
                    f"{'minus' if stated > 0 else 'plus'}",
                    rows=len(column),
                )
            )
        return stated
    header = "the column's name does not say whether it holds Z'' or -Z''" if named else "no line of names"
    if not shown:
        findings.append(
            Finding(
                "imaginary_sign_assumed",
                f"{header}, and {why}; it is read as Z'' (--imaginary minus turns it)",
                rows=len(column),
            )
        )
        return 1
    turned = shown < 0
    findings.append(
        Finding(
            "imaginary_sign_turned" if turned else "imaginary_sign_kept",
            f"{header}; in the column {why}, so it is read as {'-Z' if turned else 'Z'}'' "
            f"(--imaginary {'plus' if turned else 'minus'} reads it the other way)",
            "warning" if turned else "note",
            len(column),
        )
    )
    return shown


def _phase_evidence(
    made: dict[str, FloatArray], column: FloatArray, phase: Role | None
) -> tuple[int, str] | None:
    """What the sign of a phase column beside it shows: the phase is negative for a capacitor."""
    if phase is None:
        return None
    angle = phase.sign * np.angle(np.exp(1j * made["phase"]))
    known = np.isfinite(angle) & np.isfinite(column) & (np.abs(angle) > 1e-3)
    if known.sum() < _FEWEST:
        return None
    same = float((np.sign(angle[known]) == np.sign(column[known])).mean())
    if same >= 0.9:
        return 1, "it has the sign of the phase beside it"
    if same <= 0.1:
        return -1, "it has the sign opposite to that of the phase beside it"
    return None


# --- without names ---------------------------------------------------------------------------------------


def _assumed(values: FloatArray, findings: list[Finding]) -> dict[int, Role]:
    """Roles of three columns without names: the frequency by its even steps, then Z' and Z''."""
    columns = list(range(values.shape[1]))
    if len(columns) >= 4 and _is_counter(values[:, 0]):
        columns = columns[1:]
    if len(columns) != 3:
        what = "one column" if len(columns) == 1 else f"{len(columns)} columns"
        raise ReadError(
            f"{what} of numbers without names; a spectrum needs a frequency, a real and an imaginary part",
            advice='name the columns in their order, for instance --columns "frequency,real,imaginary"',
        )
    steadiness = [_steadiness(values[:, i]) for i in columns]
    best = int(np.argmax(steadiness))
    if steadiness[best] <= 0:
        raise ReadError(
            "three columns of numbers without names, none of which runs evenly as frequencies do",
            advice='name the columns in their order, for instance --columns "frequency,real,imaginary"',
        )
    rest = [c for i, c in enumerate(columns) if i != best]
    real, imaginary = rest
    # A real part below zero throughout is an imaginary part.
    if np.nanmean(values[:, real] < 0) > 0.9 and np.nanmean(values[:, imaginary] > 0) > 0.9:
        real, imaginary = imaginary, real
    findings.append(
        Finding(
            "columns_assumed",
            f"no line of names: column {columns[best] + 1} is read as frequency in Hz, column {real + 1} as real "
            f"and column {imaginary + 1} as imaginary part in ohm (--columns says otherwise)",
            "note",
        )
    )
    return {
        columns[best]: Role("frequency", 1, "Hz"),
        real: Role("real", 1, "ohm"),
        imaginary: Role("imaginary", 1, "ohm", stated=False),
    }


def _is_counter(column: FloatArray) -> bool:
    return bool(len(column) > 1 and column[0] in (0, 1) and (np.diff(column) == 1).all())


def _steadiness(column: FloatArray) -> float:
    """How evenly a column runs in its logarithm: 1 for a logarithmic sweep, 0 for anything else."""
    known = column[np.isfinite(column)]
    if len(known) < max(3, 0.8 * len(column)) or not (known > 0).all():
        return 0.0
    column = known
    step = np.diff(np.log(column))
    moves = step[step != 0]
    if len(moves) < 0.6 * len(step):  # a sweep goes on at nearly every point
        return 0.0
    falling = float((moves < 0).mean())
    one_way = max(falling, 1 - falling)
    if one_way < 0.85:
        return 0.0
    # Angles, times and lines of energy run in equal steps; frequencies do not.
    steps = np.diff(column)
    if len(column) > 4 and float(np.std(steps)) < 0.02 * abs(float(np.mean(steps))):
        return 0.0
    middle = float(np.median(np.abs(moves)))
    even = float((np.abs(np.abs(moves) - middle) < 0.3 * middle).mean()) if middle > 0 else 0.0
    return one_way * (0.1 + even) * min(1.0, float(np.ptp(np.log(column))))
