"""All finished points of a sweep as one table."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from interlayer.sweep.store import Store


def table(folder: str | Path) -> pl.DataFrame:
    """Return one row a point, in the order of the plan; points that are not computed yet are not there.

    Columns: `point`, each varied field in the unit of the plan, `status` ('ok' or 'failed'), `reason`, `ended` (what
    ended the run early), `simulated / h`, each metric, `notes` (why a metric has no value).

    Raises
    ------
    ReadError
        If the folder holds no sweep.
    """
    store = Store(Path(folder))
    manifest = store.manifest()
    names = [n for n in manifest["chunks"] if store.path(n).is_file()]
    if not names:
        kinds = {"int": pl.Int64, "float": pl.Float64, "str": pl.String}
        return pl.DataFrame(schema={n: kinds[k] for n, k in manifest["plan"]["columns"].items()})
    return pl.read_parquet([store.path(n) for n in names]).sort("point")
