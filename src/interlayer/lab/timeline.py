"""Where each file of a cell stands on the cell's time line: by its clock, by order, or not at all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from interlayer.lab.clocks import Clock
from interlayer.lab.names import natural
from interlayer.record import schema as s
from interlayer.record.record import Finding, Record

FloatArray = NDArray[np.float64]
CLOCK_TOLERANCE_S: Final = 2.0
"""Starts are printed to the second; a file that begins so little before another ends follows it."""
SEAMLESS_S: Final = 60.0
"""A pause between two files that is no longer than this, or than 1.5 times the distance of rows, is no gap."""

CLOCK: Final = "clock"
BY_HAND: Final = "order by hand"
NAME: Final = "name"
END_BEFORE: Final = "end of the file before"
NOT_PLACED: Final = "not placed"


@dataclass(frozen=True)
class Piece:
    """One file of a cell that counts.

    Attributes
    ----------
    name : str
        Path relative to the table.
    record : Record
    clock : Clock or None
        At test time 0 of the file.
    """

    name: str
    record: Record
    clock: Clock | None

    @cached_property
    def times(self) -> FloatArray:
        """Test time of its rows, s, shape (n,), NaN where unknown."""
        return self.record.table[s.TIME].cast(pl.Float64).fill_null(float("nan")).to_numpy()

    @cached_property
    def span(self) -> tuple[float, float] | None:
        """First and last test time, s; None without times."""
        good = self.times[np.isfinite(self.times)]
        return (float(good.min()), float(good.max())) if good.size else None

    @property
    def first(self) -> float:
        """Test time of its first row, s; 0 if it has none."""
        return self.span[0] if self.span else 0.0

    @property
    def duration(self) -> float:
        """From the first to the last row, s."""
        return self.span[1] - self.span[0] if self.span else 0.0

    @cached_property
    def cycled(self) -> bool:
        """Whether it has rows of the time domain."""
        return len(self.record.cycling) > 0

    @cached_property
    def usual_step_s(self) -> float:
        """Usual distance of its rows, s."""
        time = self.record.cycling[s.TIME].drop_nulls().to_numpy()
        distance = np.diff(time)
        distance = distance[distance > 0]
        return float(np.quantile(distance, 0.95)) if distance.size else 0.0

    @property
    def channel(self) -> str:
        """Channel that its name tells, '' if none."""
        found = re.findall(r"(?:^|[_\- ])C(?:H|h)?(\d{1,3})(?=[_\-. ]|$)", self.name)
        return found[-1].lstrip("0") if found else ""

    @property
    def instrument(self) -> str:
        """What measured it, as the file tells; '' if it does not."""
        said = self.record.provenance.extra.get("instrument")
        return " ".join(said.split()) if isinstance(said, str) else ""


@dataclass
class Place:
    """Where a file stands.

    Attributes
    ----------
    piece : Piece
    start_s : float or None
        Time of its first row on the cell's line; None if it has no place.
    how : str
    gap_s : float or None
        From the end of all before it; < 0 for an overlap.
    details : list of str
    """

    piece: Piece
    start_s: float | None
    how: str
    gap_s: float | None = None
    details: list[str] = field(default_factory=list[str])
    usual_step_s: float = 0.0
    """Usual distance of rows in this file and in the one before it, the larger, s."""

    @property
    def end_s(self) -> float | None:
        """Time of its last row."""
        return None if self.start_s is None else self.start_s + self.piece.duration


def place(pieces: Sequence[Piece], *, by_hand: bool) -> tuple[list[Place], list[Finding], float | None]:
    """Place the files of a cell.

    Parameters
    ----------
    pieces : sequence of Piece
        In the order of the table.
    by_hand : bool
        Whether that order is what a person set.

    Returns
    -------
    places : list of Place
        In the order of the cell's life; those without a place at the end.
    findings : list of Finding
    zero : float or None
        What the common clock read at time 0, s since 1970; None without one.
    """
    findings: list[Finding] = []
    kind = _common_kind(pieces)
    known = [
        p.clock if p.clock is not None and (p.clock.kind == kind or p.clock.stated) else None for p in pieces
    ]
    _say_mixed(pieces, kind, findings)
    # Relative to the first: seconds since 1970 leave no room for microseconds.
    origin = min((clock.seconds for clock in known if clock is not None), default=0.0)
    near = [None if c is None else replace(c, seconds=c.seconds - origin) for c in known]
    clocks = dict(zip((p.name for p in pieces), near, strict=True))
    ordered = list(pieces) if by_hand else _in_order(pieces, clocks)
    dated = [begin for p in ordered if (begin := _begin(p, clocks)) is not None]
    zero = min(dated) if dated else None
    places: list[Place] = []
    lost: list[Place] = []
    leading: list[Place] = []
    for piece in ordered:
        begin = _begin(piece, clocks)
        if begin is None and not piece.cycled and not by_hand:
            lost.append(Place(piece, None, NOT_PLACED, details=["tells no date"]))
            continue
        if begin is None or zero is None:
            found = _after(
                places, piece, BY_HAND if by_hand else (END_BEFORE if places else NAME), by_hand=by_hand
            )
            if not places and zero is not None:
                leading.append(found)
                continue
        else:
            found = _by_clock(piece, begin - zero, places, findings, by_hand=by_hand)
        if (clock := clocks[piece.name]) is not None and clock.detail:
            found.details.append(clock.detail)
        found.usual_step_s = piece.usual_step_s
        if places:
            found.usual_step_s = max(piece.usual_step_s, places[-1].piece.usual_step_s)
            _say_changes(found, places[-1].piece)
        places.append(found)
    places, shift = _lead(leading, places)
    # With an order by hand the earliest clock need not be that of the first file.
    early = min((x.start_s for x in places if x.start_s is not None), default=0.0)
    for one in places:
        if one.start_s is not None:
            one.start_s -= early
    shift -= early
    _say_unplaced(lost, findings)
    _say_undated(
        [x for x in places if clocks[x.piece.name] is None], by_hand, findings, alone=len(places) == 1
    )
    return [*places, *lost], findings, None if zero is None else origin + zero - shift


def _begin(piece: Piece, clocks: dict[str, Clock | None]) -> float | None:
    clock = clocks[piece.name]
    return None if clock is None else clock.seconds + piece.first


def _common_kind(pieces: Sequence[Piece]) -> str | None:
    """The kind of clock by which most is measured; files with cycling first."""
    weight: dict[str, float] = {}
    for piece in pieces:
        if piece.clock is not None:
            one = 1.0 + len(piece.record.table) + (1e9 if piece.cycled else 0.0)
            one *= 1e-12 if piece.clock.stated else 1.0
            weight[piece.clock.kind] = weight.get(piece.clock.kind, 0.0) + one
    return max(weight, key=lambda kind: weight[kind]) if weight else None


def _in_order(pieces: Sequence[Piece], clocks: dict[str, Clock | None]) -> list[Piece]:
    """Files by their clocks; each without one behind the file that stands before it by name."""
    by_name = sorted(pieces, key=lambda p: natural(p.name))
    dated = [p for p in by_name if _begin(p, clocks) is not None]
    dated.sort(key=lambda p: _begin(p, clocks) or 0.0)
    behind: dict[str, list[Piece]] = {}
    last = ""
    for piece in by_name:
        if _begin(piece, clocks) is None:
            behind.setdefault(last, []).append(piece)
        elif piece.cycled:
            last = piece.name
    ordered = behind.get("", [])[:]
    for piece in dated:
        ordered += [piece, *behind.get(piece.name, [])]
    return ordered


def _after(places: list[Place], piece: Piece, how: str, *, by_hand: bool) -> Place:
    """Put a file at the end of those before it."""
    if not places:
        return Place(piece, 0.0, how)
    detail = "the time between them is not known" if not by_hand else ""
    return Place(piece, _end(places), how, None, [detail] if detail else [])


def _end(places: Sequence[Place]) -> float:
    return max((x.end_s for x in places if x.end_s is not None), default=0.0)


def _by_clock(
    piece: Piece, start: float, places: list[Place], findings: list[Finding], *, by_hand: bool
) -> Place:
    if not places:
        return Place(piece, start, CLOCK)
    end = _end(places)
    gap = start - end
    if gap >= 0:
        return Place(piece, start, CLOCK, gap)
    if -gap <= CLOCK_TOLERANCE_S:
        return Place(piece, end, CLOCK, 0.0)
    if by_hand and start < max(x.start_s or 0.0 for x in places) - CLOCK_TOLERANCE_S:
        return Place(piece, end, BY_HAND, gap, [f"its clock would put it {_time(-gap)} earlier"])
    crossed = [x for x in places if x.end_s is not None and x.end_s > start]
    contrary = [x for x in crossed if _contradict(x, piece, start)]
    if not contrary:
        others = ", ".join(x.piece.name for x in crossed[:3])
        return Place(piece, start, CLOCK, gap, [f"its rows stand between those of {others}"])
    other = contrary[-1]
    if not piece.cycled:
        findings.append(
            Finding(
                "clocks_contradict",
                f"the spectra of {piece.name} were measured, by their clock, while {other.piece.name} passed a "
                f"current; one of the clocks is wrong: state clock_offset = '{piece.name}: +5 min' in the table",
            )
        )
        return Place(piece, start, CLOCK, gap, ["while another file passed a current"])
    how = BY_HAND if by_hand else END_BEFORE
    findings.append(
        Finding(
            "clocks_contradict",
            f"{piece.name} begins, by its clock, {_time(-gap)} before {other.piece.name} ends, and both were "
            f"measured at once; it is put at the end. State clock_offset = '{piece.name}: +5 min' in the table, or "
            "leave one of them out",
        )
    )
    return Place(piece, end, how, gap, ["its clock contradicts the file before"])


def _contradict(placed: Place, piece: Piece, start: float) -> bool:
    """Whether one file has rows where the other passes a current, or two cyclers measure the same moments."""
    assert placed.start_s is not None
    one = _line(placed.piece, placed.start_s)
    other = _line(piece, start)
    both_cycled = placed.piece.cycled and piece.cycled
    return _inside(one, other[0], needs_current=not both_cycled) or _inside(
        other, one[0], needs_current=not both_cycled
    )


def _line(piece: Piece, start: float) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Times on the cell's line, currents and steps of the rows of the time domain; of spectra, times alone."""
    table = piece.record.cycling if piece.cycled else piece.record.table
    rows = table.select(
        pl.col(s.TIME).cast(pl.Float64),
        pl.col(s.CURRENT).cast(pl.Float64).fill_null(0.0),
        pl.col(s.STEP).cast(pl.Float64).fill_null(-1.0),
    ).drop_nulls(s.TIME)
    time = rows[s.TIME].to_numpy() - piece.first + start
    if not time.size:
        time = np.array([start])
        return time, np.zeros(1), np.zeros(1)
    current = rows[s.CURRENT].to_numpy() if piece.cycled else np.zeros(time.size)
    return time, current, rows[s.STEP].to_numpy()


