"""Same patient, same document: what is neither is refused, audited and never shown."""

import re
from dataclasses import replace

import pytest

from ncp import patient_summary
from ncp.exchange import Operation
from ncp.guard import WRONG_DOCUMENT, WRONG_PATIENT
from ncp.patient_summary import despite_contradiction, fetch, list_summaries
from ncp.wire.errors import ErrorCode, Malformed, PeerFault, Refused, Untrusted
from tests.support.damage import altered, in_document, related, rewritten
from tests.support.desk import office


@pytest.fixture
def pt(tmp_path):
    with office(tmp_path, "PT") as made:
        yield made


@pytest.fixture
def fi(tmp_path):
    with office(tmp_path, "FI") as made:
        yield made


def fetched(made, country="PT"):
    relationship = related(made, country)
    listing = list_summaries(relationship, made.desk)
    return relationship, fetch(patient_summary.preferred(listing), relationship, made.desk)


def refused(made, country="PT"):
    with pytest.raises(Untrusted) as caught:
        fetched(made, country)
    row = made.trail[-1]
    assert (row["number"], row["outcome"], row["error_reason"]) == ("EHDSI-22", 12, caught.value.reason)
    return caught.value


def test_another_patients_document_is_refused_audited_and_never_shown(pt):
    pt.damage = altered(Operation.RETRIEVE, (b'extension="900000011"', b'extension="900000022"'))
    error = refused(pt)
    assert (error.reason, error.code) == (WRONG_PATIENT, ErrorCode.SEC_DATA_INTEGRITY_NOT_ENSURED)
    assert "EHDSI-94" not in pt.numbers()


def test_the_same_number_of_another_register_is_another_patient(pt):
    pt.damage = altered(
        Operation.RETRIEVE, (b'root="2.16.620.1.101.10.1.1"', b'root="2.16.620.1.101.10.1.9"')
    )
    assert refused(pt).reason == WRONG_PATIENT


def test_a_document_of_two_patients_is_refused(fi):
    def doubled(content):
        start, end = content.index(b"<recordTarget"), content.index(b"</recordTarget>") + 15
        return content[:end] + content[start:end] + content[end:]

    fi.damage = rewritten(doubled)
    assert refused(fi, "FI").reason == WRONG_PATIENT


@pytest.mark.parametrize(
    ("begin", "end"),
    [
        (b"<patientRole>", b"</patientRole>"),
        (b"<patient>", b"</patient>"),
        (b'<birthTime value="19510409"', b"/>"),
        (b"<administrativeGenderCode ", b"/>"),
    ],
)
def test_a_patient_who_is_described_twice_is_refused(fi, begin, end):
    """The model reads the first; what the second says of another person nobody would have looked at."""

    def doubled(content):
        start = content.index(begin)
        stop = content.index(end, start) + len(end)
        part = content[start:stop]
        return content[:stop] + part.replace(b"090451-911K", b"111111-111A") + content[stop:]

    fi.damage = rewritten(doubled)
    assert refused(fi, "FI").reason == WRONG_PATIENT
    assert "EHDSI-94" not in fi.numbers()


@pytest.mark.parametrize("name", [b"DocumentUniqueId", b"RepositoryUniqueId", b"HomeCommunityId"])
def test_another_document_than_asked_for_is_refused(pt, name):
    pt.damage = altered(Operation.RETRIEVE, (b"</xdsb:" + name, b"9</xdsb:" + name))
    assert refused(pt).reason == WRONG_DOCUMENT


@pytest.mark.parametrize("name", [b"RepositoryUniqueId", b"HomeCommunityId"])
def test_a_missing_repository_or_community_is_a_finding(pt, name):
    relationship = related(pt)
    listing = list_summaries(relationship, pt.desk)

    def without(operation, answer):
        pattern = b"<xdsb:" + name + b">[^<]*</xdsb:" + name + b">"
        return replace(answer, body=re.sub(pattern, b"", answer.body))

    pt.damage = without
    shown = fetch(patient_summary.preferred(listing), relationship, pt.desk)
    assert shown.display is not None
    assert any(name.decode() in each.where for each in shown.findings)


