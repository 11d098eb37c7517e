"""`ncp terminology try`: what a draft would change in documents, before anybody else sees it."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ncp.commands.documents import FILES_HELP, contents, named
from ncp.commands.start import settings, stop
from ncp.error_tables import EXIT_CODE, USAGE
from ncp.wire.errors import Malformed
from terminology.commands.start import NOT_WELL, AsJson, now, print_json, print_table, store

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from ncp.trial import Tried
    from terminology.catalogue import Catalogue

Files = Annotated[list[Path] | None, typer.Argument(help=FILES_HELP)]
Draft = Annotated[
    str, typer.Option("--draft", help="utkast: the draft as it is now; or the name of a release.")
]
Against = Annotated[str | None, typer.Option(help="A release to compare with; the active one if absent.")]
Kept = Annotated[bool, typer.Option("--kept", help="Also the documents among the kept messages.")]
Lang = Annotated[str, typer.Option(help="Language, e.g. nb or nn.")]
UNREADABLE = EXIT_CODE[Malformed]


def try_draft(
    files: Files = None,
    draft: Draft = "utkast",
    against: Against = None,
    kept: Kept = False,
    lang: Lang = "nb",
    as_json: AsJson = False,
) -> None:
    """Apply a draft to documents: how many elements gain, change or lose their words, before and after.

    Nothing is written and nothing is sent.

    Exit codes: 0 nothing is lost; 1 an element loses its words; 2 wrong arguments; 3 refused: no such
    release; 5 one of the files is no CDA document; 9 the database cannot be used.
    """
    from ncp.kept_documents import kept_documents
    from ncp.trial import tried
    from terminology import languages

    if not files and not kept:
        stop("name a document or a folder, or use --kept", USAGE)
    try:
        languages.stored(lang)
    except ValueError as error:
        stop(f"--lang: {error}", USAGE)
    documents = list(contents(named(files or [])))
    if kept:
        documents += kept_documents(settings().kept_folder)
    with store() as engine:
        before, after = _release(engine, against), _release(engine, draft)
    results = list(tried(documents, before, after, lang))
    if as_json:
        print_json(described(results, before, after))
    else:
        _show(results, before, after)
    raise typer.Exit(exit_code(results))


def exit_code(results: "list[Tried]") -> int:
    """5 if one is no document, else 1 if words are lost, else 0."""
    from ncp.trial import Kind

    if any(each.problem for each in results):
        return UNREADABLE
    return NOT_WELL if any(each.count(Kind.LOST) for each in results) else 0


def described(results: "list[Tried]", before: "Catalogue", after: "Catalogue") -> dict[str, Any]:
    """For a machine: the sums, and every document with its changes."""
    return {
        "before": before.release.name,
        "after": after.release.name,
        **_counts(results),
        "documents": [
            {"document": each.document, "problem": each.problem, **_counts([each]),
             "changes": [asdict(change) for change in each.changes]}
            for each in results
        ],
    }  # fmt: skip


def _counts(results: "list[Tried]") -> dict[str, int]:
    from ncp.trial import Kind

    sums = {str(kind): sum(each.count(kind) for each in results) for kind in Kind}
    return sums | {
        "same": sum(each.same for each in results),
        "without": sum(each.without for each in results),
    }


def _show(results: "list[Tried]", before: "Catalogue", after: "Catalogue") -> None:
    for each in results:
        typer.echo(f"{each.document}: {each.problem or _sentence(_counts([each]))}")
        rows = [
            (change.kind, change.element, change.code, change.before or "-", change.after or "-")
            for change in each.changes
        ]
        if rows:
            print_table(("", "element", "code", before.release.name, after.release.name), rows)
    typer.echo(f"{len(results)} documents: {_sentence(_counts(results))}")


def _sentence(counts: dict[str, int]) -> str:
    return ", ".join(f"{number} {name}" for name, number in counts.items())


def _release(engine: "Engine", name: str | None) -> "Catalogue":
    """A release, the active one (None), or the draft. Raises NotFound."""
    from terminology.active import ActiveTerms
    from terminology.release import Content
    from terminology.releases.making import DRAFT, draft, load

    if name is None:
        return ActiveTerms(engine).current()
    if name != DRAFT:
        return load(engine, name)
    content: Content = ActiveTerms(engine).current().release.content
    return draft(engine, content, now=now()).catalogue
