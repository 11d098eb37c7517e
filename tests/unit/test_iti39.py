"""Retrieve on the wire, question and answer. Wire checklist 9, point 8."""

import base64
from dataclasses import replace

import pytest

from ncp.wire import iti39
from ncp.wire.errors import ErrorCode, NotValid, NotValidKind, Severity
from ncp.wire.profile import Profile
from ncp.wire.registry import RegistryError, Status
from schemas.namespaces import XOP
from schemas.validate import Schema, violations
from schemas.xml import parse
from tests.support import registry_messages
from tests.support.messages import CONTENT, DOCUMENT, PORTUGAL, WANTED, delivered
from tests.support.wire_edits import again, doubled, every, named, reversed_children, through_bytes, without

read = iti39.RetrieveResponse.from_xml
REQUEST = iti39.RetrieveRequest((WANTED,))
MISSING = RegistryError("XDSMissingDocument", "ERROR_GENERIC_DOCUMENT_MISSING : no such document")


@pytest.mark.parametrize("profile", Profile)
def test_a_request_survives_the_wire(profile):
    assert again(REQUEST, profile) == REQUEST


def test_several_documents_can_be_asked_for_and_ids_stay_verbatim():
    other = replace(WANTED, document="1.2.3^a^^b&c L1")
    assert again(iti39.RetrieveRequest((WANTED, other))).documents == (WANTED, other)


def test_a_request_without_home_community_is_read():
    assert again(iti39.RetrieveRequest((replace(WANTED, home=None),))).documents[0].home is None


@pytest.mark.parametrize(
    "damage",
    [
        lambda el: without(el, "DocumentRequest"),
        lambda el: without(el, "RepositoryUniqueId"),
        lambda el: without(el, "DocumentUniqueId"),
        lambda el: doubled(el, "HomeCommunityId"),
        lambda el: reversed_children(el, "DocumentRequest"),
    ],
)
def test_requests_are_strict(damage):
    with pytest.raises(NotValid) as error:
        iti39.RetrieveRequest.from_xml(damage(through_bytes(REQUEST)))
    assert error.value.kind is NotValidKind.XSD


def test_a_blank_id_is_refused():
    el = through_bytes(REQUEST)
    named(el, "DocumentUniqueId").text = "  "
    with pytest.raises(NotValid, match="is empty"):
        iti39.RetrieveRequest.from_xml(el)


@pytest.mark.parametrize("home", ["2.16.17.710.820.1000.990.1", "urn:oid:x", ""])
def test_a_home_community_without_its_prefix_is_not_sent(home):
    written = iti39.RetrieveRequest((replace(WANTED, home=home),))
    if home:
        with pytest.raises(NotValid):
            written.to_xml(Profile.W9)
    else:
        assert again(written).documents[0].home is None


@pytest.mark.parametrize("profile", Profile)
@pytest.mark.parametrize(
    "answer",
    [
        delivered(),
        delivered(RegistryError("2502", "gap", Severity.WARNING), status=Status.PARTIAL_SUCCESS),
        delivered(MISSING, status=Status.PARTIAL_SUCCESS, documents=()),
        delivered(documents=(DOCUMENT, replace(DOCUMENT, document="other", content=bytes(range(256))))),
    ],
)
def test_checklist_9_8_an_inline_answer_survives_the_wire(answer, profile):
    el = through_bytes(answer, profile)
    assert violations(el, Schema.RETRIEVE_RESPONSE) == []
    assert read(el) == answer


def test_the_content_does_not_flood_a_traceback():
    assert "ClinicalDocument" not in repr(DOCUMENT)


def test_base64_with_line_breaks_is_read():
    el = through_bytes(delivered())
    named(el, "Document").text = "\r\n  " + base64.encodebytes(CONTENT).decode()
    assert read(el).documents[0].content == CONTENT


