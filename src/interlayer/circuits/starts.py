"""Start values from the data alone.

An arc is linear in its resistance once its time constant and exponent are given, and so is every other
element once its shape is. A grid of arc shapes therefore turns "which arcs are there?" into a choice of
columns in a linear problem. All pairs of columns are compared in closed form, a third and fourth arc are
added to the best sets; no start value is asked for and no local minimum can hide a better region.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from interlayer.circuits.circuit import Circuit
from interlayer.circuits.data import SpectrumData
from interlayer.circuits.elements import (
    Capacitor,
    ConstantPhase,
    Inductor,
    ParallelRC,
    Resistor,
    WarburgInfinite,
    WarburgOpen,
    WarburgShort,
    Zarc,
)
from interlayer.circuits.elements.base import ComplexArray, Element, FloatArray
from interlayer.circuits.spread_starts import spread_starts

PER_DECADE = 3
EXPONENTS = (0.7, 0.85, 1.0)
_BEAM = 12
_GRID_REACH = 2.0

_SHAPES: dict[str, tuple[tuple[float, ...], ...]] = {
    # values of the parameters that are not an amplitude; times count in units of 1/omega_min
    "CPE": ((0.5,), (0.8,)),
    "Ws": ((10.0,), (0.7,)),
    "Wo": ((1.0,), (0.05,)),
}

_KNOWN = {
    Resistor,
    Capacitor,
    Inductor,
    ConstantPhase,
    Zarc,
    ParallelRC,
    WarburgInfinite,
    WarburgShort,
    WarburgOpen,
}
"""Elements whose start values follow from the grid of arcs; circuits with others, or branches, are spread."""


def starts(circuit: Circuit, data: SpectrumData, arc_sets: Sequence[FloatArray] | None = None) -> FloatArray:
    """Return start points as theta, shape (s, size).

    Parameters
    ----------
    arc_sets : several arrays (arcs, 2), optional
        Time constants and exponents to start from; searched for in the data if not given.
    """
    if not (circuit.is_series and all(p.element in _KNOWN for p in circuit.placed)):
        return spread_starts(circuit, data)
    arcs = [k for k, p in enumerate(circuit.placed) if p.element in (Zarc, ParallelRC)]
    others = [k for k in range(len(circuit.placed)) if k not in arcs]
    if arc_sets is None:
        only_full = bool(arcs) and all(circuit.placed[k].element is ParallelRC for k in arcs)
        exponents = (1.0,) if only_full else EXPONENTS
        arc_sets = find_arcs(
            data, len(arcs), [circuit.placed[k].element for k in others], exponents=exponents
        )
    shapes = [_SHAPES.get(circuit.placed[k].element.symbol, ((),)) for k in others]
    found: list[FloatArray] = []
    for choice in itertools.product(*shapes):
        unit = [
            _unit(circuit.placed[k].element, extra, data) for k, extra in zip(others, choice, strict=True)
        ]
        basis = [
            _column(data, circuit.placed[k].element.impedance(data.omega, values))
            for k, values in zip(others, unit, strict=True)
        ]
        for arc_set in arc_sets:
            columns = np.array([*basis, *_columns(data, arc_set[:, 0], arc_set[:, 1])])
            amplitude = _amplitudes(columns, _column(data, data.impedance_ohm))
            natural = np.empty(circuit.size)
            for k, values, a in zip(others, unit, amplitude, strict=False):
                natural[circuit.slices[k]] = _scaled(circuit.placed[k].element, values, float(a), data)
            for k, shape, a in zip(arcs, arc_set, amplitude[len(others) :], strict=True):
                r = max(float(a), 1e-3 * data.smallest)
                natural[circuit.slices[k]] = (r, *shape)[: len(circuit.placed[k].element.parameters)]
            found.append(circuit.coordinates(natural))
    return np.array(found)


def find_arcs(
    data: SpectrumData,
    count: int,
    others: Sequence[type[Element]],
    *,
    most: int = 3,
    exponents: tuple[float, ...] = EXPONENTS,
) -> list[FloatArray]:
    """Return up to `most` sets of `count` arcs, each an array of time constants and exponents (count, 2).

    Parameters
    ----------
    others : elements
        In series with the arcs.
    """
    if count == 0:
        return [np.zeros((0, 2))]
    basis = [
        _column(data, e.impedance(data.omega, _unit(e, _SHAPES.get(e.symbol, ((),))[0], data)))
        for e in others
    ]
    tau, exponent = _grid(data, exponents)
    target = _column(data, data.impedance_ohm)
    fixed = np.array(basis) if basis else np.zeros((0, target.size))
    chosen = _choose(fixed, _columns(data, tau, exponent), target, count, len(exponents))
    return [np.stack([tau[list(m)], exponent[list(m)]], axis=-1) for m in chosen[:most]]


def _unit(element: type[Element], shape: tuple[float, ...], data: SpectrumData) -> FloatArray:
    """Parameters of an element with amplitude 1 and the given shape."""
    times = 1.0 / data.omega_min if element.symbol in ("Ws", "Wo") else 1.0
    return np.array([1.0, *(x * times for x in shape)])


def _amplitudes(columns: FloatArray, target: FloatArray) -> FloatArray:
    """Least-squares factors of the columns, shape (k,); negative ones are dropped one after the other."""
    active = np.arange(len(columns))
    result = np.zeros(len(columns))
    gram, right = columns @ columns.T, columns @ target
    while active.size:
        part = gram[np.ix_(active, active)]
        part = part + 1e-12 * np.diag(np.diag(part))
        values = np.linalg.solve(part, right[active])
        if (values > 0).all():
            result[active] = values
            break
        active = np.delete(active, int(np.argmin(values * np.sqrt(np.diag(part)))))
    return result


def _scaled(element: type[Element], unit: FloatArray, amplitude: float, data: SpectrumData) -> FloatArray:
    """Parameters of an element whose unit impedance is multiplied by `amplitude` (kept positive)."""
    size = float(np.abs(element.impedance(data.omega, unit)).max())
    amplitude = max(amplitude, 1e-3 * data.smallest / size)
    values = unit.copy()
    values[0] = 1.0 / amplitude if element.divides else amplitude
    return values


def _column(data: SpectrumData, z: ComplexArray) -> FloatArray:
    """Weighted real parts, then imaginary parts, last axis 2n."""
    return data.weighted(z)


def _grid(data: SpectrumData, exponents: tuple[float, ...]) -> tuple[FloatArray, FloatArray]:
    """Time constants and exponents of the arcs that may be chosen from."""
    low, high = 1.0 / (data.omega_max * _GRID_REACH), _GRID_REACH / data.omega_min
    count = max(4, int(np.ceil(np.log10(high / low) * PER_DECADE)) + 1)
    tau, exponent = np.meshgrid(np.geomspace(low, high, count), np.array(exponents), indexing="ij")
    return tau.ravel(), exponent.ravel()


def _columns(data: SpectrumData, tau: FloatArray, exponent: FloatArray) -> FloatArray:
    """Weighted columns of arcs of 1 ohm, shape (arcs, 2n)."""
    return _column(data, Zarc.impedance(data.omega, np.stack([np.ones_like(tau), tau, exponent], axis=-1)))


def _choose(
    basis: FloatArray, grid: FloatArray, target: FloatArray, count: int, family: int
) -> list[tuple[int, ...]]:
    """Return sets of `count` grid columns by falling share of the target that they explain beside `basis`."""
    if count == 0:
        return [()]
    q = np.linalg.qr(basis.T)[0] if basis.size else np.zeros((target.size, 0))
    free = grid - (grid @ q) @ q.T
    y = target - q @ (q.T @ target)
    gram, b = free @ free.T, free @ y
    norm = np.diag(gram)
    # columns that the basis already holds carry nothing of their own
    usable = norm > 1e-8 * np.einsum("ij,ij->i", grid, grid)
    if count == 1:
        gain = np.where(usable & (b > 0), b**2 / np.where(usable, norm, 1.0), -np.inf)
        order = np.argsort(-gain)
        return _spread([(int(i),) for i in order[: 4 * _BEAM]], family)
    i, j = np.triu_indices(norm.size, 1)
    det = norm[i] * norm[j] - gram[i, j] ** 2
    sound = usable[i] & usable[j] & (det > 1e-6 * norm[i] * norm[j])
    det = np.where(sound, det, 1.0)
    first = (norm[j] * b[i] - gram[i, j] * b[j]) / det
    second = (norm[i] * b[j] - gram[i, j] * b[i]) / det
    positive = sound & (first > 0) & (second > 0)
    gain = np.where(positive, first * b[i] + second * b[j], -np.inf)
    order = np.argsort(-gain)[: 40 * _BEAM]
    order = order[np.isfinite(gain[order])]
    sets = _spread([(int(i[m]), int(j[m])) for m in order], family)
    if not sets:
        return [_fallback(norm.size, count)]
    for size in range(3, count + 1):
        sets = _extend(sets, gram, b, norm, usable, size, family)
    return sets


def _extend(
    sets: list[tuple[int, ...]],
    gram: FloatArray,
    b: FloatArray,
    norm: FloatArray,
    usable: NDArray[np.bool_],
    size: int,
    family: int,
) -> list[tuple[int, ...]]:
    """Add one column to each set; all trials are solved as one stack of small systems."""
    trials = np.array(
        [(*s, k) for s in sets for k in np.flatnonzero(usable).tolist() if k not in s], dtype=np.intp
    )
    matrices = gram[trials[:, :, None], trials[:, None, :]]
    right = b[trials]
    matrices = matrices + 1e-9 * norm[trials][:, :, None] * np.eye(size)
    amplitude = np.linalg.solve(matrices, right[:, :, None])[:, :, 0]
    gain = np.where((amplitude > 0).all(axis=1), (amplitude * right).sum(axis=1), -np.inf)
    order = np.argsort(-gain)[: 20 * _BEAM]
    order = order[np.isfinite(gain[order])]
    if not order.size:
        return [tuple(sorted(t)) for t in trials[np.argsort(-(amplitude * right).sum(axis=1))[:1]].tolist()]
    return _spread([tuple(sorted(trials[m].tolist())) for m in order], family)


def _fallback(columns: int, count: int) -> tuple[int, ...]:
    """Columns spread evenly over the grid, when no set with positive resistances exists."""
    return tuple(int(x) for x in np.linspace(0, columns - 1, count + 2)[1:-1])


def _spread(sets: list[tuple[int, ...]], family: int) -> list[tuple[int, ...]]:
    """Keep the best of sets that share their time constants, so that starts differ in more than exponents."""
    seen: set[tuple[int, ...]] = set()
    kept: list[tuple[int, ...]] = []
    for s in sets:
        key = tuple(sorted(k // family for k in s))
        if key not in seen:
            seen.add(key)
            kept.append(s)
        if len(kept) == _BEAM:
            break
    return kept
