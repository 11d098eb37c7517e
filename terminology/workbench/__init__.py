"""The terminology manager's pages: search, edit, review, import, release, and what real traffic lacks."""
