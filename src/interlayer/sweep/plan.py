"""A plan as a TOML file: base cell, protocol, what is varied, what is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from interlayer import cells, parameter_sets, protocol
from interlayer.cell import Cell
from interlayer.cycle_jump import LOOSEST
from interlayer.descriptions import Lines, load_toml, parse_toml
from interlayer.errors import DescriptionError, unknown_name
from interlayer.sweep.columns import DEFAULT, Kept, names, read_kept
from interlayer.sweep.design import Point, points_of
from interlayer.sweep.vary import Vary, read_vary

FORMAT: Final = "interlayer-sweep/1"
WIDEST: Final = 4096
_KEYS: Final = (
    "format",
    "label",
    "cell",
    "protocol",
    "parameters",
    "design",
    "points",
    "seed",
    "metrics",
    "rtol",
    "jump",
    "width",
    "stop_on",
    "vary",
    "notes",
)
_EVENTS: Final = ("short", "hard short", "crack onset", "salt depletion", "lithium exhausted")


@dataclass(frozen=True)
class Plan:
    """What a sweep does, complete: no file is needed beside it.

    Attributes
    ----------
    label : str
    cell : dict
        Description of the base cell (`Cell.as_dict`).
    protocol : dict
        Plain data of the base protocol, or a standard test with its arguments.
    parameters : str or None
        Parameter set instead of the cell's own choice.
    entries : tuple of Vary
    points : tuple
        Values of each point, one for each entry.
    kept : tuple of Kept
        Metrics.
    rtol : float
        Relative tolerance in time.
    jump : float or None
        Tolerance of leaps over cycles; None: every cycle is computed.
    width : int
        Cells a chunk, which is also the width of a compiled call.
    stop_on : tuple of str or None
        Events that end a run; None for those of `interlayer.simulate`.
    design, seed : str, int
    """

    label: str
    cell: Mapping[str, Any]
    protocol: Mapping[str, Any]
    parameters: str | None
    entries: tuple[Vary, ...]
    points: tuple[Point, ...]
    kept: tuple[Kept, ...]
    rtol: float
    jump: float | None
    width: int
    stop_on: tuple[str, ...] | None
    design: str
    seed: int

    @classmethod
    def from_toml(cls, path: str | Path) -> Plan:
        """Read a plan file; cells, protocols and sets that it names by file lie beside it.

        Raises
        ------
        InputError
            For anything in it that cannot be used, with its line.
        """
        data, lines = load_toml(path)
        return _read(data, lines, Path(path).parent)

    @classmethod
    def from_text(cls, text: str, *, folder: Path | None = None) -> Plan:
        """Read a plan from TOML text; `folder` is where files that it names lie. See `from_toml`."""
        data, lines = parse_toml(text, name="plan")
        return _read(data, lines, folder or Path())

    @cached_property
    def columns(self) -> dict[str, type]:
        """Columns of the table and their types, in order; the same in every chunk."""
        varied: dict[str, type] = {e.column: float if e.numeric else str for e in self.entries}
        return {
            "point": int,
            **varied,
            "status": str,
            "reason": str,
            "ended": str,
            "simulated / h": float,
            **names(self.kept),
            "notes": str,
        }

    def settings(self) -> dict[str, Any]:
        """Everything but the points, as plain data: what all chunks have in common."""
        return {
            "cell": dict(self.cell),
            "protocol": dict(self.protocol),
            "parameters": self.parameters,
            "fields": [e.field for e in self.entries],
            "metrics": [[k.metric, k.pick, k.said] for k in self.kept],
            "rtol": self.rtol,
            "jump": self.jump,
            "width": self.width,
            "stop_on": None if self.stop_on is None else list(self.stop_on),
            "columns": {name: kind.__name__ for name, kind in self.columns.items()},
        }


def _read(data: Mapping[str, Any], lines: Lines, folder: Path) -> Plan:
    for key in data:
        if key not in _KEYS:
            raise DescriptionError(unknown_name("key of a plan", str(key), _KEYS), where=lines.where((key,)))
    if data.get("format") != FORMAT:
        raise DescriptionError(
            f"this is not a plan of a sweep (format = {data.get('format')!r})",
            where=lines.name,
            advice=f'write format = "{FORMAT}" on the first line',
        )
    tables = data.get("vary", [])
    if not isinstance(tables, list) or not all(isinstance(t, Mapping) for t in tables):
        raise DescriptionError(
            "vary is not a list of tables", where=lines.where(("vary",)), advice="write [[vary]]"
        )
    entries = tuple(read_vary(t, lines.where(("vary", k)) or f"vary {k + 1}") for k, t in enumerate(tables))
    doubled = [e.field for k, e in enumerate(entries) if e.field in [o.field for o in entries[:k]]]
    if doubled:
        raise DescriptionError(f"{doubled[0]} is varied twice", where=lines.name, advice="keep one entry")
    points = _points(data, entries, lines)
    return Plan(
        label=str(data.get("label", lines.name.removesuffix(".toml"))),
        cell=_cell(data, lines, folder),
        protocol=_protocol(data, lines, folder),
        parameters=_parameters(data, lines, folder),
        entries=entries,
        points=tuple(points),
        kept=_kept(data, lines),
        rtol=_share(data, "rtol", 1.0, lines) or 1e-3,
        jump=_share(data, "jump", LOOSEST, lines),
        width=_whole(data, "width", _width(len(points)), 1, WIDEST, lines),
        stop_on=_stop_on(data, lines),
        design=str(data.get("design", "grid")),
        seed=_whole(data, "seed", 0, 0, 2**32 - 1, lines),
    )


def _points(data: Mapping[str, Any], entries: tuple[Vary, ...], lines: Lines) -> list[Point]:
    count = data.get("points")
    if count is not None and (isinstance(count, bool) or not isinstance(count, int)):
        raise DescriptionError(
            f"points = {count!r} is no whole number",
            where=lines.where(("points",)),
            advice="write points = 256",
        )
    place = lines.where(("points",)) if "points" in data else lines.where(("design",)) or lines.name
    seed = _whole(data, "seed", 0, 0, 2**32 - 1, lines)
    return points_of(str(data.get("design", "grid")), entries, count, seed, place)


def _width(points: int) -> int:
    """Cells a chunk where the plan says nothing: few where there are few, as missing ones are computed for nothing."""
    return 32 if points >= 256 else 8


def _cell(data: Mapping[str, Any], lines: Lines, folder: Path) -> dict[str, Any]:
    named = data.get("cell")
    if not isinstance(named, str):
        raise DescriptionError(
            "the cell is missing" if named is None else f"cell = {named!r} is no name",
            where=lines.where(("cell",)) or lines.name,
            advice='write cell = "ding2024/cuf2-20ul" or cell = "cell.toml"',
        )
    cell: Cell = cells.load(_beside(named, folder))
    if cell.bpx_path is not None:  # workers look for it from elsewhere
        cell = cell.override({"cathode.bpx": str(cell.bpx_path.resolve())})
    return cell.as_dict()


def _protocol(data: Mapping[str, Any], lines: Lines, folder: Path) -> dict[str, Any]:
    named = data.get("protocol")
    if isinstance(named, Mapping):
        if "test" not in named:
            raise DescriptionError(
                "the table [protocol] names no test",
                where=lines.where(("protocol",)),
                advice='write test = "cycling" and its arguments below it, or protocol = "cycling-0.1"',
            )
        return dict(named)
    if not isinstance(named, str):
        raise DescriptionError(
            "the protocol is missing" if named is None else f"protocol = {named!r} is no name",
            where=lines.where(("protocol",)) or lines.name,
            advice='write protocol = "cycling-0.1", protocol = "protocol.toml", or a table [protocol]',
        )
    return protocol.find(_beside(named, folder)).as_dict()


def _parameters(data: Mapping[str, Any], lines: Lines, folder: Path) -> str | None:
    named = data.get("parameters")
    if named is None:
        return None
    place = str(Path(_beside(str(named), folder)).resolve()) if str(named).endswith(".toml") else str(named)
    try:
        parameter_sets.load(place)
    except DescriptionError as error:
        raise error.at(lines.where(("parameters",))) from None
    return place


def _beside(name: str, folder: Path) -> str:
    """A file that the plan names lies beside the plan; a shipped name stays as it is."""
    return str(folder / name) if name.lower().endswith(".toml") else name


def _kept(data: Mapping[str, Any], lines: Lines) -> tuple[Kept, ...]:
    named = data.get("metrics", list(DEFAULT))
    where = lines.where(("metrics",)) or lines.name
    if not isinstance(named, list):
        raise DescriptionError(
            f"metrics = {named!r} is not a list", where=where, advice=f"write metrics = {list(DEFAULT)}"
        )
    return tuple(dict.fromkeys(read_kept(one, where) for one in named))


def _share(data: Mapping[str, Any], key: str, below: float, lines: Lines) -> float | None:
    given = data.get(key)
    if given is None:
        return None
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0.0 < given < below:
        raise DescriptionError(
            f"{key} = {given!r} lies outside 0 to {below:g}",
            where=lines.where((key,)),
            advice=f"write {key} = 1e-3",
        )
    return float(given)


def _whole(data: Mapping[str, Any], key: str, default: int, low: int, high: int, lines: Lines) -> int:
    given = data.get(key, default)
    if isinstance(given, bool) or not isinstance(given, int) or not low <= given <= high:
        raise DescriptionError(
            f"{key} = {given!r}",
            where=lines.where((key,)),
            advice=f"write a whole number from {low} to {high}",
        )
    return given


def _stop_on(data: Mapping[str, Any], lines: Lines) -> tuple[str, ...] | None:
    given = data.get("stop_on")
    if given is None:
        return None
    where = lines.where(("stop_on",))
    if not isinstance(given, list):
        raise DescriptionError(
            f"stop_on = {given!r} is not a list", where=where, advice='write stop_on = ["short"]'
        )
    for name in given:
        if name not in _EVENTS:
            raise DescriptionError(unknown_name("event", str(name), _EVENTS), where=where)
    return tuple(given)
