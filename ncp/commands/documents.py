"""Documents named on the command line: files, folders with files in them, or standard input."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from ncp.commands.start import stop
from ncp.error_tables import USAGE

STANDARD_INPUT = Path("-")
FILES_HELP = "CDA documents, folders with .xml files, or - for standard input."


def named(paths: Sequence[Path]) -> list[Path]:
    """The files meant: a folder stands for the `.xml` files in it and below, in the order of their names.

    Ends the command when there is no such file, or none in a folder.
    """
    found: list[Path] = []
    for path in paths:
        if path == STANDARD_INPUT or path.is_file():
            found.append(path)
        elif path.is_dir():
            inside = sorted(
                each for each in path.rglob("*") if each.suffix.lower() == ".xml" and each.is_file()
            )
            if not inside:
                stop(f"{path}: a folder without .xml files", USAGE)
            found += inside
        else:
            stop(f"{path}: no such file or folder", USAGE)
    if found.count(STANDARD_INPUT) > 1:
        stop("-: standard input can be read only once", USAGE)
    return found


def contents(paths: Sequence[Path]) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each; of a file above the limit only as much as shows that it is.

    Ends the command when a file cannot be read.
    """
    from cda.parse import MAX_BYTES

    for path in paths:
        try:
            if path == STANDARD_INPUT:
                yield "-", sys.stdin.buffer.read(MAX_BYTES + 1)
                continue
            with path.open("rb") as file:
                yield str(path), file.read(MAX_BYTES + 1)
        except OSError as error:
            stop(f"{path}: {error.strerror}", USAGE)
