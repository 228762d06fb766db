"""One mechanism a file: its equation, its parameters with unit, bounds and source, its propagator."""
