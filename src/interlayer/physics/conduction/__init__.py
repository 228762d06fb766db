"""Ion transport through the electrolyte."""
