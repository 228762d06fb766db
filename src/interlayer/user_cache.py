"""Where this program keeps what it can make again: a folder of the user's, safe to delete."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def user_cache(kind: str) -> Path:
    """Return the folder for one kind of kept results, such as 'compiled' or 'records'; it may not exist yet.

    $INTERLAYER_CACHE names another place for all of them.
    """
    if own := os.environ.get("INTERLAYER_CACHE"):
        return Path(own) if kind == "compiled" else Path(own) / kind
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    return base / "interlayer" / kind
