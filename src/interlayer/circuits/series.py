"""Spectra of one cell along time, cycle or temperature, fitted together: one circuit, arcs that keep their names.

A resistance may change by decades from one spectrum to the next; the capacitance and the exponent of an arc
hardly do. Arcs are therefore followed by capacitance, not by their order in frequency, which turns round where
two of them swap. In the common fit, capacitance and exponent of neighbouring spectra are held together softly:
with the standard deviations below, as if they had been measured to be alike. What a spectrum tells by itself
outweighs that; what it does not tell it learns from its neighbours.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.linalg import solveh_banded
from scipy.optimize import linear_sum_assignment

from interlayer.circuits.arc_classes import Label, log_density, most_probable
from interlayer.circuits.bounds import bounds
from interlayer.circuits.circuit import Circuit
from interlayer.circuits.data import SpectrumData, prepare
from interlayer.circuits.elements.base import FloatArray
from interlayer.circuits.fit import fit_spectra
from interlayer.circuits.geometry import UNKNOWN, Geometry
from interlayer.circuits.judge import is_determined, judge
from interlayer.circuits.result import Arc, CircuitFit, Parameter
from interlayer.record import Finding

ALIKE_LOG_C = 0.15
"""Standard deviation of the step of ln C of an arc from one spectrum to the next."""
ALIKE_N = 0.03
"""The same of its exponent."""
_CANDIDATES = 2
"""Circuits of each number of arcs that are compared over the series."""
_JUDGES = 8
"""Spectra on which circuits are compared."""
_DETERMINED = 1 / 3
"""Share of the spectra, two at least, that must determine an arc by themselves; in the others it may hide."""
_STEADY = 1.1
"""Typical step of ln C beyond which arcs of neighbours are not the same arc."""
_ITERATIONS = 200
_SETTLED = 1e-3
"""Gain of a step, in units of chi squared, below which nothing changes any more."""
_STRAINED = 1.3
"""Growth of a spectrum's residual beyond which the common fit is said to strain it."""
_FLOOR = 1e-4
_STRANGE = 2.3
"""Distance of ln C from its median over the series from which another start is tried."""
_SMALL = 0.03
"""Size of an arc in it, relative to the smallest |Z|."""

IntArray = NDArray[np.intp]
Progress = Callable[[float], None]


@dataclass(frozen=True)
class Swap:
    """Two arcs that change places in frequency between two neighbouring spectra.

    Attributes
    ----------
    before, after : int
        Numbers of the spectra in the series.
    names : (str, str)
        The two arcs.
    """

    before: int
    after: int
    names: tuple[str, str]


@dataclass(frozen=True)
class Compared:
    """A circuit that was compared over the series.

    Attributes
    ----------
    circuit : str
    bic : float
        Sum over the spectra, above that of the chosen circuit.
    determined : float
        Share of the spectra that determine the least certain arc.
    steady : bool
        Whether every arc keeps its capacitance from spectrum to spectrum.
    spectra : int
        On how many it was compared.
    """

    circuit: str
    bic: float
    determined: float
    steady: bool
    spectra: int

    @property
    def is_sound(self) -> bool:
        """Whether its arcs are the same, and seen, along the series."""
        least = max(_DETERMINED * self.spectra, min(2, self.spectra))
        return self.steady and round(self.determined * self.spectra) >= least


@dataclass(frozen=True)
class SeriesFit:
    """What the common fit of a series gives.

    Attributes
    ----------
    circuit : str
        The circuit of all.
    fits : tuple of CircuitFit
        In the order given; 'R1' is the same arc in all of them.
    labels : dict of name to (label, confidence)
        From the capacitance of each arc over the whole series.
    swaps : tuple of Swap
    compared : tuple of Compared
        Circuits that were compared, the chosen one first.
    findings : tuple of Finding
    """

    circuit: str
    fits: tuple[CircuitFit, ...]
    labels: dict[str, tuple[Label, float]]
    swaps: tuple[Swap, ...]
    compared: tuple[Compared, ...]
    findings: tuple[Finding, ...] = ()


