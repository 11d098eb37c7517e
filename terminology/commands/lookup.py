"""`ncp terminology lookup`: what is said of one code."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from terminology.commands.start import NOT_WELL, USAGE, AsJson, print_json, stop, store

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from terminology.catalogue import Answer, Catalogue

System = Annotated[str, typer.Option(help="Code system: OID, urn:oid:..., canonical address or name.")]
Code = Annotated[str, typer.Option(help="The code, exactly as documents have it.")]
Lang = Annotated[str, typer.Option(help="Language, e.g. nb, nn, en.")]
Version = Annotated[str | None, typer.Option("--version", help="Version of the code system.")]
ValueSet = Annotated[str | None, typer.Option("--value-set", help="OID of a value set to check for.")]
ReleaseName = Annotated[
    str | None, typer.Option("--release", help="A release by name; the active one if absent.")
]


def lookup(
    system: System,
    code: Code,
    lang: Lang = "nb",
    version: Version = None,
    value_set: ValueSet = None,
    release: ReleaseName = None,
    as_json: AsJson = False,
) -> None:
    """Print the text of a code, and on stderr whatever is not as it should be.

    Exit codes: 0 there is a text in the language; 1 there is none, or the code is not known; 2 wrong
    arguments; 3 refused: no such release; 9 the database cannot be used.
    """
    from terminology import languages
    from terminology.concept import Concept

    try:
        languages.stored(lang)
    except ValueError as error:
        stop(f"--lang: {error}", USAGE)
    if not code.strip():
        stop("--code: the code is empty", USAGE)
    with store() as engine:
        terms = catalogue(engine, release)
        oid = oid_named(terms, system)
        answer = terms.lookup(Concept(code, oid, version), lang, value_set)
    if as_json:
        print_json(described(terms, oid, code, answer))
    else:
        _say(answer, lang)
    raise typer.Exit(0 if answer.translated else NOT_WELL)


def catalogue(engine: "Engine", release: str | None) -> "Catalogue":
    """The release of that name, else the active one. Raises NotFound."""
    from terminology.active import ActiveTerms
    from terminology.releases.making import load

    return ActiveTerms(engine).current() if release is None else load(engine, release)


def oid_named(terms: "Catalogue", system: str) -> str:
    """The OID that the argument names; the argument itself when it names nothing known."""
    from terminology.code_system_uris import oid_of

    named = next((oid for oid, held in terms.code_systems.items() if held.is_called(system)), None)
    return named or oid_of(system) or system


def _say(answer: "Answer", lang: str) -> None:
    if answer.text is not None and answer.translated:
        typer.echo(answer.text)
    shown = answer.designation
    if shown is not None and answer.translated and shown.status.value != "active":
        typer.echo(f"note: the text is {shown.status}, nobody has approved it; basis {shown.basis}", err=True)
    for issue in answer.issues:
        typer.echo(f"{issue.severity}: {issue.source} {issue.code} {issue.text}", err=True)
    if answer.text is not None and not answer.translated:
        typer.echo(f"{lang}: no text; {answer.language}: {answer.text}", err=True)


def described(terms: "Catalogue", oid: str, code: str, answer: "Answer") -> dict[str, Any]:
    """Everything the catalogue says of the code."""
    shown, entry = answer.designation, answer.entry
    return {
        "system": oid,
        "systemName": answer.system.name if answer.system else None,
        "version": answer.version,
        "code": code,
        "text": answer.text,
        "language": answer.language,
        "english": answer.english,
        "translated": answer.translated,
        "status": str(shown.status) if shown else None,
        "basis": shown.basis if shown else None,
        "origin": shown.origin if shown else None,
        "approvedBy": shown.approved_by if shown else None,
        "current": entry.current if entry else None,
        "valueSets": list(answer.value_sets),
        "issues": [
            {"source": str(each.source), "code": each.code, "severity": str(each.severity), "text": each.text}
            for each in answer.issues
        ],
        "release": {
            "name": terms.release.name,
            "content": str(terms.release.content),
            "hash": terms.release.hash,
        },
    }
