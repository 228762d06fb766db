"""Writes the tables of these pages from the code: `python docs/make_tables.py`.

A page holds pairs of marks, `<!-- generated: family contact -->` and `<!-- end generated -->`; what stands between
them is replaced. A test compares each page with what this file would write, so that no table can drift.
"""

from __future__ import annotations

import re
import sys
import textwrap
from collections.abc import Callable, Iterable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # benchmarks are no part of the package

from benchmarks import page as performance
from interlayer import chemistry, materials, parameter_sets, units
from interlayer.circuits.cdc import KINDS
from interlayer.circuits.elements import ALL_ELEMENTS
from interlayer.lithium_side import LITHIUM
from interlayer.materials.references import citation, references
from interlayer.metrics import ALL_METRICS
from interlayer.physics.base import Mechanism, State
from interlayer.physics.registry import ALL_MECHANISMS
from interlayer.published.other_systems.compare import rows
from interlayer.record.schema import COLUMNS
from interlayer.surface.xps import recipe as xps
from interlayer.surface.xrd import library as xrd

DOCS = Path(__file__).resolve().parent
_BLOCK = re.compile(r"(<!-- generated: (?P<what>[^>]+?) -->\n).*?(<!-- end generated -->)", re.DOTALL)


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table; bars in cells are escaped."""
    head = list(head)
    lines = [head, ["---"] * len(head), *(list(row) for row in rows)]
    return "\n".join("| " + " | ".join(c.replace("|", "\\|") for c in line) + " |" for line in lines) + "\n"


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split("\n\n")[0].split())


def _column(state: State, family: str) -> str:
    """Column of side 1 in a record; the electrolyte has no side."""
    return f"{state.title} / {state.unit}" if family == "conduction" else f"{state.title} 1 / {state.unit}"


def _law(kind: type[Mechanism]) -> str:
    parts = [
        f"### Law `{kind.law}`\n\nClass `{kind.__module__}.{kind.__name__}`. {_one_line(kind.__doc__)}\n"
    ]
    rated = {state.name for state in kind.states}
    equations = [
        textwrap.fill(
            f"{f'd({name})/dt' if name in rated else name} = {text}",
            100,
            subsequent_indent="    ",
            break_long_words=False,
            break_on_hyphens=False,
        )
        for name, text in kind.equation.items()
    ]
    parts.append("```text\n" + "\n".join(equations) + "\n```\n")
    if kind.states:
        rows = ((f"`{s.name}`", f"`{_column(s, kind.family)}`", s.doc) for s in kind.states)
        parts.append(table(("state", "column in the record (side 1)", "meaning"), rows))
    if specs := kind.specs():
        rows = (
            (
                f"`{s.name}`",
                s.unit,
                s.doc,
                "required" if s.default is None else f"{s.default:g}",
                f"{s.lower:g} to {s.upper:g}",
                "" if s.default is None else s.status,
                "" if s.source == "assumed" or s.default is None else f"`{s.source}`",
            )
            for s in specs.values()
        )
        parts.append(table(("parameter", "unit", "meaning", "default", "bounds", "status", "source"), rows))
    return "\n".join(parts)


def family(name: str) -> str:
    """Laws of a family: equations as text, states, parameters, sources."""
    kinds = [kind for kind in ALL_MECHANISMS if kind.family == name]
    if not kinds:
        raise SystemExit(f"there is no family '{name}'")
    keys = sorted({key for kind in kinds for key in kind.references})
    keys += sorted(
        {s.source for kind in kinds for s in kind.specs().values() if s.source in references()} - set(keys)
    )
    sources = "\n".join(f"- `{key}`: {citation(key)}" for key in keys)
    return "\n".join([*map(_law, kinds), f"Sources\n\n{sources}\n" if sources else ""]).rstrip() + "\n"


def record_columns() -> str:
    """Columns with a contract."""
    kinds = {"Float64": "number", "Int64": "whole number"}
    return table(
        ("column", "type", "meaning"), ((f"`{c.label}`", kinds[c.dtype.__name__], c.meaning) for c in COLUMNS)
    )


def states() -> str:
    """Model states of each side, as columns of simulated records."""
    found = {
        (s.name, kind.family == "conduction"): (s, kind.family)
        for kind in ALL_MECHANISMS
        for s in kind.states
    }
    rows = [(f"`{s.name}`", f"`{_column(s, of)}`", s.doc, f"`{of}`") for s, of in found.values()]
    rows.append((f"`{LITHIUM.name}`", f"`{LITHIUM.title} 1 / {LITHIUM.unit}`", LITHIUM.doc, "the electrode"))
    return table(("state", "column (side 1; side 2 alike)", "meaning", "family"), rows)


def metrics() -> str:
    """Every metric with its unit and meaning."""
    return table(("metric", "unit", "meaning"), ((f"`{m.name}`", m.unit, m.meaning) for m in ALL_METRICS))


def elements() -> str:
    """Every element of a circuit: equation as text, reported parameters, source."""
    rows: list[list[str]] = []
    for e in ALL_ELEMENTS:
        names = e.names((1,) * len(e.parts()))
        reported = "; ".join(
            f"`{name}` {q.name} / {q.unit}, {q.meaning}" for name, q in zip(names, e.reported(), strict=True)
        )
        fitted = ", ".join(q.name for q in e.parameters)
        rows.append([f"`{e.text((1,) * len(e.parts()))}`", f"`{e.equation}`", fitted, reported, e.reference])
    return table(("element", "impedance", "fitted by", "reported as", "source"), rows)


def circuit_codes() -> str:
    """Symbols of circuit description code, and what their parameters are here."""
    rows: list[list[str]] = []
    for symbol, kind in KINDS.items():
        rows.append(
            [
                f"`{symbol}`",
                ", ".join(f"`{n}`" for n in (*kind.names, *kind.held, *(("L",) if kind.length else ()))),
                f"`{kind.element.text(('',) * len(kind.element.parts())).replace('_', '')}`",
                ", ".join(f"{n} = {v:g} only" for n, v in kind.held.items()),
            ]
        )
    return table(("code", "parameters", "element", "restriction"), rows)


def reactions() -> str:
    """Every stored reaction with lithium, computed."""
    rows: list[list[str]] = []
    for c in chemistry.reactions():
        raised = {flag.name for flag in chemistry.flags(c) if flag.raised}
        marks = "".join(mark for mark, name in _MARKS.items() if name in raised)
        rows.append(
            [
                c.equation,
                f"{c.delta_G / 1e3:.1f}",
                f"{c.potential:.3f} ± {c.potential_uncertainty or 0:.2g}",
                f"{c.capacity_mAh_g:.0f}",
                f"{c.lithium_length:.2f}",
                f"{c.film_volume_change:+.0%}",
                f"{c.total_volume_change:+.0%}",
                f"{c.metal_volume_fraction:.3f}",
                marks,
                ", ".join(f"`{s}`" for s in c.sources),
            ]
        )
    head = (
        "reaction", "ΔG / kJ/mol", "E / V", "mAh/g", "Li um/um", "film", "with Li", "metal", "flags", "energies"
    )  # fmt: skip
    return table(head, rows)


_MARKS = {
    "I": "inert against lithium",
    "F": "takes lithium before LATP",
    "P": "metal percolates",
    "S": "swells",
}


def alloys() -> str:
    """Every stored alloying element."""
    rows: list[list[str]] = []
    for a in map(chemistry.alloy, chemistry.alloy_elements()):
        if not a.takes_lithium:
            continue
        quantities = [*a.plateaus, *([a.lithiated_molar_volume] if a.lithiated_molar_volume else [])]
        rows.append(
            [
                a.element,
                ", ".join(f"{q.value:g}" for q in a.plateaus) + (" (slope)" if a.sloping else ""),
                "" if a.lithiated is None else a.lithiated.text,
                "" if a.capacity_mAh_g is None else f"{a.capacity_mAh_g:.0f}",
                "" if a.volume_change is None else f"{a.volume_change:+.0%}",
                ", ".join(dict.fromkeys(f"`{q.source}` ({q.status})" for q in quantities)),
            ]
        )
    return table(("element", "potential / V", "fully lithiated", "mAh/g", "volume", "sources"), rows)


def calibrated() -> str:
    """Calibrated values of the shipped parameter sets, side by side."""
    sets = {name: parameter_sets.load(name) for name in parameter_sets.names()}
    sets = {name: chosen for name, chosen in sets.items() if chosen.calibration}
    values: dict[str, dict[str, str]] = {}
    fixed: dict[str, str] = {}
    for name, chosen in sets.items():
        for surface, families in chosen.sections.items():
            for of, entries in families.items():
                for field, entry in entries.items():
                    if entry.status == "calibrated":
                        where = f"`{surface}.{of}.{field}`"
                        values.setdefault(where, {})[name] = _short(entry.value)
                        fixed[where] = entry.fixed_by
    rows = [[where, *(cells.get(name, "") for name in sets), fixed[where]] for where, cells in values.items()]
    return table(("parameter", *(f"`{name}`" for name in sets), "fixed by"), rows)


def fits() -> str:
    """How well each set meets the eight overpotentials it was fitted to."""
    rows: list[list[str]] = []
    for name in parameter_sets.names():
        chosen = parameter_sets.load(name)
        facts = chosen.calibration
        if not facts:
            continue
        rows.append(
            [
                f"`{name}`",
                chosen.summary.partition(", ")[2],
                f"{100 * facts['rate_test_rms']:.1f} %",
                f"{100 * facts['rate_test_worst']:.1f} %",
            ]
        )
    return table(("set", "what it assumes", "rate test, rms", "worst of eight"), rows)


def uncalibrated() -> str:
    """Every entry of the sets that no experiment of this project's paper calibrated."""
    rows: list[list[str]] = []
    for name in parameter_sets.names():
        chosen = parameter_sets.load(name)
        if chosen.calibration:
            continue
        entries = [("cell." + key, entry) for key, entry in chosen.cell.items()]
        for surface, families in chosen.sections.items():
            entries += [
                (f"{surface}.{of}.{key}", entry)
                for of, table_of in families.items()
                for key, entry in table_of.items()
            ]
        for where, entry in entries:
            ends = "" if entry.low is None or entry.high is None else f"{entry.low} to {entry.high}"
            rows.append([f"`{name}`", f"`{where}`", _short(entry.value), ends, entry.status, entry.fixed_by])
    return table(("set", "parameter", "value", "range", "status", "source or reason"), rows)


