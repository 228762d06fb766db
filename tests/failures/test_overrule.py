"""A person's overrule: first in the evidence, what was computed beside it, and refused if it says nothing."""

from __future__ import annotations

import pytest

from interlayer.errors import InputError
from interlayer.failures.judge import find_verdict
from interlayer.failures.overrule import overruled
from interlayer.metrics.analysis import Analysis
from tests.failures.cells import cycling, shunted

WHO = {"by": "A. Miller", "on": "2026-05-04", "reason": "cell was dropped"}


@pytest.fixture(scope="module")
def soft():
    return find_verdict(Analysis(cycling(shunted(9, 0.5, 0.4))))


def test_nothing_said_changes_nothing(soft):
    assert overruled(soft, {}) is soft
    assert overruled(soft, {"short": " ", "reason": ""}) is soft


def test_no_short_after_all(soft):
    found = overruled(soft, {"short": "none", **WHO})
    assert (found.short, found.failure, found.time_s, found.short_s) == ("none", "none", None, None)
    assert found.evidence[0] == (
        "overruled by A. Miller on 2026-05-04: short none, failure none; reason: cell was dropped"
    )
    assert found.evidence[1].startswith("computed: short soft, failure none, confidence ")
    assert found.evidence[2:] == soft.evidence
    assert found.moments == soft.moments


def test_another_time_and_kind(soft):
    found = overruled(soft, {"short": "hard", "hours": "3.5", **WHO}, start_s=100.0)
    assert (found.short, found.time_s, found.short_s) == ("hard", 12700.0, 12700.0)
    assert found.half_cycle is None
    assert "from 3.5 h on" in found.evidence[0]
    assert overruled(soft, {"short": "hard", "hours": "90 min", **WHO}).time_s == 5400.0
    assert overruled(soft, {"short": "hard", "hours": "3,5", **WHO}).time_s == 12600.0


def test_a_failure_beside_the_computed_short(soft):
    found = overruled(soft, {"failure": "contact loss", **WHO})
    assert (found.short, found.failure, found.time_s) == ("soft", "contact_loss", soft.time_s)


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ({"short": "maybe", **WHO}, "overrule_short is 'maybe'"),
        ({"failure": "bad", **WHO}, "overrule_failure is 'bad'"),
        ({"short": "none", "by": "A. Miller"}, "without saying why"),
        ({"short": "none", "reason": "x"}, "without saying who"),
        ({"reason": "x", "by": "y"}, "neither a short nor a failure"),
        ({"short": "soft", "hours": "soon", **WHO}, "overrule_hours is 'soon'"),
        ({"short": "soft", "hours": "-3", **WHO}, "overrule_hours is '-3'"),
        ({"short": "soft", "hours": "nan", **WHO}, "overrule_hours is 'nan'"),
        ({"short": "none", "failure": "none", "hours": "3", **WHO}, "nothing happened"),
        ({"shorts": "none"}, "no part of an overrule"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_its_place(soft, said, word):
    with pytest.raises(InputError) as caught:
        overruled(soft, said, where="cells.csv, row 7")
    assert word in str(caught.value)
    assert "cells.csv, row 7" in str(caught.value)
