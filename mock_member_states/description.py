"""The service descriptions that a member state publishes: `?wsdl`, and `?xsd=<name>` for what they import."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from mock_member_states.call import Service
from schemas.validate import wsdl_path

_LOCATION = re.compile(rb'schemaLocation="(?:\.\./xsd/)?([A-Za-z0-9._-]+\.xsd)"')
_ADDRESS = re.compile(rb'(<soap12:address location=")[^"]*(")')
_XSD_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*\.xsd")


def document(service: Service, query: Mapping[str, Sequence[str]], address: str) -> bytes | None:
    """The document asked for, or None if the query asks for none that exists.

    Args: address: where the caller reached us; it becomes the address in the WSDL.
    """
    if "wsdl" in query:
        wsdl = _rewritten(wsdl_path(service.removesuffix("_Service")))
        return _ADDRESS.sub(lambda found: found[1] + _escaped(address) + found[2], wsdl)
    name = next(iter(query.get("xsd", ())), "")
    path = wsdl_path("XCA").parent.parent / "xsd" / name
    if not _XSD_NAME.fullmatch(name) or not path.is_file():
        return None
    return _rewritten(path)


@cache
def _rewritten(path: Path) -> bytes:
    """Imports point to this service instead of to neighbouring files."""
    return _LOCATION.sub(lambda found: b'schemaLocation="?xsd=' + found[1] + b'"', path.read_bytes())


def _escaped(text: str) -> bytes:
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").encode()
