"""The compiled inner loop: one stage of a protocol after the other, a fixed number of time steps in each.

A stage lasts its duration, or ends where a limit is met: voltage, current, charge, metal. The end is found inside the
step that passes it; the rest of the stage then takes no time. So one compiled call serves any protocol.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from interlayer.physics.constants import REFERENCE_TEMPERATURE
from interlayer.system import (
    CellStates,
    System,
    advance,
    ionic_current,
    ionic_voltage,
    metal,
    shunt_conductance,
)

STAGES: Final = 64
"""Stages a compiled call: one compilation serves protocols of any length."""
_GRADING: Final = 2.0
"""Time steps grow from the start of a stage, where voltages relax."""
_STEPS_BY_TOLERANCE: Final = ((3e-3, 12), (1e-3, 24), (3e-4, 48), (1e-4, 96), (3e-5, 192))
"""Largest error of the voltage within a 1 h half-cycle of the shipped cells, just after a reversal (plateaus are
a hundred times better); order 2, seen against 1536 steps in tests/simulate/test_accuracy.py."""
_ROOT: Final = 9
"""Trials for the current under which the end of a stage of a step obeys what is imposed."""
_GAMMA: Final = 1.0 - 0.5**0.5
"""Of Alexander's two-stage method: order 2, and stiff relaxation is damped at once."""
LOCATE: Final = 20
"""Trials for the moment at which a limit is met, after the one that passed it (tests/simulate/test_limits.py)."""


class Limits(NamedTuple):
    """What ends a stage before its time; arrays of shape (STAGES,), infinite where there is no such limit."""

    highest: Any
    """V; ends where the voltage reaches it from below."""
    lowest: Any
    """V; ends where the voltage reaches it from above."""
    smallest: Any
    """A/m2; ends where the current's magnitude has fallen to it; -inf for none."""
    largest: Any
    """A/m2; ends where the current's magnitude has risen to it."""
    charge: Any
    """C/m2 passed in the stage, by magnitude."""
    metal: Any
    """mol/m2; ends where the electrode that is stripped has no more than this left; -inf for none."""


class Stages(NamedTuple):
    """What is imposed in each stage; arrays of shape (STAGES,)."""

    hold: Any
    """True: `target` is a voltage in V; False: a current density in A/m2."""
    target: Any
    duration: Any
    """s; a stage of no duration changes nothing."""
    temperature: Any
    """K"""
    limits: Limits


class Trace(NamedTuple):
    """Rows of each stage, the first at its start: arrays of shape (STAGES, steps + 1)."""

    time: Any
    """s since the stage began; stands still while an end is searched for and once the stage has ended."""
    voltage: Any
    current: Any
    """A/m2, shunt included."""
    ionic_current: Any
    """A/m2 that moves lithium."""
    met: Any
    """Whether a limit has been met by this row."""
    fresh: Any
    """Whether the row is new; a row that is not repeats the one before."""
    states: Any
    """CellStates with two leading axes."""


def step_count(rtol: float) -> int:
    """Time steps a stage for a relative tolerance on the voltage (12 to 192)."""
    for tolerance, steps in _STEPS_BY_TOLERANCE:
        if rtol >= tolerance * (1 - 1e-12):
            return steps
    return _STEPS_BY_TOLERANCE[-1][1]


def step_weights(steps: int, grading: float = _GRADING) -> NDArray[np.float64]:
    """Fractions of a stage's duration, shape (steps,), summing to 1; `grading` 1 for equal ones."""
    return np.diff((np.arange(steps + 1) / steps) ** grading)


