"""`ncp cda validate`: is a document as the rules want it?"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from lxml import etree

from ncp.commands.documents import FILES_HELP, contents, named
from ncp.commands.start import stop
from ncp.error_tables import USAGE

if TYPE_CHECKING:
    from cda.check import Verdict
    from cda.checking.finding import Finding

ERRORS, NO_CDA = 1, 2
WAVES = tuple("12345678")
SCHEMA_HELP = "Leave out the schema and check by the rules only."


class Language(StrEnum):
    """Languages of the sentences."""

    NB = "nb"
    NN = "nn"
    EN = "en"


@dataclass(frozen=True)
class Result:
    """What was found in one file."""

    file: str
    verdict: "Verdict"


def validate(
    files: Annotated[list[Path], typer.Argument(help=FILES_HELP, allow_dash=True)],
    as_json: Annotated[
        bool, typer.Option("--json", help="Findings as JSON; a list for several files.")
    ] = False,
    as_junit: Annotated[bool, typer.Option("--junit", help="Findings as JUnit XML.")] = False,
    wave: Annotated[
        str | None, typer.Option(help="Judge as this wave, e.g. 8 or W8, by the nearest rules.")
    ] = None,
    lang: Annotated[Language, typer.Option(help="Language of the sentences.")] = Language.NB,
    no_schema: Annotated[bool, typer.Option("--no-schema", help=SCHEMA_HELP)] = False,
) -> None:
    """Check CDA documents against schema, Wave 8 constraints and business rules.

    Exit codes: 0 no errors; 1 errors; 2 one of the files is no CDA document, or wrong arguments.
    """
    if as_json and as_junit:
        stop("choose one of --json and --junit", USAGE)
    rules = _wave(wave)
    paths = named(files)
    results = [Result(name, _verdict(data, rules, not no_schema)) for name, data in contents(paths)]
    if as_json:
        said = [described(result, lang) for result in results]
        typer.echo(json.dumps(said[0] if paths == files[:1] else said, ensure_ascii=False, indent=2))
    elif as_junit:
        typer.echo(junit(results, lang).decode(), nl=False)
    else:
        for line in lines(results, lang):
            typer.echo(line)
    raise typer.Exit(exit_code(results))


def exit_code(results: list[Result]) -> int:
    """2 if one is no CDA document, else 1 if one has errors, else 0."""
    if not all(result.verdict.cda for result in results):
        return NO_CDA
    return ERRORS if any(result.verdict.errors for result in results) else 0


def described(result: Result, language: str) -> dict[str, Any]:
    """One file as JSON. `rules` names the set that judged, null when there is none for this kind."""
    verdict = result.verdict
    return {
        "file": result.file,
        "type": verdict.kind,
        "wave": _name(verdict.wave),
        "rules": _name(verdict.rules),
        "findings": [
            {
                "severity": str(finding.severity),
                "rule": finding.rule,
                "template": finding.template,
                "location": finding.location,
                "found": finding.found,
                "expected": finding.expected,
                "message": finding.sentence(language),
            }
            for finding in verdict.findings
        ],
    }


def junit(results: list[Result], language: str) -> bytes:
    """All files as JUnit XML: a suite per file, a case per finding; warnings pass, their text is output."""
    suites = etree.Element("testsuites", name="ncp cda validate")
    for result in results:
        verdict = result.verdict
        suite = etree.SubElement(
            suites, "testsuite", name=result.file, errors="0", failures=str(verdict.errors)
        )
        suite.set("tests", str(max(1, len(verdict.findings))))
        if not verdict.findings:
            etree.SubElement(suite, "testcase", classname=verdict.kind or "?", name="no findings")
        for finding in verdict.findings:
            name = f"{finding.rule} {finding.location}"
            case = etree.SubElement(suite, "testcase", classname=verdict.kind or "?", name=name)
            text = f"{finding.sentence(language)} ({finding.location})"
            if finding.severity == "error":
                failure = etree.SubElement(
                    case, "failure", type=finding.rule, message=finding.sentence(language)
                )
                failure.text = text
            else:
                etree.SubElement(case, "system-out").text = text
    return etree.tostring(suites, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def lines(results: list[Result], language: str) -> Iterator[str]:
    """All files for reading: a heading per file and two lines per finding."""
    from terminology.pages.messages import messages

    texts = messages(language)
    for result in results:
        verdict = result.verdict
        count = texts.text(
            "validation.summary", errors=verdict.errors, warnings=len(verdict.findings) - verdict.errors
        )
        kind, wave, rules = verdict.kind or "-", _name(verdict.wave) or "-", _name(verdict.rules) or "-"
        yield f"{result.file}: {kind}, {wave} ({rules}): {count}"
        for finding in verdict.findings:
            yield from _finding(finding, language)


def _finding(finding: "Finding", language: str) -> Iterator[str]:
    line = f" ({finding.line})" if finding.line else ""
    yield f"  {finding.severity} {finding.rule} {finding.location}{line}"
    yield f"    {finding.sentence(language)}"


def _verdict(data: bytes, rules: int | None, schema: bool) -> "Verdict":
    from cda.check import Verdict, check, not_cda
    from cda.parse import MAX_BYTES
    from schemas.xml import XmlRefused, parse
    from terminology.seed import seed_catalogue

    try:
        root = parse(data, max_bytes=MAX_BYTES)
    except XmlRefused as refused:
        return Verdict(None, None, None, (not_cda(str(refused)),), cda=False)
    return check(root, seed_catalogue(), wave=rules, schema=schema)


def _wave(text: str | None) -> int | None:
    """The wave of an argument such as 8, w8 or W8; ends the command when there is no such wave."""
    if text is None:
        return None
    digits = text.strip().upper().removeprefix("W")
    if digits not in WAVES:
        stop(f"--wave: there is no wave {text[:20]!r}; there are {WAVES[0]} to {WAVES[-1]}", USAGE)
    return int(digits)


def _name(wave: int | None) -> str | None:
    return None if wave is None else f"W{wave}"
