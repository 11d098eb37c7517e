"""The message catalogue: every word that a page shows, by key, in Bokmål, Nynorsk and English.

One CSV file per subject lies in `messages/`, with the columns key, en, nb, nn. The loader takes every file of
the folder: a new subject is a new file. `{name}` is a placeholder. A text with `{count}` is the plural; the
row that has the same key with `.one` behind it is the singular.
"""

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from io import StringIO
from types import MappingProxyType

LANGUAGES = ("nb", "nn", "en")  # in the order the reader chooses from
_COLUMNS = ["key", "en", "nb", "nn"]
_ALIASES = {"no": "nb", "nb-no": "nb", "no-no": "nb", "nn-no": "nn", "en-gb": "en", "en-us": "en"}
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}", re.ASCII)
_GENERIC = "error.ERROR_GENERIC"
_SITUATION = re.compile(r"[a-z_]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Messages:
    """The texts of one language."""

    language: str  # nb, nn or en; good for a `lang` attribute
    _texts: Mapping[str, str]

    def text(self, key: str, /, **params: object) -> str:
        """The text of `key` with its placeholders filled; `count=1` takes the singular, if there is one.

        Raises: KeyError: unknown key, or a placeholder without a value.
        """
        if not params:
            text = self._texts[key]
            return text.format() if "{" in text else text
        if params.get("count") == 1:
            key = key if (one := f"{key}.one") not in self._texts else one
        return self._texts[key].format(**params)

    def error(self, code: str, **params: object) -> str:
        """The sentence for an eHDSI error code; a code that `knows` knows nothing of gets the general one.

        A value that opens the sentence, such as "landet" for a country that is not known, gets its capital.
        """
        text = self.text(f"error.{code}" if self.knows(code) else _GENERIC, **params)
        return text[:1].upper() + text[1:]

    def knows(self, code: str) -> bool:
        """Whether a code, which a country may have made up, has a sentence.

        Situations of our own stand beside the codes, in small letters; no country puts those into our mouth.
        """
        return f"error.{code}" in self._texts and not _SITUATION.fullmatch(code)

    def __contains__(self, key: object) -> bool:
        return key in self._texts


def language_of(tag: str) -> str | None:
    """The page language that a tag asks for: `nb-NO`, `no` and `nb` are `nb`; None when there is none."""
    wanted = tag.strip().lower()
    wanted = _ALIASES.get(wanted, wanted)
    return wanted if wanted in LANGUAGES else None


def messages(language: str) -> Messages:
    """The texts of a language, read once per process.

    Raises: ValueError: the language is none of ours, or a file of the catalogue is damaged.
    """
    wanted = language_of(language)
    if wanted is None:
        raise ValueError(f"no page texts in {language[:20]!r}")
    return _all()[wanted]


def read(sources: Iterable[Traversable]) -> dict[str, Messages]:
    """The texts of all languages from CSV files.

    Nynorsk that is missing falls back to Bokmål, so that a page is never without words; a test finds the gap.
    Raises: ValueError: wrong header or number of cells, a key twice or an empty text, or placeholders that
            differ between the languages; the message names file and key.
    """
    texts: dict[str, dict[str, str]] = {language: {} for language in LANGUAGES}
    for source in sources:
        reader = csv.reader(StringIO(source.read_text(encoding="utf-8"), newline=""), strict=True)
        if next(reader, None) != _COLUMNS:
            raise ValueError(f"{source.name}: the header is not {','.join(_COLUMNS)}")
        for row in reader:
            if len(row) != len(_COLUMNS):
                raise ValueError(f"{source.name} line {reader.line_num}: not {len(_COLUMNS)} cells")
            _add(texts, row, source.name)
    return {language: Messages(language, MappingProxyType(held)) for language, held in texts.items()}


def placeholders(text: str) -> frozenset[str]:
    """The names of the placeholders in a text. Raises ValueError: a brace that is no placeholder."""
    if "{" in (rest := _PLACEHOLDER.sub("", text)) or "}" in rest:
        raise ValueError(f"a brace that is no placeholder: {text!r}")
    return frozenset(_PLACEHOLDER.findall(text))


def _add(texts: dict[str, dict[str, str]], row: list[str], name: str) -> None:
    key, english, bokmaal, nynorsk = row
    if not key or not english or not bokmaal or key in texts["en"]:
        raise ValueError(f"{name} {key!r}: twice, or without a text")
    nynorsk = nynorsk or bokmaal
    if not placeholders(english) == placeholders(bokmaal) == placeholders(nynorsk):
        raise ValueError(f"{name} {key!r}: the placeholders differ between the languages")
    texts["en"][key], texts["nb"][key], texts["nn"][key] = english, bokmaal, nynorsk


@cache
def _all() -> Mapping[str, Messages]:
    folder = files("terminology.pages").joinpath("messages")
    return read(sorted((f for f in folder.iterdir() if f.name.endswith(".csv")), key=lambda f: f.name))
