"""A Norwegian pharmacy that dispenses, and what it hands out."""

from cda.build import Dispensing, Handed
from cda.datatypes import Address, Identifier, Name, Part, Telecom, Time
from cda.people import Organisation, Party
from cda.product import Product
from terminology import code_systems as systems
from tests.support.content import TABLETS, coded, named

OWN = "2.999.578.1"
_ADDRESS = Address(
    (
        Part("streetAddressLine", "Storgata 1"),
        Part("city", "Bodø"),
        Part("postalCode", "8006"),
        Part("country", "NO"),
    )
)
PHARMACY = Organisation(
    (Name((Part("text", "Nordlys apotek"),)),),
    (Identifier("2.16.578.1.12.4.1.4.101", "999999999"),),
    (Telecom("tel:+4700000000", "WP"),),
    (_ADDRESS,),
)
PHARMACIST = Party(
    "author",
    function=coded(systems.ISCO_08, "2262", "Pharmacists"),
    ids=(Identifier("2.16.578.1.12.4.1.4.4", "9999999"),),
    names=(named(given="Kari", family="Apotek"),),
    telecoms=(Telecom("tel:+4700000000", "WP"),),
    addresses=(_ADDRESS,),
    organisations=(PHARMACY,),
)
ACT = Dispensing(
    document=Identifier(OWN, "ED-1"),
    section=Identifier(OWN, "ED-1-S"),
    parent=Identifier(OWN, "ED-1-N"),
    title="Utlevering",
    language="nb-NO",
    at=Time("20261122143000+0100"),
    dispenser=PHARMACIST,
    custodian=PHARMACY,
)


def handing(
    item: Identifier,
    product: Product = TABLETS,
    substituted: bool = False,
    reason: str | None = None,
    packages: int = 1,
) -> Handed:
    """One item handed out."""
    return Handed(item, Identifier(OWN, "ED-1-1"), product, packages, substituted, reason)
