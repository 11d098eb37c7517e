"""Code systems: their OIDs by name, and what the catalogue knows of each."""

from dataclasses import dataclass

ICD_10 = "1.3.6.1.4.1.12559.11.10.1.3.1.44.2"
SNOMED_CT = "2.16.840.1.113883.6.96"
ATC = "2.16.840.1.113883.6.73"
EDQM = "0.4.0.127.0.16.1.1.2.1"
LOINC = "2.16.840.1.113883.6.1"
UCUM = "2.16.840.1.113883.6.8"
ISCO_08 = "2.16.840.1.113883.2.9.6.2.7"
ISO_3166_1 = "1.0.3166.1"
LANGUAGE_TAGS = "2.16.840.1.113883.6.121"
DISPLAY_LABELS = "1.3.6.1.4.1.12559.11.10.1.3.1.44.4"
ABSENT_OR_UNKNOWN = "2.16.840.1.113883.5.1150.1"
ADMINISTRATIVE_GENDER = "2.16.840.1.113883.5.1"
CONFIDENTIALITY = "2.16.840.1.113883.5.25"
NULL_FLAVOR = "2.16.840.1.113883.5.1008"
ROLE_CODE = "2.16.840.1.113883.5.111"
ROLE_CLASS = "2.16.840.1.113883.5.110"
ADDRESS_USE = "2.16.840.1.113883.5.1119"
TIMING_EVENT = "2.16.840.1.113883.5.139"
SUBSTITUTION = "2.16.840.1.113883.5.1070"
OBSERVATION_INTERPRETATION = "2.16.840.1.113883.5.83"
PARTICIPATION_TYPE = "2.16.840.1.113883.5.90"


@dataclass(frozen=True, slots=True)
class CodeSystem:
    """One code system.

    `versions` lists the versions held, oldest first; the last one is current. It is never empty: a system
    whose version nobody states has the single version "". `oid` is None for a system that no document names,
    because no OID is confirmed for it; its concepts are reached through their value set only.
    """

    oid: str | None
    name: str
    versions: tuple[str, ...] = ("",)
    other_names: tuple[str, ...] = ()  # names that documents give it and that are no reason for a warning
    other_oids: tuple[str, ...] = ()  # identifiers of the same system in older documents

    def is_called(self, name: str) -> bool:
        """Whether `name` is one of its names, letter case and surrounding blanks aside."""
        if name == self.name or name in self.other_names:
            return True
        wanted = name.strip().casefold()
        return any(known.casefold() == wanted for known in (self.name, *self.other_names))
