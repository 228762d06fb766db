"""Start values from the data alone.

An arc is linear in its resistance once its time constant and exponent are given, and so is every other
element once its shape is. A grid of arc shapes therefore turns "which arcs are there?" into a choice of
columns in a linear problem. All pairs of columns are compared in closed form, a third and fourth arc are
added to the best sets; no start value is asked for and no local minimum can hide a better region.
"""

from __future__ import annotations

import itertools

import numpy as np

from interlayer.circuits.circuit import Circuit
from interlayer.circuits.data import SpectrumData
from interlayer.circuits.elements import ParallelRC, Zarc
from interlayer.circuits.elements.base import ComplexArray, Element, FloatArray

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


def starts(circuit: Circuit, data: SpectrumData, most: int) -> FloatArray:
    """Return up to `most` start points a shape of the non-arc elements, as theta of shape (s, size)."""
    arcs = [k for k, p in enumerate(circuit.placed) if p.element in (Zarc, ParallelRC)]
    others = [k for k in range(len(circuit.placed)) if k not in arcs]
    shapes = [_SHAPES.get(circuit.placed[k].element.symbol, ((),)) for k in others]
    found: list[FloatArray] = []
    for choice in itertools.product(*shapes):
        found += _for_shape(circuit, data, arcs, others, choice, most)
    return np.array(found)


def _for_shape(
    circuit: Circuit,
    data: SpectrumData,
    arcs: list[int],
    others: list[int],
    choice: tuple[tuple[float, ...], ...],
    most: int,
) -> list[FloatArray]:
    slow = 1.0 / data.omega_min
    unit: list[FloatArray] = []
    common: list[FloatArray] = []
    for k, extra in zip(others, choice, strict=True):
        element = circuit.placed[k].element
        values = np.array([1.0, *(x * slow if element.symbol in ("Ws", "Wo") else x for x in extra)])
        unit.append(values)
        common.append(_column(data, element.impedance(data.omega, values)))
    only_full = bool(arcs) and all(circuit.placed[k].element is ParallelRC for k in arcs)
    tau, exponent, grid = _grid(data, (1.0,) if only_full else EXPONENTS)
    target = _column(data, data.impedance_ohm)
    basis = np.array(common) if common else np.zeros((0, target.size))
    points: list[FloatArray] = []
    for members in _choose(basis, grid, target, len(arcs))[:most]:
        columns = np.concatenate([basis, grid[list(members)]])
        amplitude = np.linalg.lstsq(columns.T, target, rcond=None)[0]
        natural = np.empty(circuit.size)
        for k, values, a in zip(others, unit, amplitude, strict=False):
            natural[circuit.slices[k]] = _scaled(circuit.placed[k].element, values, float(a), data)
        for k, member, a in zip(arcs, members, amplitude[len(others) :], strict=True):
            r = max(float(a), 1e-3 * data.smallest)
            shape = (r, tau[member], exponent[member])
            natural[circuit.slices[k]] = shape[: len(circuit.placed[k].element.parameters)]
        points.append(circuit.coordinates(natural))
    return points


def _scaled(element: type[Element], unit: FloatArray, amplitude: float, data: SpectrumData) -> FloatArray:
    """Parameters of an element whose unit impedance is multiplied by `amplitude` (kept positive)."""
    size = float(np.abs(element.impedance(data.omega, unit)).max())
    amplitude = max(amplitude, 1e-3 * data.smallest / size)
    values = unit.copy()
    values[0] = 1.0 / amplitude if element.symbol in ("C", "CPE") else amplitude
    return values


def _column(data: SpectrumData, z: ComplexArray) -> FloatArray:
    """Weighted real and imaginary parts, interleaved, last axis 2n."""
    return np.ascontiguousarray(z * data.weight).view(np.float64)


def _grid(data: SpectrumData, exponents: tuple[float, ...]) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Time constants, exponents and weighted columns of the arcs that may be chosen from."""
    low, high = 1.0 / (data.omega_max * _GRID_REACH), _GRID_REACH / data.omega_min
    count = max(4, int(np.ceil(np.log10(high / low) * PER_DECADE)) + 1)
    times = np.geomspace(low, high, count)
    tau, exponent = (a.ravel() for a in np.meshgrid(times, np.array(exponents), indexing="ij"))
    shapes = np.stack([np.ones_like(tau), tau, exponent], axis=-1)
    return tau, exponent, _column(data, Zarc.impedance(data.omega, shapes))


def _choose(basis: FloatArray, grid: FloatArray, target: FloatArray, count: int) -> list[tuple[int, ...]]:
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
        return _spread([(int(i),) for i in order[:_BEAM]])
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
    sets = _spread([(int(i[m]), int(j[m])) for m in order])
    if not sets:
        return _choose(basis, grid, target, 1)[:1] * 0 or [_fallback(norm, count)]
    for size in range(3, count + 1):
        sets = _extend(sets, gram, b, norm, usable, size)
    return sets


def _extend(
    sets: list[tuple[int, ...]],
    gram: FloatArray,
    b: FloatArray,
    norm: FloatArray,
    usable: np.ndarray,
    size: int,
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
    return _spread([tuple(sorted(trials[m].tolist())) for m in order])


def _fallback(norm: FloatArray, count: int) -> tuple[int, ...]:
    """Columns spread evenly over the grid, when no set with positive resistances exists."""
    return tuple(int(x) for x in np.linspace(0, norm.size - 1, count + 2)[1:-1])


def _spread(sets: list[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """Keep the best of sets that share their time constants, so that starts differ in more than exponents."""
    seen: set[tuple[int, ...]] = set()
    kept: list[tuple[int, ...]] = []
    for s in sets:
        key = tuple(sorted(k // len(EXPONENTS) for k in s))
        if key not in seen:
            seen.add(key)
            kept.append(s)
        if len(kept) == _BEAM:
            break
    return kept