def stored(names: str) -> str:
    """Quantities of some materials, named with commas between."""
    rows: list[list[str]] = []
    for name in names.split(","):
        for key, q in materials.find(name).quantities.items():
            unit = "" if q.unit == "1" else f" {q.unit}"
            low_high = (
                "" if q.range is None else " to ".join(f"{units.to_unit(v, q.unit):.4g}" for v in q.range)
            )
            rows.append(
                [name, f"`{key}`", f"{q.printed:.4g}{unit}", low_high, q.status, f"`{q.source}`", q.note]
            )
    return table(("material", "property", "value", "range", "status", "source", "note"), rows)


def other_systems() -> str:
    """Published interlayers beside the fresh shipped cells."""
    made = (
        (
            f"`{r.source}`",
            r.film,
            f"`{r.cell}`",
            f"{r.quantity}, {r.unit}",
            f"{r.published:.3g}",
            f"{r.simulated:.2g}",
            f"{r.low:.1g} to {r.high:.1g}",
            "yes" if r.low <= r.published <= r.high else "no",
            r.remark,
        )
        for r in rows()
    )
    head = (
        "source",
        "film",
        "shipped cell",
        "quantity",
        "published",
        "simulated",
        "band",
        "inside",
        "remark",
    )
    return table(head, made)