@pytest.mark.parametrize("text", ["QUJ", "QUJD*", "QUJD=", "QQ==QQ==", "Q=Q=", "QUJDé"])
def test_broken_base64_is_refused_and_not_repaired(text):
    el = through_bytes(delivered())
    named(el, "Document").text = text
    with pytest.raises(NotValid, match="not base64"):
        read(el)


def test_a_document_without_content_is_refused():
    el = through_bytes(delivered())
    named(el, "Document").text = " "
    with pytest.raises(NotValid, match="is empty"):
        read(el)


def test_an_include_that_nobody_resolved_is_refused():
    el = through_bytes(delivered())
    document = named(el, "Document")
    document.text = None
    document.append(document.makeelement(f"{{{XOP}}}Include", {"href": "cid:1"}))
    with pytest.raises(NotValid, match="elements where text belongs"):
        read(el)


@pytest.mark.parametrize("gone", ["Document", "DocumentUniqueId"])
def test_an_answer_without_what_makes_a_document_is_refused(gone):
    with pytest.raises(NotValid, match="is missing"):
        read(without(through_bytes(delivered()), gone))


@pytest.mark.parametrize("gone", ["HomeCommunityId", "RepositoryUniqueId", "mimeType", "RegistryResponse"])
def test_an_answer_that_lacks_what_is_not_needed_is_delivered(gone):
    outcome = read(without(through_bytes(delivered()), gone)).outcome(WANTED)
    assert isinstance(outcome, iti39.Delivered)
    assert bool(outcome.findings) == (gone in ("HomeCommunityId", "RepositoryUniqueId"))


@pytest.mark.parametrize("local", ["DocumentResponse", "RetrieveDocumentSetResponse"])
def test_an_answer_in_another_order_is_read_by_name(local):
    answer = read(reversed_children(through_bytes(delivered()), local))
    assert answer == delivered() and answer.findings


@pytest.mark.parametrize(
    ("status", "errors", "code"),
    [
        (Status.PARTIAL_SUCCESS, (MISSING,), "XDSMissingDocument"),
        (Status.PARTIAL_SUCCESS, (), "ERROR_GENERIC_DOCUMENT_MISSING"),
        (Status.SUCCESS, (), "ERROR_GENERIC_DOCUMENT_MISSING"),
        (None, (), "ERROR_GENERIC_DOCUMENT_MISSING"),
        (Status.FAILURE, (RegistryError("4701", "no consent"),), "4701"),
        (
            Status.SUCCESS,
            (RegistryError("WARNING_PS_GENERIC", "hm", Severity.WARNING),),
            "WARNING_PS_GENERIC",
        ),
    ],
)
def test_checklist_9_8_without_a_document_there_is_none_whatever_the_status(status, errors, code):
    outcome = iti39.RetrieveResponse(status, (), errors).outcome(WANTED)
    assert isinstance(outcome, iti39.RetrieveRefused)
    assert outcome.error.code == code


def test_checklist_9_8_a_required_code_that_failed_explains_the_missing_document():
    gap = RegistryError("2502", "gap", Severity.WARNING)
    fatal = RegistryError("4511", "required element missing")
    summed_up = RegistryError(ErrorCode.PS_MISSING_EXPECTED_MAPPING, "mapping")
    outcome = iti39.RetrieveResponse(Status.FAILURE, (), (gap, fatal)).outcome(WANTED)
    assert outcome == iti39.RetrieveRefused(fatal, (gap,))
    outcome = iti39.RetrieveResponse(Status.FAILURE, (), (gap, fatal, summed_up)).outcome(WANTED)
    assert outcome == iti39.RetrieveRefused(summed_up, (gap, fatal))


@pytest.mark.parametrize("code", ["2502", "2401", "4501"])
def test_checklist_9_8_coding_failures_do_not_suppress_a_document_that_is_there(code):
    notice = RegistryError(code, "gap", Severity.WARNING if code[0] == "2" else Severity.ERROR)
    assert delivered(notice).outcome(WANTED) == iti39.Delivered(DOCUMENT, (notice,))


