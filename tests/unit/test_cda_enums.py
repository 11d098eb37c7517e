"""No code of the standard reaches a page as a word, and the copy for the record holds every fact."""

import os
import re
from pathlib import Path

import pytest
from lxml import html

from cda.display import DisplayContext, page
from cda.journal import journal_text
from cda.parse import parse
from terminology.seed import seed_catalogue

SAMPLES = os.environ.get("NCP_SAMPLES")
COUNTRIES = Path(__file__).parents[2] / "mock_member_states" / "countries"
OWN = sorted(COUNTRIES.glob("*/documents/*.xml"))
FILES = sorted(Path(SAMPLES, "cda").glob("*/*.xml")) if SAMPLES else []
TERMS = seed_catalogue()
STRUCTURE = (
    "IVL_TS PIVL_TS EIVL_TS SXPR_TS IVL_PQ RTO_PQ_PQ SUBJ MFST RSON REFR COMP CAUS XFRM EVN INT RQO SBADM "
    "SPLY OBS ACTI GRIC MMAT MANU IND CSM ECON NOK PRS CAREGIVER GUARD AGNT PCP HP WP MC HV UNK ASKU NASK "
    "NAV MSK OTH"
).split()
ENGLISH = (
    "active completed aborted suspended cancelled confirmed refuted unconfirmed inactive resolved high low "
    "unable-to-assess normal final true false"
).split()
# Where a code may stand as it is: the panel with originals, narrative, raw facts, null flavours, source text.
ALLOWED = (
    "//*[contains(@class, 'more') or contains(@class, 'narr') or contains(@class, 'raw') or @class='orig'"
    " or @class='nf' or @class='gaps'] | //*[@lang]"
)
# A document that itself says `NA` or the like where words belong is shown with what it says.
pytestmark = pytest.mark.skipif(not SAMPLES, reason="NCP_SAMPLES is not set: no public sample documents")


def visible(root):
    for el in root.xpath(ALLOWED):
        if el.getparent() is not None:
            el.drop_tree()
    return root.text_content()


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
@pytest.mark.parametrize("path", [*FILES, *OWN], ids=lambda path: path.name)
def test_no_untranslated_code_of_the_standard_reaches_the_page(path, language):
    shown = page(parse(path.read_bytes()), TERMS, language=language, context=DisplayContext())
    text = visible(html.fragment_fromstring(shown.banner + shown.fragment, create_parent="div"))
    codes = STRUCTURE if language == "en" else [*STRUCTURE, *ENGLISH]
    assert re.findall(rf"\b(?:{'|'.join(codes)})\b", text) == []


@pytest.mark.parametrize("path", [*FILES, *OWN], ids=lambda path: path.name)
def test_the_copy_for_the_record_holds_the_words_of_every_fact(path):
    context = DisplayContext()
    shown = page(parse(path.read_bytes()), TERMS, context=context)
    copy = journal_text(shown, TERMS, context).casefold()
    root = html.fragment_fromstring(shown.banner + shown.fragment, create_parent="div")
    said = {word for el in root.xpath("//*[@data-fact]") for word in el.text_content().casefold().split()}
    assert [word for word in said if word not in copy] == []
