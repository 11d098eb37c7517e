"""The one error of the importers: a file that as a whole cannot be taken."""

LONGEST = 200  # characters


def shown(value: str) -> str:
    """A piece of a file as a report may hold it: short, and every invisible sign spelled out."""
    short = value[:LONGEST]
    return short if short.isprintable() else ascii(short)[1:-1][:LONGEST]


class Unreadable(ValueError):
    """A file that is refused. Items that were yielded before belong to a failed import: throw them away.

    `reason` is a key of the message catalogue (`import.unreadable.*`); its placeholders are filled from
    `params` (every value a short string). `where` is the place in the file, "" for the whole of it.
    """

    def __init__(self, reason: str, where: str = "", **params: str) -> None:
        said = ", ".join(f"{name}={value}" for name, value in params.items())
        super().__init__(" ".join(part for part in (where, reason, f"({said})" if said else "") if part))
        self.reason = f"import.unreadable.{reason}"
        self.where = shown(where)
        self.params = {name: shown(value) for name, value in params.items()}
