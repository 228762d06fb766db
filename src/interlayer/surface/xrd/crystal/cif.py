"""CIF: the tags of a crystal structure, and nothing else of that format."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from interlayer.errors import InputError, ReadError
from interlayer.readers.text_table import to_utf8
from interlayer.surface.xrd.crystal import scattering, symmetry
from interlayer.surface.xrd.crystal.cell import Cell
from interlayer.surface.xrd.crystal.structure import Site, Structure

LARGEST_BYTES: Final = 5_000_000
MOST_SITES: Final = 5000
_TOKEN: Final = re.compile(r"""'(?:[^'\n]|'(?=\S))*'(?=\s|$)|"(?:[^"\n]|"(?=\S))*"(?=\s|$)|[^\s]+""")
_NUMBER: Final = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_OPERATIONS: Final = ("_space_group_symop_operation_xyz", "_symmetry_equiv_pos_as_xyz")
_NAMES: Final = ("_space_group_name_h-m_alt", "_symmetry_space_group_name_h-m", "_space_group_name_hall")
_PI2_8: Final = 78.95683520871486

Block = dict[str, str]
Loop = tuple[list[str], list[list[str]]]


def read(path: Path) -> Structure:
    """Read the first block of a CIF that holds atoms.

    Raises
    ------
    ReadError
        If there is none, symmetry is named but not written out, or a number is none.
    """
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= LARGEST_BYTES else b""
    except OSError as problem:
        raise ReadError(f"cannot be read: {problem.strerror}", where=path.name) from problem
    if size > LARGEST_BYTES:
        raise ReadError("a CIF of more than 5 MB", where=path.name, advice="give one with a single structure")
    try:
        return parse(to_utf8(data).decode("utf-8", errors="replace"), path.stem)
    except InputError as problem:
        raise ReadError(problem.what, where=path.name, advice=problem.advice) from problem


def parse(text: str, name: str) -> Structure:
    """Return the structure that the text of a CIF describes; see `read`."""
    for block, loops in _blocks(text):
        if any("_atom_site_fract_x" in heads for heads, _ in loops) and "_cell_length_a" in block:
            return _structure(block, loops, name)
    raise ReadError(
        "no crystal structure in it: a cell and atoms with coordinates are needed",
        advice="export the structure, not the pattern, as CIF",
    )


def _tokens(text: str) -> Iterator[tuple[str, bool]]:
    """Yield each word and whether it was quoted, so that '_x' in quotes is no tag."""
    lines = iter(text.splitlines())
    for line in lines:
        if line.startswith(";"):
            kept = [line[1:]]
            for more in lines:
                if more.startswith(";"):
                    break
                kept.append(more)
            yield "\n".join(kept).strip(), True
            continue
        for found in _TOKEN.finditer(line):
            word = found[0]
            if word.startswith("#"):
                break
            quoted = len(word) > 1 and word[0] in "'\"" and word[-1] == word[0]
            yield (word[1:-1] if quoted else word), quoted


def _blocks(text: str) -> Iterator[tuple[Block, list[Loop]]]:
    block: Block = {}
    loops: list[Loop] = []
    heads: list[str] | None = None
    values: list[str] = []
    tag = ""

    def close() -> None:
        if heads and values:
            width = len(heads)
            whole = len(values) // width * width
            loops.append((heads, [values[i : i + width] for i in range(0, whole, width)]))

    for word, quoted in _tokens(text):
        low = word.lower()
        if not quoted and low.startswith("data_"):
            close()
            if block or loops:
                yield block, loops
            block, loops, heads, values, tag = {}, [], None, [], ""
        elif not quoted and low == "loop_":
            close()
            heads, values, tag = [], [], ""
        elif not quoted and word.startswith("_"):
            if heads is not None and not values:
                heads.append(low)
            else:
                close()
                heads, values, tag = None, [], low
        elif heads:
            values.append(word)
        elif tag:
            block.setdefault(tag, word)
            tag = ""
    close()
    if block or loops:
        yield block, loops


def _structure(block: Block, loops: list[Loop], name: str) -> Structure:
    lengths = [_number(block.get(f"_cell_length_{x}", "?"), f"_cell_length_{x}") for x in "abc"]
    angles = [
        _number(block.get(f"_cell_angle_{x}", "90"), f"_cell_angle_{x}") for x in ("alpha", "beta", "gamma")
    ]
    group = next((block[tag] for tag in _NAMES if tag in block), "")
    operations = next((_column(loops, tag) for tag in _OPERATIONS if _column(loops, tag)), [])
    operations = operations or [block[tag] for tag in _OPERATIONS if tag in block]
    if not operations and "".join(group.split()).upper() not in ("", "P1"):
        raise ReadError(
            f"it names the space group '{group[:30]}' but does not write out its operations",
            advice="export it again with symmetry operations, or in P 1",
        )
    rotations, translations = symmetry.group(operations)
    formula = block.get("_chemical_formula_structural") or block.get("_chemical_formula_sum") or name
    return Structure(
        name=name,
        cell=Cell(*lengths, *angles),
        sites=_sites(loops),
        rotations=rotations,
        translations=translations,
        space_group=group,
        source=f"CIF, {' '.join(formula.split())[:80]}",
    )


def _column(loops: list[Loop], tag: str) -> list[str]:
    for heads, rows in loops:
        if tag in heads:
            place = heads.index(tag)
            return [row[place] for row in rows]
    return []


def _sites(loops: list[Loop]) -> tuple[Site, ...]:
    heads, rows = next(loop for loop in loops if "_atom_site_fract_x" in loop[0])
    if len(rows) > MOST_SITES:
        raise ReadError(f"{len(rows)} atoms, more than {MOST_SITES}")
    place = {tag: number for number, tag in enumerate(heads)}
    kind = "_atom_site_type_symbol" if "_atom_site_type_symbol" in place else "_atom_site_label"
    if kind not in place or any(f"_atom_site_fract_{axis}" not in place for axis in "xyz"):
        raise ReadError("its table of atoms lacks a label or a coordinate")
    sites: list[Site] = []
    for row in rows:
        where = [row[place[f"_atom_site_fract_{axis}"]] for axis in "xyz"]
        if any(one in ("?", ".") for one in where):
            continue  # hydrogen that nobody placed
        occupancy = _optional(row, place, "_atom_site_occupancy")
        b_iso = _optional(row, place, "_atom_site_b_iso_or_equiv")
        u_iso = _optional(row, place, "_atom_site_u_iso_or_equiv")
        if b_iso is None and u_iso is not None:
            b_iso = _PI2_8 * u_iso
        if occupancy is not None and not 0.0 <= occupancy <= 1.05:
            raise ReadError(f"an occupancy of {occupancy:g} is not between 0 and 1")
        sites.append(
            Site(
                scattering.element(row[place[kind]]),
                *(_number(one, "a coordinate") for one in where),
                occupancy=1.0 if occupancy is None else occupancy,
                b_iso=b_iso if b_iso is not None and 0.0 < b_iso < 20.0 else None,
            )
        )
    if not sites:
        raise ReadError("no atom of it has coordinates")
    return tuple(sites)


def _optional(row: list[str], place: dict[str, int], tag: str) -> float | None:
    if tag not in place or row[place[tag]] in ("?", "."):
        return None
    return _number(row[place[tag]], tag)


def _number(text: str, what: str) -> float:
    """Return a number without its uncertainty: '8.5122(3)' is 8.5122."""
    found = _NUMBER.match(text)
    if found is None or len(text) > 40:
        raise ReadError(f"{what} is '{text[:20]}', not a number")
    value = float(found[0])
    if not abs(value) < 1e6:
        raise ReadError(f"{what} is {value:g}, which cannot be")
    return value
