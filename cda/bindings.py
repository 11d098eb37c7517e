"""Which value set each coded element is bound to, and how much its translation matters.

Source: cda.md 10.3 and terminology.md 2.1, Wave 7 and 8. Elements outside that list that Norway translates
as well are OPTIONAL where a value set exists.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from lxml import etree

from terminology import value_sets as vs


class Usage(StrEnum):
    """Required, required with null flavour allowed, optional, or outside the list of coded elements."""

    REQUIRED = "R"
    NULLABLE = "RNFA"
    OPTIONAL = "O"
    OUTSIDE = "NA"


@dataclass(frozen=True, slots=True)
class Binding:
    """The value sets of one element; several are told apart by the code system of the code."""

    usage: Usage
    value_sets: tuple[str, ...] = ()

    def value_set(self, system: str) -> str | None:
        """The one set that applies to a code of the system, None when that cannot be told."""
        fitting = [oid for oid in self.value_sets if system in _SYSTEMS.get(oid, (system,))]
        return fitting[0] if len(fitting) == 1 else None


_ATC = "2.16.840.1.113883.6.73"
_SNOMED = "2.16.840.1.113883.6.96"
_IPS = "2.16.840.1.113883.5.1150.1"
_SYSTEMS: Mapping[str, tuple[str, ...]] = {
    vs.ILLNESS_AND_DISORDER: ("1.3.6.1.4.1.12559.11.10.1.3.1.44.2",),
    vs.RARE_DISEASE: ("1.3.6.1.4.1.12559.11.10.1.3.1.44.5",),
    vs.ACTIVE_INGREDIENT: (_ATC,),
    vs.SUBSTANCE: ("2.16.840.1.113883.3.6905.2", "1.3.6.1.4.1.12559.11.10.1.3.1.44.100000075825"),
    vs.ALLERGEN_NO_DRUG: (_SNOMED,),
    vs.REACTION_ALLERGY: (_SNOMED,),
    vs.PROCEDURE: (_SNOMED,),
    vs.MEDICAL_DEVICE: (_SNOMED, "1.3.6.1.4.1.12559.11.10.1.3.1.44.6"),
    vs.ABSENT_OR_UNKNOWN_ALLERGY: (_IPS,),
    vs.ABSENT_OR_UNKNOWN_DEVICE: (_IPS,),
    vs.ABSENT_OR_UNKNOWN_MEDICATION: (_IPS,),
    vs.ABSENT_OR_UNKNOWN_PROBLEM: (_IPS,),
    vs.ABSENT_OR_UNKNOWN_PROCEDURE: (_IPS,),
    vs.ALLERGY_CERTAINTY: ("2.16.840.1.113883.4.642.4.1371",),
    vs.CERTAINTY: ("2.16.840.1.113883.4.642.4.1075",),
    vs.ALLERGY_STATUS: ("2.16.840.1.113883.4.642.4.1373",),
    vs.STATUS_CODE: (_SNOMED,),
}
OUTSIDE = Binding(Usage.OUTSIDE)
_SUBSTANCES = (vs.ACTIVE_INGREDIENT, vs.SUBSTANCE)
_PROBLEMS = (vs.ILLNESS_AND_DISORDER, vs.ABSENT_OR_UNKNOWN_PROBLEM, vs.RARE_DISEASE)
# The value of an observation whose code says what it is about.
_QUALIFYING: Mapping[str, Binding] = {
    "SEV": Binding(Usage.OPTIONAL, (vs.SEVERITY,)),
    "82606-5": Binding(Usage.OPTIONAL, (vs.CRITICALITY,)),
    "66455-7": Binding(Usage.OPTIONAL, (vs.ALLERGY_CERTAINTY, vs.CERTAINTY)),
    "33999-4": Binding(Usage.OPTIONAL, (vs.ALLERGY_STATUS, vs.STATUS_CODE)),
    "11323-3": Binding(Usage.OPTIONAL, (vs.RESOLUTION_OUTCOME,)),
    "34530-6": Binding(Usage.OPTIONAL, (vs.BLOOD_GROUP,)),
    "82810-3": Binding(Usage.OPTIONAL, (vs.CURRENT_PREGNANCY_STATUS,)),
    "SUBST": Binding(Usage.OPTIONAL, (vs.SUBSTITUTION_CODE,)),
}
_SECTION_VALUES: Mapping[str, Binding] = {
    "48765-2": Binding(Usage.OPTIONAL, (vs.ABSENT_OR_UNKNOWN_ALLERGY,)),
    "11450-4": Binding(Usage.NULLABLE, _PROBLEMS),
    "11348-0": Binding(Usage.OPTIONAL, _PROBLEMS),
    "10160-0": Binding(Usage.OPTIONAL, (vs.ILLNESS_AND_DISORDER,)),
    "57828-6": Binding(Usage.OPTIONAL, (vs.ILLNESS_AND_DISORDER,)),
    "11369-6": Binding(Usage.OPTIONAL, (vs.ILLNESS_AND_DISORDER,)),
}
_SECTION_CODES: Mapping[str, Binding] = {
    "48765-2": Binding(Usage.NULLABLE, (vs.ADVERSE_EVENT_TYPE,)),
    "11450-4": Binding(Usage.OPTIONAL, (vs.CODE_PROB,)),
    "11348-0": Binding(Usage.OPTIONAL, (vs.CODE_PROB,)),
    "29762-2": Binding(Usage.OPTIONAL, (vs.SOCIAL_HISTORY,)),
    "8716-3": Binding(Usage.OPTIONAL, (vs.BLOOD_PRESSURE,)),
}
_DELIVERY = frozenset({"11778-8", "11779-6", "11780-4"})


def local(el: etree._Element) -> str:
    """The local name of an element."""
    tag = el.tag
    return tag[tag.rfind("}") + 1 :] if isinstance(tag, str) else ""


def binding(el: etree._Element, name: str, section: str, document: str) -> Binding:
    """The binding of one coded element.

    Args: name: its local name.
          section: LOINC code of the section it lies in, empty in the header.
          document: code of the document (`60591-5`, `57833-6`, `60593-1`).
    """
    if (find := _BY_NAME.get(name)) is None:
        return OUTSIDE
    return find(el, section, document)


def _parent(el: etree._Element) -> str:
    parent = el.getparent()
    return local(parent) if parent is not None else ""


def _own_code(el: etree._Element) -> str:
    """The code of the observation that a value belongs to."""
    parent = el.getparent()
    code = next(parent.iterchildren("{*}code"), None) if parent is not None else None
    return (code.get("code") if code is not None else None) or ""


def _relation(el: etree._Element) -> str:
    """The type code by which the statement of an element hangs on another one."""
    statement = el.getparent()
    outer = statement.getparent() if statement is not None else None
    return (outer.get("typeCode") or "") if outer is not None else ""


def _code(el: etree._Element, section: str, document: str) -> Binding:
    parent = _parent(el)
    fixed = _PARENTS.get(parent)
    if fixed is not None:
        return fixed
    if parent in ("ingredientSubstance", "ingredient"):
        return Binding(Usage.NULLABLE if document == "60591-5" else Usage.OPTIONAL, _SUBSTANCES)
    if parent == "manufacturedMaterial" and section == "11369-6":
        return Binding(Usage.OPTIONAL, (vs.VACCINE,))
    if parent == "playingEntity" and section == "48765-2":
        return Binding(Usage.NULLABLE, (vs.ACTIVE_INGREDIENT, vs.ALLERGEN_NO_DRUG))
    if parent == "substanceAdministration" and section == "10160-0":
        return Binding(Usage.OPTIONAL, (vs.ABSENT_OR_UNKNOWN_MEDICATION,))
    if parent == "observation":
        return _observation_code(el, section)
    return OUTSIDE


def _observation_code(el: etree._Element, section: str) -> Binding:
    code = el.get("code") or ""
    if code in _QUALIFYING or code == "93857-1":
        return OUTSIDE
    if code in _DELIVERY:
        return Binding(Usage.OPTIONAL, (vs.PREGNANCY_INFORMATION,))
    if section == "10162-6":
        return Binding(Usage.OPTIONAL, (vs.OUTCOME_OF_PREGNANCY,))
    if section == "48765-2" and _relation(el) == "MFST":
        return Binding(Usage.NULLABLE, (vs.CODE_PROB,))
    return _SECTION_CODES.get(section, OUTSIDE)


def _value(el: etree._Element, section: str, document: str) -> Binding:
    if _parent(el) == "qualifier":
        return Binding(Usage.OPTIONAL, (vs.BODY_SITE_LATERALITY,))
    if (found := _QUALIFYING.get(_own_code(el))) is not None:
        return found
    if section == "48765-2" and _relation(el) == "MFST":
        return Binding(Usage.NULLABLE, (vs.ILLNESS_AND_DISORDER, vs.REACTION_ALLERGY))
    return _SECTION_VALUES.get(section, OUTSIDE)


def _form(el: etree._Element, section: str, document: str) -> Binding:
    summary = document == "60591-5"
    if _parent(el).startswith("container"):
        return Binding(Usage.OPTIONAL if summary else Usage.NULLABLE, (vs.PACKAGE,))
    required = not summary and _parent(el) == "manufacturedMaterial"
    return Binding(Usage.REQUIRED if required else Usage.OPTIONAL, (vs.DOSE_FORM,))


def _function(el: etree._Element, section: str, document: str) -> Binding:
    required = document == "57833-6" and _parent(el) == "author"
    return Binding(Usage.REQUIRED if required else Usage.OPTIONAL, (vs.HEALTHCARE_PROFESSIONAL_ROLE,))


def _always(usage: Usage, value_set: str) -> Callable[[etree._Element, str, str], Binding]:
    fixed = Binding(usage, (value_set,))
    return lambda el, section, document: fixed


_PARENTS: Mapping[str, Binding] = {
    "ClinicalDocument": Binding(Usage.REQUIRED, (vs.DOCUMENT_CODE,)),
    "section": Binding(Usage.OPTIONAL, (vs.SECTION,)),
    "associatedEntity": Binding(Usage.OPTIONAL, (vs.PERSONAL_RELATIONSHIP,)),
    "guardian": Binding(Usage.OPTIONAL, (vs.PERSONAL_RELATIONSHIP,)),
    "generalizedMaterialKind": Binding(Usage.NULLABLE, (vs.ACTIVE_INGREDIENT,)),
    "generalizedMedicineClass": Binding(Usage.NULLABLE, (vs.ACTIVE_INGREDIENT,)),
    "playingDevice": Binding(Usage.OPTIONAL, (vs.MEDICAL_DEVICE, vs.ABSENT_OR_UNKNOWN_DEVICE)),
    "procedure": Binding(Usage.OPTIONAL, (vs.PROCEDURE, vs.ABSENT_OR_UNKNOWN_PROCEDURE)),
    "participantRole": Binding(Usage.OPTIONAL, (vs.ILLNESS_AND_DISORDER,)),
}
_BY_NAME: Mapping[str, Callable[[etree._Element, str, str], Binding]] = {
    "code": _code,
    "value": _value,
    "formCode": _form,
    "functionCode": _function,
    "administrativeGenderCode": _always(Usage.NULLABLE, vs.ADMINISTRATIVE_GENDER),
    "confidentialityCode": _always(Usage.NULLABLE, vs.CONFIDENTIALITY),
    "routeCode": _always(Usage.OPTIONAL, vs.ROUTE_OF_ADMINISTRATION),
    "event": _always(Usage.OPTIONAL, vs.TIMING_EVENT),
    "targetSiteCode": _always(Usage.OPTIONAL, vs.BODY_SITE),
    "interpretationCode": _always(Usage.OPTIONAL, vs.OBSERVATION_INTERPRETATION),
}
