"""Laws of what a filament that has crossed becomes: how well it conducts, and whether it lasts."""
