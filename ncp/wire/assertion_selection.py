"""Which of the received assertions is which, before any of them is believed.

The kind is decided by `Issuer/@NameQualifier` alone. Source: wire specification 1.3 and 4.1.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from lxml.etree import _Element as Element

from ncp.wire.assertion_rules import Problem, ProblemKind
from ncp.wire.permissions import Operation
from ncp.wire.saml import AssertionKind, kind_of
from schemas.xml import XmlRefused, parse


@dataclass(frozen=True, slots=True)
class Selection:
    """The assertions by kind, unverified, each a document of its own; absent kinds are left out."""

    by_kind: Mapping[AssertionKind, Element]
    problems: tuple[Problem, ...]


def select(assertions: Sequence[bytes], *, operation: Operation, as_openncp_7: bool = False) -> Selection:
    """Sort the assertions of one message by kind; their order does not matter.

    Args:    as_openncp_7: reproduce 7.x, where for anything but an identification every assertion that
             is not the HCP one counts as the TRC and the last one wins, so that a NoK after the TRC
             takes its place.
    Returns: with problems for an unknown kind, two of a kind, and an HCP or TRC that `operation` needs
             and that is not there.
    """
    found: dict[AssertionKind, Element] = {}
    problems: list[Problem] = []
    for data in assertions:
        kind, el = _read(data)
        if as_openncp_7 and operation.needs_trc and kind is not AssertionKind.HCP and el is not None:
            found[AssertionKind.TRC] = el
        elif kind is None or el is None:
            problems.append(Problem(ProblemKind.UNKNOWN_KIND, None, "an assertion of no known kind"))
        elif kind in found:
            problems.append(Problem(ProblemKind.REPEATED_KIND, kind, f"two {kind.name} assertions"))
        else:
            found[kind] = el
    if AssertionKind.HCP not in found:
        problems.append(Problem(ProblemKind.NO_HCP, AssertionKind.HCP, "no HCP assertion"))
    if operation.needs_trc and AssertionKind.TRC not in found:
        problems.append(Problem(ProblemKind.NO_TRC, AssertionKind.TRC, "no TRC assertion"))
    return Selection(MappingProxyType(found), tuple(problems))


def _read(data: bytes) -> tuple[AssertionKind | None, Element | None]:
    try:
        el = parse(data)
    except XmlRefused:
        return None, None
    return kind_of(el), el
