"""Rules of our own: what no table can say. Their names begin with `own-`; their findings have no template.

Business rules on quantities, links from entries into the narrative, the patient, the file of a level 1
document, and the cases in which the published rules break off without a verdict.
"""

import base64
import binascii
import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Final, cast

from lxml import etree

from schemas.namespaces import HL7, PHARM, q

from .finding import Severity
from .kinds import COMPONENT, FILE_BODY
from .run import ID, Rule, Run
from .tree import TEXT, XSI_TYPE, Node, shown
from .xsi_type import NoName, resolved

_INTEGER: Final = re.compile(r"\+?0*[1-9]\d*", re.ASCII)
# Only narrative has such attributes. Two expressions, because a union sorts what it finds.
_IDS: Final = tuple(
    etree.XPath(f"descendant-or-self::*/@{name}", smart_strings=False) for name in ("ID", "id")
)
_ENDS: Final = (q(HL7, "low"), q(HL7, "high"))
RECORD_TARGET: Final = q(HL7, "recordTarget")
PATIENT_ROLE: Final = q(HL7, "patientRole")


def rule(name: str, expected: str, severity: Severity = Severity.ERROR) -> Rule:
    """A rule of our own; `name` is also the key of its sentence."""
    return Rule(name, None, severity, expected, name)


PACKAGES: Final = rule("own-package-quantity", "a whole number of packages above 0, unit 1 or none")
CONTENT: Final = rule("own-content-quantity", "an amount above 0")
REFERENCE: Final = rule("own-narrative-link", "an ID in the narrative", Severity.WARNING)
PATIENT: Final = rule("own-patient", "recordTarget/patientRole with an id that has a root")
ATTACHMENT: Final = rule("own-attachment", "a base64 PDF")
XSI: Final = rule("own-xsi-type", "a name with a declared prefix")
INTERVAL: Final = rule("own-interval", "at most one low and one high")
MISSING_SET: Final = rule("own-missing-set", "a code of a value set that the rules hold")
UNDECIDED: Final = rule("own-undecided", "a complete value set", Severity.WARNING)
NO_RULES: Final = rule("own-no-rules", "a kind of document that has rules", Severity.WARNING)
NO_BODY: Final = rule("own-no-body", "structuredBody or nonXMLBody")
LEVEL: Final = rule("own-level", "a structured body")
TEMPLATE: Final = rule("own-template", "the template of its kind on the root element")
NOT_CDA: Final = rule("own-not-cda", "hl7:ClinicalDocument")


def check(run: Run) -> None:
    """Apply the rules that look at single elements, in one walk."""
    looks = _BY_NAME
    for node in run.tree.nodes:
        if node.tag in looks:
            looks[node.tag](node, run)
        if XSI_TYPE in node.attrs:
            _xsi_type(node, run)


def check_patient(run: Run) -> None:
    """The document belongs to somebody."""
    for target in run.root.named(RECORD_TARGET):
        for role in target.named(PATIENT_ROLE):
            if any("root" in one.attrs for one in role.named(ID)):
                return
    run.report((PATIENT,), run.root)


def check_file(run: Run) -> None:
    """A level 1 document holds a PDF that can be decoded."""
    for component in run.root.named(COMPONENT):
        for body in component.named(FILE_BODY):
            for text in body.named(TEXT):
                problem = _undecodable("".join(text.el.itertext("*")))
                if problem:
                    run.report((ATTACHMENT,), text, problem)


def report_undecided(run: Run, names: Callable[[str], str]) -> None:
    """Say which value sets could not decide about codes, if there were any."""
    if run.undecided:
        said = ", ".join(f"{names(oid)} ({count})" for oid, count in sorted(run.undecided.items()))
        run.report((UNDECIDED,), run.root, said)


def _undecodable(encoded: str) -> str:
    """What is wrong with an attachment; empty when nothing is."""
    packed = "".join(encoded.split())
    if not packed:
        return "nothing"
    try:
        content = base64.b64decode(packed, validate=True)
    except (binascii.Error, ValueError):
        return "not base64"
    return "" if content.startswith(b"%PDF-") else "no PDF"


def _xsi_type(node: Node, run: Run) -> None:
    try:
        resolved(node)
    except NoName as error:
        run.report((XSI,), node, str(error))


def _supply(node: Node, run: Run) -> None:
    for quantity in node.named(q(HL7, "quantity")):
        value, unit = quantity.attrs.get("value"), quantity.attrs.get("unit", "1")
        if value is not None and not (_INTEGER.fullmatch(value) and unit == "1"):
            run.report((PACKAGES,), quantity, shown(quantity))


def _content(node: Node, run: Run) -> None:
    """What a package holds, as one amount or as a ratio of two. Strengths stay out: some are a dummy 0."""
    if node.parent is None or node.parent.name != "asContent":
        return
    for amount in (node, *node.named(q(HL7, "numerator"), q(HL7, "denominator"))):
        value = amount.attrs.get("value")
        if value is not None and not _positive(value):
            run.report((CONTENT,), amount, shown(amount))


def _positive(value: str) -> bool:
    try:
        number = Decimal(value)
    except InvalidOperation:
        return False
    return number.is_finite() and number > 0


def _reference(node: Node, run: Run) -> None:
    value = node.attrs.get("value", "")
    if value.startswith("#") and value[1:] not in _narrative_ids(run):
        run.report((REFERENCE,), node, value)


def _narrative_ids(run: Run) -> frozenset[str]:
    if run.narrative_ids is None:
        found = [cast("list[str]", ids(narrative)) for ids in _IDS for narrative in run.tree.narratives]
        run.narrative_ids = frozenset().union(*found)
    return run.narrative_ids


def _interval(node: Node, run: Run) -> None:
    """The second end of its kind: the published rules break off on it."""
    parent = node.parent
    if parent is not None and parent.first(node.tag) is not node:
        run.report((INTERVAL,), node, shown(node))


_BY_NAME: Final[dict[str, Callable[[Node, Run], None]]] = {
    q(HL7, "supply"): _supply,
    q(PHARM, "quantity"): _content,
    q(HL7, "reference"): _reference,
    _ENDS[0]: _interval,
    _ENDS[1]: _interval,
}
