"""How fast and how lean instrument files are read, a folder of them, and a long test analysed."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.harness import PEAK_MEMORY, PROGRESS, ROOT, Benchmark, Figure, Sizes, child, missing, timed

MPR_ROWS = 75_000
FILES = 100
_REPEATS = 5
_NDAX = ROOT.parent / "shared/data/c_cycling/fastnda/TESTCELL0001-B2-2025-M50T_NewareNDA_Investigation.ndax"
_MOST = 4.0
_MEMORY = f"""{PEAK_MEMORY}
from interlayer.readers import read
small, big = sys.argv[1:]
read(small)  # the libraries that it needs are no part of the table
pathlib.Path("/proc/self/clear_refs").write_text("5")
line = next(x for x in open("/proc/self/status") if x.startswith("VmRSS"))
before = 1024 * int(line.split()[1])
table = read(big).table
print(len(table), table.estimated_size(), peak_memory() - before)
"""
"""A process of its own: rows, size of the table that `read` gives, and what was held beyond the start, bytes."""


def run(sizes: Sizes, progress: PROGRESS) -> list[Figure]:
    """Files that the project's own writers of tests make; one real one where the shared data are."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        os.environ["INTERLAYER_CACHE"], before = str(place / "cache"), os.environ.get("INTERLAYER_CACHE")
        try:
            return [
                *_single(place, sizes, progress),
                *_memory(place, sizes, progress),
                *_folder(place, sizes, progress),
                *_analysis(sizes, progress),
            ]
        finally:
            if before is None:
                del os.environ["INTERLAYER_CACHE"]
            else:
                os.environ["INTERLAYER_CACHE"] = before


def long_record(rows: int, halves: int) -> Any:
    """Return a symmetric cell at constant current, with noise and charges; half-cycles of equal length."""
    import polars as pl

    from interlayer.record import Provenance, Record
    from interlayer.record import schema as s

    rng = np.random.default_rng(20240406)
    half = np.arange(rows) * halves // rows
    sign = np.where(half % 2, -1.0, 1.0)
    time = np.cumsum(rng.uniform(5.0, 15.0, rows))
    current = 1e-4 * sign
    charge = np.abs(current) * np.gradient(time) / 3600.0
    table = pl.DataFrame(
        {
            s.TIME: time,
            s.VOLTAGE: 400.0 * current + rng.normal(0.0, 2e-4, rows),
            s.CURRENT: current,
            s.STEP: half,
            s.CYCLE: half // 2 + 1,
            s.CHARGE_CAPACITY: np.cumsum(np.where(sign > 0, charge, 0.0)),
            s.DISCHARGE_CAPACITY: np.cumsum(np.where(sign < 0, charge, 0.0)),
        }
    )
    return Record(table, Provenance("measured"), area_m2=7.85e-5, label="long")


def _single(place: Path, sizes: Sizes, progress: PROGRESS) -> list[Figure]:
    from tests.writers.mpr import write_long_mpr

    from interlayer.readers import read

    progress(0.0, "one file")
    rows = min(MPR_ROWS, sizes.table_rows)
    mpr = write_long_mpr(place / "a.mpr", rows)
    read(mpr)
    (times,) = timed([lambda: read(mpr)], _REPEATS)
    ratio = Figure(
        "ndax_vs_fastnda",
        "the reader of .ndax before checks, time over fastnda's",
        None,
        "1",
        1.2,
        sense="at most",
    )
    if _NDAX.exists():
        import fastnda

        from interlayer.readers.neware_ndax import NewareNdax

        head = _NDAX.read_bytes()[:65536]

        def own() -> object:
            return NewareNdax().read(_NDAX, head)

        own()
        fastnda.read(_NDAX)
        ours, theirs = timed([own, lambda: fastnda.read(_NDAX)], 4 * _REPEATS)
        note = (
            f"{len(read(_NDAX).table)} rows; own {ours.spread(1e3, 'ms')}; fastnda {theirs.spread(1e3, 'ms')}"
        )
        ratio = Figure(
            ratio.key, ratio.meaning, ours.median / theirs.median, "1", 1.2, sense="at most", note=note
        )
    else:
        (ratio,) = missing([ratio], "shared data absent")
    return [
        Figure("mpr_75k_s", f"reading an .mpr of {rows} rows, checks included", times.median, "s", 0.3,
               sense="at most", note=times.spread()),
        ratio,
    ]  # fmt: skip


