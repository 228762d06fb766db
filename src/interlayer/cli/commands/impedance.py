"""`interlayer impedance`: spectra in; circuits, resistances, their errors and what they mean out."""

from __future__ import annotations

import sys
import webbrowser
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Final

import typer

from interlayer.cli import options
from interlayer.cli.console import fail, say
from interlayer.cli.guard import guarded
from interlayer.cli.inputs import shown_names
from interlayer.cli.progress import progress
from interlayer.errors import InputError, InterlayerError

if TYPE_CHECKING:
    from interlayer.circuits.geometry import Geometry
    from interlayer.cli.loading import Source
    from interlayer.metrics.placement import Placement
    from interlayer.metrics.spectrum_analysis import AnalysedSpectrum
    from interlayer.record import Record

SERIES: Final = ("time", "cycle", "temperature", "none")


def impedance(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Files with impedance spectra.")],
    out: Annotated[
        str | None,
        typer.Option(
            "-o",
            "--out",
            metavar="report.html",
            help="Write a page with figures; their data go into a folder beside it.",
            show_default=False,
        ),
    ] = None,
    cell: options.CellFile = None,
    area: options.AreaText = None,
    thickness: Annotated[
        str | None,
        typer.Option(
            metavar="LENGTH", help='Thickness of the electrolyte, such as "1 mm".', show_default=False
        ),
    ] = None,
    circuit: Annotated[
        str | None,
        typer.Option(
            metavar="STRING",
            help='Circuit, such as "R0-p(R1,CPE1)-CPE2"; left out, it is chosen from the data.',
            show_default=False,
        ),
    ] = None,
    weighting: Annotated[
        str, typer.Option(metavar="NAME", help="Errors of the points: modulus, unit or proportional.")
    ] = "modulus",
    robust: Annotated[
        bool,
        typer.Option("--robust", help="Weigh points far from the fit down; each spectrum by itself."),
    ] = False,
    at: Annotated[
        list[str] | None,
        typer.Option(
            "--at",
            metavar="PLACE",
            help="Place of a file on the cell's life: before, 100 h, cycle 50, 60 degC; once a file, in order.",
            show_default=False,
        ),
    ] = None,
    along: Annotated[
        str | None,
        typer.Option(
            metavar="RECORD",
            help="The cell's cycling: spectra are placed on it by the clocks of the files.",
            show_default=False,
        ),
    ] = None,
    series: Annotated[
        str | None,
        typer.Option(
            metavar="AGAINST",
            help="Fit all spectra together, along time, cycle or temperature; none: each by itself. "
            "Left out: together if three or more can be placed.",
            show_default=False,
        ),
    ] = None,
    show: options.Open = False,
    force: options.Force = False,
    as_json: options.Json = False,
    debug: options.Debug = False,
) -> None:
    """Fit impedance spectra without a first guess, name their arcs, and say what is sure and what is not."""
    with guarded(debug):
        from interlayer.circuits import parse_circuit
        from interlayer.cli import impedance_text, outputs, tables
        from interlayer.metrics.impedance_series import analyse
        from interlayer.metrics.placement import place_spectra, read_place
        from interlayer.metrics.spectrum_analysis import check_weighting

        if series is not None and series not in SERIES:
            raise InputError(
                f"'{series}' is no axis of a series", where="--series", advice="one of " + ", ".join(SERIES)
            )
        if robust and series not in (None, "none"):
            raise InputError(
                "a robust fit takes each spectrum by itself",
                where="--robust",
                advice=f"leave out --robust or --series {series}",
            )
        if circuit is not None:
            parse_circuit(circuit)
        check_weighting(weighting)
        said = [None if text.strip() in ("", "-") else read_place(text) for text in at or []]
        if len(said) > len(files):
            raise InputError(f"{len(said)} places stand against {len(files)} files", where="--at")
        page = folder = None
        if out is not None:
            page = outputs.file_to_write(out, (".html", ".htm"), force=force)
            folder = outputs.folder_to_write(str(page.with_name(f"{page.stem}-figures")), force=force)
        source, geometry = _what_is_known(cell, area, thickness)
        life = None if along is None else source.record(along)
        names, failures = shown_names(files), list[InterlayerError]()
        with progress("fitting") as tell:
            kept: list[tuple[int, Record]] = []
            for number, record in source.records(files, tell, failures, share=0.2):
                if record.spectra:
                    kept.append((number, record))
                    continue
                problem = InputError("no impedance spectrum in this file", where=names[number])
                fail(str(problem))
                failures.append(problem)
            placed = place_spectra(
                [record for _, record in kept],
                [said[number] if number < len(said) else None for number, _ in kept],
                life,
            )
            spectra = [
                _start(names[number], record, index, placed[place][index], geometry)
                for place, (number, record) in enumerate(kept)
                for index in range(len(record.spectra))
            ]
            result = analyse(
                spectra,
                circuit=circuit,
                weighting=weighting,
                robust=robust,
                against=series,
                along=life,
                progress=lambda done: tell(0.2 + (0.4 if page else 0.8) * done, "fitting"),
            )
            if page is not None and folder is not None and result.spectra and not failures:
                from interlayer.reporting import write_impedance_report

                outputs.mark_folder(folder)
                write_impedance_report(
                    result, page, folder, progress=lambda done: tell(0.6 + 0.4 * done, "drawing")
                )
        if as_json:
            sys.stdout.write(tables.as_json([one.as_dict() for one in result.spectra], ascii_only=True))
        else:
            impedance_text.show(result)
        if page is not None:
            say("no page was written" if failures or not result.spectra else f"wrote {page} and {folder}")
        if failures:
            raise typer.Exit(max(error.exit_code for error in failures))
        if page is not None and show:
            webbrowser.open(page.resolve().as_uri())


def _start(
    name: str, record: Record, index: int, placement: Placement, geometry: Geometry
) -> AnalysedSpectrum:
    """A spectrum before its fit, with what is known about its geometry."""
    from interlayer.metrics.geometry import thickness_of
    from interlayer.metrics.spectrum_analysis import AnalysedSpectrum

    known = replace(
        geometry,
        area_m2=record.area_m2,
        thickness_m=geometry.thickness_m or thickness_of(record),
    )
    return AnalysedSpectrum(name, record.label, record, record.spectra[index], placement, known)


def _what_is_known(cell: str | None, area: str | None, thickness: str | None) -> tuple[Source, Geometry]:
    """What the options and the description say about area and thickness, with their errors."""
    from interlayer import measured
    from interlayer.circuits.geometry import Geometry
    from interlayer.cli import loading

    source = loading.Source(cell, None)
    known = source.cell
    own_area, own_length = measured.Measured(0.0, None), measured.Measured(0.0, None)
    if area is not None:
        own_area = measured.read(area, "cm2", where="--area")
        source.area_m2 = own_area.value
    elif known is not None:
        own_area = measured.Measured(0.0, known.uncertainty_of("area"))
        wide = known.uncertainty_of("diameter")
        if own_area.sigma is None and wide is not None and known.diameter and known.electrode_area:
            own_area = measured.Measured(0.0, 2.0 * known.electrode_area * wide / known.diameter)
    if thickness is not None:
        own_length = measured.read(thickness, "mm", where="--thickness")
    elif known is not None:
        own_length = measured.Measured(0.0, known.uncertainty_of("electrolyte.thickness"))
    return source, Geometry(
        None if area is None else own_area.value,
        None if thickness is None else own_length.value,
        own_area.sigma,
        own_length.sigma,
    )
