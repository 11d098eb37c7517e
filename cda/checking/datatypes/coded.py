"""Coded values: CD, CE, CS and their eHDSI flavours."""

import re
from typing import Final

from schemas.namespaces import HL7, q

from ..tree import Node
from .parts import NULL, has, has_twin, is_null, kids

TIMING_EVENT: Final = "2.16.840.1.113883.5.139"
_TRANSLATION: Final = q(HL7, "translation")
_ORIGINAL_TEXT: Final = q(HL7, "originalText")
_BREAK: Final = re.compile(r"[\t\n\r]")
_LANGUAGE: Final = re.compile(r"\A[a-z]{2,3}|[ix](-[a-z\d]{2,8})+\Z", re.IGNORECASE)


def is_language(tag: str) -> bool:
    """Whether it begins with two or three letters, or ends like a registered or private tag (i-, x-)."""
    return _LANGUAGE.search(tag) is not None


def cd(node: Node, out: list[str]) -> None:
    """Concept descriptor."""
    attrs = node.attrs
    code, system, null = attrs.get("code"), attrs.get("codeSystem"), NULL in attrs
    if code is None:
        if not null:
            originals = kids(node, "originalText")
            if not originals or any(map(is_null, originals)):
                out.append("dtr1-1-CD")
        if "displayName" in attrs:
            out.append("dtr1-5-CD")
    else:
        if null:
            out.append("dtr1-6-CD")
        if system is None:
            out.append("dtr1-2-CD")
        elif has_twin(node, "code", "codeSystem"):
            out.append("dtr1-18-CD")
    if system is None:
        if "codeSystemName" in attrs:
            out.append("dtr1-3-CD")
        if "codeSystemVersion" in attrs:
            out.append("dtr1-4-CD")
    if "displayName" in attrs:
        if null:
            out.append("dtr1-7-CD")
        if _BREAK.search(attrs["displayName"]):
            out.append("dtr1-15-CD")
    if node.kids:
        translations: list[Node] = []
        texts: list[Node] = []
        _collect(node, translations, texts)
        if translations:
            _translations(translations, out)
        for text in texts:
            if "language" in text.attrs and not is_language(text.attrs["language"]):
                out.append("dtr1-20-CD")
                break


def _collect(node: Node, translations: list[Node], originals: list[Node]) -> None:
    """The translations and original texts at any depth."""
    for kid in node.kids:
        if kid.tag == _TRANSLATION:
            translations.append(kid)
        elif kid.tag == _ORIGINAL_TEXT:
            originals.append(kid)
        if kid.kids:
            _collect(kid, translations, originals)


def _translations(found: list[Node], out: list[str]) -> None:
    broken: set[str] = set()
    for each in found:
        attrs = each.attrs
        if NULL in attrs:
            broken.add("dtr1-10-CD")
        if "code" not in attrs:
            if "codeSystem" in attrs:
                broken.add("dtr1-11-CD")
            if "displayName" in attrs:
                broken.add("dtr1-14-CD")
        if "codeSystem" not in attrs:
            if "codeSystemName" in attrs:
                broken.add("dtr1-12-CD")
            if "codeSystemVersion" in attrs:
                broken.add("dtr1-13-CD")
    if len(found) > 1:
        pairs = {each.attrs.get("code", "") + each.attrs.get("codeSystem", "") for each in found}
        if len(pairs) != len(found):
            broken.add("dtr1-19-CD")
    out += sorted(broken)


def cd_epsos(node: Node, out: list[str]) -> None:
    """Concept descriptor of eHDSI: a code has a name, unless something beside it has no code."""
    if "code" in node.attrs and "displayName" not in node.attrs:
        if not any("code" not in each.attrs or "displayName" in each.attrs for each in node.walk()):
            out.append("dtr1-1-CD.EPSOS")


def ce(node: Node, out: list[str]) -> None:
    """Coded with equivalents: not post-coordinated."""
    if has(node, "qualifier"):
        out.append("dtr1-1-CE")


def ce_epsos(node: Node, out: list[str]) -> None:
    """Coded with equivalents, eHDSI."""
    if has(node, "qualifier"):
        out.append("dtr1-1-CE.EPSOS")


def cs(node: Node, out: list[str]) -> None:
    """Coded simple: a code whose system is fixed elsewhere."""
    attrs = node.attrs
    if (NULL in attrs) == ("code" in attrs or "typeCode" in attrs):
        out.append("dtr1-1-CS")
    if attrs.get("codeSystem", TIMING_EVENT) != TIMING_EVENT:
        out.append("dtr1-2-CS")
    if attrs.get("codeSystemName", "TimingEvent") != "TimingEvent":
        out.append("dtr1-3-CS")
    if "codeSystemVersion" in attrs:
        out.append("dtr1-4-CS")
    if "displayName" in attrs:
        out.append("dtr1-5-CS")
    if node.kids:
        for rule, name in (
            ("dtr1-6-CS", "originalText"),
            ("dtr1-7-CS", "qualifier"),
            ("dtr1-8-CS", "translation"),
        ):
            if has(node, name):
                out.append(rule)
