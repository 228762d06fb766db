"""One record of all files of a cell: their rows on one time line, their counters continued."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from interlayer.lab.clocks import LOCAL, UTC, iso
from interlayer.lab.timeline import SEAMLESS_S, Place
from interlayer.metrics.analysis import Analysis
from interlayer.metrics.halves import GAP, halves
from interlayer.record import schema as s
from interlayer.record.checks import LOCAL_TIME
from interlayer.record.record import Event, Finding, Provenance, Record
from interlayer.version import __version__

IntArray = NDArray[np.int64]
JOIN: Final = "join"
READER: Final = "lab 1"
_FILE: Final = "file"


def join(places: Sequence[Place], findings: Sequence[Finding], zero: float | None, label: str) -> Record:
    """Return one record of files that have their places.

    Test Time counts from the first row. Step, cycle and spectrum numbers continue from file to file; a file whose
    rows stand between those of another is merged with it by time. A single file is returned as it is, but for
    its label and findings.
    """
    if len(places) == 1:
        only = places[0].piece.record
        return only.with_(label=label, findings=(*only.findings, *findings))
    table = _table(places, zero)
    table = _spectra_counted(_cycles_filled(_steps_counted(table)))
    return Record(
        table=table.drop(_FILE),
        provenance=_provenance(places, zero),
        label=label,
        area_m2=next((x.piece.record.area_m2 for x in places if x.piece.record.area_m2 is not None), None),
        cell=next((x.piece.record.cell for x in places if x.piece.record.cell is not None), None),
        events=_events(places),
        findings=(*_of_files(places), *findings, *_gaps(places)),
        complete=_last(places).piece.record.complete,
    )


def _last(places: Sequence[Place]) -> Place:
    return max(places, key=lambda x: -1.0 if x.end_s is None else x.end_s)


# --- rows ------------------------------------------------------------------------------------------------


def _table(places: Sequence[Place], zero: float | None) -> pl.DataFrame:
    """All rows under each other; merged by time where files overlap."""
    parts: list[pl.DataFrame] = []
    cycles = shift = 0
    number_of_steps = any(
        x.piece.record.table[s.STEP].null_count() < len(x.piece.record.table) for x in places
    )
    for number, place in enumerate(places):
        part = _shifted(place, zero)
        if place.piece.cycled:
            # Files of one loop count the same loops.
            together = place.gap_s is not None and place.gap_s < 0 and place.how == "clock"
            shift = shift if together else _cycle_shift(part, cycles)
            part = part.with_columns((pl.col(s.CYCLE) + shift).alias(s.CYCLE))
            cycles = max(cycles, int(str(part[s.CYCLE].max() or 0)))
            if number_of_steps or len(places) > 1:
                part = _with_steps(part, place.piece.record)
        else:
            part = part.with_columns(pl.lit(None, dtype=pl.Int64).alias(s.CYCLE))
        parts.append(part.with_columns(pl.lit(number, dtype=pl.Int64).alias(_FILE)))
    table = pl.concat(parts, how="diagonal_relaxed")
    if not _overlapping(places):
        return table
    # Rows without a time stay behind the row before them in their file; files without a place at the end.
    key = pl.col(s.TIME).forward_fill().over(_FILE)
    return (
        table.with_columns(key.fill_null(strategy="backward").over(_FILE).alias("key"))
        .with_columns(pl.col("key").cum_max().over(_FILE))
        .sort("key", maintain_order=True, nulls_last=True)
        .drop("key")
    )


def _overlapping(places: Sequence[Place]) -> bool:
    spans = [(x.start_s, x.end_s) for x in places if x.start_s is not None and x.end_s is not None]
    return any(b[0] < a[1] for a, b in pairwise(spans))


def _shifted(place: Place, zero: float | None) -> pl.DataFrame:
    """Rows of one file on the cell's time line, with the clock that its file tells beside it."""
    piece, table = place.piece, place.piece.record.table
    if place.start_s is None:
        return table.with_columns(pl.lit(None, dtype=pl.Float64).alias(s.TIME))
    shift = place.start_s - piece.first
    if piece.span is None:  # a spectrum whose file tells its start alone
        table = table.with_columns(pl.lit(0.0).alias(s.TIME))
    table = table.with_columns((pl.col(s.TIME) + shift).alias(s.TIME))
    clock = piece.clock
    if clock is None or clock.detail or place.how != "clock" or zero is None:
        return table
    column = s.UNIX_TIME if clock.kind == UTC else LOCAL_TIME
    if column not in table.columns or table[column].null_count() == len(table):
        table = table.with_columns((pl.col(s.TIME) + zero).alias(column))
    return table


