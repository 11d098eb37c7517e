"""Addresses in requests and answers: which code system or value set of a release they name.

Source: code systems as `terminology.code_system_uris` says; value sets as the FHIR rendering of the eHDSI
catalogue names them.
"""

from terminology.catalogue import Catalogue
from terminology.code_system_uris import oid_of, uri_of
from terminology.code_systems import CodeSystem
from terminology.fhir.outcome import not_found
from terminology.value_sets import ValueSet

URN = "urn:oid:"
VALUE_SET_BASE = "http://terminology.ehdsi.eu/ValueSet/"


def system_uri(system: CodeSystem) -> str:
    """The canonical address of a code system."""
    return uri_of(system.oid or system.name)


def value_set_uri(value_set: ValueSet) -> str:
    """The canonical address of a value set."""
    return VALUE_SET_BASE + value_set.name


def system_of(terms: Catalogue, address: str, parameter: str) -> CodeSystem:
    """The code system that an address names: canonical, `urn:oid:...` or a bare OID.

    Raises: FhirError: the release has no such code system.
    """
    oid = oid_of(address)
    system = terms.code_systems.get(oid) if oid else None
    if system is None:
        raise not_found(f"no code system {address[:120]!r} in release {terms.release.name}", parameter)
    return system


def value_set_of(terms: Catalogue, address: str, version: str | None, parameter: str) -> ValueSet:
    """The value set that an address names: canonical, `urn:oid:...` or a bare OID, with `|version` if wanted.

    Raises: FhirError: the release has no such value set, or another version of it.
    """
    bare, _, stated = address.partition("|")
    version = version or stated or None
    if bare.startswith(VALUE_SET_BASE):
        name = bare.removeprefix(VALUE_SET_BASE)
        found = next((each for each in terms.value_sets.values() if each.name == name), None)
    else:
        found = terms.value_sets.get(bare.removeprefix(URN))
    if found is None:
        raise not_found(f"no value set {bare[:120]!r} in release {terms.release.name}", parameter)
    if version is not None and version != found.version:
        wanted = f"version {version[:40]!r} of {found.name} is not held, but {found.version!r}"
        raise not_found(f"{wanted} in release {terms.release.name}", parameter)
    return found
