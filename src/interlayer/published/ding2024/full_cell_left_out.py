"""Each number that full cells were calibrated on, predicted without itself.

The calibration goes step by step (`full_cells.py`), and so does this: the numbers of one step are refitted together,
what other steps fixed is held at its calibrated value.

    step 7      five capacities        median resistance, spread, capacity of the weighed mass
    steps 8, 9  103, 175 ohm           fresh contact of the coated cell's cathode, its growth with time
    steps 8, 10 826, 20 740 ohm        fresh contact of the bare cell's cathode, its growth with the pellet's damage
    step 11     80.3, 93.5 %           loss of active material a cycle and an hour

Within a step nothing is linearised: draws from the priors (`priors.toml`) are weighed with the numbers that stay
(`interlayer.inference.left_out`). What each draw gives is taken from simulations on a grid, or follows in closed form:

- Capacities: a polynomial surface over logarithm of the resistance and spread. The distribution of reactants is made of
  24 classes, each of which is reached or not, so that capacity has steps of some per cent at 1C; the surface smooths
  them, and its residual adds to the error of a number. A capacity factor q multiplies the capacity and divides the
  current per capacity: cap(r, s, q) = q cap(r / q, s, 1).
- Coated resistances: contact + half of the symmetric cell's R_int + rate times duration, at constant temperature exact.
- Bare resistance at the end: interpolated over damage rate and active mass, since cycles get shorter as it rises.
- Retentions: a second-degree polynomial in both losses through nine pairs of simulations; its residual adds as well.

Errors (of the logarithm): `full_cells.READING` of a capacity, sqrt(2) times it of a retention, the posterior's size of
error for a resistance, and for 20 740 ohm the 10 % within which the calibration meets it. Half of a symmetric cell's
R_int stands for another cell's lithium side, so that it scatters as cells do.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import RectBivariateSpline

from interlayer import cells, units
from interlayer.build import Built, build
from interlayer.inference.left_out import without_each
from interlayer.metrics.capacity_retention import retention
from interlayer.published.ding2024 import full_cells, priors
from interlayer.published.ding2024.comparison import published
from interlayer.published.ding2024.posterior import LeftOut, Posterior
from interlayer.record import schema as s
from interlayer.simulation import simulate

Array = NDArray[np.float64]
Told = Callable[[str, float], None]
Key = TypeVar("Key")
Value = TypeVar("Value")

CAPACITIES: Final = tuple(f"lfp-cuf2-{rate}" for rate in ("0.1C", "0.2C", "0.5C", "1C", "back"))
COATED_OHMS: Final = ("rint-lfp-cuf2-0", "rint-lfp-cuf2-100")
BARE_OHMS: Final = ("rint-lfp-bare-0", "rint-lfp-bare-100")
RETENTIONS: Final = ("lfp-cuf2-retention-0.5C", "lfp-cuf2-retention-0.2C")
"""Rows of values.csv that are refitted together."""
DRAWS: Final = 100_000
RESISTANCES: Final = tuple(float(r) for r in np.geomspace(0.02, 0.6, 9))
"""Median resistance of the grid, V: the prior's range, widened by what the capacity factor divides it by. At 0.65 V the
cell would hardly run at 1C."""
SPREADS: Final = tuple(float(x) for x in np.linspace(0.5, 2.5, 7))
DEGREE: Final = 5
"""Of the polynomials of both together."""
DAMAGE_RATES: Final = (0.01, 3.0, 10.0, 20.0, 30.0, 45.0, 70.0, 120.0, 300.0)
"""ohm cm2/h; the prior's range, finer where the resistance begins to limit itself."""
MASSES: Final = (0.7, 0.95, 1.3)
"""mg"""
CYCLE_LOSS: Final = 6.5e-4
HOURLY_LOSS: Final = 7.5e-5
"""1/hour. Either loss alone explains 93.5 %; the polynomials reach to twice of each."""
_FEWEST_KEPT: Final = 1e-3


