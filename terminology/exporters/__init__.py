"""Exporters: a release, or the drafts, written in the formats that other people read."""
