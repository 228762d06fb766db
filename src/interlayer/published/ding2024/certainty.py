"""The part of the main job that says how sure: ensemble, skill, calibration page and their files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

import numpy as np

from interlayer.published.ding2024 import (
    calibration_page,
    full_cell_left_out,
    identifiability,
    skill,
    threshold_left_out,
)
from interlayer.published.ding2024 import ensemble as ensembles
from interlayer.published.ding2024.comparison import Row
from interlayer.published.ding2024.ensemble import Ensemble
from interlayer.published.ding2024.posterior import LeftOut, leave_one_out, sample
from interlayer.published.ding2024.predictors import CENSORED
from interlayer.published.ding2024.skill import Skill
from interlayer.report.atomic import write_bytes, write_text
from interlayer.report.export import export_figure
from interlayer.report.heat_map import draw_heat_map
from interlayer.report.html import write_page
from interlayer.report.matplotlib_backend import render_drawing
from interlayer.version import __version__

PAGE: Final = "calibration.html"
Told = Callable[[str, float], None]


@dataclass(frozen=True)
class Certainty:
    """What was found."""

    ensemble: Ensemble
    skill: Skill
    left: tuple[LeftOut, ...]
    page: Path

    def with_quantiles(self, rows: list[Row]) -> list[Row]:
        """The rows of the comparison with their predictive quantiles; without where none may be given."""
        out: list[Row] = []
        for row in rows:
            at = self.ensemble.intervals.get(row.value.id)
            if at is None:
                out.append(row)
                continue
            cap = CENSORED.get(row.value.id)
            values = (at.p05, at.p25, at.p50, at.p75, at.p95)
            out.append(replace(row, quantiles=tuple(f">={cap:g}" if np.isinf(v) else v for v in values)))
        return out

    def summary(self) -> str:
        """Paragraphs for the report."""
        inside = sum(one.p05 <= one.observed <= one.p95 for one in self.left)
        text = f"{len(self.ensemble.draws)} draws of what the paper leaves open, seed {self.ensemble.posterior.seed}. "
        if self.ensemble.problems:
            text += "No intervals are given: " + "; ".join(self.ensemble.problems) + ". "
        text += self.skill.verdict()
        text += (
            f"\n\nEach calibrating number predicted without itself: {inside} of {len(self.left)} lie inside their 90 %"
            f" interval; {sum(bool(one.opened) for one in self.left)} are not determined without it: their interval is"
            " that of a prior. The calibration page says what each parameter rests on."
        )
        return text

    def notes(self) -> tuple[str, ...]:
        """Lines for the command line."""
        return (self.skill.verdict(), f"wrote {self.page}")


def assess(out: Path, count: int, seed: int, told: Told) -> Certainty:
    """Sample, draw, score, and write the page and the files of the ensemble into `out`."""
    fitted = sample(seed, told=lambda text, share: told(text, 0.4 * share))
    made = ensembles.make(count, seed, sampled=fitted, told=lambda text, share: told(text, 0.4 + 0.3 * share))
    left = (
        *leave_one_out(fitted, told=lambda text, share: told(text, 0.7 + 0.17 * share)),
        *full_cell_left_out.leave_one_out(fitted, told=lambda text, share: told(text, 0.87 + 0.08 * share)),
        threshold_left_out.leave_out(fitted),
    )
    told("sensitivities", 0.95)
    found = identifiability.information(fitted)
    scored = skill.assess(made)
    rows, columns = calibration_page.heat_map_labels(found)
    note = "d ln(number) / d ln(parameter); blue: rises with the parameter"
    drawing = render_drawing(draw_heat_map(rows, columns, found.sensitivity, note=note), ("svg", "png"))
    for kind, data in drawing.items():
        write_bytes(out / "figures" / f"sensitivity.{kind}", data)
    for name, text in (
        ("ensemble.csv", ensembles.to_csv(made)),
        ("skill.csv", skill.to_csv(scored)),
        ("leave-one-out.csv", calibration_page.left_out_csv(left)),
        ("sensitivity.csv", identifiability.to_csv(found)),
        ("posterior.csv", calibration_page.parameters_csv(made)),
    ):
        write_text(out / name, text)
    page, figures = calibration_page.page(
        made,
        scored,
        found,
        left,
        drawing["svg"].decode("utf-8"),
        version=__version__,
        date=date.today().isoformat(),
    )
    page = replace(page, links=(("Published and simulated", "report.html"),))
    exported = {figure.id: export_figure(figure, out / "figures") for figure in figures}
    return Certainty(made, scored, left, write_page(page, out / PAGE, exported=exported))
