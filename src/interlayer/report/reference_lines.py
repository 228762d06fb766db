"""Reference lines that stand so close that their texts would meet."""

from __future__ import annotations

import math
from dataclasses import replace

from interlayer.report.figure import Line, Panel
from interlayer.report.ranges import Span


def place_across(line: Line, panel: Panel, span: Span) -> float:
    """Return the place of a vertical line across a panel that shows `span`: 0 left, 1 right."""
    low, high = span
    if panel.x.scale == "log":
        return math.log10(max(line.at, low) / low) / math.log10(high / low)
    return (line.at - low) / (high - low)


def joined_lines(panel: Panel, span: Span, room: float) -> list[Line]:
    """Return the lines of a panel; vertical ones closer than `room` (share of the width) share one text.

    The text stands at the first of them; the others keep their line. Lines outside the span are left out.
    """
    kept: list[Line] = []
    leader = -1
    for line in sorted(panel.lines, key=lambda one: (one.direction, one.at)):
        if line.direction == "horizontal":
            kept.append(line)
            continue
        place = place_across(line, panel, span)
        if not 0 <= place <= 1:
            continue
        if line.text and leader >= 0 and place - place_across(kept[leader], panel, span) < room:
            texts = kept[leader].text.split("; ")
            joined = "; ".join(texts if line.text in texts else [*texts, line.text])
            kept[leader] = replace(kept[leader], text=joined)
            kept.append(replace(line, text=""))
            continue
        kept.append(line)
        if line.text:
            leader = len(kept) - 1
    return kept
