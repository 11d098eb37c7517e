"""Importers: files of other people's making, read as a stream of neutral items. See `items` and `formats`."""
