"""Content that documents are built from in tests: one patient, one prescriber, one simple tablet."""

from dataclasses import fields, is_dataclass, replace

from cda.build import Frame, Posology, PrescribedItem, Prescription
from cda.datatypes import (
    Address,
    Coded,
    Identifier,
    Name,
    Part,
    Period,
    Periodic,
    Quantity,
    Ratio,
    Telecom,
    Text,
    Time,
)
from cda.header import Patient
from cda.people import Organisation, Party
from cda.product import Ingredient, Package, Product
from terminology import code_systems as systems

ROOT = "2.999.620.1"
AT = Time("20261115103000+0000")


def coded(system: str, code: str, display: str) -> Coded:
    """A pivot code with its English text."""
    return Coded(code, system, display=display)


def edqm(code: str, display: str) -> Coded:
    return coded(systems.EDQM, code, display)


def atc(code: str, display: str) -> Coded:
    return coded(systems.ATC, code, display)


def one_id(extension: str) -> Identifier:
    return Identifier(ROOT, extension)


def named(**parts: str) -> Name:
    """A person's name: parts by kind, in the order given."""
    return Name(tuple(Part(kind, text) for kind, text in parts.items()))


def organisation(extension: str = "USF-1", name: str = "Centro de Saúde do Vale") -> Organisation:
    return Organisation(
        (Name((Part("text", name),)),),
        (Identifier("2.999.620.10", extension),),
        (Telecom("tel:+351239000111", "WP"),),
        (ADDRESS,),
    )


ADDRESS = Address(
    (
        Part("streetAddressLine", "Rua da Fonte 1"),
        Part("city", "Coimbra"),
        Part("postalCode", "3000-100"),
        Part("country", "PT"),
    )
)
PATIENT = Patient(
    ids=(Identifier("2.999.620.2", "900000088"),),
    names=(named(given="Inês", family="Barroso"),),
    gender=coded(systems.ADMINISTRATIVE_GENDER, "F", "Female"),
    birth=Time("19790412"),
    addresses=(ADDRESS,),
    telecoms=(Telecom(null="NI"),),
)


def person(kind: str, role: str = "2211", display: str = "Generalist medical practitioners") -> Party:
    """Somebody with a name, an id and an organisation: an author, a performer or an authenticator."""
    return Party(
        kind,
        function=coded(systems.ISCO_08, role, display) if kind == "author" else None,
        signature=Coded("S") if kind == "legalAuthenticator" else None,
        time=Period(AT),
        ids=(Identifier("2.999.620.11", "OM-1"),),
        names=(named(given="Beatriz", family="Lacerda"),),
        telecoms=(Telecom("tel:+351239000112", "WP"),),
        addresses=(ADDRESS,),
        organisations=(organisation(),),
    )


FRAME = Frame(
    id=one_id("RX1-L3"),
    title="Receita médica",
    created=AT,
    language="pt-PT",
    patient=PATIENT,
    authors=(person("author"),),
    custodian=organisation("NCP", "Contacto nacional"),
    authenticator=person("legalAuthenticator"),
    parents=(one_id("RX1"),),
)
PARACETAMOL = atc("N02BE01", "paracetamol")
TABLETS = Product(
    names=(Text("Paramol"),),
    descriptions=(Text("500 mg"),),
    forms=(edqm("10219000", "Tablet"),),
    kinds=(PARACETAMOL,),
    ingredients=(
        Ingredient((PARACETAMOL,), (), (Ratio(Quantity("500", "mg"), Quantity("1", "1")),), "ACTI"),
    ),
    packages=(
        Package((Quantity("10", "1"),), forms=(edqm("30007000", "Blister"),)),
        Package((Quantity("2", "1"),), forms=(edqm("30009000", "Box"),)),
    ),
)
ITEM = PrescribedItem(
    id=one_id("RX1-1"),
    product=TABLETS,
    posology=Posology(
        Period(low=Time("20261115"), high=Time("20261122")),
        (Periodic(Quantity("8", "h"), None, True, "A"),),
        Quantity("1", "1"),
    ),
    route=edqm("20053000", "Oral use"),
    packages=1,
)
PRESCRIPTION = Prescription(FRAME, one_id("RX1"), (ITEM,))


def prescribing(item: PrescribedItem = ITEM, **frame: object) -> Prescription:
    """The prescription of one item; `frame` replaces parts of the frame."""
    return Prescription(replace(FRAME, **frame), one_id("RX1"), (item,))  # type: ignore[arg-type]


def differences(wanted: object, got: object, place: str = "") -> list[str]:
    """Where two contents differ, one line each: a comparison that stays short however large they are."""
    if wanted == got:
        return []
    if is_dataclass(wanted) and type(wanted) is type(got):
        names = [field.name for field in fields(wanted)]
        pairs = [(f"{place}.{name}", getattr(wanted, name), getattr(got, name)) for name in names]
    elif isinstance(wanted, tuple) and isinstance(got, tuple) and len(wanted) == len(got):
        pairs = [(f"{place}[{n}]", *both) for n, both in enumerate(zip(wanted, got, strict=True))]
    else:
        return [f"{place}: {wanted!r:.200} became {got!r:.200}"]
    return [line for where, one, other in pairs for line in differences(one, other, where)]
