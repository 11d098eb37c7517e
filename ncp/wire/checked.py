"""The schema at the boundary: strict with what we send and with requests, lenient with answers.

A message of ours that breaks its schema is not sent and a request that does is refused. An answer is read
by name all the same and the violation is kept as a finding, because what arrived may be clinically needed.
"""

from typing import TypeAlias

from lxml import etree

from ncp.wire.errors import NotValid, NotValidKind
from ncp.wire.findings import Finding
from schemas.validate import Schema, violations

Element: TypeAlias = etree._Element


def strict(el: Element, schema: Schema) -> Element:
    """`el` itself, once the schema has accepted it.

    Raises:  NotValid (XSD): it does not. The place is named; the validator's text is left out, as it
             can quote a value.
    """
    if found := violations(el, schema, explain=False):
        what = f"does not follow its schema ({schema.name})"
        raise NotValid(what, where=found[0].path, kind=NotValidKind.XSD)
    return el


def lenient(el: Element, schema: Schema) -> tuple[Finding, ...]:
    """Every violation as a finding; empty if the schema accepts the message."""
    found = violations(el, schema, explain=False)
    return tuple(Finding(where=each.path, what=each.message) for each in found)
