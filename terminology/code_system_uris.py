"""The identifiers of code systems: FHIR canonicals beside the OIDs that CDA documents use.

Sources: HL7 Terminology (THO) and FHIR R4 "Using codes"; HL7 Norway for national code lists; eHDSI MVC 8.1.0.
"""

import re
from typing import Final
from urllib.parse import quote, unquote

from terminology import code_systems as systems
from terminology import value_sets as sets

NORWEGIAN: Final = "2.16.578.1.12.4.1.1."  # national code lists: this and the number of the list
NORWEGIAN_URI: Final = "http://helsedir.no/fhir/CodeSystem/no-kodeverk-"
#: Systems that have neither an OID nor a canonical: this and their name.
_NAMED: Final = "urn:ncp-norway:code-system:"
ICD_10_NO: Final = NORWEGIAN + "7110"
ATC_NO: Final = NORWEGIAN + "7180"

_V3 = "http://terminology.hl7.org/CodeSystem/v3-"
#: OID -> canonical that we write.
_CANONICAL: Final = {
    systems.ICD_10: "http://hl7.org/fhir/sid/icd-10",
    systems.SNOMED_CT: "http://snomed.info/sct",
    systems.ATC: "http://www.whocc.no/atc",
    systems.EDQM: "http://standardterms.edqm.eu",
    systems.LOINC: "http://loinc.org",
    systems.UCUM: "http://unitsofmeasure.org",
    systems.ISO_3166_1: "urn:iso:std:iso:3166",
    systems.LANGUAGE_TAGS: "urn:ietf:bcp:47",
    systems.ABSENT_OR_UNKNOWN: "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips",
    systems.ADMINISTRATIVE_GENDER: _V3 + "AdministrativeGender",
    systems.CONFIDENTIALITY: _V3 + "Confidentiality",
    systems.NULL_FLAVOR: _V3 + "NullFlavor",
    systems.ROLE_CODE: _V3 + "RoleCode",
    systems.ROLE_CLASS: _V3 + "RoleClass",
    systems.ADDRESS_USE: _V3 + "AddressUse",
    systems.TIMING_EVENT: _V3 + "TimingEvent",
    systems.SUBSTITUTION: _V3 + "substanceAdminSubstitution",
    systems.OBSERVATION_INTERPRETATION: _V3 + "ObservationInterpretation",
    systems.PARTICIPATION_TYPE: _V3 + "ParticipationType",
    systems.ISCO_08: "urn:oid:" + systems.ISCO_08,
    ICD_10_NO: "http://hl7.org/fhir/sid/icd-10-no",
    "2.16.840.1.113883.4.642.4.1373": "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical",
    "2.16.840.1.113883.4.642.4.1371": "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification",
    "2.16.840.1.113883.4.642.4.1075": "http://terminology.hl7.org/CodeSystem/condition-ver-status",
    "2.16.840.1.113883.4.642.4.130": "http://hl7.org/fhir/allergy-intolerance-criticality",
    "1.3.6.1.4.1.12559.11.10.1.3.1.44.5": "http://www.orpha.net",
    "1.3.6.1.4.1.12559.11.10.1.3.1.44.6": "urn:oid:1.3.6.1.4.1.12559.11.10.1.3.1.44.6",  # EMDN
    # Code systems for which no OID is confirmed go by their name.
    "Observation Category": "http://terminology.hl7.org/CodeSystem/observation-category",
    "Reference Range Meaning": "http://terminology.hl7.org/CodeSystem/referencerange-meaning",
    "Sex Parameter for Clinical Use": "http://terminology.hl7.org/CodeSystem/sex-parameter-for-clinical-use",
}
#: Further spellings that files use.
_OTHER_URIS: Final = {
    "https://www.whocc.no/atc": systems.ATC,
    "http://www.whocc.no/atc_ddd_index": systems.ATC,
    "https://standardterms.edqm.eu": systems.EDQM,
    "https://loinc.org": systems.LOINC,
    "https://www.orpha.net": "1.3.6.1.4.1.12559.11.10.1.3.1.44.5",
    "urn:iso:std:iso:3166:-1": systems.ISO_3166_1,
    "http://hl7.org/fhir/sid/icd-10-2019": systems.ICD_10,
}
_OTHER_OIDS: Final = {
    "1.3.6.1.4.1.12559.11.10.1.3.1.44.1": systems.EDQM,
    "1dd183a6-6d2b-4a9d-8f5d-be09d6bb5a6e": systems.LANGUAGE_TAGS,
}
_BY_URI: Final = {uri: oid for oid, uri in _CANONICAL.items()} | _OTHER_URIS
_BY_URI_IGNORING_CASE: Final = {uri.casefold(): oid for uri, oid in _BY_URI.items()}
_OID = re.compile(r"[0-2](\.(0|[1-9][0-9]*))+", re.ASCII)