def xps_positions() -> str:
    """What was read of the numbers of the recipes of photoelectron lines."""
    found: list[list[str]] = []
    for one in xps.recipes().values():
        splittings: dict[str, str] = {}
        for state in one.states:
            place = f"{state.position_eV[0]:.2f} ± {state.position_eV[1]:.1f}"
            found.append([one.line, state.name, place, state.status, state.checked])
            if state.doublet is not None:
                d = state.doublet
                splittings.setdefault(
                    f"{d.splitting_eV[0]:.2f} ± {d.splitting_eV[1]:.2f}", f"{d.status}\n{d.checked}"
                )
        for value, said in splittings.items():
            found.append([one.line, "splitting", value, *said.split("\n")])
    return table(("line", "state", "eV", "status", "what was read"), found)


def xps_unchecked() -> str:
    """The positions of the recipes that no text confirms."""
    found = [
        [one.line, state.name, f"{state.position_eV[0]:.1f} ± {state.position_eV[1]:.1f}", state.source]
        for one in xps.recipes().values()
        for state in one.states
        if not state.is_checked
    ]
    return table(("line", "state", "eV", "taken"), found)


def xps_sensitivities() -> str:
    """Sensitivity factors and what was read of them."""
    found = [
        [one.line, f"{one.sensitivity:g}", one.sensitivity_status, one.sensitivity_checked]
        for one in xps.recipes().values()
        if one.sensitivity_checked
    ]
    return table(("line", "factor", "status", "what was read"), found)


