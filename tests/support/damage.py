"""Ways to damage what a country answers, one thing at a time."""

import base64
from dataclasses import replace

from ncp.exchange import Operation
from ncp.patient_summary import confirm, identify
from tests.support.chain import RICH


def related(made, country="PT", patient=None, login=None):
    """A confirmed relationship with the rich patient."""
    login = login or made.login()
    peer = made.peers[country]
    (candidate,) = identify(made.traits(country, patient or RICH[country].extension), peer, login, made.desk)
    return confirm(candidate, peer, login, made.desk, notice_offered=True)


def altered(operation, *changes):
    """A damage that replaces bytes in the answer to one operation."""

    def damage(asked, answer):
        if asked is not operation:
            return answer
        body = answer.body
        for old, new in changes:
            assert old in body, f"{old!r} is not in the answer"
            body = body.replace(old, new)
        return replace(answer, body=body)

    return damage


def rewritten(change):
    """A damage of a document that travels as base64 (profiles 8 and 9): `change` turns bytes into others."""

    def damage(asked, answer):
        if asked is not Operation.RETRIEVE:
            return answer
        before, rest = answer.body.split(b"Document>", 1)
        encoded, after = rest.split(b"</", 1)
        content = change(base64.b64decode(encoded))
        return replace(answer, body=before + b"Document>" + base64.b64encode(content) + b"</" + after)

    return damage


def in_document(*changes):
    """A damage inside a document that travels as base64 (profiles 8 and 9)."""

    def change(content):
        for old, new in changes:
            assert old in content, f"{old!r} is not in the document"
            content = content.replace(old, new)
        return content

    return rewritten(change)


def raising(error):
    """A damage that withholds every answer."""

    def damage(operation, answer):
        raise error

    return damage
