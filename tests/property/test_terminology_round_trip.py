"""What is exported and imported again is the same content, in every format that can say it."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from terminology import code_system_uris as uris
from terminology.concept import Concept
from terminology.designation import Status
from terminology.exporters import FORMATS, write
from terminology.exporters.display_tool import newest
from terminology.exporters.gathered import Gathered
from terminology.exporters.released import items_of_catalogue
from terminology.importers import read
from terminology.importers.formats import ImportOptions
from terminology.importers.items import (
    CodeSystemItem,
    ConceptItem,
    DesignationItem,
    MappingItem,
    Noted,
    Rejected,
    Relationship,
    ValueSetItem,
)
from terminology.seed import seed_catalogue
from terminology.value_sets import PREFIX

SYSTEMS = (
    "2.16.840.1.113883.6.96",
    "0.4.0.127.0.16.1.1.2.1",
    "2.16.620.1.101.10.4.2",
    "Observation Category",
    "Egen liste, nr. 1",
)
VERSIONS = ("", "2025-01", "1 b")
SETS = tuple(PREFIX + number for number in ("13", "15", "71"))
# What a text may hold: anything printable that is not the outcome of a spreadsheet's mistake.
SIGNS = st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"], exclude_characters="\u00a0")
WORDS = (
    st.text(SIGNS, min_size=1, max_size=30)
    .map(str.strip)
    .filter(
        lambda text: (
            text and text.isprintable() and not text.startswith("#") and text not in ("nan", "NaN", "<NA>")
        )
    )
)
CODES = st.sampled_from(
    ["1", "NA", "a-b", "x.y", "10108000", "[in_i'H2O]", "_x0041_", "=1+1", 'q"q', "e_x005F_", "ø|", "a:b"]
)
LANGUAGES = st.sampled_from(["nb-NO", "nn-NO", "en", "fi", "no"])
STATUSES = st.none() | st.sampled_from(list(Status))


@st.composite
def contents(draw):
    """The items of a release: systems, sets, concepts with texts, mappings."""
    found = []
    versions = draw(
        st.lists(
            st.tuples(st.sampled_from(SYSTEMS), st.sampled_from(VERSIONS)),
            min_size=1,
            max_size=4,
            unique=True,
        )
    )
    names = {system: draw(WORDS) if uris.is_oid(system) else system for system, _ in versions}
    for system, version in versions:
        oid = system if uris.is_oid(system) else None
        found.append(CodeSystemItem(oid, uris.uri_of(system), names[system], version, ""))
    sets = draw(st.lists(st.sampled_from(SETS), unique=True))
    for oid in sets:
        found.append(ValueSetItem(oid, draw(WORDS), draw(st.sampled_from(VERSIONS)), draw(st.booleans()), ""))
    held = draw(st.lists(st.tuples(st.sampled_from(versions), CODES), unique=True, max_size=6))
    for (system, version), code in held:
        of_sets = tuple(draw(st.lists(st.sampled_from(sets), unique=True))) if sets else ()
        found.append(
            ConceptItem(
                system, version, code, draw(st.booleans()), draw(st.none() | st.just("top")), of_sets, ""
            )
        )
        for language, text in draw(st.lists(st.tuples(LANGUAGES, WORDS), unique=True, max_size=4)):
            found.append(
                DesignationItem(
                    system,
                    version,
                    code,
                    language,
                    text,
                    draw(st.booleans()),
                    draw(STATUSES),
                    draw(WORDS),
                    "",
                )
            )
    for source, target in (
        draw(st.lists(st.tuples(st.sampled_from(held), st.sampled_from(held)), unique=True, max_size=3))
        if held
        else ()
    ):
        ends = [Concept(code, system, version or None) for (system, version), code in (source, target)]
        relationship = draw(st.sampled_from(list(Relationship)))
        found.append(MappingItem(*ends, relationship, draw(st.booleans()), draw(STATUSES), ""))
    return found


def facts(items):
    """The content of items, without the places in the file; concepts put together."""
    content = Gathered.of(items)
    kept = [*content.systems.values(), *content.sets.values(), *content.mappings]
    kept += [
        replace(each, value_sets=tuple(sorted(each.value_sets)))
        for held in content.concepts.values()
        for each in held.values()
    ]
    kept += [each for by_code in content.texts.values() for texts in by_code.values() for each in texts]
    return Counter(replace(each, where="") for each in kept)


def again(items, path, format, systems=()):
    """What is read after the items have been written; nothing may be rejected or put right."""
    write(items, path, format)
    found = list(read(path, None, ImportOptions(systems=dict.fromkeys(systems, "x"))))
    assert [each for each in found if isinstance(each, Rejected)] == []
    assert {each.reason for each in found if isinstance(each, Noted)} <= {
        "import.note.capitals",
        "import.note.unknown_system",
    }
    return found


quick = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("format", ["csv", "workbook", "fhir-package"])
@quick
@given(items=contents())
def test_nothing_is_lost_and_nothing_added(tmp_path, format, items):
    assert facts(again(items, tmp_path / "export", format)) == facts(items)


@quick
@given(items=contents())
def test_sssom_keeps_every_mapping(tmp_path, items):
    mappings = [each for each in items if isinstance(each, MappingItem)]
    assert facts(again(items, tmp_path / "export", "sssom", SYSTEMS)) == facts(mappings)


@quick
@given(items=contents())
def test_the_display_tool_keeps_members_and_their_texts(tmp_path, items):
    content = Gathered.of(items)
    found = Gathered.of(
        read_display_tool(items, tmp_path) if any(content.members(oid) for oid in content.sets) else []
    )
    for oid in content.sets:
        wanted = {
            (each.system, each.code, text.language, text.text)
            for each in newest(content, oid)
            for text in content.texts_of(each)
            if text.status is not Status.RETIRED
        }
        got = {
            (each.system, each.code, text.language, text.text)
            for each in found.members(oid)
            for text in found.texts_of(each)
        }
        assert wanted <= got
        assert {(each.system, each.code) for each in content.members(oid)} == {
            (each.system, each.code) for each in found.members(oid)
        }


def read_display_tool(items, tmp_path):
    # The display tool knows no versions: one that is the same for all leaves nothing to confuse.
    return list(
        read(
            written_for_display(items, tmp_path),
            "display-tool",
            ImportOptions(systems=dict.fromkeys(SYSTEMS, "x")),
        )
    )


def written_for_display(items, tmp_path):
    write(items, tmp_path / "export", "display-tool")
    return tmp_path / "export"


@pytest.mark.parametrize("format", ["csv", "workbook", "fhir-package"])
def test_the_seed_survives(tmp_path, format):
    items = list(items_of_catalogue(seed_catalogue()))
    assert len(items) > 7000
    assert facts(again(items, tmp_path / "export", format)) == facts(items)


@pytest.mark.parametrize("format", [*FORMATS])
def test_the_same_content_gives_the_same_bytes(tmp_path, format):
    items = list(items_of_catalogue(seed_catalogue()))
    for name in ("a", "b"):
        write(items, tmp_path / name, format)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