def xrd_phases() -> str:
    """What was read of the structures of the phases."""
    found = [
        [f"`{one.key}`", one.status, one.atoms_status or "none", one.checked]
        for one in xrd.library().values()
    ]
    return table(("phase", "cell", "atoms", "what was read"), found)


def file(path: str) -> str:
    """A file of the repository, whole."""
    kind = {"py": "python", "toml": "toml"}[path.rpartition(".")[2]]
    text = (DOCS.parent / path).read_text(encoding="utf-8").rstrip()
    return f"`{path}`:\n\n```{kind}\n{text}\n```\n"


def _short(value: str | float) -> str:
    if not isinstance(value, str):
        return f"{value:.4g}"
    number, _, unit = value.partition(" ")
    units.factor(unit)  # a unit that cannot be read does not get into a table
    return f"{float(number):.4g} {unit}"


MAKERS: dict[str, Callable[[str], str]] = {
    "family": family,
    "file": file,
    "record-columns": lambda _: record_columns(),
    "states": lambda _: states(),
    "metrics": lambda _: metrics(),
    "elements": lambda _: elements(),
    "circuit-codes": lambda _: circuit_codes(),
    "reactions": lambda _: reactions(),
    "alloys": lambda _: alloys(),
    "calibrated": lambda _: calibrated(),
    "fits": lambda _: fits(),
    "uncalibrated": lambda _: uncalibrated(),
    "stored": stored,
    "other-systems": lambda _: other_systems(),
    "performance": performance.markdown,
    "xps-positions": lambda _: xps_positions(),
    "xps-unchecked": lambda _: xps_unchecked(),
    "xps-sensitivities": lambda _: xps_sensitivities(),
    "xrd-phases": lambda _: xrd_phases(),
}


def filled(text: str) -> str:
    """Return a page with every generated block written anew."""

    def block(found: re.Match[str]) -> str:
        what, _, about = found["what"].partition(" ")
        return found[1] + "\n" + MAKERS[what](about).rstrip() + "\n\n" + found[3]

    return _BLOCK.sub(block, text)


def pages() -> list[Path]:
    """All pages of this folder."""
    return sorted(DOCS.rglob("*.md"))


def main() -> None:
    """Write all pages anew and say which changed."""
    for page in pages():
        old = page.read_text(encoding="utf-8")
        new = filled(old)
        if new != old:
            page.write_text(new, encoding="utf-8", newline="\n")
            sys.stdout.write(f"{page.relative_to(DOCS)} written\n")


if __name__ == "__main__":
    main()
