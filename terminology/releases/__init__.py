"""Releases: immutable states of the terminology. See `making`, `switching`, `reading`, `comparing`."""
