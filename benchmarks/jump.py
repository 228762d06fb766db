"""Cycle jumping against the full run: time, and what it costs in accuracy."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from benchmarks import adapters, cells
from benchmarks.harness import PROGRESS, Benchmark, Figure, Sizes, missing, timed


def run(sizes: Sizes, progress: PROGRESS) -> list[Figure]:
    """The same life with and without jumps."""
    system = cells.coated()
    cycles = sizes.cycles
    text = f"one cell, {cycles} cycles: jumping against the full run"
    figures = [
        Figure("jump_vs_full", f"{text}, times faster", None, "x", 10.0),
        Figure("jump_interface", f"{text}, largest difference of R_int", None, "%", 1.0, sense="at most"),
        Figure(
            "jump_overpotential",
            f"{text}, largest difference of |V| at mid half-cycle",
            None,
            "%",
            1.0,
            sense="at most",
        ),
        Figure("jump_events", f"{text}, largest shift of an event", None, "cycles", 2.0, sense="at most"),
    ]
    progress(0.05, "compiling")
    try:
        quick = adapters.life(system, cycles, jump=True)
    except adapters.NotYetError as why:
        return missing(figures, f"not yet: {why}")
    full = adapters.life(system, cycles)
    jumped, whole = timed(
        [lambda: adapters.life(system, cycles, jump=True), lambda: adapters.life(system, cycles)],
        sizes.repeats,
    )
    middle = full.times.size // 2
    values = [
        whole.median / jumped.median,
        100 * float(np.abs(quick.interface / full.interface - 1).max()),
        100 * float(np.abs(quick.voltages[:, :, middle] / full.voltages[:, :, middle] - 1).max()),
        _shift(quick, full),
    ]
    notes = [f"full {whole.spread()}, jumping {jumped.spread()}", "every cycle", "every half-cycle", ""]
    if values[3] is None:
        notes[3] = "no event in this life" if full.events is not None else "the engine does not tell events"
    return [replace(f, value=v, note=n) for f, v, n in zip(figures, values, notes, strict=True)]


def _shift(quick: adapters.Life, full: adapters.Life) -> float | None:
    """Largest shift of an event in cycles; infinite if one is missing or too many; None without events."""
    if not full.events or quick.events is None:
        return None if not quick.events else np.inf
    ours = {(name, side): at for name, side, at in quick.events}
    theirs = {(name, side): at for name, side, at in full.events}
    if ours.keys() != theirs.keys():
        return np.inf
    return max(abs(ours[k] - theirs[k]) for k in ours) / (2 * cells.HALF_CYCLE)


BENCHMARK = Benchmark("jump", "cycle jumping against the full run", ("jump_vs_full",), run, 15.0)
