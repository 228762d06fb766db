"""What a plan comes to, before anything is computed."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final

from interlayer.sweep.check import check
from interlayer.sweep.chunk import chunks_of
from interlayer.sweep.plan import Plan

START_S: Final = 12.0
"""s; loading and compiling once a worker, less from the second run on."""
CELL_S: Final = 0.03
"""s a point: making its equations and its metrics."""
STEP_S: Final = 0.1e-3
"""s a step of the protocol and cell at rtol 1e-3, one core of 2024."""
LEAPING_STEPS: Final = 300
"""Steps of a life that are computed where cycles are leapt over; more where it is eventful."""


@dataclass(frozen=True)
class Estimate:
    """Points, chunks and a rough time."""

    points: int
    chunks: int
    width: int
    steps: int
    workers: int
    seconds: float

    def as_dict(self) -> dict[str, Any]:
        """Plain data."""
        return asdict(self)

    def as_text(self) -> dict[str, str]:
        """Lines for people."""
        return {
            "points": str(self.points),
            "chunks": f"{self.chunks} of {self.width} points",
            "steps": f"{self.steps} of the protocol at the first point",
            "time": f"roughly {self.seconds / 60:.2g} min on {self.workers} cores; a guess, the run itself measures it",
        }


def estimate(plan: Plan, workers: int) -> Estimate:
    """Check a plan and say how much it is.

    Raises
    ------
    InputError
        As `check`.
    """
    made = check(plan)
    chunks = len(chunks_of(plan))
    steps = made.protocol.n_steps
    finer = 1e-3 / plan.rtol if plan.rtol < 1e-3 else 1.0
    padded = chunks * plan.width
    computed = steps if plan.jump is None else min(steps, LEAPING_STEPS)
    work = padded * (CELL_S + computed * STEP_S * finer**0.5)
    return Estimate(len(plan.points), chunks, plan.width, steps, workers, START_S + work / max(1, workers))
