"""The paper's figures from simulated records."""

from __future__ import annotations

from typing import Final

import numpy as np

from interlayer import cells
from interlayer.build import build
from interlayer.published.ding2024.calibrate import (
    BARE_R_INT,
    COATED_R_INT,
    RATE_CURRENTS,
    RATE_OVERPOTENTIALS,
)
from interlayer.published.ding2024.comparison import HOUR, Numbers, Row
from interlayer.published.ding2024.experiments import DEFAULT_SET, Member, Runs
from interlayer.record import Record
from interlayer.report.figure import Axis, Figure, Panel, Series
from interlayer.report.figures.bode import bode
from interlayer.report.figures.common import Published, Trace
from interlayer.report.figures.critical_current import critical_current
from interlayer.report.figures.interface_resistance import interface_resistance
from interlayer.report.figures.nyquist import nyquist
from interlayer.report.figures.rate_test import rate_test
from interlayer.report.figures.states import states
from interlayer.report.figures.thickness import thickness
from interlayer.report.figures.voltage_time import voltage_time
from interlayer.report.stack import StackState
from interlayer.report.stack_record import stack_states

BARE: Final = "Li/LATP/Li"
COATED: Final = "Li/CuF2@LATP/Li"
LABELS: Final = {
    "bare-cycling": BARE,
    "cuf2-cycling": COATED,
    "cuf2-0.2": f"{COATED}, 0.2 mA/cm2",
    "cuf2-0.3": f"{COATED}, 0.3 mA/cm2",
    "cuf2-0.5": f"{COATED}, 0.5 mA/cm2",
    "cuf2-10ul": "7 um",
    "cuf2-early": "15 um",
    "cuf2-30ul": "32 um",
    "pvdf": "PVDF without CuF2",
    "rate": COATED,
    "bare-ramp-0.05": f"{BARE}, steps of 0.05",
    "bare-ramp-0.1": f"{BARE}, steps of 0.1",
    "cuf2-ramp": f"{COATED}, steps of 0.1",
}
SLOTS: Final = {BARE: 1, COATED: 0}


class Shown:
    """Records of the default set under the labels of the figures."""

    def __init__(self, runs: Runs) -> None:
        self.member = Member(DEFAULT_SET)
        self.numbers = Numbers(runs, self.member)
        self.runs = runs

    def __call__(self, name: str) -> Record:
        """The record of an experiment with its figure label."""
        return self.runs[self.member, name].with_(label=LABELS.get(name, name))


def make(runs: Runs, rows: list[Row]) -> list[Figure]:
    """All figures, in the order of the report."""
    one = Shown(runs)
    return [
        voltage_time([one("bare-cycling"), one("cuf2-cycling")], slots=SLOTS, id="life-low",
                     title="0.1 mA/cm2 and 0.1 mAh/cm2 (Fig. 3a, b)"),
        voltage_time([one("cuf2-0.2"), one("cuf2-0.3"), one("cuf2-0.5")], id="life-higher",
                     title="0.2, 0.3 and 0.5 mA/cm2 (Fig. 3c, S6, S7)"),
        nyquist([one("bare-cycling"), one("cuf2-cycling")], id="nyquist",
                title="Spectra with age (Fig. 3d, S10)"),
        bode([one("bare-cycling"), one("cuf2-cycling")], id="bode", title="Spectra with age, Bode"),
        _resistance(one),
        _ramps(one),
        _rates(one),
        _thickness(one),
        states([one("bare-cycling"), one("cuf2-cycling")], slots=SLOTS, id="states",
               title="States inside the two cells"),
        states([one("cuf2-ramp"), one("bare-ramp-0.05")], id="states-ramp",
               only=["Contact Fraction", "Filament Length", "Salt Swing", "DC Polarisation"],
               title="States during the ramps"),
        _band(rows),
    ]  # fmt: skip


def _resistance(one: Shown) -> Figure:
    traces: list[Trace] = []
    points: list[Published] = []
    for name, known in (("bare-cycling", BARE_R_INT), ("cuf2-cycling", COATED_R_INT)):
        found = one.numbers.interface(name)
        label = LABELS[name]
        traces.append(Trace(label, [t for _, _, t in found], [r for r, _, _ in found]))
        points += [Published(h * HOUR, ohm, label) for h, ohm in known]
    return interface_resistance(traces, published=points, slots=SLOTS, id="r-int",
                                title="Interface resistance of the cell, fitted (Fig. 3e)")  # fmt: skip


def _ramps(one: Shown) -> Figure:
    names = ("bare-ramp-0.05", "bare-ramp-0.1", "cuf2-ramp")
    known = [Published(0.0, 2.0, LABELS[n]) for n in names[:2]]
    known.append(Published(0.0, 17.0, LABELS[names[2]], bound=">="))
    return critical_current([_shorts_only(one(n)) for n in names], published=known, id="critical-current",
                            title="Ramps of current density (Fig. 3f)")  # fmt: skip


