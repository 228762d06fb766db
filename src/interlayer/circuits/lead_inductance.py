"""Inductance of leads and cell holder: seen at high frequency, no property of the cell."""

from __future__ import annotations

import numpy as np

from interlayer.circuits.elements.base import ComplexArray, FloatArray
from interlayer.record import Finding

CERTAIN = 5.0
"""Standard errors from zero at which an inductance is called one."""
NOTABLE = 0.02
"""Share of w L in |Z| at the highest frequency from which it is worth a word."""


def lead_inductance(
    omega: FloatArray, z: ComplexArray, inductance_H: float, stderr_H: float, noise: float
) -> list[Finding]:
    """Say whether the leads' inductance is seen in a spectrum z, shape (n,), with its value and remedy.

    Parameters
    ----------
    inductance_H, stderr_H : float
        As a fit with a series inductance finds it.
    noise : float
        Standard deviation of one part relative to |Z|.
    """
    inductive = z.imag > CERTAIN * noise * np.abs(z)
    high = omega > 0.1 * omega.max()
    share = inductance_H * omega.max() / abs(z[omega.argmax()])
    certain = inductance_H > CERTAIN * stderr_H and share > NOTABLE
    if not certain and not (inductive & high).any():
        return []
    found = f"{inductance_H * 1e6:.3g} ± {stderr_H * 1e6:.1g} uH in series" if certain else "Im Z > 0"
    points = omega[inductive & high]
    where = f"; Im Z > 0 above {points.min() / 6.283185307179586:.3g} Hz" if points.size and certain else ""
    return [
        Finding(
            "lead inductance",
            f"{found}{where} -> fit with an inductance; shorten or twist the leads to see the electrolyte",
            severity="note",
            rows=int(points.size),
        )
    ]
