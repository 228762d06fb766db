"""Where each key of a TOML text stands, so that a message can name the line."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

KeyPath = tuple[str | int, ...]
"""Keys and array indices from the top of the document, such as ('coating', 'left', 'thickness')."""

_SPACE = " \t"
_BLANK = " \t\r\n"


@dataclass(frozen=True)
class Lines:
    """Line of each key of one TOML text; calling it with a key path gives the line number.

    Attributes
    ----------
    name : str
        File name (without folder) that messages show; empty for a description made in Python.
    positions : dict
        Line number, counted from 1, by key path; tables and array elements have their own entries.
    """

    name: str = ""
    positions: Mapping[KeyPath, int] = field(default_factory=dict[KeyPath, int])

    def __call__(self, path: str | Sequence[str | int]) -> int | None:
        """Return the line of a key path (dotted text or a sequence), or of the nearest table around it.

        Returns None if nothing of it stands in the text.
        """
        keys: KeyPath = tuple(path.split(".")) if isinstance(path, str) else tuple(path)
        while keys:
            if keys in self.positions:
                return self.positions[keys]
            keys = keys[:-1]
        return None

    def where(self, path: str | Sequence[str | int]) -> str:
        """Return 'cell.toml line 7' for a key path, or the file name alone if the key is not in it."""
        line = self(path)
        return f"{self.name} line {line}".strip() if line is not None else self.name


def find_lines(text: str) -> dict[KeyPath, int]:
    """Return the line number of every key, table and array element of a valid TOML text."""
    return _Scanner(text).scan()


class _Scanner:
    """One pass over a text that a TOML parser has already accepted: it only needs to know what to skip."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.line = 1
        self.found: dict[KeyPath, int] = {}
        self.arrays: dict[KeyPath, int] = {}

    def scan(self) -> dict[KeyPath, int]:
        table: KeyPath = ()
        while self._skip_blank():
            if self.text.startswith("[", self.at):
                table = self._header()
            else:
                self._pair(table)
        return self.found

    def _move(self, count: int = 1) -> None:
        self.line += self.text.count("\n", self.at, self.at + count)
        self.at += count

    def _skip_blank(self) -> bool:
        """Go to the next token; False at the end of the text."""
        while self.at < len(self.text):
            if self.text[self.at] in _BLANK:
                self._move()
            elif self.text[self.at] == "#":
                self._skip_comment()
            else:
                return True
        return False

    def _skip_comment(self) -> None:
        end = self.text.find("\n", self.at)
        self._move((len(self.text) if end < 0 else end) - self.at)

    def _skip_space(self) -> None:
        while self.at < len(self.text) and self.text[self.at] in _SPACE:
            self._move()

    def _mark(self, path: KeyPath, line: int) -> None:
        for length in range(1, len(path) + 1):
            self.found.setdefault(path[:length], line)

    def _resolved(self, keys: KeyPath) -> KeyPath:
        """Insert the index of the running element after every array of tables in `keys`."""
        path: KeyPath = ()
        for key in keys:
            path = (*path, key)
            if path in self.arrays:
                path = (*path, self.arrays[path])
        return path

    def _header(self) -> KeyPath:
        line = self.line
        double = self.text.startswith("[[", self.at)
        self._move(2 if double else 1)
        keys = self._key()
        self._move(2 if double else 1)
        if not double:
            path = self._resolved(keys)
            self._mark(path, line)
            return path
        array: KeyPath = (*self._resolved(keys[:-1]), keys[-1])
        self.arrays[array] = self.arrays.get(array, -1) + 1
        path = (*array, self.arrays[array])
        self._mark(path, line)
        return path

    def _pair(self, table: KeyPath) -> None:
        line = self.line
        path = (*table, *self._key())
        self._mark(path, line)
        self._move()  # the equals sign
        self._skip_space()
        self._value(path)

    def _key(self) -> KeyPath:
        parts: list[str | int] = []
        while True:
            self._skip_space()
            parts.append(self._key_part())
            self._skip_space()
            if not self.text.startswith(".", self.at):
                return tuple(parts)
            self._move()

    def _key_part(self) -> str:
        start = self.at
        quote = self.text[start]
        if quote in "\"'":
            self._string(quote)
            # The parser that accepted the text also knows the escapes.
            return str(tomllib.loads(f"key = {self.text[start : self.at]}")["key"])
        while self.at < len(self.text) and self.text[self.at] not in " \t.=]\r\n":
            self._move()
        return self.text[start : self.at]

    def _string(self, quote: str) -> None:
        """Skip a string that begins here."""
        long = quote * 3
        delimiter = long if self.text.startswith(long, self.at) else quote
        self._move(len(delimiter))
        while not self.text.startswith(delimiter, self.at):
            self._move(2 if quote == '"' and self.text[self.at] == "\\" else 1)
        self._move(len(delimiter))
        while delimiter == long and self.text.startswith(quote, self.at):
            self._move()  # up to two quotes may stand before the closing three

    def _value(self, path: KeyPath) -> None:
        first = self.text[self.at]
        if first in "\"'":
            self._string(first)
        elif first == "[":
            self._array(path)
        elif first == "{":
            self._inline_table(path)
        else:
            while self.at < len(self.text) and self.text[self.at] not in ",]}#\r\n":
                self._move()

    def _array(self, path: KeyPath) -> None:
        self._move()
        index = 0
        while self._skip_blank() and self.text[self.at] != "]":
            if self.text[self.at] == ",":
                self._move()
                continue
            self._mark((*path, index), self.line)
            self._value((*path, index))
            index += 1
        self._move()

    def _inline_table(self, path: KeyPath) -> None:
        self._move()
        while self._skip_blank() and self.text[self.at] != "}":
            if self.text[self.at] == ",":
                self._move()
            else:
                self._pair(path)
        self._move()
