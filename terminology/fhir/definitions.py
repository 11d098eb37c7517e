"""The operations that are served, with their parameters as R4 defines them: one table for reading requests,
for the capability statement and for OpenAPI.

Source: FHIR R4 4.0.1, operation definitions of CodeSystem, ValueSet and ConceptMap.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Kind(StrEnum):
    """Data types of parameters, as far as they are read."""

    CODE = "code"
    URI = "uri"
    STRING = "string"
    BOOLEAN = "boolean"
    INTEGER = "integer"
    CODING = "Coding"
    CONCEPT = "CodeableConcept"
    OTHER = "other"  # a type that only parameters have which are not supported


@dataclass(frozen=True, slots=True)
class Parameter:
    """One input parameter. `served` False: R4 defines it, and using it is an error here."""

    name: str
    kind: Kind
    about: str
    repeats: bool = False
    served: bool = True


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation on a resource type; `instance`: also on a resource named in the address."""

    resource: str
    name: str
    instance: bool
    about: str
    parameters: Mapping[str, Parameter]

    @property
    def definition(self) -> str:
        """Canonical address of the R4 definition."""
        return f"http://hl7.org/fhir/OperationDefinition/{self.resource}-{self.name}"


def _named(parameters: Iterable[Parameter]) -> Mapping[str, Parameter]:
    return MappingProxyType({each.name: each for each in parameters})


def _unserved(kind: Kind, *names: str) -> tuple[Parameter, ...]:
    return tuple(Parameter(name, kind, "not supported", served=False) for name in names)


_LANGUAGE = Parameter(
    "displayLanguage", Kind.CODE, "language of display, e.g. nb; else Accept-Language, else en"
)
_CODE = Parameter("code", Kind.CODE, "the code")
_SYSTEM = Parameter("system", Kind.URI, "its code system: canonical address, urn:oid:... or OID")
_CODING = Parameter("coding", Kind.CODING, "code and system in one (POST)")
_CONCEPT = Parameter("codeableConcept", Kind.CONCEPT, "several codings of one concept (POST)")
_DISPLAY = Parameter("display", Kind.STRING, "a text that must be one of the concept's texts")
_ABSTRACT = Parameter("abstract", Kind.BOOLEAN, "no concept is abstract here: no effect")
_VALUE_SET = Parameter("url", Kind.URI, "the value set: canonical address, urn:oid:... or OID")
_VALUE_SET_VERSION = Parameter("valueSetVersion", Kind.STRING, "version of the value set")
_ACTIVE = Parameter("activeOnly", Kind.BOOLEAN, "leave out concepts that the code system has retired")

LOOKUP = Operation(
    "CodeSystem",
    "lookup",
    False,
    "What is known of a code: its texts, its status and the value sets it belongs to.",
    _named(
        (
            _CODE,
            _SYSTEM,
            Parameter("version", Kind.STRING, "version of the code system; another is used with a warning"),
            _CODING,
            _LANGUAGE,
            Parameter("property", Kind.CODE, "only these properties", repeats=True),
            *_unserved(Kind.OTHER, "date"),
        )
    ),
)
CODE_SYSTEM_VALIDATE = Operation(
    "CodeSystem",
    "validate-code",
    True,
    "Whether a code is in a code system.",
    _named(
        (
            Parameter("url", Kind.URI, "the code system: canonical address, urn:oid:... or OID"),
            _CODE,
            Parameter("version", Kind.STRING, "version of the code system"),
            _DISPLAY,
            _CODING,
            _CONCEPT,
            _ABSTRACT,
            _LANGUAGE,
            *_unserved(Kind.OTHER, "codeSystem", "date"),
        )
    ),
)
VALUE_SET_VALIDATE = Operation(
    "ValueSet",
    "validate-code",
    True,
    "Whether a code is in a value set.",
    _named(
        (
            _VALUE_SET,
            _VALUE_SET_VERSION,
            _CODE,
            _SYSTEM,
            Parameter("systemVersion", Kind.STRING, "version of the code system"),
            _DISPLAY,
            _CODING,
            _CONCEPT,
            _ABSTRACT,
            _LANGUAGE,
            *_unserved(Kind.OTHER, "context", "valueSet", "date"),
        )
    ),
)
EXPAND = Operation(
    "ValueSet",
    "expand",
    True,
    "The members of a value set, whole or page by page, all or those that match a text.",
    _named(
        (
            _VALUE_SET,
            _VALUE_SET_VERSION,
            Parameter(
                "filter", Kind.STRING, "words that all must occur in a member's texts or start its code"
            ),
            Parameter("offset", Kind.INTEGER, "how many members to skip"),
            Parameter("count", Kind.INTEGER, "how many members to return; 0 returns only their number"),
            Parameter("includeDesignations", Kind.BOOLEAN, "with the texts in all languages"),
            Parameter("designation", Kind.STRING, "only these texts: urn:ietf:bcp:47|nb-NO", repeats=True),
            Parameter(
                "includeDefinition", Kind.BOOLEAN, "with name and version of the set; they always come"
            ),
            _ACTIVE,
            Parameter("excludeNested", Kind.BOOLEAN, "expansions are always flat: no effect"),
            Parameter("excludeNotForUI", Kind.BOOLEAN, "no concept is kept from users: no effect"),
            Parameter("excludePostCoordinated", Kind.BOOLEAN, "there are none: no effect"),
            _LANGUAGE,
            *_unserved(Kind.OTHER, "valueSet", "context", "contextDirection", "date", "exclude-system"),
            *_unserved(Kind.OTHER, "system-version", "check-system-version", "force-system-version"),
        )
    ),
)
TRANSLATE = Operation(
    "ConceptMap",
    "translate",
    False,
    "The concepts that a concept is mapped to.",
    _named(
        (
            Parameter("url", Kind.URI, "the concept map; there is one, of all mappings of the release"),
            Parameter("conceptMapVersion", Kind.STRING, "its version, the name of the release"),
            _CODE,
            _SYSTEM,
            Parameter("version", Kind.STRING, "version of the code system"),
            Parameter("source", Kind.URI, "value set that the source concept must be in"),
            _CODING,
            _CONCEPT,
            Parameter("target", Kind.URI, "value set that a target must be in"),
            Parameter("targetsystem", Kind.URI, "code system of the targets"),
            Parameter("reverse", Kind.BOOLEAN, "from target to source"),
            *_unserved(Kind.OTHER, "conceptMap", "dependency"),
        )
    ),
)
OPERATIONS = (LOOKUP, CODE_SYSTEM_VALIDATE, VALUE_SET_VALIDATE, EXPAND, TRANSLATE)