def test_another_clinical_document_id_than_in_the_list_is_a_finding(fi):
    listed = fetched(fi, "FI")[1].entry.unique_id.encode()
    root, _, extension = listed.partition(b"^")
    old = b'extension="' + extension if extension else b'root="' + root
    fi.damage = in_document((old + b'"', old + b'9"'))
    found = fetched(fi, "FI")[1].findings
    assert any(each.where == "ClinicalDocument/id" for each in found)


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        (b'code="60591-5"', b'code="57833-6"', "code"),
        (b"urn:epSOS:ps:ps:2010", b"urn:ihe:iti:xds-sd:pdf:2008", "formatCode"),
    ],
)
def test_another_type_or_format_than_in_the_list_is_a_finding(fi, old, new, where):
    in_list = where == "formatCode"
    fi.damage = altered(Operation.LIST, (old, new)) if in_list else in_document((old, new))
    assert where in [each.where for each in fetched(fi, "FI")[1].findings]


@pytest.mark.parametrize(
    ("old", "new", "trait"),
    [
        (b'value="19850312"', b'value="19850313"', "birthDate"),
        (b'value="19850312"', b'value="1986"', "birthDate"),
        (b'<administrativeGenderCode code="F"', b'<administrativeGenderCode code="M"', "gender"),
    ],
)
def test_a_contradiction_is_shown_first_and_the_document_only_after_an_audited_yes(pt, old, new, trait):
    pt.damage = altered(Operation.RETRIEVE, (old, new))
    relationship, stopped = fetched(pt)
    assert [each.trait for each in stopped.contradictions] == [trait]
    assert stopped.display is None and stopped.translation is None
    assert "EHDSI-94" not in pt.numbers()
    assert f"contradicts the confirmed patient: {trait}" in pt.trail[-1]["detail"]
    shown = despite_contradiction(stopped, relationship, pt.desk)
    assert shown.display is not None
    assert pt.numbers()[-2:] == ["NO-01", "EHDSI-94"]
    assert trait in pt.trail[-2]["detail"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'value="19850312"', b'value="1985"'),
        (b'value="19850312"', b'value="198503"'),
        (b'<administrativeGenderCode code="F"', b'<administrativeGenderCode code="UN"'),
    ],
)
def test_less_is_no_contradiction(pt, old, new):
    pt.damage = altered(Operation.RETRIEVE, (old, new))
    assert fetched(pt)[1].contradictions == ()


def test_the_whole_job_stops_at_a_contradiction_that_nobody_accepted(pt):
    pt.damage = altered(Operation.RETRIEVE, (b'value="19850312"', b'value="19850313"'))
    arguments = pt.traits("PT", "900000011"), pt.peers["PT"], pt.login(), pt.desk
    with pytest.raises(Refused, match="birthDate"):
        patient_summary.patient_summary(*arguments, accept=frozenset({"gender"}))
    result = patient_summary.patient_summary(*arguments, accept=frozenset({"birthDate"}))
    assert result.fetched.display is not None


def test_what_is_no_cda_is_malformed(fi):
    fi.damage = in_document((b"<ClinicalDocument", b"<Nonsense"), (b"</ClinicalDocument", b"</Nonsense"))
    with pytest.raises(Malformed, match="not a CDA"):
        fetched(fi, "FI")
    assert fi.trail[-1]["outcome"] == 12


def test_a_document_of_another_community_is_not_asked_for(pt):
    relationship = related(pt)
    entry = patient_summary.preferred(list_summaries(relationship, pt.desk))
    with pytest.raises(Malformed, match="community"):
        fetch(replace(entry, home="urn:oid:1.2.3"), relationship, pt.desk)
    with pytest.raises(Malformed, match="repository"):
        fetch(replace(entry, repository=None), relationship, pt.desk)
    assert Operation.RETRIEVE not in {exchange.operation for exchange in pt.exchanges}


def test_a_document_that_is_not_there_is_the_countrys_no(pt):
    relationship = related(pt)
    entry = patient_summary.preferred(list_summaries(relationship, pt.desk))
    with pytest.raises(PeerFault) as caught:
        fetch(replace(entry, unique_id="1.2.3^nothing"), relationship, pt.desk)
    assert caught.value.code in (ErrorCode.GENERIC_DOCUMENT_MISSING, "XDSMissingDocument")
