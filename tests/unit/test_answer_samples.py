"""Every public prescription can be answered: what comes out is valid and says back what it answers."""

import os
from pathlib import Path

import pytest

from cda.build import Unwritable, answering, dispensation, dispensation_of, prescription_of
from cda.check import check
from cda.parse import parse
from schemas.xml import parse as parse_xml
from terminology.seed import seed_catalogue
from tests.support.content import differences
from tests.support.dispensing import ACT, handing

SAMPLES = os.environ.get("NCP_SAMPLES")
PRESCRIPTIONS = sorted(Path(SAMPLES, "cda", "ep").glob("*.xml")) if SAMPLES else []
DISPENSATIONS = sorted(Path(SAMPLES, "cda", "ed").glob("*.xml")) if SAMPLES else []
pytestmark = pytest.mark.skipif(not SAMPLES, reason="NCP_SAMPLES is not set: no public sample documents")
# The container has the code of a dose form: that it is none of a container only the value set knows.
WRONG_CONTAINER = {"1-1234-W3.xml", "1-1234-W4.xml", "1-1234-W5.xml"}
# Cut down by their authors to a header, or to a fragment.
FRAGMENTS = {"ePsample_UNK.xml", "ePsample_stripped.xml"}


@pytest.mark.parametrize("path", PRESCRIPTIONS, ids=lambda path: path.name)
def test_a_public_prescription_is_answered(path):
    document = parse(path.read_bytes())
    if path.name in FRAGMENTS:
        with pytest.raises(Unwritable):
            prescription_of(document)
        return
    received = prescription_of(document)
    content = answering(received, [handing(received.items[0].id)], ACT)
    written = dispensation(content)
    verdict = check(parse_xml(written), seed_catalogue())
    broken = {f.rule for f in verdict.findings if f.severity == "error"}
    assert broken == ({"51c089b2"} if path.name in WRONG_CONTAINER else set())
    assert differences(content, dispensation_of(parse(written))) == []
    assert content.order == received.id


@pytest.mark.parametrize("path", DISPENSATIONS, ids=lambda path: path.name)
def test_a_public_dispensation_is_read_or_refused_for_its_quantity(path):
    document = parse(path.read_bytes())
    if "_bad_" in path.name:
        with pytest.raises(Unwritable, match="no whole number of packages"):
            dispensation_of(document)
    else:
        assert all(item.packages > 0 for item in dispensation_of(document).items)
