"""What people name in a command: cells, protocols, areas, records. Loads the readers; commands import it late."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from interlayer import cells, protocol, units
from interlayer.cell import Cell
from interlayer.cli.console import fail
from interlayer.cli.inputs import path_of
from interlayer.cli.progress import Report
from interlayer.errors import InputError, InterlayerError
from interlayer.protocol import Protocol
from interlayer.readers import ReadOptions, read
from interlayer.record import Record, store
from interlayer.surface.observation import Observation, is_observation, of_record
from interlayer.surface.to_cell import Taken, taken

_Found = TypeVar("_Found")


def cell_of(text: str) -> Cell:
    """Return a cell from its file, or a shipped one by name.

    Raises
    ------
    DescriptionError
        If there is none, or its file breaks the contract of a cell.
    """
    return _file_or_name(text, cells.load)


def filled_from(cell: Cell, records: Sequence[str], *, use_angles: bool = False) -> Taken:
    """Return a cell with what stored observations of surfaces say of it.

    Raises
    ------
    ReadError
        If a file is no record.
    InputError
        If a record is no observation, or nothing in them can be used.
    """
    found: list[Observation] = []
    for text in records:
        path = path_of(text)
        record = store.load(path)
        if not is_observation(record):
            raise InputError(
                "this is a record of a test and no observation of a surface",
                where=path.name,
                advice="make one with `interlayer sem`, `xrd` or `xps` and --save",
            )
        found.append(of_record(record))
    return taken(cell, found, use_angles=use_angles)


def protocol_of(text: str) -> Protocol:
    """Return a protocol from its file, or a shipped one by name.

    Raises
    ------
    ProtocolError, DescriptionError
        If there is none, or its file cannot be read.
    """
    return _file_or_name(text, protocol.find)


def _file_or_name(text: str, load: Callable[[str | Path], _Found]) -> _Found:
    path = path_of(text)
    if path.suffix.lower() == ".toml":
        return load(path)
    if path.is_file():
        raise InputError(
            "a description is a file that ends in .toml", where=str(path), advice=f"name it {path.stem}.toml"
        )
    return load(path.as_posix())


class Source:
    """What is known about the cells behind instrument files: a description, an area, a label.

    Parameters
    ----------
    cell : str or None
        File or shipped name.
    area : str or None
        Text with unit.
    label : str or None
    options : ReadOptions or None
        What is said about tables of numbers.

    Raises
    ------
    InputError
        If the cell or the area cannot be used.
    """

    def __init__(
        self,
        cell: str | None,
        area: str | None,
        label: str | None = None,
        options: ReadOptions | None = None,
    ) -> None:
        self.cell = None if cell is None else cell_of(cell)
        self.area_m2 = None if area is None else units.parse(area, "cm2", where="--area")
        self.label = label
        self.options = options

    def record(self, text: str) -> Record:
        """Return the record in a file, its own or an instrument's.

        Raises
        ------
        ReadError
            If it cannot be read.
        """
        return read(
            path_of(text), cell=self.cell, area_m2=self.area_m2, label=self.label, options=self.options
        )

    def records(
        self, texts: Sequence[str], report: Report, failures: list[InterlayerError], *, share: float = 1.0
    ) -> Iterator[tuple[int, Record]]:
        """Yield (number, record) of each input that can be read; the others are named and kept in `failures`.

        `share` is the part of the whole work that reading is.
        """
        for number, text in enumerate(texts):
            report(share * number / len(texts), f"reading {path_of(text).name}, {number + 1} of {len(texts)}")
            try:
                record = self.record(text)
            except InterlayerError as error:
                fail(str(error))
                failures.append(error)
                continue
            yield number, record
        report(share)


def table_options(
    columns: str | None,
    delimiter: str | None,
    decimal: str | None,
    imaginary: str | None,
    sheet: str | None,
    current: str | None = None,
    dates: str | None = None,
) -> ReadOptions:
    """Return what the options of a command say about tables of numbers.

    Raises
    ------
    InputError
        If a value is not known.
    """
    named = None if columns is None else tuple(" ".join(text.split()) for text in columns.split(","))
    return ReadOptions(named, delimiter, decimal, imaginary, sheet, current, dates)
