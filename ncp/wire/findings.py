"""What is wrong in an answer that could be read all the same."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """A deviation from the profile, kept for the tester.

    Attributes:
        where: element path or name of the field concerned; no patient data.
        what:  the deviation in words. Texts of the schema validator can quote a value, so a finding
               belongs on a tester's page and in evidence, not in a log.
    """

    where: str
    what: str
