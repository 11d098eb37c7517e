"""The HL7 v3 transmission wrapper that patient discovery's question and answer share."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from lxml import etree

from ncp.wire.building import add, given
from ncp.wire.reading import attribute, descend, not_valid, only_child, optional_attribute
from ncp.wire.times import hl7, read_hl7
from schemas.namespaces import HL7, XSI

Element: TypeAlias = etree._Element
H = f"{{{HL7}}}"
NSMAP: dict[str | None, str] = {None: HL7, "xsi": XSI}
INTERACTIONS = "2.16.840.1.113883.1.6"


@dataclass(frozen=True, slots=True)
class Instance:
    """An HL7 instance identifier: message, query."""

    root: str
    extension: str | None = None

    def attributes(self) -> dict[str, str]:
        return given(root=self.root, extension=self.extension)


def write_wrapper(message: Element, ident: Instance, created: datetime, accept_ack: str) -> None:
    """Append id, time, version, interaction, processing and acknowledgement codes."""
    add(message, f"{H}id", ident.attributes())
    add(message, f"{H}creationTime", {"value": hl7(created)})
    add(message, f"{H}versionCode", {"code": "V3PR1"})
    interaction = etree.QName(message).localname
    add(message, f"{H}interactionId", {"root": INTERACTIONS, "extension": interaction})
    add(message, f"{H}processingCode", {"code": "P"})
    add(message, f"{H}processingModeCode", {"code": "T"})
    add(message, f"{H}acceptAckCode", {"code": accept_ack})


def write_device(message: Element, name: str, home: str, *, as_agent: bool = True) -> None:
    """Append `receiver` or `sender`: a country's contact point, named by its home OID."""
    end = add(message, f"{H}{name}", {"typeCode": "RCV" if name == "receiver" else "SND"})
    device = add(end, f"{H}device", {"classCode": "DEV", "determinerCode": "INSTANCE"})
    add(device, f"{H}id", {"root": home})
    if as_agent:
        agent = add(device, f"{H}asAgent", {"classCode": "AGNT"})
        whole = {"classCode": "ORG", "determinerCode": "INSTANCE"}
        add(add(agent, f"{H}representedOrganization", whole), f"{H}id", {"root": home})


def read_instance(el: Element) -> Instance:
    """Read an `id` or `queryId`.

    Raises:  NotValid: no root.
    """
    return Instance(attribute(el, "root"), optional_attribute(el, "extension"))


def read_created(message: Element) -> datetime:
    """Read `creationTime`.

    Raises:  NotValid: absent or not a point in time.
    """
    created = only_child(message, f"{H}creationTime")
    try:
        return read_hl7(attribute(created, "value"))
    except ValueError as error:
        raise not_valid("@value is not a point in time", created) from error


def read_device(message: Element, name: str) -> str:
    """Read the home OID of `receiver` or `sender`.

    Raises:  NotValid: the device has no id.
    """
    device = only_child(only_child(message, f"{H}{name}"), f"{H}device")
    return attribute(only_child(device, f"{H}id"), "root")


def read_represented(message: Element, name: str) -> str | None:
    """Read the OID of the organisation that the device acts for; None if it is not named."""
    end = only_child(message, f"{H}{name}")
    return optional_attribute(
        descend(end, f"{H}device", f"{H}asAgent", f"{H}representedOrganization", f"{H}id"), "root"
    )
