"""A tree that grows like a dielectric breakdown and shorts the cell branch by branch.

Niemeyer, Pietronero and Wiesmann, Phys. Rev. Lett. 1984, 52, 1033: the next site is drawn by the potential beside the
tree (diffusion-limited aggregation). Once a branch is across there is no field left; further sites are drawn evenly
(Eden 1961). The conductance is that of the resistor network of all occupied neighbours, solved by Kirchhoff's laws.
"""

from __future__ import annotations

import numpy as np

from benchmarks.verdict_opened_second.course import position
from interlayer.trouble.mechanism import Mechanism, Slice

WIDE, HIGH = 8, 7
MORE = 24
"""Sites that grow after the first branch is across."""
_SITE = np.arange(WIDE * HIGH)
_ROW, _COLUMN = _SITE // WIDE, _SITE % WIDE
_BESIDE = np.zeros((_SITE.size, _SITE.size), dtype=bool)
for _row, _column in ((1, 0), (0, 1)):
    _other_row, _other_column = _ROW + _row, (_COLUMN + _column) % WIDE
    _inside = _other_row < HIGH
    _BESIDE[_SITE[_inside], (_other_row * WIDE + _other_column)[_inside]] = True
_BESIDE |= _BESIDE.T


def conductances(rng: np.random.Generator) -> np.ndarray:
    """Grow a tree; conductance after each site from the first crossing on, over the last one, shape (MORE + 1,)."""
    tree = np.zeros(_SITE.size, dtype=bool)
    found: list[float] = []
    while len(found) <= MORE:
        rim = ~tree & ((_BESIDE @ tree) | (_ROW == 0))
        if not rim.any():
            found.append(found[-1])
            continue
        weight = rim.astype(float) if found else np.where(rim, potential(tree), 0.0)
        tree[rng.choice(_SITE, p=weight / weight.sum())] = True
        if found or tree[_ROW == HIGH - 1].any():
            found.append(conductance(tree))
    return np.array(found) / found[-1]


def potential(tree: np.ndarray) -> np.ndarray:
    """Laplace's potential: 0 on tree and lower electrode, 1 on the upper one, periodic sideways."""
    free = np.flatnonzero(~tree)
    matrix = np.diag(np.full(free.size, 4.0)) - _BESIDE[np.ix_(free, free)]
    out = np.zeros(tree.size)
    out[free] = np.linalg.solve(matrix, (_ROW[free] == HIGH - 1).astype(float))
    return np.maximum(out, 1e-12)


def conductance(tree: np.ndarray) -> float:
    """Between the electrodes, in units of one bond."""
    some = np.flatnonzero(tree)
    beside = _BESIDE[np.ix_(some, some)].astype(float)
    low, high = (_ROW[some] == 0).astype(float), (_ROW[some] == HIGH - 1).astype(float)
    matrix = np.diag(beside.sum(axis=1) + low + high) - beside
    # every site hangs on the lower electrode: the matrix is regular
    volt = np.linalg.solve(matrix, high)
    return float(low @ volt)


class BreakdownTree(Mechanism):
    """`begin`: half-cycle with share of the first crossing; `halves`: from then until the last site."""

    def __init__(self, rng: np.random.Generator, conductance_S: float, begin: float, halves: float) -> None:
        self.levels = np.concatenate([[0.0], conductance_S * conductances(rng)])
        waits = rng.exponential(size=MORE)
        self.at = begin + halves * np.concatenate([[0.0], np.cumsum(waits) / waits.sum()])

    def act(self, s: Slice) -> None:
        s.shunt_S += self.levels[np.searchsorted(self.at, position(s), side="right")]
