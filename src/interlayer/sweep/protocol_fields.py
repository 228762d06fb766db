"""Fields of a protocol: arguments of a standard test, or words within the sentences of a file.

`protocol.<argument>` of a test (`[protocol] test = "cycling"`): what its builder takes.
`protocol.<group>.<word>` of sentences: `group` is a first word ('Plate', 'Rest', ...) or 'current' for all steps of an
imposed current; `word` is 'at', 'for', 'until', 'from' or 'to', and the value replaces what stands behind it.
`protocol.steps.<n>.<word>` of one step, counted from 1; within a block `protocol.steps.<n>.<m>.<word>`, and
`protocol.steps.<n>.repeat` of the block itself.
"""

from __future__ import annotations

import copy
import inspect
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, cast

from interlayer.errors import DescriptionError, ProtocolError, unknown_name
from interlayer.protocol import Protocol

TESTS: Final = (
    "cycling",
    "critical_current_ramp",
    "rate_test",
    "full_cell_cycling",
    "rate_capability",
    "bruce_vincent",
)
_CURRENT: Final = ("Plate", "Strip", "Charge", "Discharge")
_GROUPS: Final = ("current", *_CURRENT, "Rest", "Hold", "EIS")
_BEHIND: Final = {
    "at": re.compile(r"(?<=\bat )(.+?)(?= for | until | \(|$)"),
    "for": re.compile(r"(?<=\bfor )(.+?)(?= or | \(|$)"),
    "until": re.compile(r"(?<=\buntil )(.+?)(?= or | \(|$)"),
    "from": re.compile(r"(?<=\bfrom )(.+?)(?= to )"),
    "to": re.compile(r"(?<= to )(.+?)(?=,| \(|$)"),
}


def build_protocol(described: Mapping[str, Any], changes: Mapping[str, Any]) -> Protocol:
    """Make the protocol of one point.

    Parameters
    ----------
    described : plain data of a protocol (`Protocol.as_dict`), or `{"test": name, argument: value}`.
    changes : values by field, without 'protocol.' in front.

    Raises
    ------
    ProtocolError, UnitError, DescriptionError
        For a field that this protocol does not have, or a value that it cannot take.
    """
    if "test" in described:
        return _of_test(described, changes)
    data = copy.deepcopy(dict(described))
    for path, value in changes.items():
        _change(data, path, value)
    return Protocol.from_dict(data)


def _of_test(described: Mapping[str, Any], changes: Mapping[str, Any]) -> Protocol:
    name = str(described["test"])
    if name not in TESTS:
        raise DescriptionError(unknown_name("test", name, TESTS), where="[protocol]")
    builder = getattr(Protocol, name)
    given = {k: v for k, v in described.items() if k != "test"} | dict(changes)
    known = tuple(inspect.signature(builder).parameters)
    for key in given:
        if key not in known:
            raise DescriptionError(
                unknown_name(f"argument of the test '{name}'", key, known), where="[protocol]"
            )
    return cast(Protocol, builder(**given))


def _change(data: dict[str, Any], path: str, value: Any) -> None:
    first, *rest = path.split(".")
    if first == "steps" and len(rest) >= 2:
        steps, place, word = _step_at(data, rest)
        _set(steps, place, word, value, path)
        return
    if first in _GROUPS and len(rest) == 1 and rest[0] in _BEHIND:
        wanted = _CURRENT if first == "current" else (first,)
        found = [
            (steps, place)
            for steps, place in _sentences(data["steps"])
            if str(steps[place]).startswith(wanted) and _BEHIND[rest[0]].search(steps[place])
        ]
        if not found:
            raise ProtocolError(
                f"no step of the protocol is '{first} ... {rest[0]} ...'", where=f"protocol.{path}"
            )
        for steps, place in found:
            _set(steps, place, rest[0], value, path)
        return
    raise DescriptionError(
        f"protocol.{path} is no field of a protocol",
        advice="write protocol.current.at, protocol.Rest.for, protocol.steps.1.until, protocol.steps.2.repeat; "
        f"first words are {', '.join(_GROUPS)}, words {', '.join(_BEHIND)}",
    )


def _sentences(steps: list[Any]) -> Iterator[tuple[list[Any], int]]:
    """Every sentence with the list that holds it."""
    for place, step in enumerate(steps):
        if isinstance(step, str):
            yield steps, place
        else:
            yield from _sentences(step["steps"])


def _step_at(data: dict[str, Any], rest: list[str]) -> tuple[list[Any], int, str]:
    """List, place and word of 'steps.<n>.<m>.<word>'."""
    *numbers, word = rest
    steps: list[Any] = data["steps"]
    for depth, text in enumerate(numbers):
        if not text.isdigit() or not 1 <= int(text) <= len(steps):
            raise DescriptionError(
                f"protocol.steps.{'.'.join(numbers)}: there is no step {text} of {len(steps)}",
                advice="steps count from 1",
            )
        place = int(text) - 1
        if depth == len(numbers) - 1:
            return steps, place, word
        if isinstance(steps[place], str):
            raise DescriptionError(f"protocol.steps.{'.'.join(numbers)}: step {text} is no block")
        steps = steps[place]["steps"]
    raise DescriptionError(f"protocol.steps.{word} names no step", advice="write protocol.steps.1.at")


def _set(steps: list[Any], place: int, word: str, value: Any, path: str) -> None:
    step = steps[place]
    if word == "repeat" and not isinstance(step, str):
        step["repeat"] = value
        return
    if not isinstance(step, str) or word not in _BEHIND or not _BEHIND[word].search(step):
        shown = f"'{step}'" if isinstance(step, str) else "a block"
        raise DescriptionError(
            f"protocol.{path}: {shown} has no '{word}'",
            advice=f"words are {', '.join(_BEHIND)}; a block has 'repeat'",
        )
    steps[place] = _BEHIND[word].sub(str(value).replace("\\", ""), step, count=1)
