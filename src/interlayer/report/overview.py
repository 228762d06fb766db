"""A first look at any record, simulated or measured: its figure, and the page of several."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

import numpy as np
from matplotlib.figure import Figure as Drawing

from interlayer import units
from interlayer.metrics.base import Metric
from interlayer.record import Record
from interlayer.record import schema as s
from interlayer.report import labels
from interlayer.report.figure import Axis, Figure, Line, Panel, Series
from interlayer.report.figures import (
    Trace,
    bode,
    charge_curves,
    cycle_life,
    half_cycles,
    interface_resistance,
    nyquist,
    states,
    trace_of,
    voltage_time,
)
from interlayer.report.figures.common import (
    FloatArray,
    column,
    current_density,
    event_lines,
    hours,
    labelled,
)
from interlayer.report.figures.pauses import parted_at_pauses
from interlayer.report.figures.states import state_columns
from interlayer.report.html import Cell, Column, Page, Section, Table, Value
from interlayer.report.matplotlib_backend import draw
from interlayer.report.parameters import parameters_section

HALF_CYCLE_QUANTITIES: Final = (
    (("plateau_overpotential", "plateau"), Axis("Plateau overpotential", "mV")),
    (("plateau_asr", "dc_asr", "asr"), Axis("DC areal resistance", "ohm cm2")),
    (("plateau_resistance", "dc_resistance"), Axis("DC resistance", "ohm")),
)
"""Metrics of half-cycles that are drawn: names, first known wins, and their axis."""

CAPACITY_NAMES: Final = (
    ("specific_discharge_capacity", "specific_charge_capacity", "mAh/g"),
    ("discharge_capacity", "charge_capacity", "mAh"),
)
"""Metrics of full cells that are drawn: discharge, charge and their unit; the first that every cell has wins."""

INTERFACE_NAMES: Final = ("R_int", "r_int", "interface_resistance")
_MOST_TIMED_ROWS: Final = 40
_MOST_FACTS: Final = 24


def record_overview(record: Record, *, id: str = "record") -> Figure:
    """Return the figure of one record: voltage and current against time, and its spectra, as far as it has them."""
    time = hours(record)
    panels: list[Panel] = []
    voltage, current = column(record, s.VOLTAGE), column(record, s.CURRENT)
    # Events may lie outside the rows: both panels get one axis all the same.
    lines = event_lines(record)
    x = Axis("Time", "h", range=_ends(time, lines))
    if time is not None and voltage is not None:
        unit = "V" if float(np.nanmedian(np.abs(voltage))) > 1.0 else "mV"
        shown = parted_at_pauses(record, time, voltage / units.factor(unit))
        series = (Series("voltage", *shown, color=0),)
        panels.append(Panel(x, Axis("Voltage", unit), series, lines, "voltage", span=2, height=0.9))
    if time is not None and current is not None:
        density = current_density(record)
        flow, unit = (current, "mA") if density is None else (density, "mA/cm2")
        name = "Current" if density is None else "Current density"
        series = (Series("current", *parted_at_pauses(record, time, flow / units.factor(unit)), "steps", 1),)
        panels.append(Panel(x, Axis(name, unit), series, title="current", span=2, height=0.55))
    if record.spectra:
        panels += [replace(f.panels[0], title="", height=1.0) for f in (nyquist([record]), bode([record]))]
    if not panels:
        panels = [Panel(x, Axis("Voltage", "mV"), span=2, empty="neither voltage, current nor spectra")]
    return Figure(id, record.label or "Record", "", tuple(panels), 2, share_x=True)


def _ends(time: FloatArray | None, lines: Sequence[Line]) -> tuple[float, float] | None:
    """Ends of the axis where a line stands outside the rows, else None: from the data."""
    if time is None or not np.isfinite(time).any():
        return None
    low, high = float(np.nanmin(time)), float(np.nanmax(time))
    first, last = min([low, *(x.at for x in lines)]), max([high, *(x.at for x in lines)])
    if (first, last) == (low, high) or first == last:
        return None
    margin = 0.02 * (last - first)
    return first - margin, last + margin


def record_figure(record: Record) -> Drawing:
    """Draw one record with Matplotlib: voltage and current against time, and the spectra if it has any."""
    return draw(record_overview(record))


def record_page(
    records: Sequence[Record],
    metrics: Sequence[Sequence[Metric]] = (),
    *,
    title: str = "",
    version: str = "",
    date: str = "",
) -> Page:
    """Return the page of records: each by itself, and all of them compared.

    Parameters
    ----------
    records : sequence of Record
        Simulated or measured; columns may be missing.
    metrics : sequence of sequences of Metric
        For each record its metrics, in the same order; may be shorter.
    title, version, date : str
        Head of the page.
    """
    named = labelled(records)
    lists = [list(metrics[n]) if n < len(metrics) else [] for n in range(len(named))]
    sections: list[Section] = []
    if len(named) > 1:
        sections.append(_comparison(named, lists))
    for number, ((label, record), found) in enumerate(zip(named, lists, strict=True), start=1):
        sections.append(_record_section(number, label, record, found))
    if not sections:
        sections = [Section("Nothing to show", "No record was given.")]
    head = title or (named[0][0] if len(named) == 1 else f"{len(named)} records")
    kinds = sorted({record.provenance.kind for record in records})
    return Page(
        head,
        subtitle=f"{len(named)} record{'s' if len(named) != 1 else ''}, {' and '.join(kinds)}"
        if kinds
        else "",
        sections=tuple(sections),
        version=version,
        date=date,
        about=(
            "What happened in each cell, and the numbers computed from it. Simulated and measured records go "
            "through the same functions. Current > 0 is oxidation at the working electrode; voltage is that of "
            "the whole cell. Uncertainties are one standard deviation."
        ),
    )


def _comparison(named: list[tuple[str, Record]], lists: list[list[Metric]]) -> Section:
    records = [record for _, record in named]
    figures: list[Figure] = []
    if any(_has_voltage(record) for record in records):
        figures.append(voltage_time(_relabelled(named), id="all-voltage"))
    if sum(bool(record.spectra) for record in records) > 1:
        figures.append(nyquist(_relabelled(named), most=4, id="all-nyquist"))
    names = [label for label, _ in named]
    figures += _cycle_figures("all", names, lists)
    figures += _metric_figures("all", names, lists)
    rows = _side_by_side(lists)
    columns = (Column("Quantity"), Column("Unit"), *(Column(name, align="right") for name in names))
    tables = (Table(columns, rows, "Numbers of the whole record, side by side"),) if rows else ()
    text = "All records over each other; a colour is the same cell throughout this section."
    return Section("Comparison", text, tuple(figures), tables, tables_first=True)


def _relabelled(named: list[tuple[str, Record]]) -> list[Record]:
    return [record.with_(label=label) for label, record in named]


def _has_voltage(record: Record) -> bool:
    return hours(record) is not None and column(record, s.VOLTAGE) is not None


def _side_by_side(lists: list[list[Metric]]) -> tuple[tuple[Value | Cell, ...], ...]:
    """Return one row for each metric of the whole record that any record has."""
    found: dict[tuple[str, str], dict[int, Metric]] = {}
    for place, metrics in enumerate(lists):
        for metric in metrics:
            if metric.half_cycle is None and metric.time_s is None:
                found.setdefault((metric.name, metric.unit), {})[place] = metric
    rows: list[tuple[Value | Cell, ...]] = []
    for (name, unit), by_place in found.items():
        cells = [_metric_cell(by_place[p]) if p in by_place else Cell(None) for p in range(len(lists))]
        rows.append((_words(name), _unit(unit), *cells))
    return tuple(rows)


def _record_section(number: int, label: str, record: Record, metrics: list[Metric]) -> Section:
    key = f"r{number}"
    parts: list[Section] = []
    if _has_voltage(record):
        parts.append(
            Section(
                "Voltage",
                figures=(
                    voltage_time([record], id=f"{key}-voltage", title=f"Voltage against time, {label}"),
                ),
            )
        )
    if record.spectra:
        figures = (nyquist([record], id=f"{key}-nyquist"), bode([record], id=f"{key}-bode"))
        count = len(record.spectra)
        note = f"{count} spectra; shown are some of them, evenly in order." if count > 6 else ""
        parts.append(Section("Impedance", note, figures))
    lives = _cycle_figures(key, [label], [metrics])
    if lives:
        curves = charge_curves(
            record, id=f"{key}-charge-curves", title=f"Charge and discharge curves, {label}"
        )
        parts.append(Section("Cycles", figures=(*lives, curves)))
    drawn = _metric_figures(key, [label], [metrics])
    if drawn:
        parts.append(Section("Half-cycles and interface", figures=tuple(drawn)))
    if state_columns(record):
        parts.append(Section("States inside", figures=(states([record], id=f"{key}-states"),)))
    tables = _metric_tables(metrics)
    if tables:
        parts.append(Section("Numbers", tables=tables))
    parts.append(Section("Events and findings", lists=(_happenings(record),)))
    if (parameters := parameters_section(record)) is not None:
        parts.append(parameters)
    parts.append(Section("Where it comes from", tables=(_provenance(record),)))
    return Section(label, _summary(record), parts=tuple(parts))


def _summary(record: Record) -> str:
    kind = "Simulated" if record.is_simulated else "Measured"
    time = hours(record)
    finite = time[np.isfinite(time)] if time is not None else np.empty(0)
    span = f", {labels.number(float(finite.max()), 4)} h" if finite.size else ", no time axis"
    area = "area unknown" if record.area_m2 is None else f"area {labels.number(record.area_m2 * 1e4)} cm²"
    missing = [
        name
        for name, known in (
            ("voltage", column(record, s.VOLTAGE) is not None),
            ("current", column(record, s.CURRENT) is not None),
            ("spectra", bool(record.spectra)),
        )
        if not known
    ]
    lacks = f" There is no {' and no '.join(missing)} in it." if missing else ""
    state = "" if record.complete else " The record is incomplete: the file or the run was cut short."
    rows = f"{labels.group_digits(str(len(record.cycling)))} rows"
    return f"{kind}{span}, {rows}, {len(record.spectra)} spectra, {area}.{lacks}{state}"


def _happenings(record: Record) -> tuple[str, ...]:
    found: list[str] = []
    for event in sorted(record.events, key=lambda one: one.time_s):
        side = f", side {event.side}" if event.side else ""
        detail = f": {event.detail}" if event.detail else ""
        when = labels.number(event.time_s / units.factor("h"), 4)
        found.append(f"{event.name.replace('_', ' ')} at {when} h{side}{detail}")
    for finding in record.findings:
        rows = f" ({labels.group_digits(str(finding.rows))} rows)" if finding.rows else ""
        found.append(f"{finding.severity}, {finding.name.replace('_', ' ')}: {finding.detail}{rows}")
    return tuple(found) or ("No event, and nothing odd about the data.",)


def _provenance(record: Record) -> Table:
    origin = record.provenance
    started = origin.started_unix_s
    rows: list[tuple[Value | Cell, ...]] = [("kind", origin.kind)]
    facts: list[tuple[str, str | None]] = [
        ("file", origin.file_name),
        ("SHA-256 of the file", origin.sha256),
        ("read by", origin.reader),
        ("version", origin.version),
        (
            "started",
            None if started is None else f"{datetime.fromtimestamp(started, UTC):%Y-%m-%d %H:%M:%S} UTC",
        ),
        ("references", ", ".join(origin.references) or None),
        ("columns", ", ".join(record.columns) or None),
    ]
    rows += [(name, value) for name, value in facts if value]
    for name, value in list(origin.extra.items())[:_MOST_FACTS]:
        shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
        rows.append((labels.shorten(str(name), 40), labels.shorten(shown, 120)))
    return Table((Column("Fact"), Column("Value", align="left")), tuple(rows))


def _metric_figures(key: str, names: list[str], lists: list[list[Metric]]) -> list[Figure]:
    figures: list[Figure] = []
    of = f", {names[0]}" if len(names) == 1 else ""
    quantities: list[tuple[Axis, list[Trace]]] = []
    for known, axis in HALF_CYCLE_QUANTITIES:
        traces = _traces(known, names, lists, against_time=False)
        # The resistance in ohm is the same curve as the areal one, and drawn only where there is no area.
        if traces and not (axis.unit == "ohm" and any(a.unit == "ohm cm2" for a, _ in quantities)):
            quantities.append((axis, traces))
    if quantities:
        figures.append(half_cycles(quantities, id=f"{key}-half-cycles", title="Half-cycles" + of))
    traces = _traces(INTERFACE_NAMES, names, lists, against_time=True)
    if traces:
        title = "Interface resistance against time" + of
        figures.append(interface_resistance(traces, id=f"{key}-interface", title=title))
    return figures


def _cycle_figures(key: str, names: list[str], lists: list[list[Metric]]) -> list[Figure]:
    """Return the life of the full cells among the records: specific capacity if all of them have an active mass."""
    full = [
        (name, metrics)
        for name, metrics in zip(names, lists, strict=True)
        if np.size(trace_of(name, metrics, "discharge_capacity", "cycle").x)
    ]
    if not full:
        return []
    of = f", {names[0]}" if len(names) == 1 else ""
    for discharge, charge, unit in CAPACITY_NAMES:
        traces = [trace_of(name, metrics, discharge, "cycle") for name, metrics in full]
        if all(np.size(trace.x) for trace in traces):
            charges = [trace_of(name, metrics, charge, "cycle") for name, metrics in full]
            efficiency = [trace_of(name, metrics, "coulombic_efficiency", "cycle") for name, metrics in full]
            return [
                cycle_life(
                    traces, efficiency, charge=charges if len(full) == 1 else (), unit=unit,
                    id=f"{key}-cycle-life", title="Capacity and coulombic efficiency of each cycle" + of,
                )
            ]  # fmt: skip
    return []


def _traces(
    known: Sequence[str], names: list[str], lists: list[list[Metric]], *, against_time: bool
) -> list[Trace]:
    found: list[Trace] = []
    for name, metrics in zip(names, lists, strict=True):
        for wanted in known:
            trace = trace_of(name, metrics, wanted, "time" if against_time else "half_cycle")
            if np.size(trace.x):
                found.append(trace)
                break
    return found


def _words(name: str) -> str:
    return name.replace("_", " ") if not name.startswith(("R_", "r_")) else name


def _metric_cell(metric: Metric) -> Cell:
    if metric.value is None:
        return Cell(None, "quiet", "; ".join(metric.evidence)[:160])
    sign = {">=": "≥ ", "<=": "≤ "}.get(metric.bound or "", "")
    error = "" if metric.uncertainty is None else f" ± {labels.number(metric.uncertainty, 2)}"
    return Cell(f"{sign}{labels.number(metric.value)}{error}", "bound" if sign else "")


def _metric_tables(metrics: list[Metric]) -> tuple[Table, ...]:
    whole = [m for m in metrics if m.half_cycle is None and m.time_s is None]
    timed = [m for m in metrics if m.half_cycle is None and m.time_s is not None]
    tables: list[Table] = []
    if whole:
        tables.append(
            Table(
                (Column("Quantity"), Column("Value", align="right"), Column("Unit"), Column("Evidence")),
                tuple((_words(m.name), _metric_cell(m), _unit(m.unit), _evidence(m)) for m in whole),
                "Of the whole record",
            )
        )
    if timed:
        shown = timed[:_MOST_TIMED_ROWS]
        rest = f", the first {len(shown)} of {len(timed)}" if len(timed) > len(shown) else ""
        tables.append(
            Table(
                (
                    Column("Quantity"),
                    Column("Time", "h"),
                    Column("Value", align="right"),
                    Column("Unit"),
                    Column("Evidence"),
                ),
                tuple(
                    (
                        _words(m.name),
                        None if m.time_s is None else m.time_s / units.factor("h"),
                        _metric_cell(m),
                        _unit(m.unit),
                        _evidence(m),
                    )
                    for m in shown
                ),
                "At one moment" + rest,
            )
        )
    halves = _half_cycle_rows([m for m in metrics if m.half_cycle is not None])
    if halves:
        heads = ("Count", "First", "Smallest", "Median", "Largest", "Last")
        columns = (Column("Quantity"), Column("Unit"), *(Column(head, align="right") for head in heads))
        tables.append(Table(columns, halves, "Of half-cycles and cycles, summed up"))
    return tuple(tables)


def _half_cycle_rows(metrics: list[Metric]) -> tuple[tuple[Value | Cell, ...], ...]:
    groups: dict[tuple[str, str], list[Metric]] = {}
    for metric in metrics:
        groups.setdefault((metric.name, metric.unit), []).append(metric)
    rows: list[tuple[Value | Cell, ...]] = []
    for (name, unit), group in groups.items():
        group.sort(key=lambda metric: metric.half_cycle or 0)
        values = [metric.value for metric in group if metric.value is not None]
        if not values:
            rows.append((_words(name), _unit(unit), 0, *[Cell(None)] * 4, _metric_cell(group[0])))
            continue
        middle = float(np.median(values))
        rows.append(
            (
                _words(name), _unit(unit), len(values), values[0], min(values), middle,
                max(values), values[-1],
            )
        )  # fmt: skip
    return tuple(rows)


def _evidence(metric: Metric) -> str:
    return "" if metric.value is None else labels.shorten("; ".join(metric.evidence), 200)


def _unit(unit: str) -> str:
    """Unit for a narrow column: never broken."""
    return labels.pretty_unit(unit).replace(" ", "\u00a0")
