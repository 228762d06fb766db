"""`python -m tests.fuzz --mutants 10000`: exit code 1 if any mutant was not refused or read as it stands."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from tests.fuzz.run import run


def main() -> None:
    """Run, and print what became of the mutants."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mutants", type=int, default=10000)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=2)
    said = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = run(Path(folder), said.mutants, first_seed=said.first_seed, workers=said.workers, tell=True)
    for outcome, count in sorted(found.counts.items()):
        print(f"{outcome}: {count}")
    print(f"slowest: {found.slowest_s:.2f} s")
    for name, seed, mutation, outcome, detail in found.bad:
        print(f"\n{outcome}: {name} seed {seed} {mutation}\n{detail}")
    raise SystemExit(1 if found.bad else 0)


main()
