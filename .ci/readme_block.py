"""Prints the bash block of README.md that follows a mark: `readme_block.py test-command`."""

from __future__ import annotations

import re
import sys
from pathlib import Path


def block(text: str, mark: str) -> str:
    """Return the one bash block below `<!-- mark -->`."""
    found = re.findall(rf"^<!-- {re.escape(mark)} -->\n```bash\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    if len(found) != 1:
        raise SystemExit(f"README.md has {len(found)} bash blocks marked {mark}, not one")
    return found[0].strip()


if __name__ == "__main__":
    print(block(Path("README.md").read_text(encoding="utf-8"), sys.argv[1]))