@dataclass(frozen=True)
class Step:
    """Numbers that are refitted together, and draws of what they fix."""

    ids: tuple[str, ...]
    unknowns: tuple[str, ...]
    z: Array
    """Draws in standard-normal coordinates of the priors, shape (n, unknowns)."""
    found: Array
    """Logarithms of what each draw gives for the numbers, shape (n, numbers)."""
    error: Array
    """Standard deviations of the numbers' logarithms, shape (numbers,)."""


def leave_one_out(fitted: Posterior, *, told: Told | None = None) -> list[LeftOut]:
    """Predict each calibrating number of full cells without itself; some half a minute on two cores."""
    tell = told or (lambda _text, _share: None)
    ohm, scatter = (float(fitted.summary(name)[1]) for name in ("error_resistance", "cell_scatter"))
    rng = np.random.default_rng([fitted.seed, 301])
    coated, bare = (
        build(cells.load(f"ding2024/lfp-{kind}").override({"parameters": full_cells.FULL_CELL_SET}))
        for kind in ("cuf2", "bare")
    )
    made: list[Callable[[], Step]] = [
        lambda: capacities(coated, rng),
        lambda: coated_resistances(coated, rng, ohm, scatter),
        lambda: bare_resistances(bare, rng, ohm, scatter),
        lambda: retentions(coated, rng),
    ]
    out: list[LeftOut] = []
    for number, step in enumerate(made):
        tell("leaving out numbers of full cells", number / len(made))
        out += score(step())
    return out


def score(step: Step) -> list[LeftOut]:
    """The numbers of a step, each with its prediction without it."""
    rows = {p.id: p for p in published()}
    known = [rows[name] for name in step.ids]
    target = np.log([one.published for one in known])
    out: list[LeftOut] = []
    for one, y, at in zip(known, target, without_each(step.z, step.found, target, step.error), strict=True):
        p05, p25, p50, p75, p95 = (float(q) for q in np.exp(at.quantiles))
        names = tuple(step.unknowns[k] for k in at.opened)
        z = (float(y) - at.mean) / at.sd
        how = f"its step refitted, {at.effective:.0f} effective draws"
        out.append(
            LeftOut(one.id, one.published, one.unit, p05, p25, p50, p75, p95, z, np.nan, True, names, how)
        )
    return out


def capacities(coated: Built, rng: np.random.Generator) -> Step:
    """Step 7: resistance of the reactants, its spread, capacity of the weighed mass."""
    surface = capacity_surface(coated)
    names = ("lfp_median_resistance", "lfp_resistance_spread")
    z = rng.standard_normal((DRAWS, 3))
    resistance, spread = (priors.load()[name].value(z[:, k]) for k, name in enumerate(names))
    factor = np.exp(full_cells.WEIGHING * z[:, 2])
    found = np.log(factor)[:, None] + surface.log_capacity(np.log(resistance / factor), spread)
    error = np.hypot(full_cells.READING, surface.roughness)
    return Step(CAPACITIES, (*names, "lfp_weighed_capacity"), z, found, error)


@dataclass(frozen=True)
class CapacitySurface:
    """Capacities of the rate test over both parameters of the reactants, at 170 mAh/g."""

    coefficients: Array
    """Of Legendre polynomials up to `DEGREE` together, shape (terms, rates)."""
    roughness: Array
    """Relative standard deviation of the simulations from the surface, shape (rates,)."""

    def log_capacity(self, log_resistance: Array, spread: Array) -> Array:
        """Logarithms of capacities in mAh/g, shape (n, rates), at ln of resistance (V) and spread (n,)."""
        return _legendre(log_resistance, spread) @ self.coefficients


def _legendre(log_resistance: Array, spread: Array) -> Array:
    """Terms of the surface, shape (n, terms); the grid spans -1 to 1, beyond which its end counts."""
    ends = np.log(RESISTANCES[0]), np.log(RESISTANCES[-1])
    x = 2.0 * (log_resistance - ends[0]) / (ends[1] - ends[0]) - 1.0
    y = 2.0 * (spread - SPREADS[0]) / (SPREADS[-1] - SPREADS[0]) - 1.0
    degrees = np.add.outer(np.arange(DEGREE + 1), np.arange(DEGREE + 1)).ravel()
    return np.asarray(np.polynomial.legendre.legvander2d(np.clip(x, -1.0, 1.0), y, [DEGREE, DEGREE]))[
        :, degrees <= DEGREE
    ]