def _shorts_only(record: Record) -> Record:
    """The record with its first short as the only marked event."""
    return record.with_(events=tuple(e for e in record.events if e.name == "short")[:1])


def _rates(one: Shown) -> Figure:
    values = [one.numbers.value(f"rate:{k}") for k in range(len(RATE_CURRENTS))]
    plateaus = Trace(COATED, np.array(RATE_CURRENTS) * 10, np.array(values, dtype=float) * 1e-3)
    known = [
        Published(i * 10, v * 1e-3, COATED) for i, v in zip(RATE_CURRENTS, RATE_OVERPOTENTIALS, strict=True)
    ]
    return rate_test([one("rate")], [plateaus], published=known, slots=SLOTS, id="rate-test",
                     title="Rate test (Fig. 3g)")  # fmt: skip


def _thickness(one: Shown) -> Figure:
    names = {"cuf2-10ul": 7e-6, "cuf2-early": 15e-6, "cuf2-30ul": 32e-6}
    first = [one.numbers.value(f"plateau:{n}:first") or np.nan for n in names]
    most = [one.numbers.value(f"plateau:{n}:largest") or np.nan for n in names]
    x = list(names.values())
    traces = [
        Trace("first half-cycle", x, np.array(first) * 1e-3),
        Trace("largest", x, np.array(most) * 1e-3),
    ]
    known = [
        Published(7e-6, 72e-3, "first half-cycle"),
        Published(15e-6, 40e-3, "first half-cycle"),
        Published(32e-6, 116e-3, "largest"),
    ]
    return thickness(traces, [one(n) for n in names], published=known, id="thickness",
                     title="Thickness of the layer at 0.1 mA/cm2 (Fig. S5)")  # fmt: skip


def _band(rows: list[Row]) -> Figure:
    """Simulated over published for every number that has a deviation, with the band over the parameter sets."""
    shown = [r for r in rows if r.deviation is not None]
    place = np.arange(len(shown), dtype=float) + 1
    value = np.array([100 * (r.deviation or 0.0) for r in shown])
    low = np.array([_relative(r.low, r) for r in shown])
    high = np.array([_relative(r.high, r) for r in shown])
    series: list[Series] = []
    for slot, role in enumerate(("calibrates", "selects", "predicts", "input")):
        mask = np.array([r.value.role == role for r in shown])
        if mask.any():
            series.append(Series(role, place[mask], value[mask], style="points", color=slot,
                                 low=np.minimum(low, value)[mask], high=np.maximum(high, value)[mask]))  # fmt: skip
    panel = Panel(
        Axis("Row of the table", "1"), Axis("Deviation from the published value", "%"), tuple(series)
    )
    return Figure("deviations", "Deviation of every number", panels=(panel,),
                  caption="Bars: lowest and highest over the parameter sets that fit equally well.")  # fmt: skip


def _relative(value: float | None, row: Row) -> float:
    known = row.simulated if value is None else value
    return 100 * ((known or 0.0) / row.value.published - 1.0)


def stacks(runs: Runs) -> list[tuple[str, list[StackState]]]:
    """The stack of the bare and the coated cell at the ages of the paper's spectra."""
    one = Shown(runs)
    out: list[tuple[str, list[StackState]]] = []
    for name, cell, ages in (
        ("bare-cycling", "ding2024/bare", (0, 100, 200, 400)),
        ("cuf2-cycling", "ding2024/cuf2-20ul", (0, 100, 400, 6000)),
    ):
        made = build(cells.load(cell))
        coats = tuple(float(side.layer_thickness()) for side in made.system.sides)
        pores = tuple(d.porosity if d is not None else 0.0 for d in made.cell.dry_layers)
        foils = (made.values["1.lithium.thickness"].value, made.values["2.lithium.thickness"].value)
        states_of = stack_states(
            one(name),
            [age * HOUR for age in ages],
            electrolyte_m=float(made.system.conduction.thickness),
            lithium_m=foils,
            interlayer_m=(coats[0], coats[1]),
            porosity=(pores[0], pores[1]),
            interlayer_name="CuF2 composite",
            electrolyte_name="LATP",
            interphase_name="reduced LATP",
        )
        out.append((LABELS[name], states_of))
    return out


def stack_csv(rows: list[tuple[str, list[StackState]]]) -> str:
    """What the drawing of the stacks shows, as CSV text: one line a layer, thicknesses in m."""
    lines = ["cell,age,layer,name,thickness_m,porosity,converted"]
    for title, states_of in rows:
        for state in states_of:
            for layer in state.layers:
                lines.append(
                    f"{title},{state.age_label},{layer.kind},{layer.name},{layer.thickness_m:.6g},"
                    f"{layer.porosity:.4g},{layer.converted:.4g}"
                )
    return "\n".join(lines) + "\n"
