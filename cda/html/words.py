"""The words of the page in one language, looked up once per process and key."""

from functools import cache

from terminology.pages.messages import Messages, messages


class Words:
    """Short access to the message catalogue: `words("display.text")`, `words("time.days", count=3)`."""

    __slots__ = ("language", "tag", "_messages", "_plain")

    def __init__(self, language: str) -> None:
        self.language = language  # nb, nn or en
        self.tag = {"nb": "nb-NO", "nn": "nn-NO", "en": "en"}[language]
        self._messages: Messages = messages(language)
        self._plain: dict[str, str] = {}

    def __call__(self, key: str, /, **parameters: object) -> str:
        """The text of a key. Raises KeyError: unknown key."""
        if parameters:
            return self._messages.text(key, **parameters)
        if (text := self._plain.get(key)) is None:
            text = self._plain[key] = self._messages.text(key)
        return text

    def find(self, key: str) -> str | None:
        """The text of a key that is made from a code of the document, None when there is no such key."""
        try:
            return self(key)
        except KeyError:
            return None


@cache
def words(language: str) -> Words:
    """The words of a language; any spelling of Norwegian is accepted, another language gives Bokmål."""
    primary = language.partition("-")[0].lower()
    return Words(primary if primary in ("nb", "nn", "en") else "nb")
