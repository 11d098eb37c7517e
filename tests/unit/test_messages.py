"""The message catalogue: complete in three languages, with a sentence for every error code."""

import csv
import re
from collections import Counter
from io import StringIO
from pathlib import Path

import pytest

from ncp.wire.errors import ERRORS, TRANSFORMATION
from terminology.pages import messages as module
from terminology.pages.messages import LANGUAGES, language_of, messages, placeholders

FOLDER = Path(module.__file__).parent / "messages"
FILES = sorted(FOLDER.glob("*.csv"))
ROWS = [
    (path.name, *row)
    for path in FILES
    for row in list(csv.reader(StringIO(path.read_text(encoding="utf-8"), newline=""), strict=True))[1:]
]
CODES = [str(code) for code in (*ERRORS, *TRANSFORMATION)]


class Source:
    """A file of the catalogue that exists in this test only."""

    def __init__(self, text, name="x.csv"):
        self.text, self.name = text, name

    def read_text(self, encoding):
        assert encoding == "utf-8"
        return self.text


def read(*texts):
    return module.read([Source("key,en,nb,nn\n" + text) for text in texts])


def test_no_cell_is_empty():
    assert len(ROWS) > 400
    assert [row for row in ROWS if len(row) != 5 or not all(cell.strip() for cell in row)] == []


def test_no_cell_has_outer_blanks_or_line_breaks():
    assert [row for row in ROWS if any(cell != " ".join(cell.split(" ")).strip() for cell in row)] == []
    assert [row for row in ROWS if any("\n" in cell for cell in row)] == []


def test_no_key_is_said_twice():
    assert [key for key, count in Counter(row[1] for row in ROWS).items() if count > 1] == []


def test_the_placeholders_are_the_same_in_all_languages():
    assert [row for row in ROWS if len({placeholders(cell) for cell in row[2:]}) != 1] == []


def test_a_counted_text_has_a_singular_with_no_other_placeholders():
    """Of the shared subjects; a page that never says one, such as a list of several patients, needs none."""
    texts = {row[1]: row[2] for row in ROWS}
    shared = {row[1] for row in ROWS if row[0] not in ("display.csv", "portal.csv")}
    counted = {key for key in shared if "{count}" in texts[key] and not key.endswith(".one")}
    assert counted and {f"{key}.one" for key in counted} <= set(texts)
    for key in (key for key in shared if key.endswith(".one")):
        assert placeholders(texts[key]) <= placeholders(texts[key.removesuffix(".one")])


def test_the_languages_are_not_one_another():
    """A cell copied into the wrong column shows in words that exist in one written language only."""
    for _, key, english, bokmaal, nynorsk in ROWS:
        assert not re.search(r"\b(ikkje|eit|ein|frå|nokre|opplysningar|blir viste|ho er)\b", bokmaal), key
        assert not re.search(r"\b(ikke|et|fra|noen|opplysninger|hvis|hvem|jeg)\b", nynorsk), key
        assert not re.search(r"\b(ikke|ikkje|opplysninger|pasienten|og)\b", english), key


@pytest.mark.parametrize("code", CODES)
def test_every_error_code_has_a_sentence_in_every_language(code):
    said = []
    for language in LANGUAGES:
        texts = messages(language)
        assert f"error.{code}" in texts
        text = texts.text(f"error.{code}", country="Finland")
        assert text.endswith(".") and "{" not in text and code not in text and len(text) > 20
        said.append(text)
    assert said[-1] not in said[:-1]  # English is neither Bokmål nor Nynorsk; those two may agree


def test_no_sentence_names_a_placeholder_that_an_error_has_not():
    for code in CODES:
        assert placeholders(messages("nb")._texts[f"error.{code}"]) <= {"country"}


def test_an_unknown_code_gets_the_general_sentence():
    texts = messages("nb")
    assert texts.error("ERROR_PI_NO_MATCH", country="Finland").startswith("Finland fant ikke pasienten")
    assert texts.error("9999", country="Finland") == texts.text("error.ERROR_GENERIC", country="Finland")
    assert texts.error("", country="Finland") == texts.text("error.ERROR_GENERIC", country="Finland")


@pytest.mark.parametrize("made_up", ["reference", "code_small", "wrong_patient", "heading", "own_fault"])
def test_no_country_speaks_the_sentences_that_are_ours(made_up):
    texts = messages("nb")
    assert f"error.{made_up}" in texts and not texts.knows(made_up)
    assert texts.error(made_up, country="Finland") == texts.text("error.ERROR_GENERIC", country="Finland")


def test_a_sentence_begins_with_a_capital():
    assert messages("nb").error("ERROR_PI_NO_MATCH", country="landet").startswith("Landet fant ikke")


def test_one_takes_the_singular():
    texts = messages("nb")
    assert texts.text("time.days", count=2) == "2 dager"
    assert texts.text("time.days", count=1) == "1 dag"
    assert texts.text("time.days", count=0) == "0 dager"
    assert texts.text("dose.every_hours", count=1) == "hver time"
    assert read("a,{count} a,{count} a,{count} a\n")["nb"].text("a", count=1) == "1 a"


def test_a_value_is_never_read_as_a_text():
    assert messages("nb").text("error.reference", reference="{country}").endswith("{country}")


def test_an_unknown_key_and_a_missing_value_are_errors():
    texts = messages("en")
    with pytest.raises(KeyError, match="no.such"):
        texts.text("no.such")
    with pytest.raises(KeyError, match="reference"):
        texts.text("error.reference")
    with pytest.raises(KeyError, match="reference"):
        texts.text("error.reference", country="Finland")
    assert "app.yes" in texts and "no.such" not in texts and 7 not in texts


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("nb", "nb"),
        ("nb-NO", "nb"),
        ("no", "nb"),
        (" NN-no ", "nn"),
        ("en-GB", "en"),
        ("fi", None),
        ("", None),
    ],
)
def test_a_tag_asks_for_a_page_language(tag, language):
    assert language_of(tag) == language
    if language:
        assert messages(tag).language == language
    else:
        with pytest.raises(ValueError, match="no page texts"):
            messages(tag)


def test_nynorsk_that_is_missing_falls_back_to_bokmaal():
    assert read("a,yes,ja,\n")["nn"].text("a") == "ja"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a,1,2,3\na,1,2,3\n", "twice"),
        (",1,2,3\n", "without a text"),
        ("a,,2,3\n", "without a text"),
        ("a,1,,3\n", "without a text"),
        ("a,1,2\n", "line 2"),
        ("a,{x},{y},{x}\n", "placeholders differ"),
        ("a,{x},{x},3\n", "placeholders differ"),
        ("a,{x.y},{x.y},{x.y}\n", "no placeholder"),
        ("a,{,{,{\n", "no placeholder"),
        ("a,{X},{X},{X}\n", "no placeholder"),
    ],
)
def test_a_damaged_file_is_refused(text, said):
    with pytest.raises(ValueError, match=said):
        read(text)


def test_a_key_in_two_files_is_refused():
    with pytest.raises(ValueError, match="twice"):
        read("a,1,2,3\n", "a,1,2,3\n")


def test_another_header_is_refused():
    with pytest.raises(ValueError, match="header"):
        module.read([Source("key,nb,nn,en\na,1,2,3\n")])
    with pytest.raises(ValueError, match="header"):
        module.read([Source("")])
