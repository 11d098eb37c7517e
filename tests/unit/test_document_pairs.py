"""Which listed documents are two forms of one."""

from dataclasses import replace

import pytest

from ncp.wire.document_classes import DocumentClass, Level
from ncp.wire.document_pairs import DocumentPair, Origin, distinct, joined, pairs
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


LONE = pairs((L3, L1, ORIGINAL), ())


def origin(own, *parents):
    return Origin(frozenset({own}), frozenset(parents))


def uuids(found):
    return [{entry.uuid for entry in pair.entries} for pair in found]


@pytest.mark.parametrize(
    ("of_l3", "of_l1"),
    [
        (origin("a", "record"), origin("b", "record")),
        (origin("a", "b"), origin("b", "record")),
        (origin("a", "record"), origin("b", "a")),
        (origin("a"), origin("b", "a")),
    ],
)
def test_documents_that_name_one_origin_or_each_other_are_joined(of_l3, of_l1):
    found = joined(LONE, {L3.uuid: of_l3, L1.uuid: of_l1})
    assert found == (DocumentPair(l3=L3, l1=L1), DocumentPair(other=ORIGINAL))


@pytest.mark.parametrize(
    ("of_l3", "of_l1"),
    [
        (origin("a"), origin("b")),
        (origin("a", "record"), origin("b", "another")),
        (origin("a", "a"), origin("b", "b")),
    ],
)
def test_documents_that_say_nothing_of_each_other_stay_alone(of_l3, of_l1):
    assert joined(LONE, {L3.uuid: of_l3, L1.uuid: of_l1}) == LONE


def test_a_document_that_could_not_be_read_stays_alone():
    assert joined(LONE, {L3.uuid: origin("a", "record")}) == LONE


def test_with_two_candidates_nothing_is_joined():
    third = listed(level=Level.L1, number=9)
    lone = pairs((L3, L1, third), ())
    same = origin("b", "record")
    assert joined(lone, {L3.uuid: origin("a", "record"), L1.uuid: same, third.uuid: same}) == lone


def test_documents_of_two_classes_are_not_joined():
    prescription = listed(DocumentClass.EPRESCRIPTION, Level.L1, 9)
    lone = pairs((L3, prescription), ())
    same = origin("a", "record")
    assert joined(lone, {L3.uuid: same, prescription.uuid: same}) == lone


def test_what_the_list_has_joined_stays_joined():
    third = listed(level=Level.L1, number=9)
    found = pairs((L3, L1, third), (Association(L1.uuid, L3.uuid),))
    same = origin("a", "record")
    assert joined(found, {each.uuid: same for each in (L3, L1, third)}) == found


def test_many_prescriptions_keep_the_order_of_the_list():
    class_ = DocumentClass.EPRESCRIPTION
    l3 = [listed(class_, Level.L3, number) for number in range(1, 6)]
    l1 = [listed(class_, Level.L1, 10 + number) for number in range(1, 6)]
    lone = pairs((*l3, *l1), ())
    same = {
        each.uuid: origin(each.uuid, f"record {number}")
        for forms in (l3, l1)
        for number, each in enumerate(forms)
    }
    assert uuids(joined(lone, same)) == [{one.uuid, other.uuid} for one, other in zip(l3, l1, strict=True)]
