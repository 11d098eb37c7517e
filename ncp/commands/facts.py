"""`ncp cda facts`: every fact of a document, and where the page shows it."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ncp.commands.documents import FILES_HELP, contents, named

if TYPE_CHECKING:
    from cda.document import Document
    from cda.facts import Fact
    from cda.uncounted import Uncounted
    from terminology.pages.messages import Messages

LOST, NO_CDA = 1, 2
_LONGEST = 80  # characters of what a fact says, in one line


class Language(StrEnum):
    """Languages of the list and of the page that it is about."""

    NB = "nb"
    NN = "nn"
    EN = "en"


@dataclass(frozen=True)
class Listed:
    """What was found in one file. `problem` is set when it is no CDA document, and then nothing else is."""

    file: str
    kind: str | None = None  # PS, eP, eD, PS-L1 ...
    facts: "tuple[Fact, ...]" = ()
    left_out: "tuple[Uncounted, ...]" = ()
    problem: str | None = None
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def lost(self) -> int:
        """How many facts the page does not show, and how much is counted nowhere without a reason."""
        return self.counts.get("lost", 0) + self.counts.get("uncounted", 0)


def facts(
    files: Annotated[list[Path], typer.Argument(help=FILES_HELP, allow_dash=True)],
    as_json: Annotated[bool, typer.Option("--json", help="As JSON; a list for several files.")] = False,
    brief: Annotated[bool, typer.Option("--brief", help="Only the counts, and what is not shown.")] = False,
    lang: Annotated[Language, typer.Option(help="Language of the list and the page.")] = Language.NB,
) -> None:
    """List every fact of CDA documents and where the page shows it.

    Exit codes: 0 everything is shown, or left out for a reason that is listed; 1 something is not shown;
    2 one of the files is no CDA document, or wrong arguments.
    """
    paths = named(files)
    found = [listed(name, data, lang) for name, data in contents(paths)]
    if as_json:
        said = [described(each, brief) for each in found]
        typer.echo(json.dumps(said[0] if paths == files[:1] else said, ensure_ascii=False, indent=2))
    else:
        for line in lines(found, lang, brief):
            typer.echo(line)
    raise typer.Exit(exit_code(found))


def exit_code(found: Iterable[Listed]) -> int:
    """2 if one is no CDA document, else 1 if something of one is not shown, else 0."""
    codes = [NO_CDA if each.problem else LOST if each.lost else 0 for each in found]
    return max(codes, default=0)


def listed(name: str, data: bytes, language: str) -> Listed:
    """Everything in one document, compared with its finished page."""
    from cda.display import DisplayContext, page
    from cda.facts import facts as facts_of
    from cda.parse import NotCda, parse
    from cda.uncounted import uncounted
    from terminology.seed import seed_catalogue

    try:
        document = parse(data)
    except NotCda as refused:
        return Listed(name, problem=str(refused))
    display = page(document, seed_catalogue(), language=language, context=DisplayContext())
    found, left_out = facts_of(document, display), uncounted(document)
    counts = {
        "facts": len(found),
        "shown": sum(fact.shown for fact in found),
        "raw": sum(fact.raw for fact in found),
        "unplaced": sum(fact.unplaced for fact in found),
        "lost": sum(fact.lost for fact in found),
        "left_out": len(left_out),
        "uncounted": sum(each.reason is None for each in left_out),
    }
    return Listed(name, _kind(document), tuple(found), tuple(left_out), None, counts)


def _kind(document: "Document") -> str | None:
    """As `ncp cda validate` names it."""
    from cda.checking.kinds import kind_of
    from cda.checking.tree import build
    from schemas.rules import available, rule_set

    return kind_of(build(document.tree).root, rule_set(available()[-1])).name


def described(found: Listed, brief: bool) -> dict[str, Any]:
    """One file as JSON; a brief one has no list of facts but those that are not shown."""
    if found.problem:
        return {"file": found.file, "type": None, "problem": found.problem}
    facts = [fact for fact in found.facts if fact.lost or not brief]
    gaps = [each for each in found.left_out if each.reason is None or not brief]
    return {
        "file": found.file,
        "type": found.kind,
        "counts": found.counts,
        "reasons": dict(Counter(str(each.reason) for each in found.left_out)),
        "facts": [_described(fact) for fact in facts],
        "left_out": [{"path": each.path, "said": dict(each.said), "reason": each.reason} for each in gaps],
    }


def _described(fact: "Fact") -> dict[str, Any]:
    return {
        "number": fact.number,
        "kind": fact.kind,
        "section": fact.section,
        "entry": fact.entry,
        "element": fact.element,
        "said": {name or "text": value for name, value in fact.said},
        "shown": fact.shown,
        "where": fact.where,
        "panel": fact.panel,
        "raw": fact.raw,
        "reason": fact.why,
    }


def lines(found: list[Listed], language: str, brief: bool) -> Iterator[str]:
    """All files for reading: a heading per file, a line per fact, and the totals of each kind of document."""
    from terminology.pages.messages import messages

    texts = messages(language)
    for each in found:
        if each.problem:
            yield f"{each.file}: {texts.text('validation.own-not-cda')} ({each.problem})"
            continue
        yield f"{each.file}: {each.kind or '-'}: {_summary(texts, each.counts)}"
        yield from (_fact(texts, fact) for fact in each.facts if fact.lost or not brief)
        yield from _exceptions(texts, each)
    read = [each for each in found if not each.problem]
    if len(read) > 1:
        for kind in sorted({each.kind or "-" for each in read}):
            same = [each for each in read if (each.kind or "-") == kind]
            total = Counter[str]()
            for each in same:
                total.update(each.counts)
            said = texts.text("facts.total", documents=len(same))
            yield f"{kind}: {said}: {_summary(texts, total)}"


def _summary(texts: "Messages", counts: dict[str, int]) -> str:
    said = [
        texts.text(
            "facts.summary",
            number=counts["facts"],
            shown=counts["shown"],
            raw=counts["raw"],
            left_out=counts["left_out"],
        )
    ]
    said += [texts.text(f"facts.{name}", number=counts[name]) for name in _GRAVE if counts[name]]
    return ". ".join(said)


_GRAVE = ("lost", "unplaced", "uncounted")


def _fact(texts: "Messages", fact: "Fact") -> str:
    place = " ".join(filter(None, (fact.section, f"e{fact.entry}" if fact.entry else None)))
    where = texts.text(f"facts.panel.{fact.panel or 'none'}")
    if fact.why:
        where += f" ({texts.text(f'facts.why.{fact.why}')})"
    elif fact.where:
        where += f" #{fact.where}"
    words = " ".join(f"{name}={value}" if name else value for name, value in fact.said)
    said = words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…"
    kind = texts.text(f"facts.kind.{fact.kind}")
    return (
        f"  {fact.number:>5} {place or texts.text('facts.header')} · {kind} · {fact.element} {said} · {where}"
    )


def _exceptions(texts: "Messages", found: Listed) -> Iterator[str]:
    for reason, count in Counter(each.reason for each in found.left_out if each.reason).most_common():
        yield f"  {count} × {texts.text(f'facts.reason.{reason}')}"
    for each in found.left_out:
        if each.reason is None:
            said = " ".join(f"{name}={value}" for name, value in each.said)
            yield f"  ! {each.path}: {said}"
