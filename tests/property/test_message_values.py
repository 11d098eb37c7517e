"""A value put into a text comes out as it went in, whatever it holds."""

from hypothesis import given
from hypothesis import strategies as st

from terminology.pages.messages import LANGUAGES, messages


@given(st.sampled_from(LANGUAGES), st.text(max_size=60))
def test_a_value_is_shown_as_it_is(language, value):
    texts = messages(language)
    general = texts.text("error.code_small", code="\0")
    before, after = general.split("\0")
    assert texts.text("error.code_small", code=value) == before + value + after


@given(st.sampled_from(LANGUAGES), st.text(max_size=60))
def test_every_code_has_a_sentence(language, code):
    assert messages(language).error(code, country="Finland").endswith(".")
