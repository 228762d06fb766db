"""Instrument files into records: `read` chooses the reader, one file a format."""

from interlayer.readers.contract import RawRecord, Reader
from interlayer.readers.options import ReadOptions
from interlayer.readers.read import read
from interlayer.readers.registry import all_readers

__all__ = ["RawRecord", "ReadOptions", "Reader", "all_readers", "read"]
