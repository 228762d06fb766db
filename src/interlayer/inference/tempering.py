"""Sequential Monte Carlo by tempering: from the prior to a posterior, and from a posterior to one without a datum.

Particles live in coordinates in which the prior is a standard normal in every dimension, in strata (combinations of
discrete unknowns) that never exchange particles; each stratum's evidence is estimated on the way, so that strata
are weighed at the end (Del Moral, Doucet and Jasra 2006, J. R. Stat. Soc. B 68, 411). Moves are autoregressive
Metropolis steps around each stratum's mean with its covariance (preconditioned Crank-Nicolson).
Everything follows from the seed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Whole = NDArray[np.int64]
Features = Callable[[Array, Whole], Array]
"""(z of shape (n, d), stratum of shape (n,)) -> what the likelihood needs of the model, shape (n, m)."""
Likelihood = Callable[[Array, Array, Array], Array]
"""(z (n, d), features (n, m), exponents of the data (k,)) -> log-likelihood (n,)."""

ALIVE: Final = 9.0
"""A stratum whose evidence is smaller than the best by more than exp(-ALIVE) is given up: it gets none at all."""
TARGET_ACCEPTANCE: Final = 0.3
_MOST_STEPS: Final = 200
_SHORT: Final = 0.3
"""Length of a move for which the number of moves is meant."""
_FEWEST: Final = 10
_OWN: Final = 4.0
"""Particles a dimension at which a stratum's own covariance counts as much as the pooled one."""


@dataclass(frozen=True)
class Problem:
    """What is sampled."""

    features: Features
    likelihood: Likelihood
    dimension: int
    strata: int
    prior: Array
    """Prior probability of each stratum, shape (strata,)."""


@dataclass(frozen=True)
class Population:
    """Particles of equal weight within each stratum, and the strata's evidences.

    Attributes
    ----------
    z : ndarray, shape (strata, particles, dimension)
    features : ndarray, shape (strata, particles, m)
    log_evidence : ndarray, shape (strata,)
        Logarithm of the likelihood averaged over the prior, by stratum.
    scale : ndarray, shape (strata,)
        Length of a move: 1 forgets the particle's place, 0 stays.
    accepted : float
        Share of the last moves that were accepted.
    steps : int
        Tempering steps taken.
    """

    z: Array
    features: Array
    log_evidence: Array
    scale: Array
    accepted: float = 1.0
    steps: int = 0

    def shares(self, prior: Array) -> Array:
        """Posterior probability of each stratum, shape (strata,)."""
        log = self.log_evidence + np.log(prior)
        share = np.exp(log - log.max())
        return share / share.sum()


def from_prior(problem: Problem, particles: int, rng: np.random.Generator) -> Population:
    """Draw `particles` in each stratum from the prior."""
    z = rng.standard_normal((problem.strata, particles, problem.dimension))
    features = _features(problem, z, np.arange(problem.strata))
    return Population(z, features, np.zeros(problem.strata), np.full(problem.strata, 0.7))


def temper(
    problem: Problem,
    population: Population,
    begin: Array,
    end: Array,
    rng: np.random.Generator,
    *,
    moves: int = 60,
    told: Callable[[float], None] | None = None,
) -> Population:
    """Take particles from the posterior with data exponents `begin` to that with `end`, shapes (k,).

    Each step goes as far as leaves every living stratum half of its effective particles; then particles are resampled
    and moved.

    Raises
    ------
    ArithmeticError
        If the likelihood is so steep that no progress is made.
    """
    done = 0.0
    for _ in range(_MOST_STEPS):
        population = _without_the_dead(population, problem)
        base = _likelihood(problem, population, begin + done * (end - begin))

        def gained(to: float, base: Array = base, population: Population = population) -> Array:
            return _likelihood(problem, population, begin + to * (end - begin)) - base

        to = _furthest(gained, done, np.isfinite(population.log_evidence))
        weight = gained(to)
        population = replace(
            population,
            log_evidence=population.log_evidence + _log_mean(weight),
            steps=population.steps + 1,
        )
        chosen = np.stack([_systematic(row, rng) for row in weight])
        population = replace(
            population,
            z=np.take_along_axis(population.z, chosen[..., None], axis=1),
            features=np.take_along_axis(population.features, chosen[..., None], axis=1),
        )
        done = to
        # Long moves forget sooner: fewer of them are needed while the posterior is wide.
        length = float(population.shares(problem.prior) @ population.scale)
        count = int(np.ceil(moves * min(1.0, (_SHORT / length) ** 2)))
        population = move(
            problem, population, begin + done * (end - begin), rng, max(count, min(moves, _FEWEST))
        )
        if told:
            told(done)
        if done >= 1.0:
            return population
    raise ArithmeticError("tempering makes no progress: the likelihood is too steep for the prior")