#: Value sets of a single code system: the set tells the system where a file names it by a web page.
SOLE_SYSTEM: Final = {
    sets.COUNTRY: systems.ISO_3166_1,
    sets.LANGUAGE: systems.LANGUAGE_TAGS,
    sets.ILLNESS_AND_DISORDER: systems.ICD_10,
    sets.ACTIVE_INGREDIENT: systems.ATC,
    sets.DOSE_FORM: systems.EDQM,
    sets.PACKAGE: systems.EDQM,
    sets.QUANTITY_UNIT: systems.EDQM,
    sets.ROUTE_OF_ADMINISTRATION: systems.EDQM,
    sets.UNIT: systems.UCUM,
    sets.HEALTHCARE_PROFESSIONAL_ROLE: systems.ISCO_08,
    sets.DISPLAY_LABEL: systems.DISPLAY_LABELS,
    sets.SUBSTANCE: "2.16.840.1.113883.3.6905.2",
    sets.RARE_DISEASE: "1.3.6.1.4.1.12559.11.10.1.3.1.44.5",
}


def is_oid(text: str) -> bool:
    """Whether the text is an OID: numbers without leading zeros, at least two, at most 128 characters."""
    return len(text) <= 128 and _OID.fullmatch(text) is not None


def is_known(system: str) -> bool:
    """Whether an OID (or the name of a system without one) is a code system of the catalogue or of Norway."""
    if system.startswith(NORWEGIAN):
        return is_oid(system)
    return system in _CANONICAL or system in SOLE_SYSTEM.values() or system == systems.DISPLAY_LABELS


def oid_of(identifier: str) -> str | None:
    """The OID for what a file names a code system by: an OID, `urn:oid:`, a FHIR canonical.

    A system for which no OID is confirmed gives its name. None: not known.
    """
    text = identifier.strip().removesuffix("/")
    bare = text.removeprefix("urn:oid:")
    if bare in _OTHER_OIDS:
        return _OTHER_OIDS[bare]
    if is_oid(bare) or bare in _CANONICAL:
        return bare
    if text.startswith(_NAMED):
        return unquote(text.removeprefix(_NAMED))
    if text.startswith("http://snomed.info/sct/"):  # canonical of an edition or a version of it
        return systems.SNOMED_CT
    if text.casefold().startswith(NORWEGIAN_URI.casefold()) and text[len(NORWEGIAN_URI) :].isdigit():
        return NORWEGIAN + text[len(NORWEGIAN_URI) :]
    return _BY_URI.get(text) or _BY_URI_IGNORING_CASE.get(text.casefold())


def uri_of(system: str) -> str:
    """The FHIR canonical of a code system given by its OID (or, where it has none, its name)."""
    if (known := _CANONICAL.get(system)) is not None:
        return known
    if system.startswith(NORWEGIAN) and system[len(NORWEGIAN) :].isdigit():
        return NORWEGIAN_URI + system[len(NORWEGIAN) :]
    return "urn:oid:" + system if is_oid(system) else _NAMED + quote(system, safe="")
