"""The folder of a sweep: `plan.json` says what it holds, `chunks/<hash>.parquet` are the results."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import polars as pl

from interlayer.errors import OutputError, ReadError
from interlayer.report.atomic import write_bytes, write_text
from interlayer.sweep.chunk import Task
from interlayer.sweep.code_version import code_version
from interlayer.sweep.plan import Plan

FORMAT: Final = "interlayer-sweep-folder/1"
MANIFEST: Final = "plan.json"
CHUNKS: Final = "chunks"


class Store:
    """A folder of one sweep.

    Parameters
    ----------
    folder : Path
        Made when something is written.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def begin(self, plan: Plan, tasks: Sequence[Task], *, force: bool = False) -> bool:
        """Take the folder for a plan, or go on with it; whether it was begun before.

        Raises
        ------
        OutputError
            If the folder holds another plan or other people's files. With `force` another plan's chunks go.
        """
        names = [t["name"] for t in tasks]
        if (self.folder / MANIFEST).is_file():
            known = self.manifest()
            if known["chunks"] == names:
                return True
            if not force:
                code = known["code"]
                why = (
                    f"made by {code}, this is {code_version()}"
                    if code != code_version()
                    else "of another plan"
                )
                raise OutputError(
                    f"this folder holds a sweep {why}",
                    where=str(self.folder),
                    advice="choose another folder with -o, or add --force to drop what it holds",
                )
            self._drop(keep=set(names))
        elif self.folder.is_file():
            raise OutputError("a file stands there", where=str(self.folder), advice="give a folder")
        elif self.folder.is_dir() and any(self.folder.iterdir()) and not force:
            raise OutputError(
                "this folder is not empty and holds no sweep",
                where=str(self.folder),
                advice="choose another one or add --force",
            )
        settings = plan.settings() | {"label": plan.label, "design": plan.design, "seed": plan.seed}
        manifest = {
            "format": FORMAT,
            "code": code_version(),
            "width": plan.width,
            "points": len(plan.points),
            "plan": settings,
            "chunks": names,
        }
        write_text(self.folder / MANIFEST, json.dumps(manifest, indent=1))
        return False

    def manifest(self) -> dict[str, Any]:
        """What the folder holds.

        Raises
        ------
        ReadError
            If it holds no sweep.
        """
        file = self.folder / MANIFEST
        try:
            found = json.loads(file.read_text("utf-8"))
        except (OSError, ValueError):
            raise ReadError(
                f"there is no {MANIFEST} of a sweep", where=str(self.folder), advice="give the folder of -o"
            ) from None
        if found.get("format") != FORMAT:
            raise ReadError(f"format = {found.get('format')!r} is not {FORMAT}", where=str(file))
        return found

    def path(self, name: str) -> Path:
        """File of a chunk."""
        return self.folder / CHUNKS / f"{name}.parquet"

    def write(self, name: str, data: bytes) -> None:
        """Store a finished chunk: all of it or nothing."""
        write_bytes(self.path(name), data)

    def finished(self, names: Iterable[str]) -> set[str]:
        """Which chunks are there and whole. A damaged one, as after a full disk, counts as missing."""
        folder = self.folder / CHUNKS
        there = {f.stem for f in folder.glob("*.parquet")} if folder.is_dir() else set[str]()
        return {name for name in names if name in there and self._is_whole(name)}

    def _is_whole(self, name: str) -> bool:
        try:
            return pl.scan_parquet(self.path(name)).select(pl.len()).collect().item() > 0
        except (pl.exceptions.PolarsError, OSError):
            return False

    def _drop(self, *, keep: set[str]) -> None:
        for file in (self.folder / CHUNKS).glob("*.parquet"):
            if file.stem not in keep:
                file.unlink(missing_ok=True)