def _cycle_shift(part: pl.DataFrame, before: int) -> int:
    """What makes the cycle numbers of a file go on from those before, unless they do so already."""
    low = part[s.CYCLE].min()
    first = None if low is None else int(str(low))
    return before + 1 - first if before and first is not None and first <= before else 0


def _with_steps(part: pl.DataFrame, record: Record) -> pl.DataFrame:
    """Steps of a file that numbers none: one for each half-cycle and each stretch between two."""
    if part[s.STEP].null_count() < len(part):
        return part
    found = halves(Analysis(record))
    edges = (
        np.unique(np.concatenate([found.first, found.stop])) if len(found) else np.zeros(0, dtype=np.int64)
    )
    in_time = part[s.FREQUENCY].is_null().to_numpy()
    step = np.zeros(len(part), dtype=np.int64)
    step[in_time] = np.searchsorted(edges, np.arange(int(in_time.sum())), side="right")
    return part.with_columns(pl.Series(s.STEP, step))


def _steps_counted(table: pl.DataFrame) -> pl.DataFrame:
    """Number the steps along the whole life: a new one with each file and each step in it."""
    changes = (pl.col(s.STEP).ne_missing(pl.col(s.STEP).shift())) | (pl.col(_FILE) != pl.col(_FILE).shift())
    return table.with_columns((changes.fill_null(value=True).cast(pl.Int64).cum_sum() - 1).alias(s.STEP))


def _cycles_filled(table: pl.DataFrame) -> pl.DataFrame:
    """Files of spectra alone belong to the cycle in which they stand."""
    return table.with_columns(
        pl.when(pl.col(s.TIME).is_not_null())
        .then(pl.col(s.CYCLE).forward_fill())
        .otherwise(pl.col(s.CYCLE))
        .alias(s.CYCLE)
    )


def _spectra_counted(table: pl.DataFrame) -> pl.DataFrame:
    """Number the spectra in the order of time."""
    points = table[s.FREQUENCY].is_not_null().to_numpy()
    if not points.any():
        return table
    key = table.select(
        pl.struct(pl.col(_FILE), pl.col(s.SPECTRUM).fill_null(0)).rank("dense").cast(pl.Int64)
    ).to_series()
    ids = key.to_numpy()[points]
    _, first, back = np.unique(ids, return_index=True, return_inverse=True)
    rank = np.empty(first.size, dtype=np.int64)
    rank[np.argsort(first)] = np.arange(first.size)
    numbers = np.zeros(len(table), dtype=np.int64)
    numbers[points] = rank[back]
    spectrum = pl.Series(s.SPECTRUM, numbers)
    return table.with_columns(pl.when(pl.Series(points)).then(spectrum).otherwise(None).alias(s.SPECTRUM))


# --- what stands beside them -----------------------------------------------------------------------------


def has_gap(place: Place) -> bool:
    """Whether there is a pause before a file that a person would want to see."""
    return place.gap_s is not None and place.gap_s > max(SEAMLESS_S, 1.5 * place.usual_step_s)