def move(
    problem: Problem, population: Population, exponents: Array, rng: np.random.Generator, moves: int
) -> Population:
    """Metropolis moves that leave the posterior with these exponents as it is; the scale adapts to acceptance.

    Strata that were given up are left alone.
    """
    living = np.flatnonzero(np.isfinite(population.log_evidence))
    z, found = population.z[living], population.features[living]
    strata, particles = z.shape[:2]
    centre = z.mean(axis=1, keepdims=True)
    root = _roots(z)
    at = np.linalg.solve(root, (z - centre).swapaxes(1, 2)).swapaxes(1, 2)
    old = _target(problem, z, found, exponents)
    scale = population.scale[living]
    weights = population.shares(problem.prior)[living]
    rates: list[float] = []
    for _ in range(moves):
        # Autoregressive in whitened coordinates: a Gaussian posterior would accept every step, however long.
        step = np.minimum(scale[:, None, None] * rng.uniform(0.3, 1.7, (strata, particles, 1)), 1.0)
        to = np.sqrt(1.0 - step**2) * at + step * rng.standard_normal(z.shape)
        tried = centre + to @ root.swapaxes(1, 2)
        there = _features(problem, tried, living)
        new = _target(problem, tried, there, exponents)
        ratio = new - old + 0.5 * ((to**2).sum(axis=-1) - (at**2).sum(axis=-1))
        yes = np.log(rng.random((strata, particles))) < ratio
        z, at = (np.where(yes[..., None], a, b) for a, b in ((tried, z), (to, at)))
        found = np.where(yes[..., None], there, found)
        old = np.where(yes, new, old)
        taken = yes.mean(axis=1)
        rates.append(float(weights @ taken))
        scale = np.clip(scale * np.exp(0.4 * (taken - TARGET_ACCEPTANCE)), 1e-3, 1.0)
    every, features = population.z.copy(), population.features.copy()
    every[living], features[living] = z, found
    scales = population.scale.copy()
    scales[living] = scale
    accepted = float(np.mean(rates)) if rates else population.accepted
    return replace(population, z=every, features=features, scale=scales, accepted=accepted)


def redraw(
    problem: Problem,
    population: Population,
    exponents: Array,
    rng: np.random.Generator,
    coordinates: Sequence[int],
) -> Population:
    """Draw coordinates anew from their priors, one after the other, each particle by Metropolis.

    Leaves the posterior as it is, like `move`, but reaches at once what a coordinate opens up to when the only number
    that held it is gone: moves scale with the particles' own covariance, which widens slowly.
    """
    living = np.flatnonzero(np.isfinite(population.log_evidence))
    z, found = population.z[living].copy(), population.features[living].copy()
    old = _log(problem, z, found, exponents)
    for k in coordinates:
        tried = z.copy()
        tried[..., k] = rng.standard_normal(z.shape[:2])
        there = _features(problem, tried, living)
        new = _log(problem, tried, there, exponents)
        yes = np.log(rng.random(z.shape[:2])) < new - old
        z, found = (np.where(yes[..., None], a, b) for a, b in ((tried, z), (there, found)))
        old = np.where(yes, new, old)
    every, features = population.z.copy(), population.features.copy()
    every[living], features[living] = z, found
    return replace(population, z=every, features=features)


