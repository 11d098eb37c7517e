"""Naming a release on the command line: by its name, the active one, or the draft as if it were released."""

from typing import TYPE_CHECKING

from terminology.commands.start import now

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from terminology.release import Content
    from terminology.releases.reading import Opened

RELEASE_HELP = "Name of a release; utkast is the draft as it is now; the active one if absent."


def opened(engine: "Engine", name: str | None, content: "Content | None" = None) -> "Opened":
    """A whole release. `content`: what a draft would show; as the active release if None.

    Raises: NotFound: no release of that name.
    """
    from terminology.releases.making import DRAFT, draft, open_release
    from terminology.releases.switching import active_row

    if name is not None and name != DRAFT:
        return open_release(engine, name)
    row = active_row(engine)
    assert row is not None  # `store` has made sure that there is one
    if name is None:
        return open_release(engine, row.release.name)
    return draft(engine, content or row.release.content, now=now())
