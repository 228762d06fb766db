"""Limits of every parameter, from the data's own scales."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from interlayer.circuits.circuit import Circuit
from interlayer.circuits.data import SpectrumData
from interlayer.circuits.elements.base import FloatArray, Limits, Scales
from interlayer.circuits.nodes import Placed


def bounds(circuit: Circuit, data: SpectrumData) -> tuple[FloatArray, FloatArray]:
    """Return lower and upper limits of theta, each of shape (size,)."""
    scales = Scales(1e-4 * data.smallest, 1e2 * data.largest, 1.0 / data.omega_max, 1.0 / data.omega_min)
    pairs: list[Limits] = []
    for term in circuit.terms:
        if isinstance(term, Placed):
            pairs += term.element.limits(scales)
        else:
            for leaf in term.leaves():
                pairs += _within_a_branch(leaf, scales)
    low, high = np.array(pairs).T
    return circuit.coordinates(low), circuit.coordinates(high)


def _within_a_branch(leaf: Placed, scales: Scales) -> list[Limits]:
    """Limits of an element that need not be seen where it is largest: its neighbours may hide it there."""
    at_ends = replace(scales, slow=scales.fast), replace(scales, fast=scales.slow)
    each = np.array([leaf.element.limits(s) for s in (scales, *at_ends)])
    return list(zip(each[:, :, 0].min(axis=0).tolist(), each[:, :, 1].max(axis=0).tolist(), strict=True))
