"""Which listed documents are two forms of one."""

from dataclasses import replace

import pytest

from ncp.wire.document_classes import DocumentClass, Level
from ncp.wire.document_pairs import DocumentPair, distinct, pairs
from ncp.wire.ebrim import Association
from tests.support.messages import listed

L3, L1 = listed(level=Level.L3, number=3), listed(level=Level.L1, number=1)
ORIGINAL = listed(DocumentClass.LABORATORY_RESULT, Level.ORIGINAL, 5)


@pytest.mark.parametrize("order", [(L3, L1), (L1, L3)])
@pytest.mark.parametrize("link", [Association(L1.uuid, L3.uuid), Association(L3.uuid, L1.uuid)])
def test_twins_are_joined_whatever_the_order_and_direction(order, link):
    assert pairs(order, (link,)) == (DocumentPair(l3=L3, l1=L1),)


def test_without_association_nothing_is_joined_by_resemblance():
    assert pairs((L3, L1), ()) == (DocumentPair(l3=L3), DocumentPair(l1=L1))


@pytest.mark.parametrize("entry", [L3, L1, ORIGINAL])
def test_one_form_alone_stands_alone(entry):
    found = pairs((entry,), (Association(entry.uuid, entry.uuid),))
    assert [each.entries for each in found] == [(entry,)]


@pytest.mark.parametrize(
    "link",
    [
        Association(L1.uuid, L3.uuid, "urn:ihe:iti:2007:AssociationType:RPLC"),
        Association(L1.uuid, "urn:uuid:gone"),
        Association("urn:uuid:gone", L3.uuid),
        Association(ORIGINAL.uuid, L3.uuid),
    ],
)
def test_other_associations_join_nothing(link):
    assert len(pairs((L3, L1, ORIGINAL), (link,))) == 3


def test_a_document_has_one_twin_only():
    third = listed(level=Level.L1, number=9)
    links = (Association(L1.uuid, L3.uuid), Association(third.uuid, L3.uuid))
    assert pairs((L3, L1, third), links) == (DocumentPair(l3=L3, l1=L1), DocumentPair(l1=third))


def test_duplicates_are_listed_once_and_keep_their_twin():
    again = replace(L3, uuid="urn:uuid:00000000-0000-4000-8000-00000000000a", title="copy")
    links = (Association(L1.uuid, again.uuid),)
    assert distinct((L3, again, L1)) == (L3, L1)
    assert pairs((L3, again, L1), links) == (DocumentPair(l3=L3, l1=L1),)


def test_the_same_id_in_another_repository_is_another_document():
    other = replace(L3, repository="2.999", uuid="urn:uuid:00000000-0000-4000-8000-00000000000b")
    assert len(pairs((L3, other), ())) == 2


def test_an_unknown_format_is_listed():
    odd = replace(L3, format=replace(L3.format, code="urn:example:fax"))
    assert pairs((odd,), ()) == (DocumentPair(other=odd),)
