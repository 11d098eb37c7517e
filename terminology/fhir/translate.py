"""ConceptMap/$translate: the concepts that a concept is mapped to.

Source: FHIR R4, operation ConceptMap-translate and the equivalences of ConceptMap.
"""

from terminology.catalogue import Catalogue
from terminology.fhir.building import parameters, value
from terminology.fhir.given import Given
from terminology.fhir.outcome import Resource


def translate(terms: Catalogue, given: Given) -> Resource:
    """The answer to $translate."""
    wanted = given.coding("system", "version")[0]
    return parameters(
        value("result", "Boolean", False),
        value("message", "String", f"{terms.release.name} has no mapping of {wanted.code[:60]!r}"),
    )
