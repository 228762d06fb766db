"""Whether the measured frequencies reach far enough for each resistance; a short range is no bad measurement.

Judged on -Im Z without noise: an arc is seen whole if its top lies in the window and -Im Z falls far below
the top at either side.
"""

from __future__ import annotations

import numpy as np

from interlayer.circuits.elements.base import ComplexArray, FloatArray
from interlayer.record import Finding

OPEN = 0.3
"""Share of an arc's top that -Im Z may still have at the end of the window."""
VISIBLE = 0.02
"""-Im Z relative to |Z| below which an end is closed."""
INTERFACE_F = 2e-8
"""Effective capacitance from which an arc is taken for that of an interface when no area is known."""
_BEYOND = 100.0
"""An arc is down to a few per cent of its top this factor from the top (exponent 0.8)."""


def frequency_range(frequency_Hz: FloatArray, smooth: ComplexArray, noise: float = 0.0) -> list[Finding]:
    """Name the resistances that the window is too short for.

    Parameters
    ----------
    frequency_Hz : array (n,)
    smooth : array (n,)
        Impedance without noise, in ohm.
    noise : float
        Standard deviation of one part relative to |Z|.
    """
    order = np.argsort(-frequency_Hz)
    f, z = frequency_Hz[order], smooth[order]
    y = -z.imag
    visible = max(VISIBLE, 3.0 * noise)
    tops = [
        k
        for k in range(1, f.size - 1)
        if y[k] >= y[k - 1] and y[k] > y[k + 1] and _stands_out(y, k, z, visible)
    ]
    return [*_high(f, z, y, tops, visible), *_low(f, z, y, tops, visible)]


def _stands_out(y: FloatArray, k: int, z: ComplexArray, visible: float) -> bool:
    """Whether y falls from a local maximum on both sides by more than noise and ripples do."""
    size = y[k] - max(float(y[: k + 1].min()), float(y[k:].min()))
    return size > 0.5 * visible * float(np.abs(z[k]))


def _high(f: FloatArray, z: ComplexArray, y: FloatArray, tops: list[int], visible: float) -> list[Finding]:
    if y[0] < visible * float(np.abs(z[0])):
        return []
    if y[0] > y[min(2, f.size - 1)] or not tops:
        detail = (
            f"-Im Z still rises at {f[0]:.3g} Hz ({y[0]:.3g} ohm): an arc has its top above the window"
            " -> only the sum of R_b and R_gb is to be had from here; measure to a higher frequency or colder"
        )
    elif y[0] > OPEN * y[tops[0]]:
        detail = (
            f"-Im Z at {f[0]:.3g} Hz is {100 * y[0] / y[tops[0]]:.0f} % of the fastest arc's top: R_b is"
            f" extrapolated -> measure up to {_BEYOND * f[tops[0]]:.2g} Hz, or colder"
        )
    else:
        return []
    return [Finding("frequency range too short for R_b", detail, severity="note")]


def _low(f: FloatArray, z: ComplexArray, y: FloatArray, tops: list[int], visible: float) -> list[Finding]:
    if y[-1] < visible * float(np.abs(z[-1])):
        return []
    interface = [k for k in tops if 1.0 / (2 * np.pi * f[k] * 2 * y[k]) >= INTERFACE_F]
    rising = not tops or y[-1] > float(y[tops[-1] :].min()) * 1.2
    if rising:
        name = "R_diff" if interface else "R_int"
        start = f[tops[-1] + int(np.argmin(y[tops[-1] :]))] if tops else f[0]
        closed = f"; what closes above {start:.3g} Hz is not touched" if tops else ""
        detail = (
            f"-Im Z rises below {start:.3g} Hz and is {y[-1]:.3g} ohm at {f[-1]:.3g} Hz: a process slower than"
            f" {1 / (2 * np.pi * f[-1]):.2g} s is seen in part{closed} -> measure lower if it is wanted;"
            " blocking contacts never close"
        )
    elif y[-1] > OPEN * y[tops[-1]]:
        name = "R_int" if tops[-1] in interface else "R_gb"
        detail = (
            f"-Im Z at {f[-1]:.3g} Hz is {100 * y[-1] / y[tops[-1]]:.0f} % of the slowest arc's top at"
            f" {f[tops[-1]]:.3g} Hz: about {y[-1] / 3:.2g} ohm of it are extrapolated -> measure down to"
            f" {f[tops[-1]] / _BEYOND:.2g} Hz"
        )
    else:
        return []
    return [Finding(f"frequency range too short for {name}", detail, severity="note")]
