"""How fast, how exact and how near to the machine's limit: `python benchmarks/run.py`."""
