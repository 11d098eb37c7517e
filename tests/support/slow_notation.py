"""The notation of the constraint tables, read by other code than the checker's. See `slow_rules`."""

import re
from functools import cache

from lxml import etree

from schemas.rules import rule_set

SPACES = {"hl7": "urn:hl7-org:v3", "pharm": "urn:hl7-org:pharm"}
XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
SHORT = {"IHE.": "1.3.6.1.4.1.19376.1.5.3.1.", "CCD.": "2.16.840.1.113883.10.20.1.",
         "HL.": "2.16.840.1.113883.", "E.": "1.3.6.1.4.1.12559.11.10.1.3.1."}  # fmt: skip
NAME = re.compile(r"(?:(\w+):)?([\w.]+|\*)")
CALL = re.compile(r"(tpl|code|vs|vscode|vssystem|type)\(([^)]*)\)")
ATTRIBUTE = re.compile(r"@([\w:]+)")
VALUE = re.compile(r"'([^']*)'|([^\s|&()\[\]']+)")


def full(oid):
    """An OID without its abbreviation."""
    return next((long + oid[len(short) :] for short, long in SHORT.items() if oid.startswith(short)), oid)


def attribute(el, name):
    """An attribute by its name in the tables."""
    return el.get(name.replace("xsi:", XSI))


def children(el):
    """Child elements, without comments and instructions."""
    return list(el.iterchildren(etree.Element))


class Sets:
    """Value sets: those of the tables, and those of a catalogue, where a partial one trusts its systems."""

    def __init__(self, terms):
        self.rules, self.terms = rule_set(8), terms

    def has(self, oid, code, system=None):
        """Whether a code belongs to a set; without a system, whether any member has the code."""
        known, trusted = self._of(oid)
        if system is None:
            return code is not None and (any(code == one for one, _ in known) or bool(trusted))
        return (code, system) in known or (code is not None and system in trusted)

    @cache  # noqa: B019 - lives as long as one test
    def _of(self, oid):
        rules = self.rules
        if oid in rules.members or oid in rules.whole_systems:
            return rules.members.get(oid, frozenset()), ()
        held = self.terms.value_sets.get(oid)
        known = {(e.code, e.system.oid) for e in self.terms.members(oid)} if held else set()
        whole = held is not None and (held.complete or oid in rules.closed_sets)
        trusted = rules.open_sets.get(oid, {system for _, system in known})
        return known, () if whole or oid in rules.missing_sets else trusted


class Reader:
    """Reads the notation from left to right into tests on elements; numbers stay numbers."""

    def __init__(self, text, sets):
        self.text, self.at, self.sets = text, 0, sets

    def match(self, pattern):
        """Take what the pattern fits, or None."""
        if found := pattern.match(self.text, self.at):
            self.at = found.end()
        return found

    def ahead(self, sign):
        """Take a sign with the blanks round it, if it comes next."""
        rest = self.text[self.at :].lstrip()
        if not rest.startswith(sign):
            return False
        self.at = len(self.text) - len(rest) + len(sign)
        return True

    def either(self):
        """`a | b`."""
        parts = [self.both()]
        while self.ahead("| "):
            parts.append(self.both())
        return parts[0] if len(parts) == 1 else lambda el: any(part(el) for part in parts)

    def both(self):
        """`a & b`."""
        parts = [self.one()]
        while self.ahead("& "):
            parts.append(self.one())
        return parts[0] if len(parts) == 1 else lambda el: all(part(el) for part in parts)

    def one(self):
        """A single filter."""
        if self.ahead("!"):
            denied = self.one()
            return lambda el: not denied(el)
        if self.ahead("("):
            inside = self.either()
            assert self.ahead(")")
            return inside
        if self.ahead("#"):
            return int(self.match(re.compile(r"\d+"))[0])
        self.at += len(self.text[self.at :]) - len(self.text[self.at :].lstrip())
        if self.text[self.at] == "@":
            return self.attribute()
        if found := self.match(CALL):
            return self.call(found[1], [full(each) for each in re.split(r"[,^]", found[2])])
        if self.match(re.compile(r"null(?![\w:/])")):
            return lambda el: el.get("nullFlavor") is not None
        return self.path()

    def call(self, kind, said):
        """A filter with arguments."""
        sets = self.sets
        if kind == "tpl":
            own = f"{{{SPACES['hl7']}}}templateId"
            return lambda el: set(said) <= {kid.get("root") for kid in el.iterchildren(own)}
        if kind == "code":
            return lambda el: [el.get("code"), el.get("codeSystem")] == said
        if kind == "vs":
            return lambda el: any(sets.has(o, el.get("code"), el.get("codeSystem") or "") for o in said)
        if kind == "vscode":
            return lambda el: any(sets.has(oid, el.get("code")) for oid in said)
        if kind == "vssystem":
            whole = set().union(*(sets.rules.whole_systems.get(oid, ()) for oid in said))
            return lambda el: el.get("codeSystem") in whole
        return lambda el: resolved(el) == expanded(said[0])

    def attribute(self):
        """`@a`, or `@a=x|y`."""
        name, values = self.match(ATTRIBUTE)[1], []
        if self.text[self.at : self.at + 1] != "=":
            return lambda el: attribute(el, name) is not None
        while not values or (self.text[self.at : self.at + 1] == "|" and self.text[self.at + 1] != " "):
            self.at += 1
            found = self.match(VALUE)
            values.append(found[1] if found[1] is not None else full(found[2]))
        return lambda el: attribute(el, name) in values

    def step(self):
        """A name with its filters."""
        prefix, name = self.match(NAME).groups()
        filters = []
        while self.text[self.at : self.at + 1] == "[":
            self.at += 1
            filters.append(self.either())
            assert self.ahead("]"), self.text
        return prefix, name, filters

    def steps(self):
        """A path of steps; an attribute may end it. Returns: the steps, and that test or None."""
        found, last = [self.step()], None
        while self.text[self.at : self.at + 1] == "/":
            self.at += 1
            if self.text[self.at] == "@":
                last = self.attribute()
                break
            found.append(self.step())
        return found, last

    def path(self):
        """Whether there is such a descendant."""
        steps, last = self.steps()

        def there(el):
            found = [el]
            for step in steps:
                found = [kid for each in found for kid in select(children(each), step)]
            return any(map(last, found)) if last else bool(found)

        return there


def expanded(name):
    """A prefixed name as lxml writes it."""
    prefix, _, local = name.partition(":")
    return f"{{{SPACES[prefix]}}}{local}"


def resolved(el):
    """What xsi:type means where it stands; None if it is absent or names nothing."""
    prefix, _, local = (el.get(f"{XSI}type") or "").strip().rpartition(":")
    space = el.nsmap.get(prefix or None)
    return f"{{{space}}}{local}" if local and space else None


def select(elements, step):
    """Those that fit a step, its filters one after another."""
    prefix, name, filters = step
    if prefix is None and name != "*":
        return []
    if prefix is not None:
        start = f"{{{SPACES[prefix]}}}"
        elements = [el for el in elements if el.tag.startswith(start)]
        elements = [el for el in elements if name in ("*", el.tag[len(start) :])]
    for part in filters:
        elements = elements[part - 1 : part] if isinstance(part, int) else [el for el in elements if part(el)]
    return elements


def fits(el, step):
    """Whether an element is among those that a step selects where it stands."""
    parent = el.getparent()
    return el in select([el] if parent is None else children(parent), step)
