"""Arbitrary prescriptions within what the templates allow: every dosing form, packages, kits, ingredients."""

from hypothesis import strategies as st

from cda.build import Posology, PrescribedItem
from cda.datatypes import (
    Coded,
    Combination,
    EventBound,
    Identifier,
    Moment,
    Period,
    Periodic,
    Quantity,
    Range,
    Ratio,
    Text,
    Time,
)
from cda.product import Ingredient, KitPart, Package, Product
from terminology import code_systems as systems
from tests.support.content import atc, coded, edqm, organisation

words = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=30).filter(
    lambda said: not said.startswith("#")
)
numbers = st.decimals(min_value="0.01", max_value="9999", places=2, allow_nan=False).map(str)
whole = st.integers(1, 500).map(str)
days = st.dates().map(lambda day: day.strftime("%Y%m%d")).filter(lambda day: len(day) == 8)
units = st.sampled_from(["mg", "mL", "g", "ug", "[IU]", "1", "[drp]"])
time_units = st.sampled_from(["min", "h", "d", "wk", "mo", "a"])
forms = st.sampled_from([edqm("10219000", "Tablet"), edqm("50060000", "Solution for injection")])
containers = st.sampled_from(
    [edqm("30009000", "Box"), edqm("30007000", "Blister"), edqm("30008000", "Bottle")]
)
substances = st.sampled_from([atc("N02BE01", "paracetamol"), atc("A10AE04", "insulin glargine")])
routes = st.sampled_from([edqm("20053000", "Oral use"), edqm("20066000", "Subcutaneous use")])
events = st.sampled_from(
    ["AC", "ACD", "ACM", "ACV", "HS", "IC", "ICD", "ICM", "ICV", "PC", "PCD", "PCM", "PCV"]
)
ids = st.builds(Identifier, st.just("2.999.620.1"), st.none() | words)


@st.composite
def worded(draw, value=numbers, unit=units):
    """An amount, some of them with the producer's own word for the unit."""
    amount, stated = draw(value), draw(unit)
    word = draw(st.none() | words)
    if word is None:
        return Quantity(amount, stated)
    return Quantity(amount, stated, word=Text(word), translations=(Coded(original=Text(word)),))


plain_amounts = st.builds(Quantity, numbers, units)
doses = worded() | st.builds(
    lambda ends, unit: Range(Quantity(min(ends, key=float), unit), Quantity(max(ends, key=float), unit)),
    st.tuples(numbers, numbers),
    units,
)
lengths = st.builds(Quantity, whole, time_units)
points = st.builds(Time, days)


@st.composite
def spans(draw):
    """An interval: from, until, both, or from and how long."""
    low, high = sorted((draw(days), draw(days)))
    kind = draw(st.sampled_from(["low", "high", "both", "width", "open"]))
    if kind == "low":
        return Period(low=Time(low))
    if kind == "high":
        return Period(high=Time(high))
    if kind == "width":
        return Period(low=Time(low), width=draw(lengths))
    if kind == "open" or low == high:
        return Period(low=Time(low), high=Time(null="NA"))
    return Period(low=Time(low), high=Time(high))


def periodic(operator):
    phase = st.none() | st.builds(lambda low, width: Period(low=low, width=width), points, lengths)
    return st.builds(Periodic, lengths, phase, st.booleans(), operator)


def event_bound(operator):
    offset = st.none() | st.builds(Range, lengths) | st.builds(lambda low: Range(low=low), lengths)
    event = st.builds(lambda code: Coded(code, systems.TIMING_EVENT), events)
    return st.builds(EventBound, event, offset, operator)


def moments(operator):
    period = st.builds(Period, points) | spans()
    return st.builds(Moment, period, operator)


operators = st.none() | st.sampled_from(["I", "A"])
inner = st.one_of(periodic(operators), event_bound(operators), moments(operators))
combined = st.builds(
    Combination,
    st.lists(inner, min_size=2, max_size=4).map(tuple),
    st.just("A"),
)
timings = st.one_of(periodic(st.just("A")), event_bound(st.just("A")), moments(st.just("A")), combined)
posologies = st.builds(
    Posology,
    period=st.none() | spans(),
    timings=st.lists(timings, max_size=3, unique=True).map(tuple),
    dose=st.none() | doses,
    rate=st.none() | st.builds(Quantity, numbers, st.just("mL/h")),
    maximum=st.none() | st.builds(Ratio, plain_amounts, lengths),
    condition=st.none() | words,
)
strengths = st.builds(Ratio, plain_amounts, plain_amounts)
#: A code that is missing with its flavour, and one that only the country has.
unmapped = st.builds(
    lambda code, said: Coded(
        null="OTH", original=Text(said), translations=(coded("2.999.620.2", code, said),)
    ),
    st.from_regex(r"[A-Z0-9]{1,8}", fullmatch=True),
    words,
)
missing = st.sampled_from(["NI", "UNK", "MSK", "NA"]).map(lambda null: Coded(null=null))


def ingredients_of(codes, names):
    """Ingredients with a strength."""
    return st.builds(Ingredient, st.tuples(codes), names, st.tuples(strengths), st.just("ACTI"))


named = st.tuples(st.builds(Text, words))
ingredients = ingredients_of(substances, st.just(()) | named) | ingredients_of(missing | unmapped, named)
packages = st.builds(
    Package,
    st.tuples(worded(whole)),
    st.just(()) | st.tuples(st.builds(lambda code: coded("2.999.620.20", code, "package"), words)),
    st.just(()),
    st.just(()) | st.tuples(st.builds(Text, words)),
    st.tuples(containers),
)
chains = st.lists(packages, min_size=1, max_size=3).map(tuple)
simple = st.builds(
    Product,
    names=st.tuples(st.builds(Text, words)),
    descriptions=st.just(()) | st.tuples(st.builds(Text, words)),
    forms=st.tuples(forms),
    kinds=st.tuples(substances | missing | unmapped),
    ingredients=st.lists(ingredients, min_size=1, max_size=4).map(tuple),
    packages=chains,
    holders=st.just(()) | st.tuples(st.builds(organisation, words, words)),
)
parts = st.builds(
    KitPart,
    st.builds(Quantity, whole, st.just("1")),
    st.builds(
        Product,
        names=st.tuples(st.builds(Text, words)),
        forms=st.tuples(forms),
        ingredients=st.lists(ingredients, min_size=1, max_size=2).map(tuple),
        packages=chains,
    ),
)
kits = st.builds(
    Product,
    names=st.tuples(st.builds(Text, words)),
    forms=st.tuples(forms),
    kinds=st.tuples(substances),
    packages=chains,
    parts=st.lists(parts, min_size=1, max_size=3).map(tuple),
)
substitution = st.sampled_from(["N", "G", "TE"]).map(
    lambda code: coded(systems.SUBSTITUTION, code, "substitution")
)


def items_of(products):
    """Prescribed items of some products."""
    return st.builds(
        PrescribedItem,
        id=ids,
        product=products,
        posology=posologies,
        route=st.none() | routes,
        packages=st.integers(1, 99),
        substitution=st.none() | substitution,
        reason=st.none() | st.just(coded(systems.ICD_10, "R51", "Headache")),
        patient_instructions=st.none() | words,
        dispenser_instructions=st.none() | words,
        status=st.sampled_from(["active", "completed"]),
    )


items = items_of(simple | kits)
#: Before Wave 6 the amount of a part in a kit is a ratio, so that no kit comes back exactly as it was given.
items_to_wave_5 = items_of(simple)
