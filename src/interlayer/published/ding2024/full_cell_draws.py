"""Full cells of one member of the ensemble: what it predicts for the left-out numbers of LFP cells.

Material of the cathode: a normal distribution of the logarithms around the fit on the five coated capacities, with its
covariance (`full_cells.fit_cathode`, stored with the set). The capacity that goes with the weighed mass is partly of
the sheet from which all discs were punched and partly of each disc: how much of either is unknown, uniform.
Active mass: its prior, as far as 1C of the bare cell stays below the threshold of the drawn cell: the published bare
cell survived its rate test. A draw in which no mass does cannot say anything of bare cells.
Growth of the cathode's contact: the stored rate times a factor of 0.8 to 2, as 20 740 ohm bounds it from below only.
"""

from __future__ import annotations

import dataclasses
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from interlayer import cells, parameter_sets, units
from interlayer.build import Built, build
from interlayer.metrics.analysis import Analysis
from interlayer.metrics.cycle_capacity import discharge_capacity
from interlayer.published.ding2024 import full_cells, priors
from interlayer.record import Record
from interlayer.simulation import simulate

if TYPE_CHECKING:
    from interlayer.published.ding2024.draw import Draw

KINDS: Final = {"cuf2": "cuf2-20ul", "bare": "bare", "pvdf": "pvdf"}
"""Symmetric cell with the same lithium side."""
_MARGIN: Final = 0.95
"""Contact shrinks a little while lithium is stripped."""
_GROWTH: Final = (0.8, 2.0)


@cache
def _base(kind: str) -> Built:
    """The shipped full cell, built once; draws replace its numbers."""
    return build(cells.load(f"ding2024/lfp-{kind}").override({"parameters": full_cells.FULL_CELL_SET}))


