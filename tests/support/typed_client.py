"""A zeep client that knows only our WSDL: typed arguments, and nothing but the assertions as elements."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import zeep
from lxml import etree

from schemas.validate import wsdl_path

STRICT = {"strict": True, "forbid_dtd": True, "forbid_entities": True}
ANONYMOUS = "http://www.w3.org/2005/08/addressing/anonymous"
XCPD_ACTION = "urn:hl7-org:v3:PRPA_IN201305UV02:CrossGatewayPatientDiscovery"
QUERY_ACTION = "urn:ihe:iti:2007:CrossGatewayQuery"
RETRIEVE_ACTION = "urn:ihe:iti:2007:CrossGatewayRetrieve"
PROVIDE_ACTION = "urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-b"
IDENTIFY = "RespondingGateway_PRPA_IN201305UV02"
LIST = "RespondingGateway_CrossGatewayQuery"
RETRIEVE = "RespondingGateway_CrossGatewayRetrieve"
PROVIDE = "DocumentRecipient_ProvideAndRegisterDocumentSet-b"


def client(name: str, transport: zeep.Transport | None = None, wsdl: str | None = None) -> zeep.Client:
    """A client of the service `XCPD`, `XCA` or `XDR`, from our file or the address `wsdl` and its imports."""
    settings = zeep.Settings(**STRICT, forbid_external=wsdl is None)
    return zeep.Client(wsdl or str(wsdl_path(name)), transport=transport, settings=settings)


def headers(to: str, action: str, *assertions: bytes) -> dict[str, Any]:
    """The header blocks that the WSDL declares."""
    return {
        "To": to,
        "Action": action,
        "MessageID": f"urn:uuid:{uuid4()}",
        "ReplyTo": {"Address": ANONYMOUS},
        "Security": {"_value_1": [etree.fromstring(assertion) for assertion in assertions]},
    }


def _device(home: str) -> dict[str, Any]:
    organization = {"classCode": "ORG", "determinerCode": "INSTANCE", "id": {"root": home}}
    return {
        "classCode": "DEV",
        "determinerCode": "INSTANCE",
        "id": {"root": home},
        "asAgent": {"classCode": "AGNT", "representedOrganization": organization},
    }


def identify(receiver: str, sender: str, root: str, extension: str, **traits: Any) -> dict[str, Any]:
    """Arguments of ITI-55: who has this identifier? `traits` are further search parameters."""
    wanted = {"value": [{"root": root, "extension": extension}], "semanticsText": "LivingSubject.id"}
    return {
        "ITSVersion": "XML_1.0",
        "id": {"root": str(uuid4()), "extension": "3122391072"},
        "creationTime": {"value": "20261122100000.071+0000"},
        "versionCode": {"code": "V3PR1"},
        "interactionId": {"root": "2.16.840.1.113883.1.6", "extension": "PRPA_IN201305UV02"},
        "processingCode": {"code": "P"},
        "processingModeCode": {"code": "T"},
        "acceptAckCode": {"code": "AL"},
        "receiver": {"typeCode": "RCV", "device": _device(receiver)},
        "sender": {"typeCode": "SND", "device": _device(sender)},
        "controlActProcess": {
            "classCode": "CACT",
            "moodCode": "EVN",
            "code": {"code": "PRPA_TE201305UV02", "codeSystemName": "2.16.840.1.113883.1.6"},
            "authorOrPerformer": {"typeCode": "AUT", "assignedPerson": {"classCode": "ASSIGNED"}},
            "queryByParameter": {
                "queryId": {"root": str(uuid4())},
                "statusCode": {"code": "new"},
                "responseModalityCode": {"code": "R"},
                "responsePriorityCode": {"code": "I"},
                "matchCriterionList": {},
                "parameterList": {"livingSubjectId": [wanted], **traits},
            },
        },
    }


def list_documents(patient: str, class_code: str = "60591-5") -> dict[str, Any]:
    """Arguments of ITI-38. `patient` in CX form."""
    values = {
        "$XDSDocumentEntryPatientId": f"'{patient}'",
        "$XDSDocumentEntryStatus": "('urn:oasis:names:tc:ebxml-regrep:StatusType:Approved')",
        "$XDSDocumentEntryClassCode": f"('{class_code}^^2.16.840.1.113883.6.1')",
    }
    slots = [{"name": name, "ValueList": {"Value": [value]}} for name, value in values.items()]
    return {
        "ResponseOption": {"returnComposedObjects": True, "returnType": "LeafClass"},
        "AdhocQuery": {"id": "urn:uuid:14d4debf-8f97-4251-9a74-a90016b0af0d", "Slot": slots},
    }


def retrieve(home: str, repository: str, document: str) -> dict[str, Any]:
    """Arguments of ITI-39. `home` as `urn:oid:...`."""
    wanted = {"HomeCommunityId": home, "RepositoryUniqueId": repository, "DocumentUniqueId": document}
    return {"DocumentRequest": [wanted]}
