"""What a run has simulated so far: its rows in pieces, until they are a table."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from interlayer.record import schema as s
from interlayer.stage import Stage

Array = NDArray[np.float64]


@dataclass
class RunRows:
    """What has been simulated so far, as columns in pieces."""

    time: list[Array] = field(default_factory=list[Array])
    voltage: list[Array] = field(default_factory=list[Array])
    current: list[Array] = field(default_factory=list[Array])
    step: list[NDArray[np.int64]] = field(default_factory=list[NDArray[np.int64]])
    cycle: list[NDArray[np.int64]] = field(default_factory=list[NDArray[np.int64]])
    states: list[dict[str, Array]] = field(default_factory=list[dict[str, Array]])
    spectra: list[pl.DataFrame] = field(default_factory=list[pl.DataFrame])

    def add_block(
        self, begins: Array, queue: list[Stage], trace: dict[str, Array], states: dict[str, Array]
    ) -> None:
        """Append the rows of whole stages, arrays of shape (stages, rows); `begins` are their starts, s."""
        count = trace["time"].shape[1]
        self.time.append((begins[:, None] + trace["time"]).ravel())
        self.voltage.append(trace["voltage"].ravel())
        self.current.append(trace["current"].ravel())
        self.step.append(np.repeat([q.index for q in queue], count))
        self.cycle.append(np.repeat([q.cycle for q in queue], count))
        self.states.append({n: v.ravel() for n, v in states.items()})

    def add(self, clock: float, stage: Stage, trace: dict[str, Array], states: dict[str, Array]) -> None:
        """Append the rows of one stage that starts at `clock`."""
        count = len(trace["time"])
        self.time.append(clock + trace["time"])
        self.voltage.append(trace["voltage"])
        self.current.append(trace["current"])
        self.step.append(np.full(count, stage.index))
        self.cycle.append(np.full(count, stage.cycle))
        self.states.append(states)

    def table(self, area_m2: float) -> pl.DataFrame:
        """Everything as the table of a record; currents are those of the whole electrode."""
        pieces: list[pl.DataFrame] = []
        if self.time:
            data: dict[str, Any] = {
                s.TIME: np.concatenate(self.time),
                s.VOLTAGE: np.concatenate(self.voltage),
                s.CURRENT: np.concatenate(self.current) * area_m2,
                s.STEP: np.concatenate(self.step),
                s.CYCLE: np.concatenate(self.cycle),
            }
            for name in self.states[0]:
                data[name] = np.concatenate([piece[name] for piece in self.states])
            pieces.append(pl.DataFrame(data))
        if pieces and not self.spectra:
            return pieces[0]
        pieces.extend(self.spectra)
        if not pieces:
            return pl.DataFrame({s.TIME: np.zeros(0)})
        # Spectra stand after the rows that came before them: by step, which never decreases.
        return pl.concat(pieces, how="diagonal").sort(s.STEP, maintain_order=True)
