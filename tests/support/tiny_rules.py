"""Rule sets of a few rows, to look at one constraint at a time."""

import csv
from functools import cache

from cda.checking import walk
from cda.checking.machine import Machine
from cda.checking.membership import Sets
from cda.checking.nulls import misplaced
from cda.checking.run import Run
from cda.checking.tree import build
from schemas.rules.tables import load
from schemas.xml import parse
from terminology.seed import seed_catalogue

HEAD = """
wave = 8
[kinds]
"60591-5" = { structured = "PS", file = "PS-L1" }
[abbreviations]
"E." = "1.3.6.1.4.1.12559.11.10.1.3.1."
"IHE." = "1.3.6.1.4.1.19376.1.5.3.1."
[open]
"1.3.6.1.4.1.12559.11.10.1.3.1.42.5" = ["1.3.6.1.4.1.12559.11.10.1.3.1.44.2"]
"1.3.6.1.4.1.12559.11.10.1.3.1.42.16" = ["2.16.840.1.113883.6.8"]
[missing]
sets = ["1.3.6.1.4.1.12559.11.10.1.3.1.42.61"]
[closed]
sets = []
"""
OBSERVATION = "hl7:observation[tpl(E.3.7)]"
TEMPLATE = '<templateId root="1.3.6.1.4.1.12559.11.10.1.3.1.3.7"/>'
XMLNS = (
    'xmlns="urn:hl7-org:v3" xmlns:pharm="urn:hl7-org:pharm" xmlns:hl7="urn:hl7-org:v3" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)
FILES = {
    "templates": ["template", "date", "name"],
    "contexts": ["context", "group", "order", "anchor", "steps"],
    "constraints": [
        "id",
        "context",
        "documents",
        "template",
        "kind",
        "subject",
        "allowed",
        "or_null",
        "severity",
        "published",
    ],
    "datatypes": ["datatype", "base", "rule", "severity", "expected"],
    "value_sets": ["value_set", "name"],
    "members": ["value_set", "system", "code"],
}


def row(
    kind, subject="", allowed="", *, steps=".", anchor=OBSERVATION, group="G", order=1, or_null=False, **more
):
    """One constraint with its context."""
    return {
        "kind": kind,
        "subject": subject,
        "allowed": allowed,
        "steps": steps,
        "anchor": anchor,
        "group": group,
        "order": order,
        "or_null": "yes" if or_null else "",
        "severity": more.pop("severity", "" if kind == "datatype" else "error"),
        "published": more.pop("published", ""),
        "documents": more.pop("documents", "PS"),
        **more,
    }


def rules(folder, *rows, members=(), datatypes=()):
    """Write a rule set into an empty folder and load it. Rows are numbered r1, r2, ..."""
    contexts = {}
    for each in rows:
        contexts.setdefault((each["group"], each["order"], each["anchor"], each["steps"]), len(contexts) + 1)
    content = {
        "templates": [["T", "2024-04-22", "Test"]],
        "contexts": [[number, *key] for key, number in contexts.items()],
        "constraints": [
            [
                f"r{index}",
                contexts[each["group"], each["order"], each["anchor"], each["steps"]],
                each["documents"],
                "T",
                each["kind"],
                each["subject"],
                each["allowed"],
                each["or_null"],
                each["severity"],
                each["published"],
            ]
            for index, each in enumerate(rows, 1)
        ],
        "datatypes": list(datatypes),
        "value_sets": sorted({(oid, f"set {oid}") for oid, _, _ in members}),
        "members": list(members),
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "set.toml").write_text(HEAD, encoding="utf-8")
    for name, header in FILES.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([header, *content[name]])
    return load(folder)


def document(inner, *, attributes="", root=""):
    """A document with one observation that carries the template of the tests."""
    return (
        f"<ClinicalDocument {XMLNS}>{root}<component>"
        f"<observation {attributes}>{TEMPLATE}{inner}</observation></component></ClinicalDocument>"
    )


def found(rule_set, text, kind="PS"):
    """The findings of the tables alone."""
    tree = parse(text.encode())
    nodes = build(tree)
    run = Run(nodes, misplaced(nodes))
    walk.check(Machine(rule_set, Sets(rule_set, catalogue()), kind), run)
    return run.findings


@cache
def catalogue():
    """The terminology that tests check with."""
    return seed_catalogue()