@cache
def _material() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Logarithms of the fit and their covariance, shapes (3,) and (3, 3)."""
    stored = parameter_sets.load(full_cells.FULL_CELL_SET).calibration["cathode"]
    return np.array(stored["logs"], dtype=float), np.array(stored["covariance"], dtype=float)


def predict(draw: Draw) -> dict[str, float | None]:
    """Values by row name of left_out.csv; None where this draw cannot say."""
    rng = draw.rng("full cells")
    logs, covariance = _material()
    drawn = _within_priors(rng, logs, covariance)
    common = rng.uniform()
    growth = float(np.exp(rng.uniform(*np.log(_GROWTH))))
    pvdf_contact = float(rng.uniform())
    mass, survives = _mass(draw, rng)

    least, most = priors.load()["lfp_accessible_fraction"].numbers
    fitted = rng.uniform(least, most)

    def capacity_log() -> float:
        """The factor of a disc: what it shares with the fitted one, its own error of weighing, and what is in reach."""
        own = full_cells.WEIGHING * rng.standard_normal()
        weighed = np.sqrt(common) * drawn[2] + np.sqrt(1.0 - common) * own
        return float(weighed + np.log(rng.uniform(least, most) / fitted))

    def cell(kind: str) -> Built:
        return _with(draw, kind, np.array([drawn[0], drawn[1], capacity_log()]), mass, growth, pvdf_contact)

    def read(value: float) -> float:
        return value * float(np.exp(full_cells.READING * rng.standard_normal()))

    found: dict[str, float | None] = {}
    first = _capacities(cell("cuf2"), full_cells.cycling("0.2C", 1), mass)
    found["lfp-cuf2-first-0.2C"] = read(first[0])
    without = _capacities(cell("pvdf"), full_cells.cycling("0.5C", 80), mass, cycles=80)
    found["lfp-pvdf-first-0.5C"], found["lfp-pvdf-80"] = read(without[0]), read(without[-1])
    names = ("lfp-bare-0.1C", "lfp-bare-0.2C", "lfp-bare-0.5C", "lfp-bare-1C", "lfp-bare-back")
    if not survives:
        return found | dict.fromkeys((*names, "lfp-bare-retention-0.2C", "lfp-bare-retention-0.5C"))
    rate = _capacities(cell("bare"), full_cells.rate_test(), mass, cycles=5 * full_cells.RATE_CYCLES)
    found |= {
        name: read(float(np.mean(part)))
        for name, part in zip(names, np.split(np.array(rate), len(names)), strict=True)
    }
    for name, c_rate, cycles in (
        ("lfp-bare-retention-0.2C", "0.2C", 100),
        ("lfp-bare-retention-0.5C", "0.5C", 120),
    ):
        kept = _capacities(cell("bare"), full_cells.cycling(c_rate, cycles), mass, cycles=cycles)
        found[name] = 100.0 * kept[-1] / kept[0] if kept[0] > 0.0 else None
    return found


def _within_priors(
    rng: np.random.Generator, logs: NDArray[np.float64], covariance: NDArray[np.float64]
) -> NDArray[np.float64]:
    """One draw of the material that the bounds of its priors allow."""
    bounds = [priors.load()[name] for name in ("lfp_median_resistance", "lfp_resistance_spread")]
    ends = np.log([prior.numbers for prior in bounds])
    for _ in range(1000):
        drawn = rng.multivariate_normal(logs, covariance)
        if ((ends[:, 0] < drawn[:2]) & (drawn[:2] < ends[:, 1])).all():
            return drawn
    return logs


def _mass(draw: Draw, rng: np.random.Generator) -> tuple[float, bool]:
    """Active mass in kg, and whether some mass of the prior lets the bare cell live through 1C."""
    low, high = (units.from_unit(m, "mg") for m in (0.7, 1.3))
    side: Any = draw.system("bare").sides[1]
    contact = float(side.coverage.coverage(0.0)) * float(side.contact.initial)
    threshold = draw.values["threshold_current"] * contact * _MARGIN  # A/m2 of the electrode
    most = threshold * draw.values["area"] / units.from_unit(170.0, "mAh/g") * 3600.0
    top = min(high, most) if most > low else high
    return float(np.exp(rng.uniform(np.log(low), np.log(top)))), bool(most > low)


def _with(
    draw: Draw, kind: str, logs: NDArray[np.float64], mass: float, growth: float, pvdf_contact: float
) -> Built:
    """The full cell `kind` with the drawn lithium side, area and pellet, and the given cathode."""
    base = full_cells.with_cathode(_base(kind), logs)
    symmetric: Any = draw.system(KINDS[kind])
    area = draw.values["area"]
    first: Any = base.system.sides[0]
    ohms = full_cells.fresh_contact({k: draw.numbers[f"rint-{k}-0h"] for k in full_cells.OHMS})
    ohm = ohms[kind] if kind in ohms else ohms["cuf2"] ** (1.0 - pvdf_contact) * ohms["bare"] ** pvdf_contact
    scale = area / float(base.system.area)
    contact = dataclasses.replace(
        first.cathode_contact,
        initial_resistance=ohm * area,
        calendar_rate=first.cathode_contact.calendar_rate * scale,
        damage_rate=first.cathode_contact.damage_rate * scale * growth,
    )
    side = symmetric.sides[1]
    strong = dataclasses.replace(side.filament, threshold_current=draw.values["threshold_current"])
    system = base.system._replace(
        conduction=symmetric.conduction,
        sides=(first._replace(cathode_contact=contact, loading=mass / area), side._replace(filament=strong)),
        area=area,
        lithium=(0.0, symmetric.lithium[1]),
    )
    # the description says how much 1C is
    cell = base.cell.override(
        {"cathode.active_mass": f"{mass * 1e6:.9g} mg", "area": f"{area * 1e4:.9g} cm2"}
    )
    return dataclasses.replace(base, system=system, cell=cell)


def _capacities(made: Built, protocol: Any, mass: float, cycles: int = 1) -> list[float]:
    """Discharge capacity of each cycle, mAh/g; 0 for those that the cell did not reach."""
    record: Record = simulate(made.cell, protocol, built=made, rtol=full_cells.COARSE)
    known = {
        m.cycle: m.value for m in discharge_capacity(Analysis(record)) if m.cycle and m.value is not None
    }
    return [
        units.to_unit(units.from_unit(known.get(k, 0.0), "mAh") / mass, "mAh/g") for k in range(1, cycles + 1)
    ]


PREDICTED: Final = (
    "lfp-bare-0.1C", "lfp-bare-0.2C", "lfp-bare-0.5C", "lfp-bare-1C", "lfp-bare-back", "lfp-cuf2-first-0.2C",
    "lfp-bare-retention-0.2C", "lfp-bare-retention-0.5C", "lfp-pvdf-first-0.5C", "lfp-pvdf-80",
)  # fmt: skip
"""Rows that `predict` gives."""
