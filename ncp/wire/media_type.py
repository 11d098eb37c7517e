"""Media types with parameters, as Content-Type carries them.

Source: RFC 9110, 8.3; RFC 2045, 5.1.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ncp.wire.errors import NotValid, NotValidKind

SOAP = "application/soap+xml"
XOP = "application/xop+xml"
MULTIPART_RELATED = "multipart/related"
_LONGEST = 4096
_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_TYPE = re.compile(rf"\s*({_TOKEN}/{_TOKEN})\s*", re.ASCII)
# Tolerated outside quotes: characters of unquoted ids and URIs that some stacks write, except separators.
_PARAMETER = re.compile(
    rf';\s*(?:({_TOKEN})\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]+))\s*)?', re.ASCII | re.DOTALL
)


@dataclass(frozen=True, slots=True)
class MediaType:
    """`name` in lower case; parameter names in lower case, values unquoted and as they came."""

    name: str
    parameters: Mapping[str, str]


def parse(value: str) -> MediaType:
    """Read a Content-Type.

    Raises:  NotValid: not a media type, a parameter occurs twice, or the value is absurdly long.
    """
    match = _TYPE.match(value) if len(value) <= _LONGEST else None
    if match is None:
        raise _not_valid("is not a media type")
    parameters: dict[str, str] = {}
    at = match.end()
    while at < len(value):
        found = _PARAMETER.match(value, at)
        if found is None:
            raise _not_valid("has a malformed parameter")
        at = found.end()
        if found[1] is None:
            continue
        name = found[1].lower()
        if name in parameters:
            raise _not_valid(f"has the parameter {name[:64]} twice")
        parameters[name] = (
            found[3] if found[2] is None else re.sub(r"\\(.)", r"\1", found[2], flags=re.DOTALL)
        )
    return MediaType(match[1].lower(), MappingProxyType(parameters))


def soap_content_type(action: str) -> str:
    """Content-Type of a plain SOAP 1.2 message."""
    return f'{SOAP}; charset=UTF-8; action="{action}"'


def action_of(content_type: str, soap_action: str | None = None) -> str | None:
    """The action that HTTP names: parameter `action`, else the SOAPAction header that some testers send.

    Raises:  NotValid: the Content-Type cannot be read.
    """
    action = parse(content_type).parameters.get("action")
    return (action or (soap_action or "").strip().strip('"')) or None


def _not_valid(what: str) -> NotValid:
    return NotValid(what, where="Content-Type", kind=NotValidKind.MIME)
