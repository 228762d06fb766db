"""Limits of every parameter, from the data's own scales."""

from __future__ import annotations

import numpy as np

from interlayer.circuits.circuit import Circuit
from interlayer.circuits.data import SpectrumData
from interlayer.circuits.elements.base import FloatArray

ARC_REACH = 5.0
"""An arc may peak this factor outside the measured frequencies; beyond that it is not an arc to the eye."""
LOWEST_EXPONENT = 0.5
"""Of an arc. Below it an arc is so flat that it swallows its neighbours."""
LOWEST_TAIL_EXPONENT = 0.35


def bounds(circuit: Circuit, data: SpectrumData) -> tuple[FloatArray, FloatArray]:
    """Return lower and upper limits of theta, each of shape (size,)."""
    small, large = 1e-4 * data.smallest, 1e2 * data.largest
    fast, slow = 1.0 / data.omega_max, 1.0 / data.omega_min
    table: dict[str, list[tuple[float, float]]] = {
        "R": [(small, large)],
        "L": [(small * fast, large * fast)],
        "C": [(slow / large, slow / small)],
        "W": [(small / np.sqrt(slow), large / np.sqrt(slow))],
        "Ws": [(small, large), (0.05 * slow, 100.0 * slow)],
        "Wo": [(small, large), (fast, 100.0 * slow)],
        "CPE": [(min(slow, 1.0) / large, max(slow, 1.0) / small), (LOWEST_TAIL_EXPONENT, 1.0)],
        "p(R,CPE)": [(small, large), (fast / ARC_REACH, slow * ARC_REACH), (LOWEST_EXPONENT, 1.0)],
        "p(R,C)": [(small, large), (fast / ARC_REACH, slow * ARC_REACH)],
    }
    pairs = np.array([pair for p in circuit.placed for pair in table[p.element.symbol]])
    return circuit.coordinates(pairs[:, 0]), circuit.coordinates(pairs[:, 1])
