"""What the calibrating numbers leave open: the posterior of all unknowns, its diagnostics, and each number left out.

Observation model. A published number is the model's value times the factor of its own cell (log-normal, `cell_scatter`)
times a factor of its own (log-normal, `error_voltage` or `error_resistance`, and the rounding of the printed digits).
Numbers of one cell share its factor: `observations.csv` says which is which. The three sizes of error are unknowns
with priors like the others.

The discrete unknowns (area, place of the layer's resistance, reading of the rate test's list) are strata of a tempered
sampler (`interlayer.inference.tempering`) with two populations from different seeds; the evidences of the strata come
from bridge sampling between the two. Where these disagree, no interval is given. The threshold of filaments follows
afterwards from the bare ramp (`ensemble.py`): no number used here feels it.
"""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any, Final

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.special import ndtr as jax_ndtr
from numpy.typing import NDArray

from interlayer.errors import SimulationError
from interlayer.inference.bridge import fitted, log_evidence
from interlayer.inference.left_out import opened, widths
from interlayer.inference.pareto import tail_shape
from interlayer.inference.scores import weighted_quantiles
from interlayer.inference.tempering import Population, Problem, from_prior, move, redraw, temper
from interlayer.published.ding2024 import forward, priors
from interlayer.published.ding2024.calibrate import RATE_CURRENTS
from interlayer.published.ding2024.comparison import published

Array = NDArray[np.float64]
Whole = NDArray[np.int64]
Told = Callable[[str, float], None]

PARTICLES: Final = 128
"""In each stratum of each population."""
FINAL_MOVES: Final = 800
BRIDGE: Final = 576
"""Gaussian draws for the evidence of each stratum."""
MOVES: Final = 60
"""Between two tempering steps."""
LOO_MOVES: Final = 30
LOO_TAIL: Final = 0.5
"""Shape of the weights' tail above which a number is left out by sampling anew. Stricter than the usual 0.7: weights
cannot reach where no particle is, and some parameters hang on one number alone."""
LOO_ROUNDS: Final = 30
"""Of ten moves each, after a number has been taken out."""
LOO_WIDENED: Final = 0.1
"""By how much of its prior's width an unknown has widened, after half of these rounds, to be drawn anew from its prior
in each of the others."""
LOO_SHARE: Final = 2
"""Every second particle is enough for that."""
WORST_R_HAT: Final = 1.05
WORST_MEMORY: Final = 0.5
FEWEST_EFFECTIVE: Final = 100.0
_CHUNK: Final = 576
"""Particles a call of the compiled model: one compilation serves all."""

READINGS: Final = (
    RATE_CURRENTS,
    (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7),
    (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8),
)
"""mA/cm2; the ways to repair the list of the rate test, in the order of the prior `reading`."""
ERRORS: Final = ("error_voltage", "error_resistance", "cell_scatter")


@dataclass(frozen=True)
class Observation:
    """One calibrating number."""

    id: str
    piece: str
    """The cell that it was measured on."""
    kind: str
    value: float
    unit: str
    rounding: float
    """Relative standard deviation by the rounding of the printed number."""


@cache
def observations() -> tuple[Observation, ...]:
    """The calibrating numbers with their errors, in the order of `predict`."""
    text = (files("interlayer.published.ding2024") / "observations.csv").read_text(encoding="utf-8")
    rows = {p.id: p for p in published()}
    out: list[Observation] = []
    for row in csv.DictReader(io.StringIO(text)):
        value = rows[row["id"]]
        rounding = float(row["resolution"]) / np.sqrt(12.0) / value.published
        out.append(Observation(row["id"], row["piece"], row["kind"], value.published, value.unit, rounding))
    return tuple(out)


@dataclass(frozen=True)
class Stratum:
    """One combination of the discrete unknowns."""

    area_m2: float
    arc: float
    reading: int

    @property
    def text(self) -> str:
        """In words."""
        place = "in the arc" if self.arc else "in the intercept"
        list_ = ("0.25 inserted", "0.7 appended", "0.8 appended")[self.reading]
        return f"{self.area_m2 * 1e4:.3f} cm2, layer {place}, {list_}"


