"""Copies what belongs to a checkout, and nothing that was built in it: `copy_checkout.py FROM TO`."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path


def main(source: Path, target: Path) -> None:
    """Copy tracked files, and new ones that are not ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=source,
        check=True,
        capture_output=True,
    ).stdout.decode()
    names = [name for name in listed.split("\0") if name and (source / name).is_file()]
    if not names:
        raise SystemExit(f"nothing to copy in {source}")
    for name in names:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source / name, target / name)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