def capacity_surface(coated: Built) -> CapacitySurface:
    """Simulate the rate test on the grid and lay a surface through it."""
    mass = coated.cell.active_mass_kg
    assert mass is not None  # the set gives the area
    course = full_cells.rate_test()

    def one(point: tuple[float, float]) -> Array:
        changed = full_cells.with_cathode(coated, np.log([*point, 1.0]))
        return np.log(full_cells.levels(simulate(changed.cell, course, built=changed), mass))

    grid = list(itertools.product(RESISTANCES, SPREADS))
    found = np.array(_each(one, grid))
    terms = _legendre(np.log([r for r, _ in grid]), np.array([x for _, x in grid]))
    return CapacitySurface(*_fit(terms, found))


def coated_resistances(coated: Built, rng: np.random.Generator, ohm: float, scatter: float) -> Step:
    """Steps 8 and 9: contact of the cathode and its growth with time. Errors are relative."""
    record = simulate(coated.cell, full_cells.cycling("0.2C", 100), built=coated, rtol=full_cells.COARSE)
    seconds = float(record.array(s.TIME)[-1])
    side: Any = coated.system.sides[0]
    area = float(coated.system.area)
    cathode = float(side.cathode_contact.initial_resistance + side.cathode_contact.calendar_rate * seconds)
    lithium = full_cells.interface_ohm(coated, record) - cathode / area
    names = ("cathode_contact_coated", "cathode_calendar_rate")
    z = rng.standard_normal((DRAWS, 3))
    contact, rate = (priors.load()[name].value(z[:, k]) / area for k, name in enumerate(names))
    other = np.exp(scatter * z[:, 2])
    before = contact + 0.5 * full_cells.SYMMETRIC_OHMS["cuf2"] * other
    after = contact + lithium * other + rate * seconds
    return Step(
        COATED_OHMS, (*names, "lithium_side"), z, np.log(np.stack([before, after], axis=1)), np.full(2, ohm)
    )


def bare_resistances(bare: Built, rng: np.random.Generator, ohm: float, scatter: float) -> Step:
    """Steps 8 and 10: contact of the cathode and its growth with the pellet's damage. Errors are relative."""
    side: Any = bare.system.sides[0]
    area = float(bare.system.area)
    course = full_cells.cycling("0.2C", 100)

    def one(point: tuple[float, float]) -> float:
        rate, mass = units.from_unit(point[0], "ohm cm2/h"), units.from_unit(point[1], "mg")
        contact = dataclasses.replace(side.cathode_contact, damage_rate=rate)
        first = side._replace(cathode_contact=contact, loading=mass / area)
        changed = dataclasses.replace(
            bare,
            system=bare.system._replace(sides=(first, bare.system.sides[1])),
            cell=bare.cell.override({"cathode.active_mass": f"{point[1]:.9g} mg"}),  # says how much 1C is
        )
        record = simulate(changed.cell, course, built=changed, rtol=full_cells.COARSE)
        return full_cells.interface_ohm(changed, record)

    found = np.log(_each(one, list(itertools.product(DAMAGE_RATES, MASSES)))).reshape(len(DAMAGE_RATES), -1)
    surface = RectBivariateSpline(np.log(DAMAGE_RATES), np.log(MASSES), found, kx=1, ky=2)
    names = ("cathode_contact_bare", "cathode_damage_rate", "lfp_active_mass")
    z = rng.standard_normal((DRAWS, 4))
    contact, rate, mass = (priors.load()[name].value(z[:, k]) for k, name in enumerate(names))
    other = np.exp(scatter * z[:, 3])
    before = contact / area + 0.5 * full_cells.SYMMETRIC_OHMS["bare"] * other
    shown = units.to_unit(1.0, "ohm cm2/h") * rate, units.to_unit(1.0, "mg") * mass
    after = np.exp(surface.ev(*np.log(shown)))
    after = after + (contact - float(side.cathode_contact.initial_resistance)) / area
    error = np.array([ohm, np.hypot(ohm, full_cells.SCATTER)])
    return Step(BARE_OHMS, (*names, "lithium_side"), z, np.log(np.stack([before, after], axis=1)), error)


