"""Putting a use case's question into a message of the wire."""

from uuid import UUID

from ncp.desk import Desk
from ncp.directory import Peer
from ncp.traits import Traits
from ncp.wire import iti38, iti39, iti55
from ncp.wire.errors import Malformed


def discovery(traits: Traits, peer: Peer, desk: Desk) -> iti55.DiscoveryRequest:
    """Who has these traits in that country?"""
    message, query = UUID(desk.new_id()), UUID(desk.new_id())
    return iti55.DiscoveryRequest(
        receiver=peer.home_community,
        sender=desk.own.home_community,
        message_root=str(message),
        message_extension=f"{message.int % 10**10:010d}",  # OpenNCP's form: ten digits
        query_id=f"2.25.{query.int}",
        created=desk.clock(),
        ids=traits.ids,
        demographics=traits.demographics or iti55.Demographics(),
    )


def request_for(entry: iti38.DocumentEntry, peer: Peer) -> iti39.DocumentRequest:
    """The entry's own ids, verbatim; the country's home community where the list leaves it out.

    Raises: Malformed: the list names no repository, or another country's home community.
    """
    home = entry.home or peer.home_community
    if home.strip().lower().removeprefix("urn:oid:") != peer.home_community:
        raise Malformed(f"the list of {peer.country} names a document of another community")
    if not entry.repository:
        raise Malformed(f"the list of {peer.country} names no repository for the document")
    return iti39.DocumentRequest(f"urn:oid:{peer.home_community}", entry.repository, entry.unique_id)
