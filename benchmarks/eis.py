"""A spectrum, and a whole series of them, against PyBaMM's EISSimulation of the same model."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks import adapters, cells, comparator
from benchmarks.harness import PROGRESS, Benchmark, Figure, Sizes, timed

_INNER = 50
"""Spectra a timing: one is over too soon for a clock."""


def run(sizes: Sizes, progress: PROGRESS) -> list[Figure]:
    """Fresh cell with ordinary capacitors, 1 MHz to 1 mHz."""
    import jax

    # As a run holds it; PyBaMM's simulation has taken its parameters in beforehand as well.
    plain: Any = jax.tree.map(float, cells.coated(cells.IDEAL))
    system = jax.device_put(plain)
    states = adapters.fresh(system)
    hertz = np.geomspace(1e6, 1e-3, sizes.frequencies)
    series = 16 * sizes.cells
    aged = jax.tree.map(lambda v: np.broadcast_to(np.asarray(v), (series, *np.shape(v))).copy(), states)
    progress(0.05, "compiling")
    z = adapters.spectrum(system, states, hertz)
    adapters.spectra(system, aged, hertz)

    def ours() -> None:
        for _ in range(_INNER):
            adapters.spectrum(system, states, hertz)

    repeats = 3 * sizes.repeats
    text = f"one spectrum of {sizes.frequencies} frequencies, all compiled"
    if comparator.present():
        theirs = comparator.Spectrometer(plain, hertz)
        progress(0.4, f"{sizes.frequencies} frequencies here and in PyBaMM, in turn")
        own, other, many = timed([ours, theirs.run, lambda: adapters.spectra(system, aged, hertz)], repeats)
        apart = float(np.abs(z / theirs.run() - 1).max())
        ratio = Figure(
            "eis_vs_pybamm",
            f"{text}: times faster than PyBaMM's EISSimulation",
            other.median / (own.median / _INNER),
            "x",
            20.0,
            note=f"PyBaMM {other.spread(1e3, 'ms')}, set up beforehand; both exact linearisations,"
            f" at most {apart:.1g} of |Z| apart;"
            f" ratio of processor times {other.processor / own.processor * _INNER:.3g}",
        )
    else:
        own, many = timed([ours, lambda: adapters.spectra(system, aged, hertz)], repeats)
        ratio = Figure("eis_vs_pybamm", text, None, "x", 20.0, note=comparator.ABSENT)
    return [
        ratio,
        Figure(
            "spectrum_warm_ms",
            text,
            1e3 * own.median / _INNER,
            "ms",
            2.0,
            0.3,
            "at most",
            own.spread(1e3 / _INNER, "ms"),
        ),
        Figure(
            "spectrum_in_series_ms",
            f"one spectrum of a series of {series} in one call",
            1e3 * many.median / series,
            "ms",
            note=many.spread(1e3 / series, "ms"),
        ),
    ]


BENCHMARK = Benchmark("eis", "spectra, against PyBaMM", ("eis_vs_pybamm", "spectrum_warm_ms"), run, 20.0)
