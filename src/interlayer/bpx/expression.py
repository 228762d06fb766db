"""Arithmetic of one variable as BPX files write it: '3.41 - 0.015 * x + 2 * exp(-110 * (1 - x))'.

The text is parsed to Python's syntax tree and only these are let through: numbers, `x`, + - * / **, a sign, and a
call of one of the functions below with one argument. Nothing is compiled or run; the tree is walked with
double-precision numbers, so that 9**9**9 is an overflow and no long calculation.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interlayer.errors import DescriptionError, unknown_name

FloatArray = NDArray[np.float64]

LONGEST: Final = 20_000
"""Characters; longer texts are refused unread."""
FUNCTIONS: Final[dict[str, Callable[[FloatArray], FloatArray]]] = {
    "exp": np.exp,
    "tanh": np.tanh,
    "sinh": np.sinh,
    "cosh": np.cosh,
    "log": np.log,
    "sqrt": np.sqrt,
}
_OPERATORS: Final[dict[type[ast.operator], Callable[[FloatArray, FloatArray], FloatArray]]] = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.divide,
    ast.Pow: np.power,
}
_ALLOWED: Final = "numbers, x, + - * / **, brackets, " + ", ".join(FUNCTIONS)
_SPACE: Final = re.compile(r"\s+")


@dataclass(frozen=True)
class Expression:
    """A checked expression; call it with stoichiometries of any shape.

    Attributes
    ----------
    text : str
        As it was written.
    """

    text: str
    _tree: ast.expr

    def __call__(self, x: FloatArray) -> FloatArray:
        """Return its value at each x, in the unit of its key; not finite where arithmetic has no finite result."""
        with np.errstate(all="ignore"):
            return np.asarray(_value(self._tree, np.asarray(x, dtype=np.float64)) + 0.0 * x, dtype=np.float64)


def parse_expression(text: str, *, where: str = "") -> Expression:
    """Return the expression that a text describes.

    Parameters
    ----------
    text : str
        Arithmetic of `x`.
    where : str
        Place named in the error.

    Raises
    ------
    DescriptionError
        If it is no arithmetic, or holds anything but what is allowed.
    """
    if len(text) > LONGEST:
        raise DescriptionError(
            f"an expression of {len(text)} characters", where=where, advice=f"at most {LONGEST} are read"
        )
    try:
        tree = ast.parse(_SPACE.sub(" ", text).strip(), mode="eval").body
        _check(tree, text, where)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise DescriptionError(
            f'"{_short(text)}" is no arithmetic of x', where=where, advice=f"allowed are {_ALLOWED}"
        ) from None
    return Expression(text, tree)


def _check(node: ast.AST, text: str, where: str) -> None:
    """Refuse everything that is not named here."""
    match node:
        case ast.Constant(value=value) if type(value) in (int, float):
            return
        case ast.Name(id="x"):
            return
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
            _check(operand, text, where)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            _check(left, text, where)
            _check(right, text, where)
        case ast.Call(func=ast.Name(id=name), args=[argument], keywords=[]) if name in FUNCTIONS:
            _check(argument, text, where)
        case _:
            raise DescriptionError(
                _refusal(node, text), where=where, advice=f"allowed are {_ALLOWED}; nothing else is read"
            )


def _refusal(node: ast.AST, text: str) -> str:
    match node:
        case ast.Call(func=ast.Name(id=name)) if name not in FUNCTIONS:
            return unknown_name("function", name[:40], FUNCTIONS)
        case ast.Call(func=ast.Name(id=name)):
            return f"{name} takes one argument"
        case ast.Name(id=name):
            return f"'{name[:40]}' is neither x nor a number"
        case ast.BinOp(op=ast.BitXor()):
            return "a power is written **, not ^"
        case _:
            return f'"{_short(text)}" holds something that is no arithmetic'


def _value(node: ast.expr, x: FloatArray) -> FloatArray:
    match node:
        case ast.Constant(value=int() | float() as value):
            return np.asarray(_number(value), dtype=np.float64)
        case ast.UnaryOp(op=op, operand=operand):
            inner = _value(operand, x)
            return np.negative(inner) if isinstance(op, ast.USub) else inner
        case ast.BinOp(left=left, op=op, right=right):
            return _OPERATORS[type(op)](_value(left, x), _value(right, x))
        case ast.Call(func=ast.Name(id=name), args=[argument]):
            return FUNCTIONS[name](_value(argument, x))
        case _:
            return x


def _number(value: float) -> float:
    """Whole numbers may be longer than any double."""
    try:
        return float(value)
    except OverflowError:
        return float("inf")


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "..."
