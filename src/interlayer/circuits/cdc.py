"""Circuit description code (CDC): '[R([RW]Q)]', with values, limits and labels in braces.

    circuit  = [ "!V=" number "!" ] { item }
    item     = "[" item { item } "]" | "(" item item { item } ")" | element
    element  = symbol [ "{" [ value { "," value } ] [ ":" label ] "}" ]
    value    = name "=" number [ "F" ] [ "/" number [ "/" number ] ]

Square brackets are in series, round ones beside each other; a value may be fixed (F) and have a lower and an
upper limit. The code is Boukamp's (Solid State Ionics 20 (1986) 31); braces are those of pyimpspec, whose
parameters differ from ours where `KINDS` says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from interlayer.circuits.circuit import Circuit
from interlayer.circuits.elements import (
    Capacitor,
    ConstantPhase,
    Element,
    Gerischer,
    Inductor,
    ModifiedInductor,
    OpenChargeTransferLine,
    OpenConstantPhaseLine,
    Resistor,
    ShortChargeTransferLine,
    ShortConstantPhaseLine,
    WarburgInfinite,
    WarburgOpen,
    WarburgShort,
    Zarc,
)
from interlayer.circuits.elements.base import Label
from interlayer.circuits.nodes import Branch, Parallel, Placed, Term, beside
from interlayer.circuits.scanner import MOST_DIGITS, Scanner
from interlayer.errors import InputError, unknown_name


@dataclass(frozen=True)
class Given:
    """What a text says about one parameter; all of it optional.

    Attributes
    ----------
    value : float or None
        To start a fit from.
    fixed : bool
        Whether it is to stay there.
    lower, upper : float
        Limits.
    """

    value: float | None = None
    fixed: bool = False
    lower: float = 0.0
    upper: float = float("inf")


@dataclass(frozen=True)
class Described:
    """A circuit, and what its text says about parameters, by their reported names and units."""

    circuit: Circuit
    given: dict[str, Given] = field(default_factory=dict[str, Given])


@dataclass(frozen=True)
class _Kind:
    """One symbol of the code, and how its parameters and ours follow from each other.

    Attributes
    ----------
    element : type
    names : tuple of str
        Its parameters, as many as ours.
    powers : tuple of tuples, optional
        Each of ours is a product of theirs to these powers; the same in the same order if not given.
    held : mapping
        Parameters that ours do not have, with the only value that can be taken.
    length : tuple of float, optional
        Of a transmission line: powers of its length L by which per-length parameters become ours.
    """

    element: type[Element]
    names: tuple[str, ...]
    powers: tuple[tuple[float, ...], ...] = ()
    held: Mapping[str, float] = field(default_factory=dict[str, float])
    length: tuple[float, ...] = ()

    def ours(self, theirs: Mapping[str, Given]) -> list[Given]:
        """What is given of our parameters."""
        rows = self.powers or np.eye(len(self.names)).tolist()
        length = theirs.get("L", Given(1.0)) if self.length else Given(1.0)
        scale = Given(length.value, True, length.value or 1.0, length.value or 1.0)
        each = [theirs.get(n, Given()) for n in self.names]
        lengths = self.length or (0.0,) * len(self.names)
        return [
            _product([*each, scale], [*row, power]) if power else _product(each, row)
            for row, power in zip(rows, lengths, strict=True)
        ]

    def theirs(self, ours: list[Given]) -> list[Given]:
        """What is given of their parameters; a length is 1."""
        if not self.powers:
            return ours
        return [_product(ours, row) for row in np.linalg.inv(np.array(self.powers)).tolist()]


def _product(factors: list[Given], powers: Sequence[float]) -> Given:
    """What is given of a product of powers; its limits enclose those of the factors."""
    used = [(g, e) for g, e in zip(factors, powers, strict=True) if e]
    value: float | None = 1.0
    lower = upper = 1.0
    for g, e in used:
        value = None if value is None or g.value is None else value * g.value**e
        low, high = (g.lower, g.upper) if e > 0 else (g.upper, g.lower)
        lower *= _power(low, e)
        upper *= _power(high, e)
    if any(np.isnan((lower, upper))):
        lower, upper = 0.0, float("inf")
    return Given(value, all(g.fixed for g, _ in used), lower, upper)


def _power(base: float, exponent: float) -> float:
    if base == 0.0 and exponent < 0:
        return float("inf")
    try:
        return float(base**exponent)
    except OverflowError:
        return float("inf")


_HALF = {"n": 0.5}
_ROOT = ((-0.5, 0.5), (0.0, 1.0))
KINDS: dict[str, _Kind] = {
    "R": _Kind(Resistor, ("R",)),
    "C": _Kind(Capacitor, ("C",)),
    "L": _Kind(Inductor, ("L",)),
    "La": _Kind(ModifiedInductor, ("L", "n")),
    "Q": _Kind(ConstantPhase, ("Y", "n")),
    "W": _Kind(WarburgInfinite, ("Y",), ((-1.0,),), _HALF),
    "Ws": _Kind(WarburgShort, ("Y", "B"), _ROOT, _HALF),
    "Wo": _Kind(WarburgOpen, ("Y", "B"), _ROOT, _HALF),
    "G": _Kind(Gerischer, ("Y", "k"), ((-1.0, -0.5), (0.0, -1.0)), _HALF),
    "Ga": _Kind(Gerischer, ("R", "tau"), held=_HALF),
    "Tlmbo": _Kind(OpenConstantPhaseLine, ("R_i", "Y", "n"), length=(1.0, 1.0, 0.0)),
    "Tlmbs": _Kind(ShortConstantPhaseLine, ("R_i", "Y", "n"), length=(1.0, 1.0, 0.0)),
    "Tlmno": _Kind(OpenChargeTransferLine, ("R_i", "R_ct", "Y", "n"), length=(1.0, -1.0, 1.0, 0.0)),
    "Tlmns": _Kind(ShortChargeTransferLine, ("R_i", "R_ct", "Y", "n"), length=(1.0, -1.0, 1.0, 0.0)),
    "Zarc": _Kind(Zarc, ("R", "tau", "n")),
}
"""Symbols that can be read."""
WRITTEN: dict[type[Element], str] = {}
"""Symbols in which `print_cdc` writes elements."""
for _symbol, _kind in KINDS.items():
    if _kind.element is not Zarc:
        WRITTEN.setdefault(_kind.element, _symbol)

MOST = 1e60
"""Largest value that is taken for one; the smallest is its inverse."""
_EXAMPLE = "[R(RQ)(RQ)Q], with values [R{R=80}(R{R=300/0/1e6:int}Q)]"
_SYMBOL = re.compile(r"[A-Z][a-z]*|[a-z]+")
_NAME = re.compile(r"[A-Za-z][A-Za-z_]*")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?|inf", re.IGNORECASE)
_FIXED = re.compile(r"[Ff]")
_WORDS = re.compile(r"[A-Za-z][^{}]*")
_VERSION = re.compile(r"!V=\d{1,3}!")


@dataclass
class _Leaf:
    """An element as it stands in the code."""

    kind: _Kind
    given: dict[str, Given]
    words: str
    at: int
    numbers: tuple[Label, ...] = ()


@dataclass
class _Joined:
    """Items in series or beside each other."""

    items: list[_Leaf | _Joined]
    beside: bool

    def leaves(self) -> Iterator[_Leaf]:
        """Yield the elements in it, in the order of the text."""
        for item in self.items:
            if isinstance(item, _Leaf):
                yield item
            else:
                yield from item.leaves()


def is_cdc(text: str) -> bool:
    """Whether a circuit text is circuit description code: by brackets that impedance.py's notation lacks."""
    return bool(re.search(r"[\[\]{}!]|(?:^|[^p\s])\s*\(", text)) and not re.match(r"\s*s\s*\(", text)


