"""Whether the numbers of a publication fit together, as far as its table of values lets one say.

Two questions are asked of every table:

1. Lists that belong together must be as long as each other: so many currents, so many overpotentials.
2. Direct current must meet at least what impedance and conductivity show, and what it meets beyond that is excess:

    V = i (A R_int + L/sigma) + excess

Area A and thickness L are seldom printed. The answer is then a probability over what they may be, with the errors of
the published numbers, and never a flat contradiction.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import ndtr

from interlayer import units
from interlayer.published.ding2024 import priors
from interlayer.published.reported_values import Reported

FloatArray = NDArray[np.float64]
POINTS: Final = 64
"""Gauss-Legendre points over the thickness."""
LIKELY: Final = 0.95
"""Probability from which excess polarisation is called likely; below 1 - LIKELY unlikely."""
QUANTILES: Final = (0.05, 0.5, 0.95)
_FRESH: Final = re.compile(r"before|fresh|initial|as assembled|pristine|(?<![\d.])0 h", re.IGNORECASE)


@dataclass(frozen=True)
class Geometry:
    """What area and thickness may be.

    Attributes
    ----------
    areas_m2 : array (a,)
        Equally likely areas.
    thickness_m : tuple of float
        Lower and upper end of a uniform distribution; both the same if it is known.
    text : str
        Where this comes from.
    """

    areas_m2: FloatArray
    thickness_m: tuple[float, float]
    text: str


@dataclass(frozen=True)
class Errors:
    """Relative standard errors of a published overpotential, resistance and conductivity, cells' scatter included."""

    overpotential: float
    resistance: float
    conductivity: float
    text: str


@dataclass(frozen=True)
class Excess:
    """Excess polarisation of one cell at one current.

    Attributes
    ----------
    probability : float
        That direct current meets more than i (A R_int + L/sigma).
    quantiles_V : tuple of float
        5, 50 and 95 % of the excess.
    ohmic_V : tuple of float
        Smallest and largest i (A R_int + L/sigma) over area and thickness, without errors.
    """

    probability: float
    quantiles_V: tuple[float, float, float]
    ohmic_V: tuple[float, float]


