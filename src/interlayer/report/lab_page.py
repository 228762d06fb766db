"""The page of a batch of cells: one row a cell, groups, then each cell with its verdict and the evidence for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from interlayer.failures.verdict import Moment, Verdict
from interlayer.lab.cell_result import CellResult
from interlayer.lab.groups import GroupRow
from interlayer.lab.headline import Quantity
from interlayer.lab.lab_cell import Join
from interlayer.metrics.base import Metric
from interlayer.report import labels
from interlayer.report.drawn_cell import DrawnCell, drawn_cell, labelled_apart, stored_joins
from interlayer.report.figure import Figure, Panel
from interlayer.report.figures.cell_rates import cell_rates
from interlayer.report.figures.cell_resistance import cell_resistance
from interlayer.report.figures.cell_voltage import MOST_STACKED, cell_voltage
from interlayer.report.figures.charge_curves import charge_curves
from interlayer.report.figures.common import slots_of
from interlayer.report.figures.critical_current_interval import critical_current_interval
from interlayer.report.figures.direction_overpotential import direction_overpotential
from interlayer.report.figures.groups import groups as groups_figure
from interlayer.report.figures.joins import span_text
from interlayer.report.figures.nyquist import nyquist
from interlayer.report.figures.retention import retention
from interlayer.report.figures.zoom import zoom
from interlayer.report.group_quantities import comparable, group_quantities, quantity_name
from interlayer.report.html import Cell, Column, Fact, Kind, Page, Section, Table, Value
from interlayer.report.observation_page import TITLES, observation_section

MOST_QUANTITIES: Final = 12
"""Quantities of groups that are drawn; all of them are in the table."""
MOST_ZOOMS: Final = 6
"""Moments of one cell that are zoomed on; all of them are listed."""
_ZOOM_ROWS: Final = 60_000
"""Rows of all zooms of a page together."""
_FEWEST_ROWS, _MOST_ROWS = 400, 6000
FEWEST_HALF_CYCLES: Final = 3
"""Up to this there is no trend to draw."""
MOST_OVERLAID: Final = 14
"""Cells whose voltages are drawn in one figure."""
_MOST_METRICS: Final = 80
TERMS: Final = (
    ("hours", "time in which something was measured, of those from first to last moment by the clock."),
    ("overpotential", "|V| of the whole symmetric cell in the plateau of a half-cycle, ohmic drop included."),
    ("R_int", "all interfaces of the cell together, in ohm, diffusion not in it."),
    ("(a, b]", "critical current as an interval: the last level that passed, the first that failed."),
    ("\u2265", "censored: nothing failed until there. Such cells are open symbols with an arrow."),
    ("confidence", "how often such a verdict was right where the truth was known, mostly simulated records."),
)


def lab_page(
    found: Sequence[CellResult],
    groups: Sequence[GroupRow],
    *,
    title: str = "",
    version: str = "",
    date: str = "",
) -> tuple[Page, tuple[Figure, ...]]:
    """Return the page of analysed cells, and its figures for export.

    Parameters
    ----------
    found : sequence of CellResult
    groups : sequence of GroupRow
        Of the cells that are not excluded.
    title, version, date : str
        Head of the page; the date is given, so that the same input gives the same page.
    """
    drawn = _drawn(found)
    slots = slots_of([one.label for one in drawn if one is not None])
    moments = sum(len(_zoomed(one)) for one in found)
    rows = min(max(_ZOOM_ROWS // max(moments, 1), _FEWEST_ROWS), _MOST_ROWS)
    sections = [_cells_section(found)]
    if groups:
        sections.append(_groups_section(groups))
    compared = _comparison(found, drawn, slots)
    if compared is not None:
        sections.append(compared)
    sections += [
        _cell_section(number, one, cell, rows, slots)
        for number, (one, cell) in enumerate(zip(found, drawn, strict=True), start=1)
    ]
    names = sorted({one.cell.row.group for one in found if one.cell.row.group})
    count = f"{len(found)} cell{'s' if len(found) != 1 else ''}"
    page = Page(
        title or (found[0].cell.row.label if len(found) == 1 else "Measured cells"),
        subtitle=count + (f" in {len(names)} groups" if len(names) > 1 else ""),
        sections=tuple(sections),
        version=version,
        date=date,
        about=(
            "Verdicts are judged from voltage, current and spectra alone, each with what speaks for it. Where the "
            "record does not bear a number or a verdict, that is said instead. Excluded cells stay out of groups."
        ),
        terms=TERMS,
        facts=_facts(found),
    )
    return page, tuple(_figures(sections))


def _figures(sections: Sequence[Section]) -> list[Figure]:
    found: list[Figure] = []
    for section in sections:
        found += [*section.figures, *_figures(section.parts)]
    return found


def _drawn(found: Sequence[CellResult]) -> list[DrawnCell | None]:
    """Return the cells as figures take them, in the same order, with names of their own."""
    made = [drawn_cell(one.cell) for one in found]
    named = iter(labelled_apart([one for one in made if one is not None]))
    return [None if one is None else next(named) for one in made]


# --- all cells ---------------------------------------------------------------------------------------------


def verdict_words(verdict: Verdict | None) -> str:
    """Return a verdict in a few words; 'not read' if there is no record to judge."""
    return "not read" if verdict is None else verdict.words


def _kind(verdict: Verdict | None) -> Kind:
    if verdict is None or "unknown" in (verdict.short, verdict.failure):
        return "quiet"
    return "ok" if verdict.short == "none" and verdict.failure == "none" else "miss"


def _cells_section(found: Sequence[CellResult]) -> Section:
    columns = (
        Column("cell"),
        Column("group"),
        Column("verdict", "", "left"),
        Column("running", "", "left"),
        Column("hours", "h", "right"),
        Column("overpotential", "mV", "right"),
        Column("R_int", "ohm", "right"),
        Column("critical current", "", "right"),
    )
    rows = [_cell_row(one) for one in found]
    # A column that would be empty leaves its room to the others.
    kept = [k for k in range(len(columns)) if k < 3 or any(row[k] is not None for row in rows)]
    tables = [Table(tuple(columns[k] for k in kept), tuple(tuple(row[k] for k in kept) for row in rows))]
    excluded = [one for one in found if one.cell.row.excluded]
    if excluded:
        head = (Column("excluded"), Column("group"), Column("reason"), Column("by"), Column("on"))
        tables.append(
            Table(
                head,
                tuple(
                    (
                        x.row.label,
                        x.row.group,
                        x.row.excluded,
                        x.row.excluded_by or None,
                        x.row.excluded_on or None,
                    )
                    for x in (one.cell for one in excluded)
                ),
                "Left out of groups",
            )
        )
    return Section("Cells", tables=tuple(tables))


def _cell_row(one: CellResult) -> tuple[Value | Cell, ...]:
    row, by_name = one.cell.row, {q.name: q for q in one.quantities}
    wall, hours = one.cell.hours_wall, one.cell.hours_under_test
    gaps = wall is not None and hours is not None and wall > 1.01 * hours
    running = one.cell.running
    notes = [] if one.kind is None else [one.kind.name + (" (stated)" if one.kind.stated else "")]
    notes += [f"excluded: {row.excluded}"] if row.excluded else []
    overruled = "overruled by a person" if row.overrule else ""
    return (
        Cell(row.label, note="; ".join(notes)),
        row.group or None,
        Cell("not tested" if one.is_only_seen else verdict_words(one.verdict), _kind(one.verdict), overruled),
        None if running is None else "yes" if running else "no",
        Cell(hours, note=f"of {labels.number(wall)}" if gaps else ""),
        _of(next((q for n, q in by_name.items() if n.startswith("overpotential")), None)),
        _ends(by_name.get("first R_int"), by_name.get("last R_int")),
        _critical(next((q for n, q in by_name.items() if n.startswith("critical current")), None)),
    )


def quantity_text(one: Quantity) -> str:
    """Return a number by which cells are compared, without its unit: '≥ 0.8', '(0.5, 0.6]', '41 ± 2'."""
    if one.interval is not None:
        low, high = one.interval
        return f"({labels.number(low)}, {labels.number(high)}]"
    if one.bound:
        return f"{'≥' if one.bound == '>=' else '≤'} {labels.number(one.value)}"
    if one.uncertainty is not None:
        return labels.with_error(one.value, one.uncertainty)
    return labels.number(one.value)


def _of(one: Quantity | None) -> Value | Cell:
    return None if one is None else Cell(quantity_text(one), "bound" if one.bound else "", _at(one.name))


def _at(name: str) -> str:
    """The condition in the name of a quantity: 'at 0.1 mA/cm2'."""
    _, at, condition = name.partition(" at ")
    number, _, unit = condition.partition(" ")
    return f"at {number} {labels.pretty_unit(unit)}".replace(" ", "\u00a0") if at else ""


def _ends(first: Quantity | None, last: Quantity | None) -> Value | Cell:
    if first is None:
        return None
    if last is None:
        return Cell(quantity_text(first), note=first.detail)
    return Cell(f"{labels.number(first.value)} → {labels.number(last.value)}", note=last.detail)


def _critical(one: Quantity | None) -> Value | Cell:
    if one is None:
        return None
    return Cell(quantity_text(one), "bound" if one.bound else "", labels.pretty_unit(one.unit))


def _facts(found: Sequence[CellResult]) -> tuple[Fact, ...]:
    judged = [one.verdict for one in found if one.verdict is not None]
    failed = sum(_kind(v) == "miss" for v in judged)
    unclear = sum(_kind(v) == "quiet" for v in judged)
    hours = [one.cell.hours_under_test for one in found if one.cell.hours_under_test is not None]
    running = sum(bool(one.cell.running) for one in found)
    facts = [Fact("cells", str(len(found)), f"{running} still running" if running else "")]
    if judged:
        facts.append(
            Fact("failed", f"{failed} of {len(judged)}", f"{unclear} cannot be told" if unclear else "")
        )
    if hours:
        facts.append(
            Fact("hours under test", labels.number(sum(hours)), f"longest {labels.number(max(hours))}")
        )
    return tuple(facts) if len(found) > 1 else ()


def _groups_section(groups: Sequence[GroupRow]) -> Section:
    columns = (
        Column("quantity"),
        Column("unit"),
        Column("group"),
        Column("n", align="right"),
        Column("median", align="right"),
        Column("mean", align="right"),
        Column("sd", align="right", digits=2),
        Column("range", align="right"),
        Column("note", align="left"),
    )
    rows: list[tuple[Value | Cell, ...]] = []
    # Side by side is what a person compares: the groups within each quantity, in the order of both.
    order = list(dict.fromkeys(row.quantity for row in groups))
    for row in sorted(groups, key=lambda row: order.index(row.quantity)):
        low, high = labels.number(row.low), labels.number(row.high)
        rows.append(
            (
                quantity_name(row.quantity), _unit(row.unit), row.group, row.n,
                row.median, row.mean, row.sd, low if low == high else f"{low} to {high}",
                "" if row.text.startswith("n = ") else row.text,
            )
        )  # fmt: skip
    figure = groups_figure(
        comparable(group_quantities(groups))[:MOST_QUANTITIES], id="groups", title="Groups"
    )
    return Section("Groups", figures=(figure,), tables=(Table(columns, tuple(rows)),))


def _comparison(
    found: Sequence[CellResult], drawn: Sequence[DrawnCell | None], slots: dict[str, int]
) -> Section | None:
    """All cells over each other, as far as that can be read."""
    kept = [
        cell for one, cell in zip(found, drawn, strict=True) if cell is not None and not one.cell.row.excluded
    ]
    if len(kept) < 2:
        return None
    grouped = len({cell.group for cell in kept}) > 1
    shown = kept if grouped else kept[:MOST_OVERLAID]
    stacked = True if len(shown) <= MOST_STACKED["174mm"] else None
    figures = [
        cell_voltage(shown, stacked=stacked, slots=slots, id="all-voltage"),
        cell_resistance(shown, slots=slots, id="all-r-int"),
        retention(shown, slots=slots, id="all-retention"),
    ]
    left = f"The first {len(shown)} of {len(kept)} cells." if len(kept) > len(shown) else ""
    figures = [one for one in figures if not _is_empty(one)]
    return Section("All cells", left, tuple(figures)) if figures else None


def _is_empty(figure: Figure) -> bool:
    return all(panel.is_empty for panel in figure.panels)


# --- one cell ----------------------------------------------------------------------------------------------


def _zoomed(one: CellResult) -> tuple[Moment, ...]:
    return () if one.verdict is None else one.verdict.moments[:MOST_ZOOMS]


def _cell_section(
    number: int, one: CellResult, cell: DrawnCell | None, zoom_rows: int, slots: dict[str, int]
) -> Section:
    key = f"c{number}"
    if cell is None:
        seen = _surfaces(one)
        text = "No cycling and no spectrum of this cell." if seen else "No file of this cell could be read."
        return Section(one.cell.row.label, text, lists=_optional(_failures(one)), parts=seen)
    parts = [_verdict_section(key, one, cell, zoom_rows, slots)]
    figures = [
        cell_voltage([cell], slots=slots, id=f"{key}-voltage", title=f"Voltage against time, {cell.label}")
    ]
    if one.kind is not None and one.kind.name != "full cell":
        failed = None if one.verdict is None else one.verdict.half_cycle
        trend = direction_overpotential(cell, failed_half_cycle=failed, id=f"{key}-overpotential")
        if sum(one.x.size for one in trend.panels[0].series) > FEWEST_HALF_CYCLES:
            figures.append(trend)
    if one.critical_current is not None:
        figures.append(critical_current_interval([cell], slots=slots, id=f"{key}-critical-current"))
    if one.kind is not None and one.kind.name in ("rate test", "full cell"):
        figures.append(cell_rates([cell], slots=slots, id=f"{key}-rate"))
    if one.kind is not None and one.kind.name == "full cell":
        figures.append(retention([cell], slots=slots, id=f"{key}-retention"))
        figures.append(charge_curves(cell.record, id=f"{key}-charge-curves"))
    parts.append(Section("Curves", figures=tuple(f for f in figures if not _is_empty(f))))
    if cell.record.spectra:
        record = cell.record.with_(label=cell.label)
        spectra = [nyquist([record], decades=True, id=f"{key}-nyquist")]
        spectra += [cell_resistance([cell], slots=slots, width="84mm", id=f"{key}-r-int")]
        parts.append(Section("Impedance", figures=tuple(f for f in spectra if not _is_empty(f))))
    parts += _surfaces(one)
    parts.append(Section("Files", tables=(_joins(one),), lists=_optional(_failures(one))))
    findings = tuple(
        f"{f.severity}, {f.name.replace('_', ' ')}: {f.detail}"
        + (f" ({labels.group_digits(str(f.rows))} rows)" if f.rows else "")
        for f in one.checks
    )
    parts.append(Section("Findings", lists=(findings or ("nothing odd about the data",),)))
    metrics = _metrics(one.metrics)
    if metrics is not None:
        parts.append(Section("Numbers", tables=metrics))
    return Section(cell.label, _summary(one, cell), parts=tuple(p for p in parts if _says(p)))


def _surfaces(one: CellResult) -> tuple[Section, ...]:
    """What was seen of the cell's surfaces and layers, one part an observation."""
    return tuple(
        observation_section(x, title=f"{TITLES.get(x.technique, x.technique)}, {x.state}")
        for x in one.cell.observations
    )


