"""A client built from our WSDL alone identifies, lists and retrieves in each country, over mutual TLS.

The description is our file, or what the member state itself publishes under `?wsdl`.
"""

from urllib.parse import urlsplit

import pytest
import requests
import zeep

from mock_member_states.app import BASE_PATH
from mock_member_states.call import Service
from tests.support.chain import COUNTRIES, HOME_NORWAY, RICH, Asker, MemberStateForTests
from tests.support.dispensed import submitted
from tests.support.serving import serving
from tests.support.submissions import typed
from tests.support.typed_client import (
    IDENTIFY,
    LIST,
    PROVIDE,
    PROVIDE_ACTION,
    QUERY_ACTION,
    RETRIEVE,
    RETRIEVE_ACTION,
    XCPD_ACTION,
    client,
    headers,
    identify,
    list_documents,
    retrieve,
)


class OverMutualTls(zeep.Transport):
    """zeep makes and reads the messages; the test's connection carries them."""

    def __init__(self, running, country: str) -> None:
        super().__init__()
        self.running, self.country = running, country
        self.loaded: list[str] = []  # what was asked for over the network
        self.posted: list[str] = []  # addresses that messages went to

    def _load_remote_data(self, url):
        self.loaded.append(url)
        parts = urlsplit(url)
        connection = self.running.connection(trusts=self.country)
        connection.request("GET", f"{parts.path}?{parts.query}")
        response = connection.getresponse()
        content = response.read()
        connection.close()
        assert response.status == 200, url
        return content

    def post(self, address, message, headers):
        self.posted.append(address)
        service = Service(address.rsplit("/", 1)[1])
        connection = self.running.connection(trusts=self.country)
        kind = headers.pop("Content-Type")
        status, got, body = self.running.post(
            service, message, connection=connection, headers=headers, content_type=kind
        )
        connection.close()
        response = requests.Response()
        response.status_code, response._content = status, body
        response.headers.update(dict(got))
        return response


@pytest.fixture(params=[(country, how) for country in COUNTRIES for how in ("file", "?wsdl")], ids="".join)
def asked(request, tmp_path):
    """The questioner and a function that calls one operation of the served country."""
    country, how = request.param
    ask = Asker(MemberStateForTests.load(country, tmp_path))
    with serving(ask.member) as running:
        transport = OverMutualTls(running, country)
        address = f"https://localhost:{running.port}{BASE_PATH}"
        described = {name: f"{address}{name}_Service?wsdl" for name in ("XCPD", "XCA", "XDR")}
        clients = {
            name: client(name, transport, described[name] if how == "?wsdl" else None) for name in described
        }

        def call(operation, action, assertions, arguments):
            made = clients[{IDENTIFY: "XCPD", PROVIDE: "XDR"}.get(operation, "XCA")]
            blocks = headers("https://localhost/x", action, *assertions)
            return made.service[operation](_soapheaders=blocks, **arguments)

        yield ask, call
        if how == "?wsdl":  # nothing came from our files, and the published address was used as it stands
            assert set(described.values()) <= set(transport.loaded)
            assert any("?xsd=" in url for url in transport.loaded)
            assert all(url.startswith(address) for url in transport.loaded + transport.posted)
        else:
            assert transport.loaded == []


def test_the_whole_way_with_typed_arguments(asked):
    ask, call = asked
    home, wanted = ask.country.home_community, RICH[ask.country.code]
    found = call(
        IDENTIFY, XCPD_ACTION, ask.assertions(), identify(home, HOME_NORWAY, wanted.root, wanted.extension)
    )
    [match] = found.body.controlActProcess.subject
    patient = match.registrationEvent.subject1.patient.id[0]
    assert (patient.root, patient.extension) == (wanted.root, wanted.extension)

    listed = call(LIST, QUERY_ACTION, ask.assertions(wanted), list_documents(wanted.cx())).body
    entries = [
        each["ExtrinsicObject"] for each in listed.RegistryObjectList._value_1 if "ExtrinsicObject" in each
    ]
    assert listed.status.endswith(":Success") and entries
    slots = {slot.name: slot.ValueList.Value[0] for slot in entries[0].Slot}
    [document] = [each.value for each in entries[0].ExternalIdentifier if "uniqueId" in str(each.Name)]

    arguments = retrieve(f"urn:oid:{home}", slots["repositoryUniqueId"], document)
    got = call(RETRIEVE, RETRIEVE_ACTION, ask.assertions(wanted), arguments).body
    assert got.RegistryResponse.status.endswith(":Success")
    assert got.DocumentResponse[0].DocumentUniqueId == document
    assert b"ClinicalDocument" in got.DocumentResponse[0].Document


OPEN = {"PT": "2011000260002", "FI": "FI-2026-0005", "CZ": "CZRX0002"}


def test_a_dispensation_with_typed_arguments_is_entered_once(asked):
    ask, call = asked
    country = ask.country.code
    request = submitted(country, OPEN[country])
    arguments, assertions = typed(request.to_xml(ask.country.wire_profile)), ask.assertions(request.patient)
    first = call(PROVIDE, PROVIDE_ACTION, assertions, arguments).body
    assert first.status.endswith(":Success")
    again = call(PROVIDE, PROVIDE_ACTION, assertions, arguments).body
    assert again.status.endswith(":Failure")
    assert [error.errorCode for error in again.RegistryErrorList.RegistryError] == ["4106"]
    kept = ask.member.state.prescriptions.store().all()
    assert [one.document_id for one in kept if one.country == "NO"] == [request.document.unique_id]


def test_a_refusal_is_an_answer_and_not_an_exception(asked):
    ask, call = asked
    wanted = RICH[ask.country.code]
    refused = call(LIST, QUERY_ACTION, ask.assertions(), list_documents(wanted.cx())).body
    assert refused.RegistryErrorList.RegistryError[0].errorCode
    assert not refused.status.endswith(":Success")
