"""The few states that carry diffusion between two faces that pass one ion only, like a ladder of cells and gaps.

Seen from its faces, a layer of thickness h with diffusivity D answers a flux with

    H(s) = tanh(pi sqrt(s) / 2) / (pi sqrt(s) / 2),    s in units of pi^2 D / h^2,

a sum over infinitely many odd modes of decay (2n + 1)^2. H is a Stieltjes function: one rational function of n poles
meets H and its slope at n points s >= 0, and all its decays and weights are positive. It is again a passive layer,
one of n cells. Meeting at s = 0 makes the steady state and the lag of slow changes exact. The poles follow from
one symmetric eigenvalue problem, without any fit.

Sources: Baker, Graves-Morris, Pade Approximants, 2nd edition, Cambridge (1996), chapter 5 (Stieltjes functions, several
points); Mayo, Antoulas, Linear Algebra Appl. 425 (2007) 634 (the eigenvalue problem); Druskin, Knizhnerman, SIAM J.
Numer. Anal. 37 (2000) 403 (the ladder as a grid).
"""

from __future__ import annotations

from functools import cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

STATES: Final = 14
_LOWEST: Final = 6.0
_HIGHEST: Final = 1e6
"""Points at which the answer is met, beside 0: geometric between these, in units of the slowest decay."""


class Ladder(NamedTuple):
    """The same states as cells from the face to the middle of the layer, where the deviation is zero.

    volumes : shape (n,), so that volumes * d(cell)/dt is what flows in; time in units of the slowest decay.
    conductances : shape (n,), from each cell to the next, the last to the middle.
    from_states : shape (n, n); `from_states @ states` are the deviations in the cells, the first that of the face.
    """

    volumes: NDArray[np.float64]
    conductances: NDArray[np.float64]
    from_states: NDArray[np.float64]


def answer(s: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """H and dH/ds at real s >= 0, both of the shape of `s`."""
    some = np.where(s > 0.0, s, 1.0)
    root = 0.5 * np.pi * np.sqrt(some)
    bent = np.tanh(root)
    value, slope = bent / root, (1.0 - bent**2 - bent / root) / (2.0 * some)
    return np.where(s > 0.0, value, 1.0), np.where(s > 0.0, slope, -(np.pi**2) / 12.0)


def few_states(
    value: NDArray[np.float64], slope: NDArray[np.float64], points: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Share and decay of as many states as there are points; both of shape (points,), positive, decay rising.

    sum(share / (1 + s / decay)) meets a Stieltjes function H(s) and its slope at `points` (>= 0, all different), where
    they are `value` and `slope`. With more than some 18 points over six decades double precision no longer suffices.

    Raises
    ------
    numpy.linalg.LinAlgError
        If rounding has made the divided differences indefinite, or H is none of Stieltjes' functions.
    """
    apart = points[:, None] - points + np.eye(points.size)
    # Divided differences of H and of s H: the H of few poles is value^T (second + s first)^-1 value.
    first = -(value[:, None] - value) / apart - np.diag(slope)
    second = (points[:, None] * value[:, None] - points * value) / apart + np.diag(value + points * slope)
    scale = 1.0 / np.sqrt(np.diag(first))
    half = np.linalg.inv(np.linalg.cholesky(first * np.outer(scale, scale)))
    decay, vectors = np.linalg.eigh(half @ (second * np.outer(scale, scale)) @ half.T)
    weight = vectors.T @ (half @ (value * scale))
    return weight**2 / decay, decay


def points(states: int = STATES, lowest: float = _LOWEST, highest: float = _HIGHEST) -> NDArray[np.float64]:
    """Points at which the answer is met: 0, and the others geometric from `lowest` to `highest`; shape (states,)."""
    return np.concatenate([[0.0], np.geomspace(lowest, highest, states - 1)])


SHARE, DECAY = few_states(*answer(points()), points())
"""Share in the steady state (in all 1), and decay over that of the slowest mode (share / decay in all pi^2 / 12)."""


@cache
def ladder() -> Ladder:
    """The states of `SHARE` and `DECAY` as cells and gaps (Lanczos' recurrence, orthogonalised twice)."""
    scale = np.sqrt(SHARE * DECAY)
    size = float(np.linalg.norm(scale))
    rows = np.zeros((STATES, STATES))
    diagonal, beside, root = np.zeros(STATES), np.zeros(STATES), np.zeros(STATES)
    row, root[0] = scale / size, 1.0 / size
    for j in range(STATES):
        rows[j] = row
        diagonal[j] = row @ (DECAY * row)
        if j + 1 == STATES:
            break
        rest = DECAY * row
        for _ in range(2):
            rest = rest - rows[: j + 1].T @ (rows[: j + 1] @ rest)
        beside[j] = np.linalg.norm(rest)
        row = -rest / beside[j]
        before = beside[j - 1] * root[j - 1] if j else 0.0
        root[j + 1] = (diagonal[j] * root[j] - before) / beside[j]
    conductances = np.append(beside[:-1] * root[:-1] * root[1:], 0.0)
    conductances[-1] = diagonal[-1] * root[-1] ** 2 - conductances[-2]
    return Ladder(root**2, conductances, rows / scale / root[:, None])