def _inside(
    line: tuple[FloatArray, FloatArray, FloatArray], moments: FloatArray, *, needs_current: bool
) -> bool:
    """Whether moments fall between two rows of one step that stand as close as rows do there."""
    time, current, step = line
    if time.size < 2:
        return False
    moments = moments[(moments > time[0] + CLOCK_TOLERANCE_S) & (moments < time[-1] - CLOCK_TOLERANCE_S)]
    if not moments.size:
        return False
    at = np.clip(np.searchsorted(time, moments, side="right"), 1, time.size - 1)
    distance = np.diff(time)
    usual = float(np.quantile(distance[distance > 0], 0.95)) if (distance > 0).any() else 0.0
    within = (step[at] == step[at - 1]) & (distance[at - 1] <= 3 * usual)
    if needs_current:
        size = np.abs(current)
        within &= np.minimum(size[at], size[at - 1]) > 0.01 * (size.max() or 1.0)
    return bool(within.sum() > 1 or (within.any() and moments.size == 1))


def _lead(leading: list[Place], places: list[Place]) -> tuple[list[Place], float]:
    """Put undated files that come first before the first dated one; return by how much all others move."""
    if not leading:
        return places, 0.0
    end = 0.0
    for number, one in enumerate(leading):
        one.start_s = end
        if number == 0:
            one.details.append("ends where the next file begins: the time between them is not known")
        end += one.piece.duration
    for one in places:
        if one.start_s is not None:
            one.start_s += end
    if places:
        places[0].gap_s = None
    return [*leading, *places], end


