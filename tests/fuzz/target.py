"""What has to hold for any bytes: a refusal by name, or a page with every fact, a translation, a verdict."""

from lxml import etree

from cda.check import check
from cda.display import DisplayContext, page
from cda.facts import facts
from cda.parse import NotCda, parse
from cda.translate import translate
from cda.uncounted import uncounted
from schemas.xml import serialise
from terminology.seed import seed_catalogue

TERMS = seed_catalogue()
CONTEXT = DisplayContext()
_LENIENT = etree.XMLParser(recover=True, resolve_entities=False, no_network=True)


class Lost(AssertionError):
    """A fact arrived and is on no list."""


def one_input(data: bytes) -> None:
    """Feed the bytes as they are, and what a forgiving parser makes of them when they are not XML."""
    if handled(data) or len(data) > 200_000:
        return
    try:
        root = etree.fromstring(data, _LENIENT)
    except etree.XMLSyntaxError:  # not even that
        return
    if root is not None:
        root.getroottree().docinfo.clear()  # a DOCTYPE is refused before anything else is looked at
        handled(serialise(root))


def handled(data: bytes) -> bool:
    """Take one document through everything; False: it was refused by name. Raises: Lost."""
    try:
        document = parse(data)
    except NotCda as refused:
        assert refused.reason and str(refused)
        return False
    shown = page(document, TERMS, context=CONTEXT)
    lost = [fact for fact in facts(document, shown) if fact.lost]
    gaps = [each.path for each in uncounted(document) if each.reason is None]
    if lost or gaps or shown.missing:
        raise Lost(f"lost {lost}, uncounted {gaps}, unplaced {shown.missing}")
    once = translate(document.tree, TERMS)
    if serialise(translate(once.tree, TERMS).tree) != serialise(once.tree):
        raise Lost("a second translation differs from the first")
    verdict = check(document.tree, TERMS, schema=False)
    assert verdict.cda and all(each.sentence("nb") and each.expected for each in verdict.findings)
    return True
