"""Mappings: only active ones, one target, checked against the release; every gap has its number."""

import pytest

from terminology import code_systems as systems
from terminology.concept import Concept
from terminology.issues import Source
from terminology.mapping import (
    COLUMNS,
    ConceptMapping,
    Mappings,
    MappingStatus,
    Relationship,
    Transcoded,
    read_mappings,
)
from terminology.seed import seed_catalogue

HOME = "2.999.620.31"
TABLET = Concept("10219000", systems.EDQM)


def mapping(code="COMP", target=TABLET, **more):
    return ConceptMapping(Concept(code, HOME), "Comprimido", target, **more)


def held(*mappings):
    return Mappings.of(seed_catalogue(), mappings)


def numbers(found: Transcoded):
    return [(issue.source, issue.code) for issue in found.issues]


def test_a_national_concept_becomes_that_of_the_catalogue_with_its_version():
    found = held(mapping()).transcode(Concept("COMP", HOME))
    assert (found.concept, found.text) == (Concept("10219000", systems.EDQM, "2025-01-07"), "Tablet")
    assert (found.system_name, found.issues) == ("EDQM Standard Terms", ())
    assert found.mapping.relationship is Relationship.EQUIVALENT


def test_a_concept_of_the_catalogue_needs_no_mapping():
    found = held(mapping()).transcode(TABLET)
    assert (found.concept, found.text, found.mapping, found.issues) == (TABLET, "Tablet", None, ())


def test_the_same_code_in_another_system_is_another_concept():
    found = held(mapping()).transcode(Concept("COMP", "2.999.246.31"))
    assert found.concept is None and numbers(found) == [(Source.TSAM, "4504")]


@pytest.mark.parametrize(
    ("target", "number"),
    [
        (Concept("10219000", systems.EDQM, "1999-01-01"), "4506"),
        (Concept("1", "2.999.404"), "4507"),
        (Concept("1", ""), "4508"),
        (Concept("no-such-form", systems.EDQM), "4503"),
    ],
)
def test_a_target_outside_the_release_is_refused_by_number(target, number):
    found = held(mapping(target=target)).transcode(Concept("COMP", HOME))
    assert found.concept is None and numbers(found) == [(Source.TSAM, number)]


@pytest.mark.parametrize("status", [MappingStatus.DRAFT, MappingStatus.RETIRED])
def test_a_mapping_that_is_not_active_is_not_used(status):
    found = held(mapping(status=status)).transcode(Concept("COMP", HOME))
    assert found.concept is None and numbers(found) == [(Source.TSAM, "4509")]


def test_of_several_active_mappings_the_preferred_one_is_used():
    film = Concept("10221000", systems.EDQM)
    found = held(mapping(), mapping(target=film, preferred=True)).transcode(Concept("COMP", HOME))
    assert found.concept.code == "10221000"


@pytest.mark.parametrize("preferred", [(False, False), (True, True)])
def test_several_active_mappings_without_one_preferred_are_refused(preferred):
    with pytest.raises(ValueError, match="2 active mappings and no preferred one"):
        held(*(mapping(preferred=one) for one in preferred))


HEADER = ",".join(COLUMNS)


def test_mappings_are_read_from_a_file_as_text():
    rows = f"{HEADER}\n{HOME},COMP,Comprimido,{systems.EDQM},10219000,,narrower,draft,yes\n"
    (one,) = read_mappings(rows.encode(), "x.csv")
    assert one == mapping(relationship=Relationship.NARROWER, status=MappingStatus.DRAFT, preferred=True)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("a,b,c", "9 cells"),
        (f"{HOME}, COMP,c,s,t,,equivalent,active,", "outer blanks"),
        (f"{HOME},,c,s,t,,equivalent,active,", "are needed"),
        (f"{HOME},COMP,c,s,t,,same,active,", "'same' is not a valid Relationship"),
        (f"{HOME},COMP,c,s,t,,equivalent,on,", "'on' is not a valid MappingStatus"),
        (f"{HOME},COMP,c,s,t,,equivalent,active,maybe", "neither empty nor yes"),
    ],
)
def test_a_bad_row_is_named(row, why):
    with pytest.raises(ValueError, match=f"x.csv line 2: .*{why}"):
        read_mappings(f"{HEADER}\n{row}\n".encode(), "x.csv")


def test_another_header_is_refused():
    with pytest.raises(ValueError, match="the header is not"):
        read_mappings(b"a,b\n", "x.csv")
