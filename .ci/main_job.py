"""Checks that the main job left what it promises: `main_job.py out/ding2024`."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

COLUMNS = [
    *("id", "quantity", "cell", "conditions", "unit", "published", "simulated", "low", "high", "deviation"),
    *("satisfied", "role", "p05", "p25", "p50", "p75", "p95"),
]
NUMBERS = ("published", "simulated", "low", "high", "deviation")
FEWEST_ROWS = 60


def main(folder: Path) -> None:
    """Look at the comparison and the report."""
    with (folder / "comparison.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    if not rows or list(rows[0]) != COLUMNS:
        raise SystemExit(f"comparison.csv has the columns {list(rows[0]) if rows else 'of nothing'}")
    if len(rows) < FEWEST_ROWS:
        raise SystemExit(f"comparison.csv has {len(rows)} rows, fewer than {FEWEST_ROWS}")
    for row in rows:
        for name in NUMBERS:
            if row[name]:
                float(row[name])
    page = (folder / "report.html").read_text(encoding="utf-8")
    if "</html>" not in page[-100:]:
        raise SystemExit("report.html does not end as a page does")
    figures = {kind: len(list((folder / "figures").glob(f"*.{kind}"))) for kind in ("svg", "png", "csv")}
    if not all(figures.values()):
        raise SystemExit(f"figures: {figures}")
    print(f"{len(rows)} rows compared, report of {len(page) / 1e6:.1f} MB, figures {figures}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
