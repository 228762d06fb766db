"""Published beside simulated: one row a number, computed by the same metrics that measured records get."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

import numpy as np

from interlayer import cells
from interlayer.metrics.analysis import Analysis
from interlayer.metrics.cell_resistances import spectrum_resistances
from interlayer.metrics.critical_current import find_critical_current
from interlayer.metrics.halves import halves
from interlayer.metrics.overpotential import overpotentials
from interlayer.metrics.rate import rate_rows
from interlayer.metrics.short import find_short
from interlayer.physics.constants import BOLTZMANN
from interlayer.published.ding2024.calibrate import PELLET_MM
from interlayer.published.ding2024.experiments import DEFAULT_SET, Member, Runs, default_set, members
from interlayer.published.ding2024.forward import LATP_ELECTRONIC
from interlayer.published.ding2024.full_cell_numbers import KINDS as FULL_CELL_KINDS
from interlayer.record import Record
from interlayer.record import schema as s

COLUMNS: Final = (
    "id", "quantity", "cell", "conditions", "unit", "published", "simulated", "low", "high", "deviation",
    "satisfied", "role", "p05", "p25", "p50", "p75", "p95",
)  # fmt: skip
QUANTILES: Final = COLUMNS[-5:]
"""Predictive quantiles of the ensemble; empty without one. '>=400': did not happen up to there."""
HOUR: Final = 3600.0
ELEMENTARY_CHARGE: Final = 1.602176634e-19


@dataclass(frozen=True)
class Published:
    """One number of the paper: what it is, how it was published, and what part it plays here."""

    id: str
    quantity: str
    cell: str
    conditions: str
    unit: str
    published: float
    relation: str
    """'=', '~' (approximately), '>=' or '<='."""
    role: str
    section: str
    """Number in the list of the paper's statements (counted as they stand in its text)."""
    metric: str
    """How it is computed from the experiments: 'kind:experiment:detail'."""


@dataclass(frozen=True)
class Row:
    """A published number with what the simulation gives."""

    value: Published
    simulated: float | None
    low: float | None
    high: float | None
    quantiles: tuple[float | str, ...] = ()
    """Predictive quantiles of the ensemble by `QUANTILES`; a text where the event did not happen."""

    @property
    def is_bound(self) -> bool:
        """Whether it was published as more or less than something."""
        return self.value.relation in (">=", "<=")

    @property
    def deviation(self) -> float | None:
        """Simulated over published - 1; None for bounds, for events that did not happen and for a published zero."""
        if self.is_bound or self.simulated is None or self.value.published == 0.0:
            return None
        return self.simulated / self.value.published - 1.0

    @property
    def satisfied(self) -> bool | None:
        """For bounds: whether the simulation meets it. For events: False if it did not happen."""
        if self.value.relation == ">=":
            return self.simulated is not None and self.simulated >= self.value.published * (1 - 1e-9)
        if self.value.relation == "<=":
            return self.simulated is not None and self.simulated <= self.value.published * (1 + 1e-9)
        return False if self.simulated is None else None

    def as_dict(self) -> dict[str, Any]:
        """Cells of comparison.csv."""
        v = self.value
        return {
            "id": v.id,
            "quantity": v.quantity,
            "cell": v.cell,
            "conditions": v.conditions,
            "unit": v.unit,
            "published": v.published,
            "simulated": self.simulated,
            "low": self.low,
            "high": self.high,
            "deviation": self.deviation,
            "satisfied": None if self.satisfied is None else ("yes" if self.satisfied else "no"),
            "role": v.role,
            **dict(zip(QUANTILES, self.quantiles or (None,) * len(QUANTILES), strict=True)),
        }