def parse_cdc(text: str) -> Described:
    """Read a circuit in circuit description code, with the values, limits and labels that stand in it.

    Elements without a label are numbered: the first resistor and inductor of the outermost series are 0, all
    others count from 1, each symbol for itself. A label of the form 'R5' is that number.

    Raises
    ------
    InputError
        If the text is empty or breaks the grammar, an element or parameter is unknown or holds a value that our
        element cannot take, or a label stands twice; the message names the character.
    """
    scan = Scanner(text)
    scan.match(_VERSION)
    if scan.ended:
        raise InputError("the circuit is empty", advice=_EXAMPLE)
    whole = _Joined(_items(scan, 0), beside=False)
    if not scan.ended:
        raise scan.error("a bracket closes that was never opened")
    while len(whole.items) == 1 and isinstance(whole.items[0], _Joined) and not whole.items[0].beside:
        whole = whole.items[0]
    _number(whole)
    given: dict[str, Given] = {}
    for leaf in whole.leaves():
        scan.claim(Placed(leaf.kind.element, leaf.numbers).labels, leaf.at)
        given |= _given(scan, leaf)
    return Described(Circuit(_series(whole)), given)


def print_cdc(circuit: Circuit, given: Mapping[str, Given] | None = None) -> str:
    """Return a circuit in circuit description code.

    Labels are written where numbers are not those that `parse_cdc` would give.

    Parameters
    ----------
    circuit : Circuit
    given : mapping, optional
        What is known of parameters, by name. An element gets braces if one of its values is given.

    Raises
    ------
    InputError
        If the code has no symbol for an element.
    """
    known = dict(given or {})
    plain = f"[{''.join(_text(t, known, labelled=False) for t in circuit.terms)}]"
    if parse_cdc(plain).circuit == circuit:
        return plain
    return f"[{''.join(_text(t, known, labelled=True) for t in circuit.terms)}]"


