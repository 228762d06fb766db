"""Whether a plan can be done at all: faults that every point would share are said before anything is computed."""

from __future__ import annotations

from interlayer.errors import InterlayerError
from interlayer.sweep.plan import Plan
from interlayer.sweep.point import Made, make


def check(plan: Plan) -> Made:
    """Try the first point, and for each entry a few of its values; returns a point that can be done.

    Raises
    ------
    InputError
        If no tried value of a field can be set: the field or the unit is wrong, not one value.
    """
    settings = plan.settings()
    first = plan.points[0]
    found: Made | None = None
    for number, entry in enumerate(plan.entries):
        refused: InterlayerError | None = None
        for value in (first[number], *entry.trials()):
            one = make(settings, [*first[:number], value, *first[number + 1 :]])
            if isinstance(one, Made):
                found = one
                refused = None
                break
            refused = refused or one
        if refused is not None:
            raise refused
    assert found is not None  # a plan has at least one entry
    return found
