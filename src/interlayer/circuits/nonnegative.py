"""Many small least-squares problems with non-negative unknowns at once: block principal pivoting.

Kim and Park, SIAM J. Sci. Comput. 33 (2011) 3261: all variables of the wrong sign change sides at once; if that
stops helping, only the last of them does, which ends for certain.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from interlayer.circuits.elements.base import FloatArray

_TRIES = 3
_MOST = 200


def nonnegative(normal: FloatArray, right: FloatArray) -> tuple[FloatArray, NDArray[np.bool_]]:
    """Minimise x' H x / 2 - b' x with x >= 0 for S problems.

    Parameters
    ----------
    normal : array (S, m, m)
        Positive definite.
    right : array (S, m)

    Returns
    -------
    array (S, m)
        Solutions; of a problem that has not ended after 200 exchanges (never seen) negative values are cut off.
    bool array (S, m)
        Which are not held at zero.
    """
    count, m = right.shape
    scale = 1.0 / np.sqrt(np.einsum("sii->si", normal))
    h = normal * scale[:, :, None] * scale[:, None, :]
    b = right * scale
    solution = np.linalg.solve(h, b[:, :, None])[:, :, 0]
    free = solution > 0
    best = np.full(count, m + 1)
    tries = np.full(count, _TRIES)
    x = np.zeros((count, m))
    open_ = np.arange(count)
    for _ in range(_MOST):
        f = free[open_]
        system = np.where(f[:, :, None] & f[:, None, :], h[open_], 0.0)
        system[:, np.arange(m), np.arange(m)] = 1.0
        value = np.linalg.solve(system, np.where(f, b[open_], 0.0)[:, :, None])[:, :, 0]
        x[open_] = value
        slope = np.einsum("sij,sj->si", h[open_], value) - b[open_]
        size = np.abs(b[open_]).max(axis=1, keepdims=True)
        wrong = np.where(f, value < -1e-12 * np.abs(value).max(1, keepdims=True), slope < -1e-12 * size)
        bad = wrong.sum(axis=1)
        done = bad == 0
        if done.all():
            break
        better = bad < best[open_]
        tries[open_] = np.where(better, _TRIES, tries[open_] - 1)
        best[open_] = np.minimum(best[open_], bad)
        last = m - 1 - np.argmax(wrong[:, ::-1], axis=1)
        single = np.zeros_like(wrong)
        single[np.arange(len(last)), last] = True
        swap = np.where((tries[open_] >= 0)[:, None], wrong, single & wrong)
        free[open_] = np.where(done[:, None], f, f ^ swap)
        open_ = open_[~done]
    return np.maximum(x, 0.0) * scale, free
