"""Predictive skill on the list of numbers that were left out of every fit: coverage, widths, and a naive baseline."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

import numpy as np

from interlayer.inference.scores import covers, hindsight_factor, interval_score
from interlayer.published.ding2024.ensemble import Ensemble, Interval, interval
from interlayer.published.ding2024.predictors import CENSORED

LEVEL: Final = 0.9
WANTED: Final = 0.8
"""Share of the list that 90 % intervals should cover."""


@dataclass(frozen=True)
class LeftOutRow:
    """One row of left_out.csv."""

    id: str
    quantity: str
    cell: str
    conditions: str
    unit: str
    published: float
    relation: str
    scale: float
    """Divides scores and widths, so that rows of all units can be averaged."""
    baseline: float
    baseline_rule: str


@cache
def left_out() -> tuple[LeftOutRow, ...]:
    """The list, fixed in the repository before full cells were fitted."""
    text = (files("interlayer.published.ding2024") / "left_out.csv").read_text(encoding="utf-8")
    rows: list[LeftOutRow] = []
    for row in csv.DictReader(io.StringIO(text)):
        published, scale, baseline = (float(row.pop(k)) for k in ("published", "scale", "baseline"))
        rows.append(LeftOutRow(published=published, scale=scale, baseline=baseline, **row))
    return tuple(rows)


@dataclass(frozen=True)
class Scored:
    """A row of the list with its prediction, None where there is no predictor."""

    row: LeftOutRow
    interval: Interval | None
    """Finite: censored ends stand at the horizon."""
    censored: bool
    """Whether the upper end is the horizon."""
    covered50: bool
    covered90: bool
    score: float | None
    """Interval score of the 90 % interval over the row's scale."""
    baseline_score: float | None


@dataclass(frozen=True)
class Skill:
    """All rows and the verdict."""

    rows: tuple[Scored, ...]
    baseline_width: float
    """Relative half-width of the baseline's intervals, chosen in hindsight."""

    @property
    def predicted(self) -> tuple[Scored, ...]:
        """Rows with a prediction."""
        return tuple(r for r in self.rows if r.interval is not None)

    @property
    def not_predicted(self) -> tuple[str, ...]:
        """Names of the rows without one: they count as not covered."""
        return tuple(r.row.id for r in self.rows if r.interval is None)

    def coverage(self, share: float) -> float:
        """Share of the whole list that the 50 % or the 90 % intervals cover."""
        return float(np.mean([r.covered50 if share == 0.5 else r.covered90 for r in self.rows]))

    def coverage_of_predicted(self, share: float) -> float:
        """The same among the rows with a prediction; nan without any."""
        hits = [r.covered50 if share == 0.5 else r.covered90 for r in self.predicted]
        return float(np.mean(hits)) if hits else float("nan")

    def median_width(self, share: float) -> float:
        """Median width of the intervals over the rows' scales; nan without predictions."""
        ends = [(r.interval.level(share), r.row.scale) for r in self.predicted if r.interval is not None]
        return float(np.median([(b - a) / s for (a, b), s in ends])) if ends else float("nan")

    @property
    def score(self) -> float:
        """Mean scaled interval score of the rows with a prediction; nan without any."""
        found = [r.score for r in self.predicted if r.score is not None]
        return float(np.mean(found)) if found else float("nan")

    @property
    def baseline_score(self) -> float:
        """The baseline's on the same rows."""
        found = [r.baseline_score for r in self.predicted if r.baseline_score is not None]
        return float(np.mean(found)) if found else float("nan")

    @property
    def covers_enough(self) -> bool:
        """Whether 90 % intervals cover at least four in five of the whole list."""
        return self.coverage(0.9) >= WANTED

    @property
    def beats_baseline(self) -> bool:
        """Whether the mean score is better (smaller) than the baseline's on the same rows."""
        return bool(self.score < self.baseline_score)

    def verdict(self) -> str:
        """In words, whatever it is."""
        count = len(self.rows)
        hits = sum(r.covered90 for r in self.rows)
        text = f"The 90 % intervals cover {hits} of {count} left-out numbers ({100 * hits / count:.0f} %); "
        text += "that is " + ("at least" if self.covers_enough else "less than the wanted") + " 4 in 5. "
        if self.not_predicted:
            text += f"{len(self.not_predicted)} of them have no prediction and count as not covered. "
        if not self.predicted:
            return text + "No row has a prediction, so there is no score."
        text += (
            f"Of the {len(self.predicted)} predicted ones they cover {100 * self.coverage_of_predicted(0.9):.0f} %, the"
            f" 50 % intervals {100 * self.coverage_of_predicted(0.5):.0f} %. Median width {self.median_width(0.9):.2g}"
            f" (90 %) and {self.median_width(0.5):.2g} (50 %) of the scale. Interval score (smaller is better)"
            f" {self.score:.3g} against {self.baseline_score:.3g} of the naive baseline: "
        )
        text += "better." if self.beats_baseline else "NOT better than the baseline."
        worst = max(self.predicted, key=lambda r: r.score or 0.0)
        share = (worst.score or 0.0) / (self.score * len(self.predicted)) if self.score > 0.0 else 0.0
        if share > 0.5:
            text += f" {100 * share:.0f} % of the score is {worst.row.id} alone."
        return text


