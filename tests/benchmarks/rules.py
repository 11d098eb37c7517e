"""P2: the verdict of the complete rules, in parses of the same document; and the first of a process."""

import time

import lxml.etree as etree

from cda.check import _machine, check
from terminology.seed import seed_catalogue
from tests.benchmarks.documents import measured_summary, sample
from tests.benchmarks.goals import Goal
from tests.benchmarks.timing import medians

PARSES, FIRST_SECONDS = 8.0, 1.0


def measure() -> list[Goal]:
    """Tables and rules of our own, without the schema, on a tree that is already parsed."""
    name, summary = measured_summary()
    documents = {name: (summary, "P2-ps")}
    if (prescription := sample("ep/1-5678-W7.xml")) is not None:
        documents["eP-W7"] = (prescription, "P2-ep")
    terms = seed_catalogue()
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    goals = []
    for label, (document, number) in documents.items():
        tree = etree.fromstring(document, parser)
        _machine.cache_clear()
        started = time.process_time()
        check(tree, terms, schema=False)
        first = time.process_time() - started
        taken = medians(
            {
                "parse": lambda document=document: etree.fromstring(document, parser),
                "rules": lambda tree=tree: check(tree, terms, schema=False),
            }
        )
        print(f"{label}: parse {taken['parse']:.2f} ms, rules {taken['rules']:.2f} ms")
        goals.append(
            Goal(number, f"{label}: verdict of the rules", taken["rules"] / taken["parse"], PARSES, "parses")
        )
        goals.append(Goal(f"{number}-1st", f"{label}: first verdict", first, FIRST_SECONDS, "seconds"))
    return goals
