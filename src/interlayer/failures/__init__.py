"""Whether and how a cell failed, judged from its record alone."""
