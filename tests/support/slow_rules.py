"""The constraint tables once more, interpreted slowly and by other code than the checker's.

It reads the tables as files, tries every context on every element of the name, selects with lists instead of
a machine and remembers nothing of an element. Data types, units and internal references are left out.
Source: `schemas/rules/README.md`.
"""

import csv
import re
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

from lxml import etree

import schemas.rules
from tests.support.slow_notation import Reader, Sets, attribute, children, expanded, fits, resolved, select

HERE = Path(schemas.rules.__file__).parent / "w8"
FORMS = {"token": r"\S+", "text": r"(?s:.+)", "boolean": "true|false",
         "integer": r"-?[1-9][0-9]*|\+?[0-9]+|",
         "real": r"[-+]?[0-9]*\.?[0-9]+([eE][-+]?[0-9]+)?"}  # fmt: skip
#: Kinds that say nothing here: data types, units, and the one that the published rules never report.
LEFT_OUT = {"datatype", "unit-ucum", "unit-value-set", "value-set-code", "reference-exists",
            "reference-mood", "reference-code"}  # fmt: skip


class SlowRules:
    """`broken(root, kind)` counts (location, id) of every constraint that a document breaks."""

    def __init__(self, terms):
        self.sets = Sets(terms)
        with (HERE / "contexts.csv").open(encoding="utf-8") as file:
            contexts = {row["context"]: row for row in csv.DictReader(file)}
        self.groups = defaultdict(lambda: defaultdict(list))
        with (HERE / "constraints.csv").open(encoding="utf-8") as file:
            for row in csv.DictReader(file):
                context = contexts[row["context"]]
                key = (int(context["order"]), context["anchor"], context["steps"])
                self.groups[context["group"]][key].append(row)

    @cache  # noqa: B019 - lives as long as one test
    def read(self, text):
        """The steps of a path."""
        return Reader(text, self.sets).steps()[0]

    def applies(self, el, anchor, steps):
        """Whether a context is that of an element."""
        for step in reversed([] if steps == "." else self.read(steps)):
            if el is None or not fits(el, step):
                return False
            el = el.getparent()
        if el is None or (el.getparent() is None) is not anchor.startswith("/"):
            return False
        return anchor == "/" or fits(el, self.read(anchor.removeprefix("/"))[0])

    def broken(self, root, kind):
        """Count (path of the element, id) of every broken constraint of a kind of document."""
        tree, found = root.getroottree(), Counter()
        for el in root.iter(etree.Element):
            for contexts in self.of_kind(kind):
                for name, anchor, steps, rows in contexts:
                    if name in (el.tag, None) and self.applies(el, anchor, steps):
                        found.update((tree.getpath(el), row["id"]) for row in rows if self.fails(el, row))
                        break
        return found

    @cache  # noqa: B019 - lives as long as one test
    def of_kind(self, kind):
        """The contexts of each group in their order, with the name of their element if it has one."""
        return [
            [
                (self.name(anchor, steps), anchor, steps, chosen)
                for (_, anchor, steps), rows in sorted(contexts.items())
                if (chosen := [row for row in rows if kind in row["documents"].split()])
            ]
            for contexts in self.groups.values()
        ]

    def name(self, anchor, steps):
        """The name of the elements that a context may apply to; None for any."""
        text = anchor.removeprefix("/") if steps == "." else steps
        if not text:
            return None
        prefix, name, _ = self.read(text)[-1]
        return None if name == "*" else expanded(f"{prefix}:{name}") if prefix else name

    def fails(self, el, row):
        """Whether an element breaks one constraint."""
        kind, subject, allowed = row["kind"], row["subject"], row["allowed"]
        if kind in LEFT_OUT or (row["or_null"] and el.get("nullFlavor") is not None):
            return False
        if kind == "document-template":
            step = self.read(subject)[0]
            return not any(select([each], step) for each in el.iter(etree.Element))
        if subject and not subject.startswith("@") and kind != "attr-type":
            steps = [self.read(each)[0] for each in subject.split(" ; ")]
            count = sum(len(select(children(el), step)) for step in steps)
            most = kind in ("max", "forbidden", "choice-max")
            return count > int(allowed or 0) if most else count < int(allowed or 1)
        if kind == "no-children":
            return bool(children(el))
        if kind == "text-fixed":
            return allowed not in [el.text, *(kid.tail for kid in el)]
        if kind == "attr-type":
            return self._misshapen(el, subject, FORMS[allowed])
        if kind in ("code-fixed", "value-set"):
            return not self._coded(el, allowed.split("|"))
        return self._attribute_fails(el, kind, attribute(el, subject[1:]), allowed)

    def _misshapen(self, el, subject, form):
        path, _, name = subject.rpartition("@")
        inside = select(children(el), self.read(path.rstrip("/"))[0]) if path else [el]
        values = [attribute(each, name) for each in inside]
        return any(value is not None and not re.fullmatch(form, value) for value in values)

    def _coded(self, el, allowed):
        said = (el.get("code"), el.get("codeSystem"), el.get("codeSystemName"))
        for each in allowed:
            if not each.startswith("vs:"):
                literal = tuple(each.split("^"))
                if said[: len(literal)] == literal:
                    return True
                continue
            oid, whole, _ = each[3:].partition("+system")
            if whole and said[1] in self.sets.rules.whole_systems.get(oid, ()):
                return True
            if self.sets.has(oid, said[0], said[1] or ""):
                return True
        return False

    def _attribute_fails(self, el, kind, value, allowed):
        if kind in ("attr-required", "attr-forbidden"):
            return (value is None) is (kind == "attr-required")
        if kind == "attr-pattern":
            return not re.search(allowed, value or "")
        if kind == "attr-fixed":
            return (value or "") not in allowed.split("|")
        if value is None:
            return kind == "xsi-type-required"
        if kind == "attr-if-present":
            return value not in allowed.split("|")
        if kind.startswith("xsi-type"):
            found = resolved(el)
            return found is not None and found != expanded(allowed)
        assert kind == "attr-value-set", kind
        literals = [each for each in allowed.split("|") if not each.startswith("vs:")]
        sets = [each[3:] for each in allowed.split("|") if each.startswith("vs:")]
        return any(w not in literals and not any(self.sets.has(o, w) for o in sets) for w in value.split())
