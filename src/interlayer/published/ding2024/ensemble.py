"""The ensemble: N draws of everything that the paper leaves open, and what each of them predicts.

The posterior gives what the calibrating numbers feel. The threshold of filaments follows for each draw from the bare
ramp: all thresholds with which its bare cell fails in the step of 0.2 mA/cm2 (the step of the ramp is itself unknown)
are equally likely on a logarithmic scale, and a draw weighs as much as the range of them is wide. Each other cell has
its own luck after Weibull. The rest is drawn from the priors.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any, Final

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from interlayer.errors import InputError
from interlayer.inference.scores import weighted_quantiles
from interlayer.physics.filament.weibull import quantile_factor
from interlayer.published.ding2024 import forward, posterior, priors
from interlayer.published.ding2024.calibrate import RATE_CURRENTS
from interlayer.published.ding2024.comparison import published
from interlayer.published.ding2024.draw import Draw
from interlayer.published.ding2024.posterior import Posterior
from interlayer.published.ding2024.predictors import LIKELIHOODS, PREDICTORS
from interlayer.published.ding2024.shorts import failed_levels, ramp

Array = NDArray[np.float64]
Told = Callable[[str, float], None]

LEVELS: Final = (0.05, 0.25, 0.5, 0.75, 0.95)
FEWEST: Final = 20
"""Draws below which 5 and 95 % are no quantiles."""
MOST: Final = 5000
FAILED_AT: Final = 0.2
"""mA/cm2 at which the bare cell failed."""
_THRESHOLDS: Final = 600
CRACK_HOURS: Final = tuple(float(h) for h in np.round(np.geomspace(2.0, 400.0, 60), 6))


@dataclass(frozen=True)
class Interval:
    """Predictive quantiles of one row; infinite: censored."""

    p05: float
    p25: float
    p50: float
    p75: float
    p95: float
    mean_satisfied: float | None = None
    """For bounds: share of the draws that satisfy it."""

    def level(self, share: float) -> tuple[float, float]:
        """Ends of the central interval of 0.5 or 0.9."""
        return (self.p25, self.p75) if share == 0.5 else (self.p05, self.p95)


@dataclass(frozen=True)
class Ensemble:
    """All draws and what they predict."""

    draws: tuple[Draw, ...]
    values: Mapping[str, Array]
    """Predictions by row name, shape (N,); infinite: censored."""
    intervals: Mapping[str, Interval]
    """Empty if the sampler's diagnostics are poor."""
    posterior: Posterior
    failed: Mapping[str, int]
    """Draws that could not say, by row."""
    consistent: float
    """Share of the candidates with which the bare ramp can fail where it did."""

    @property
    def problems(self) -> tuple[str, ...]:
        """Why no intervals are given; empty if they are."""
        return self.posterior.diagnostics.problems


def check_size(count: int) -> None:
    """Refuse an ensemble that cannot carry its quantiles.

    Raises
    ------
    InputError
        If `count` is neither 0 nor between `FEWEST` and `MOST`.
    """
    if count != 0 and not FEWEST <= count <= MOST:
        raise InputError(
            f"an ensemble of {count} draws cannot be used: {FEWEST} to {MOST}, or 0 for none",
            where="--ensemble",
            advice="write --ensemble 200",
        )


