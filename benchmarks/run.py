"""Measures how fast the simulator is: `python benchmarks/run.py [--only NAME] [--all] [--json FILE]`.

Without options: the figures with which each change is watched, in some minutes. The long studies run by name or with
--all. `--page` keeps the figures for docs/performance.md and writes its tables anew.
"""

from __future__ import annotations

import argparse
import datetime
import json
import math
import runpy
import sys
import traceback
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
for place in (ROOT, ROOT / "src"):
    if str(place) not in sys.path:
        sys.path.insert(0, str(place))

from benchmarks.harness import Benchmark, Figure, Progress, Sizes  # noqa: E402
from benchmarks.page import keep, machine, on_screen  # noqa: E402
from benchmarks.registry import ALL  # noqa: E402


def chosen(only: list[str], everything: bool) -> list[Benchmark]:
    """Benchmarks to run.

    Raises
    ------
    KeyError
        For a name that none has.
    """
    if not only:
        return [one for one in ALL if everything or not one.long]
    known = {one.name: one for one in ALL}
    return [known[name] for name in only]


def measure(benchmarks: list[Benchmark], sizes: Sizes) -> tuple[dict[str, list[Figure]], list[str]]:
    """Figures by benchmark, and what went wrong; one that fails has its keys without values."""
    progress = Progress(sum(one.seconds for one in benchmarks))
    figures: dict[str, list[Figure]] = {}
    wrong: list[str] = []
    for one in benchmarks:
        progress(one.name, one.seconds, 0.0, one.title)
        try:
            found = one.run(sizes, lambda share, doing, b=one: progress(b.name, b.seconds, share, doing))
        except Exception as why:  # the others still have something to say
            traceback.print_exc()
            wrong.append(f"{one.name}: {why}")
            found = [Figure(key, one.title, None, note=f"failed: {why}") for key in one.keys]
        figures[one.name] = found
        progress.done += one.seconds
        progress(one.name, 0.0, 1.0, "done")
    return figures, wrong


def result(figures: dict[str, list[Figure]], remark: str = "") -> dict[str, Any]:
    """The JSON: every figure by its key, then all with targets and conditions, then the machine."""
    date = datetime.datetime.now(tz=datetime.UTC).date().isoformat()
    return {
        **{one.key: finite(one.value) for some in figures.values() for one in some},
        "figures": [
            {"benchmark": name, **one.as_dict(), "value": finite(one.value), "date": date, "remark": remark}
            for name, some in figures.items()
            for one in some
        ],
        "machine": machine(),
    }


def finite(value: float | None) -> float | None:
    """JSON has no infinity."""
    return value if value is None or math.isfinite(value) else None


def main(arguments: list[str] | None = None) -> int:
    """Run and print; 1 if a benchmark failed, 2 for a name that none has. A target that is missed is no failure."""
    listed = "\n".join(
        f"  {b.name:<16} {b.title}, {b.seconds:.0f} s{' (long)' if b.long else ''}" for b in ALL
    )
    parser = argparse.ArgumentParser(
        description=__doc__,
        epilog=f"benchmarks:\n{listed}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--only", metavar="NAME", action="append", default=[], help="run this one (may be repeated)"
    )
    parser.add_argument("--all", action="store_true", help="run the long studies as well")
    parser.add_argument("--json", metavar="FILE", type=Path, help="write the figures to a file")
    parser.add_argument(
        "--page", action="store_true", help="keep the figures for docs/performance.md and write it"
    )
    parser.add_argument("--remark", default="", help="a sentence that stands below the page's table")
    parser.add_argument(
        "--tiny", action="store_true", help="run next to nothing: whether it works, not how fast"
    )
    asked = parser.parse_args(arguments)
    unknown = [name for name in asked.only if name not in {b.name for b in ALL}]
    if unknown:
        sys.stderr.write(
            f"there is no benchmark '{unknown[0]}'; there are: {', '.join(b.name for b in ALL)}\n"
        )
        return 2
    figures, wrong = measure(chosen(asked.only, asked.all), Sizes.tiny() if asked.tiny else Sizes())
    if sys.stderr.isatty():
        sys.stderr.write("\n")
    sys.stdout.write(on_screen([one for some in figures.values() for one in some]) + "\n")
    measured = result(figures, asked.remark)
    if asked.json:
        asked.json.write_text(json.dumps(measured, indent=2) + "\n", encoding="utf-8")
    if asked.page:
        keep(measured)
        runpy.run_path(str(ROOT / "docs" / "make_tables.py"), run_name="__main__")
    for line in wrong:
        sys.stderr.write(f"failed: {line}\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
