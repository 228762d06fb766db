"""Many cells together, per cell, against PyBaMM stepped and against PyBaMM's own batched solve."""

from __future__ import annotations

import numpy as np

from benchmarks import adapters, cells, comparator
from benchmarks.harness import PROGRESS, Benchmark, Figure, Sizes, timed
from benchmarks.single import rms_millivolts


def run(sizes: Sizes, progress: PROGRESS) -> list[Figure]:
    """All three in turn."""
    system = cells.coated()
    many = cells.batch(system, sizes.cells)
    moments = adapters.times()
    progress(0.02, "compiling")
    adapters.batch(many, 1)
    halves = 2 * sizes.batch_cycles * sizes.cells
    text = f"{sizes.cells} cells, per cell and half-cycle"
    if not comparator.present():
        (ours,) = timed([lambda: adapters.batch(many, sizes.batch_cycles)], sizes.repeats)
        return [
            Figure("batch_vs_pybamm", text, None, note=comparator.ABSENT),
            Figure("batch_ms_per_half_cycle", text, 1e3 * ours.median / halves, "ms"),
        ]
    stepper = comparator.Stepper(system, moments)
    theirs = comparator.Batch(system, sizes.cells, moments)
    progress(0.35, f"{sizes.cells} cells here, stepped and batched in PyBaMM, in turn")
    ours, stepped, batched = timed(
        [
            lambda: adapters.batch(many, sizes.batch_cycles),
            lambda: stepper.run(sizes.pybamm_half_cycles),
            theirs.run,
        ],
        sizes.repeats,
    )
    own = ours.median / halves
    one = stepped.median / sizes.pybamm_half_cycles
    each = batched.median / sizes.cells
    progress(0.9, "agreement")
    # The batched solve starts every cell as the base cell is after its first plating: only that one is comparable.
    apart = rms_millivolts(adapters.life(system, 1).voltages[0, 1], theirs.voltages()[0])
    alike = rms_millivolts(adapters.batch(many, 1)[0], adapters.life(system, 1).voltages[0])
    accuracy = f"{comparator.ACCURACY}; {adapters.accuracy()}"
    return [
        Figure(
            "batch_vs_pybamm",
            f"{text}: times faster than PyBaMM stepped",
            one / own,
            "x",
            150.0,
            400.0,
            note=f"{sizes.batch_cycles} cycles here, {sizes.pybamm_half_cycles} half-cycles there; {accuracy};"
            f" ratio of processor times {stepped.processor / sizes.pybamm_half_cycles / ours.processor * halves:.3g};"
            f" the batch's first cell is {alike:.1g} mV rms from the same cell alone",
        ),
        Figure(
            "batch_vs_pybamm_batched",
            f"{text}: times faster than one solve(inputs=[...]) on {comparator.THREADS} threads",
            each / own,
            "x",
            75.0,
            200.0,
            note=f"one half-cycle of {sizes.cells} cells there, {apart:.2g} mV rms apart; {accuracy};"
            f" ratio of processor times {batched.processor / sizes.cells / ours.processor * halves:.3g}",
        ),
        Figure("batch_ms_per_half_cycle", text, 1e3 * own, "ms", note=ours.spread(1e3 / halves, "ms")),
        Figure(
            "pybamm_batched_ms_per_half_cycle",
            f"PyBaMM, one solve(inputs=[...]) on {comparator.THREADS} threads, per cell and half-cycle",
            1e3 * each,
            "ms",
            note=batched.spread(1e3 / sizes.cells, "ms"),
        ),
        Figure(
            "batch_finite",
            "share of the cells whose voltages are finite",
            float(np.isfinite(adapters.batch(many, 1)).all(axis=(1, 2)).mean()),
            "1",
            1.0,
        ),
    ]


BENCHMARK = Benchmark(
    "batch", "1024 cells, against PyBaMM stepped and batched", ("batch_vs_pybamm",), run, 150.0
)
