"""Slow changes without harm: what declines or grows, and why it is taken for no failure."""

from __future__ import annotations

from typing import Final

import numpy as np

from interlayer.failures.trace import trace
from interlayer.metrics.analysis import Analysis

WORTH_SAYING: Final = 0.15


def slow_change(analysis: Analysis) -> str:
    """Describe a slow change of |V|/|I| over the record at the current that most half-cycles have; '' if none."""
    t = analysis.get(trace)
    if t.reason:
        return ""
    known = np.flatnonzero(np.isfinite(t.level_ohm) & (t.level_ohm > 0) & (t.key >= 0))
    if known.size < 6:
        return ""
    keys, number = np.unique(t.key[known] // 2, return_counts=True)
    mine = known[t.key[known] // 2 == keys[np.argmax(number)]]
    if mine.size < 6:
        return ""
    width = max(2, mine.size // 10)
    first, last = float(np.median(t.level_ohm[mine[:width]])), float(np.median(t.level_ohm[mine[-width:]]))
    change = last / first - 1.0
    if abs(change) < WORTH_SAYING:
        return ""
    middle = float(
        np.median(t.level_ohm[mine[mine.size // 2 - width // 2 : mine.size // 2 + max(width // 2, 1)]])
    )
    slowing = abs(middle - first) > 0.5 * abs(last - first)
    verb = "declines" if change < 0 else "grows"
    pace = "more slowly as time goes on" if slowing else "steadily"
    why = "wetting, formation or healing" if change < 0 else "an interphase or an ageing layer"
    return (
        f"{t.what} {verb} slowly, from {t.says(first)} to {t.says(last)} ({change:+.0%}), {pace}, with no sudden "
        f"fall: {why}; benign in itself"
    )
