"""People, organisations, addresses and telephone numbers."""

from collections.abc import Sequence

from ..datatypes import Address, Name, Part, Telecom
from ..escape import e
from ..people import Organisation, Party
from .values import period
from .vocabulary import State
from .writer import Writer

_COUNTRY_SYSTEM = "1.0.3166.1"
_USE_SYSTEM = "2.16.840.1.113883.5.1119"
_ORDER = {"prefix": 0, "given": 1, "family": 2, "suffix": 3}
_SCHEMES = {"tel": "tel", "fax": "fax", "mailto": "mail", "http": "web", "https": "web"}


def name(w: Writer, value: Name) -> str:
    """Prefix, given names, family names, suffix, each in the order given."""
    parts: Sequence[Part] = value.parts
    if len(parts) > 1:
        parts = sorted(parts, key=lambda part: _ORDER.get(part.kind, 2))
    html = [_part(w, part) for part in parts]
    if value.null:
        html.append(w.flavour(value.null, value.fact))
    return " ".join(html) if not value.use else w.mark(value.fact, " ".join(html))


def _part(w: Writer, part: Part) -> str:
    return w.mark(part.fact, e(part.text)) if part.text else w.flavour(part.null or "", part.fact)


def address(w: Writer, value: Address) -> str:
    """The lines of an address, separated by commas; an unknown part is shown as it came."""
    html = []
    for part in value.parts:
        if part.null and not part.text:
            html.append(w.flavour(part.null, part.fact))
        elif part.kind == "country":
            html.append(w.mark(part.fact, e(country(w, part.text))))
        else:
            html.append(w.mark(part.fact, e(part.text)))
    if value.null:
        html.append(w.flavour(value.null, value.fact))
    if value.period is not None and (during := period(w, value.period)):
        html.append(during)
    shown = ", ".join(html)
    if value.use:
        shown = w.mark(value.fact, f"{use(w, value.use)}: {shown}")
    return shown


def country(w: Writer, code: str) -> str:
    """The Norwegian name of a country code; anything else as it came."""
    if len(code) == 2 and code.isalpha():
        return w.concept(code.upper(), _COUNTRY_SYSTEM)[0].text or code
    return code


def use(w: Writer, code: str) -> str:
    """What an address or number is for, as HTML."""
    words = []
    for one in code.split():
        word = w.concept(one, _USE_SYSTEM)[1]
        words.append(word.html if word is not None and word.state is State.TRANSLATED else e(one))
    return ", ".join(words)


def telecom(w: Writer, value: Telecom) -> str:
    """Kind, number and use; never a link, because the document's addresses are not ours to follow."""
    if not value.value:
        return w.flavour(value.null, value.fact) if value.null else w.mark(value.fact, e(value.use or ""))
    scheme, colon, rest = value.value.partition(":")
    kind = _SCHEMES.get(scheme.lower()) if colon else None
    shown = value.value if kind in (None, "web") else rest
    word = w.words[f"telecom.{kind or 'other'}"]
    html = f"{word} {e(shown)}"
    if value.use:
        html += f" ({use(w, value.use)})"
    if value.null:
        html += f" {w.flavour(value.null)}"
    return w.mark(value.fact, html)


def organisation(w: Writer, value: Organisation) -> str:
    """An organisation with everything it says about itself."""
    html = [name(w, one) for one in value.names]
    html += [w.coded(code, w.words["display.organisation"]) for code in value.codes]
    if value.ids:
        html.append(f"{w.words['display.id']} " + ", ".join([w.identifier(one) for one in value.ids]))
    html += [address(w, one) for one in value.addresses]
    html += [telecom(w, one) for one in value.telecoms]
    if value.null:
        html.append(w.flavour(value.null, value.fact))
    if value.part_of is not None:
        html.append(f"{w.words['display.part_of']} {organisation(w, value.part_of)}")
    return joined(html, "; ")


def party(w: Writer, value: Party) -> str:
    """A person, organisation or system with role, contacts and time."""
    html = [name(w, one) for one in value.names]
    html += [_part(w, part) for part in value.device]
    if value.function is not None and not value.function.empty:
        html.append(w.coded(value.function, w.words["display.role"]))
    html += [w.coded(code, w.words["display.role"]) for code in value.codes if not code.empty]
    html += [w.flavour(part.null or "", part.fact) for part in value.nulls]
    if value.ids:
        html.append(f"{w.words['display.id']} " + ", ".join([w.identifier(one) for one in value.ids]))
    html += [address(w, one) for one in value.addresses]
    html += [telecom(w, one) for one in value.telecoms]
    html += [organisation(w, one) for one in value.organisations]
    if value.time is not None:
        html.append(period(w, value.time))
    if value.signature is not None and not value.signature.empty:
        html.append(f"{w.words['display.signature']} {w.coded(value.signature, brief=True)}")
    if value.note is not None:
        html.append(w.text(value.note))
    return joined(html, "; ")


def labelled(w: Writer, value: Party) -> tuple[str, str]:
    """A party as a row: what kind it is, and everything it says."""
    return w.words.find(f"party.{value.kind}") or w.words["display.participant"], party(w, value)


def joined(parts: Sequence[str], separator: str) -> str:
    """The parts that say something."""
    return separator.join(filter(None, parts))