def strata() -> tuple[Stratum, ...]:
    """All combinations, equally likely beforehand."""
    known = priors.load()
    return tuple(
        Stratum(area * 1e-4, arc, int(reading))
        for area, arc, reading in itertools.product(
            known["area"].numbers, known["arc"].numbers, known["reading"].numbers
        )
    )


@cache
def bases() -> dict[str, Any]:
    """Systems of the five cells, whose numbers are replaced."""
    with jax.ensure_compile_time_eval():  # the first to ask may be a function that is being traced
        return forward.bases(1.0, "b", 0.5)


def parameters(z: Any, area: Any, arc: Any, normal: Callable[[Any], Any] = jax_ndtr) -> dict[str, Any]:
    """Parameters in SI from coordinates z of shape (d,)."""
    out = {p.name: p.value(z[k], normal) for k, p in enumerate(priors.felt())}
    return out | {"area": area, "arc": arc}


def log_predictions(z: jax.Array, area: Any, arc: Any, currents: jax.Array) -> jax.Array:
    """Logarithms of the calibrating numbers, shape (k,), at coordinates z of shape (d,)."""
    found = forward.predict(bases(), parameters(z, area, arc), currents)
    return jnp.log(jnp.stack([found[one.id] for one in observations()]))


_many = jax.jit(jax.vmap(log_predictions))


def features(z: Array, which: Whole) -> Array:
    """Logarithms of the calibrating numbers for particles (n, d) in their strata (n,), shape (n, k)."""
    known = strata()
    area = np.array([s.area_m2 for s in known])[which]
    arc = np.array([s.arc for s in known])[which]
    currents = 10.0 * np.array(READINGS)[np.array([s.reading for s in known])[which]]
    out: list[Array] = []
    for begin in range(0, len(z), _CHUNK):
        part = slice(begin, begin + _CHUNK)
        missing = max(_CHUNK - len(z[part]), 0)
        padded = [
            np.concatenate([v[part], np.repeat(v[:1], missing, axis=0)]) for v in (z, area, arc, currents)
        ]
        out.append(np.asarray(_many(*padded))[: _CHUNK - missing])
    return np.concatenate(out)


@cache
def _layout() -> tuple[Array, Array, Array, Array]:
    """Logarithms of the numbers, rounding, whether a resistance, and membership (cells, numbers)."""
    known = observations()
    pieces = list(dict.fromkeys(one.piece for one in known))
    member = np.array([[float(one.piece == piece) for one in known] for piece in pieces])
    return (
        np.log([one.value for one in known]),
        np.array([one.rounding for one in known]),
        np.array([float(one.kind == "resistance") for one in known]),
        member,
    )


def errors(z: Array) -> tuple[Array, Array]:
    """Standard deviations (n, k) of the numbers' own errors, and of the cells' factors (n,), from z (n, d)."""
    _, rounding, resistance, _ = _layout()
    names = [p.name for p in priors.felt()]
    voltage, ohm, scatter = (priors.load()[e].value(z[:, names.index(e)]) for e in ERRORS)
    own = np.where(resistance > 0, ohm[:, None], voltage[:, None])
    return np.sqrt(own**2 + rounding**2), scatter


def log_likelihood(z: Array, found: Array, exponents: Array) -> Array:
    """Logarithm of the density of the numbers, shape (n,); an exponent of 0 leaves a number out, 1 takes it.

    Within a cell the covariance is own^2 on the diagonal plus the common scatter^2. In between, an exponent multiplies
    the number's precision.
    """
    target, _, _, member = _layout()
    own, scatter = errors(z)
    gap = target - found
    precision = exponents / own**2
    total = precision @ member.T  # (n, cells)
    pull = (precision * gap) @ member.T
    common = scatter[:, None] ** 2
    quadratic = (precision * gap**2).sum(axis=1) - (common * pull**2 / (1.0 + common * total)).sum(axis=1)
    size = (exponents * 2.0 * np.log(own)).sum(axis=1) + np.log1p(common * total).sum(axis=1)
    return -0.5 * (quadratic + size + np.log(2.0 * np.pi) * exponents.sum())


