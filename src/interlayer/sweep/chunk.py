"""A chunk: points that are computed together, named by a hash of everything that its numbers depend on."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from interlayer.errors import SimulationError
from interlayer.sweep.code_version import code_version
from interlayer.sweep.design import Point
from interlayer.sweep.plan import Plan

OK: Final = "ok"
FAILED: Final = "failed"
Task = dict[str, Any]
"""What a worker needs, plain data: the plan's settings, the points, the name of the result."""


@dataclass(frozen=True)
class Done:
    """A computed chunk. The bytes are a Parquet file; the rest is for the display and stands in no file."""

    name: str
    data: bytes
    points: int
    failed: int
    cycles: int
    seconds: float

    def as_dict(self) -> dict[str, Any]:
        """Plain data but for the bytes."""
        return {k: v for k, v in asdict(self).items() if k != "data"}


def chunks_of(plan: Plan) -> list[Task]:
    """All chunks of a plan, in order; each is `plan.width` points.

    Points that name other laws or materials are put into other chunks, since they cannot share a compiled program.
    """
    numeric = [e.numeric for e in plan.entries]

    def kind(point: Point) -> str:
        return json.dumps([v for v, n in zip(point, numeric, strict=True) if not n])

    sorts: dict[str, list[int]] = {}
    for number, point in enumerate(plan.points):
        sorts.setdefault(kind(point), []).append(number)
    common = plan.settings() | {"code": code_version(), "files": _files(plan)}
    return [
        _task(common, plan, members[first : first + plan.width])
        for members in sorts.values()
        for first in range(0, len(members), plan.width)
    ]


def _task(common: Mapping[str, Any], plan: Plan, members: list[int]) -> Task:
    task = {
        **common,
        "points": [
            {
                "point": number,
                "values": list(plan.points[number]),
                "shown": [e.number(v) for e, v in zip(plan.entries, plan.points[number], strict=True)],
            }
            for number in members
        ],
        "varied": [e.column for e in plan.entries],
    }
    return {**task, "name": hashlib.sha256(json.dumps(task, sort_keys=True).encode()).hexdigest()[:32]}


def _files(plan: Plan) -> dict[str, str]:
    """Digests of the user's own files that the numbers depend on, by the role of the file."""
    cathode = plan.cell.get("cathode")
    named = {
        "parameters": plan.parameters if plan.parameters and plan.parameters.endswith(".toml") else None,
        "bpx": cathode.get("bpx") if isinstance(cathode, Mapping) else None,
        "own set": own if (own := str(plan.cell.get("parameters") or "")).endswith(".toml") else None,
    }
    return {
        role: hashlib.sha256(Path(file).read_bytes()).hexdigest()
        for role, file in named.items()
        if file is not None and Path(file).is_file()
    }


def compute(task: Task) -> Done:
    """Simulate the points of a chunk and evaluate what is kept of them.

    A point that fails is a row with its reason.

    Raises
    ------
    SimulationError
        If this process runs other code than the one that planned the chunk.
    """
    # The physics is loaded here: planning and resuming do without it.
    from interlayer.batch import simulate_batch
    from interlayer.record import Record
    from interlayer.sweep.columns import Kept, row
    from interlayer.sweep.point import Made, make

    began = time.perf_counter()
    if task["code"] != code_version():
        raise SimulationError(
            f"this process runs {code_version()}, the plan was made by {task['code']}",
            where="sweep",
            advice="install the same version of interlayer, JAX, NumPy and SciPy on every machine",
        )
    kept = [Kept(*one) for one in task["metrics"]]
    made = [make(task, one["values"]) for one in task["points"]]
    sound = [one for one in made if isinstance(one, Made)]
    outcomes = iter(
        simulate_batch(
            [one.built for one in sound],
            [one.protocol for one in sound],
            rtol=task["rtol"],
            jump=task["jump"],
            stop_on=None if task["stop_on"] is None else tuple(task["stop_on"]),
            width=task["width"],
            keep_states=False,
        )
    )
    rows: list[dict[str, Any]] = []
    cycles = 0
    for point, one in zip(task["points"], made, strict=True):
        found: dict[str, Any] = {
            "point": point["point"],
            **dict(zip(task["varied"], point["shown"], strict=True)),
        }
        outcome = next(outcomes) if isinstance(one, Made) else one
        if isinstance(outcome, Record):
            numbers, notes = row(outcome, kept)
            found |= {"status": OK, "notes": notes or None, **_course(outcome), **numbers}
            cycles += cycles_in(outcome)
        else:
            found |= {"status": FAILED, "reason": str(outcome)}
        rows.append(found)
    failed = sum(r["status"] == FAILED for r in rows)
    return Done(
        task["name"],
        as_parquet(rows, task["columns"]),
        len(rows),
        failed,
        cycles,
        time.perf_counter() - began,
    )


def given_up(task: Task, reason: str) -> Done:
    """The chunk as failed rows: for one that its worker never brought back."""
    rows = [
        {
            "point": point["point"],
            **dict(zip(task["varied"], point["shown"], strict=True)),
            "status": FAILED,
            "reason": reason,
        }
        for point in task["points"]
    ]
    return Done(task["name"], as_parquet(rows, task["columns"]), len(rows), len(rows), 0, 0.0)


def _course(record: Any) -> dict[str, Any]:
    from interlayer.record import schema as s

    ended = next((f.detail.rpartition(": ")[2] for f in record.findings if f.name == "ended early"), None)
    last = record.table[s.TIME].max()
    return {"ended": ended, "simulated / h": None if last is None else float(last) / 3600.0}


def cycles_in(record: Any) -> int:
    """Cycles that a record holds, the last one begun or done."""
    from interlayer.record import schema as s

    if s.CYCLE not in record.table.columns or not len(record.table):
        return 0
    return int(record.table[s.CYCLE].max()) + 1


@lru_cache(maxsize=8)
def _schema(names: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    import polars as pl

    kinds = {"int": pl.Int64, "float": pl.Float64, "str": pl.String}
    return {name: kinds[kind] for name, kind in names}


def as_parquet(rows: list[dict[str, Any]], columns: Mapping[str, str]) -> bytes:
    """Rows as a Parquet file with exactly these columns."""
    import polars as pl

    whole = [{name: one.get(name) for name in columns} for one in rows]
    target = BytesIO()
    pl.DataFrame(whole, schema=_schema(tuple(columns.items()))).write_parquet(target)
    return target.getvalue()