def make(count: int, seed: int, *, sampled: Posterior | None = None, told: Told | None = None) -> Ensemble:
    """Draw `count` members and predict every row that has a predictor; the same for the same seed.

    Raises
    ------
    InputError
        If `count` is too small or too large.
    """
    check_size(count)
    tell = told or (lambda _text, _share: None)
    fitted = sampled or posterior.sample(seed, told=lambda text, share: tell(text, 0.5 * share))
    tell("drawing the ensemble", 0.5)
    candidates = _candidates(fitted, count + count // 4, seed)
    draws, consistent = _chosen(candidates, count, seed, lambda share: tell("bare ramps", 0.5 + 0.2 * share))
    values, failed = _predicted(draws, lambda share: tell("predicting", 0.7 + 0.3 * share))
    intervals: dict[str, Interval] = {}
    if not fitted.diagnostics.problems:
        relations = {p.id: (p.relation, p.published) for p in published()}
        for name, found in values.items():
            good = found[~np.isnan(found)]
            if len(good) >= FEWEST:
                relation, bound = relations.get(name, ("=", 0.0))
                intervals[name] = interval(good, relation, bound)
    return Ensemble(tuple(draws), values, intervals, fitted, failed, consistent)


def interval(found: Array, relation: str = "=", bound: float = 0.0) -> Interval:
    """Quantiles of equally likely predictions (n,), and how many of them satisfy a bound."""
    p05, p25, p50, p75, p95 = (float(q) for q in weighted_quantiles(found, np.ones(len(found)), LEVELS))
    satisfied = None
    if relation in (">=", "<="):
        met = found >= bound * (1 - 1e-9) if relation == ">=" else found <= bound * (1 + 1e-9)
        satisfied = float(met.mean())
    return Interval(p05, p25, p50, p75, p95, satisfied)


@jax.jit
@jax.vmap
def _more_numbers(z: jax.Array, area: Any, arc: Any) -> tuple[jax.Array, jax.Array, jax.Array]:
    """Rate levels in the chosen reading and back (9,), plateaus of other cells (3,), interphase at `CRACK_HOURS`."""
    p = posterior.parameters(z, area, arc)
    base = posterior.bases()
    rate = forward.rate_plateaus(base, p, jnp.asarray([*RATE_CURRENTS, 0.1]) * 10.0)
    normal = forward.with_parameters(base["cuf2-20ul"], "cuf2-20ul", p)
    fresh = jax.vmap(lambda i: forward.plateau_mv(normal, i))(jnp.asarray([2.0, 3.0]))
    old = forward.aged(normal, (400.0, 4000.0), 32)
    late = forward.plateau_mv(normal, 1.0, states=jax.tree.map(lambda v: v[1], old))
    bare = forward.with_parameters(base["bare"], "bare", p)
    grown = forward.aged(bare, CRACK_HOURS, 2)[0]["interphase_thickness"]
    return rate, jnp.concatenate([fresh, late[None]]), grown / p["critical_thickness"]


def _candidates(fitted: Posterior, count: int, seed: int) -> list[Draw]:
    """Draws without a threshold yet: parameters, model values and cell factors."""
    rng = np.random.default_rng([seed, 101])
    place = (rng.random() + np.arange(count)) / count
    chosen = rng.permutation(np.minimum(np.searchsorted(np.cumsum(fitted.weight), place), len(fitted.z) - 1))
    z, found = fitted.z[chosen], fitted.found[chosen]
    strata = [posterior.strata()[k] for k in fitted.stratum[chosen]]
    known = posterior.observations()
    mean, sd = posterior.cell_factor(z, found, np.ones(len(known)))
    factors = mean + sd * rng.standard_normal(mean.shape)
    pieces = list(dict.fromkeys(one.piece for one in known))
    area, arc = np.array([s.area_m2 for s in strata]), np.array([s.arc for s in strata])
    rate, more, grown = (np.asarray(v) for v in _more_numbers(z, area, arc))
    others = {p.name: np.asarray(p.value(rng.standard_normal(count))) for p in priors.drawn_afterwards()}
    steps = rng.choice(priors.load()["ramp_step"].numbers, size=count)
    luck = rng.uniform(1e-6, 1.0 - 1e-6, size=count)
    out: list[Draw] = []
    for k in range(count):
        felt = posterior.parameters(z[k], area[k], arc[k], priors.ndtr)
        values = {n: float(v) for n, v in felt.items()} | {n: float(v[k]) for n, v in others.items()}
        values |= {"reading": float(strata[k].reading), "ramp_step": float(steps[k]) * 10.0}
        numbers = {one.id: float(np.exp(found[k, j])) for j, one in enumerate(known)}
        numbers |= {f"rate-{j + 1}": float(v) for j, v in enumerate(rate[k, :8])}
        numbers |= {"rate-back": float(rate[k, 8])}
        numbers |= dict(zip(("v-15um-0.2", "v-15um-0.3", "v-15um-4000h"), map(float, more[k]), strict=True))
        numbers["cracks-bare"] = _crossing(grown[k])
        share = float(quantile_factor(luck[k], 1.0 / values["weibull_modulus"]))
        out.append(
            Draw(k, values, numbers, dict(zip(pieces, map(float, factors[k]), strict=True)), share, seed)
        )
    return out


def _crossing(grown: Array) -> float:
    """Hours at which the interphase reaches the critical thickness, infinite beyond the last of `CRACK_HOURS`."""
    if grown[-1] < 1.0:
        return float("inf")
    hours = np.array(CRACK_HOURS)
    return float(np.interp(1.0, grown, hours)) if grown[0] < 1.0 else float(hours[0])


def _chosen(
    candidates: list[Draw], count: int, seed: int, told: Callable[[float], None]
) -> tuple[list[Draw], float]:
    """`count` draws with a threshold each, in proportion to the range of thresholds that the bare ramp allows."""
    prior = priors.load()["threshold_current"]
    low, high = prior.numbers
    edges = 10.0 * np.geomspace(low, high, _THRESHOLDS + 1)
    middles = np.sqrt(edges[1:] * edges[:-1])

    def one(draw: Draw) -> tuple[NDArray[np.bool_], float]:
        step = draw.values["ramp_step"] / 10.0
        failed = failed_levels(draw.system("bare"), ramp(step, 0.4), middles)
        extra = sum(likelihood(draw) for likelihood in LIKELIHOODS.values())
        return np.isclose(failed, FAILED_AT, rtol=1e-6), float(extra)

    found = list(_each(one, candidates, told))
    log = np.array([np.log(max(allowed.sum(), 1e-300)) + extra for allowed, extra in found])
    weight = np.exp(log - log.max())
    rng = np.random.default_rng([seed, 102])
    place = (rng.random() + np.arange(count)) / count
    at = np.minimum(np.searchsorted(np.cumsum(weight) / weight.sum(), place), len(candidates) - 1)
    out: list[Draw] = []
    for number, k in enumerate(at):
        allowed = np.flatnonzero(found[k][0])
        cell = int(rng.choice(allowed))
        threshold = edges[cell] * (edges[cell + 1] / edges[cell]) ** rng.uniform(0.25, 0.75)
        values = dict(candidates[k].values) | {"threshold_current": float(threshold)}
        out.append(replace(candidates[k], number=number, values=values, _systems={}))
    return out, float(np.mean([allowed.any() for allowed, _ in found]))


def _each(work: Callable[[Draw], Any], draws: list[Draw], told: Callable[[float], None]) -> Iterable[Any]:
    """Results of `work` in the order of the draws, two at a time."""
    if draws:
        first = work(draws[0])  # compiled before the threads start
        yield first
    with ThreadPoolExecutor(max_workers=2) as pool:
        for number, result in enumerate(pool.map(work, draws[1:]), start=2):
            told(number / len(draws))
            yield result


def _predicted(draws: list[Draw], told: Callable[[float], None]) -> tuple[dict[str, Array], dict[str, int]]:
    def one(draw: Draw) -> dict[str, float]:
        out: dict[str, float] = {}
        for name, predictor in PREDICTORS.items():
            found = predictor(draw)
            out[name] = np.nan if found is None else float(found)
        return out

    rows = list(_each(one, draws, told))
    values = {name: np.array([row[name] for row in rows]) for name in PREDICTORS}
    return values, {name: int(np.isnan(v).sum()) for name, v in values.items()}


def to_csv(ensemble: Ensemble) -> str:
    """All draws: one line each, parameters (SI) and predictions ('inf': did not happen)."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    parameters = sorted(ensemble.draws[0].values)
    writer.writerow(
        ["draw", *(f"parameter {n}" for n in parameters), *(f"predicted {n}" for n in ensemble.values)]
    )
    for k, draw in enumerate(ensemble.draws):
        numbers = [draw.values[n] for n in parameters] + [v[k] for v in ensemble.values.values()]
        writer.writerow([k, *(f"{v:.7g}" for v in numbers)])
    return out.getvalue()