def test_another_error_beside_a_document_stops_it():
    assert delivered(RegistryError("4703", "no")).outcome(WANTED) == iti39.RetrieveRefused(
        RegistryError("4703", "no")
    )


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"document": f"{WANTED.document}x"}, "DocumentUniqueId"),
        ({"document": WANTED.document.lower()}, "DocumentUniqueId"),
        ({"repository": "2.999"}, "RepositoryUniqueId"),
        ({"home": "urn:oid:2.999"}, "HomeCommunityId"),
    ],
)
def test_another_document_than_the_one_asked_for_is_refused(change, name):
    wrong = replace(DOCUMENT, **change)
    assert iti39.compare(WANTED, wrong).mismatches == (name,)
    assert delivered(documents=(wrong,)).outcome(WANTED) == iti39.WrongDocument((name,))


@pytest.mark.parametrize(
    ("change", "name"), [({"repository": None}, "RepositoryUniqueId"), ({"home": None}, "HomeCommunityId")]
)
def test_a_missing_repository_or_home_is_a_finding(change, name):
    outcome = delivered(documents=(replace(DOCUMENT, **change),)).outcome(WANTED)
    assert isinstance(outcome, iti39.Delivered)
    assert [(each.where.rpartition("/")[2], each.what) for each in outcome.findings] == [(name, "is missing")]


@pytest.mark.parametrize("home", [PORTUGAL, f"URN:OID:{PORTUGAL}", f" urn:oid:{PORTUGAL} "])
def test_a_home_community_is_compared_by_its_oid(home):
    assert iti39.compare(WANTED, replace(DOCUMENT, home=home)) == iti39.Comparison((), ())


def test_without_a_home_asked_for_any_home_will_do():
    assert iti39.compare(replace(WANTED, home=None), DOCUMENT) == iti39.Comparison((), ())


def test_of_several_documents_only_the_one_asked_for_is_used():
    other = replace(DOCUMENT, document="another")
    outcome = delivered(documents=(other, DOCUMENT)).outcome(WANTED)
    assert outcome.document == DOCUMENT
    assert [each.what for each in outcome.findings] == ["2 documents; only the one asked for is used"]


def test_one_id_with_two_contents_is_not_guessed():
    twice = delivered(documents=(DOCUMENT, replace(DOCUMENT, content=b"<other/>")))
    assert twice.outcome(WANTED) == iti39.WrongDocument(("Document",))
    assert isinstance(delivered(documents=(DOCUMENT, DOCUMENT)).outcome(WANTED), iti39.Delivered)


def test_no_document_is_written_without_a_status():
    with pytest.raises(NotValid):
        delivered(status=None).to_xml(Profile.W9)


def test_the_hand_written_messages_are_read():
    request = iti39.RetrieveRequest.from_xml(parse(registry_messages.RETRIEVE_REQUEST.encode()))
    answer = read(parse(registry_messages.RETRIEVE_RESPONSE.encode()))
    assert answer.outcome(request.documents[0]).document.content
    assert len(every(parse(registry_messages.RETRIEVE_RESPONSE.encode()), "DocumentResponse")) == 1


def test_a_detached_document_is_read_beside_the_tree_and_an_inline_one_inside():
    el = through_bytes(delivered())
    holder = named(el, "Document")
    inline = read(el).documents[0].content
    holder.text = "AAAA"
    got = read(el, {holder: b"<other/>"})
    assert got.documents[0].content == b"<other/>" and got.findings == ()
    holder.text = base64.b64encode(inline).decode()
    assert read(el, {}).documents[0].content == inline


def test_a_detached_document_without_content_is_refused():
    el = through_bytes(delivered())
    holder = named(el, "Document")
    holder.text = ""
    with pytest.raises(NotValid, match="is empty"):
        read(el, {holder: b""})
