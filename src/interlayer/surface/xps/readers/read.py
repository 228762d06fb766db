"""Read any file of photoelectron spectra that a reader knows: choose, read, check."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from interlayer.errors import InputError, ReadError
from interlayer.record.record import Finding
from interlayer.surface.xps.readers.checks import finished
from interlayer.surface.xps.readers.contract import ColumnMap, RegionReader
from interlayer.surface.xps.readers.plain_table import PlainTable
from interlayer.surface.xps.readers.plain_xlsx import PlainXlsx
from interlayer.surface.xps.readers.registry import ALL_READERS
from interlayer.surface.xps.spectrum import Region

HEAD_BYTES: Final = 65536
_UNIT_OPEN: Final = ("unit_unknown", "arbitrary_units")
"""Findings that a person answers by naming the unit."""
_STRANGERS: Final = (
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"II*\x00", "an image (.tif)"),
    (b"MM\x00*", "an image (.tif)"),
    (b"BM", "an image (.bmp)"),
    (b"GIF8", "an image"),
    (b"%PDF", "a PDF"),
    (b"\x89HDF", "an HDF5 file"),
    (b"\xd0\xcf\x11\xe0", "an old Office file, or the binary file of Avantage (.vgd)"),
    (b"BIO-LOGIC", "a BioLogic file"),
)


def read_regions(
    path: str | Path, *, columns: ColumnMap | Mapping[str, Any] | None = None
) -> tuple[Region, ...]:
    """Return all regions of a file of photoelectron spectra.

    Parameters
    ----------
    path : str or Path
    columns : ColumnMap or mapping, optional
        What the file does not say itself: `axis`, `photon_energy_eV`, `unit`, `counting_s`; for tables `energy`,
        `intensity`, `name`, `sample`, `sheet`.

    Returns
    -------
    tuple of Region
        At least one, each with its defects in `findings`; `extra['reader']` names the format.

    Raises
    ------
    ReadError
        If the file is no file of spectra, damaged beyond use, or does not say what its numbers are.
    InputError
        If `columns` makes no sense for this file.
    """
    path = Path(path)
    told = ColumnMap.of(columns)
    head = _head(path)
    reader = _choose(path, head, told)
    try:
        regions = reader.read(path, told)
        if not regions:
            raise ReadError("no spectrum in it")
        return _all_finished(tuple(_as_told(region, told) for region in regions), reader)
    except InputError as problem:
        raise problem.at(path.name) from problem.__cause__
    except OSError as problem:
        raise ReadError(f"cannot be read: {problem.strerror}", where=path.name) from problem


def _as_told(region: Region, told: ColumnMap) -> Region:
    """Return the region with unit and counting time as a person says them, and that said.

    Raises
    ------
    ReadError
        If the file states another unit.
    """
    said: list[Finding] = []
    if told.unit is not None and told.unit != region.intensity_unit:
        if region.intensity_unit != "1":
            raise ReadError(
                f"{region.name}: the file says {region.intensity_unit}, you say {told.unit}",
                advice="leave out what you said",
            )
        said.append(Finding("unit_told", f"{region.name}: {told.unit} is what you said", "note"))
        kept = tuple(f for f in region.findings if f.name not in _UNIT_OPEN)
        region = replace(region, intensity_unit=told.unit, findings=kept)
    if told.counting_s is not None and told.counting_s != region.counting_s:
        file_says = "nothing" if region.counting_s is None else f"{region.counting_s:g} s"
        text = f"{region.name}: counted for {told.counting_s:g} s is what you said; the file says {file_says}"
        said.append(Finding("counting_time_told", text, "note"))
        kept = tuple(f for f in region.findings if f.name != "counting_time_unknown")
        region = replace(region, counting_s=told.counting_s, findings=kept)
    return replace(region, findings=(*region.findings, *said)) if said else region


def _all_finished(regions: tuple[Region, ...], reader: RegionReader) -> tuple[Region, ...]:
    """Check all regions; one that is none is left out and named, unless it is the only one."""
    whole: list[Region] = []
    problems: list[ReadError] = []
    for region in regions:
        extra = {"reader": reader.name, "reader_version": reader.version, **region.extra}
        try:
            whole.append(finished(replace(region, extra=extra)))
        except ReadError as problem:
            problems.append(problem)
    if not whole:
        raise problems[0]
    if problems:
        left = tuple(Finding("region_left_out", problem.what, rows=None) for problem in problems)
        whole = [replace(region, findings=(*region.findings, *left)) for region in whole]
    return tuple(whole)


def _choose(path: Path, head: bytes, told: ColumnMap) -> RegionReader:
    """Return the reader for a file: by content first, by ending second."""
    if told.names_columns:
        # A person who names columns has a table, though its first line may look like a format's.
        return PlainXlsx() if PlainXlsx().sniff(path, head) else PlainTable()
    for reader in ALL_READERS:
        if reader.sniff(path, head):
            return reader
    stranger = next((what for mark, what in _STRANGERS if head.startswith(mark)), None)
    if stranger is None:
        for reader in ALL_READERS:
            if path.suffix.lower() in reader.extensions:
                return reader
    from interlayer.readers.read import describe  # brings the readers of all other instruments along

    looks = f"looks like {stranger}" if stranger else f"begins with {describe(head)}"
    raise ReadError(
        f"no file of photoelectron spectra; it {looks}. Looked for {', '.join(r.name for r in ALL_READERS)}",
        where=path.name,
        advice="export the spectra as VAMAS (.vms) or as text with columns of energy and counts",
    )


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
    except FileNotFoundError as problem:
        raise ReadError("no such file", where=str(path)) from problem
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or "not a valid file name"
        raise ReadError(f"cannot be read: {reason}", where=path.name) from problem
    if not head.strip():
        raise ReadError("the file is empty", where=path.name)
    return head
