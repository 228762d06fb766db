"""Published interlayers between lithium and solid electrolytes: what was reported of each, with its DOI."""

from interlayer.published.interlayers.table import COLUMNS, PublishedInterlayer, load

__all__ = ["COLUMNS", "PublishedInterlayer", "load"]
