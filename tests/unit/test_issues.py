"""Numbers of findings: kept apart by their source."""

import pytest

from terminology import issues
from terminology.issues import MEANINGS, Severity, Source


def test_the_same_number_means_two_things():
    shared = {code for source, code in MEANINGS if source is Source.TM} & {
        code for source, code in MEANINGS if source is Source.TSAM
    }
    assert {"4501", "4502", "4503", "4505", "2506", "2507", "2508"} <= shared
    for code in ("4501", "4502", "4503", "4505", "2506", "2507", "2508"):
        assert MEANINGS[Source.TM, code] != MEANINGS[Source.TSAM, code]


def test_a_finding_carries_its_source_and_meaning():
    found = issues.error(Source.TM, "2508", "code")
    assert (found.source, found.code, found.severity) == (Source.TM, "2508", Severity.ERROR)
    assert found.text == "code or code system missing: code"
    assert issues.warning(Source.TSAM, "2507").text == "concept is not a member of the value set"


@pytest.mark.parametrize(("source", "code"), [(Source.TM, "2509"), (Source.TSAM, "4513"), (Source.TSAM, "1")])
def test_a_number_that_its_source_does_not_have_is_refused(source, code):
    with pytest.raises(KeyError):
        issues.error(source, code)


def test_every_number_of_both_layers_has_a_meaning():
    tsam = {code for source, code in MEANINGS if source is Source.TSAM}
    tm = {code for source, code in MEANINGS if source is Source.TM}
    assert tsam == {str(n) for n in (*range(4500, 4511), *range(2502, 2510))}
    assert tm == {
        str(n) for n in (*range(4500, 4504), *range(4505, 4514), *range(2401, 2407), *range(2500, 2509))
    }
