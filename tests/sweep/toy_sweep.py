"""Run a plan with toy workers: `toy_sweep.py PLAN FOLDER LOG SECONDS`. A process for tests to kill."""

from __future__ import annotations

import sys
from pathlib import Path

from interlayer.sweep import Plan, run
from interlayer.sweep.local import LocalCrew

plan, folder, log, seconds = sys.argv[1:]
worker = [sys.executable, str(Path(__file__).with_name("toy_worker.py")), log, seconds]
run(Plan.from_toml(plan), folder, LocalCrew(2, worker))
