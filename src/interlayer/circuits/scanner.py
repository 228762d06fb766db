"""Read a circuit text character by character, and say where it stops making sense."""

from __future__ import annotations

import re
from collections.abc import Iterable

from interlayer.errors import InputError

DEEPEST = 20
"""Brackets within brackets; more is a slip of the keyboard, or meant to do harm."""
MOST_DIGITS = 6


class Scanner:
    """A text and the place that reading has come to. Blanks between words do not count."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.labels: set[str] = set()
        self.skip()

    def skip(self) -> None:
        """Go past blanks."""
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1

    @property
    def ended(self) -> bool:
        """Whether nothing is left."""
        return self.at >= len(self.text)

    def sees(self, mark: str) -> bool:
        """Whether the text goes on with `mark`."""
        return self.text.startswith(mark, self.at)

    def takes(self, mark: str) -> bool:
        """Go past `mark` if it stands here."""
        if not self.sees(mark):
            return False
        self.at += len(mark)
        self.skip()
        return True

    def match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Go past what matches `pattern` here, and return it."""
        found = pattern.match(self.text, self.at)
        if found is not None:
            self.at = found.end()
            self.skip()
        return found

    def word(self) -> str:
        """Return what stands here up to the next bracket, mark or blank, for a message."""
        found = re.compile(r"[^\s\-,()\[\]{}:=/]+|.").match(self.text, self.at)
        return found.group() if found else ""

    def error(self, what: str, advice: str = "", at: int | None = None) -> InputError:
        """Return an error at a place of the text, counted from character 1."""
        place = min(self.at if at is None else at, len(self.text)) + 1
        return InputError(what, where=f"circuit '{self.text}', character {place}", advice=advice)

    def claim(self, labels: Iterable[str], at: int) -> None:
        """Take labels for the element that stands `at`.

        Raises
        ------
        InputError
            If one is taken already; parameters are told apart by labels.
        """
        for label in labels:
            if label in self.labels:
                raise self.error(f"'{label}' stands twice", "number them apart", at=at)
            self.labels.add(label)

    def deeper(self, depth: int, at: int) -> int:
        """Return one level more, for the bracket that opened `at`.

        Raises
        ------
        InputError
            If brackets are nested too deep.
        """
        if depth >= DEEPEST:
            raise self.error(f"brackets are nested more than {DEEPEST} deep", at=at)
        return depth + 1
