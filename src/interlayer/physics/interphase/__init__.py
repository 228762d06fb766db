"""Growth laws of the reduced, mixed-conducting interphase in the ceramic."""
