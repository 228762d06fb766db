"""How much each calibrating number says about each parameter: derivatives and their information.

Taken at one point, the best particle of the most probable stratum. Sensitivities are d ln(number) / d ln(parameter) by
automatic differentiation. The Fisher information is formed with the posterior's own errors (cell factors included) in
coordinates in which the prior is a standard normal: an eigenvalue above one is a combination of parameters about which
the numbers say more than the prior.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.special import ndtr as jax_ndtr
from numpy.typing import NDArray

from interlayer.published.ding2024 import forward, posterior, priors
from interlayer.published.ding2024.posterior import ERRORS, Posterior

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Direction:
    """One eigenvector of the Fisher information."""

    eigenvalue: float
    weights: tuple[tuple[str, float], ...]
    """Parameters with their components, the largest first, until 90 % of the square is told."""

    @property
    def by_data(self) -> bool:
        """Whether the numbers say more about it than the prior."""
        return self.eigenvalue > 1.0


@dataclass(frozen=True)
class Information:
    """Sensitivities and Fisher information at one point."""

    numbers: tuple[str, ...]
    parameters: tuple[str, ...]
    sensitivity: Array
    """d ln(number) / d ln(parameter), shape (numbers, parameters)."""
    directions: tuple[Direction, ...]
    """By falling eigenvalue."""
    stratum: str

    @property
    def identified(self) -> int:
        """Number of directions about which the data say more than the prior."""
        return sum(d.by_data for d in self.directions)


def information(fitted: Posterior) -> Information:
    """Derivatives at the posterior's best particle."""
    everything = np.ones(len(posterior.observations()))
    likely = posterior.log_likelihood(fitted.z, fitted.found, everything) - 0.5 * (fitted.z**2).sum(axis=1)
    home = int(np.argmax(fitted.shares))
    best = int(np.argmax(np.where(fitted.stratum == home, likely, -np.inf)))
    stratum = posterior.strata()[home]
    z = fitted.z[best]
    known = [p for p in priors.felt() if p.name not in ERRORS]
    places = [k for k, p in enumerate(priors.felt()) if p.name not in ERRORS]
    names = [p.name for p in known]
    point = jnp.log(jnp.array([float(p.value(z[k])) for k, p in zip(places, known, strict=True)]))
    fixed = {"area": stratum.area_m2, "arc": stratum.arc}
    currents = jnp.asarray(posterior.READINGS[stratum.reading]) * 10.0

    def logs(at: jax.Array) -> jax.Array:
        p: dict[str, Any] = {n: jnp.exp(at[k]) for k, n in enumerate(names)} | fixed
        found = forward.predict(posterior.bases(), p, currents)
        return jnp.log(jnp.stack([found[one.id] for one in posterior.observations()]))

    sensitivity = np.asarray(jax.jit(jax.jacfwd(logs))(point))
    stretch = np.array(
        [
            float(jax.grad(lambda v, p=p: jnp.log(p.value(v, jax_ndtr)))(z[k]))
            for k, p in zip(places, known, strict=True)
        ]
    )
    jacobian = sensitivity * stretch
    eigenvalues, vectors = np.linalg.eigh(jacobian.T @ np.linalg.solve(covariance(z), jacobian))
    order = np.argsort(-eigenvalues)
    directions = tuple(
        Direction(float(max(eigenvalues[k], 0.0)), _dominant(names, vectors[:, k])) for k in order
    )
    numbers = tuple(one.id for one in posterior.observations())
    return Information(numbers, tuple(names), sensitivity, directions, stratum.text)


def covariance(z: Array) -> Array:
    """Covariance (k, k) of the logarithms of the numbers at coordinates z (d,): own errors and cell factors."""
    own, scatter = posterior.errors(z[None])
    pieces = [one.piece for one in posterior.observations()]
    same = np.array([[a == b for b in pieces] for a in pieces], dtype=float)
    return np.diag(own[0] ** 2) + scatter[0] ** 2 * same


def _dominant(names: list[str], vector: Array) -> tuple[tuple[str, float], ...]:
    order = np.argsort(-np.abs(vector))
    sign = np.sign(vector[order[0]])
    told = np.cumsum(vector[order] ** 2)
    count = int(np.searchsorted(told, 0.9)) + 1
    return tuple((names[k], float(sign * vector[k])) for k in order[:count])


def to_csv(found: Information) -> str:
    """Sensitivities: one line a number, one column a parameter."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["d ln(number) / d ln(parameter)", *found.parameters])
    for name, row in zip(found.numbers, found.sensitivity, strict=True):
        writer.writerow([name, *(f"{v:.6g}" for v in row)])
    return out.getvalue()
