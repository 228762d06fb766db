"""The paper's full cells: protocols, and the calibration of what only they can fix.

`python -m interlayer.published.ding2024.calibrate` writes these numbers into the parameter sets. What is fixed on what:

7. five coated LFP capacities (0.1, 0.2, 0.5, 1C, back at 0.1C) -> resistance of the median reactant, its spread, and
   the capacity that goes with the weighed mass (a prior of 5 %: 1 mg is hard to weigh).
8. 103 and 826 ohm less half of the symmetric cells' 92 and 562 ohm -> fresh contact of the cathode, coated and bare.
9. 175 ohm after 100 cycles at 0.2C (coated) -> its growth with time.
10. 20 740 ohm less 10 % after 100 cycles at 0.2C (bare) -> its growth with the pellet's damage: the law was chosen for
    this number. As the resistance rises cycles get shorter, so that it limits itself: beyond 18 kohm a higher rate only
    empties the cell earlier. The lowest rate within 10 %, by which cells scatter, is taken.
11. 80.3 % after 540 cycles at 0.5C and 93.5 % after 100 at 0.2C -> loss of active material a cycle and an hour.

The paper does not state active mass, cut-offs, nor whether voltage is held: 0.95 mg (the middle of its prior), 2.5 to
4.0 V and none are assumed.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

from interlayer import cells, units
from interlayer.build import Built, build
from interlayer.cell import Cell
from interlayer.metrics.analysis import Analysis
from interlayer.metrics.capacity_retention import retention
from interlayer.metrics.rate_capability import capacity_levels
from interlayer.protocol import Protocol
from interlayer.record import Record
from interlayer.record import schema as s
from interlayer.simulation import simulate
from interlayer.system import surroundings

FULL_CELL_SET: Final = "ding2024-b-wide"
"""Default of full cells. The paper's resistances allow 0.7 to 1.3 mg of LFP; on 0.785 cm2 all above 0.75 mg would at
1C exceed the bare cell's own critical current, and the published bare cell survived 1C. 12 mm discs leave more room."""
RATES: Final = ("0.1C", "0.2C", "0.5C", "1C", "0.1C")
COATED: Final = (167.2, 160.1, 144.9, 128.9, 166.3)
BARE: Final = (161.3, 150.3, 126.4, 101.5, 156.4)
"""mAh/g at RATES."""
RATE_CYCLES: Final = 5
"""Cycles a rate; assumed, not in the paper."""
OHMS: Final = {"cuf2": (103.0, 175.0), "bare": (826.0, 20740.0)}
"""All interfaces before and after 100 cycles, ohm."""
SYMMETRIC_OHMS: Final = {"cuf2": 92.0, "bare": 562.0}
RETENTIONS: Final = ((0.5, 540, 0.803), (0.2, 100, 0.935))
"""C-rate, cycles, retention of the coated LFP cell."""
WEIGHING: Final = 0.05
"""Standard deviation of the logarithm of the mass: a prior."""
READING: Final = 0.01
"""Standard deviation of a capacity: the two values at 0.1C differ by 0.5 %, cycles within a rate by as much."""
SCATTER: Final = 0.1
"""By which nominally equal cells of the paper differ."""
COARSE: Final = 3e-3
"""Relative tolerance of the long cyclings: retention is right to 0.1 %."""


def rate_test(cycles: int = RATE_CYCLES) -> Protocol:
    """The rate test with `cycles` cycles at each rate, charged and discharged at the same rate."""
    return Protocol.rate_capability(list(RATES), cycles=cycles, cv_until=None, rest=None)


def cycling(rate: str, cycles: int, *, spectra: bool = False) -> Protocol:
    """Cycles without rests or held voltages, with a spectrum before and after if asked for."""
    when = (0, cycles) if spectra else None
    return Protocol.full_cell_cycling(rate, cycles=cycles, cv_until=None, rest=None, eis_at_cycles=when)


def fresh_contact(symmetric_ohms: Mapping[str, float]) -> dict[str, float]:
    """Fresh contact of the cathode, ohm, by kind of cell: all interfaces less half of the symmetric cell's (step 8).

    At least 1 ohm, where a drawn symmetric cell leaves nothing.
    """
    return {kind: max(fresh - 0.5 * symmetric_ohms[kind], 1.0) for kind, (fresh, _) in OHMS.items()}


@dataclass(frozen=True)
class CathodeFit:
    """Step 7: logarithms of the three parameters at their best, and their covariance (prior of the mass included)."""

    active_mass_mg: float
    logs: NDArray[np.float64]
    """ln of median resistance (V), of spread, of capacity over 170 mAh/g; shape (3,)."""
    covariance: NDArray[np.float64]
    """Shape (3, 3)."""
    deviations: NDArray[np.float64]
    """Simulated over published - 1 of the five numbers."""


