"""The words of the page in one language, looked up and escaped once per process and key."""

from functools import cache

from terminology.pages.messages import Messages, messages

from ..escape import e


class Words(dict[str, str]):
    """The message catalogue as the page needs it.

    `words["display.text"]` is ready for the page. Plain text, to be escaped with what stands beside it, is
    `words("display.text")` or `words("time.days", count=3)`. Only keys of the catalogue are ever held.
    """

    __slots__ = ("language", "tag", "english", "_messages", "_plain", "_templates")

    def __init__(self, language: str) -> None:
        super().__init__()
        self.language = language  # nb, nn or en
        self.tag = {"nb": "nb-NO", "nn": "nn-NO", "en": "en"}[language]
        self._messages: Messages = messages(language)
        self._plain: dict[str, str] = {}
        self._templates: dict[str, str] = {}
        self.english = self.lang("en")

    def __missing__(self, key: str) -> str:
        text = self[key] = e(self._messages.text(key))
        return text

    def __call__(self, key: str, /, **parameters: object) -> str:
        """The text of a key, not escaped. Raises KeyError: unknown key."""
        if parameters:
            return self._messages.text(key, **parameters)
        if (text := self._plain.get(key)) is None:
            text = self._plain[key] = self._messages.text(key)
        return text

    def find(self, key: str) -> str | None:
        """The escaped text of a key that is made from a code of the document, None when there is none."""
        try:
            return self[key]
        except KeyError:
            return None

    def fill(self, key: str, /, **parts: str) -> str:
        """The escaped text of a key round finished HTML. Raises KeyError: unknown key or placeholder."""
        if (template := self._templates.get(key)) is None:
            names = {name: f"{{{name}}}" for name in parts}
            template = self._templates[key] = e(self._messages.text(key, **names))
        return template.format(**parts)

    def lang(self, language: str | None) -> str:
        """The `lang` attribute for text in another language than the page."""
        if language is None or language.partition("-")[0] == self.language:
            return ""
        return f' lang="{language}"'


@cache
def words(language: str) -> Words:
    """The words of a language; any spelling of Norwegian is accepted, another language gives Bokmål."""
    primary = language.partition("-")[0].lower()
    return Words(primary if primary in ("nb", "nn", "en") else "nb")
