"""A worker process of this machine: chunks come in as lines on standard input, results go out as lines.

Started as `python -m interlayer.sweep.worker`, with the environment of `one_thread`. It ends when its input closes,
also in the middle of a chunk: nobody waits for that any more.
"""

from __future__ import annotations

import base64
import json
import os
import sys
import threading
from queue import SimpleQueue
from typing import Any


def main() -> None:
    """Compute what comes until nothing more comes."""
    from interlayer.sweep.one_thread import hold_to_one_thread

    hold_to_one_thread()
    # Replies have a stream of their own: what a library prints goes to standard error.
    replies = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)
    tasks: SimpleQueue[str] = SimpleQueue()
    threading.Thread(target=_listen, args=(tasks,), daemon=True).start()
    while True:
        replies.write(json.dumps(_answer(json.loads(tasks.get()))) + "\n")
        replies.flush()


def _listen(tasks: SimpleQueue[str]) -> None:
    for line in sys.stdin:
        tasks.put(line)
    os._exit(0)


def _answer(task: dict[str, Any]) -> dict[str, Any]:
    from interlayer.errors import InterlayerError
    from interlayer.sweep.chunk import compute

    try:
        done = compute(task)
    except InterlayerError as error:
        return {"name": task["name"], "error": str(error)}
    return done.as_dict() | {"data": base64.b64encode(done.data).decode("ascii")}


if __name__ == "__main__":
    main()
