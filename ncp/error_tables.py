"""What a failure is called outside: its HTTP status for the portal, its exit code for the command line."""

from collections.abc import Mapping
from types import MappingProxyType

from ncp.audit_event import AuditFailed
from ncp.policy import NotPermitted
from ncp.wire.errors import Malformed, NcpError, PeerFault, Refused, Unreachable, Untrusted

HTTP_STATUS: Mapping[type[NcpError], int] = MappingProxyType(
    {
        NotPermitted: 403,
        Refused: 422,  # the input is understood and cannot be sent
        Unreachable: 504,
        Malformed: 502,
        Untrusted: 502,
        PeerFault: 424,  # asked, answered, and the answer is no
        AuditFailed: 503,
        NcpError: 500,
    }
)

EXIT_CODE: Mapping[type[NcpError], int] = MappingProxyType(
    {
        Refused: 3,
        Unreachable: 4,
        Malformed: 5,
        Untrusted: 6,
        PeerFault: 7,
        NcpError: 8,
    }
)
USAGE = 2  # nonsense arguments; the library's own number
SETUP = 9  # our own files are missing or damaged


def http_status(error: NcpError) -> int:
    """The status of the nearest class in the table."""
    return next(HTTP_STATUS[kind] for kind in type(error).__mro__ if kind in HTTP_STATUS)


def exit_code(error: NcpError) -> int:
    """The exit code of the nearest class in the table."""
    return next(EXIT_CODE[kind] for kind in type(error).__mro__ if kind in EXIT_CODE)
