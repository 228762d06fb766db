"""Cycle jumping against the full run: time, and what it costs in accuracy."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from benchmarks import adapters, cells
from benchmarks.harness import PROGRESS, Benchmark, Figure, Sizes, timed

_BARE_CYCLES = 300
"""Of the bare cell, which cracks meanwhile: a life with events, and not slow everywhere."""


def run(sizes: Sizes, progress: PROGRESS) -> list[Figure]:
    """The coated cell's life with and without jumps; its accuracy together with a bare cell's."""
    system, bare = cells.coated(), cells.bare()
    cycles, few = sizes.cycles, min(_BARE_CYCLES, sizes.cycles)
    text = f"jumping against the full run, one cell, {cycles} cycles"
    both = f"{text}, and the bare cell, {few} cycles"
    figures = [
        Figure("jump_vs_full", f"{text}: times faster", None, "x", 10.0),
        Figure("jump_interface", f"{both}: largest difference of R_int", None, "%", 1.0, sense="at most"),
        Figure("jump_overpotential", f"{both}: largest difference of |V|", None, "%", 1.0, sense="at most"),
        Figure("jump_events", f"{both}: largest shift of an event", None, "cycles", 2.0, sense="at most"),
    ]
    progress(0.05, "compiling")
    pairs = [
        (one, adapters.life(one, n, jump=True), adapters.life(one, n))
        for one, n in ((system, cycles), (bare, few))
    ]
    jumped, whole = timed(
        [lambda: adapters.life(system, cycles, jump=True), lambda: adapters.life(system, cycles)],
        sizes.repeats,
    )
    middle = adapters.times().size // 2
    shifts = [_shift(quick, full) for _, quick, full in pairs]
    known = [s for s in shifts if s is not None]
    values = [
        whole.median / jumped.median,
        100 * max(_apart(quick, full, quick.interface(s), full.interface(s)) for s, quick, full in pairs),
        100
        * max(
            _apart(quick, full, quick.voltages[:, way, middle], full.voltages[:, way, middle])
            for _, quick, full in pairs
            for way in (0, 1)
        ),
        max(known) if known else None,
    ]
    events = ", ".join(f"{name} {side or ''}" for _, _, f in pairs for name, side, _ in f.events)
    computed = " and ".join(f"{len(q.cycles)} of {len(f.cycles)}" for _, q, f in pairs)
    notes = [
        f"full {whole.spread()}, jumping {jumped.spread()}; {computed} cycles computed, tolerance {adapters.JUMP:g}",
        "every cycle, those leapt over by straight lines between computed ones",
        "every half-cycle, in its middle, likewise",
        events or "no event in these lives",
    ]
    return [replace(f, value=v, note=n) for f, v, n in zip(figures, values, notes, strict=True)]


def _apart(quick: adapters.Life, full: adapters.Life, some: np.ndarray, every: np.ndarray) -> float:
    """Largest relative difference over all cycles of the full run."""
    return float(np.abs(np.interp(full.cycles, quick.cycles, some) / every - 1).max())


def _shift(quick: adapters.Life, full: adapters.Life) -> float | None:
    """Largest shift of an event in cycles; infinite if one is missing or too many; None without events."""
    if not (quick.events or full.events):
        return None
    ours = {(name, side): at for name, side, at in quick.events}
    theirs = {(name, side): at for name, side, at in full.events}
    if ours.keys() != theirs.keys():
        return np.inf
    return max(abs(ours[k] - theirs[k]) for k in ours) / (2 * cells.HALF_CYCLE)


BENCHMARK = Benchmark("jump", "cycle jumping against the full run", ("jump_vs_full",), run, 15.0)