def _memory(place: Path, sizes: Sizes, progress: PROGRESS) -> list[Figure]:
    from tests.writers import arbin, maccor, mpr, samples

    from interlayer.record import bdf

    writers: dict[str, tuple[str, Callable[[Path, Any], object], int]] = {
        "arbin_csv": (".csv", arbin.write_csv, 1),
        "arbin_res": (".res", arbin.write_res, 4),
        "arbin_xlsx": (".xlsx", arbin.write_xlsx, 3),
        "maccor": (".txt", maccor.write_minutes, 1),
        "bdf_csv": (".bdf.csv", lambda path, record: bdf.write_bdf(record, path), 1),
        "bdf_parquet": (".parquet", lambda path, record: bdf.write_bdf(record, path), 1),
        "mpr": (".mpr", lambda path, record: mpr.write_long_mpr(path, len(record.table)), 1),
    }
    small = samples.cycling_record()
    found: list[Figure] = []
    for k, (name, (ending, write, shorter)) in enumerate(writers.items()):
        progress(0.05 + 0.6 * k / len(writers), f"memory of {name}")
        rows = sizes.table_rows // shorter
        a, b = place / f"small-{name}{ending}", place / f"big-{name}{ending}"
        if name == "mpr":
            mpr.write_long_mpr(a, 50)
        else:
            write(a, small)
        write(b, long_record(rows, max(rows // 1000, 2)))
        figure = Figure(
            f"memory_{name}",
            f"most memory held while reading {name}, over the table's",
            None,
            "1",
            _MOST,
            sense="at most",
        )
        if not Path("/proc/self/clear_refs").exists():
            found += missing([figure], "only Linux tells the peak from a moment on")
            continue
        count, size, held = (int(x) for x in child(_MEMORY, str(a), str(b)).output.split())
        note = f"{count} rows, table {size / 2**20:.1f} MiB, held at most {held / 2**20:.1f} MiB more than before"
        found.append(Figure(figure.key, figure.meaning, held / size, "1", _MOST, sense="at most", note=note))
        b.unlink()
    return found


def _folder(place: Path, sizes: Sizes, progress: PROGRESS) -> list[Figure]:
    from tests.writers import arbin

    from interlayer.lab.cache import RecordCache
    from interlayer.lab.reading import FileReader
    from interlayer.processors import cores

    progress(0.7, "a folder of files")
    folder = place / "lab"
    folder.mkdir()
    rows = max(sizes.table_rows // 50, 24)
    record = long_record(rows, max(rows // 200, 2))
    count = FILES if sizes.table_rows >= MPR_ROWS else 4
    first = folder / "0.csv"
    arbin.write_csv(first, record)
    files = [first] + [folder / f"{k}.csv" for k in range(1, count)]
    text = first.read_bytes()
    for path in files[1:]:
        path.write_bytes(text)
    number = 0

    def reads(processes: int) -> Callable[[], None]:
        def once() -> None:
            nonlocal number
            number += 1
            FileReader(RecordCache(place / f"cache-{number}"), processes).prepare(files)

        return once

    alone, together = timed([reads(1), reads(max(cores(), 2))], 3)
    kept = FileReader(RecordCache(place / "cache-1"))
    (again,) = timed([lambda: [kept.record(path) for path in files]], 3)
    size = count * len(text) / 2**20
    return [
        Figure(
            "folder_gain",
            f"{count} files read in {max(cores(), 2)} processes, gain over one",
            alone.median / together.median,
            "1",
            note=f"{size:.0f} MiB; one process {alone.spread()}; several {together.spread()}",
        ),
        Figure("folder_again_s", f"the same {count} files from the cache", again.median, "s", note=again.spread()),
    ]  # fmt: skip


def _analysis(sizes: Sizes, progress: PROGRESS) -> list[Figure]:
    from interlayer.lab.cell_result import analyse_cell
    from interlayer.lab.cells_table import CellRow
    from interlayer.lab.lab_cell import LabCell

    progress(0.9, "a long test")
    rows = min(1_000_000, 3 * sizes.table_rows)
    cell = LabCell(CellRow(label="long", files=()), long_record(rows, max(rows // 170, 2)))
    analyse_cell(cell)
    (times,) = timed([lambda: analyse_cell(cell)], _REPEATS)
    progress(1.0, "done")
    return [
        Figure("analysis_1M_s", f"all metrics and the verdict of {rows} rows", times.median, "s", 3.0, sense="at most",
               note=f"{max(rows // 170, 2)} half-cycles; {times.spread()}"),
    ]  # fmt: skip


KEYS = (
    *("mpr_75k_s", "ndax_vs_fastnda"),
    *(
        f"memory_{x}"
        for x in ("arbin_csv", "arbin_res", "arbin_xlsx", "maccor", "bdf_csv", "bdf_parquet", "mpr")
    ),
    *("folder_gain", "folder_again_s", "analysis_1M_s"),
)
BENCHMARK = Benchmark("reading", "reading and analysing instrument files", KEYS, run, 120.0, long=True)
