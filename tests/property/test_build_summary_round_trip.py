"""What a summary says is read back statement by statement, whatever is left out, of whatever type it is."""

from dataclasses import replace

from hypothesis import HealthCheck, Phase, given, settings

from cda.build import plain, summary
from cda.building.narrative import Story
from cda.building.summary_entries import statement
from cda.building.words import words
from cda.node import Node
from cda.parse import parse
from schemas.validate import Schema, violations
from schemas.xml import parse as parse_xml
from tests.support.content import differences
from tests.support.summary_content import filled
from tests.support.summary_strategies import entries

NOBODY = Node("statement")


def bare(one):
    """A statement with all below it, without places, narrative, and the class that its element fixes."""
    below = [replace(each, statement=bare(each.statement), negated_fact=0) for each in one.relations]
    return plain(replace(one, node=NOBODY, texts=(), class_code="", mood="", relations=tuple(below)))


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(entries)
def test_an_entry_is_read_back_as_it_was_written(given_entry):
    loinc, entry = given_entry
    content = filled()
    sections = [replace(one, entries=(entry,)) if one.code == loinc else one for one in content.sections]
    document = summary(replace(content, sections=tuple(sections)))
    assert violations(parse_xml(document), Schema.CDA) == []
    (read,) = parse(document).section(loinc).entries[0].statements
    written = statement(entry, loinc, Story("x", ()), words("pt-PT"))
    assert differences(bare(written), bare(read)) == []
