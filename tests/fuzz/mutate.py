"""Damage as it happens, and as somebody would do it on purpose."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

Rng = np.random.Generator
TOKENS: Final = (
    *(
        b"1e999",
        b"-1e999",
        b"nan",
        b"inf",
        b"",
        b"9" * 400,
        b"1" + b"0" * 30,
        b"-",
        b",",
        b";",
        b"\t",
        b"\n",
        b"\0",
    ),
    *(b"\xff\xfe", b"\xef\xbb\xbf", b'"', b"'", b"<script>", b"=1+1", b"#", b"[", b"{", b"0x7fffffff"),
    *(b"../../x", b"1,5", b"1.234.567,8", b"12:61:61", b"99/99/9999", b"2024-13-40", "搁置".encode("gbk")),
)
"""What is put into texts: overflows, signs of other formats, dates that do not exist."""
EXTREMES: Final = (0, 1, 0x7FFFFFFF, 0xFFFFFFFF, 0x80000000, 0x7FFF, 0xFFFF, 0x00FFFFFF)
"""What is put in place of counts and lengths in binary files."""


def cut(data: bytes, rng: Rng) -> bytes:
    """End the file early."""
    return data[: int(rng.integers(1, len(data)))]


def flip_bits(data: bytes, rng: Rng) -> bytes:
    """Turn one to eight bits over."""
    out = bytearray(data)
    for at in rng.integers(0, len(out), int(rng.integers(1, 9))):
        out[at] ^= 1 << int(rng.integers(0, 8))
    return bytes(out)


def set_bytes(data: bytes, rng: Rng) -> bytes:
    """Overwrite a short stretch with random bytes."""
    at, size = int(rng.integers(0, len(data))), int(rng.integers(1, 32))
    return data[:at] + rng.bytes(size) + data[at + size :]


def zero_block(data: bytes, rng: Rng) -> bytes:
    """A block of zeros, as a full disk leaves it."""
    at, size = int(rng.integers(0, len(data))), int(rng.integers(1, max(2, len(data) // 4)))
    return data[:at] + bytes(min(size, len(data) - at)) + data[at + size :]


def remove_block(data: bytes, rng: Rng) -> bytes:
    """A lost block."""
    at, size = int(rng.integers(0, len(data))), int(rng.integers(1, max(2, len(data) // 4)))
    return data[:at] + data[at + size :]


def double_block(data: bytes, rng: Rng) -> bytes:
    """A block that was written twice."""
    at, size = int(rng.integers(0, len(data))), int(rng.integers(1, max(2, len(data) // 4)))
    return data[: at + size] + data[at:]


def insert_token(data: bytes, rng: Rng) -> bytes:
    """A token somewhere."""
    at = int(rng.integers(0, len(data)))
    return data[:at] + TOKENS[int(rng.integers(0, len(TOKENS)))] + data[at:]


def replace_number(data: bytes, rng: Rng) -> bytes:
    """A token in place of the characters around a digit."""
    digits = np.flatnonzero((np.frombuffer(data, np.uint8) >= 48) & (np.frombuffer(data, np.uint8) <= 57))
    if not digits.size:
        return insert_token(data, rng)
    first = last = int(digits[int(rng.integers(0, digits.size))])
    while first > 0 and data[first - 1 : first] in b"+-.eE0123456789":
        first -= 1
    while last < len(data) and data[last : last + 1] in b"+-.eE0123456789" and last - first < 40:
        last += 1
    return data[:first] + TOKENS[int(rng.integers(0, len(TOKENS)))] + data[last:]


def replace_length(data: bytes, rng: Rng) -> bytes:
    """An extreme four-byte number somewhere."""
    at = int(rng.integers(0, max(1, len(data) - 4)))
    value = EXTREMES[int(rng.integers(0, len(EXTREMES)))]
    return data[:at] + value.to_bytes(4, "little") + data[at + 4 :]


def swap_lines(data: bytes, rng: Rng) -> bytes:
    """Two lines in each other's place."""
    lines = data.split(b"\n")
    if len(lines) < 3:
        return set_bytes(data, rng)
    a, b = rng.integers(0, len(lines), 2)
    lines[a], lines[b] = lines[b], lines[a]
    return b"\n".join(lines)


def drop_column(data: bytes, rng: Rng) -> bytes:
    """One line without its last value."""
    lines = data.split(b"\n")
    at = int(rng.integers(0, len(lines)))
    for mark in (b"\t", b";", b","):
        if mark in lines[at]:
            lines[at] = lines[at].rsplit(mark, 1)[0]
            break
    return b"\n".join(lines)


def other_encoding(data: bytes, rng: Rng) -> bytes:
    """The same text in another encoding, if it is one."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return cut(data, rng)
    return text.encode(("utf-16", "utf-16-le", "utf-8-sig", "utf-32")[int(rng.integers(0, 4))])


def append_junk(data: bytes, rng: Rng) -> bytes:
    """Something behind the end."""
    return data + rng.bytes(int(rng.integers(1, 2000)))


MUTATIONS: Final[dict[str, Callable[[bytes, Rng], bytes]]] = {
    f.__name__: f
    for f in (
        *(cut, flip_bits, set_bytes, zero_block, remove_block, double_block, insert_token, replace_number),
        *(replace_length, swap_lines, drop_column, other_encoding, append_junk),
    )
}


def mutant(data: bytes, seed: int) -> tuple[str, bytes]:
    """Return the name of what was done, and the result; one or two mutations, the first names it."""
    rng = np.random.default_rng(seed)
    names = list(MUTATIONS)
    name = names[int(rng.integers(0, len(names)))]
    out = MUTATIONS[name](data, rng)
    if rng.random() < 0.2 and out:
        second = names[int(rng.integers(0, len(names)))]
        out = MUTATIONS[second](out, rng)
        name = f"{name}+{second}"
    return name, out
