"""What observations of surfaces say of a cell, as the few numbers by which cells are compared."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from interlayer.lab.headline import Quantity
from interlayer.metrics.base import Metric
from interlayer.surface.observation import Observation


def surface_quantities(observations: Sequence[Observation]) -> tuple[Quantity, ...]:
    """Return one number for each metric and state of a cell, in the order of the observations.

    A metric of which one observation holds several values (the lines of a pattern) is a list and no number of the
    cell. Several observations of the same in the same state give their mean, with the scatter between them or
    their mean uncertainty, whichever is larger; a bound among them leaves the smallest lower or largest upper one.
    """
    found: dict[tuple[str, str, str], list[tuple[Metric, str]]] = {}
    for one in observations:
        names = [metric.name for metric in one.metrics]
        for metric in one.metrics:
            if metric.value is not None and names.count(metric.name) == 1:
                key = (metric.name, metric.unit, one.state)
                found.setdefault(key, []).append((metric, one.provenance.file_name or one.technique))
    return tuple(
        _quantity(f"{name.replace('_', ' ')}, {state}", unit, values)
        for (name, unit, state), values in found.items()
    )


def _quantity(name: str, unit: str, values: Sequence[tuple[Metric, str]]) -> Quantity:
    metrics = [metric for metric, _ in values]
    numbers = np.array([m.value for m in metrics], dtype=np.float64)
    detail = "; ".join(dict.fromkeys(source for _, source in values))
    bounds = {m.bound for m in metrics}
    if bounds != {None}:
        bounded = [m for m in metrics if m.bound is not None]
        if len(bounds) == 1 and len(metrics) > 1:
            bound = metrics[0].bound
            value = float(numbers.min() if bound == ">=" else numbers.max())
        elif len(metrics) == 1:
            bound, value = metrics[0].bound, float(numbers[0])
        else:
            known = [m.value for m in metrics if m.bound is None and m.value is not None]
            if known:
                detail += f"; without {len(bounded)} bounds"
                return Quantity(name, float(np.mean(known)), unit, detail=detail)
            bound, value = bounded[0].bound, float(numbers[0])
            detail += "; of several bounds the first"
        return Quantity(name, value, unit, bound, detail=detail)
    sigmas = [m.uncertainty for m in metrics if m.uncertainty is not None]
    sigma = float(np.mean(sigmas)) if sigmas else None
    if len(metrics) > 1:
        detail = f"mean of {len(metrics)}: {detail}"
        scatter = float(numbers.std(ddof=1))
        sigma = scatter if sigma is None else max(sigma, scatter)
    return Quantity(name, float(numbers.mean()), unit, uncertainty=sigma, detail=detail)
