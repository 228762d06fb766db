"""Whether the split between electrolyte and interfaces would survive one arc more.

Two arcs fitted well do not prove that there are two. A small third one between them can vanish in its
neighbours and move resistance from one side to the other; no residual tells. `hidden_doubt` asks how large such
an arc could be and what it would change, first to first order over a grid (`hidden.py`), then by the fit with one
arc more (`CircuitFit.richer`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from interlayer.circuits.result import CircuitFit

BORDER_F = 5e-8
"""Arcs of less capacitance belong to the electrolyte, for an electrode of 1 cm2."""
TAIL_F = 1e-3
"""Arcs of more capacitance are diffusion, for an electrode of 1 cm2."""
MOVED = 0.15
"""Relative change of a side's resistance from which a hidden arc is worth a word ..."""
SPREAD = 0.02
"""... if the fit with one arc more also knows a side no better than this, or puts it elsewhere by as much."""
_SIGMAS = 2.0
_APART = 3.0


@dataclass(frozen=True)
class Doubt:
    """The arc that would change most.

    Attributes
    ----------
    resistance_ohm, peak_Hz : float
    electrolyte_change, interface_change : float
        Relative change of the arcs' sums on either side that it would bring.
    """

    resistance_ohm: float
    peak_Hz: float
    electrolyte_change: float
    interface_change: float


def hidden_doubt(fit: CircuitFit, border_F: float, tail_F: float) -> Doubt | None:
    """Return the hidden arc that could move most resistance across the border, None if none could move much.

    Parameters
    ----------
    border_F, tail_F : float
        Capacitances between electrolyte and interface, and between interface and tail.
    """
    inner = [a for a in fit.arcs if a.capacitance_F < tail_F]
    h = fit.hidden
    if len(inner) < 2 or h is None or not _is_loose(fit, border_F, tail_F):
        return None
    keys = list(fit.parameters)
    first, last = inner[0].time_constant_s, inner[-1].time_constant_s
    size = np.minimum(h.resistance_ohm + _SIGMAS * h.stderr_ohm, max(a.resistance_ohm for a in fit.arcs))
    capacitance = h.time_constant_s / size
    between = (h.time_constant_s > _APART * first) & (h.time_constant_s < last / _APART)
    changes: list[np.ndarray] = []
    for low, high in ((0.0, border_F), (border_F, tail_F)):
        mine = [a for a in inner if low <= a.capacitance_F < high]
        if not mine:
            return None
        total = sum(a.resistance_ohm for a in mine)
        moved = h.change[:, [keys.index(a.name) for a in mine]].sum(axis=1)
        added = (capacitance >= low) & (capacitance < high)
        changes.append(np.where(between, (moved + added) * size / total, 0.0))
    worst = int(np.argmax(np.maximum(np.abs(changes[0]), np.abs(changes[1]))))
    pair = float(changes[0][worst]), float(changes[1][worst])
    if max(abs(pair[0]), abs(pair[1])) < MOVED:
        return None
    return Doubt(float(size[worst]), 1.0 / (2.0 * np.pi * float(h.time_constant_s[worst])), *pair)


def _is_loose(fit: CircuitFit, border_F: float, tail_F: float) -> bool:
    """Whether the fit with one arc more leaves a side open or moves it."""
    richer = fit.richer
    if richer is None:
        return True
    for low, high in ((0.0, border_F), (border_F, tail_F)):
        own = tuple(a.name for a in fit.arcs if low <= a.capacitance_F < high)
        other = tuple(a.name for a in richer.arcs if low <= a.capacitance_F < high)
        if not other:
            return True
        if any(richer.parameters[n].stderr is None for n in other):
            return True
        mine, theirs = fit.sum_of(own) if own else None, richer.sum_of(other)
        if mine is None or theirs.stderr is None or theirs.stderr > SPREAD * theirs.value:
            return True
        if abs(theirs.value - mine.value) > SPREAD * mine.value:
            return True
    return False
