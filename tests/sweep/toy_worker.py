"""A worker without physics, in the language of `interlayer.sweep.worker`: it logs what it begins, and rows are numbers.

For tests of the machinery around it: a process that loads JAX takes seconds to start.
"""

from __future__ import annotations

import base64
import json
import os
import sys
import time
from pathlib import Path

from interlayer.sweep.chunk import as_parquet


def main() -> None:
    log, seconds = Path(sys.argv[1]), float(sys.argv[2])
    for line in sys.stdin:
        task = json.loads(line)
        with log.open("a", encoding="ascii") as file:
            file.write(task["name"] + "\n")
        time.sleep(seconds)
        rows = [{"point": p["point"], "status": "ok", "notes": "x" * 2000} for p in task["points"]]
        data = base64.b64encode(as_parquet(rows, task["columns"])).decode()
        size = len(rows)
        reply = {"name": task["name"], "points": size, "failed": 0, "cycles": 0, "seconds": 0.0, "data": data}
        print(json.dumps(reply), flush=True)
    os._exit(0)


if __name__ == "__main__":
    main()