def _say_changes(found: Place, before: Piece) -> None:
    piece = found.piece
    if piece.channel and before.channel and piece.channel != before.channel:
        found.details.append(f"channel {piece.channel}, before it was {before.channel}")
    elif piece.instrument != before.instrument and piece.instrument and before.instrument:
        found.details.append(f"{piece.instrument}, before it was {before.instrument}")


def _say_mixed(pieces: Sequence[Piece], kind: str | None, findings: list[Finding]) -> None:
    strange = [p for p in pieces if p.clock is not None and p.clock.kind != kind and not p.clock.stated]
    other = [p.name for p in strange]
    if other:
        word = {"UTC": "universal time", "local": "the clock of a computer without its time zone"}
        told = strange[0].clock.kind if strange[0].clock is not None else ""
        findings.append(
            Finding(
                "mixed_clocks",
                f"{_names(other)} {'tells' if len(other) == 1 else 'tell'} {word.get(told, told)}, the others "
                f"{word.get(kind or '', kind or '')}: they cannot be compared; "
                "state time_zone in the table, such as UTC+1",
            )
        )


def _say_unplaced(lost: list[Place], findings: list[Finding]) -> None:
    if lost:
        findings.append(
            Finding(
                "spectrum_not_placed",
                f"{_names([x.piece.name for x in lost])}: no date that can be used, so that its spectra have "
                "no place in the cell's life; to place them put the files in order in the table and write "
                "order = 'as listed'",
                rows=len(lost),
            )
        )


def _say_undated(undated: list[Place], by_hand: bool, findings: list[Finding], *, alone: bool) -> None:
    if undated and not alone:
        order = "as the table lists them" if by_hand else "by the order of their names"
        findings.append(
            Finding(
                "time_between_unknown",
                f"{_names([x.piece.name for x in undated])}: no date that can be used; joined end to end, {order}, so "
                "that pauses are not in the time",
                rows=len(undated),
            )
        )


def _names(names: Sequence[str]) -> str:
    shown = ", ".join(names[:4])
    return shown if len(names) <= 4 else f"{shown} and {len(names) - 4} more"


def _time(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.3g} s"
    return f"{seconds / 60:.3g} min" if seconds < 7200 else f"{seconds / 3600:.4g} h"