def fit_series(
    spectra: Sequence[tuple[ArrayLike, ArrayLike]],
    *,
    circuit: str | Sequence[str] | None = None,
    weighting: str = "modulus",
    geometry: Geometry = UNKNOWN,
    progress: Progress | None = None,
) -> SeriesFit:
    """Fit the spectra of one cell together, in the order of time, cycle or temperature.

    Parameters
    ----------
    spectra : sequence of (frequency_Hz, impedance_ohm)
        At least two; each may have frequencies of its own.
    circuit : str or several, optional
        The circuit(s) to choose from; left out, those that suit single spectra are compared over all.
    weighting : str
        As of `fit_spectrum`.
    geometry : Geometry
        For the labels.

    Raises
    ------
    InputError
        If a spectrum has too few usable points, or a circuit cannot be read.
    """
    tell: Progress = progress or (lambda _: None)
    data = [prepare(f, z, weighting) for f, z in spectra]
    chosen, compared = _common_circuit(spectra, circuit, weighting, tell)
    fits = fit_spectra(spectra, circuit=chosen, weighting=weighting)
    tell(0.9)
    places = _arc_places(fits[0].structure)
    movable = _movable(fits[0].structure, places)
    theta = _tracked(np.array([f.theta for f in fits]), places, movable, _certainty(fits))
    common = _Common(fits[0].structure, data, places, theta)
    objective = common.solve()
    moved = _brought_back(theta, places, data)
    if moved is not None:
        # an arc that a spectrum does not show may have taken up something else in it
        other = _Common(fits[0].structure, data, places, moved, common.variance)
        if other.solve() < objective:
            other.first_cost = common.first_cost
            common = other
    tell(0.95)
    found = common.fits(fits)
    names = [fits[0].structure.placed[k].names[0] for k, _ in places]
    labels = _labels(found, names, geometry)
    return SeriesFit(chosen, tuple(found), labels, tuple(_swaps(found)), compared, common.findings(fits))


def _common_circuit(
    spectra: Sequence[tuple[ArrayLike, ArrayLike]],
    circuit: str | Sequence[str] | None,
    weighting: str,
    tell: Progress,
) -> tuple[str, tuple[Compared, ...]]:
    """The circuit with the smallest sum of BIC among those whose arcs the spectra determine.

    A spectrum with little noise earns arcs that describe its imperfections; in the next one they are others.
    Judged on some spectra, evenly over the series.
    """
    rows = np.unique(np.linspace(0, len(spectra) - 1, min(_JUDGES, len(spectra))).round().astype(int))
    judges = [spectra[k] for k in rows.tolist()]
    if circuit is None:
        texts = _tried(judges, weighting, tell)
    else:
        texts = [circuit] if isinstance(circuit, str) else list(circuit)
    compared: list[Compared] = []
    for text in texts:
        fits = fit_spectra(judges, circuit=text, weighting=weighting)
        compared.append(_followed(fits))
    best = min(compared, key=lambda c: (not c.is_sound, c.bic))
    if not best.is_sound:
        best = max(compared, key=lambda c: (c.determined, -c.bic))
    ranked = sorted(compared, key=lambda c: (c is not best, c.bic))
    return best.circuit, tuple(replace(c, bic=c.bic - best.bic) for c in ranked)


def _followed(fits: list[CircuitFit]) -> Compared:
    """How well the arcs of one circuit can be followed from spectrum to spectrum."""
    places = _arc_places(fits[0].structure)
    bic = float(sum(f.bic for f in fits))
    if not places:
        return Compared(fits[0].circuit, bic, 1.0, True, len(fits))
    movable = _movable(fits[0].structure, places)
    order = _order(np.array([f.theta for f in fits]), places, movable, _certainty(fits))
    names = [fits[0].structure.placed[k].names[0] for k, _ in places]
    sure = np.array([[is_determined(f.parameters[n]) for n in names] for f in fits])
    size = np.log([[_capacity(f, n) for n in names] for f in fits])
    sure, size = np.take_along_axis(sure, order, axis=1), np.take_along_axis(size, order, axis=1)
    step = np.where(sure[1:] & sure[:-1], np.abs(np.diff(size, axis=0)), np.nan)
    steps = [c[np.isfinite(c)] for c in step.T]
    steady = all(float(np.median(c)) < _STEADY for c in steps if c.size)
    return Compared(fits[0].circuit, bic, float(sure.mean(axis=0).min()), steady, len(fits))


