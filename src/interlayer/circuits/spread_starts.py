"""Start values of any circuit, branches and all, from the data alone: many draws, the best of which go on.

What multiplies a term in series is not drawn: for given shapes it follows from a linear problem.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from interlayer.circuits.bounds import bounds
from interlayer.circuits.circuit import Circuit
from interlayer.circuits.data import SpectrumData
from interlayer.circuits.elements.base import ComplexArray, FloatArray

DRAWS = 10_000
SEED = 20240703
_EXPONENTS = 0.6, 1.0
_POINTS = 24
_REACH = 3.0
"""Parts of the circuit are drawn up to this factor smaller and larger than anything measured."""


def spread_starts(
    circuit: Circuit, data: SpectrumData, *, most: int = 64, draws: int = DRAWS, seed: int = SEED
) -> FloatArray:
    """Return the best start points of many, as theta, shape (most, size).

    Parameters
    ----------
    circuit : Circuit
    data : SpectrumData
    most : int
        Start points to return.
    draws, seed : int
        How many to choose from, and the seed of the generator; the same data give the same starts.
    """
    rng = np.random.default_rng(seed)
    lower, upper = bounds(circuit, data)
    points = np.geomspace(data.omega_min, data.omega_max, _POINTS)
    theta = lower + (upper - lower) * rng.random((draws, circuit.size))
    for p, s in zip(circuit.placed, circuit.slices, strict=True):
        for k, parameter in enumerate(p.element.parameters[1:], start=s.start + 1):
            if not parameter.log:
                theta[:, k] = np.clip(rng.uniform(*_EXPONENTS, draws), lower[k], upper[k])
        # the element is of some measured size at some measured frequency
        size = np.exp(rng.uniform(np.log(data.smallest / _REACH), np.log(data.largest * _REACH), draws))
        chosen = rng.integers(points.size, size=draws)
        natural = circuit.natural(theta)[:, s]
        natural[:, 0] = 1.0
        here = np.abs(p.element.impedance(points, natural)[np.arange(draws), chosen])
        theta[:, s.start] = np.log(size / here) * (-1.0 if p.element.divides else 1.0)
    theta = np.clip(theta, lower, upper)
    theta, cost = _scaled(circuit, _thinned(data), theta, lower, upper)
    return theta[np.argsort(cost, kind="stable")[:most]]


def _thinned(data: SpectrumData) -> SpectrumData:
    """Some of the points; draws are told apart by far more than noise."""
    every = max(1, data.omega.size // _POINTS)
    return replace(
        data,
        frequency_Hz=data.frequency_Hz[::every],
        impedance_ohm=data.impedance_ohm[::every],
        weight=data.weight[::every],
    )


def _scaled(
    circuit: Circuit, data: SpectrumData, theta: FloatArray, lower: FloatArray, upper: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Multiply each term by the factor that the data ask for; with the sums of squares that remain."""
    target = _column(data.impedance_ohm[None], data)[0]
    natural = circuit.natural(theta)
    columns = np.stack(
        [_column(t.impedance(data.omega, natural[:, s]), data) for t, s in circuit.term_slices], axis=1
    )
    gram = np.matmul(columns, columns.transpose(0, 2, 1))
    right = columns @ target
    size = np.sqrt(np.einsum("sii->si", gram))
    gram = gram / (size[:, :, None] * size[:, None, :])
    right = right / size
    used = np.ones(right.shape, dtype=np.bool_)
    eye = np.eye(right.shape[1])
    factor = np.zeros_like(right)
    for _ in range(right.shape[1]):
        # terms that would be negative are left out one after the other
        part = np.where(used[:, :, None] & used[:, None, :], gram, 0.0) + (1e-9 + ~used)[:, :, None] * eye
        factor = np.linalg.solve(part, np.where(used, right, 0.0)[:, :, None])[:, :, 0]
        worst = np.argmin(np.where(used, factor, np.inf), axis=1)
        negative = (factor < 0.0) & used
        if not negative.any():
            break
        rows = np.flatnonzero(negative.any(axis=1))
        used[rows, worst[rows]] = False
    factor = np.maximum(factor / size, _LEAST)
    moved = theta.copy()
    owner, index, sign = circuit.factors
    moved[:, index] += sign * np.log(factor[:, owner])
    moved = np.clip(moved, lower, upper)
    residual = _column(circuit.impedance(data.omega, moved), data) - target
    return moved, np.einsum("sm,sm->s", residual, residual)


_LEAST = 1e-2


def _column(z: ComplexArray, data: SpectrumData) -> FloatArray:
    """Weighted real and imaginary parts, interleaved, shape (s, 2n)."""
    return np.ascontiguousarray(z * data.weight).view(np.float64)
