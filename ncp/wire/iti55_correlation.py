"""Whether an answer to a patient discovery answers the very question that was asked.

An answer that was meant for another question names another patient. The envelope's RelatesTo says so, but it
may be missing; the message itself repeats its question, too. Source: wire specification 5.2.
"""

from ncp.wire.errors import NotValid
from ncp.wire.findings import Finding
from ncp.wire.iti55 import DiscoveryRequest, DiscoveryResponse
from ncp.wire.xcpd_transmission import Instance


def check_answers(question: DiscoveryRequest, answer: DiscoveryResponse) -> tuple[Finding, ...]:
    """Compare what the answer repeats with the question.

    Only the id of the message decides: some stacks write a constant where the query's id belongs, and a
    country may repeat an identifier in another spelling.

    Returns: what else differs.
    Raises:  NotValid: `targetMessage` is another message.
    """
    asked = Instance(question.message_root, question.message_extension)
    if answer.request is not None and not _same(asked, answer.request):
        raise NotValid("the answer belongs to another request", where="acknowledgement/targetMessage")
    query = Instance(question.query_id, question.query_extension)
    differing = {
        "queryAck/queryId": answer.query is not None and not _same(query, answer.query),
        "queryByParameter": bool(answer.asked_ids) and not set(answer.asked_ids) & set(question.ids),
        "sender": answer.sender not in (None, question.receiver),
        "receiver": answer.receiver not in (None, question.sender),
    }
    return tuple(Finding(where, "is not that of the question") for where, found in differing.items() if found)


def _same(one: Instance, other: Instance) -> bool:
    """UUIDs have no case; an extension that was left out contradicts nothing."""
    if None not in (one.extension, other.extension) and one.extension != other.extension:
        return False
    return one.root.lower() == other.root.lower()