def drawn(population: Population, prior: Array, count: int, rng: np.random.Generator) -> tuple[Whole, Whole]:
    """Stratum and particle of `count` draws of equal weight, each of shape (count,)."""
    shares = population.shares(prior)
    particles = population.z.shape[1]
    flat = np.repeat(np.log(np.maximum(shares, 1e-300)), particles)
    chosen = rng.permutation(_systematic(flat, rng, count))
    return chosen // particles, chosen % particles


def _features(problem: Problem, z: Array, strata: Whole) -> Array:
    """What the likelihood needs, for particles of shape (len(strata), particles, dimension)."""
    count, particles, dimension = z.shape
    found = problem.features(z.reshape(-1, dimension), np.repeat(strata, particles))
    return found.reshape(count, particles, -1)


def _likelihood(problem: Problem, population: Population, exponents: Array) -> Array:
    return _log(problem, population.z, population.features, exponents)


def _log(problem: Problem, z: Array, features: Array, exponents: Array) -> Array:
    flat = problem.likelihood(
        z.reshape(-1, z.shape[-1]), features.reshape(-1, features.shape[-1]), exponents
    ).reshape(z.shape[:2])
    return np.where(np.isfinite(flat), flat, -1e300)


def _target(problem: Problem, z: Array, features: Array, exponents: Array) -> Array:
    return _log(problem, z, features, exponents) - 0.5 * (z**2).sum(axis=-1)


def _without_the_dead(population: Population, problem: Problem) -> Population:
    log = population.log_evidence + np.log(problem.prior)
    return replace(
        population, log_evidence=np.where(log > log.max() - ALIVE, population.log_evidence, -np.inf)
    )


def _furthest(gained: Callable[[float], Array], done: float, alive: NDArray[np.bool_]) -> float:
    """Largest step to which every living stratum keeps half of its effective particles."""

    def enough(to: float) -> bool:
        return float(_effective(gained(to))[alive].min()) >= 0.5

    if enough(1.0):
        return 1.0
    low, high = done, 1.0
    for _ in range(30):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if enough(middle) else (low, middle)
    return low if low > done else high


def _effective(log_weight: Array) -> Array:
    """Effective share of the particles of each stratum, shape (strata,)."""
    w = np.exp(log_weight - log_weight.max(axis=1, keepdims=True))
    return w.sum(axis=1) ** 2 / (w**2).sum(axis=1) / log_weight.shape[1]


def _log_mean(log_weight: Array) -> Array:
    top = log_weight.max(axis=1)
    total = np.exp(log_weight - top[:, None]).sum(axis=1)
    return np.asarray(top + np.log(total / log_weight.shape[1]), dtype=np.float64)


def _systematic(log_weight: Array, rng: np.random.Generator, count: int | None = None) -> Whole:
    """Indices drawn in proportion to the weights, with the least scatter."""
    number = count or len(log_weight)
    w = np.exp(log_weight - log_weight.max())
    edges = np.cumsum(w) / w.sum()
    places = (rng.random() + np.arange(number)) / number
    return np.minimum(np.searchsorted(edges, places), len(log_weight) - 1).astype(np.int64)


def _roots(z: Array) -> Array:
    """Cholesky roots of the covariances of the strata, halfway to what is pooled over them, (strata, d, d)."""
    count, particles, dimension = z.shape
    apart = z - z.mean(axis=1, keepdims=True)
    own = apart.swapaxes(1, 2) @ apart / max(particles - 1, 1)
    pooled = own.mean(axis=0)
    pooled = 0.95 * pooled + 0.05 * np.diag(np.diag(pooled)) + 1e-10 * np.eye(dimension)
    share = particles / (particles + _OWN * dimension) if count > 1 else 1.0
    return np.linalg.cholesky(share * own + (1.0 - share) * pooled + 1e-10 * np.eye(dimension))
