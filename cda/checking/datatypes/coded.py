"""Coded values: CD, CE, CS and their eHDSI flavours."""

import re
from typing import Final

from ..tree import Node
from .parts import NULL, has, inside, is_null, kids, siblings

TIMING_EVENT: Final = "2.16.840.1.113883.5.139"
_BREAK: Final = re.compile(r"[\t\n\r]")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[a-z]{2})?|[ix]-", re.IGNORECASE)


def is_language(tag: str) -> bool:
    """Whether it begins like a language tag; the published check does not look at the end."""
    return _LANGUAGE.match(tag) is not None


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
        elif any(s.attrs.get("code") == code and s.attrs.get("codeSystem") == system for s in siblings(node)):
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
        _translations(list(inside(node, "translation")), out)
        languages = [
            text.attrs["language"] for text in inside(node, "originalText") if "language" in text.attrs
        ]
        if not all(map(is_language, languages)):
            out.append("dtr1-20-CD")


def _translations(found: list[Node], out: list[str]) -> None:
    if any(map(is_null, found)):
        out.append("dtr1-10-CD")
    for rule, attribute, needed in (
        ("dtr1-11-CD", "codeSystem", "code"),
        ("dtr1-12-CD", "codeSystemName", "codeSystem"),
        ("dtr1-13-CD", "codeSystemVersion", "codeSystem"),
        ("dtr1-14-CD", "displayName", "code"),
    ):
        if any(attribute in each.attrs and needed not in each.attrs for each in found):
            out.append(rule)
    pairs = [each.attrs.get("code", "") + each.attrs.get("codeSystem", "") for each in found]
    if len(set(pairs)) != len(pairs):
        out.append("dtr1-19-CD")


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
