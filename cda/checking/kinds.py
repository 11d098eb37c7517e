"""What kind of document it is, and our best guess at the wave it was made for."""

from dataclasses import dataclass
from typing import Final

from lxml import etree

from schemas.namespaces import EPSOS, HL7, PHARM, q
from schemas.rules import RuleSet

from .tree import Node, Tree

ROOT: Final = q(HL7, "ClinicalDocument")
CODE: Final = q(HL7, "code")
COMPONENT: Final = q(HL7, "component")
FILE_BODY: Final = q(HL7, "nonXMLBody")
STRUCTURED_BODY: Final = q(HL7, "structuredBody")
DOSE: Final = q(HL7, "doseQuantity")
LOW: Final = q(HL7, "low")
SNOMED: Final = "2.16.840.1.113883.6.96"
_DISCARD: Final = "DISCARD-"
PRESCRIPTION: Final = "1.3.6.1.4.1.12559.11.10.1.3.1.1.1"
#: Original clinical documents: laboratory report, discharge report, imaging report, clinical image.
ORIGINAL: Final = frozenset({"11502-2", "34105-7", "18748-4", "x-clinical-image"})
_E: Final = "1.3.6.1.4.1.12559.11.10.1.3.1."
#: Templates that a wave brought, newest first.
_NEW: Final = (
    (7, frozenset({_E + "3.48", _E + "3.49"})),
    (6, frozenset(_E + f"3.{n}" for n in (*range(28, 36), *range(39, 48)))),
    (5, frozenset(_E + f"3.{n}" for n in range(15, 27)) | {_E + "2.9", _E + "2.11", _E + "2.12"}),
    (3, frozenset({_E + "3.7"})),
)
_RELEASES: Final = (("2022", 7), ("2021", 6))  # SNOMED CT release in use, and the wave that took it


@dataclass(frozen=True, slots=True)
class Kind:
    """The kind of a document. `rules` is None when no table is made for it."""

    name: str | None  # PS, eP, eD, PS-L1, eP-L1, OrCD; None: not known at all
    rules: str | None
    has_body: bool = True
    allowed: bool = True  # False: a kind that has no level 1 with a file as its body
    discard: bool = False


def kind_of(root: Node, rules: RuleSet) -> Kind:
    """Tell the kind by LOINC code and body; without a usable code, by the template."""
    code_el = root.first(CODE)
    code = (code_el.attrs.get("code") if code_el else None) or ""
    bodies = {kid.tag for component in root.named(COMPONENT) for kid in component.kids}
    file, has_body = FILE_BODY in bodies, bool(bodies & {FILE_BODY, STRUCTURED_BODY})
    if code.startswith(_DISCARD):
        name = rules.kinds.get(code.removeprefix(_DISCARD), {}).get("structured")
        return Kind(name, None, has_body, discard=True)
    known = rules.kinds.get(code)
    if known is None:
        if code in ORIGINAL:
            return Kind("OrCD", None, has_body)
        known = _by_template(root, rules)
    if known is None:
        return Kind(None, None, has_body)
    name = known["structured"]
    if file:
        name, allowed = known.get("file", name), "file" in known
        return Kind(name, name, has_body, allowed)
    return Kind(name, name, has_body)


def _by_template(root: Node, rules: RuleSet) -> dict[str, str] | None:
    """The kinds of the document template that the root carries."""
    for row in rules.constraints:
        if row.kind == "document-template" and row.template in root.templates:
            kind = next(iter(row.documents))
            for known in rules.kinds.values():
                if kind in known.values():
                    return dict(known)
    return None


def wave_of(tree: Tree) -> int | None:
    """Guess the wave from namespaces, templates and the terminology release used; None when nothing tells.

    Waves 6 to 8 share namespace and most templates, and so do the first four; the guess may be one off there.
    """
    spaces = {tag[1 : tag.find("}")] for tag in tree.names}
    by_template = next((wave for wave, new in _NEW if tree.templates & new), None)
    if PHARM in spaces:
        versions = [
            node.attrs.get("codeSystemVersion", "")
            for node in tree.nodes
            if node.attrs.get("codeSystem") == SNOMED
        ]
        newest = max(versions, default="")
        by_release = next((wave for start, wave in _RELEASES if newest.startswith(start)), None)
        return max(by_template or 6, by_release or 7)
    if EPSOS in spaces:
        # Prescriptions give a dose as a range since Wave 5.
        ranged = any(node.tag == DOSE and node.first(LOW) is not None for node in tree.nodes)
        return 5 if ranged and PRESCRIPTION in tree.templates else min(by_template or 2, 5)
    return by_template


def is_cda(root: etree._Element) -> bool:
    """Whether the root element is that of a clinical document."""
    return root.tag == ROOT