def retentions(coated: Built, rng: np.random.Generator) -> Step:
    """Step 11: loss of active material a cycle and an hour."""
    coefficients, roughness = retention_polynomials(coated)
    names = ("cathode_cycle_loss", "cathode_hourly_loss")
    z = rng.standard_normal((DRAWS, 2))
    cycle, second = (priors.load()[name].value(z[:, k]) for k, name in enumerate(names))
    hourly = second * units.from_unit(1.0, "hour")
    terms = _terms(cycle, hourly)
    found = np.log(np.maximum(terms @ coefficients, _FEWEST_KEPT))
    error = np.hypot(np.sqrt(2.0) * full_cells.READING, roughness)
    return Step(RETENTIONS, names, z, found, error)


def _terms(cycle: Array, hourly: Array) -> Array:
    """Terms of the polynomials, shape (n, 6).

    Losses beyond the simulated range count as its end, which neither number allows.
    """
    x, y = np.minimum(cycle / CYCLE_LOSS, 2.0), np.minimum(hourly / HOURLY_LOSS, 2.0)
    return np.stack([np.ones_like(x), x, y, x**2, x * y, y**2], axis=1)


def retention_polynomials(coated: Built) -> tuple[Array, Array]:
    """Coefficients of both retentions (in %, in the order of `RETENTIONS`), shape (6, 2), and their roughness, (2,)."""
    side: Any = coated.system.sides[0]

    def one(point: tuple[float, float, int]) -> float:
        cycle, hour, number = point
        lost = dataclasses.replace(
            side.cathode_fade,
            cycle_loss=cycle * CYCLE_LOSS,
            hourly_loss=units.from_unit(hour * HOURLY_LOSS, "1/hour"),
        )
        first = side._replace(cathode_fade=lost)
        changed = dataclasses.replace(
            coated, system=coated.system._replace(sides=(first, coated.system.sides[1]))
        )
        rate, cycles, _ = full_cells.RETENTIONS[number]
        record = simulate(
            changed.cell, full_cells.cycling(f"{rate}C", cycles), built=changed, rtol=full_cells.COARSE
        )
        kept = retention(record)[-1].value
        return np.nan if kept is None else kept

    points = (
        (0.0, 0.0),
        (1.0, 0.0),
        (2.0, 0.0),
        (0.0, 1.0),
        (0.0, 2.0),
        (1.0, 1.0),
        (0.5, 0.5),
        (0.5, 0.0),
        (0.0, 0.5),
    )
    found = np.array(_each(one, [(x, y, k) for k in (0, 1) for x, y in points])).reshape(2, -1)
    cycle, hour = np.array(points).T
    coefficients, rest = _fit(_terms(CYCLE_LOSS * cycle, HOURLY_LOSS * hour), found.T)
    return coefficients, rest / np.array([100.0 * kept for *_, kept in full_cells.RETENTIONS])


def _fit(terms: Array, found: Array) -> tuple[Array, Array]:
    """Least squares of columns: coefficients (terms, columns), standard deviations (columns,) of what is left."""
    coefficients: Any = np.linalg.lstsq(terms, found, rcond=None)[0]
    rest = ((found - terms @ coefficients) ** 2).sum(axis=0) / (len(terms) - terms.shape[1])
    return coefficients, np.sqrt(rest)


def _each(work: Callable[[Key], Value], points: Sequence[Key]) -> list[Value]:
    """Results in the order of the points, two at a time."""
    first = work(points[0])  # compiled before the threads start
    with ThreadPoolExecutor(max_workers=2) as pool:
        return [first, *pool.map(work, points[1:])]
