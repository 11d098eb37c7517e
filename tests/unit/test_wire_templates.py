"""Request templates of a real deployment, outside in the folder NCP_SAMPLES, are read without loss."""

from datetime import UTC, datetime

import pytest

from ncp.wire import iti38, iti39, iti55
from ncp.wire.patient_id import PatientId
from ncp.wire.profile import Profile
from schemas.namespaces import ENV
from schemas.xml import parse
from tests.support.outside import samples

DANE = PatientId("1.2.208.176.1.2", "0410009234")


def payload(name):
    """The one element in the body of a template; its place-holders for assertions are text in the header."""
    envelope = parse((samples() / "wire" / name).read_bytes())
    body = envelope.find(f"{{{ENV}}}Body")
    return body[0]


def facts(el):
    """Every attribute and text with the names of the elements it stands in; prefixes do not count."""
    path = "/".join(each.tag for each in (*reversed(list(el.iterancestors())), el))
    found = {f"{path}@{name}={value}" for name, value in el.attrib.items()}
    if text := (el.text or "").strip():
        found.add(f"{path}={text}")
    return found.union(*(facts(child) for child in el))


def lost(original, message):
    """Facts of the original that the message, written anew, does not hold."""

    def below(el):
        top = "/".join(each.tag for each in reversed(list(el.iterancestors())))
        return {fact.removeprefix(f"{top}/") for fact in facts(el)}

    return below(original) - below(message.to_xml(Profile.W9))


def test_the_discovery_template_is_read_without_loss():
    el = payload("iti55-request-template.xml")
    request = iti55.DiscoveryRequest.from_xml(el)
    assert request == iti55.DiscoveryRequest(
        receiver="1.2.208",
        sender="2.16.470.1.100.1.2.1000.990.1",
        message_root="3d1ab927-4ded-4cb2-a077-18d25a62869c",
        message_extension="3122391072",
        query_id="1.263507841149",
        created=datetime(2024, 11, 20, 9, 12, 28, 71_000, UTC),
        ids=(DANE,),
        demographics=iti55.Demographics(country="DK"),
    )
    assert lost(el, request) == set()


@pytest.mark.parametrize(("kind", "code"), [("ps", "60591-5"), ("ep", "57833-6")])
def test_the_list_templates_are_read_without_loss(kind, code):
    el = payload(f"iti38-request-{kind}-template.xml")
    request = iti38.ListRequest.from_xml(el)
    assert request == iti38.ListRequest(DANE, (code,))
    assert lost(el, request) == set()


@pytest.mark.parametrize(
    ("kind", "repository", "document"),
    [
        ("ep", "1.2.208.176.7.2.3", "1.2.208.176.7.2.3^507397226156101L3"),
        ("ps", "1.2.208.176.7.2.987654321", "1.2.208.176.7.2.987654321^478299832581102L3"),
    ],
)
def test_the_retrieve_templates_are_read_without_loss(kind, repository, document):
    el = payload(f"iti39-request-{kind}-template.xml")
    request = iti39.RetrieveRequest.from_xml(el)
    assert request == iti39.RetrieveRequest((iti39.DocumentRequest(None, repository, document),))
    assert lost(el, request) == set()
