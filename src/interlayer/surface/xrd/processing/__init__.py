"""From counts to peaks: noise, background, peak search."""