def with_cathode(made: Built, logs: NDArray[np.float64]) -> Built:
    """The same cell with the three parameters of `CathodeFit.logs`."""
    side: Any = made.system.sides[0]
    resistance, spread, capacity = (float(x) for x in np.exp(logs))
    changed = dataclasses.replace(
        side.cathode,
        median_resistance=resistance,
        spread=spread,
        theoretical_capacity=units.from_unit(170.0 * capacity, "mAh/g"),
    )
    first = side._replace(cathode=changed)
    return dataclasses.replace(made, system=made.system._replace(sides=(first, made.system.sides[1])))


def levels(record: Record, mass_kg: float) -> NDArray[np.float64]:
    """Mean discharge capacity at each rate, mAh/g, shape (levels,)."""
    means = [level.mean_C for level in capacity_levels(Analysis(record))]
    return np.array([units.to_unit(mean / mass_kg, "mAh/g") for mean in means])


_FADE_FIRST: Final = {
    "model.cathode_fade.cycle_loss": 2.3e-4,
    "model.cathode_fade.hourly_loss": "4.5e-5 1/hour",
}
"""What step 11 finds; the rate test lasts 180 h and 25 cycles, in which it takes 1.3 %."""


def fit_cathode(cell: Cell, *, cycles: int = RATE_CYCLES) -> CathodeFit:
    """Fix the three parameters on the coated cell's five capacities (step 7)."""
    cell = cell.override(_FADE_FIRST)
    made = build(cell)
    mass = made.cell.active_mass_kg
    assert mass is not None  # the set gives the area
    goal = np.array(COATED)

    def misfit(x: NDArray[np.float64]) -> NDArray[np.float64]:
        record = simulate(cell, rate_test(cycles), built=with_cathode(made, x))
        return np.append((levels(record, mass) / goal - 1.0) / READING, x[2] / WEIGHING)

    def slopes(x: NDArray[np.float64]) -> NDArray[np.float64]:
        # wide central differences: capacities end at cut-offs and scatter by 0.05 % with the time steps
        moves = np.diag([0.08, 0.08, 0.02])
        return np.stack([(misfit(x + h) - misfit(x - h)) / (2.0 * h.max()) for h in moves], axis=1)

    solve: Any = least_squares  # its stub knows jac by name only
    found = solve(misfit, np.log([0.11, 1.45, 1.03]), jac=slopes, x_scale=[0.3, 0.2, 0.03], max_nfev=8)
    return CathodeFit(mass * 1e6, found.x, np.linalg.inv(found.jac.T @ found.jac), READING * found.fun[:5])


def interface_ohm(made: Built, record: Record) -> float:
    """Contact of the cathode and lithium's interface at the end of a record, ohm (without the layer)."""
    first, second = made.system.sides
    around = surroundings(made.system)
    last = {
        number: {
            state.name: record.array(f"{state.title} {number} / {state.unit}")[-1]
            for state in side.recorded()
            if state.shown == "value"
        }
        for number, side in ((1, first), (2, second))
    }
    contact = first.cathode_contact.resistance(last[1], made.system.temperature)
    return float(contact + second.interface_resistance(around, last[2])) / float(made.system.area)


def fade(cell: Cell, rate: float, cycles: int) -> float:
    """Capacity of the last discharge over that of the first."""
    record = simulate(cell, cycling(f"{rate}C", cycles), rtol=COARSE)
    kept = retention(record)[-1].value
    return float("nan") if kept is None else kept / 100.0


def calibrate(set_name: str, *, cathode: CathodeFit | None = None) -> tuple[dict[str, float], CathodeFit]:
    """All full-cell numbers of a parameter set in the units of its file, and the fit of step 7.

    Parameters
    ----------
    set_name : str
        A set, by name or by path, whose symmetric part is calibrated.
    cathode : CathodeFit, optional
        From another set: the fit hardly depends on area and layer.
    """
    plain = {"parameters": set_name}
    coated = cells.load("ding2024/lfp-cuf2").override(plain)
    bare = cells.load("ding2024/lfp-bare").override(plain)
    made = build(coated)
    area = float(made.system.area) * 1e4
    fresh = fresh_contact(SYMMETRIC_OHMS)
    contact = {kind: {"model.cathode_contact.initial_resistance": f"{ohm * area:.8g} ohm cm2"}
               for kind, ohm in fresh.items()}  # fmt: skip
    coated, bare = coated.override(contact["cuf2"]), bare.override(contact["bare"])
    fit = cathode or fit_cathode(coated)
    resistance, spread, capacity = np.exp(fit.logs)
    material = {
        "model.cathode.median_resistance": f"{resistance:.8g} V",
        "model.cathode.spread": float(spread),
        "model.cathode.theoretical_capacity": f"{170.0 * capacity:.8g} mAh/g",
    }
    coated, bare = coated.override(material), bare.override(material)
    loss = _fade(coated)
    lost = {
        "model.cathode_fade.cycle_loss": loss[0],
        "model.cathode_fade.hourly_loss": f"{loss[1]:.8g} 1/hour",
    }
    growth = _growth(coated.override(lost), "calendar_rate", OHMS["cuf2"][1], area)
    breaking = _growth(bare.override(lost), "damage_rate", (1.0 - SCATTER) * OHMS["bare"][1], area)
    values = {
        "median_resistance": float(resistance),
        "spread": float(spread),
        "theoretical_capacity": 170.0 * float(capacity),
        "coated_contact": fresh["cuf2"] * area,
        "bare_contact": fresh["bare"] * area,
        "calendar_rate": growth,
        "damage_rate": breaking,
        "cycle_loss": loss[0],
        "hourly_loss": loss[1],
    }
    return values, fit


