"""What a Norwegian pharmacy dispenses for prescriptions of the simulated countries, as it arrives there."""

from dataclasses import replace
from functools import cache

from cda.build import answering, discard, dispensation
from cda.datatypes import Identifier
from mock_member_states.national import mappings, pivot
from mock_member_states.prescriptions import load
from tests.support.dispensing import ACT, OWN, handing


@cache
def held(country):
    return mappings(country)


def prescribed(country, number):
    return next(one for one in load(country) if one.number == number)


def dispensed(country, number, *, packages=1, document="ED-1", product=None, order=None, **changes):
    """The pivot dispensation of one prescription; `changes` go into what is handed out."""
    one = prescribed(country, number).content
    item = one.items[0]
    handed = replace(handing(item.id, product or item.product, packages=packages), **changes)
    act = replace(ACT, document=Identifier(OWN, document))
    content = answering(one, [handed], act)
    return pivot(dispensation(replace(content, order=order or content.order)), held(country))


def discarded(document):
    """The same document as it is sent to be taken back."""
    return discard(document)
