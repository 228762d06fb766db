"""A person's overrule of a verdict: it comes first, and what was computed stays beside it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from interlayer import units
from interlayer.errors import InputError, UnitError
from interlayer.failures.verdict import FAILURES, SHORTS, Verdict

OVERRULE: Final = ("short", "failure", "hours", "reason", "by", "on")
"""Parts of an overrule; columns 'overrule_short', 'overrule_failure', ... of the table of cells."""

_COLUMN: Final = "overrule_{}"


def overruled(
    verdict: Verdict, overrule: Mapping[str, str], *, start_s: float = 0.0, where: str = ""
) -> Verdict:
    """Return a verdict with a person's own in place of what it says; the verdict itself if nothing is overruled.

    Parameters
    ----------
    verdict : Verdict
        As computed.
    overrule : mapping of str to str
        Keys of `OVERRULE` that are filled: short, failure, hours, reason, by, on.
    start_s : float
        Test time from which `hours` count.
    where : str
        Place named in messages: the table and its row.

    Raises
    ------
    InputError
        If a word or the number cannot be read, if neither a short nor a failure is stated, or if it is not said who
        says so and why.
    """
    said = {key: str(value).strip() for key, value in overrule.items() if str(value).strip()}
    if not said:
        return verdict
    unknown = sorted(set(said) - set(OVERRULE))
    if unknown:
        raise InputError(
            f"'{unknown[0]}' is no part of an overrule",
            where=where,
            advice="parts are " + ", ".join(OVERRULE),
        )
    if "short" not in said and "failure" not in said:
        raise InputError(
            "an overrule states neither a short nor a failure",
            where=where,
            advice=f"fill overrule_short ({', '.join(SHORTS)}) or overrule_failure ({', '.join(FAILURES)})",
        )
    short = _word(said, "short", SHORTS, verdict.short, where)
    failure = _word(said, "failure", FAILURES, verdict.failure, where)
    for key, what in (("reason", "why"), ("by", "who")):
        if key not in said:
            raise InputError(
                f"an overrule without saying {what}", where=where, advice=f"fill {_COLUMN.format(key)}"
            )
    time = _time(said, verdict, short, failure, start_s, where)
    changed = (short, failure) != (verdict.short, verdict.failure) or "hours" in said
    half = verdict.half_cycle if time == verdict.time_s else None
    when = f" on {said['on']}" if "on" in said else ""
    at = "" if time is None else f", from {(time - start_s) / units.factor('h'):.5g} h on"
    head = (
        f"overruled by {said['by']}{when}: short {short}, failure {failure}{at}; reason: {said['reason']}",
        f"computed: short {verdict.short}, failure {verdict.failure}, confidence {verdict.confidence:.2f}",
    )
    fallen = short in ("soft", "hard", "recovering")
    failed = failure not in ("none", "unknown")
    return replace(
        verdict,
        short=short,
        failure=failure,
        time_s=time,
        half_cycle=half,
        confidence=1.0,
        evidence=(*head, *verdict.evidence),
        short_s=(time if changed or verdict.short_s is None else verdict.short_s) if fallen else None,
        short_half_cycle=verdict.short_half_cycle if fallen and time == verdict.time_s else None,
        failure_s=(time if changed or verdict.failure_s is None else verdict.failure_s) if failed else None,
        failure_half_cycle=verdict.failure_half_cycle if failed and time == verdict.time_s else None,
    )


def _word(said: Mapping[str, str], key: str, known: tuple[str, ...], computed: str, where: str) -> str:
    word = said.get(key, computed).lower().replace(" ", "_").replace("-", "_")
    if word not in known:
        raise InputError(
            f"{_COLUMN.format(key)} is '{said[key]}'", where=where, advice="write one of " + ", ".join(known)
        )
    return word


def _time(
    said: Mapping[str, str], verdict: Verdict, short: str, failure: str, start_s: float, where: str
) -> float | None:
    nothing = short in ("none", "unknown") and failure in ("none", "unknown")
    text = said.get("hours")
    if text is None:
        return None if nothing else verdict.time_s
    if nothing:
        raise InputError(
            f"overrule_hours is '{text}' and nothing happened",
            where=where,
            advice="leave overrule_hours empty",
        )
    try:
        number = float(text.replace(",", "."))
        seconds = number * units.factor("h")
    except ValueError:
        try:
            seconds = units.parse(text, "h", where=where)
        except UnitError as problem:
            raise InputError(
                f"overrule_hours is '{text}'", where=where, advice="write a number of hours, e.g. 120.5"
            ) from problem
    if not (math.isfinite(seconds) and seconds >= 0.0):
        raise InputError(
            f"overrule_hours is '{text}'", where=where, advice="write a number of hours, 0 or more"
        )
    return start_s + seconds
