"""The only network access of the use cases: a finished envelope goes out, the raw answer comes back.

zeep carries the SOAP: operation, action and SOAP version come from our WSDL, the envelope goes in finished,
so that assertions leave byte for byte as they were signed. Underneath are kept-alive mutual-TLS connections.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from time import monotonic
from typing import Any, Protocol

from zeep import Client
from zeep.transports import Transport

from ncp.connection import HttpAnswer, Pool
from ncp.directory import Endpoint
from ncp.wire import iti38, iti39, iti55
from ncp.wire.errors import Malformed, NcpError, Unreachable
from schemas.validate import wsdl_path

_SOAP_TYPES = ("application/soap+xml", "multipart/related")


class Operation(Enum):
    """What can be asked: its name in evidence, the WSDL that declares it, its action."""

    IDENTIFY = ("identify", "XCPD", iti55.ACTION)
    LIST = ("list", "XCA", iti38.ACTION)
    RETRIEVE = ("retrieve", "XCA", iti39.ACTION)

    def __init__(self, label: str, wsdl: str, action: str) -> None:
        self.label, self.wsdl, self.action = label, wsdl, action


class Send(Protocol):
    """Send one finished envelope and wait for the answer.

    Raises: Stale: a kept connection was closed before the first byte of the answer; nothing else is worth a
            second try. Unreachable, Malformed, Untrusted.
    """

    def __call__(self, operation: Operation, to: Endpoint, request: bytes) -> HttpAnswer: ...


@dataclass(frozen=True, slots=True)
class Exchange:
    """One exchange as it went over the wire, answered or not: the evidence of a test."""

    operation: Operation
    to: Endpoint
    request: bytes = field(repr=False)
    answer: HttpAnswer | None = field(repr=False)
    seconds: float
    error: str | None = None  # eHDSI code of the failure

    @property
    def response(self) -> bytes | None:
        """The body exactly as received, without transfer coding."""
        return self.answer.body if self.answer else None


def recording(send: Send, log: list[Exchange]) -> Send:
    """Wrap `send` so that every exchange is kept, answered or not."""

    def recorded(operation: Operation, to: Endpoint, request: bytes) -> HttpAnswer:
        started, answer, code = monotonic(), None, None
        try:
            answer = send(operation, to, request)
            return answer
        except NcpError as error:
            code = str(error.code)
            raise
        finally:
            log.append(Exchange(operation, to, request, answer, monotonic() - started, code))

    return recorded


class _Carrier(Transport):
    """zeep's transport over our own connections. It loads our WSDL files and nothing from anywhere else."""

    def __init__(self, pool: Pool) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._pool = pool

    def load(self, url: str) -> bytes:
        if "://" in url and not url.startswith("file://"):
            raise ValueError(f"our WSDL must not refer to {url}")
        return bytes(super().load(url))  # type: ignore[no-untyped-call]

    def post(self, address: Endpoint, message: bytes, headers: Mapping[str, str]) -> HttpAnswer:
        """Post to an endpoint: an address alone would not say whom to trust there."""
        return self._pool.post(address, message, headers)


class SoapSender:
    """`Send` over mutual TLS. Everything that can be built once is built here. Thread-safe."""

    def __init__(self, pool: Pool) -> None:
        """Raises: LookupError: our WSDL does not declare an operation."""
        self._carrier = _Carrier(pool)
        self._headers: dict[Operation, dict[str, str]] = {}
        for name in {operation.wsdl for operation in Operation}:
            client = Client(str(wsdl_path(name)), transport=self._carrier)  # type: ignore[no-untyped-call]
            declared = _declared_actions(client)
            for operation in Operation:
                if operation.wsdl == name:
                    if operation.action not in declared:
                        raise LookupError(f"{name}.wsdl does not declare {operation.action}")
                    self._headers[operation] = _headers(operation.action)

    def __call__(self, operation: Operation, to: Endpoint, request: bytes) -> HttpAnswer:
        answer = self._carrier.post(to, request, self._headers[operation])
        _require_soap(answer, to)
        return answer


def _declared_actions(client: Any) -> frozenset[str]:
    """The SOAP actions of every operation of a WSDL."""
    return frozenset(
        each.soapaction
        for service in client.wsdl.services.values()
        for port in service.ports.values()
        for each in port.binding.all().values()
    )


def _headers(action: str) -> dict[str, str]:
    return {
        "Content-Type": f'application/soap+xml; charset=UTF-8; action="{action}"',
        "Accept": ", ".join(_SOAP_TYPES),
        "User-Agent": "ncp-norway",
    }


def _require_soap(answer: HttpAnswer, to: Endpoint) -> None:
    """A SOAP body is read whatever the status; anything else is judged by its status.

    Source: SOAP 1.2 HTTP binding: faults come with 400 or 500.
    """
    media_type = (answer.header("Content-Type") or "").split(";")[0].strip().lower()
    if media_type in _SOAP_TYPES and not 300 <= answer.status < 400:
        return
    at = f"{to.country} ({to.host}:{to.port})"
    if 300 <= answer.status < 400:
        raise Malformed(f"{at} redirects elsewhere (HTTP {answer.status}); not followed")
    if answer.status in (429, 502, 503, 504):
        raise Unreachable(f"{at} is not available (HTTP {answer.status})")
    raise Malformed(
        f"{at} answers HTTP {answer.status} with {media_type[:60] or 'no content type'}, not SOAP"
    )