def cell_factor(z: Array, found: Array, exponents: Array) -> tuple[Array, Array]:
    """Mean and standard deviation (n, cells) of the logarithm of each cell's factor, given its numbers."""
    target, _, _, member = _layout()
    own, scatter = errors(z)
    precision = exponents / own**2
    variance = 1.0 / (1.0 / scatter[:, None] ** 2 + precision @ member.T)
    return variance * ((precision * (target - found)) @ member.T), np.sqrt(variance)


def problem() -> Problem:
    """The posterior as the sampler takes it."""
    count = len(strata())
    return Problem(features, log_likelihood, len(priors.felt()), count, np.full(count, 1.0 / count))


@dataclass(frozen=True)
class Diagnostics:
    """How well the sampler did, and whether its intervals are given."""

    r_hat: dict[str, float]
    """Between the two populations, by parameter; 1: they agree."""
    memory: float
    """Largest correlation of a coordinate with itself before the last moves; 0: the moves forgot everything."""
    effective: float
    """Effective number of particles, by their weights."""
    accepted: float
    steps: int
    share_gap: float
    """Largest difference of a stratum's posterior probability between two estimates of the evidences."""

    @property
    def problems(self) -> tuple[str, ...]:
        """What is poor; empty if intervals may be given."""
        out: list[str] = []
        name, worst = max(self.r_hat.items(), key=lambda item: item[1])
        if worst > WORST_R_HAT:
            out.append(
                f"the two populations disagree about {name} (R-hat {worst:.3f}, at most {WORST_R_HAT})"
            )
        if self.memory > WORST_MEMORY:
            out.append(f"the last moves left a correlation of {self.memory:.2f} (at most {WORST_MEMORY})")
        if self.effective < FEWEST_EFFECTIVE:
            out.append(f"{self.effective:.0f} effective particles (at least {FEWEST_EFFECTIVE:.0f})")
        return tuple(out)


@dataclass(frozen=True)
class LeftOut:
    """A calibrating number predicted without itself."""

    id: str
    observed: float
    unit: str
    p05: float
    p25: float
    p50: float
    p75: float
    p95: float
    z_score: float
    """(ln observed - mean) / standard deviation of ln predicted."""
    tail: float
    """Shape of the importance weights' tail without a refit; nan where there was no such attempt."""
    refitted: bool
    opened: tuple[str, ...] = ()
    """Unknowns that are left to their prior without the number: it is not determined by anything else."""
    how: str = ""
    """How it was predicted, where neither by weights nor by sampling anew."""


@dataclass(frozen=True)
class Posterior:
    """Particles of both populations, final ones with a weight each, and how they were found."""

    z: Array
    """Coordinates, shape (n, d)."""
    found: Array
    """Logarithms of the calibrating numbers, shape (n, k)."""
    stratum: Whole
    weight: Array
    """Sums to one."""
    shares: Array
    """Posterior probability of each stratum."""
    diagnostics: Diagnostics
    populations: tuple[Population, Population]
    """With all strata and their common evidences."""
    seed: int

    def summary(self, name: str) -> Array:
        """Quantiles at 5, 50 and 95 % of a parameter, in its unit."""
        index = [p.name for p in priors.felt()].index(name)
        prior = priors.felt()[index]
        shown = prior.value(self.z[:, index]) / prior.value(0.0) * prior.quantiles((0.5,))[0]
        return weighted_quantiles(shown, self.weight, [0.05, 0.5, 0.95])


