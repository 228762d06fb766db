"""The figures as tables: on screen, and in docs/performance.md through docs/make_tables.py."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from benchmarks.harness import ROOT, Figure

STORED = ROOT / "docs" / "performance.json"
"""What the page's tables are written from."""


def machine() -> dict[str, str]:
    """What the figures were measured on; no name of it."""
    import importlib.metadata as metadata

    packages = ("interlayer", "jax", "jaxlib", "numpy", "pybamm", "pybammsolvers")
    found = {
        "processor": _processor(),
        "cores": str(_cores()),
        "system": f"{platform.system()}, {platform.machine()}",
    }
    found["Python"] = platform.python_version()
    for name in packages:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _processor() -> str:
    file = Path("/proc/cpuinfo")
    if file.is_file():
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or "not known"


def number(value: float | None) -> str:
    """Three digits, or what stands for nothing."""
    return "" if value is None else f"{value:.3g}"


def target(one: Mapping[str, Any]) -> str:
    """Target as text."""
    if one["target"] is None:
        return ""
    aim = "" if one["aim"] is None else f" (aim {number(one['aim'])})"
    return f"{one['sense']} {number(one['target'])}{aim}"


def verdict(one: Mapping[str, Any]) -> str:
    """Whether the target is met."""
    return {None: "", True: "yes", False: "no"}[one["met"]]


def value(one: Mapping[str, Any]) -> str:
    """Value with unit."""
    unit = "" if one["unit"] == "1" else f" {one['unit']}"
    return "not yet" if one["value"] is None else number(one["value"]) + unit


def rows(figures: Iterable[Mapping[str, Any]]) -> list[tuple[str, ...]]:
    """Cells of the table: figure, value, target, met, conditions."""
    return [(one["meaning"], value(one), target(one), verdict(one), one["note"]) for one in figures]


def on_screen(figures: list[Figure]) -> str:
    """The table as plain text: one line a figure, its conditions below it."""
    shown = [("figure", "value", "target", "met"), *(r[:4] for r in rows(f.as_dict() for f in figures))]
    names = ["", *(f.key for f in figures)]
    widths = [max(map(len, names)), *(max(len(r[k]) for r in shown) for k in (1, 2, 3))]
    lines = []
    for name, row, one in zip(names, shown, [None, *figures], strict=True):
        cells = (name, row[1], row[2], row[3])
        line = "  ".join(c.ljust(w) for c, w in zip(cells, widths, strict=True)).rstrip()
        lines.append(line or "")
        if one is not None:
            lines.append(f"    {one.meaning}" + (f"; {one.note}" if one.note else ""))
    return "\n".join(lines)


def stored() -> dict[str, Any]:
    """What was measured last for the page."""
    if not STORED.is_file():
        return {"figures": [], "machine": {}}
    return json.loads(STORED.read_text(encoding="utf-8"))


def keep(measured: Mapping[str, Any]) -> None:
    """Store a run for the page; figures of benchmarks that did not run stay, if they are from the same machine."""
    old = stored()
    ran = {one["benchmark"] for one in measured["figures"]}
    alike = old["machine"] == measured["machine"]
    figures = [one for one in old["figures"] if alike and one["benchmark"] not in ran] + measured["figures"]
    text = json.dumps({"figures": figures, "machine": measured["machine"]}, indent=2, ensure_ascii=False)
    STORED.write_text(text + "\n", encoding="utf-8", newline="\n")


def markdown(what: str) -> str:
    """A generated block of docs/performance.md: 'machine', or the figures of some benchmarks, commas between."""
    kept = stored()
    body: list[tuple[str, ...]]
    if what == "machine":
        dates = sorted({one["date"] for one in kept["figures"]})
        head: tuple[str, ...] = ("", "")
        body = [*kept["machine"].items(), ("measured", " to ".join(dict.fromkeys((dates[0], dates[-1]))))]
        remarks: list[str] = []
    else:
        head = ("figure", "value", "target", "met", "how")
        names = what.split(",")
        some = [one for name in names for one in kept["figures"] if one["benchmark"] == name]
        body = rows(some)
        remarks = list(dict.fromkeys(one["remark"] for one in some if one["remark"]))
    lines = [head, ("---",) * len(head), *body]
    table = "\n".join("| " + " | ".join(c.replace("|", "\\|") for c in line) + " |" for line in lines)
    return "\n\n".join([*(f"**{remark}**" for remark in remarks), table])
