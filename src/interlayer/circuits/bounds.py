"""Limits of every parameter, from the data's own scales."""

from __future__ import annotations

import numpy as np

from interlayer.circuits.circuit import Circuit
from interlayer.circuits.data import SpectrumData
from interlayer.circuits.elements.base import FloatArray, Scales


def bounds(circuit: Circuit, data: SpectrumData) -> tuple[FloatArray, FloatArray]:
    """Return lower and upper limits of theta, each of shape (size,)."""
    scales = Scales(1e-4 * data.smallest, 1e2 * data.largest, 1.0 / data.omega_max, 1.0 / data.omega_min)
    pairs = np.array([pair for p in circuit.placed for pair in p.element.limits(scales)])
    return circuit.coordinates(pairs[:, 0]), circuit.coordinates(pairs[:, 1])
