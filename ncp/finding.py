"""Something a clinician or tester should see that does not stop the use case."""

from dataclasses import dataclass
from enum import StrEnum


class Source(StrEnum):
    """Who found it."""

    SCHEMA = "schema"  # an answer breaks its schema but could be read by name
    WIRE = "wire"  # an answer is unusual in a way that the profile names
    COUNTRY = "country"  # the country reports it: a warning, a transcoding problem
    DOCUMENT = "document"  # the document differs from what the list said of it
    TERMINOLOGY = "terminology"  # a code without Norwegian text


@dataclass(frozen=True, slots=True)
class Finding:
    """`code` is the eHDSI code where there is one; `text` is for testers and may hold national detail."""

    source: Source
    code: str
    text: str
    where: str = ""
