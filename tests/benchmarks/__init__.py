"""Measurements, run by `make bench`. They are not tests and never fail the build."""