def assess(ensemble: Ensemble) -> Skill:
    """Score what the ensemble predicts of the list; without trustworthy draws nothing is predicted."""
    made: list[tuple[LeftOutRow, Interval | None, bool]] = []
    for row in left_out():
        values = ensemble.values.get(row.id)
        if values is None or ensemble.problems or np.isnan(values).all():
            made.append((row, None, False))
            continue
        good = values[~np.isnan(values)]
        finite = np.where(np.isinf(good), CENSORED.get(row.id, np.nan), good)
        at = interval(finite, row.relation, row.published)
        made.append((row, at, bool(np.isinf(good).mean() > 0.05)))
    return score(made)


def score(made: list[tuple[LeftOutRow, Interval | None, bool]]) -> Skill:
    """Score predictions (row, interval, whether censored) and the baseline on the rows that have one."""
    known = [row for row, at, _ in made if at is not None]
    width, base = 0.0, np.zeros(0)
    if known:
        width, base = hindsight_factor(
            [r.baseline for r in known],
            [r.published for r in known],
            [r.scale for r in known],
            [r.relation for r in known],
            level=LEVEL,
        )
    rest = iter(base)
    rows: list[Scored] = []
    for row, at, censored in made:
        if at is None:
            rows.append(Scored(row, None, False, False, False, None, None))
            continue
        low, high = at.level(0.9)
        rows.append(
            Scored(
                row,
                at,
                censored,
                covers(*at.level(0.5), row.published, relation=row.relation),
                covers(low, high, row.published, relation=row.relation),
                interval_score(low, high, row.published, level=LEVEL, relation=row.relation) / row.scale,
                float(next(rest)),
            )
        )
    return Skill(tuple(rows), width)


def to_csv(skill: Skill) -> str:
    """The list with predictions and scores; empty where there is none."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(
        ["id", "unit", "relation", "published", "p05", "p25", "p50", "p75", "p95", "covered50", "covered90",
         "satisfied", "score", "baseline_score"]
    )  # fmt: skip
    for r in skill.rows:
        cells: list[str] = [r.row.id, r.row.unit, r.row.relation, f"{r.row.published:.7g}"]
        if r.interval is None:
            writer.writerow([*cells, *[""] * 5, "no", "no", "", "", ""])
            continue
        at = r.interval
        numbers = [f"{v:.7g}" for v in (at.p05, at.p25, at.p50, at.p75, at.p95)]
        satisfied = "" if at.mean_satisfied is None else f"{at.mean_satisfied:.3g}"
        yes = ["yes" if hit else "no" for hit in (r.covered50, r.covered90)]
        writer.writerow([*cells, *numbers, *yes, satisfied, f"{r.score:.6g}", f"{r.baseline_score:.6g}"])
    return out.getvalue()