@dataclass(frozen=True)
class Outcome:
    """What was found by one check.

    Attributes
    ----------
    check : str
        'counts' or 'excess polarisation'.
    sample : str
    verdict : str
        'consistent', 'inconsistent', 'likely', 'unlikely', 'undecided' or 'not assessed'.
    detail : str
    lines : tuple of int
        Lines of the table that it rests on.
    probability : float or None
    excess_V : tuple of float or None
        5, 50 and 95 % of the excess.
    assumptions : tuple of str
    """

    check: str
    sample: str
    verdict: str
    detail: str
    lines: tuple[int, ...]
    probability: float | None = None
    excess_V: tuple[float, float, float] | None = None
    assumptions: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return plain data for JSON; voltages in mV."""
        excess = None
        if self.excess_V is not None:
            low, middle, high = (x / units.factor("mV") for x in self.excess_V)
            excess = {"p05": low, "median": middle, "p95": high, "unit": "mV"}
        return {
            "check": self.check,
            "sample": self.sample,
            "verdict": self.verdict,
            "detail": self.detail,
            "lines": list(self.lines),
            "probability": self.probability,
            "excess": excess,
            "assumptions": list(self.assumptions),
        }


def default_geometry() -> Geometry:
    """Area and thickness of a pellet that a publication does not give: common punches, pressed pellets."""
    known = priors.load()
    area, pellet = known["area"], known["pellet"]
    areas = np.array([units.from_unit(x, area.unit) for x in area.numbers])
    low, high = (units.from_unit(x, pellet.unit) for x in pellet.numbers)
    text = f"area {area.text()} {area.unit} ({area.source}); thickness {pellet.text()} {pellet.unit} ({pellet.source})"
    return Geometry(areas, (low, high), text)


def default_errors() -> Errors:
    """Errors of numbers read in a publication, each with the scatter between nominally equal cells."""
    known = priors.load()
    scatter = known["cell_scatter"].numbers[0]
    voltage, resistance = known["error_voltage"].numbers[0], known["error_resistance"].numbers[0]
    one, other = float(np.hypot(voltage, scatter)), float(np.hypot(resistance, scatter))
    text = (
        f"relative errors, the scatter of cells in them: overpotential {one:.1%}, R_int {other:.1%}, "
        f"conductivity {scatter:.1%}"
    )
    return Errors(one, other, scatter, text)


def excess_polarisation(
    overpotential_V: float,
    current_A_m2: float,
    resistance_ohm: float,
    conductivity_S_m: float,
    geometry: Geometry,
    errors: Errors,
) -> Excess:
    """Return how likely an overpotential exceeds what interfaces and pellet take, over area, thickness and errors.

    Parameters
    ----------
    overpotential_V, current_A_m2 : float
        Plateau of the whole cell at one current density.
    resistance_ohm : float
        R_int of the whole cell.
    conductivity_S_m : float
        Of the pellet.
    geometry : Geometry
    errors : Errors
        Normal and independent.
    """
    low, high = geometry.thickness_m
    nodes, weights = np.polynomial.legendre.leggauss(POINTS)
    length = 0.5 * (high + low) + 0.5 * (high - low) * nodes
    interface = current_A_m2 * resistance_ohm * geometry.areas_m2[:, None]
    pellet = current_A_m2 * length[None, :] / conductivity_S_m
    ohmic = interface + pellet
    spread = np.sqrt(
        (errors.overpotential * overpotential_V) ** 2
        + (errors.resistance * interface) ** 2
        + (errors.conductivity * pellet) ** 2
    )
    weight = np.broadcast_to(0.5 * weights / geometry.areas_m2.size, ohmic.shape)
    mean = overpotential_V - ohmic
    # without errors the distribution has jumps, and every width is as good as none
    spread = np.maximum(spread, 1e-9 * overpotential_V)

    def above(level: float) -> float:
        return float((weight * ndtr((mean - level) / spread)).sum())

    reach = 8.0 * float(spread.max())
    ends = float(mean.min()) - reach, float(mean.max()) + reach

    def quantile(p: float) -> float:
        return cast("float", brentq(lambda x: above(x) - (1.0 - p), *ends, xtol=1e-9))

    low_q, middle, high_q = (quantile(p) for p in QUANTILES)
    ends_V = [
        current_A_m2 * (resistance_ohm * a + x / conductivity_S_m)
        for a, x in ((geometry.areas_m2.min(), low), (geometry.areas_m2.max(), high))
    ]
    return Excess(above(0.0), (low_q, middle, high_q), (float(ends_V[0]), float(ends_V[1])))


def check(
    table: Sequence[Reported], *, geometry: Geometry | None = None, errors: Errors | None = None
) -> tuple[Outcome, ...]:
    """Check a table of reported values.

    Parameters
    ----------
    table : sequence of Reported
    geometry : Geometry, optional
        Where the table has no area or thickness; `default_geometry` if not given.
    errors : Errors, optional
        `default_errors` if not given.

    Returns
    -------
    tuple of Outcome
        Of counts first; a sample of which the table says too little is there as 'not assessed', with the reason.
    """
    return (*counts(table), *_excesses(table, geometry or default_geometry(), errors or default_errors()))


def counts(table: Sequence[Reported]) -> tuple[Outcome, ...]:
    """Compare the length of each list of values with that of the conditions that stand beside it."""
    found: list[Outcome] = []
    for one in table:
        listed = one.stated_count or (len(one.currents_A_m2) if len(one.currents_A_m2) > 1 else one.rates)
        values = len(one.values)
        if not listed or (values < 2 and one.stated_count is None):
            continue
        what = (
            "C-rates"
            if one.rates and not one.stated_count
            else "currents"
            if _names_current(one)
            else "conditions"
        )
        if listed == values:
            text = f"{listed} {what} stand against as many values of {one.quantity}"
            found.append(Outcome("counts", one.sample, "consistent", text, (one.line,)))
            continue
        text = (
            f"{listed} {what} stand against {values} values of {one.quantity} in {one.unit}: which belongs to which is "
            "not known beyond the first ones, and they are not paired"
        )
        found.append(Outcome("counts", one.sample, "inconsistent", text, (one.line,)))
    return tuple(found)


def _names_current(one: Reported) -> bool:
    return bool(one.currents_A_m2) or re.search(r"\bm?A\b|current", one.condition) is not None


def _excesses(table: Sequence[Reported], geometry: Geometry, errors: Errors) -> tuple[Outcome, ...]:
    found: list[Outcome] = []
    sigma = _conductivity(table)
    unequal = {x.lines[0] for x in counts(table) if x.verdict == "inconsistent"}
    for one in (x for x in table if _is_overpotential(x)):
        if one.line in unequal:
            why = "currents and overpotentials are not as many as each other"
        elif one.relation in (">=", "<=", ">", "<"):
            why = "the overpotential is a bound"
        elif len(one.currents_A_m2) != len(one.values):
            why = "its condition names no current density"
        else:
            why = ""
        resistance = _resistance(table, one.sample)
        if not why and resistance is None:
            why = "no R_int of this sample in ohm"
        if not why and sigma is None:
            why = "no ionic conductivity of the electrolyte"
        if why or resistance is None or sigma is None:
            found.append(Outcome("excess polarisation", one.sample, "not assessed", why, (one.line,)))
            continue
        place = _geometry(table, one.sample, geometry)
        pairs = zip(one.currents_A_m2, one.si(), strict=True)
        found += [_excess(one, i, volt, resistance, sigma, place, errors) for i, volt in pairs]
    return tuple(found)


def _excess(
    one: Reported,
    current: float,
    volt: float,
    resistance: Reported,
    sigma: Reported,
    geometry: Geometry,
    errors: Errors,
) -> Outcome:
    ohm, s_m = resistance.si()[0], sigma.si()[0]
    result = excess_polarisation(volt, current, ohm, s_m, geometry, errors)
    p = result.probability
    verdict = "likely" if p >= LIKELY else "unlikely" if p <= 1.0 - LIKELY else "undecided"
    low, middle, high = (x / units.factor("mV") for x in result.quantiles_V)
    least, most = (x / units.factor("mV") for x in result.ohmic_V)
    text = (
        f"{volt / units.factor('mV'):.4g} mV at {current / units.factor('mA/cm2'):.4g} mA/cm2 against R_int "
        f"{ohm:.4g} ohm and {s_m / units.factor('S/cm'):.3g} S/cm, which take {least:.3g} to {most:.3g} mV: excess "
        f"polarisation with probability {_shown(p)}, {middle:.3g} mV (90 %: {low:.3g} to {high:.3g} mV)"
    )
    lines = (one.line, resistance.line, sigma.line)
    assumed = (geometry.text, errors.text, "interfaces as linear as in the spectrum")
    return Outcome("excess polarisation", one.sample, verdict, text, lines, p, result.quantiles_V, assumed)


def _shown(p: float) -> str:
    return "> 0.999" if p > 0.999 else "< 0.001" if p < 0.001 else f"{p:.3f}"


def _is_overpotential(one: Reported) -> bool:
    named = re.search(r"overpotential|polari[sz]ation|plateau", one.quantity, re.IGNORECASE)
    return named is not None and one.has_dimension_of("V") and bool(one.values)


def _resistance(table: Sequence[Reported], sample: str) -> Reported | None:
    """R_int of a sample in ohm: of the fresh cell where that is said, else the first."""
    of_sample = [
        x
        for x in table
        if x.sample == sample
        and x.values
        and x.has_dimension_of("ohm")
        and re.search(r"r_?int|interfac", x.quantity, re.IGNORECASE)
    ]
    fresh = [x for x in of_sample if _FRESH.search(x.condition)]
    return next(iter(fresh or of_sample), None)


def _conductivity(table: Sequence[Reported]) -> Reported | None:
    return next(
        (
            x
            for x in table
            if x.has_dimension_of("S/m")
            and x.values
            and re.search(r"conductivity|sigma", x.quantity, re.IGNORECASE)
            and not re.search(r"electronic|_e\b", x.quantity, re.IGNORECASE)
        ),
        None,
    )


def _geometry(table: Sequence[Reported], sample: str, otherwise: Geometry) -> Geometry:
    """Area and thickness that the table itself gives for a sample, or for all (no sample); else what was assumed."""
    area = _own(table, sample, "area", "m2")
    length = _own(table, sample, "thickness", "m")
    said: list[str] = []
    areas, thickness = otherwise.areas_m2, otherwise.thickness_m
    if area is not None:
        areas = np.array(area.si())
        said.append(f"area of line {area.line}")
    if length is not None:
        thickness = (min(length.si()), max(length.si()))
        said.append(f"thickness of line {length.line}")
    text = " and ".join(said) + ("" if len(said) == 2 else f"; {otherwise.text}") if said else otherwise.text
    return Geometry(areas, thickness, text)


def _own(table: Sequence[Reported], sample: str, word: str, unit: str) -> Reported | None:
    return next(
        (
            x
            for x in table
            if x.sample in (sample, "")
            and re.search(rf"\b{word}\b", x.quantity, re.IGNORECASE)
            and not re.search(r"coating|layer", x.quantity, re.IGNORECASE)
            and x.has_dimension_of(unit)
            and x.si()
        ),
        None,
    )
