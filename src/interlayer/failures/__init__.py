"""Whether and how a cell failed, judged from its record alone."""

# Signs are metrics of a record, and some metrics (the critical current) rest on the verdict: whoever comes first, the
# metrics are loaded before any module of this package asks for them.
import interlayer.metrics as _metrics  # noqa: F401  # pyright: ignore[reportUnusedImport]
