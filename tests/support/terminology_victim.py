"""A process that is killed in the middle: it says when it is there, and waits.

python -m tests.support.terminology_victim <database> reading | applying <run> | activating <release>
"""

import sys

from terminology.importers.items import CodeSystemItem, ConceptItem, DesignationItem
from terminology.imports import jobs
from terminology.releases import switching
from terminology.store.engine import open_store
from tests.support.terminology_store import KARI, NOON

SYSTEM, NUMBER = "1.2.3.4", 6_000  # more than one piece of an import


def items():
    yield CodeSystemItem(SYSTEM, None, "Prøveverk", "1", "line 1")
    for number in range(NUMBER):
        yield ConceptItem(SYSTEM, "1", f"C{number}", True, None, (), f"line {number}")
        yield DesignationItem(SYSTEM, "1", f"C{number}", "nb-NO", f"Tekst {number}", False, None, "test", "")


def here_i_am(*_, **__):
    """Say so, and wait for the end."""
    print("here", flush=True)
    sys.stdin.read()


def main(url, place, *rest):
    engine = open_store(url)
    if place == "reading":

        def endless():
            yield from items()
            here_i_am()

        jobs.dry_run(engine, KARI, "f", "0", "test", endless(), clock=lambda: NOON)
    elif place == "applying":
        original = jobs.take_over
        jobs.take_over = lambda *args, **more: (original(*args, **more), here_i_am())
        jobs.apply(engine, KARI, int(rest[0]), clock=lambda: NOON)
    elif place == "activating":
        original = switching._switch
        switching._switch = lambda *args: (original(*args), here_i_am())
        switching.activate(engine, KARI, rest[0], now=NOON)


if __name__ == "__main__":
    main(*sys.argv[1:])
