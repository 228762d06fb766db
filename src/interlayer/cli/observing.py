"""What the commands of surfaces share: files in; words, numbers, a page and records out."""

from __future__ import annotations

import sys
import webbrowser
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from interlayer.cli.console import fail, say
from interlayer.cli.inputs import path_of, shown_names
from interlayer.cli.progress import progress
from interlayer.errors import InputError, InterlayerError, OutputError

if TYPE_CHECKING:
    from interlayer.report.observation_page import Seen

SampleLabel: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--cell",
        metavar="LABEL",
        help="The cell or sample, as in the table of cells; once for all files or once a file, in order. "
        "Left out: the name of the file.",
        show_default=False,
    ),
]
State: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--state",
        metavar="STATE",
        help="When in its life: pristine, coated, cycled, after short, or your own word; once, or once a file.",
        show_default=False,
    ),
]
OutPage: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "-o",
        "--out",
        metavar="report.html",
        help="Write a page with figures; their data go into a folder beside it.",
        show_default=False,
    ),
]
SaveFolder: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--save",
        metavar="FOLDER",
        help="Keep each observation as a record (.parquet) there, for `analyse` and `simulate`.",
        show_default=False,
    ),
]


def observe(
    files: Sequence[str],
    look: Callable[[Path, str, str], Sequence[Seen]],
    *,
    cell: Sequence[str] | None,
    state: Sequence[str] | None,
    out: str | None,
    save_to: str | None,
    as_json: bool,
    force: bool,
    show: bool,
    doing: str,
) -> None:
    """Look at each file and deliver what was seen; a file that fails leaves the others alone.

    Parameters
    ----------
    files : sequence of str
    look : callable
        Of (path, label, state): what one file shows; raises `InterlayerError` for a file that shows nothing.
    cell, state : sequence of str or None
        None, one for all, or one a file.
    out, save_to : str or None
        Page; folder of records.
    as_json, force, show : bool
        One JSON list on standard output; replace what is there; open the page.
    doing : str
        Word of the progress bar.

    Raises
    ------
    InputError
        If labels or states are neither one nor as many as the files.
    OutputError
        If something may not be written; asked before anything is read.
    typer.Exit
        With the greatest exit code of the files that failed; nothing is written then but what the screen shows.
    """
    from interlayer.cli import outputs, tables

    labels = _one_each(cell, len(files), "--cell")
    states = _one_each(state, len(files), "--state")
    page = folder = keep = None
    if out is not None:
        page = outputs.file_to_write(out, (".html", ".htm"), force=force)
        folder = outputs.folder_to_write(str(page.with_name(f"{page.stem}-figures")), force=force)
    if save_to is not None:
        # Not marked as filled by this program: `collect` and `analyse` are to find the records in it.
        keep = path_of(save_to)
        if keep.exists() and not keep.is_dir():
            raise OutputError("a file stands there", where=str(keep), advice="give a folder")
    names, seen, failures = shown_names(files), list["Seen"](), list[InterlayerError]()
    with progress(doing) as tell:
        for number, text in enumerate(files):
            tell(number / len(files), names[number])
            try:
                path = path_of(text)
                seen += look(path, labels[number] or path.stem, states[number] or "unknown")
            except InterlayerError as error:
                problem = error if error.where else error.at(names[number])
                fail(str(problem))
                failures.append(problem)
    observations = [one.observation for one in seen]
    if not failures and page is not None and folder is not None:
        from interlayer.reporting import write_observation_report

        outputs.mark_folder(folder)
        write_observation_report(seen, page, folder)
    if not failures and keep is not None:
        _keep(seen, keep, force=force)
    if as_json:
        sys.stdout.write(tables.as_json([one.as_dict() for one in observations], ascii_only=True))
    else:
        from interlayer.cli import metric_text

        for one in observations:
            say(f"{one.label} ({one.state}), {one.provenance.file_name}")
            for sentence in one.words:
                say(f"  {sentence}")
            metric_text.condensed(one.metrics)
            for finding in one.findings:
                say(f"  {finding.severity}: {finding.detail}")
    for what in (page, keep):
        if what is not None:
            say(f"{what} was not written" if failures else f"wrote {what}")
    if failures:
        raise typer.Exit(max(error.exit_code for error in failures))
    if page is not None and show:
        webbrowser.open(page.resolve().as_uri())


def _one_each(given: Sequence[str] | None, count: int, option: str) -> list[str | None]:
    if not given:
        return [None] * count
    if len(given) == 1:
        return [given[0]] * count
    if len(given) != count:
        raise InputError(
            f"{len(given)} values stand against {count} files", where=option, advice="give one, or one a file"
        )
    return list(given)


def _keep(seen: Sequence[Seen], folder: Path, *, force: bool) -> None:
    from interlayer.cli import outputs
    from interlayer.record import store
    from interlayer.record.file_names import file_stem

    taken: set[str] = set()
    named = [
        (folder / f"{file_stem('-'.join((o.label, o.technique, o.state)), taken)}.parquet", o)
        for o in (one.observation for one in seen)
    ]
    for path, _ in named:
        outputs.refuse_existing(path, force=force)
    for path, one in named:
        store.save(one.to_record(), path, overwrite=force)
