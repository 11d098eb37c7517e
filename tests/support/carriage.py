"""Both ends of a connection for tests of carriage: a pool of ours, pairs and scripts for a bad server."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from ncp.connection import Limits, Pool
from ncp.directory import Endpoint
from ncp.exchange import Operation, SoapSender
from ncp.own import Own
from ncp.trust import Trust
from tests.support import keys

NOW = datetime.now(UTC)
FRESH = {"not_before": NOW - timedelta(days=1), "not_after": NOW + timedelta(days=30)}
CA = keys.authority("PT CA now", path_length=0, **FRESH)
PATIENT = Limits(connect=60, read=60, total=60, body=100_000)  # a peer of a test hangs up before


def server_pair(name="server now", *, issuer=CA, dns=("localhost",), eku=keys.BOTH_TLS, **more):
    """What the server shows; good unless something is changed."""
    more = FRESH | more
    return keys.leaf(name, issuer=issuer, dns=dns, eku=eku, **more)


GOOD = server_pair()


def identity(folder) -> Own:
    """Our own side, with an empty folder of revocation lists."""
    authority = keys.authority("NO CA now", country="NO", **FRESH)
    pair = keys.leaf("ncp.no", issuer=authority, country="NO", **FRESH)
    key = pair.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "tls.crt").write_bytes(pair.pem)
    (folder / "tls.key").write_bytes(key)
    (folder / "crl").mkdir()
    return Own(
        country="NO",
        home_community="2.16.578.1.12.4.5.10.1",
        seal_key=pair.key,
        seal=pair.certificate,
        tls=pair.certificate,
        tls_chain=folder / "tls.crt",
        tls_key=folder / "tls.key",
        revocation_lists=folder / "crl",
    )


@contextmanager
def pool_of(own: Own, limits: Limits = PATIENT):
    """A pool that is closed at the end."""
    made = Pool(Trust(own, lambda: datetime.now(UTC)), limits)
    yield made
    made.close()


def at(port, *, anchors=(CA,), host="localhost", country="PT", lenient=False) -> Endpoint:
    """An endpoint on this machine."""
    url = f"https://localhost:{port}/services/XCPD_Service"
    return Endpoint(url, country, host, lenient, tuple(each.certificate for each in anchors))


def ask(pool, endpoint, body=b"<question/>"):
    """One question through the whole of our carriage."""
    return SoapSender(pool)(Operation.IDENTIFY, endpoint, body)


def answers(*replies):
    """A script that answers one request after another on the same connection, then waits."""

    def script(peer):
        for reply in replies:
            if not peer.request():
                return
            peer.say(reply)
        peer.request()

    return script


def silent(peer):
    """A script that hears the question and says nothing."""
    peer.request()
    peer.hold()
