"""A protocol as a TOML file: `format`, `label`, `steps`, `repeat`, `[notes]`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

from interlayer.descriptions import KeyPath, Lines, dump_toml, load_toml, plain
from interlayer.errors import DescriptionError, unknown_name
from interlayer.protocol.blocks import Block, Entry, check_repeat
from interlayer.protocol.sentences import EXAMPLES, parse_sentence, print_sentence

FORMAT: Final = "interlayer-protocol/1"
"""First line of every protocol file."""

DEEPEST: Final = 10
"""Levels of blocks within blocks."""

_KEYS: Final = ("format", "label", "repeat", "steps", "notes")
_BLOCK_KEYS: Final = ("repeat", "steps")
_LINE: Final = re.compile(r"line (\d+)$")
_FIRST_WORD: Final = re.compile("|".join(EXAMPLES), re.IGNORECASE)


@dataclass(frozen=True)
class Parts:
    """What a protocol file says."""

    steps: tuple[Entry, ...]
    repeat: int
    label: str
    notes: dict[str, Any]


def load(path: str | Path) -> Parts:
    """Read a protocol file.

    Raises
    ------
    DescriptionError
        If it is not there, is not TOML, or has unknown or missing keys.
    ProtocolError
        If a step in it cannot be read.
    """
    try:
        data, lines = load_toml(path, examples={"repeat": "100"})
    except DescriptionError as error:
        raise _in_step_terms(error, Path(path)) from None
    return from_data(data, lines)


def _in_step_terms(error: DescriptionError, path: Path) -> DescriptionError:
    """Say what is wrong with a line inside the list of steps; other errors pass as they are."""
    place = _LINE.search(error.where)
    if place is None:
        return error
    lines = path.read_text("utf-8-sig", errors="replace").splitlines()
    number = int(place[1])
    line = lines[number - 1].strip() if number <= len(lines) else ""
    step = line.rstrip(",").strip()
    if _FIRST_WORD.match(step):
        bare = step.rstrip('"')
        return DescriptionError(
            f"{bare}: a step stands in quotation marks", where=error.where, advice=f'write "{bare}",'
        )
    if line.startswith('"') and line.count('"') % 2:
        return DescriptionError(
            f"{line}: the quotation marks do not close",
            where=error.where,
            advice=f'write "{step.strip(chr(34))}",',
        )
    before = next((k for k in range(number - 2, -1, -1) if lines[k].strip()), -1)
    if line[:1] in ('"', "{") and before >= 0 and lines[before].rstrip()[-1] in '"}':
        return DescriptionError(
            "a comma is missing between two steps",
            where=f"{path.name} line {before + 1}",
            advice=f"write {lines[before].strip()},",
        )
    text = "\n".join(lines)
    if text.count("[") > text.count("]"):
        return DescriptionError(
            "the list of steps is not closed", where=error.where, advice="write ] after the last step"
        )
    return error


def from_data(data: Mapping[str, Any], lines: Lines | None = None) -> Parts:
    """Check plain data, as `to_data` makes it, and read its steps.

    Raises
    ------
    DescriptionError
        For unknown, missing or mistyped keys.
    ProtocolError
        For a step that cannot be read.
    """
    reader = _Reader(lines or Lines())
    reader.check_keys(data, _KEYS, ())
    reader.check_format(data)
    label = data.get("label", "")
    if not isinstance(label, str):
        raise DescriptionError(
            f"label = {label!r} is not a text",
            where=reader.place(("label",)),
            advice=f'write label = "{label}"',
        )
    notes = data.get("notes", {})
    if not isinstance(notes, Mapping):
        raise DescriptionError(
            "notes is not a table",
            where=reader.place(("notes",)),
            advice='write [notes] and below it why = "..."',
        )
    if "steps" not in data:
        raise DescriptionError(
            "there are no steps", where=reader.lines.name, advice=f'write steps = ["{EXAMPLES["Plate"]}"]'
        )
    steps = reader.entries(data["steps"], ("steps",))
    repeat = check_repeat(data.get("repeat", 1), where=reader.place(("repeat",)))
    return Parts(steps, repeat, label, plain(notes))


@dataclass(frozen=True)
class _Reader:
    lines: Lines

    def place(self, path: KeyPath) -> str:
        """File and line of a key, or in data without a file the step's number."""
        numbers = [str(part + 1) for part in path if isinstance(part, int)]
        return self.lines.where(path) or (
            "step " + ".".join(numbers) if numbers else str(path[-1]) if path else ""
        )

    def check_keys(self, table: Mapping[str, Any], known: Sequence[str], path: KeyPath) -> None:
        for key in table:
            if key not in known:
                raise DescriptionError(
                    unknown_name("key", str(key), known),
                    where=self.place((*path, key)),
                    advice="free text goes into the table [notes]" if not path else "",
                )

    def check_format(self, data: Mapping[str, Any]) -> None:
        given = data.get("format")
        if given == FORMAT:
            return
        advice = f'write format = "{FORMAT}"'
        if given is None:
            raise DescriptionError(
                "the format is not named", where=self.lines.name, advice=advice + " as first line"
            )
        what = f"format = {given!r}"
        if isinstance(given, str) and given.startswith("interlayer-protocol/"):
            what += " is a version that this program does not know"
        elif isinstance(given, str) and given.startswith("interlayer-"):
            what += " does not describe a protocol"
            advice = "give a protocol file here"
        raise DescriptionError(what, where=self.place(("format",)), advice=advice)

    def entries(self, value: object, path: KeyPath) -> tuple[Entry, ...]:
        if len(path) > 2 * DEEPEST:
            raise DescriptionError(
                f"blocks are nested more than {DEEPEST} deep",
                where=self.place(path),
                advice="write fewer levels",
            )
        if isinstance(value, str) or not isinstance(value, Sequence):
            raise DescriptionError(
                f"steps = {value!r} is not a list",
                where=self.place(path),
                advice=f'write steps = ["{value if isinstance(value, str) else EXAMPLES["Plate"]}"]',
            )
        if not value:
            raise DescriptionError(
                "the list of steps is empty",
                where=self.place(path),
                advice=f'write steps = ["{EXAMPLES["Plate"]}"]',
            )
        return tuple(self._entry(item, (*path, number)) for number, item in enumerate(value))

    def _entry(self, item: object, path: KeyPath) -> Entry:
        if not isinstance(item, Mapping):
            return parse_sentence(item, where=self.place(path))
        table = cast(Mapping[str, Any], item)
        self.check_keys(table, _BLOCK_KEYS, path)
        if "steps" not in table:
            raise DescriptionError(
                "this block has no steps",
                where=self.place(path),
                advice=f'write {{ repeat = 100, steps = ["{EXAMPLES["Plate"]}"] }}',
            )
        return Block(
            self.entries(table["steps"], (*path, "steps")),
            check_repeat(table.get("repeat", 1), where=self.place((*path, "repeat"))),
        )


