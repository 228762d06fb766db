"""Wall-clock times as instruments print them, and which of two numbers is the day.

'05/06/2024' is the fifth of June or the sixth of May. The order is taken from what the file itself shows: a
number above 12, or a day that would make time run backwards or jump. If it shows nothing, that is said.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

_PATTERN: Final = (
    r"^\s*(\d{1,4})[/.\-](\d{1,2})[/.\-](\d{1,4})[ T]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?"
    r"\s*([AaPp][Mm])?\s*$"
)
_COMPILED = re.compile(_PATTERN)
MONTH_FIRST: Final = "month/day/year"
DAY_FIRST: Final = "day/month/year"
YEAR_FIRST: Final = "year-month-day"


@dataclass(frozen=True)
class Timestamps:
    """Wall-clock times in the order of the file.

    Attributes
    ----------
    seconds : ndarray
        Shape (n,); seconds since 1970-01-01 00:00 on the same clock (its time zone is not known); NaN where
        unreadable.
    order : str
        `MONTH_FIRST`, `DAY_FIRST` or `YEAR_FIRST`.
    evidence : str
        What shows the order; empty if it was assumed.
    changes_elapsed : bool
        True if the other order would give other differences between the times.
    """

    seconds: NDArray[np.float64]
    order: str
    evidence: str
    changes_elapsed: bool = False

    @property
    def ambiguous(self) -> bool:
        """Whether nothing shows the order."""
        return not self.evidence


def looks_like_timestamp(text: str) -> bool:
    """Whether a text is a date with a time of day."""
    return _COMPILED.match(text) is not None


def parse(texts: pl.Series, hint: str = "", order: str = "") -> Timestamps | None:
    """Read wall-clock times.

    Parameters
    ----------
    texts : polars.Series of String
        Times of one file, nulls allowed.
    hint : str
        Another time of the same file (start of the measurement), read for its order only.
    order : str
        `MONTH_FIRST` or `DAY_FIRST` if it is known already.

    Returns
    -------
    Timestamps or None
        None if none of the texts is a date with a time.
    """
    parts = _parts(texts)
    first, second, third = parts["1"], parts["2"], parts["3"]
    if first.null_count() == len(texts):
        return None
    clock = _time_of_day(parts)
    if _largest(first) > 31:
        return Timestamps(_seconds(first, second, third, clock), YEAR_FIRST, "the year comes first")
    month_first = _seconds(third, first, second, clock)
    day_first = _seconds(third, second, first, clock)
    if order in (MONTH_FIRST, DAY_FIRST):
        return Timestamps(month_first if order == MONTH_FIRST else day_first, order, "the order is known")
    hinted = _COMPILED.match(hint)
    largest_first = max(_largest(first), int(hinted[1]) if hinted and int(hinted[1]) <= 31 else 0)
    largest_second = max(_largest(second), int(hinted[2]) if hinted else 0)
    if largest_second > 12 >= largest_first:
        return Timestamps(month_first, MONTH_FIRST, f"a second number of {largest_second} is a day")
    if largest_first > 12 >= largest_second:
        return Timestamps(day_first, DAY_FIRST, f"a first number of {largest_first} is a day")
    return _by_continuity(month_first, day_first)


def _by_continuity(month_first: NDArray[np.float64], day_first: NDArray[np.float64]) -> Timestamps:
    """Take the order in which time runs forward without a jump, if only one does."""
    steps = {
        MONTH_FIRST: np.diff(month_first[np.isfinite(month_first)]),
        DAY_FIRST: np.diff(day_first[np.isfinite(day_first)]),
    }
    seconds = {MONTH_FIRST: month_first, DAY_FIRST: day_first}
    if np.array_equal(steps[MONTH_FIRST], steps[DAY_FIRST]):
        same = bool(np.array_equal(month_first, day_first, equal_nan=True))
        return Timestamps(month_first, MONTH_FIRST, "day and month are the same number" if same else "")
    # A step of four weeks or more, or one backwards, where the other order has none.
    bad = {order: bool(((d < 0) | (d > 27 * 86400)).any()) for order, d in steps.items()}
    if bad[MONTH_FIRST] != bad[DAY_FIRST]:
        order = DAY_FIRST if bad[MONTH_FIRST] else MONTH_FIRST
        return Timestamps(seconds[order], order, "in the other order time would jump by weeks or run back")
    return Timestamps(month_first, MONTH_FIRST, "", changes_elapsed=True)


def _parts(texts: pl.Series) -> dict[str, pl.Series]:
    groups = texts.str.extract_groups(_PATTERN).struct.unnest()
    return {name: groups[name] for name in groups.columns}


def _number(parts: pl.Series) -> pl.Series:
    return parts.cast(pl.Int64, strict=False)


def _largest(numbers: pl.Series) -> int:
    return int(str(_number(numbers).max() or 0))


def _time_of_day(parts: dict[str, pl.Series]) -> pl.DataFrame:
    hour = _number(parts["4"])
    half = parts["8"].str.to_lowercase()
    hour = pl.select(
        pl.when(half == "pm").then(hour % 12 + 12).when(half == "am").then(hour % 12).otherwise(hour)
    ).to_series()
    fraction = ("0." + parts["7"].fill_null("0")).cast(pl.Float64, strict=False)
    return pl.DataFrame(
        {
            "hour": hour,
            "minute": _number(parts["5"]),
            "second": _number(parts["6"]).fill_null(0),
            "fraction": fraction.fill_null(0.0),
        }
    )


def _seconds(year: pl.Series, month: pl.Series, day: pl.Series, clock: pl.DataFrame) -> NDArray[np.float64]:
    date = pl.DataFrame({"year": _number(year), "month": _number(month), "day": _number(day)})
    whole_years = pl.when(pl.col("year") < 100).then(pl.col("year") + 2000).otherwise(pl.col("year"))
    in_range = pl.col("month").is_between(1, 12) & pl.col("day").is_between(1, 31)
    frame = date.with_columns(clock.get_columns()).with_columns(
        pl.when(in_range).then(whole_years).alias("year")
    )
    # Through text, because a constructor from numbers refuses the whole column for one 31 February.
    text = pl.concat_str(
        pl.col("year").cast(pl.String).str.zfill(4),
        pl.col("month").cast(pl.String).str.zfill(2),
        pl.col("day").cast(pl.String).str.zfill(2),
        separator="-",
    )
    days = text.str.to_date("%Y-%m-%d", strict=False).cast(pl.Int32).cast(pl.Float64)
    seconds = (
        days * 86400 + pl.col("hour") * 3600 + pl.col("minute") * 60 + pl.col("second") + pl.col("fraction")
    )
    return frame.select(seconds.cast(pl.Float64).fill_null(float("nan"))).to_series().to_numpy()
