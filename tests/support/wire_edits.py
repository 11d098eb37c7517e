"""Send a message through its bytes, and damage it on the way."""

from lxml import etree

from ncp.wire.profile import Profile
from schemas.xml import parse, serialise


def through_bytes(message, profile=Profile.W9, **how):
    """The message as the receiver's parser hands it over."""
    return parse(serialise(message.to_xml(profile, **how)))


def again(message, profile=Profile.W9, **how):
    """The message as the receiver reads it."""
    return type(message).from_xml(through_bytes(message, profile, **how))


def named(el, local):
    """The first element of that local name."""
    return next(each for each in el.iter(etree.Element) if etree.QName(each).localname == local)


def every(el, local):
    """All elements of that local name."""
    return [each for each in el.iter(etree.Element) if etree.QName(each).localname == local]


def without(el, local):
    """`el` with the first element of that name taken out."""
    gone = named(el, local)
    gone.getparent().remove(gone)
    return el


def doubled(el, local):
    """`el` with the first element of that name there twice."""
    one = named(el, local)
    one.addnext(etree.fromstring(etree.tostring(one, with_tail=False)))
    return el


def reversed_children(el, local):
    """`el` with the children of the first element of that name in the opposite order."""
    one = named(el, local)
    one[:] = list(one)[::-1]
    return el


def slot(el, name):
    """The first slot of that name."""
    return next(each for each in every(el, "Slot") if each.get("name") == name)


def slot_value(el, name):
    """The first value of the first slot of that name."""
    return named(slot(el, name), "Value")
