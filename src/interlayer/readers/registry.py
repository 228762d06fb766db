"""All readers: those of this package, in one list, and those that other packages announce."""

from __future__ import annotations

from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points
from typing import Final

from interlayer.errors import InputError
from interlayer.readers.arbin_csv import ArbinCsv
from interlayer.readers.arbin_res import ArbinRes
from interlayer.readers.arbin_xlsx import ArbinXlsx
from interlayer.readers.autolab_nova import AutolabNova
from interlayer.readers.basytec import Basytec
from interlayer.readers.bdf_csv import BdfCsv
from interlayer.readers.bdf_parquet import BdfParquet
from interlayer.readers.biologic_mpr import BiologicMpr
from interlayer.readers.biologic_mps import BiologicMps
from interlayer.readers.biologic_mpt import BiologicMpt
from interlayer.readers.ch_instruments import ChInstruments
from interlayer.readers.contract import Reader
from interlayer.readers.ecochemie_dfr import EcoChemieDfr
from interlayer.readers.ecochemie_p00 import EcoChemieP00
from interlayer.readers.elins_i2b import ElinsI2b
from interlayer.readers.gamry_dta import GamryDta
from interlayer.readers.ivium_idf import IviumIdf
from interlayer.readers.landt_text import LandtText
from interlayer.readers.landt_xlsx import LandtXlsx
from interlayer.readers.maccor import Maccor
from interlayer.readers.neware_csv import NewareCsv
from interlayer.readers.neware_ndax import NewareNdax
from interlayer.readers.neware_xlsx import NewareXlsx
from interlayer.readers.novocontrol import Novocontrol
from interlayer.readers.novonix import Novonix
from interlayer.readers.palmsens_pssession import PalmSensSession
from interlayer.readers.parstat import Parstat
from interlayer.readers.plain_table import PlainTable
from interlayer.readers.plain_xlsx import PlainXlsx
from interlayer.readers.powersuite import PowerSuite
from interlayer.readers.relaxis import RelaxIs
from interlayer.readers.versastudio_par import VersaStudioPar
from interlayer.readers.zahner_ism import ZahnerIsm
from interlayer.readers.zplot_z import ZPlotZ

ALL_READERS: Final[tuple[Reader, ...]] = (
    BiologicMpt(),
    BiologicMpr(),
    BiologicMps(),
    NewareNdax(),
    BdfCsv(),
    BdfParquet(),
    ArbinRes(),
    ArbinCsv(),
    ArbinXlsx(),
    Maccor(),
    Novonix(),
    NewareXlsx(),
    LandtXlsx(),
    Basytec(),
    NewareCsv(),
    LandtText(),
    GamryDta(),
    ZPlotZ(),
    ZahnerIsm(),
    VersaStudioPar(),
    PalmSensSession(),
    IviumIdf(),
    EcoChemieDfr(),
    EcoChemieP00(),
    AutolabNova(),
    Parstat(),
    PowerSuite(),
    ChInstruments(),
    RelaxIs(),
    Novocontrol(),
    ElinsI2b(),
    PlainXlsx(),
    # Last: any text with rows of numbers.
    PlainTable(),
)
"""Readers of this package, in the order in which they look at a file."""

ENTRY_POINT_GROUP: Final = "interlayer.readers"
"""Other packages announce a reader (its class or an instance) under this group."""


@lru_cache(maxsize=1)
def all_readers() -> tuple[Reader, ...]:
    """Return the readers of this package and of every installed package that announces some.

    Raises
    ------
    InputError
        If an announced reader cannot be loaded or does not keep the contract.
    """
    others = tuple(_load(point) for point in entry_points(group=ENTRY_POINT_GROUP))
    return (*ALL_READERS, *others)


def _load(point: EntryPoint) -> Reader:
    advice = "repair or uninstall the package that brings it"
    try:
        found = point.load()
        reader: object = found() if isinstance(found, type) else found
    except Exception as problem:  # other people's code may raise anything
        raise InputError(
            f"the additional reader '{point.name}' ({point.value}) cannot be loaded: {problem}", advice=advice
        ) from problem
    if not isinstance(reader, Reader):
        raise InputError(
            f"the additional reader '{point.name}' ({point.value}) lacks name, version, extensions, "
            "signature, sniff or read",
            advice=advice,
        )
    return reader
