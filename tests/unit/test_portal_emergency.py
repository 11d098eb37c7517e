"""An emergency: a reason, no notice, a mark that stays, and assertions of its own."""

import pytest

from tests.support.desk import office
from tests.support.portal import fresh, portal_of

REASON = "Bevisstløs pasient i akuttmottaket"


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with office(tmp_path_factory.mktemp("office"), "PT") as made, portal_of(made) as site:
        yield site


@pytest.fixture
def site(house):
    with fresh(house) as ready:
        yield ready


@pytest.mark.parametrize(
    "reason", ["", "   ", "haster", "ni tegn ..", "nei\x00 ti tegn", "linje\nskift her"][:3]
)
def test_an_emergency_needs_a_reason_of_ten_characters(site, reason):
    doctor = site.visitor("lege").search(formaal="EMERGENCY", grunn=reason)
    assert doctor.status == 422 and "minst 10 tegn" in doctor.text and site.office.exchanges == []
    assert 'value="EMERGENCY" checked' in doctor.page.text and 'value="900000011"' in doctor.page.text


@pytest.mark.parametrize(("reason", "said"), [("a\x00" * 10, "minst 10"), ("x" * 501, "høyst 500")])
def test_a_reason_is_a_sentence_not_a_load(site, reason, said):
    doctor = site.visitor("lege").search(formaal="EMERGENCY", grunn=reason)
    assert doctor.status == 422 and said in doctor.text and site.office.exchanges == []


def test_an_emergency_needs_no_notice_stays_marked_and_travels(site):
    doctor = site.visitor("lege").search(formaal="EMERGENCY", grunn=REASON)
    assert 'name="informert"' not in doctor.page.text
    doctor.confirm(informert=None)
    assert doctor.path == "/pasient/dokumenter"
    for path in ("/pasient/dokumenter", doctor.open().path, "/logg"):
        assert "Åpnet ved akutt behov" in doctor.get(path).text
    assert all(b'code="EMERGENCY"' in each.request for each in site.office.exchanges)
    assert {row["reason"] for row in site.office.trail[-6:]} == {REASON}
    assert "Øyeblikkelig hjelp" in doctor.get("/logg").text


def test_another_purpose_is_another_search_with_assertions_of_its_own(site):
    doctor = site.visitor("lege").summary()
    assert "Åpnet ved akutt behov" not in doctor.text
    doctor.search(formaal="EMERGENCY", grunn=REASON).confirm(informert=None)
    assert "Åpnet ved akutt behov" in doctor.text
    hcp = {row["hcp_id"] for row in site.office.trail[-9:] if row["hcp_id"]}
    assert len(hcp) == 2
    doctor.search()
    assert doctor.path == "/pasient/bekreft" and 'name="informert"' in doctor.page.text


def test_a_purpose_that_is_none_is_refused(site):
    doctor = site.visitor("lege").search(formaal="CURIOSITY")
    assert doctor.status == 422 and site.office.exchanges == []
