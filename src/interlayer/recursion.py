"""Recursions y[n+1] = F_n(y[n]) over all steps at once, instead of one step after the other.

Every step is linearised around a guess of the whole course; the linear recursion that results is solved exactly in
blocks, and its solution is the next guess. This is Newton's method on the course: exact at once where the steps are
affine, quadratic elsewhere, and never more than as many rounds as there are steps. Sequential work becomes a few
operations on long arrays.

Source: Lim, Zhu, Selfridge, Kasim, Parallelizing non-linear sequential models over the sequence length, ICLR (2024).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import jax
import jax.numpy as jnp

ROUNDS: Final = 60
"""Most rounds of Newton's method; a course that is not found by then is NaN, and stepped one by one instead."""
CLOSE: Final = 1e-9
"""Last change of the course over its largest value; the error left is of the order of its square."""


def affine_course(factor: jax.Array, shift: jax.Array, first: jax.Array) -> jax.Array:
    """The course of y[n+1] = factor[n] y[n] + shift[n].

    Parameters
    ----------
    factor, shift : shape (blocks, steps, ...).
    first : y at the start, shape (...).

    Returns
    -------
    Array of shape (blocks, steps, ...): y after each step.
    """

    def within(carry: tuple[jax.Array, jax.Array], step: tuple[jax.Array, jax.Array]) -> Any:
        scale, rise = carry
        a, b = step
        new = a * scale, a * rise + b
        return new, new

    steps = jnp.moveaxis(factor, 1, 0), jnp.moveaxis(shift, 1, 0)
    unit = jnp.ones_like(steps[0][0]), jnp.zeros_like(steps[0][0])
    last, (scale, rise) = jax.lax.scan(within, unit, steps)

    def across(y: jax.Array, block: tuple[jax.Array, jax.Array]) -> tuple[jax.Array, jax.Array]:
        return block[0] * y + block[1], y

    _, begins = jax.lax.scan(across, first, last)
    return jnp.moveaxis(scale * begins + rise, 0, 1)


def relaxation_course(goal: jax.Array, forget: jax.Array, first: jax.Array, dt: jax.Array) -> jax.Array:
    """The course of y[n+1] = goal + (y[n] - goal) exp(-forget dt[n]), goal and rate being those of a block.

    Parameters
    ----------
    goal, forget : shape (blocks, ...); the rate in 1/s.
    first : y at the start, shape (...).
    dt : s of each step, shape (blocks, steps).

    Returns
    -------
    Array of shape (blocks, steps, ...): y after each step.
    """
    elapsed = jnp.cumsum(dt, axis=1).reshape(*dt.shape, *[1] * (goal.ndim - 1))
    left = jnp.exp(-forget[:, None] * elapsed)

    def across(y: jax.Array, block: tuple[jax.Array, jax.Array]) -> tuple[jax.Array, jax.Array]:
        end, aim = block
        return aim + (y - aim) * end, y

    _, at_begin = jax.lax.scan(across, first, (left[:, -1], goal))
    return goal[:, None] + (at_begin - goal)[:, None] * left


def begins(first: jax.Array, after: jax.Array) -> jax.Array:
    """Values before each step from those after each, shape (blocks, steps, ...) both."""
    flat = after.reshape(-1, *after.shape[2:])
    return jnp.concatenate([first[None], flat[:-1]]).reshape(after.shape)