def _tried(judges: list[tuple[ArrayLike, ArrayLike]], weighting: str, tell: Progress) -> list[str]:
    """Circuits that the search on single spectra tried, those first that suit all of them."""
    excess: dict[str, list[float]] = {}
    for fit in fit_spectra(judges, weighting=weighting):
        for c in fit.tried:
            excess.setdefault(c.circuit, []).append(c.bic - fit.bic)
    tell(0.4)
    often = {text: e for text, e in excess.items() if 2 * len(e) >= len(judges)}
    ranked = sorted(often, key=lambda text: float(np.mean(often[text])))
    # the best of each number of arcs, so that a simpler one is always among them
    firsts: dict[int, list[str]] = {}
    for text in ranked:
        firsts.setdefault(text.count("p("), []).append(text)
    return [text for texts in firsts.values() for text in texts[:_CANDIDATES]]


def _arc_places(circuit: Circuit) -> list[tuple[int, slice]]:
    """Arcs of a circuit: number of the element and the place of its parameters (R, tau and perhaps n)."""
    symbols = ("p(R,CPE)", "p(R,C)")
    pairs = enumerate(zip(circuit.placed, circuit.slices, strict=True))
    return [(k, s) for k, (p, s) in pairs if p.element.symbol in symbols]


def _movable(circuit: Circuit, places: list[tuple[int, slice]]) -> NDArray[np.bool_]:
    """Which arcs may change places without changing the circuit: those of the outermost series, shape (arcs,)."""
    outer = {int(row[0]) for _, index in circuit.groups for row in index}
    return np.array([s.start in outer for _, s in places], dtype=np.bool_)


def _certainty(fits: list[CircuitFit]) -> FloatArray:
    """How well the arcs of each spectrum are determined: the worst relative error of a resistance, shape (k,)."""
    worst = [
        max(
            (np.inf if a.stderr_ohm is None else a.stderr_ohm / a.resistance_ohm for a in f.arcs), default=0.0
        )
        for f in fits
    ]
    return np.array(worst, dtype=np.float64)


def _order(
    theta: FloatArray, places: list[tuple[int, slice]], movable: NDArray[np.bool_], error: FloatArray
) -> IntArray:
    """Which arc of every spectrum takes which place, shape (spectra, arcs): followed by capacitance.

    The best determined spectrum gives the order; only movable arcs of the same kind change places. Places then
    follow the typical order in frequency.
    """
    order = np.tile(np.arange(len(places)), (len(theta), 1))
    anchor = int(np.argmin(error))
    ways = (range(anchor + 1, len(theta)), range(anchor - 1, -1, -1))
    widths = np.array([s.stop - s.start for _, s in places])
    for width in set(widths[movable].tolist()):
        slots = np.flatnonzero((widths == width) & movable)
        columns = np.array([range(places[k][1].start, places[k][1].stop) for k in slots])
        own = np.tile(np.arange(slots.size), (len(theta), 1))
        for way, back in zip(ways, (-1, 1), strict=True):
            for k in way:
                there = theta[k + back][columns][own[k + back]]
                own[k] = linear_sum_assignment(_distance(there, theta[k][columns]))[1]
        tau = np.take_along_axis(theta[:, columns[:, 1]], own, axis=1)
        own = own[:, np.argsort(np.median(tau, axis=0), kind="stable")]
        order[:, slots] = slots[own]
    return order


def _tracked(
    theta: FloatArray, places: list[tuple[int, slice]], movable: NDArray[np.bool_], error: FloatArray
) -> FloatArray:
    """Parameters with the arcs in the places that `_order` gives them."""
    order, result = _order(theta, places, movable, error), theta.copy()
    for place, (_, target) in enumerate(places):
        for k in range(len(theta)):
            result[k, target] = theta[k, places[int(order[k, place])][1]]
    return result


def _brought_back(
    theta: FloatArray, places: list[tuple[int, slice]], data: list[SpectrumData]
) -> FloatArray | None:
    """Parameters with arcs of strange capacitance made small arcs of the usual one; None if there are none."""
    if not places:
        return None
    r = theta[:, [s.start for _, s in places]]
    size = theta[:, [s.start + 1 for _, s in places]] - r
    usual = np.median(size, axis=0)
    strange = np.abs(size - usual) > _STRANGE
    if not strange.any():
        return None
    result = theta.copy()
    for place, (_, s) in enumerate(places):
        rows = np.flatnonzero(strange[:, place])
        small = np.log([_SMALL * data[k].smallest for k in rows])
        result[rows, s.start] = small
        result[rows, s.start + 1] = small + usual[place]
        if s.stop - s.start > 2:
            result[rows, s.start + 2] = np.median(theta[:, s.start + 2])
    return result