def _says(section: Section) -> bool:
    return bool(section.text or section.figures or section.tables or section.lists or section.parts)


def _optional(lines: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    return (lines,) if lines else ()


def _failures(one: CellResult) -> tuple[str, ...]:
    return tuple(f"not read: {problem}" for problem in one.cell.failures)


def _summary(one: CellResult, cell: DrawnCell) -> str:
    record, row = cell.record, one.cell.row
    parts: list[str] = []
    if one.kind is not None:
        how = "; ".join(one.kind.evidence)
        parts.append(f"Test: {one.kind.name} ({how}).")
    if row.group:
        parts.append(f"Group: {row.group}.")
    hours, wall = one.cell.hours_under_test, one.cell.hours_wall
    if hours is not None:
        gaps = wall is not None and wall > 1.001 * hours
        parts.append(
            f"{labels.number(hours)} h under test"
            + (f", {labels.number(wall)} h by the clock." if gaps else ".")
        )
    area = record.area_m2
    parts.append("Area unknown." if area is None else f"Area {labels.number(area * 1e4)} cm².")
    rows = labels.group_digits(str(len(record.cycling)))
    parts.append(f"{rows} rows, {len(record.spectra)} spectra.")
    if row.excluded:
        by = " ".join(x for x in (row.excluded_by, row.excluded_on) if x)
        parts.append(f"Excluded: {row.excluded}" + (f" ({by})." if by else "."))
    return " ".join(parts)


def _verdict_section(
    key: str, one: CellResult, cell: DrawnCell, zoom_rows: int, slots: dict[str, int]
) -> Section:
    verdict = one.verdict
    if verdict is None:
        return Section("Verdict")
    text = verdict_words(verdict)
    text = text[:1].upper() + text[1:]
    if verdict.half_cycle is not None:
        text += f", half-cycle {verdict.half_cycle}"
    text += f". Confidence {labels.number(verdict.confidence, 2)}."
    if one.cell.row.overrule:
        words = ", ".join(f"{name} {value}" for name, value in one.cell.row.overrule.items())
        text += f"\n\nOverruled by a person: {words}."
    zooms: list[Figure] = []
    for place, moment in enumerate(_zoomed(one), start=1):
        made = zoom(
            [(cell, moment)], most_rows=zoom_rows, slots=slots, id=f"{key}-zoom-{place}",
            title=f"{moment.name[:1].upper()}{moment.name[1:]}, {cell.label}",
        )  # fmt: skip
        detail = labels.shorten(moment.detail, 300)
        zooms.append(replace(made, caption=f"{made.caption} {detail}".strip(), panels=_unnamed(made, cell)))
    lines = list(verdict.evidence)
    left = verdict.moments[MOST_ZOOMS:]
    lines += [f"{m.name} at {labels.number(m.time_s / 3600.0, 5)} h: {m.detail}" for m in left]
    return Section("Verdict", text, tuple(zooms), lists=_optional(tuple(lines)))


def _unnamed(figure: Figure, cell: DrawnCell) -> tuple[Panel, ...]:
    """Panels of a zoom without the cell's name, which the section has already."""
    head = f"{cell.label}: "
    return tuple(replace(p, title=p.title.removeprefix(head)) for p in figure.panels)


def _joins(one: CellResult) -> Table:
    columns = (
        Column("file"), Column("begins at", "h", "right"), Column("gap before", "", "right"), Column("placed by"),
        Column("remarks", align="left"),
    )  # fmt: skip
    record = one.cell.record
    known = one.cell.joins or (() if record is None else stored_joins(record))
    joins = known or tuple(Join(name, None, None, "") for name in one.cell.row.files)
    rows = tuple(
        (
            join.file,
            None if join.start_s is None else join.start_s / 3600.0,
            _gap(join),
            join.how,
            join.detail if join.counted else "; ".join(x for x in (join.detail, "not counted") if x),
        )
        for join in joins
    )
    return Table(columns, rows)


def _gap(join: Join) -> str | None:
    if join.gap_s is None:
        return None
    return f"overlap {span_text(-join.gap_s)}" if join.gap_s < 0 else span_text(join.gap_s)


def _metrics(metrics: Sequence[Metric]) -> tuple[Table, ...] | None:
    """One row a value, those of many half-cycles summed up; what has no value once, with its reason."""
    known = [m for m in metrics if m.value is not None]
    by_name: dict[tuple[str, str], list[Metric]] = {}
    for metric in known:
        by_name.setdefault((metric.name, metric.unit), []).append(metric)
    few: list[Metric] = []
    for group in by_name.values():
        few += group if len(group) <= 8 else _condensed(group)
    columns = (
        Column("quantity"), Column("value", align="right"), Column("unit"), Column("time", "h", "right"),
        Column("evidence", align="left"),
    )  # fmt: skip
    rows = tuple(
        (
            m.name, _value(m), _unit(m.unit), None if m.time_s is None else m.time_s / 3600.0,
            labels.shorten("; ".join(m.evidence), 220),
        )
        for m in few[:_MOST_METRICS]
    )  # fmt: skip
    if not rows:
        return None
    reasons: dict[str, list[str]] = {}
    for metric in metrics:
        if metric.value is None and (metric.name, metric.unit) not in by_name:
            names = reasons.setdefault("; ".join(metric.evidence), [])
            if metric.name not in names:
                names.append(metric.name)
    tables = [Table(columns, rows)]
    if reasons:
        head = (Column("without value"), Column("because", align="left"))
        tables.append(Table(head, tuple((", ".join(names), why) for why, names in reasons.items())))
    return tuple(tables)


def _condensed(group: list[Metric]) -> list[Metric]:
    """The median of many values, and the first and the last."""
    values = [m.value for m in group if m.value is not None]
    if len(values) < 3:  # summed up already
        return group
    text = f"median of {len(values)} values, {labels.number(min(values))} to {labels.number(max(values))}"
    return [
        Metric(group[0].name, float(np.median(values)), group[0].unit, evidence=(text,)),
        group[0],
        group[-1],
    ]


def _unit(unit: str) -> str:
    """Unit for a narrow column: never broken."""
    return labels.pretty_unit(unit).replace(" ", "\u00a0")


def _value(metric: Metric) -> Cell:
    if metric.value is None:
        return Cell(None)
    sign = {">=": "≥ ", "<=": "≤ "}.get(metric.bound or "", "")
    if metric.uncertainty is not None and not sign:
        return Cell(labels.with_error(metric.value, metric.uncertainty))
    return Cell(f"{sign}{labels.number(metric.value)}", "bound" if sign else "")