def _fade(coated: Cell) -> tuple[float, float]:
    """Loss a cycle and an hour that meet both retentions (step 11), by Newton's method with a stated slope.

    Start and slope are those of capacity that follows active material: cycles and hours of the two runs.
    """
    hours = np.array([2.0 / rate * cycles * 0.85 for rate, cycles, _ in RETENTIONS])
    slope = np.stack([[cycles for _, cycles, _ in RETENTIONS], hours], axis=1).astype(float)
    x = np.linalg.solve(slope, [1.0 - kept for *_, kept in RETENTIONS])
    for _ in range(5):
        cell = coated.override(
            {
                "model.cathode_fade.cycle_loss": float(max(x[0], 0.0)),
                "model.cathode_fade.hourly_loss": f"{max(x[1], 0.0):.10g} 1/hour",
            }
        )
        miss = np.array([fade(cell, rate, cycles) - kept for rate, cycles, kept in RETENTIONS])
        if np.abs(miss).max() < 5e-4:
            break
        x = x + np.linalg.solve(1.15 * slope, miss)
    return float(max(x[0], 0.0)), float(max(x[1], 0.0))


def _growth(cell: Cell, key: str, ohm: float, area_cm2: float) -> float:
    """Rate of the contact's growth (ohm cm2/h) with which 100 cycles at 0.2C end at `ohm`, by false position."""
    tried: list[tuple[float, float]] = []
    rate = 0.0
    for _ in range(8):
        made = build(cell.override({f"model.cathode_contact.{key}": f"{rate:.10g} ohm cm2/h"}))
        record = simulate(made.cell, cycling("0.2C", 100), built=made, rtol=COARSE)
        reached = interface_ohm(made, record)
        if abs(reached / ohm - 1.0) < 2e-3:
            break
        tried.append((rate, reached))
        if len(tried) == 1:
            hours = record.array(s.TIME)[-1] / 3600.0
            rate = (ohm - reached) * area_cm2 / hours
        else:
            (a, fa), (b, fb) = tried[-2:]
            rate = max(b + (ohm - fb) * (b - a) / (fb - fa), 0.5 * b)
    return float(rate)


def as_toml(values: Mapping[str, float], fit: CathodeFit) -> str:
    """The sections that a parameter set gains."""
    logs = [float(f"{x:.6g}") for x in fit.logs]
    covariance = [[float(f"{x:.4g}") for x in row] for row in fit.covariance]
    v = {k: f"{x:.6g}" for k, x in values.items()}
    rates = "five coated LFP capacities, with a prior of 5 % on the weighed mass"
    fades = "80.3 % after 540 cycles at 0.5C and 93.5 % after 100 at 0.2C"
    return f'''
# Full cells (steps 7 to 11)

[calibration.cathode]
logs = {logs}
covariance = {covariance}

[lfp.cathode]
median_resistance = {{ value = "{v["median_resistance"]} V", status = "calibrated", fixed_by = "{rates}" }}
spread = {{ value = {v["spread"]}, status = "calibrated", fixed_by = "{rates}" }}
theoretical_capacity = {{ value = "{v["theoretical_capacity"]} mAh/g", status = "calibrated", fixed_by = "{rates}: stands for its error", low = "160 mAh/g", high = "185 mAh/g" }}

[lfp.cathode_fade]
cycle_loss = {{ value = {v["cycle_loss"]}, status = "calibrated", fixed_by = "{fades}" }}
hourly_loss = {{ value = "{v["hourly_loss"]} 1/hour", status = "calibrated", fixed_by = "{fades}" }}

[cuf2-pvdf.cathode_contact]
initial_resistance = {{ value = "{v["coated_contact"]} ohm cm2", status = "calibrated", fixed_by = "103 ohm less half of 92 ohm" }}
calendar_rate = {{ value = "{v["calendar_rate"]} ohm cm2/h", status = "calibrated", fixed_by = "175 ohm after 100 cycles" }}

[bare.cathode_contact]
initial_resistance = {{ value = "{v["bare_contact"]} ohm cm2", status = "calibrated", fixed_by = "826 ohm less half of 562 ohm" }}
damage_rate = {{ value = "{v["damage_rate"]} ohm cm2/h", status = "calibrated", fixed_by = "20740 ohm after 100 cycles, less 10 %; the law was chosen for it" }}

[pvdf-gel.cathode_contact]
initial_resistance = {{ value = "{v["bare_contact"]} ohm cm2", status = "assumed", fixed_by = "as bare: the cathode's side is said to be uncoated", low = "{v["coated_contact"]} ohm cm2", high = "{v["bare_contact"]} ohm cm2" }}
'''