def searching(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weights with LOCATE more steps of no length, in which a limit passed in the last step is located as well."""
    return np.append(weights, np.zeros(LOCATE))


def _imposed(system: System, y: CellStates, hold: Any, target: Any) -> jax.Array:
    """Ionic current density under what is imposed; the shunt takes its share of an imposed current."""
    shunt = shunt_conductance(system, y)
    easy = jnp.logical_not(hold) & (shunt == 0.0)
    return jax.lax.cond(
        easy,
        lambda: jnp.asarray(target, dtype=float),
        lambda: ionic_current(
            system,
            y,
            jnp.where(hold, 0.0, 1.0),
            jnp.where(hold, 1.0, shunt),
            jnp.asarray(target, dtype=float),
        ),
    )


def _row(
    system: System, y: CellStates, time: Any, ionic: jax.Array, hold: Any, target: Any, met: Any = False
) -> Trace:
    voltage = jnp.where(hold, target, ionic_voltage(system, y, ionic))
    total = ionic + voltage * shunt_conductance(system, y)
    return Trace(
        jnp.asarray(time, dtype=float), voltage, total, ionic, jnp.asarray(met), jnp.asarray(True), y
    )


def _rising_root(gap: Callable[[jax.Array], jax.Array], first: jax.Array, slope: jax.Array) -> jax.Array:
    """Root of a function that rises at least with `slope`, from a first guess, by false position (Illinois)."""
    value = gap(first)
    far = first - 1.2 * value / slope  # beyond the root, as the function is steeper than that
    above = value > 0.0
    low, high = jnp.where(above, far, first), jnp.where(above, first, far)
    unknown = -jnp.abs(value)  # until the far end has been tried, as if it were as far off as the first

    def narrow(_: int, carry: tuple[Any, ...]) -> tuple[Any, ...]:
        low, high, f_low, f_high, side = carry
        rise = f_high - f_low
        at = high - f_high * (high - low) / jnp.where(rise > 0.0, rise, 1.0)
        f = gap(at)
        up = f >= 0.0
        kept_low = jnp.where(up & (side > 0), 0.5 * f_low, f_low)
        kept_high = jnp.where(~up & (side < 0), 0.5 * f_high, f_high)
        return (
            jnp.where(up, low, at),
            jnp.where(up, at, high),
            jnp.where(up, kept_low, f),
            jnp.where(up, f, kept_high),
            jnp.where(up, 1, -1),
        )

    f_low, f_high = jnp.where(above, unknown, value), jnp.where(above, value, -unknown)
    low, high, f_low, f_high, _ = jax.lax.fori_loop(0, _ROOT, narrow, (low, high, f_low, f_high, 0))
    return jnp.where(jnp.abs(f_low) < jnp.abs(f_high), low, high)


def _step(
    system: System, y: CellStates, ionic: jax.Array, hold: Any, target: Any, dt: Any, *, implicit: bool
) -> CellStates:
    """One step of order 2, in which the ionic current is constant, or constant in two parts.

    Where the current is not imposed, `implicit` takes the currents of Alexander's SDIRK method: each obeys what is
    imposed at the end of its stage, since a held voltage relaxes a cell faster than a step may last. Else it takes the
    current that is imposed in the middle, reached with the current of the start.
    """
    shunt = shunt_conductance(system, y)
    own, by_voltage = jnp.where(hold, 0.0, 1.0), jnp.where(hold, 1.0, shunt)

    def middle() -> tuple[CellStates, jax.Array, Any]:
        half = advance(system, y, ionic, 0.5 * dt)
        return y, _imposed(system, half, hold, target), dt

    def two_parts() -> tuple[CellStates, jax.Array, Any]:
        def volt(i: jax.Array) -> jax.Array:
            return own * i + by_voltage * ionic_voltage(system, y, i)

        slope = jax.jvp(volt, (ionic,), (jnp.ones_like(ionic),))[1]

        def part(carry: tuple[CellStates, jax.Array], before: jax.Array) -> tuple[Any, None]:
            _, i = carry
            begun = advance(system, y, i, before * dt)

            def gap(i: jax.Array) -> jax.Array:
                end = advance(system, begun, i, _GAMMA * dt)
                return own * i + by_voltage * ionic_voltage(system, end, i) - target

            return (begun, _rising_root(gap, i, slope)), None

        begins = jnp.asarray([0.0, 1.0 - _GAMMA])
        (begun, current), _ = jax.lax.scan(part, (y, ionic), begins)
        return begun, current, _GAMMA * dt

    begun, current, rest = jax.lax.cond(
        hold | (shunt > 0.0), two_parts if implicit else middle, lambda: (y, ionic, dt)
    )
    return advance(system, begun, current, rest)


def _beyond(system: System, row: Trace, charge: Any, limits: Limits) -> jax.Array:
    """How far each limit is passed, shape (6,): negative before, zero at, positive after it."""
    size = jnp.abs(row.current)
    return jnp.stack(
        [
            row.voltage - limits.highest,
            limits.lowest - row.voltage,
            limits.smallest - size,
            size - limits.largest,
            charge - limits.charge,
            limits.metal - metal(system, row.states, row.ionic_current),
        ]
    )


def _after(system: System, old: Trace, one: Stages, dt: Any, *, implicit: bool) -> Trace:
    """The row `dt` after `old`."""
    new = _step(system, old.states, old.ionic_current, one.hold, one.target, dt, implicit=implicit)
    return _row(system, new, old.time + dt, _imposed(system, new, one.hold, one.target), one.hold, one.target)


class _Search(NamedTuple):
    """A limit lies between two lengths of the present step: false position with a kept bracket (Illinois).

    Each limit is interpolated by itself and the first one counts, since several together have kinks.
    """

    trial: Any
    """Trials done; 0 while no limit has been passed."""
    low: Any
    high: Any
    """s; no limit is met after `low`, one is after `high`."""
    f_low: Any
    f_high: Any
    """How far beyond each limit, shape (6,); one end's halved when the other end has moved twice running."""
    side: Any
    """Which end moved last: 1 high, -1 low."""

    def length(self) -> jax.Array:
        """Next length to try: false position and bisection in turn (a knee is no straight line); at last the end."""
        met = jnp.isfinite(self.f_high) & jnp.isfinite(self.f_low) & (self.f_high >= 0.0) & (self.f_low < 0.0)
        rise = jnp.where(met, self.f_high - self.f_low, 1.0)
        part = jnp.where(met, jnp.where(met, self.f_high, 0.0) / rise, 0.0)
        # A hair beyond the root: rounding alone must not decide whether a trial that meets it counts as beyond.
        guess = self.high - jnp.max(part) * (1.0 - 1e-9) * (self.high - self.low)
        sound = (guess > self.low) & (guess < self.high) & (self.trial % 2 == 0)
        inner = jnp.where(sound, guess, 0.5 * (self.low + self.high))
        return jnp.where(self.trial >= LOCATE, self.high, inner)

    def narrowed(self, at: Any, over: Any) -> _Search:
        """The search after the length `at` came out `over` beyond each limit, shape (6,)."""
        reached = jnp.max(over) >= 0.0
        kept_low = jnp.where(self.side > 0, 0.5 * self.f_low, self.f_low)
        kept_high = jnp.where(self.side < 0, 0.5 * self.f_high, self.f_high)
        return _Search(
            self.trial + 1,
            jnp.where(reached, self.low, at),
            jnp.where(reached, at, self.high),
            jnp.where(reached, kept_low, over),
            jnp.where(reached, over, kept_high),
            jnp.where(reached, 1, -1),
        )


@partial(jax.jit, static_argnames=("search", "holds"))
def run_stages(
    system: System,
    y: CellStates,
    stages: Stages,
    weights: jax.Array,
    *,
    search: bool = False,
    holds: bool = False,
) -> tuple[CellStates, Trace]:
    """Run all stages; returns the last states and every row.

    Only what is asked for is compiled and takes time. With `search`, stages end at their limits; without it limits
    are not looked at. With `holds`, a held voltage (and the current beside a shunt) is stepped implicitly; without it a
    hold needs steps shorter than the cell's relaxation.
    """

    def stage(y: CellStates, one: Stages) -> tuple[CellStates, Trace]:
        warm = system._replace(temperature=one.temperature)
        first = _imposed(warm, y, one.hold, one.target)
        head = _row(warm, y, 0.0, first, one.hold, one.target)
        last, rows = (_to_the_limit if search else _to_the_end)(warm, head, one, weights, implicit=holds)
        whole = jax.tree.map(lambda a, b: jnp.concatenate([jnp.asarray(a)[None], b]), head, rows)
        return last.states, whole

    return jax.lax.scan(stage, y, stages)


def _to_the_end(
    system: System, head: Trace, one: Stages, weights: jax.Array, *, implicit: bool
) -> tuple[Trace, Trace]:
    """Last row and all rows after `head` of a stage that takes its whole duration."""

    def step(old: Trace, weight: jax.Array) -> tuple[Trace, Trace]:
        row = _after(system, old, one, weight * one.duration, implicit=implicit)
        return row, row

    return jax.lax.scan(step, head, weights)


def _to_the_limit(
    system: System, head: Trace, one: Stages, weights: jax.Array, *, implicit: bool
) -> tuple[Trace, Trace]:
    """Last row and all rows after `head` of a stage that ends where a limit is met, if one is.

    A step that passes a limit is not taken: the following steps, which would come too late anyway, try shorter ones
    from the same state until the limit is met at their end. So one step is compiled, and searching costs no more.
    """
    zero = jnp.asarray(0.0)
    under = _beyond(system, head, zero, one.limits)
    head = head._replace(met=(jnp.max(under) >= 0.0) & (one.duration > 0.0))
    idle = _Search(jnp.asarray(0), zero, zero, under, jnp.zeros_like(under), jnp.asarray(0))

    def step(carry: tuple[Trace, Any, Any, _Search], weight: jax.Array) -> tuple[Any, Trace]:
        old, charge, under, search = carry
        searching = search.trial > 0
        dt = jnp.where(searching, search.length(), weight * one.duration)
        dt = jnp.where(old.met, 0.0, dt)
        row = _after(system, old, one, dt, implicit=implicit)
        passed = charge + 0.5 * dt * (jnp.abs(old.current) + jnp.abs(row.current))
        over = _beyond(system, row, passed, one.limits)
        found = searching & ~old.met & (search.trial >= LOCATE)
        passes = (jnp.max(over) >= 0.0) & ~searching & ~old.met & (dt > 0.0)
        began = _Search(jnp.asarray(1), zero, dt, under, over, jnp.asarray(0))
        after = _choose(passes, began, _choose(searching, search.narrowed(dt, over), search))
        take = ~old.met & (dt > 0.0) & (found | ~(searching | passes))
        kept = _choose(take, row._replace(met=found), old)._replace(fresh=take)
        return (kept, jnp.where(take, passed, charge), jnp.where(take, over, under), after), kept

    (last, _, _, _), rows = jax.lax.scan(step, (head, zero, under, idle), weights)
    return last, rows


def _choose(flag: jax.Array, yes: Any, no: Any) -> Any:
    """`yes` or `no`, leaf by leaf."""
    return jax.tree.map(lambda a, b: jnp.where(flag, a, b), yes, no)


def no_limits(count: int = STAGES) -> Limits:
    """Limits that are never met, arrays of shape (count,)."""
    far = np.full(count, np.inf)
    return Limits(far, -far, -far, far, far, -far)


def pad(
    hold: list[bool],
    target: list[float],
    duration: list[float],
    temperature: list[float] | None = None,
    limits: list[Limits] | None = None,
    count: int = STAGES,
) -> Stages:
    """Arrays of `count` entries; the missing ones rest for no time (25 degC and no limits where not given)."""
    warm = temperature if temperature is not None else [REFERENCE_TEMPERATURE] * len(hold)
    gap = count - len(hold)
    given = no_limits(count)
    if limits is not None:
        given = Limits(
            *(
                np.asarray([float(getattr(one, name)) for one in limits] + list(getattr(given, name)[:gap]))
                for name in Limits._fields
            )
        )
    return Stages(
        np.asarray(hold + [False] * gap),
        np.asarray(target + [0.0] * gap, dtype=float),
        np.asarray(duration + [0.0] * gap, dtype=float),
        np.asarray(warm + [REFERENCE_TEMPERATURE] * gap, dtype=float),
        given,
    )
