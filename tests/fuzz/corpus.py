"""Small sound files of every format that the project can write: what the fuzzer mutates."""

from __future__ import annotations

from pathlib import Path

from interlayer.record import Record, bdf, store
from tests.writers import arbin, cyclers, maccor, mpr, samples, spectra
from tests.writers.mpt import write_mpt


def write(folder: Path) -> list[Path]:
    """Write one file a format (and kind of content) and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    f, z = spectra.sample()
    made: list[Path] = []
    for name, (ending, writer) in spectra.WRITERS.items():
        made.append(writer(folder / f"{name}{ending}", f, z))
    columns = {"freq / Hz": f, "Re(Z) / ohm": z.real, "-Im(Z) / ohm": -z.imag}
    made.append(spectra.table(folder / "plain_table.csv", columns))
    records = {
        "cycling": samples.cycling_record(),
        "eis": samples.eis_record(),
        "mixed": samples.mixed_record(),
    }
    for name, record in records.items():
        made.append(write_mpt(folder / f"{name}.mpt", record))
        if name != "mixed":
            numbers = mpr.EIS if name == "eis" else mpr.CYCLING
            made.append(mpr.write_mpr(folder / f"{name}.mpr", record, numbers))
        made.append(store.save(record, folder / f"{name}.parquet"))
        made.append(bdf.write_bdf(record, folder / f"{name}.bdf.csv"))
    made.append(bdf.write_bdf(records["cycling"], folder / "cycling.bdf.parquet"))
    for ending, writer in (("res", arbin.write_res), ("csv", arbin.write_csv), ("xlsx", arbin.write_xlsx)):
        made.append(writer(folder / f"arbin.{ending}", records["cycling"]))
    made.append(arbin.write_res(folder / "packed.res.gz", records["cycling"], packed=True))
    for writer in (maccor.write_minutes, maccor.write_seconds, maccor.write_durations, maccor.write_novonix):
        made.append(writer(folder / f"{writer.__name__}.txt", records["cycling"]))
    made += _cyclers(folder, records["cycling"])
    return made


def _cyclers(folder: Path, record: Record) -> list[Path]:
    return [
        cyclers.neware_csv(folder / "neware_csv.csv", record),
        cyclers.neware_csv(folder / "neware_csv_zh.csv", record, language="zh", encoding="gbk"),
        cyclers.neware_levels(folder / "neware_levels.csv", record),
        cyclers.neware_xlsx(folder / "neware_xlsx.xlsx", record),
        cyclers.landt_text(folder / "landt_text.txt", record),
        cyclers.landt_xlsx(folder / "landt_xlsx.xlsx", record),
        cyclers.basytec(folder / "basytec.txt", record),
    ]
