"""One symmetric cell through its whole life, against PyBaMM."""

from __future__ import annotations

import numpy as np

from benchmarks import adapters, cells, comparator
from benchmarks.harness import PROGRESS, Benchmark, Figure, Sizes, timed


def rms_millivolts(one: np.ndarray, two: np.ndarray) -> float:
    """Root mean square of a difference of voltages, mV."""
    return float(1e3 * np.sqrt(np.mean((one - two) ** 2)))


def run(sizes: Sizes, progress: PROGRESS) -> list[Figure]:
    """Both in turn; PyBaMM over fewer half-cycles, whose cost does not change along a life."""
    system = cells.coated()
    moments = adapters.times()
    progress(0.02, "compiling")
    adapters.life(system, 1)
    adapters.life(system, sizes.cycles)
    if not comparator.present():
        (ours,) = timed([lambda: adapters.life(system, sizes.cycles)], sizes.repeats)
        return [
            Figure("single_vs_pybamm", "one life", None, note=comparator.ABSENT),
            _life(ours.median, ours.spread(), sizes),
            Figure("agreement_mV_rms", "", None, "mV", note=comparator.ABSENT),
        ]
    stepper = comparator.Stepper(system, moments)
    progress(0.3, f"{sizes.cycles} cycles and PyBaMM's {sizes.pybamm_half_cycles} half-cycles in turn")
    ours, theirs = timed(
        [lambda: adapters.life(system, sizes.cycles), lambda: stepper.run(sizes.pybamm_half_cycles)],
        sizes.repeats,
    )
    each = theirs.median / sizes.pybamm_half_cycles
    own = ours.median / (2 * sizes.cycles)
    progress(0.7, f"agreement over {sizes.agreement_cycles} cycles")
    simulated = adapters.life(system, sizes.agreement_cycles).voltages
    compared = comparator.voltages(system, sizes.agreement_cycles, moments)
    tight = comparator.voltages(system, sizes.agreement_cycles, moments, tight=True)
    apart = rms_millivolts(simulated, compared)
    return [
        Figure(
            "single_vs_pybamm",
            f"one cell, {sizes.cycles} cycles of 2 x 1 h, {moments.size} points a half-cycle: times faster than PyBaMM",
            each / own,
            "x",
            25.0,
            60.0,
            note=f"PyBaMM's time from {sizes.pybamm_half_cycles} half-cycles, {stepper.states} states, save=False;"
            f" {comparator.ACCURACY}: {rms_millivolts(compared, tight):.2g} mV rms from the reference;"
            f" {adapters.accuracy()}: {rms_millivolts(simulated, tight):.2g} mV rms from the same reference"
            " (PyBaMM at rtol 1e-8, atol 1e-10); ratio of processor times"
            f" {theirs.processor / sizes.pybamm_half_cycles / ours.processor * 2 * sizes.cycles:.3g}",
        ),
        _life(ours.median, ours.spread(), sizes),
        Figure(
            "agreement_mV_rms",
            f"rms difference from PyBaMM over {sizes.agreement_cycles} cycles",
            apart,
            "mV",
            0.1,
            sense="at most",
            note=f"all {simulated.size} rows, those at each reversal included; {adapters.accuracy()}",
        ),
        Figure(
            "single_ms_per_half_cycle",
            "one cell, one half-cycle",
            1e3 * own,
            "ms",
            note=ours.spread(1e3 / (2 * sizes.cycles), "ms"),
        ),
        Figure(
            "pybamm_ms_per_half_cycle",
            "PyBaMM stepped, one half-cycle",
            1e3 * each,
            "ms",
            note=theirs.spread(1e3 / sizes.pybamm_half_cycles, "ms"),
        ),
    ]


def _life(seconds: float, spread: str, sizes: Sizes) -> Figure:
    text = f"one cell, {sizes.cycles} cycles, all compiled"
    return Figure("life_warm_s", text, seconds, "s", 0.4, sense="at most", note=spread)


BENCHMARK = Benchmark(
    "single",
    "one cell through its life, against PyBaMM",
    ("single_vs_pybamm", "life_warm_s", "agreement_mV_rms"),
    run,
    60.0,
)
