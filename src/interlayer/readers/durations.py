"""Times of a test as cyclers print them: hours, minutes and seconds, with days before them or not.

'02:03:04.5', '26:03:04', '1d 02:03:04', '1 day, 2:03:04', '1-02:03:04', '1.02:03:04' and '1:02:03:04' are read;
'03:04' alone is not, because it may be hours or minutes, but '03:04.5' is minutes and seconds.
"""

from __future__ import annotations

import re
from typing import Final

import polars as pl

_CLOCK: Final = r"(\d+):(\d{1,2}):(\d{1,2}(?:[.,]\d+)?)"
_PATTERN: Final = rf"^\s*(?:(\d+)\s*(?:[dD](?:ays?)?,?|天|-|\.|:)\s*)?{_CLOCK}\s*$"
_SHORT: Final = r"^\s*(\d+):(\d{1,2}[.,]\d+)\s*$"
_SLICE: Final = 100_000
_COMPILED = re.compile(f"{_PATTERN}|{_SHORT}")


def looks_like_duration(text: str) -> bool:
    """Whether a text is hours, minutes and seconds."""
    return _COMPILED.match(text) is not None


def parse(texts: pl.Series) -> pl.Series:
    """Return seconds, shape (n,); null where a text is no such time.

    Parameters
    ----------
    texts : polars.Series of String
    """
    # In slices: the parts of a million texts would take more room than all else in a table.
    parts = [_parse(texts.slice(i, _SLICE)) for i in range(0, len(texts), _SLICE)]
    return pl.concat(parts) if parts else texts.cast(pl.Float64, strict=False)


def _parse(texts: pl.Series) -> pl.Series:
    groups = texts.str.extract_groups(_PATTERN).struct.unnest()
    day, hour, minute = (groups[name].cast(pl.Float64, strict=False) for name in ("1", "2", "3"))
    long = day.fill_null(0.0) * 86400 + hour * 3600 + minute * 60 + _seconds(groups["4"])
    if long.null_count() == texts.null_count():
        return long
    short = texts.str.extract_groups(_SHORT).struct.unnest()
    return long.fill_null(short["1"].cast(pl.Float64, strict=False) * 60 + _seconds(short["2"]))


def _seconds(texts: pl.Series) -> pl.Series:
    return texts.str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)
