"""Tables in plain text: CSV, TSV and TXT of any make, the last reader to look at a file.

A table with frequencies and impedances holds spectra, one with a time or a voltage cycling data. Columns in any
order, with or without names; any delimiter, decimal mark and sign. What is detected is stated in the findings,
and each of it can be said instead (`ReadOptions`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl

from interlayer.errors import ReadError
from interlayer.readers import (
    column_roles,
    cycling_roles,
    cycling_text,
    delimited,
    headerless,
    number_table,
    spectrum_text,
    text_table,
)
from interlayer.readers.contract import RawRecord
from interlayer.readers.cycling_roles import CyclingRole
from interlayer.readers.delimited import Sheet
from interlayer.readers.options import ReadOptions
from interlayer.record.record import Finding

_NOTHING_SAID: Final = ReadOptions()


@dataclass(frozen=True)
class PlainTable:
    """Reader of tables of numbers in text."""

    options: ReadOptions = _NOTHING_SAID
    name: str = "plain_table"
    version: str = "2"
    extensions: tuple[str, ...] = (".csv", ".tsv")
    signature: str = (
        "a text with at least three rows of numbers of equal length, or with names of columns such as time and "
        "voltage above rows that fit them"
    )

    def with_options(self, options: ReadOptions) -> PlainTable:
        """Return the same reader with what a person says about the file."""
        return replace(self, options=options)

    def sniff(self, path: Path, head: bytes) -> bool:  # noqa: ARG002  (the rows are what counts)
        """Whether the content has rows of numbers, or names of columns that are known above rows."""
        text = text_table.to_utf8(head[: len(head) // 2 * 2])
        if self.options.of_cycling and self.options.columns is not None:
            return delimited.fits(text, _given(self.options), self.options.delimiter)
        return number_table.looks_numeric(text.replace(b'"', b"")) or delimited.looks_like_cycling(text)

    def read(self, path: Path, head: bytes) -> RawRecord:  # noqa: ARG002
        """Read all spectra of the file, or its cycling data.

        Raises
        ------
        ReadError
            If it holds no rows of numbers, or neither a column of frequencies and two of the impedance nor a time
            or a voltage.
        """
        raw = table(text_table.file_bytes(path), self.options, say_form=True)
        given = self.options
        if not given.given:
            return raw
        said = {name: getattr(given, name) for name in given.given}
        return replace(raw, extra=raw.extra | {"read_with": said})


def table(data: bytes, options: ReadOptions, *, say_form: bool) -> RawRecord:
    """Return what a text holds, spectra or cycling data.

    Parameters
    ----------
    data : bytes
        UTF-8 with Unix line ends.
    options : ReadOptions
    say_form : bool
        Whether delimiter and decimal mark are worth a finding.

    Raises
    ------
    ReadError
        As `PlainTable.read`.
    """
    if options.columns is not None:
        if not options.of_cycling:
            return _spectra(data, options, say_form=say_form)
        sheet = delimited.find(
            data, delimiter=options.delimiter, decimal=options.decimal, given=_given(options)
        )
        if sheet is None:
            raise ReadError(
                f"no row that fits the {len(options.columns)} columns named",
                advice="look at the first rows, and say --delimiter and --decimal if they are unusual",
            )
        return _cycling(sheet, options, say_form=say_form)
    names, roles = delimited.kinds_in(data, delimiter=options.delimiter)
    if roles:
        sheet = (
            _without_spectra(data, names, options)
            if _names_spectra(names)
            else delimited.find(data, delimiter=options.delimiter, decimal=options.decimal)
        )
        if sheet is not None:
            return _cycling(sheet, options, say_form=say_form)
    return _spectra(data, options, say_form=say_form)


def _given(options: ReadOptions) -> dict[int, CyclingRole]:
    """Roles of the columns that a person named, by position."""
    named = enumerate(options.columns or ())
    return {i: role for i, text in named if (role := cycling_roles.from_option(text)) is not None}


def _names_spectra(names: tuple[str, ...]) -> bool:
    """Whether a line of names has a frequency and any part of an impedance."""
    kinds = {role.kind for role in column_roles.roles_of(names).values()}
    return bool(kinds & {"frequency", "angular"} and kinds & {"real", "imaginary", "modulus"})


def _without_spectra(data: bytes, names: tuple[str, ...], options: ReadOptions) -> Sheet | None:
    """A table that names frequencies and impedances but holds none."""
    places = [
        i
        for i, role in column_roles.roles_of(names).items()
        if role.kind in ("frequency", "angular", "real", "modulus")
    ]
    sheet = delimited.find(data, delimiter=options.delimiter, decimal=options.decimal)
    if sheet is None or max(places) >= sheet.frame.width:
        return None
    for place in places:
        column = sheet.frame[str(place)].cast(pl.Float64, strict=False)
        if not bool(column.is_finite().fill_null(value=False).any()):
            return sheet
    return None


def _cycling(sheet: Sheet, options: ReadOptions, *, say_form: bool) -> RawRecord:
    raw = cycling_text.to_record(sheet, options)
    findings: list[Finding] = []
    if say_form:
        cycling_text.say_form(sheet, findings)
    comments = spectrum_text.comments(sheet.above)
    return replace(raw, findings=(*findings, *raw.findings), extra=raw.extra | comments)


def _spectra(data: bytes, options: ReadOptions, *, say_form: bool) -> RawRecord:
    numbers = number_table.find(data, delimiter=options.delimiter, decimal=options.decimal)
    findings: list[Finding] = []
    if say_form:
        spectrum_text.state(numbers, findings)
    findings.extend(numbers.findings)
    block = numbers.blocks[0]
    unnamed = (
        options.columns is None
        and len(numbers.blocks) == 1
        and not block.names
        and not _words_above(block, numbers.delimiter)
    )
    try:
        frame = spectrum_text.to_table(numbers, findings, options=options)
    except ReadError as problem:
        assumed: list[Finding] = []
        roles = headerless.roles(block.values, assumed) if unnamed else None
        if roles is None and _words_above(block, numbers.delimiter):
            raise ReadError(
                f"{problem.what} (nothing is known by the names '{block.above[-1][:60]}')",
                advice=problem.advice,
            ) from problem
        if roles is None:
            raise
        columns = {str(i): np.ascontiguousarray(block.values[:, i]) for i in range(block.values.shape[1])}
        sheet = Sheet(
            ("",) * len(columns),
            roles,
            pl.DataFrame(columns),
            block.above,
            block.line,
            numbers.delimiter,
            numbers.decimal,
            (*numbers.findings, *assumed),
            numbers.complete,
        )
        return _cycling(sheet, options, say_form=say_form)
    if not len(frame):
        raise ReadError("no point of a spectrum in it")
    extra: dict[str, Any] = {"technique": "impedance spectroscopy"}
    extra |= spectrum_text.header_facts(block)
    return RawRecord(frame, tuple(findings), complete=numbers.complete, extra=extra)


def _words_above(block: number_table.Block, delimiter: str) -> bool:
    """Whether the line above the rows has as many words as columns: names that nobody knows."""
    if not block.above:
        return False
    between = None if delimiter == " " else delimiter
    cells = block.above[-1].lstrip("#% ").split(between)
    return len(cells) == block.values.shape[1] and any(c.strip() for c in cells)