def sample(
    seed: int,
    *,
    particles: int = PARTICLES,
    moves: int = MOVES,
    final_moves: int = FINAL_MOVES,
    told: Told | None = None,
) -> Posterior:
    """Sample the posterior of everything that the calibrating numbers feel; the same for the same seed.

    Raises
    ------
    SimulationError
        If the two populations have nothing in common (far too few particles).
    """
    made = problem()
    everything = np.ones(len(observations()))
    tell = told or (lambda _text, _share: None)
    features(np.zeros((1, made.dimension)), np.zeros(1, dtype=np.int64))  # compiled before the threads start

    def one(number: int) -> tuple[Population, Array]:
        rng = np.random.default_rng([seed, number])

        def share(done: float) -> None:
            if number == 0:
                tell("sampling the posterior", 0.7 * done)

        begun = from_prior(made, particles, rng)
        moved = temper(made, begun, 0.0 * everything, everything, rng, moves=moves, told=share)
        before = moved.z.copy()
        for begin in range(0, final_moves, 20):
            moved = move(made, moved, everything, rng, min(20, final_moves - begin))
            if number == 0:
                tell("moving the particles", 0.7 + 0.3 * begin / final_moves)
        return moved, before

    with ThreadPoolExecutor(max_workers=2) as pool:
        runs = list(pool.map(one, (0, 1)))
    first, second, gap = _weighed(made, runs[0][0], runs[1][0], seed)
    populations = (first, second)
    shares = first.shares(made.prior)
    size = len(shares) * particles
    z = np.concatenate([p.z.reshape(size, -1) for p in populations])
    found = np.concatenate([p.features.reshape(size, -1) for p in populations])
    which = np.tile(np.repeat(np.arange(len(shares)), particles), 2)
    weight = shares[which] / (2 * particles)
    alive = weight > 0.0
    befores = np.concatenate([before.reshape(size, -1) for _, before in runs])
    checked = _diagnose(z, befores, which, weight, populations, gap)
    return Posterior(z[alive], found[alive], which[alive], weight[alive], shares, checked, populations, seed)


def _weighed(
    made: Problem, first: Population, second: Population, seed: int
) -> tuple[Population, Population, float]:
    """Both populations with one common set of evidences, and the largest difference of a share between two estimates.

    Each estimate takes the particles of one population and a Gaussian fitted to those of the other.
    """
    everything = np.ones(len(observations()))
    strata_alive = np.isfinite(first.log_evidence) & np.isfinite(second.log_evidence)
    if not strata_alive.any():
        raise SimulationError(
            "the two populations of the sampler share no combination of the discrete unknowns",
            advice="take another --seed",
        )
    estimates = np.full((2, made.strata), -np.inf)
    for number, (mine, other) in enumerate(((first, second), (second, first))):
        rng = np.random.default_rng([seed, 50 + number])
        apart = other.z[strata_alive] - other.z[strata_alive].mean(axis=1, keepdims=True)
        flat = apart.reshape(-1, made.dimension)
        pooled = flat.T @ flat / len(flat)
        for stratum in np.flatnonzero(strata_alive):

            def density(z: Array, stratum: int = int(stratum)) -> Array:
                found = features(z, np.full(len(z), stratum))
                prior = -0.5 * ((z**2).sum(axis=1) + made.dimension * np.log(2.0 * np.pi))
                value = log_likelihood(z, found, everything) + prior
                return np.where(np.isfinite(value), value, -1e300)

            guide = fitted(other.z[stratum], pooled)
            estimates[number, stratum] = log_evidence(density, mine.z[stratum], guide, BRIDGE, rng)
    both = np.logaddexp(estimates[0], estimates[1]) - np.log(2.0)
    shares = [replace(first, log_evidence=e).shares(made.prior) for e in estimates]
    gap = float(np.abs(shares[0] - shares[1]).max())
    return replace(first, log_evidence=both), replace(second, log_evidence=both), gap


def _diagnose(
    z: Array,
    before: Array,
    which: Whole,
    weight: Array,
    populations: tuple[Population, Population],
    gap: float,
) -> Diagnostics:
    half = len(z) // 2
    r_hat: dict[str, float] = {}
    for k, prior in enumerate(priors.felt()):
        means = [
            float(np.average(z[part, k], weights=weight[part])) for part in (slice(half), slice(half, None))
        ]
        within = float(np.average((z[:, k] - np.average(z[:, k], weights=weight)) ** 2, weights=weight))
        r_hat[prior.name] = float(np.sqrt(1.0 + np.var(means, ddof=1) / within))
    return Diagnostics(
        r_hat,
        _memory(before, z, which, weight),
        float(1.0 / (weight**2).sum()),
        float(np.mean([p.accepted for p in populations])),
        max(p.steps for p in populations),
        gap,
    )


def _memory(before: Array, after: Array, which: Whole, weight: Array) -> float:
    """Largest correlation of a coordinate (n, d) with its earlier self, strata taken apart, particles weighted."""
    one, two = before.copy(), after.copy()
    for stratum in np.unique(which):
        here = which == stratum
        one[here] -= one[here].mean(axis=0)
        two[here] -= two[here].mean(axis=0)
    cross, first, second = (weight @ (a * b) for a, b in ((one, two), (one, one), (two, two)))
    return float((cross / np.sqrt(first * second)).max())