def _items(scan: Scanner, depth: int) -> list[_Leaf | _Joined]:
    items: list[_Leaf | _Joined] = []
    while not (scan.ended or scan.sees("]") or scan.sees(")")):
        start = scan.at
        if scan.takes("["):
            inner = _items(scan, scan.deeper(depth, start))
            _close(scan, "]", start)
            if not inner:
                raise scan.error("nothing stands between the brackets", at=start)
            items.append(_Joined(inner, beside=False))
        elif scan.takes("("):
            inner = _items(scan, scan.deeper(depth, start))
            _close(scan, ")", start)
            if len(inner) < 2:
                raise scan.error("(...) needs two elements or more beside each other", "(RQ)", at=start)
            items.append(_Joined(inner, beside=True))
        else:
            items.append(_leaf(scan))
    return items


def _close(scan: Scanner, mark: str, opened: int) -> None:
    if scan.takes(mark):
        return
    if scan.ended:
        raise scan.error("a bracket is not closed", at=opened)
    raise scan.error(f"'{scan.text[scan.at]}' closes what '{scan.text[opened]}' opened", f"'{mark}'")


def _leaf(scan: Scanner) -> _Leaf:
    start = scan.at
    found = scan.match(_SYMBOL)
    if found is None:
        raise scan.error(f"cannot read '{scan.word()}'", _EXAMPLE)
    kind = KINDS.get(found.group())
    if kind is None:
        raise scan.error(unknown_name("element", found.group(), KINDS), at=start)
    leaf = _Leaf(kind, {}, "", start)
    if not scan.takes("{"):
        return leaf
    while not (scan.sees(":") or scan.sees("}") or scan.ended):
        _value(scan, leaf)
        if not scan.takes(","):
            break
    if scan.takes(":"):
        words = scan.match(_WORDS)
        if words is None:
            raise scan.error("a label begins with a letter", "R{:ct}")
        leaf.words = re.sub(r"\W+", "_", words.group().strip(), flags=re.ASCII).strip("_")
    if not scan.takes("}"):
        raise scan.error(
            f"cannot read '{scan.word()}'" if not scan.ended else "a brace is not closed", _EXAMPLE
        )
    return leaf


def _value(scan: Scanner, leaf: _Leaf) -> None:
    start = scan.at
    found = scan.match(_NAME)
    names = (*leaf.kind.names, *leaf.kind.held, *(("L",) if leaf.kind.length else ()))
    if found is None:
        raise scan.error(f"cannot read '{scan.word()}'", f"parameters are {', '.join(names)}")
    name = found.group()
    if name not in names:
        raise scan.error(unknown_name("parameter", name, names), at=start)
    if name in leaf.given:
        raise scan.error(f"{name} stands twice", at=start)
    if not scan.takes("="):
        raise scan.error(f"'=' is missing after {name}", f"{name}=1.5")
    value = _number_here(scan)
    fixed = scan.match(_FIXED) is not None
    lower, upper = 0.0, float("inf")
    if scan.takes("/"):
        lower = _number_here(scan)
        if scan.takes("/"):
            upper = _number_here(scan)
    if not 0.0 <= lower <= upper:
        raise scan.error(
            f"limits of {name} are {lower:g} and {upper:g}", "the lower, then the upper", at=start
        )
    if not 1.0 / MOST <= value <= MOST:
        raise scan.error(f"{name} = {value:g}", f"a number above 0, from {1 / MOST:g} to {MOST:g}", at=start)
    must = leaf.kind.held.get(name)
    if must is not None and value != must:
        raise scan.error(f"{name} = {value:g}", f"{name} can only be {must:g} here", at=start)
    leaf.given[name] = Given(value, fixed, lower, upper)


def _number_here(scan: Scanner) -> float:
    found = scan.match(_NUMBER)
    if found is None:
        raise scan.error(f"'{scan.word()}' is not a number")
    return float(found.group())


