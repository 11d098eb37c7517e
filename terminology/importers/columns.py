"""Columns found by what stands over them, in any order; a missing or doubled one is named."""

from collections.abc import Mapping, Sequence

from terminology.importers.unreadable import Unreadable


class Columns:
    """Where in a row each field stands."""

    def __init__(
        self, header: Sequence[str], known: Mapping[str, Sequence[str]], required: Sequence[str], where: str
    ) -> None:
        """Find the fields in a header row.

        Args:    known: field -> the header texts it goes by; only letters and digits are compared.
        Raises:  Unreadable: a required field is missing, or a field is there twice.
        """
        by_text = {plain(text): name for name, texts in known.items() for text in texts}
        self.places: dict[str, int] = {}
        self.width = len(header)
        self._empty = dict.fromkeys(known, "")
        for place, text in enumerate(header):
            field = by_text.get(plain(text))
            if field is None:
                continue
            if field in self.places:
                raise Unreadable("doubled_column", where, column=text.strip())
            self.places[field] = place
        for field in required:
            if field not in self.places:
                raise Unreadable("missing_column", where, column=known[field][0])

    def __contains__(self, field: str) -> bool:
        return field in self.places

    def cell(self, row: Sequence[str], field: str, default: str = "") -> str:
        """The cell of a field, as text; the default when the row or the file has none."""
        place = self.places.get(field)
        return default if place is None or place >= len(row) else row[place]

    def cells(self, row: Sequence[str]) -> dict[str, str]:
        """Every field of a row of full width; "" for those that the file has no column for."""
        found = self._empty.copy()
        for field, place in self.places.items():
            found[field] = row[place]
        return found


def plain(text: str) -> str:
    """A header text as it is compared: letters and digits only, small."""
    return "".join(sign for sign in text.casefold() if sign.isalnum())
