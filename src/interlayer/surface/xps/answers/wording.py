"""Shares in words and as metrics, the same for every question."""

from __future__ import annotations

from typing import Final

from interlayer.metrics.base import Metric
from interlayer.surface.xps.fraction import Share

SKIN: Final = (
    "XPS sees the outer 10 nm or less: these are shares of the skin, never of the whole film; rinsing, air, sputtering "
    "and the beam itself change it."
)


def percent(share: float) -> str:
    """Return a share in percent with as many digits as mean something: '0.4 %', '37.2 %'."""
    value = 100.0 * share
    return f"{value:.2f} %" if value < 1.0 else f"{value:.1f} %"


def interval(share: Share) -> str:
    """Return '95 % interval 31.2 % to 36.0 %, detection limit 1.2 %'."""
    return (
        f"95 % interval {percent(share.low)} to {percent(share.high)}, "
        f"detection limit {percent(share.detection_limit)}"
    )


def sentence(what: str, share: Share) -> str:
    """Return a sentence on a share: seen with its interval, or not seen with its limit."""
    if share.is_seen:
        return f"{what}: {percent(share.value)} ({interval(share)})."
    return (
        f"{what}: not seen, at most {percent(share.high)} (95 % interval from 0; detection limit "
        f"{percent(share.detection_limit)})."
    )


def metric(name: str, share: Share, *evidence: str) -> Metric:
    """Return a share as a metric of unit 1; one that is not seen has its upper end as a bound."""
    said = (interval(share), *evidence)
    if share.is_seen:
        return Metric(name, share.value, "1", max(share.high - share.low, 0.0) / 3.92, evidence=said)
    return Metric(name, share.high, "1", None, bound="<=", evidence=("below the decision limit", *said))


def missing(name: str, why: str) -> Metric:
    """Return a metric that cannot be had."""
    return Metric(name, None, "1", evidence=(why,))
