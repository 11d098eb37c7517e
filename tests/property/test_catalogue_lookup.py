"""Whatever a document says, a look-up answers, invents nothing and stays inside the code system."""

from hypothesis import given
from hypothesis import strategies as st

from terminology.concept import Concept
from terminology.issues import Severity
from terminology.seed import seed_catalogue

CATALOGUE = seed_catalogue()
MEMBERS = [member for oid in sorted(CATALOGUE.value_sets) for member in CATALOGUE.members(oid)]
LANGUAGES = st.sampled_from(["nb-NO", "nb", "no", "no-NO", "nn-NO", "nn", "en", "en-GB", "fi-FI"])
SYSTEMS = st.sampled_from([*CATALOGUE.code_systems, *CATALOGUE.value_sets]) | st.text(max_size=40)
CODES = st.sampled_from([member.code for member in MEMBERS]) | st.text(max_size=40)
MAYBE_TEXT = st.none() | st.text(max_size=40)
SETS = st.none() | st.sampled_from(sorted(CATALOGUE.value_sets)) | st.text(max_size=40)


@given(CODES, SYSTEMS, MAYBE_TEXT, LANGUAGES, SETS, MAYBE_TEXT)
def test_every_question_has_an_answer(code, system, version, language, value_set, name):
    answer = CATALOGUE.lookup(Concept(code, system, version), language, value_set, name)
    own = {
        (member.code, designation.text)
        for member in (MEMBERS if answer.text else ())
        if member.system == answer.system
        for designation in member.designations
    }
    assert answer.text is None or (code, answer.text) in own
    assert (answer.text is None) == (answer.language is None) == (answer.designation is None)
    assert answer.text is not None or (answer.issue and answer.issue.severity is Severity.ERROR)
    severities = [issue.severity for issue in answer.issues]
    assert severities == sorted(severities)  # "error" before "warning"
    assert all(len(issue.text) < 300 for issue in answer.issues)


@given(st.sampled_from(MEMBERS), LANGUAGES)
def test_every_concept_of_the_seed_is_found(member, language):
    if member.system.oid is None:
        return
    concept = Concept(member.code, member.system.oid, member.version)
    for value_set in member.value_sets:
        answer = CATALOGUE.lookup(concept, language, value_set, member.system.name)
        assert answer.english == member.designations[0].text
        assert {issue.code for issue in answer.issues} <= {"4505", "2505"}
        assert value_set in answer.value_sets and CATALOGUE.is_member(concept, value_set)


@given(st.sampled_from(MEMBERS), st.sampled_from(["nb", "no", "no-NO", "nb-NO", "NB-no"]))
def test_every_spelling_of_norwegian_gives_the_same_text(member, spelling):
    concept = Concept(member.code, member.system.oid or "", None)
    assert CATALOGUE.lookup(concept, spelling) == CATALOGUE.lookup(concept, "nb-NO")