def _number(whole: _Joined) -> None:
    """Give every element its labels."""
    taken: set[tuple[str, Label]] = set()
    waiting: list[_Leaf] = []
    for leaf in whole.leaves():
        symbols = [symbol for symbol, _ in leaf.kind.element.parts()]
        if not leaf.words:
            waiting.append(leaf)
            continue
        numbered = re.fullmatch(r"([A-Za-z]+)(\d+)", leaf.words)
        label: Label = leaf.words
        if numbered and numbered[1] in symbols and len(numbered[2]) <= MOST_DIGITS:
            label = int(numbered[2])
        leaf.numbers = (label,) * len(symbols)
        taken |= {(symbol, label) for symbol in symbols}
    lone = [item for item in whole.items if isinstance(item, _Leaf)]
    for leaf in waiting:
        symbols = [symbol for symbol, _ in leaf.kind.element.parts()]
        first = leaf.kind.element in (Resistor, Inductor) and any(leaf is item for item in lone)
        number = 0 if first else 1
        while any((symbol, number) in taken for symbol in symbols):
            number += 1
        leaf.numbers = (number,) * len(symbols)
        taken |= {(symbol, number) for symbol in symbols}


def _given(scan: Scanner, leaf: _Leaf) -> dict[str, Given]:
    """What a leaf says about our parameters, by name."""
    if not leaf.given:
        return {}
    names = leaf.kind.element.names(leaf.numbers)
    ours = _of_zarc(leaf.given) if leaf.kind.element is Zarc else leaf.kind.ours(leaf.given)
    for k, n in enumerate(leaf.kind.names if leaf.kind.powers else ()):
        held = [g.fixed for g, row in zip(ours, leaf.kind.powers, strict=True) if row[k]]
        if leaf.given.get(n, Given()).fixed and not any(held):
            raise scan.error(f"{n} cannot be fixed alone", "fix all its parameters or none", at=leaf.at)
    return dict(zip(names, ours, strict=True))


def _of_zarc(theirs: Mapping[str, Given]) -> list[Given]:
    """R, Q and n of an arc that is given by R, tau and n; Q gets no limits."""
    r, tau, n = (theirs.get(k, Given()) for k in ("R", "tau", "n"))
    known = r.value is not None and tau.value is not None and n.value is not None
    q = tau.value**n.value / r.value if known and tau.value and n.value and r.value else None
    return [r, Given(q, r.fixed and tau.fixed and n.fixed), n]


def _series(joined: _Joined) -> Branch:
    terms: list[Term] = []
    for item in joined.items:
        if isinstance(item, _Leaf):
            terms.append(Placed(item.kind.element, item.numbers))
        elif item.beside:
            terms.append(beside(tuple(_series(_Joined([i], beside=False)) for i in item.items)))
        else:
            terms.extend(_series(item))
    return tuple(terms)


def _text(term: Term, given: Mapping[str, Given], *, labelled: bool) -> str:
    if isinstance(term, Parallel):
        branches = ["".join(_text(t, given, labelled=labelled) for t in b) for b in term.branches]
        texts = [
            b if len(branch) == 1 else f"[{b}]" for b, branch in zip(branches, term.branches, strict=True)
        ]
        return f"({''.join(texts)})"
    parts = term.element.parts()
    if len(parts) > 1:
        alone = [Placed(_BY_SYMBOL[s], (label,)) for (s, _), label in zip(parts, term.numbers, strict=True)]
        return f"({''.join(_text(p, given, labelled=labelled) for p in alone)})"
    symbol = WRITTEN.get(term.element)
    if symbol is None:
        raise InputError(
            f"circuit description code has no symbol for {term.text}",
            where=f"circuit {term.text}",
            advice="write the circuit in impedance.py's notation",
        )
    kind = KINDS[symbol]
    theirs = kind.theirs([given.get(n, Given()) for n in term.names])
    inside = ",".join(_written(n, g) for n, g in zip(kind.names, theirs, strict=True) if g.value is not None)
    label = term.numbers[0]
    if isinstance(label, str):
        inside += f":{label}"
    elif labelled:
        inside += f":{term.element.symbol}{label}"
    return symbol + (f"{{{inside}}}" if inside else "")


def _written(name: str, given: Given) -> str:
    text = f"{name}={given.value!r}{'F' if given.fixed else ''}"
    if given.lower == 0.0 and given.upper == float("inf"):
        return text
    return f"{text}/{given.lower!r}/{given.upper!r}"


_BY_SYMBOL: dict[str, type[Element]] = {k.element.symbol: k.element for k in KINDS.values()}
