"""Record in, numbers with unit, uncertainty and evidence out."""