def published() -> tuple[Published, ...]:
    """All published numbers that the experiments can give."""
    text = (files("interlayer.published.ding2024") / "values.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(io.StringIO(text))
    return tuple(Published(published=float(row.pop("published")), **row) for row in rows)


class Numbers:
    """Metrics of one member's records, each record analysed once."""

    def __init__(self, runs: Runs, member: Member) -> None:
        self.runs, self.member = runs, member
        self.analyses: dict[str, Analysis] = {}
        self.interface = cache(self._interface)
        self.plateaus = cache(self._plateaus)

    def record(self, name: str) -> Record | None:
        """The member's record of an experiment, or of its short version, if it ran."""
        for candidate in (name, f"{name}-early", "cuf2-early" if name == "cuf2-cycling" else name):
            if (self.member, candidate) in self.runs:
                return self.runs[self.member, candidate]
        return None

    def analysis(self, name: str) -> Analysis | None:
        """The analysis of an experiment's record, made once."""
        record = self.record(name)
        if record is None:
            return None
        return self.analyses.setdefault(name, Analysis(record))

    def _interface(self, name: str) -> list[tuple[float, float, float]]:
        """R_int, R_b + R_gb (ohm) and time (s) of each spectrum, from the circuit fit."""
        analysis = self.analysis(name)
        found: list[tuple[float, float, float]] = []
        for one in spectrum_resistances(analysis) if analysis is not None else ():
            if one.cell is None:
                continue
            values = [np.nan if p is None else p.value for p in (one.cell.R_int, one.cell.R_b_plus_R_gb)]
            found.append((values[0], values[1], one.time_s or 0.0))
        return found

    def _plateaus(self, name: str) -> list[tuple[float, float]]:
        """Start (h) and plateau overpotential (mV) of each half-cycle."""
        analysis = self.analysis(name)
        if analysis is None:
            return []
        values = analysis.get(overpotentials).plateau_V * 1e3
        begins = analysis.get(halves).start_s / HOUR
        return [(float(t), float(v)) for t, v in zip(begins, values, strict=True) if np.isfinite(v)]

    def value(self, metric: str) -> float | None:
        """Evaluate 'kind:experiment:detail'; None if this member did not run it or it did not happen."""
        kind, _, rest = metric.partition(":")
        name, _, detail = rest.partition(":")
        return _KINDS[kind](self, name, detail)


def _rint(n: Numbers, name: str, detail: str) -> float | None:
    found = n.interface(name)
    return found[int(detail)][0] if int(detail) < len(found) else None


def _rint_ratio(n: Numbers, _name: str, _detail: str) -> float | None:
    bare, coated = _rint(n, "bare-cycling", "0"), _rint(n, "cuf2-cycling", "0")
    return bare / coated if bare and coated else None


def _ceramic(n: Numbers, name: str) -> float | None:
    """Conductivity of the pellet in S/cm from the fitted R_b + R_gb of a bare cell."""
    record = n.record(name)
    found = n.interface(name)
    if record is None or not found or record.area_m2 is None:
        return None
    return PELLET_MM * 0.1 / (found[0][1] * record.area_m2 * 1e4)


def _conductivity(n: Numbers, _name: str, _detail: str) -> float | None:
    return _ceramic(n, "bare-eis-25")


def _activation(n: Numbers, _name: str, _detail: str) -> float | None:
    celsius = (15, 25, 45)
    sigma = [_ceramic(n, f"bare-eis-{t}") for t in celsius]
    if any(v is None for v in sigma):
        return None
    inverse = 1.0 / (np.array(celsius) + 273.15)
    slope = np.polyfit(inverse, np.log(np.array(sigma, dtype=float)), 1)[0]
    return float(-slope * BOLTZMANN / ELEMENTARY_CHARGE)


def _electronic(n: Numbers, detail: str, _detail: str) -> float | None:
    """Whole-sample electronic conductivity in S/cm: pellet and two layers in series."""
    record = n.record("cuf2-cycling") or n.record("cuf2-early")
    if detail == "latp":
        return LATP_ELECTRONIC
    if record is None:
        return None
    p = record.parameters
    pellet = p["conduction.thickness"]["value"] * 0.1
    coats = 2 * p["1.layer.thickness"]["value"] * 1e-4
    key = "1.leakage.conductivity_before" if detail == "before" else "1.leakage.conductivity_after"
    whole = (pellet + coats) / (pellet / LATP_ELECTRONIC + coats / p[key]["value"])
    return LATP_ELECTRONIC / whole if detail == "ratio" else whole


def _plateau(n: Numbers, name: str, detail: str) -> float | None:
    found = n.plateaus(name)
    if not found:
        return None
    if detail == "first":
        return found[0][1]
    if detail == "largest":
        return max(v for _, v in found)
    near = [v for t, v in found if t >= float(detail)]
    return float(np.mean(near[:2])) if near else None


def _rate(n: Numbers, level: str, _detail: str) -> float | None:
    """Mean plateau (mV) of the half-cycles of one level of the rate test."""
    analysis = n.analysis("rate")
    rows = rate_rows(analysis) if analysis is not None else ()
    return rows[int(level)].mean_V * 1e3 if int(level) < len(rows) else None


def _ccd(n: Numbers, name: str, detail: str) -> float | None:
    """Last passed or first failed current density of a ramp, mA/cm2."""
    analysis = n.analysis(name)
    if analysis is None:
        return None
    found = analysis.get(find_critical_current)
    value = found.first_failed_A_m2 if detail == "failed" else found.last_passed_A_m2
    return None if value is None else value / 10.0


def _life(n: Numbers, name: str, _detail: str) -> float | None:
    record = n.record(name)
    if record is None or (n.member, name) not in n.runs:
        return None
    shorted = _short(n, name, "")
    return shorted if shorted is not None else float(record.array(s.TIME).max()) / HOUR


def _short(n: Numbers, name: str, _detail: str) -> float | None:
    """Time of a short (h) from the voltage alone; None if there was none."""
    analysis = n.analysis(name)
    found = analysis.get(find_short) if analysis is not None else None
    if found is None or found.kind in (None, "none") or found.time_s is None:
        return None
    return found.time_s / HOUR


def _event(n: Numbers, name: str, detail: str) -> float | None:
    record = n.record(name)
    times = [e.time_s / HOUR for e in record.events if e.name == detail] if record is not None else []
    return min(times) if times else None


_KINDS: Final[Mapping[str, Callable[[Numbers, str, str], float | None]]] = {
    "rint": _rint,
    "rint-ratio": _rint_ratio,
    "conductivity": _conductivity,
    "activation-energy": _activation,
    "electronic": _electronic,
    "plateau": _plateau,
    "rate": _rate,
    "ccd": _ccd,
    "life": _life,
    "short": _short,
    "event": _event,
    **FULL_CELL_KINDS,
}


def compare(runs: Runs) -> list[Row]:
    """All rows: the default set's value, and the lowest and highest over the sets that fit equally well."""
    numbers = {m: Numbers(runs, m) for m in members()}
    rows: list[Row] = []
    for value in published():
        shipped = value.cell in cells.names()
        default = numbers[Member(default_set(value.cell) if shipped else DEFAULT_SET)]
        ramp = value.metric.startswith("ccd:")
        spread = [n.value(value.metric) for m, n in numbers.items() if ramp or m.threshold == "chosen"]
        known = [v for v in spread if v is not None and np.isfinite(v)]
        several = len(known) > 1
        rows.append(
            Row(
                value,
                default.value(value.metric),
                min(known) if several else None,
                max(known) if several else None,
            )
        )
    return rows


def to_csv(rows: list[Row]) -> str:
    """The comparison as CSV text; numbers to seven digits, empty where there is none."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        cells = row.as_dict()
        values = [cells[name] for name in COLUMNS]
        writer.writerow([f"{v:.7g}" if isinstance(v, float) else ("" if v is None else v) for v in values])
    return out.getvalue()


NOT_SIMULATED: Final = (
    "Capacities of the NCM811 cells: the paper states none; only that the coated cell is better at every rate.",
    "5, 10 and 15 wt% CuF2 (10 wt% best): the paper gives no number, and the recipe is unknown.",
    "Bare at 0.5 mA/cm2 cannot operate: stated without a number.",
    "Statements about the literature, not results: 3.86 Ah/g and -3.05 V of lithium, 1e-4 to 1e-3 S/cm of LATP,"
    " a window above 5 V.",
)
"""Electrochemical statements of the paper without a row, and why."""
