"""P9: refusing bad input costs a member state no more than a good request."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import lxml.etree as etree

from mock_member_states.answer import answer
from mock_member_states.call import Call, Service
from tests.benchmarks.goals import Goal
from tests.benchmarks.timing import medians
from tests.support.chain import RICH, Asker, MemberStateForTests, Role, identity

LARGE = 16 * 1024 * 1024


def measure() -> list[Goal]:
    """Good list request against the same with a broken signature, a DOCTYPE, and 16 MB of elements."""
    with tempfile.TemporaryDirectory() as name:
        member = MemberStateForTests.load("FI", Path(name))
        asker = Asker(member, now=datetime.now(UTC))
        client = identity("NO", Role.TLS).certificate

        def asked(change=lambda body: body):
            def job() -> int:
                call = Call(Service.XCA, "application/soap+xml; charset=UTF-8", None, change(fresh()), client)
                given = answer(
                    call, member.state, now=datetime.now(UTC), new_id=lambda: f"urn:uuid:{uuid4()}"
                )
                return given.status

            return job

        template = asker.list_bytes(RICH["FI"])
        own_id = template.split(b"MessageID")[1].split(b">", 1)[1].split(b"<")[0]

        def fresh() -> bytes:
            return template.replace(own_id, f"urn:uuid:{uuid4()}".encode())

        large = b"<a>" + b"<b/>" * (LARGE // 4 - 2) + b"</a>"
        parser = etree.XMLParser(huge_tree=True)
        taken = medians(
            {
                "good": asked(),
                "signature": asked(lambda body: body.replace(b"</saml2:NameID>", b"x</saml2:NameID>", 1)),
                "doctype": asked(lambda body: body.replace(b"?>", b"?><!DOCTYPE a>", 1)),
            }
        )
        slow = medians(
            {"large": asked(lambda body: large), "parse": lambda: etree.fromstring(large, parser)},
            rounds=5,
            repeat=1,
        )
    good = taken["good"]
    return [
        Goal("P9-sig", "refusing a broken signature", taken["signature"] / good, 1.0, "good requests"),
        Goal("P9-doctype", "refusing a DOCTYPE", taken["doctype"] / good, 1.0, "good requests"),
        Goal("P9-16MB", "refusing 16 MB", slow["large"] / slow["parse"], 2.0, "parses"),
    ]
