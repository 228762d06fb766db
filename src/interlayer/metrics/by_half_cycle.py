"""One metric a half-cycle from arrays."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from interlayer.metrics.base import Metric
from interlayer.metrics.halves import FloatArray, Halves, IntArray


def by_half_cycle(
    h: Halves,
    name: str,
    unit: str,
    values: FloatArray,
    evidence: Sequence[tuple[str, ...]],
    *,
    errors: FloatArray | None = None,
    which: IntArray | None = None,
    missing: str = "no sample where it is needed",
) -> tuple[Metric, ...]:
    """Return one metric for each value; where it is NaN the metric is null and says `missing`.

    Parameters
    ----------
    h : Halves
    name, unit : str
    values, errors : array (m,)
        In `unit`.
    evidence : sequence of tuple of str, m long
    which : array of int (m,), optional
        Half-cycles that they belong to; all, in order, if not given.
    missing : str
    """
    index = np.arange(len(h)) if which is None else which
    error = np.full(values.shape, np.nan) if errors is None else errors
    rows = zip(
        index.tolist(), values.tolist(), error.tolist(), h.start_s[index].tolist(), evidence, strict=True
    )
    return tuple(
        Metric(name, None, unit, None, k, start, evidence=(missing,))
        if value != value
        else Metric(name, value, unit, None if sigma != sigma else sigma, k, start, evidence=said)
        for k, value, sigma, start, said in rows
    )


def without(name: str, unit: str, reason: str) -> tuple[Metric, ...]:
    """Return the one metric that says why there is none."""
    return (Metric(name, None, unit, evidence=(reason,)),)
