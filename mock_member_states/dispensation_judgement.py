"""What a prescribing country has against a dispensation or a discard: the first reason counts.

Pure: the document as read, the prescription, where it stands, the country's rules. The codes are those of the
error code list; which of them a generation knows, `spoken` says.

Source: wire specification 6.6 and 6.8; cda.md 7.2 and 7.3.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Final

from cda.building.content import PrescribedItem
from mock_member_states.country import DispensingRules
from mock_member_states.dispensation_kept import Kept, Rejection
from mock_member_states.dispensation_reading import Received, Supply, number, supplied
from mock_member_states.prescription_standing import Standing, State, key
from mock_member_states.prescriptions import Prescribed
from ncp.wire.errors import ErrorCode
from ncp.wire.profile import Profile

FORBIDDEN: Final = "N"
GENERIC: Final = "G"
_SINCE_9: Final = frozenset(
    {
        ErrorCode.ED_INCORRECT_FORMATTING,
        ErrorCode.ED_MISSING_REQUIRED_FIELDS,
        ErrorCode.ED_MISSING_BASIC_DATA,
        ErrorCode.ED_INTERNAL_ERROR,
        ErrorCode.ED_REGISTRY_NOT_AVAILABLE,
    }
)


def spoken(rejection: Rejection, profile: Profile) -> Rejection:
    """In the codes of the generation: 7 says with one general code what later ones tell apart."""
    if profile is Profile.W7 and rejection.code in _SINCE_9:
        return Rejection(ErrorCode.ED_GENERIC, rejection.text)
    return rejection


def of_form(received: Received) -> Rejection | None:
    """What is wrong whatever was prescribed."""
    if not received.supplies:
        return Rejection(ErrorCode.ED_MISSING_REQUIRED_FIELDS, "nothing is dispensed in the document")
    for place, one in enumerate(received.supplies, start=1):
        if found := _of_amounts(one, place):
            return found
    return None


def _of_amounts(one: Supply, place: int) -> Rejection | None:
    code = ErrorCode.ED_INCORRECT_FORMATTING
    if one.packages is None:
        return Rejection(ErrorCode.ED_MISSING_REQUIRED_FIELDS, f"item {place}: no number of packages")
    if one.count < 1:
        written = f"{one.packages} {one.unit or ''}".strip()[:40]
        return Rejection(code, f"item {place}: {written} is no whole, positive number of packages")
    if one.product is None:
        return Rejection(ErrorCode.ED_MISSING_REQUIRED_FIELDS, f"item {place}: no product")
    for written in one.product.amounts:
        value = number(written)
        if value is None or value <= 0:
            return Rejection(code, f"item {place}: a content of {written[:40]} is impossible")
    return None


def of_dispensation(
    received: Received, one: Prescribed, now_stands: Standing, rules: DispensingRules
) -> Rejection | None:
    """What speaks against dispensing this for this prescription, as it stands."""
    if found := _of_state(now_stands):
        return found
    items = {key(item.id): item for item in one.content.items}
    wanted: Counter[str] = Counter()
    for place, supply in enumerate(received.supplies, start=1):
        matching = [items[each] for each in supply.items if each in items]
        if len(matching) != 1:
            text = f"item {place}: it names no item of the prescription"
            return Rejection(ErrorCode.ED_EPRESCRIPTION_NOT_IDENTIFIABLE, text)
        if found := _of_product(supply, matching[0], rules, place):
            return found
        wanted[key(matching[0].id)] += supply.count
    for each, count in wanted.items():
        left = now_stands.remaining[each]
        if count > left:
            text = f"{count} packages are more than the {left} that are left"
            return Rejection(ErrorCode.ALREADY_DISPENSED, text)
    return None


def _of_state(now_stands: Standing) -> Rejection | None:
    if now_stands.narcotic:
        text = "narcotics are not dispensed across a border"
        return Rejection(ErrorCode.ED_NOT_DISPENSABLE_EPRESCRIPTION, text)
    match now_stands.state:
        case State.DISPENSED:
            return Rejection(ErrorCode.ALREADY_DISPENSED, "the prescription has been dispensed already")
        case State.CANCELLED | State.EXPIRED:
            text = f"the prescription is {now_stands.state}"
            return Rejection(ErrorCode.ED_NOT_DISPENSABLE_EPRESCRIPTION, text)
        case State.OPEN | State.PARTLY_DISPENSED:
            return None


def _of_product(supply: Supply, item: PrescribedItem, rules: DispensingRules, place: int) -> Rejection | None:
    assert supply.product is not None  # `of_form` has seen to it
    prescribed = supplied(item.product)
    another = bool(prescribed.atc and supply.product.atc) and prescribed.atc != supply.product.atc
    if supply.substituted:
        said = item.substitution.code if item.substitution else None
        not_allowed = ErrorCode.ED_SUBSTITUTION_INFORMATION_NOT_ALLOWED
        if not rules.substitution:
            return Rejection(not_allowed, f"item {place}: this country allows no substitution abroad")
        if said == FORBIDDEN:
            return Rejection(not_allowed, f"item {place}: the prescriber forbids substitution")
        if said == GENERIC and another:
            return Rejection(not_allowed, f"item {place}: only the same substance may be substituted")
    elif another:
        text = f"item {place}: the product is not the one prescribed"
        return Rejection(ErrorCode.ED_EPRESCRIPTION_NOT_IDENTIFIABLE, text)
    if rules.same_package and supply.product.sizes != prescribed.sizes:
        text = f"item {place}: only the package that was prescribed may be dispensed"
        return Rejection(ErrorCode.ALREADY_DISPENSED, text)
    return None


def of_discard(
    kept: Kept,
    *,
    again: bool,
    country: str,
    organisation: str,
    patient: str,
    now: datetime,
    rules: DispensingRules,
) -> Rejection | None:
    """What speaks against taking a dispensation back.

    Args: again: the prescription was dispensed once more since.
          country: of the certificate; an organisation is only what that country says it is.
          organisation, patient: of whoever asks, as in the assertions.
    """
    if kept.patient != patient:
        return Rejection(ErrorCode.NO_MATCHING_EP, "the patient has no dispensation of this id")
    if (kept.country, kept.organisation) != (country, organisation):
        return Rejection(ErrorCode.INSUFFICIENT_RIGHTS, "only the pharmacy that dispensed takes it back")
    failed = ErrorCode.ED_DISCARD_FAILED
    if kept.discarded is not None:
        return Rejection(failed, "the dispensation has been discarded already")
    if now - kept.received > timedelta(hours=rules.discard_hours):
        return Rejection(failed, f"more than {rules.discard_hours} hours have passed")
    if again:
        return Rejection(failed, "the prescription has been dispensed again since")
    return None
