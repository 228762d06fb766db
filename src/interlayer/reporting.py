"""Records into one HTML page with their figures and metrics."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from interlayer import metrics
from interlayer.errors import InputError, OutputError
from interlayer.lab.cell_result import CellResult
from interlayer.lab.groups import GroupRow
from interlayer.metrics.impedance_series import ImpedanceAnalysis
from interlayer.published.interlayers.table import PublishedInterlayer
from interlayer.published.interlayers.views import View
from interlayer.record import Record
from interlayer.report import lab_files
from interlayer.report.export import Exported, export_figure
from interlayer.report.field_page import field_page
from interlayer.report.html import write_page
from interlayer.report.impedance_page import impedance_page
from interlayer.report.lab_page import lab_page
from interlayer.report.observation_page import Seen, observation_page
from interlayer.report.overview import record_page
from interlayer.version import __version__

Progress = Callable[[float], None]
"""Called with the fraction done, 0 to 1."""


def write_report(
    records: Record | Sequence[Record],
    path: str | Path,
    *,
    title: str = "",
    overwrite: bool = False,
    progress: Progress | None = None,
) -> Path:
    """Write one self-contained HTML page of records, simulated or measured, and return its path.

    Parameters
    ----------
    records : Record or sequence of Record
        Each is shown by itself, several are also compared.
    path : str or Path
        The file. It appears complete or not at all.
    title : str
        Head of the page; left out, the label of the record.
    overwrite : bool
        Replace a file that is already there.
    progress : callable, optional
        Called now and then with the fraction done.

    Raises
    ------
    InputError
        If there is no record.
    OutputError
        If the file exists and may not be replaced, or cannot be written.
    """
    many = [records] if isinstance(records, Record) else list(records)
    path = Path(path)
    if not many:
        raise InputError("there is no record to report on", advice="give at least one")
    if path.exists() and not overwrite:
        raise OutputError(
            "exists already", where=str(path), advice="choose another name or allow overwriting"
        )
    found: list[list[metrics.Metric]] = []
    for number, record in enumerate(many):
        found.append(list(metrics.evaluate(record)))
        if progress:
            progress(0.5 * (number + 1) / len(many))
    page = record_page(many, found, title=title, version=__version__, date=date.today().isoformat())
    write_page(page, path)
    if progress:
        progress(1.0)
    return path


def write_impedance_report(
    result: ImpedanceAnalysis, path: Path, folder: Path, *, title: str = "", progress: Progress | None = None
) -> Path:
    """Write the page of analysed spectra; its figures and their data go into a folder.

    Parameters
    ----------
    result : ImpedanceAnalysis
    path : Path
        The page. It appears complete or not at all, after the figures.
    folder : Path
        For each figure its SVG and the CSV that redraws it.
    title : str
    progress : callable, optional

    Raises
    ------
    OutputError
        If something cannot be written.
    """
    page, figures = impedance_page(result, title=title, version=__version__, date=date.today().isoformat())
    exported: dict[str, Exported] = {}
    for number, figure in enumerate(figures):
        exported[figure.id] = export_figure(figure, folder, formats=("svg", "csv"))
        if progress:
            progress(0.8 * (number + 1) / len(figures))
    write_page(page, path, exported=exported)
    if progress:
        progress(1.0)
    return path


def write_lab_report(
    found: Sequence[CellResult],
    groups: Sequence[GroupRow],
    folder: Path,
    *,
    progress: Progress | None = None,
) -> None:
    """Write what the analysis of cells gives: tables, records and a page.

    Parameters
    ----------
    found : sequence of CellResult
    groups : sequence of GroupRow
    folder : Path
        Holds afterwards `results.json`, `metrics.csv`, `groups.csv`, `records/` and `report.html`, each complete.
    progress : callable, optional

    Raises
    ------
    OutputError
        If something cannot be written.
    """
    lab_files.write(found, groups, folder)
    if progress:
        progress(0.2)
    page, _ = lab_page(found, groups, version=__version__, date=date.today().isoformat())
    write_page(page, folder / "report.html")
    if progress:
        progress(1.0)


def write_field_report(
    views: Sequence[View], rows: Sequence[PublishedInterlayer], path: Path, folder: Path
) -> None:
    """Write the page of the published field; its figures and their data go into a folder.

    Raises
    ------
    OutputError
        If something cannot be written.
    """
    page, figures = field_page(views, rows, version=__version__, date=date.today().isoformat())
    exported = {one.id: export_figure(one, folder, formats=("svg", "csv")) for one in figures}
    write_page(page, path, exported=exported)


def write_observation_report(seen: Sequence[Seen], path: Path, folder: Path) -> None:
    """Write the page of observations of surfaces; its figures and their data go into a folder.

    Raises
    ------
    OutputError
        If something cannot be written.
    """
    page, figures = observation_page(seen, version=__version__, date=date.today().isoformat())
    exported = {one.id: export_figure(one, folder, formats=("svg", "csv")) for one in figures}
    write_page(page, path, exported=exported)
