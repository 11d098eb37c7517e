"""The endpoint table that the contact point reads, written from what the countries are."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from mock_member_states import atomic_file
from mock_member_states.country import Country, Identifier

BASE_PATH = "/openncp-ws-server/services"


def content(countries: Sequence[Country], ports: Mapping[str, int]) -> str:
    """TOML with one `[countries.XX]` table per member state.

    Args: ports: by country code. Anchors are named relative to `<data>/no/`, where the file lies.
    """
    parts = ["# Written at each start of the simulated Europe; changes are lost.\n"]
    for country in countries:
        url = f"https://localhost:{ports[country.code]}{BASE_PATH}"
        low = country.code.lower()
        names = ", ".join(f"{key} = {_text(value)}" for key, value in country.names.model_dump().items())
        parts.append(
            f"""
[countries.{country.code}]
names = {{ {names} }}
home_community = {_text(country.home_community)}
wire_profile = {_text(country.wire_profile)}
xcpd = {_text(f"{url}/XCPD_Service")}
xca = {_text(f"{url}/XCA_Service")}
server_name = "localhost"
anchors_tls = {_text(f"../pki/no/trust/tls/{low}.crt")}
anchors_seal = {_text(f"../pki/no/trust/seal/{low}.crt")}
eku = "strict"
services = {_texts(country.services)}
languages = {_texts(country.languages)}
"""
        )
        parts += [_identifier(country.code, item) for item in country.identifiers]
    return "".join(parts)


def write(data: Path, countries: Sequence[Country], ports: Mapping[str, int]) -> Path:
    """Put the table to `<data>/no/directory.toml`.  Raises: OSError."""
    path = data / "no" / "directory.toml"
    atomic_file.write(path, content(countries, ports).encode())
    return path


def _identifier(code: str, item: Identifier) -> str:
    lines = [f"\n[[countries.{code}.identifiers]]"]
    for key, value in item.model_dump(exclude_none=True).items():
        lines.append(f"{key} = {str(value).lower() if isinstance(value, bool) else _text(value)}")
    return "\n".join(lines) + "\n"


def _text(value: str) -> str:
    return json.dumps(str(value), ensure_ascii=False)  # a JSON string is a TOML basic string


def _texts(values: Sequence[str]) -> str:
    return "[" + ", ".join(map(_text, values)) + "]"
