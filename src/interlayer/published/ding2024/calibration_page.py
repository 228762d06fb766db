"""The calibration page: what each parameter rests on, what the data say about it, and how good predictions are."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from interlayer import parameter_sets
from interlayer.inference.scores import weighted_quantiles
from interlayer.published.ding2024 import forward, posterior, priors, threshold_left_out
from interlayer.published.ding2024.comparison import Published, published
from interlayer.published.ding2024.ensemble import Ensemble
from interlayer.published.ding2024.experiments import DEFAULT_SET
from interlayer.published.ding2024.identifiability import Information
from interlayer.published.ding2024.posterior import LeftOut
from interlayer.published.ding2024.predictors import CENSORED
from interlayer.published.ding2024.skill import Scored, Skill
from interlayer.report.figure import Axis, Figure, Line, Panel, Series
from interlayer.report.html import Cell, Column, Fact, Page, Picture, Section, Table
from interlayer.stage import VOLTAGE_LIMIT

STEPS: Final = (
    ("8 rate-test overpotentials; 72, 40, 116 mV; 92 ohm",
     "exchange current, layer conductivity, saturation voltage and current, covering thickness (roughness and"
     " porosity exponent lean on priors)", 12, 7),
    ("136 mV without CuF2", "conductivity of the PVDF layer", 1, 1),
    ("bare R_int 562 ohm", "contact fraction of the bare face", 1, 1),
    ("bare R_int 1006, 2931, 4083 ohm", "interphase conductivity, critical thickness, largest damage", 3, 3),
    ("coated R_int 98, 105, 108 ohm", "size and time of the layer's ageing", 3, 2),
    ("bare cell fails in the 0.2 mA/cm2 step", "threshold current (an interval)", 1, 1),
    ("full cells: 5 capacities with CuF2", "resistance of the reactants, its spread; capacity of the weighed mass"
     " (leans on its prior)", 5, 3),
    ("full cells: 103 and 826 ohm", "fresh contact of the cathode, coated and bare", 2, 2),
    ("full cells: 175 ohm", "growth of the coated cell's contact with time", 1, 1),
    ("full cells: 20740 ohm", "growth of the bare cell's contact with damage", 1, 1),
    ("full cells: 80.3 and 93.5 %", "loss of active material a cycle and an hour", 2, 2),
)  # fmt: skip
"""Steps of the point calibration: numbers, parameters, and how many of each."""
MINUS: Final = "\u2212"


def page(
    ensemble: Ensemble,
    skill: Skill,
    found: Information,
    left: Sequence[LeftOut],
    heat_map: str,
    *,
    version: str,
    date: str,
) -> tuple[Page, list[Figure]]:
    """The page and its figures."""
    figures = [intervals_figure(ensemble), left_out_figure(left)]
    shown = [f for f in figures if f is not None]
    by_id = {f.id: f for f in shown}
    problems = ensemble.problems
    sections = (
        Section("Predictive skill", _skill_text(skill, ensemble), tables=(_skill_table(skill),)),
        Section("Intervals", _interval_text(ensemble), figures=_those(by_id, "intervals"),
                tables=(_interval_table(ensemble),) if ensemble.intervals else ()),
        Section("Parameters",
                "Value of the default set, prior, and what is left of it. 'Narrowed' is the posterior's width over the"
                " prior's (5 to 95 %, in the prior's own scale): near 1, the numbers say nothing.",
                tables=(_parameter_table(ensemble), _afterwards_table(), _calibrated_table())),
        Section("Discrete unknowns", "All combinations were equally likely beforehand.",
                tables=(_strata_table(ensemble),)),
        Section("Degrees of freedom",
                f"The point calibration fixes {sum(k for *_, k in STEPS)} parameters on {sum(n for *_, n, _ in STEPS)}"
                " numbers. The posterior holds"
                f" {len(priors.felt())} continuous unknowns (three of them sizes of errors) against"
                f" {len(posterior.observations())} numbers and an interval: more unknowns than numbers, held by their"
                f" priors. The numbers say more than the prior about {found.identified} of"
                f" {len(found.directions)} combinations (below).", tables=(_steps_table(),)),
        Section("Sensitivity",
                "d ln(number) / d ln(parameter) by automatic differentiation, at the best particle of the most probable"
                f" combination ({found.stratum}). Blue: the number rises with the parameter.",
                pictures=(Picture("sensitivity", heat_map, "Sensitivity of each calibrating number to each parameter.",
                                  "Heat map of logarithmic derivatives."),)),
        Section("Identifiability",
                "Eigenvectors of the Fisher information in coordinates in which every prior is a standard normal. An"
                " eigenvalue above 1: the numbers say more about this combination than the prior; 1/sqrt is how far the"
                " numbers alone leave it open, in standard deviations of the prior.",
                tables=(_directions_table(found),)),
        Section("Each number left out", _loo_text(left), figures=_those(by_id, "left-out"), tables=(_loo_table(left),)),
        Section("How the posterior was sampled", _sampler_text(ensemble), tables=(_sampler_table(ensemble),)),
    )  # fmt: skip
    about = (
        "What the parameters rest on, how sure they are, and how the model does on numbers that nothing was fitted to."
        " Unknowns of the paper (area, thickness of the pellet, where the layer's resistance lies, how the list of the"
        " rate test is to be read, luck of each cell) are distributions here."
    )
    if problems:
        about += (
            "\n\nThe sampler's diagnostics are poor, so no intervals are given: " + "; ".join(problems) + "."
        )
    made = Page(
        title="Ding et al. 2024: calibration and predictive skill",
        subtitle=f"{len(ensemble.draws)} draws, seed {ensemble.posterior.seed}",
        version=version,
        date=date,
        about=about,
        facts=_facts(ensemble, skill, found, left),
        sections=sections,
    )
    return made, shown


def _those(by_id: dict[str, Figure], name: str) -> tuple[Figure, ...]:
    return (by_id[name],) if name in by_id else ()


def _facts(ensemble: Ensemble, skill: Skill, found: Information, left: Sequence[LeftOut]) -> tuple[Fact, ...]:
    hits = sum(r.covered90 for r in skill.rows)
    worst = max(ensemble.posterior.diagnostics.r_hat.values())
    inside = sum(one.p05 <= one.observed <= one.p95 for one in left)
    alone = sum(bool(one.opened) for one in left)
    return (
        Fact("Left-out list, 90 %", f"{hits} of {len(skill.rows)} covered",
             f"wanted 4 in 5; {len(skill.not_predicted)} not predicted"),
        Fact("Interval score", f"{skill.score:.3g}" if skill.predicted else "none",
             f"naive baseline {skill.baseline_score:.3g}; smaller is better" if skill.predicted else "no intervals"),
        Fact("Calibrating numbers left out", f"{inside} of {len(left)} inside 90 %",
             f"each predicted without itself; {alone} by a prior alone"),
        Fact("Fixed by data", f"{found.identified} of {len(found.directions)} combinations",
             f"R-hat at most {worst:.3f}"),
    )  # fmt: skip


def _skill_text(skill: Skill, ensemble: Ensemble) -> str:
    text = skill.verdict()
    text += (
        "\n\nThe list was fixed in the repository before full cells were fitted; the authors had read the paper."
        " The score is that of Gneiting and Raftery (2007) for 90 % intervals, divided by the row's scale. The baseline"
        f" gets one relative width for all rows, a factor of {1 + skill.baseline_width:.3g}, chosen in hindsight in its"
        " favour. Bounds are covered if the interval reaches them; the share of draws that satisfies them is given."
        " Runs without an event are censored; their ends enter the score at the horizon (6000 h, 3 mA/cm2)."
    )
    if skill.not_predicted:
        text += "\n\nNot predicted: " + ", ".join(skill.not_predicted) + "."
    if ensemble.problems:
        text += "\n\nNothing was predicted, because the posterior could not be sampled well enough."
    return text


def _number(value: float | None, cap: float | None = None) -> str:
    """Four digits; '\u2265 cap' where the event did not happen."""
    if value is None or np.isnan(value):
        return "\u2013"
    if np.isinf(value) or (cap is not None and value >= cap):
        return "\u2265 " + (f"{cap:g}" if cap is not None else "?")
    text = f"{value:.3g}" if abs(value) < 1000 else f"{value:.0f}"
    return text.replace("-", MINUS)


def _range(low: float, high: float, cap: float | None = None) -> str:
    first, last = _number(low, cap), _number(high, cap)
    return first if first == last else f"{first} to {last}"


def _published(value: float, relation: str) -> str:
    return {">=": "\u2265 ", "<=": "\u2264 ", "~": "\u2248 "}.get(relation, "") + f"{value:g}"


def _skill_table(skill: Skill) -> Table:
    columns = (
        Column("Left-out number"), Column("Published", align="right"), Column("50 %", align="right"),
        Column("90 %", align="right"), Column("Covered"), Column("Score", align="right"),
    )  # fmt: skip
    return Table(
        columns,
        tuple(_skill_row(r) for r in skill.rows),
        "Scores over the row's scale, the baseline's below. Covered: by the 90 % interval.",
    )


def _skill_row(r: Scored) -> tuple[Any, ...]:
    row = r.row
    name = Cell(
        f"{row.quantity} ({row.unit})",
        note=f"{row.cell.removeprefix('ding2024/')}: {row.conditions}. Baseline {row.baseline:g}: {row.baseline_rule}",
    )
    shown = _published(row.published, row.relation)
    if r.interval is None:
        return (name, shown, "\u2013", "\u2013", Cell("not predicted", "miss"), "\u2013")
    cap = CENSORED.get(row.id)
    at = r.interval
    satisfied = (
        "" if at.mean_satisfied is None else f"{100 * at.mean_satisfied:.0f} % of the draws satisfy it"
    )
    return (
        name,
        shown,
        Cell(_range(at.p25, at.p75, cap), note=f"median {_number(at.p50, cap)}"),
        _range(at.p05, at.p95, cap),
        Cell("yes" if r.covered90 else "no", "ok" if r.covered90 else "miss", satisfied),
        Cell(_number(r.score), note=f"baseline {_number(r.baseline_score)}"),
    )


def _interval_text(ensemble: Ensemble) -> str:
    if not ensemble.intervals:
        return "None: the sampler's diagnostics are poor (see the end of this page)."
    return (
        "Predictive quantiles of every row, errors of reading and the scatter between cells included. Calibrating"
        " numbers are predicted on the cell that they were measured on. Inputs have none."
        f" {100 * ensemble.consistent:.0f} % of the candidates can have a bare cell that fails in the 0.2 mA/cm2 step;"
        " each draw's threshold comes from there, and each other cell has its own luck after Weibull."
    )


def _interval_table(ensemble: Ensemble) -> Table:
    columns = (
        Column("Quantity"), Column("Published", align="right"), Column("50 %", align="right"),
        Column("90 %", align="right"), Column("Role"),
    )  # fmt: skip
    rows: list[tuple[Any, ...]] = []
    for p in published():
        at = ensemble.intervals.get(p.id)
        if at is None:
            continue
        cap = CENSORED.get(p.id)
        note = "" if at.mean_satisfied is None else f"{100 * at.mean_satisfied:.0f} % of the draws satisfy it"
        rows.append(
            (Cell(f"{p.quantity} ({p.unit})", note=_where(p)), _published(p.published, p.relation),
             Cell(_range(at.p25, at.p75, cap), note=f"median {_number(at.p50, cap)}"),
             _range(at.p05, at.p95, cap), Cell(p.role, note=note))
        )  # fmt: skip
    return Table(columns, tuple(rows), "\u2265: did not happen up to there.")


def _entry(name: str) -> tuple[str, str, str]:
    """Value, status and 'fixed by' of a parameter in the default set."""
    chosen = parameter_sets.load(DEFAULT_SET)
    places = [("all", *forward.FIELDS[name])] if name in forward.FIELDS else []
    places += [("bare", *forward.BARE_FIELDS[name])] if name in forward.BARE_FIELDS else []
    places += [("cuf2-pvdf", *forward.COATED_FIELDS[name])] if name in forward.COATED_FIELDS else []
    places += [(m, "layer", "conductivity") for m, n in forward.LAYER_CONDUCTIVITY.items() if n == name]
    for surface, family, field in places:
        found = chosen.sections.get(surface, {}).get(family, {}).get(field)
        if found is not None:
            return str(found.value), found.status, found.fixed_by
    cell = chosen.cell.get("thickness") if name == "pellet" else None
    return (str(cell.value), cell.status, cell.fixed_by) if cell is not None else ("\u2013", "", "")


def _parameter_table(ensemble: Ensemble) -> Table:
    columns = (
        Column("Parameter"), Column("Default set", align="right"), Column("Prior"),
        Column("Posterior", align="right"), Column("Narrowed", align="right"), Column("What fixed it"),
    )  # fmt: skip
    rows: list[tuple[Any, ...]] = []
    fitted = ensemble.posterior
    for k, prior in enumerate(priors.felt()):
        value, status, by = _entry(prior.name)
        low, middle, high = fitted.summary(prior.name)
        z = weighted_quantiles(fitted.z[:, k], fitted.weight, (0.05, 0.95))
        narrowed = float((z[1] - z[0]) / (2 * 1.6449))
        if prior.group == "errors":
            by = "size of an error: an unknown of its own"
        rows.append(
            (Cell(prior.name.replace("_", " "), note=prior.unit if prior.unit != "1" else ""),
             value.removesuffix(prior.unit).strip(), Cell(prior.text(), note=prior.source),
             Cell(_range(low, high), note=f"median {_number(middle)}"), f"{narrowed:.2f}",
             Cell(by or "prior only", note=status))
        )  # fmt: skip
    return Table(
        columns, tuple(rows), "Unknowns that the calibrating numbers feel; posterior from 5 to 95 %."
    )


def _afterwards_table() -> Table:
    columns = (Column("Parameter"), Column("Prior"), Column("Acts on"))
    acts = {
        "time": "time simulations, ramps",
        "scatter": "ramps and shorts; the threshold is fixed by the bare ramp, draw by draw",
        "full-cell": "full cells only",
    }
    rows = [
        (Cell(p.name.replace("_", " "), note=p.unit if p.unit != "1" else ""), Cell(p.text(), note=p.source),
         acts[p.group])
        for p in priors.drawn_afterwards()
    ]  # fmt: skip
    caption = "Unknowns that no calibrating number above feels: drawn from their priors."
    return Table(columns, tuple(rows), caption)


def _calibrated_table() -> Table:
    rows = [
        (Cell(p.name.replace("_", " "), note=p.unit if p.unit != "1" else ""), Cell(p.text(), note=p.source))
        for p in priors.left_to_full_cells()
    ]
    caption = "Calibrated on full cells and held: only the left-out numbers of full cells see these priors."
    return Table((Column("Parameter"), Column("Prior")), tuple(rows), caption)


def _strata_table(ensemble: Ensemble) -> Table:
    shares = ensemble.posterior.shares
    known = posterior.strata()
    order = np.argsort(-shares)
    rows = [(known[k].text, f"{100 * shares[k]:.1f}") for k in order if shares[k] >= 5e-4]
    rest = float(shares[shares < 5e-4].sum())
    rows.append(("all others together", f"{100 * rest:.2f}"))
    columns = (
        Column("Area, place of the layer's resistance, reading of the list"),
        Column("Posterior", "%", align="right"),
    )
    sums = _margins(shares)
    return Table(columns, tuple(rows), sums)


def _margins(shares: np.ndarray[Any, Any]) -> str:
    known = posterior.strata()
    areas = sorted({s.area_m2 for s in known})
    by_area = ", ".join(
        f"{a * 1e4:.3f} cm2 {100 * sum(w for s, w in zip(known, shares, strict=True) if s.area_m2 == a):.0f} %"
        for a in areas
    )
    arc = 100 * sum(w for s, w in zip(known, shares, strict=True) if s.arc)
    reading = 100 * sum(w for s, w in zip(known, shares, strict=True) if s.reading == 0)
    return f"Area: {by_area}. Layer in the arc: {arc:.0f} %. 0.25 mA/cm2 inserted: {reading:.1f} %."


def _steps_table() -> Table:
    columns = (Column("Published numbers"), Column("Parameters"), Column("Numbers", align="right"),
               Column("Free", align="right"), Column("Left", align="right"))  # fmt: skip
    return Table(columns, tuple((a, b, str(n), str(k), str(n - k)) for a, b, n, k in STEPS),
                 "The point calibration, step by step.")  # fmt: skip


def _directions_table(found: Information) -> Table:
    columns = (
        Column("Eigenvalue", align="right"), Column("1/sqrt", "prior sd", align="right"),
        Column("Identified by"), Column("Made of"),
    )  # fmt: skip
    rows: list[tuple[Any, ...]] = []
    for one in found.directions:
        root = "\u221e" if one.eigenvalue < 1e-9 else _number(1.0 / np.sqrt(one.eigenvalue))
        text = ", ".join(f"{w:+.2f} {n.replace('_', ' ')}".replace("-", MINUS) for n, w in one.weights[:5])
        if len(one.weights) > 5:
            text += f" and {len(one.weights) - 5} more"
        kind = Cell("data", "ok") if one.by_data else Cell("prior only", "quiet")
        rows.append((_number(one.eigenvalue), root, kind, text))
    return Table(columns, tuple(rows))


def _loo_text(left: Sequence[LeftOut]) -> str:
    held = [one for one in left if not one.opened]
    alone = [one for one in left if one.opened]
    resampled = sum(one.refitted and not one.how for one in left)
    return (
        f"Each calibrating number predicted by everything but itself: {_inside(left)}. Of the {len(held)} that others"
        f" determine, {_inside(held)}. The {len(alone)} others are not determined without it: some unknown hangs on"
        " that number alone (the table names it: held with the number, as wide as its prior without it and tied to"
        " nothing else), and the interval is as wide as the prior makes it. Such a number inside its interval tests"
        " nothing but the prior."
        "\n\nSymmetric cells: by importance weights, checked by the shape of their tail (Pareto k, poor above 0.7);"
        f" {resampled} were sampled anew. Full cells: the numbers of one step of the calibration refitted together, by"
        " draws from the priors weighed with the numbers that stay, between simulations on a grid; what other steps"
        " fixed is held. Nothing is linearised. The critical current: cells from the posterior, thresholds from their"
        " prior. The law of the voltage, the reading of the list, the law of the cathode's contact and the discs of"
        " full cells were chosen on these numbers: leaving one out does not undo that. 6.1 = 562/92 is no number of its"
        " own."
    )


def _inside(left: Sequence[LeftOut]) -> str:
    inside90 = sum(one.p05 <= one.observed <= one.p95 for one in left)
    inside50 = sum(one.p25 <= one.observed <= one.p75 for one in left)
    return (
        f"{inside90} of {len(left)} lie inside their 90 % interval and {inside50} inside their 50 % interval"
    )


def _loo_table(left: Sequence[LeftOut]) -> Table:
    columns = (
        Column("Number"), Column("Published", align="right"), Column("Without it", align="right"),
        Column("90 %", align="right"), Column("Dev.", "%", align="right"), Column("z", align="right"),
        Column("Inside"), Column("Determined without it"),
    )  # fmt: skip
    rows: list[tuple[Any, ...]] = []
    for one in left:
        inside = one.p05 <= one.observed <= one.p95
        cap = _cap(one)
        names = ", ".join(name.replace("_", " ") for name in one.opened)
        rows.append(
            (_loo_name(one), f"{one.observed:g}",
             Cell(_number(one.p50, cap), note=f"50 %: {_range(one.p25, one.p75, cap)}"),
             _range(one.p05, one.p95, cap),
             _signed(100 * (one.p50 / one.observed - 1), "+.0f"),
             _signed(one.z_score, "+.1f"), Cell("yes" if inside else "no", "ok" if inside else "miss"),
             Cell("not determined without it", "quiet", f"prior only: {names}; {_how(one)}") if names else
             Cell("yes", note=_how(one)))
        )  # fmt: skip
    return Table(columns, tuple(rows), (
        "z: (ln published \u2212 mean) / standard deviation of ln predicted. k: shape of the weights' tail."
    ))  # fmt: skip


def _how(one: LeftOut) -> str:
    """How a number was predicted without itself."""
    if one.how:
        return one.how
    k = "\u221e" if np.isinf(one.tail) else _signed(one.tail, ".2f")
    return f"{'sampled anew' if one.refitted else 'by weights'}, k {k}"


def _signed(value: float, form: str) -> str:
    """A number in `form` with a minus sign; a dash for none."""
    if not np.isfinite(value):
        return "\u2013"
    shown = f"{value:{form}}"
    return "0" if float(shown) == 0.0 else shown.replace("-", MINUS)


def _cap(one: LeftOut) -> float | None:
    """What an infinite or unmeasurably large prediction is shown as."""
    if one.id == threshold_left_out.ID:
        return threshold_left_out.END
    return 1e3 * VOLTAGE_LIMIT if one.unit == "mV" else None  # a layer out of salt: the cycler would stop


def _loo_name(one: LeftOut) -> Cell:
    """Quantity and where it was measured."""
    if one.id == threshold_left_out.ID:
        return Cell(
            f"critical current density, first failed step ({one.unit})",
            note="bare: ramp with a step of 0.05 or 0.1 mA/cm2",
        )
    p = next(p for p in published() if p.id == one.id)
    return Cell(f"{p.quantity} ({p.unit})", note=_where(p))


def _where(p: Published) -> str:
    return f"{p.cell.removeprefix('ding2024/')}: {p.conditions}"


def _sampler_text(ensemble: Ensemble) -> str:
    d = ensemble.posterior.diagnostics
    verdict = (
        "Intervals are given."
        if not d.problems
        else "Intervals are NOT given: " + "; ".join(d.problems) + "."
    )
    return (
        "Sequential Monte Carlo by tempering from the prior, one stratum for each combination of the discrete unknowns,"
        " in two populations from different seeds; evidences by bridge sampling between them. " + verdict
    )


def _sampler_table(ensemble: Ensemble) -> Table:
    d = ensemble.posterior.diagnostics
    name, worst = max(d.r_hat.items(), key=lambda item: item[1])
    rows = (
        ("Largest R-hat between the populations", f"{worst:.3f}", f"{posterior.WORST_R_HAT}",
         name.replace("_", " ")),
        ("Largest memory of the last moves", f"{d.memory:.2f}", f"{posterior.WORST_MEMORY}", "correlation"),
        ("Effective particles", f"{d.effective:.0f}", f"{posterior.FEWEST_EFFECTIVE:.0f}", "by weight"),
        ("Largest difference of a combination's probability", f"{d.share_gap:.2f}", "", "two estimates"),
        ("Share of moves accepted", f"{d.accepted:.2f}", "", ""),
        ("Tempering steps", f"{d.steps}", "", ""),
    )  # fmt: skip
    return Table((Column("Diagnostic"), Column("Value", align="right"), Column("Limit", align="right"),
                  Column("Of")), rows)  # fmt: skip


def intervals_figure(ensemble: Ensemble) -> Figure | None:
    """Predicted over published with 90 % bars, row by row; bounds and events that may not happen are left out."""
    rows = [
        (k, p, ensemble.intervals[p.id])
        for k, p in enumerate(published(), start=1)
        if p.id in ensemble.intervals and p.relation in ("=", "~") and p.published and p.id not in CENSORED
    ]
    if not rows:
        return None
    series: list[Series] = []
    for slot, role in enumerate(("calibrates", "selects", "predicts")):
        some = [(k, p, at) for k, p, at in rows if p.role == role]
        if not some:
            continue
        x = np.array([float(k) for k, _, _ in some])
        median, low, high = (
            np.array([100 * (end / p.published - 1) for end, (_, p, _) in zip(ends, some, strict=True)])
            for ends in zip(*((at.p50, at.p05, at.p95) for _, _, at in some), strict=True)
        )
        series.append(
            Series(f"{role}, median and 90 %", x, median, style="points", color=slot, low=low, high=high)
        )
    panel = Panel(
        Axis("Row of the comparison", "1"),
        Axis("Predicted over published, minus 1", "%"),
        tuple(series),
        (Line(0.0, "published", "horizontal"),),
    )
    return Figure("intervals", "Intervals of the ensemble against the published values", panels=(panel,),
                  caption="Bars: 5 to 95 %. Bounds and events that may not happen: in the table only.")  # fmt: skip


def left_out_figure(left: Sequence[LeftOut]) -> Figure | None:
    """Deviation of each calibrating number from its prediction without it, in standard deviations."""
    if not left:
        return None
    x = np.arange(1, len(left) + 1, dtype=float)
    z = np.array([one.z_score for one in left])
    known = np.isfinite(z)
    alone = np.array([bool(one.opened) for one in left])
    full = np.array([bool(one.how) for one in left])
    groups = (("symmetric cells", ~full & ~alone), ("full cells", full & ~alone), ("by a prior alone", alone))
    series = tuple(
        Series(name, x[mask & known], z[mask & known], style="points", color=slot)
        for slot, (name, mask) in enumerate(groups)
        if (mask & known).any()
    )
    lines = (Line(1.645, "90 %", "horizontal"), Line(-1.645, "", "horizontal"))
    panel = Panel(Axis("Row of the table below", "1"), Axis("z of the published value", "1"), series, lines)
    caption = f"About {0.9 * known.sum():.0f} of {known.sum()} should lie between the lines."
    if not known.all():
        caption += " The critical current comes in steps and has no z."
    return Figure("left-out", "Each calibrating number against its prediction without it", panels=(panel,),
                  caption=caption)  # fmt: skip


def heat_map_labels(found: Information) -> tuple[list[str], list[str]]:
    """Readable labels of numbers and parameters."""
    names = {p.id: p for p in published()}
    rows: list[str] = []
    for name in found.numbers:
        value = names[name]
        rows.append(f"{_short(value)}, {value.published:g} {value.unit}")
    return rows, [n.replace("_", " ") for n in found.parameters]


def _short(p: Published) -> str:
    if p.id.startswith("rint"):
        _, cell, age = p.id.split("-")
        return f"R_int {cell} {age.removesuffix('h')} h"
    if p.id.startswith("rate-"):
        return "rate " + p.conditions.removeprefix("rate test ").split(" (")[0]
    return {"v-7um-initial": "V 7 um", "v-15um": "V 15 um", "v-32um-max": "V 32 um", "v-pvdf": "V no CuF2"}[
        p.id
    ]


def left_out_csv(left: Sequence[LeftOut]) -> str:
    """Leave-one-out scores, one line a calibrating number; 'inf': beyond the ramp, empty: there is none."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["id", "unit", "published", "p05", "p25", "p50", "p75", "p95", "deviation", "z", "pareto_k",
                     "refitted", "how", "prior_only"])  # fmt: skip
    for one in left:
        numbers = (one.observed, one.p05, one.p25, one.p50, one.p75, one.p95, one.p50 / one.observed - 1, one.z_score,
                   one.tail)  # fmt: skip
        how = one.how or ("sampled anew" if one.refitted else "importance weights")
        shown = ("" if np.isnan(v) else f"{v:.6g}" for v in numbers)
        refitted = "yes" if one.refitted else "no"
        writer.writerow([one.id, one.unit, *shown, refitted, how, " ".join(one.opened)])
    return out.getvalue()


def parameters_csv(ensemble: Ensemble) -> str:
    """Prior and posterior of each unknown that the numbers feel, in its unit."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(
        ["parameter", "unit", "prior", "prior_p05", "prior_p50", "prior_p95", "p05", "p50", "p95"]
    )
    for prior in priors.felt():
        before, after = prior.quantiles(), ensemble.posterior.summary(prior.name)
        writer.writerow([prior.name, prior.unit, prior.text(), *(f"{v:.6g}" for v in (*before, *after))])
    return out.getvalue()
