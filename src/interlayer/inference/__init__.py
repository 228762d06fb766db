"""Statistics that know no battery: a tempered sampler, Pareto diagnostics, scores of intervals."""
