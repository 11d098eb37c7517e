"""Changing the tree of an assertion before it is read again."""

from __future__ import annotations

from lxml import etree

from schemas.namespaces import SAML, q
from schemas.xml import parse

SUBJECT_ID = "urn:oasis:names:tc:xspa:1.0:subject:subject-id"


def attributes(tree) -> dict:
    """Name -> (FriendlyName, [AttributeValue])."""
    statement = tree.find(q(SAML, "AttributeStatement"))
    return {el.get("Name"): (el.get("FriendlyName"), list(el)) for el in statement}


def again(tree):
    return parse(etree.tostring(tree, encoding="UTF-8"))


def changed(assertion, change):
    tree = assertion.to_xml()
    change(tree)
    return type(assertion).from_xml(again(tree))


def value_of(tree, name):
    return attributes(tree)[name][1][0]


def rename(old, new):
    def change(tree):
        value_of(tree, old).getparent().set("Name", new)

    return change
