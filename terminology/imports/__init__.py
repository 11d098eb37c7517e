"""Imports: a dry run that says what would change, then the change itself. See `jobs`."""
