"""Any step that the objects themselves allow."""

from __future__ import annotations

from hypothesis import strategies as st

from interlayer.protocol import Block, CurrentStep, ImpedanceStep, RestStep, Stop, VoltageStep

SIZES = st.floats(1e-12, 1e12)
NICE = st.sampled_from([0.05, 0.1, 0.2, 1 / 3, 0.5, 1.0, 2.0, 10.0, 60.0, 360.0, 3600.0, 5400.0])
POSITIVE = SIZES | NICE


def stop(quantity: str, *comparisons: str | None) -> st.SearchStrategy[Stop]:
    return st.builds(Stop, st.just(quantity), POSITIVE, st.sampled_from(comparisons or (None,)))


TIME = stop("time")
CHARGE = stop("areal_capacity") | stop("capacity")
SIGNED_VOLTAGE = st.builds(Stop, st.just("voltage"), st.floats(-100, 100), st.sampled_from([">=", "<="]))
CROSSED_VOLTAGE = st.builds(Stop, st.just("voltage"), st.floats(0, 100))
CUTOFF = st.just(Stop("cutoff"))
FLOW = stop("current_density", "<=", ">=") | stop("current", "<=", ">=") | stop("c_rate", "<=", ">=")
NOTES = {
    "temperature": st.none() | st.floats(150, 900),
    "period": st.none() | POSITIVE,
}


def stops(*kinds: st.SearchStrategy[Stop]) -> st.SearchStrategy[tuple[Stop, ...]]:
    one = st.one_of(*kinds)
    return st.lists(one, min_size=1, max_size=4, unique_by=lambda s: (s.quantity, s.comparison)).map(tuple)


CURRENTS = st.builds(
    lambda name, size, sign, chosen, verb, notes: CurrentStep(
        **{name: sign * size},
        stops=chosen,
        # A lithium electrode has neither a C-rate nor a cut-off.
        verb={1: "Charge", -1: "Discharge"}[sign]
        if verb or name == "c_rate" or Stop("cutoff") in chosen
        else None,
        **notes,
    ),
    st.sampled_from(["areal", "total", "c_rate"]),
    POSITIVE,
    st.sampled_from([1, -1]),
    stops(TIME, CHARGE, SIGNED_VOLTAGE, CROSSED_VOLTAGE, CUTOFF),
    st.booleans(),
    st.fixed_dictionaries(NOTES),
)
RESTS = st.builds(
    lambda time, other, notes: RestStep((time, *other), **notes),
    TIME,
    st.lists(SIGNED_VOLTAGE, max_size=2, unique_by=lambda s: s.comparison),
    st.fixed_dictionaries(NOTES),
)
HOLDS = st.builds(
    lambda voltage, chosen, notes: VoltageStep(
        float("inf") if voltage is None else voltage, chosen, at_cutoff=voltage is None, **notes
    ),
    st.floats(-100, 100) | st.none(),
    stops(TIME, CHARGE, FLOW),
    st.fixed_dictionaries(NOTES),
)
SPECTRA = st.builds(
    lambda low, decades, points, amplitude, temperature: ImpedanceStep(
        low * 10**decades, low, points, amplitude, temperature
    ),
    st.floats(1e-5, 1e3),
    st.floats(0.1, 8),
    st.integers(1, 100),
    st.sampled_from([0.01, 0.005, 1 / 3]),
    NOTES["temperature"],
)
STEPS = CURRENTS | RESTS | HOLDS | SPECTRA
ENTRIES = st.lists(
    st.recursive(
        STEPS,
        lambda inner: st.builds(Block, st.lists(inner, min_size=1, max_size=3), st.integers(1, 5)),
        max_leaves=6,
    ),
    min_size=1,
    max_size=4,
)