def courses(
    step: Callable[[dict[str, jax.Array], Any, Any], dict[str, jax.Array]],
    first: dict[str, jax.Array],
    inputs: Any,
    constant: Any,
    guess: dict[str, jax.Array],
    bounds: tuple[jax.Array, jax.Array] | None = None,
    *,
    affine: bool = False,
) -> dict[str, jax.Array]:
    """Courses of several states of one law, y[n+1] = step(y[n], inputs[n], constant[block of n]).

    One state, of which no element depends on another one, is found over all steps at once; several that depend on each
    other are stepped one after the other.

    Parameters
    ----------
    step : one step, from and to the states by name.
    first : states at the start.
    inputs : pytree of arrays with leading axes (blocks, steps).
    constant : pytree of arrays with the leading axis (blocks,).
    guess : first guesses at the courses, where there are any.
    bounds : of the one state in each block, shape (blocks,) each.
    affine : whether `step` is affine in its one state.

    Returns
    -------
    States after each step, leading axes (blocks, steps).
    """
    if len(first) == 1:
        (name,) = first

        def of_one(y: jax.Array, x: Any, z: Any) -> jax.Array:
            return step({name: y}, x, z)[name]

        return {name: course(of_one, first[name], inputs, constant, guess.get(name), bounds, affine=affine)}
    lead = jax.tree.leaves(inputs)[0].shape[:2]
    each = jax.tree.map(lambda v: jnp.broadcast_to(v[:, None], (*lead, *v.shape[1:])), constant)
    flat = jax.tree.map(lambda v: v.reshape(-1, *v.shape[2:]), (inputs, each))

    def one(y: dict[str, jax.Array], x: Any) -> tuple[dict[str, jax.Array], dict[str, jax.Array]]:
        new = step(y, *x)
        return new, new

    _, made = jax.lax.scan(one, first, flat)
    return {n: v.reshape(*lead, *v.shape[1:]) for n, v in made.items()}


def course(
    step: Callable[[jax.Array, Any, Any], jax.Array],
    first: jax.Array,
    inputs: Any,
    constant: Any = None,
    guess: jax.Array | None = None,
    bounds: tuple[jax.Array, jax.Array] | None = None,
    *,
    affine: bool = False,
) -> jax.Array:
    """The course of y[n+1] = step(y[n], inputs[n], constant[block of n]), where no element of y depends on another one.

    Parameters
    ----------
    step : one step; elementwise in y.
    first : y at the start, shape (...).
    inputs : pytree of arrays with leading axes (blocks, steps).
    constant : pytree of arrays with the leading axis (blocks,): what is the same for all steps of a block.
    guess : a first guess at the course, shape (blocks, steps, ...); not given: y stays what it is.
    bounds : least and largest value of y in each block, shape (blocks,) each: where a round goes beyond, it is cut.
    affine : whether `step` is affine in y; one round is then exact.

    Returns
    -------
    Array of shape (blocks, steps, ...): y after each step; NaN where it was not found.
    """

    def linearised(y: jax.Array, x: Any, z: Any) -> tuple[jax.Array, jax.Array]:
        return jax.jvp(lambda v: step(v, x, z), (y,), (jnp.ones_like(y),))

    # What depends on the block alone is computed once a block.
    every = jax.vmap(jax.vmap(linearised, in_axes=(0, 0, None)))

    def better(before: jax.Array) -> jax.Array:
        value, factor = every(before, inputs, constant)
        return affine_course(factor, value - factor * before, first)

    if guess is None:
        lead = jax.tree.leaves(inputs)[0].shape[:2]
        guess = jnp.broadcast_to(first, (*lead, *first.shape))
    if affine:
        return better(guess)

    def again(carry: tuple[jax.Array, jax.Array, jax.Array]) -> jax.Array:
        _, change, count = carry
        return (change > CLOSE) & (count < ROUNDS)

    def narrow(carry: tuple[jax.Array, jax.Array, jax.Array]) -> tuple[jax.Array, jax.Array, jax.Array]:
        after, _, count = carry
        new = better(begins(first, after))
        if bounds is not None:
            low, high = (v.reshape(-1, *[1] * (new.ndim - 1)) for v in bounds)
            new = jnp.clip(new, low, high)
        size = jnp.max(jnp.abs(new))
        change = jnp.max(jnp.abs(new - after)) / jnp.where(size > 0.0, size, 1.0)
        return new, change, count + 1

    # Made of the guess, so that mapping over cells finds at once that they differ from cell to cell: tracing is faster.
    nothing = 0.0 * guess.ravel()[0]
    begin = guess, nothing + jnp.inf, nothing.astype(int)
    found, change, _ = jax.lax.while_loop(again, narrow, begin)
    return jnp.where(change <= CLOSE, found, jnp.nan)
