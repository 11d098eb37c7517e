"""Language tags: aliases, fallback order, spelling."""

import pytest

from terminology import languages


@pytest.mark.parametrize("asked", ["nb-NO", "nb", "no", "no-NO", "NB-no"])
def test_every_spelling_of_bokmaal_asks_in_the_same_order(asked):
    assert languages.chain(asked) == ("nb-NO", "nb", "no", "en")


@pytest.mark.parametrize("asked", ["nn", "nn-NO"])
def test_nynorsk_tries_bokmaal_before_english(asked):
    assert languages.chain(asked) == ("nn-NO", "nn", "nb-NO", "nb", "no", "en")


@pytest.mark.parametrize("asked", ["en", "en-GB", "EN-us"])
def test_english_has_no_fallback(asked):
    assert languages.chain(asked) == ("en",)


def test_another_language_falls_back_over_its_country():
    assert languages.chain("fi-fi") == ("fi-FI", "fi", "en")
    assert languages.chain("fi") == ("fi", "en")


@pytest.mark.parametrize("tag", ["", "n", "norsk", "12", "nb_NO", "nb-", "nb-N*", "nb-NO-x", "ñb"])
def test_what_is_no_tag_is_refused(tag):
    with pytest.raises(ValueError, match="not a language tag"):
        languages.stored(tag)


@pytest.mark.parametrize(
    ("stored", "shown"), [("no", "nb-NO"), ("nb", "nb-NO"), ("nn", "nn-NO"), ("en", "en"), ("fi-FI", "fi-FI")]
)
def test_the_lang_attribute_names_the_written_language(stored, shown):
    assert languages.shown(stored) == shown