def to_data(steps: Sequence[Entry], label: str, notes: Mapping[str, Any]) -> dict[str, Any]:
    """Return plain data that `from_data` reads back to the same steps."""
    data: dict[str, Any] = {"format": FORMAT, "label": label, "steps": _plain_entries(steps)}
    if notes:
        data["notes"] = plain(notes)
    return data


def _plain_entries(steps: Sequence[Entry]) -> list[Any]:
    return [
        {"repeat": entry.repeat, "steps": _plain_entries(entry.steps)}
        if isinstance(entry, Block)
        else print_sentence(entry)
        for entry in steps
    ]


def to_text(steps: Sequence[Entry], label: str, notes: Mapping[str, Any]) -> str:
    """Return a protocol file, one step a line."""
    head = dump_toml({"format": FORMAT, "label": label or None})
    body = "\n".join(["steps = [", *_lines(steps, 1), "]", ""])
    tail = "\n" + dump_toml({"notes": plain(notes)}) if notes else ""
    return head + body + tail


def _lines(steps: Sequence[Entry], level: int) -> list[str]:
    indent = "  " * level
    lines: list[str] = []
    for entry in steps:
        if isinstance(entry, Block):
            lines.append(f"{indent}{{ repeat = {entry.repeat}, steps = [")
            lines += _lines(entry.steps, level + 1)
            lines.append(f"{indent}] }},")
        else:
            lines.append(f'{indent}"{print_sentence(entry)}",')
    return lines