def leave_one_out(posterior: Posterior, *, told: Told | None = None) -> list[LeftOut]:
    """Predict each calibrating number without itself: by importance weights, by a refit where these are poor."""
    known = observations()
    made = problem()
    out: list[LeftOut] = []
    everything = np.ones(len(known))
    base = log_likelihood(posterior.z, posterior.found, everything)
    held, names = widths(posterior.z, posterior.weight), [p.name for p in priors.felt()]
    for number, one in enumerate(known):
        if told:
            told(f"leaving out {one.id}", number / len(known))
        without = everything.copy()
        without[number] = 0.0
        log_weight = log_likelihood(posterior.z, posterior.found, without) - base
        tail = tail_shape(log_weight)
        z, found = posterior.z, posterior.found
        weight = posterior.weight * np.exp(log_weight - log_weight.max())
        refit = tail > LOO_TAIL
        if refit:
            z, found, weight = _without(made, posterior, everything, without, number, held)
        weight = weight / weight.sum()
        free = [names[k] for k in opened(held, z, weight)]
        out.append(replace(_scored(one, number, z, found, weight, without, tail, refit), opened=tuple(free)))
    return out


def _without(
    made: Problem, posterior: Posterior, begin: Array, end: Array, number: int, held: Array
) -> tuple[Array, Array, Array]:
    """Particles, features and weights after the number has been taken out by tempering it away."""

    def weights(population: Population) -> Array:
        particles = population.z.shape[1]
        return np.repeat(population.shares(made.prior) / particles, particles)

    def one(k: int) -> tuple[Array, Array, Array]:
        rng = np.random.default_rng([posterior.seed, 2 + k, number])
        whole = posterior.populations[k]
        some = replace(whole, z=whole.z[:, ::LOO_SHARE], features=whole.features[:, ::LOO_SHARE])
        ended = temper(made, some, begin, end, rng, moves=LOO_MOVES)
        # each round has the covariance of the last: a direction that was held opens up
        for _ in range(LOO_ROUNDS // 2):
            ended = move(made, ended, end, rng, 10)
        wide = widths(ended.z.reshape(-1, made.dimension), weights(ended))
        opening = np.flatnonzero(wide > held + LOO_WIDENED).tolist()
        for _ in range(LOO_ROUNDS - LOO_ROUNDS // 2):
            ended = redraw(made, ended, end, rng, opening)
            ended = move(made, ended, end, rng, 10)
        weight = weights(ended)
        return ended.z.reshape(-1, made.dimension), ended.features.reshape(len(weight), -1), weight

    with ThreadPoolExecutor(max_workers=2) as pool:
        runs = list(pool.map(one, (0, 1)))
    z, found, weight = (np.concatenate(part) for part in zip(*runs, strict=True))
    return z, found, weight


def _scored(
    one: Observation,
    number: int,
    z: Array,
    found: Array,
    weight: Array,
    without: Array,
    tail: float,
    refit: bool,
) -> LeftOut:
    """Quantiles of the prediction (a mixture of normals in ln), by a fixed set of normal quantiles a particle."""
    _, _, _, member = _layout()
    mean, sd = cell_factor(z, found, without)
    own, _ = errors(z)
    piece = int(np.argmax(member[:, number]))
    centre = found[:, number] + mean[:, piece]
    spread = np.sqrt(sd[:, piece] ** 2 + own[:, number] ** 2)
    steps = priors.ndtri((np.arange(21) + 0.5) / 21)
    values = (centre[:, None] + spread[:, None] * steps).ravel()
    quantiles = np.exp(
        weighted_quantiles(values, np.repeat(weight, len(steps)), [0.05, 0.25, 0.5, 0.75, 0.95])
    )
    average = float(weight @ centre)
    total = float(np.sqrt(weight @ (spread**2 + (centre - average) ** 2)))
    p05, p25, p50, p75, p95 = (float(q) for q in quantiles)
    score = (np.log(one.value) - average) / total
    return LeftOut(one.id, one.value, one.unit, p05, p25, p50, p75, p95, float(score), tail, refit)
