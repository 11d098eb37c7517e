"""The files of a document: the original to save, the PDF beside the banner, any other file to save only."""

import re

import pytest

from ncp.exchange import Operation
from tests.support.damage import altered
from tests.support.desk import office
from tests.support.portal import fresh, portal_of


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with office(tmp_path_factory.mktemp("office")) as made, portal_of(made) as site:
        yield site


@pytest.fixture
def site(house):
    with fresh(house) as ready:
        yield ready


def test_the_pdf_is_reached_from_the_summary_and_may_do_nothing(site):
    doctor = site.visitor("lege").summary()
    number = re.search(r'name="dokument" value="(\d+)"', doctor.page.text)[1]
    doctor.post("/ps", dokument=number)
    assert "frame-src 'self'" in doctor.page.headers["Content-Security-Policy"]
    address = re.search(r'<object class="pdf" data="([^"]+)"', doctor.page.text)[1]
    file = doctor.http.get(address)
    assert file.content.startswith(b"%PDF-") and file.headers["Content-Type"] == "application/pdf"
    assert file.headers["Content-Disposition"].startswith("inline")
    policy = file.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "sandbox" in policy and "frame-ancestors 'self'" in policy
    saved = doctor.http.get(f"{address}?lagre=ja")
    assert "sandbox" not in saved.headers["Content-Security-Policy"]  # browsers do not save what is sandboxed
    assert saved.headers["Content-Disposition"].startswith("attachment") and saved.content == file.content


def test_the_display_leads_to_the_pdf_on_the_same_page(site):
    """Not to the file alone: that would leave the banner behind."""
    doctor = site.visitor("lege").summary()
    doctor.post("/ps", dokument=re.search(r'name="dokument" value="(\d+)"', doctor.page.text)[1])
    fragment = doctor.page.text.split('<div class="cda">')[1]
    assert 'href="#pdf-navn"' in fragment and 'id="pdf-navn"' in doctor.page.text
    assert 'href="#pdf-navn"' in doctor.post("/spraak", language="nn", next=doctor.path).page.text


def test_a_file_that_is_no_pdf_is_saved_and_never_shown(site):
    site.office.damage = altered(
        Operation.RETRIEVE, (b'mediaType="application/pdf"', b'mediaType="text/html"')
    )
    doctor = site.visitor("lege").search().confirm().post("/ps", dokument="1")
    file = re.search(r'href="(/ps/[^"]+/fil)">Lagre filen fra Portugal \(text/html\)<', doctor.page.text)[1]
    assert "<object" not in doctor.page.text and doctor.page.text.count(file) == 2
    saved = doctor.http.get(file)
    assert saved.content.startswith(b"%PDF-") and saved.headers["Content-Type"] == "application/octet-stream"
    assert saved.headers["Content-Disposition"].startswith("attachment")
    assert site.office.trail[-1]["detail"] == "original opened"


def test_a_document_without_a_file_has_none_to_save(site):
    doctor = site.visitor("lege").summary("CZ")
    assert doctor.get(f"{doctor.path}/fil").status == 404 and "ingen fil" in doctor.text


def test_pages_without_a_pdf_may_frame_nothing(site):
    doctor = site.visitor("lege").summary("FI")
    assert "frame-src" not in doctor.page.headers["Content-Security-Policy"]
    assert doctor.http.get(f"{doctor.path}/original.pdf").status_code == 404


def test_the_original_is_the_received_bytes_to_save(site):
    doctor = site.visitor("lege").summary("CZ")
    file = doctor.http.get(f"{doctor.path}/original.xml")
    opened = next(iter(site.session(doctor).patient.documents.values()))
    assert file.content == opened.fetched.content and b"ClinicalDocument" in file.content
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert file.headers["Content-Type"] == "application/octet-stream"
    assert site.office.trail[-1]["detail"] == "original opened"