def _events(places: Sequence[Place]) -> tuple[Event, ...]:
    found: list[Event] = []
    for place in places:
        if place.start_s is None:
            continue
        shift = place.start_s - place.piece.first
        name, gap = place.piece.name, place.gap_s
        if gap is not None and has_gap(place):
            found.append(Event(GAP, place.start_s - gap, detail=f"{hours(gap)} without data, then {name}"))
        elif (
            place is not places[0]
            and place.piece.cycled
            and (gap is None or any("channel" in d for d in place.details))
        ):
            found.append(
                Event(JOIN, place.start_s, detail=f"{name}: {'; '.join([place.how, *place.details])}")
            )
        for event in place.piece.record.events:
            moved = Event(event.name, event.time_s + shift, None, event.side, event.detail)
            found.append(moved)
    return tuple(sorted(found, key=lambda e: e.time_s))


def _gaps(places: Sequence[Place]) -> list[Finding]:
    gaps = [x for x in places if has_gap(x)]
    if not gaps:
        return []
    longest = max(gaps, key=lambda x: x.gap_s or 0.0)
    begin = (longest.start_s or 0.0) - (longest.gap_s or 0.0)
    return [
        Finding(
            "gaps_between_files",
            f"{len(gaps)} {'pauses' if len(gaps) > 1 else 'pause'} between files; the longest, "
            f"{hours(longest.gap_s or 0.0)}, begins at {hours(begin)}, before {longest.piece.name}",
            "note",
            len(gaps),
        )
    ]


def _of_files(places: Sequence[Place]) -> list[Finding]:
    """Findings of the files; what several share is said once."""
    shared: dict[tuple[str, str, str], list[tuple[str, int | None]]] = {}
    for place in places:
        for f in place.piece.record.findings:
            shared.setdefault((f.name, f.detail, f.severity), []).append((place.piece.name, f.rows))
    found: list[Finding] = []
    for (name, detail, severity), where in shared.items():
        rows = [n for _, n in where if n is not None]
        names = ", ".join(n for n, _ in where[:3]) + (f" and {len(where) - 3} more" if len(where) > 3 else "")
        told = detail if len(where) == len(places) else f"{names}: {detail}"
        found.append(Finding(name, told, severity, sum(rows) if rows else None))
    return found


def _provenance(places: Sequence[Place], zero: float | None) -> Provenance:
    sources = [x.piece.record.provenance for x in places]
    digest = hashlib.sha256("".join(x.sha256 or "" for x in sources).encode()).hexdigest()
    clocks = [x.piece.clock for x in places if x.piece.clock is not None and x.how == "clock"]
    kinds = {c.kind for c in clocks if not c.stated} or {c.kind for c in clocks}
    extra: dict[str, Any] = {"files": [_facts(x) for x in places]}
    for key in ("technique", "instrument", "software", "temperature_C"):
        said = {v for x in sources if isinstance(v := x.extra.get(key), (str, float, int))}
        if len(said) == 1:
            extra[key] = said.pop()
    started: float | None = None
    if zero is not None and kinds == {UTC}:
        started = zero
    elif zero is not None and kinds == {LOCAL}:
        extra["started_local"] = iso(zero)
    return Provenance(
        kind="measured" if any(x.kind == "measured" for x in sources) else sources[0].kind,
        file_name=f"{_base(places[0])} and {len(places) - 1} more",
        sha256=digest,
        reader=READER,
        version=__version__,
        started_unix_s=started,
        references=tuple(dict.fromkeys(r for x in sources for r in x.references)),
        extra=extra,
    )


def _facts(place: Place) -> dict[str, Any]:
    source = place.piece.record.provenance
    return {
        "file": place.piece.name,
        "sha256": source.sha256,
        "reader": source.reader,
        "start_s": place.start_s,
        "gap_s": place.gap_s,
        "how": place.how,
        "technique": source.extra.get("technique"),
        **{
            key: source.extra[key] for key in ("instrument", "software", "amplitude_V") if key in source.extra
        },
    }


def _base(place: Place) -> str:
    return place.piece.name.rpartition("/")[2]


def hours(seconds: float) -> str:
    """Return a time in the unit in which it is read easily: '12 s', '35 min', '120 h'."""
    if abs(seconds) < 120:
        return f"{seconds:.3g} s"
    return f"{seconds / 60:.3g} min" if abs(seconds) < 7200 else f"{seconds / 3600:.4g} h"
