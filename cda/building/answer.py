"""The dispensation that answers a prescription: links, patient and items come from what was received.

Source: cda.md 7.3: ids unchanged, the patient of the prescription, a substitution against the
prescriber's will only with a reason.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..datatypes import Address, Coded, Identifier, Period, Telecom, Time
from ..header import Patient
from ..people import Organisation, Party
from ..product import Product
from .content import Dispensation, DispensedItem, Frame, PrescribedItem, Prescription
from .refusal import Unwritable
from .repetition import repeated

FORBIDDEN = "N"  # code of "no substitution"
SIGNED = Coded("S")


@dataclass(frozen=True, slots=True)
class Handed:
    """What the pharmacist hands out for one item of the prescription, and the new id of that."""

    prescribed: Identifier
    id: Identifier
    product: Product
    packages: int
    substituted: bool = False
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Dispensing:
    """The act as a whole. `dispenser` is an author with function, name and pharmacy, without a time."""

    document: Identifier
    section: Identifier
    parent: Identifier  # of the record in the pharmacy that the document is made from
    title: str
    language: str
    at: Time
    dispenser: Party
    custodian: Organisation


def answering(prescription: Prescription, handed: Sequence[Handed], act: Dispensing) -> Dispensation:
    """Put together the dispensation of one or several items of a prescription.

    Raises: Unwritable: nothing is handed out, an id is not of this prescription or is handed out twice, or a
            substitution that the prescriber forbids has no reason.
    """
    items = {(one.id.root, one.id.extension): one for one in prescription.items}
    performer = replace(act.dispenser, kind="performer", function=None, time=Period(act.at))
    found: list[DispensedItem] = []
    for index, one in enumerate(handed):
        key = (one.prescribed.root, one.prescribed.extension)
        place = f"handed[{index}]"
        item = items.pop(key, None)
        if item is None:
            raise Unwritable(f"{place}.prescribed", "no item of this prescription, or one handed out twice")
        _refuse_substitution(item, one, place)
        found.append(
            DispensedItem(
                one.id, one.packages, one.product, performer, repeated(item), one.substituted, one.reason
            )
        )
    if not found:
        raise Unwritable("handed", "nothing is handed out")
    return Dispensation(_frame(prescription, act), act.section, prescription.id, tuple(found))


def _refuse_substitution(item: PrescribedItem, one: Handed, place: str) -> None:
    forbidden = item.substitution is not None and item.substitution.code == FORBIDDEN
    if one.substituted and forbidden and not (one.reason or "").strip():
        raise Unwritable(f"{place}.reason", "the prescriber forbids substitution: it needs a reason")


def _frame(prescription: Prescription, act: Dispensing) -> Frame:
    return Frame(
        id=act.document,
        title=act.title,
        created=act.at,
        language=act.language,
        patient=_patient(prescription.frame.patient),
        authors=(replace(act.dispenser, kind="author", time=Period(act.at)),),
        custodian=act.custodian,
        authenticator=_authenticator(act),
        parents=(act.parent,),
    )


def _authenticator(act: Dispensing) -> Party:
    """Whoever dispenses answers for the document."""
    signed = replace(act.dispenser, kind="legalAuthenticator", function=None, time=Period(act.at))
    return replace(signed, signature=SIGNED)


def _patient(one: Patient) -> Patient:
    """Who the patient is, as the prescription says it; guardians and what else it tells stay there."""
    return Patient(
        ids=one.ids,
        names=one.names,
        gender=one.gender,
        birth=one.birth,
        addresses=one.addresses or (Address(null="NI"),),
        telecoms=one.telecoms or (Telecom(null="NI"),),
    )
