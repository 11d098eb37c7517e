"""Arbitrary entries of summaries: everything optional left out or not, values of every type."""

from hypothesis import strategies as st

from cda.build import Allergy, DeviceInUse, Observed, Problem, ProcedureDone, Reaction, VitalSigns
from cda.datatypes import Coded, Flag, Identifier, Period, Qualifier, Quantity, Range, Ratio, Text
from cda.parts import ReferenceRange
from tests.support.content_strategies import (
    missing,
    numbers,
    plain_amounts,
    points,
    spans,
    unmapped,
    whole,
    words,
)
from tests.support.summary_content import ALLERGY, LEFT, PROBLEM, PROCEDURE, TOBACCO, snomed

ids = st.builds(Identifier, st.just("2.999.620.1"), st.none() | words)
onsets = st.none() | spans()
codes = st.sampled_from([snomed("126485001", "Urticaria"), snomed("41291007", "Angioedema")])
maybe = st.none() | codes
reactions = st.builds(Reaction, ids, codes | unmapped | missing, maybe, onsets)
allergies = st.builds(
    Allergy,
    ids,
    ids,
    st.just(ALLERGY.kind),
    codes | unmapped | missing,
    onsets,
    st.lists(reactions, max_size=3).map(tuple),
    st.none() | st.just(ALLERGY.criticality),
    st.none() | st.just(ALLERGY.certainty),
    st.none() | st.just(ALLERGY.status),
    st.sampled_from(["active", "suspended", "aborted", "completed"]),
)
problems = st.builds(
    Problem,
    ids,
    ids,
    st.just(PROBLEM.diagnosis) | unmapped | missing,
    st.just(PROBLEM.kind),
    onsets,
    maybe,
    st.none() | st.just(PROBLEM.certainty),
    st.none() | st.just(PROBLEM.status),
    st.none() | st.just(PROBLEM.outcome),
    st.sampled_from(["active", "completed"]),
)
sites = st.sampled_from(
    [
        PROCEDURE.site,
        snomed("29836001", "Hip region structure"),
        Coded(null="UNK", qualifiers=(LEFT,)),
        Coded("1", "2.999.5", display="two", qualifiers=(LEFT, Qualifier(LEFT.name, LEFT.value))),
    ]
)
moments = st.none() | st.builds(Period, points) | spans()
procedures = st.builds(ProcedureDone, ids, codes | unmapped | missing, moments, st.none() | sites)
devices = st.builds(DeviceInUse, ids, codes | unmapped, st.lists(ids, max_size=3).map(tuple), onsets)
ranges = st.builds(lambda low: Range(low=low), plain_amounts) | st.builds(
    lambda low, high, unit: Range(low=Quantity(low, unit), high=Quantity(high, unit)),
    numbers,
    numbers,
    st.sampled_from(["mg", "mL"]),
)
values = st.one_of(
    codes,
    missing,
    plain_amounts,
    st.builds(Quantity, whole, kind=st.just("INT")),
    st.builds(Quantity, numbers, kind=st.just("REAL")),
    ranges,
    st.builds(Ratio, plain_amounts, plain_amounts),
    st.builds(Text, words),
    st.builds(Flag, st.sampled_from(["true", "false"])),
    st.builds(Period, points),
    spans(),
    ids,
)
references = st.none() | st.builds(
    lambda value, said: ReferenceRange((value,), (), (Text(said),)), ranges, words
)
observed = st.builds(Observed, ids, st.just(TOBACCO.code), values, moments, maybe, references)
vital_signs = st.builds(
    VitalSigns, ids, st.builds(Period, points), st.lists(observed, min_size=1, max_size=4).map(tuple)
)
#: Section code and an entry of it.
entries = st.one_of(
    st.tuples(st.just("48765-2"), allergies),
    st.tuples(st.just("11450-4"), problems),
    st.tuples(st.just("47519-4"), procedures),
    st.tuples(st.just("46264-8"), devices),
    st.tuples(st.just("29762-2"), observed),
    st.tuples(st.just("8716-3"), vital_signs),
)