def _distance(one: FloatArray, other: FloatArray) -> FloatArray:
    """Unlikeness of arcs (log R, log tau, n) of two spectra, shape (arcs, arcs): capacitance first."""
    capacity = np.abs((one[:, 1] - one[:, 0])[:, None] - (other[:, 1] - other[:, 0])[None, :])
    resistance = np.abs(one[:, 0][:, None] - other[:, 0][None, :])
    unlike = capacity + 0.1 * resistance
    if one.shape[1] > 2:
        unlike = unlike + 2.0 * np.abs(one[:, 2][:, None] - other[:, 2][None, :])
    return unlike


class _Common:
    """Least squares over all spectra at once, with capacitance and exponent of neighbours held alike.

    The matrix is block-tridiagonal: one block a spectrum, coupled to the next one only.
    """

    def __init__(
        self,
        circuit: Circuit,
        data: list[SpectrumData],
        places: list[tuple[int, slice]],
        theta: FloatArray,
        variance: FloatArray | None = None,
    ) -> None:
        self.circuit, self.data, self.theta = circuit, data, theta
        limits = [bounds(circuit, d) for d in data]
        self.lower = np.array([low for low, _ in limits])
        self.upper = np.array([high for _, high in limits])
        rows: list[FloatArray] = []
        for _, s in places:
            capacity = np.zeros(circuit.size)
            capacity[s.start + 1], capacity[s.start] = 1.0 / ALIKE_LOG_C, -1.0 / ALIKE_LOG_C
            rows.append(capacity)
            if s.stop - s.start > 2:
                exponent = np.zeros(circuit.size)
                exponent[s.start + 2] = 1.0 / ALIKE_N
                rows.append(exponent)
        feature = np.array(rows).reshape(len(rows), circuit.size)
        self.coupling = feature.T @ feature
        groups: dict[bytes, list[int]] = {}
        for k, d in enumerate(data):
            groups.setdefault(d.omega.tobytes(), []).append(k)
        self.groups = [np.array(g, dtype=np.intp) for g in groups.values()]
        self.theta = np.clip(theta, self.lower, self.upper)
        self.first_cost = self._parts(self.theta)[0]
        if variance is None:
            variance = np.maximum(self.first_cost / self._spare(), self._least())
        self.variance = variance

    def _spare(self) -> FloatArray:
        return np.array([max(d.values - self.circuit.size, 1) for d in self.data], dtype=np.float64)

    def _least(self) -> FloatArray:
        return np.array([_FLOOR**2 * d.scale for d in self.data], dtype=np.float64)

    def _parts(self, theta: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Sum of squared residuals (k,), gradient (k, m), normal matrix (k, m, m) of every spectrum."""
        count, size = theta.shape
        cost, gradient = np.zeros(count), np.zeros((count, size))
        normal = np.zeros((count, size, size))
        for members in self.groups:
            omega = self.data[members[0]].omega
            z, slope = self.circuit.both(omega, theta[members])
            z = z - np.array([self.data[k].impedance_ohm for k in members])
            real = np.array([self.data[k].weight for k in members])
            imag = real * np.array([self.data[k].imag_share for k in members])
            r = np.concatenate([z.real * real, z.imag * imag], axis=-1)
            real, imag = real[:, None, :], imag[:, None, :]
            j = np.concatenate([slope.real * real, slope.imag * imag], axis=-1)
            cost[members] = (r**2).sum(axis=1)
            gradient[members] = np.einsum("kpm,km->kp", j, r)
            normal[members] = np.matmul(j, j.transpose(0, 2, 1))
        return cost, gradient, normal

    def _system(self, theta: FloatArray) -> tuple[float, FloatArray, FloatArray, FloatArray]:
        """Objective, gradient and diagonal blocks of the whole problem, and the squares of every spectrum."""
        cost, gradient, normal = self._parts(theta)
        step = np.diff(theta, axis=0) @ self.coupling
        objective = float((cost / self.variance).sum() + (np.diff(theta, axis=0) * step).sum())
        gradient = gradient / self.variance[:, None]
        gradient[:-1] -= step
        gradient[1:] += step
        diagonal = normal / self.variance[:, None, None]
        neighbours = np.full(len(theta), 2.0)
        neighbours[0] -= 1.0
        neighbours[-1] -= 1.0
        diagonal = diagonal + neighbours[:, None, None] * self.coupling
        return objective, gradient, diagonal, cost

    def solve(self) -> float:
        """Levenberg-Marquardt from the separate fits; returns the objective."""
        damping = 1e-3
        objective, gradient, diagonal, _ = self._system(self.theta)
        self.converged = False
        for _ in range(_ITERATIONS):
            held = self._held(self.theta, gradient)
            scale = np.einsum("kii->ki", diagonal)
            extra = damping * scale + np.where(held, 1e12 * scale.max(), 0.0)
            step = self._step(diagonal + extra[:, :, None] * np.eye(self.circuit.size), gradient)
            trial = np.clip(self.theta + step, self.lower, self.upper)
            new = self._system(trial)
            if new[0] < objective:
                gain = objective - new[0]
                self.theta, (objective, gradient, diagonal, _) = trial, new
                damping = max(damping / 5.0, 1e-9)
                if gain < _SETTLED:
                    self.converged = True
                    break
            else:
                damping *= 6.0
                if damping > 1e8:
                    self.converged = True
                    break
        return objective

    def _held(self, theta: FloatArray, gradient: FloatArray) -> NDArray[np.bool_]:
        near = 1e-9 * (1.0 + np.abs(theta))
        low = (theta <= self.lower + near) & (gradient > 0)
        return low | ((theta >= self.upper - near) & (gradient < 0))

    def _step(self, diagonal: FloatArray, gradient: FloatArray) -> FloatArray:
        """Solve the block-tridiagonal system in banded form."""
        count, size = gradient.shape
        width = 2 * size - 1
        band = np.zeros((width + 1, count * size))
        i, j = np.meshgrid(np.arange(size), np.arange(size), indexing="ij")
        for blocks, shift in (
            (diagonal, 0),
            (np.broadcast_to(-self.coupling, (count - 1, size, size)), size),
        ):
            rows = i[None] + size * np.arange(len(blocks))[:, None, None]
            columns = j[None] + shift + size * np.arange(len(blocks))[:, None, None]
            upper = columns >= rows
            band[width + (rows - columns)[upper], columns[upper]] = blocks[upper]
        return solveh_banded(band, -gradient.ravel()).reshape(count, size)

    def _covariances(self) -> tuple[FloatArray, NDArray[np.bool_]]:
        """Diagonal blocks of the inverse, shape (k, m, m), by elimination from both ends; and what is held."""
        _, gradient, diagonal, _ = self._system(self.theta)
        held = self._held(self.theta, gradient)
        scale = np.einsum("kii->ki", diagonal)
        diagonal = diagonal + np.where(held, 1e12 * scale.max(), 0.0)[:, :, None] * np.eye(self.circuit.size)
        diagonal = diagonal + 1e-13 * scale[:, :, None] * np.eye(self.circuit.size)
        count = len(self.data)
        forward, backward = np.zeros_like(diagonal), np.zeros_like(diagonal)
        for k in range(1, count):
            forward[k] = self.coupling @ np.linalg.solve(diagonal[k - 1] - forward[k - 1], self.coupling)
        for k in range(count - 2, -1, -1):
            backward[k] = self.coupling @ np.linalg.solve(diagonal[k + 1] - backward[k + 1], self.coupling)
        inverse = np.linalg.inv(diagonal - forward - backward)
        inverse[held] = 0.0
        inverse.transpose(0, 2, 1)[held] = 0.0
        return inverse, held

    def fits(self, separate: list[CircuitFit]) -> list[CircuitFit]:
        """Return a fit a spectrum, with the parameters of the common one."""
        covariance, held = self._covariances()
        return [
            _rebuilt(separate[k], self.data[k], self.theta[k], covariance[k], held[k])
            for k in range(len(self.data))
        ]

    def findings(self, separate: list[CircuitFit]) -> tuple[Finding, ...]:
        """Name spectra that the common fit strains, and a fit that did not arrive."""
        found: list[Finding] = []
        if not self.converged:
            found.append(
                Finding("fit not converged", "the common fit of the series reached its iteration limit")
            )
        cost = self._parts(self.theta)[0]
        own = np.array([f.residual_rms_rel for f in separate])
        strained = np.flatnonzero(
            (np.sqrt(cost / np.maximum(self.first_cost, 1e-300)) > _STRAINED) & (own > 1e-4)
        )
        if strained.size:
            which = ", ".join(str(k) for k in strained[:6].tolist())
            found.append(
                Finding(
                    "series not continuous",
                    f"{strained.size} spectra fit worse together than alone (no. {which}): "
                    "capacitances jump there",
                )
            )
        return tuple(found)


def _rebuilt(
    fit: CircuitFit, data: SpectrumData, theta: FloatArray, covariance: FloatArray, held: NDArray[np.bool_]
) -> CircuitFit:
    """A fit with other parameters, names as in its circuit."""
    circuit = fit.structure
    natural = circuit.natural(theta)
    value, jacobian = np.empty(circuit.size), np.zeros((circuit.size, circuit.size))
    lost = held.copy()
    for p, s in zip(circuit.placed, circuit.slices, strict=True):
        value[s], jacobian[s, s] = p.element.to_reported(natural[s])
        if p.element.symbol in ("p(R,CPE)", "p(R,C)"):
            lost[s.start : s.start + 2] |= held[s.start + 1] | held[s.start]
    jacobian *= np.where(circuit.log, natural, 1.0)
    reported = jacobian @ covariance @ jacobian.T
    names = [n for p in circuit.placed for n in p.names]
    units = [q.unit for p in circuit.placed for q in p.element.reported()]
    variance = np.diag(reported)
    parameters = {
        name: Parameter(float(v), None if gone or not s > 0 else float(np.sqrt(s)), unit)
        for name, v, s, gone, unit in zip(names, value, variance, lost, units, strict=True)
    }
    arcs: list[Arc] = []
    for k, s in _arc_places(circuit):
        r, tau, *n = (float(x) for x in natural[s])
        name = circuit.placed[k].names[0]
        arcs.append(
            Arc(
                name=name,
                resistance_ohm=r,
                stderr_ohm=parameters[name].stderr,
                time_constant_s=tau,
                exponent=n[0] if n else 1.0,
                capacitance_F=tau / r,
                peak_Hz=1.0 / (2.0 * np.pi * tau),
                in_window=data.omega_min <= 1.0 / tau <= data.omega_max,
            )
        )
    z = circuit.impedance(data.omega, theta[None, :])[0]
    relative = np.abs(z - data.impedance_ohm) / np.abs(data.impedance_ohm)
    made = replace(
        fit,
        parameters=parameters,
        arcs=tuple(sorted(arcs, key=lambda a: a.time_constant_s)),
        residual_rms_rel=float(np.sqrt(np.sum(relative**2) / data.values)),
        covariance=reported,
        theta=theta,
        rivals=(),
        hidden=None,
        richer=None,
    )
    misfit = float(np.sqrt(np.mean(data.weighted(z - data.impedance_ohm) ** 2) / (0.5 * data.scale)))
    words = judge(replace(made, runner_up=None), relative, misfit, True)
    return replace(made, findings=(*data.findings, *words))


def _labels(fits: list[CircuitFit], names: list[str], geometry: Geometry) -> dict[str, tuple[Label, float]]:
    """Label of each arc from its median capacitance over the series.

    Many spectra of one arc say no more about its kind than one good one: they are not multiplied.
    """
    if not names:
        return {}
    table = np.array([[_capacity(f, name) for name in names] for f in fits])
    middle = np.exp(np.median(np.log(table), axis=0))
    spread = middle * np.median(np.abs(np.log(table / middle)), axis=0)
    order = np.argsort(middle, kind="stable")
    found, sure = most_probable(log_density(middle[order], spread[order], geometry))
    return {names[int(k)]: (found[place], float(sure[place])) for place, k in enumerate(order)}


def _capacity(fit: CircuitFit, name: str) -> float:
    return next(a.capacitance_F for a in fit.arcs if a.name == name)


def _swaps(fits: list[CircuitFit]) -> list[Swap]:
    """Pairs of arcs whose order in frequency differs between neighbours."""
    found: list[Swap] = []
    for k in range(len(fits) - 1):
        first = [a.name for a in fits[k].arcs]
        second = {a.name: place for place, a in enumerate(fits[k + 1].arcs)}
        for i, one in enumerate(first):
            found += [
                Swap(k, k + 1, (one, other))
                for other in first[i + 1 :]
                if one in second and other in second and second[one] > second[other]
            ]
    return found
