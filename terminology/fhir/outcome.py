"""OperationOutcome: how a FHIR server says what went wrong.

Source: FHIR R4, OperationOutcome and its issue types; the HTTP status of each is chosen as R4 http.html says.
"""

from typing import Any

from terminology.issues import Issue, Severity

Resource = dict[str, Any]
_LONGEST = 500


class FhirError(Exception):
    """A request that is answered with an OperationOutcome. `code` is an R4 issue type."""

    def __init__(self, status: int, code: str, text: str, parameter: str | None = None) -> None:
        super().__init__(text)
        self.status, self.code, self.text, self.parameter = status, code, text[:_LONGEST], parameter

    @property
    def resource(self) -> Resource:
        """The OperationOutcome."""
        issue: Resource = {"severity": "error", "code": self.code}
        issue["details"] = {"text": self.text}
        issue["diagnostics"] = self.text
        if self.parameter is not None:
            issue["expression"] = [f"Parameters.parameter.where(name='{self.parameter}')"]
        return {"resourceType": "OperationOutcome", "issue": [issue]}


def invalid(text: str, parameter: str | None = None) -> FhirError:
    """400: the value cannot be what the parameter wants."""
    return FhirError(400, "value", text, parameter)


def required(text: str, parameter: str | None = None) -> FhirError:
    """400: something that has to be there is not."""
    return FhirError(400, "required", text, parameter)


def not_supported(text: str, parameter: str | None = None) -> FhirError:
    """400: R4 knows it, this server does not."""
    return FhirError(400, "not-supported", text, parameter)


def not_found(text: str, parameter: str | None = None) -> FhirError:
    """404: no such code, code system, value set, concept map or release here."""
    return FhirError(404, "not-found", text, parameter)


def sentence(issue: Issue) -> str:
    """A finding of a look-up in one line, e.g. `warning TSAM 4502 code system version unknown: ATC 2016`."""
    severity = "error" if issue.severity is Severity.ERROR else "warning"
    return f"{severity} {issue.source} {issue.code} {issue.text}"
