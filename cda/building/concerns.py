"""Allergies and problems as clinical statements, each with its concern. Source: cda.md 4.1, 4.2."""

from typing import Final

from terminology.code_systems import SNOMED_CT

from ..datatypes import Coded, Identifier, Moment, Period, Text
from ..node import Node
from ..parts import Participant
from ..statement import Relation, Statement
from . import fixed
from .dosing_words import period as span
from .fixed import CCD, E
from .narrative import Story
from .observation import UNKNOWN, observation, qualifying
from .summary_content import Allergy, Problem, Reaction
from .words import Words, national

_CLINICAL_FINDING: Final = Coded("404684003", SNOMED_CT, "SNOMED CT", display="Clinical finding")
_SEVERITY: Final = Coded("SEV", fixed.ACT_CODE, "ActCode", display="Severity observation")
_CRITICALITY: Final = fixed.loinc("82606-5", "Allergy or intolerance criticality")
_CERTAINTY: Final = fixed.loinc("66455-7", "Condition status")
_STATUS: Final = fixed.loinc("33999-4", "Status")
_OUTCOME: Final = fixed.loinc("11323-3", "Health status")


def concern(own: Identifier, status: str, when: Period | None, template: str, inner: Statement) -> Statement:
    """The act round an allergy or a problem, which says whether it is still of concern."""
    roots = (template, f"{CCD}.27") if template.endswith(".15") else (template,)
    return Statement(
        "act",
        Node("act"),
        templates=frozenset(roots),
        ids=(own,),
        code=fixed.CONCERN,
        status=Coded(status),
        times=(Moment(when or UNKNOWN),),
        relations=(Relation("SUBJ", inner),),
    )


def allergy(one: Allergy, section: str, story: Story, said: Words) -> Statement:
    """An allergy or intolerance with its reactions."""
    reactions = [f"{national(r.manifestation)} {national(r.severity)}".strip() for r in one.reactions]
    cells = (
        national(one.kind),
        national(one.agent),
        ", ".join(reactions),
        national(one.criticality),
        national(one.certainty),
        national(one.status),
        span(one.onset, said),
    )
    row = Text("", story.row(cells))
    agent = Participant("CSM", "MANU", codes=(one.agent,))
    relations = [Relation("MFST", _reaction(reaction, row)) for reaction in one.reactions]
    relations += qualifying(
        row,
        ("SUBJ", _CRITICALITY, one.criticality, (f"{E}.3.33",)),
        ("SUBJ", _CERTAINTY, one.certainty, (f"{E}.3.35",)),
        ("REFR", _STATUS, one.status, (f"{E}.3.34",)),
    )
    inner = observation(
        one.kind,
        None,
        (f"{E}.3.17",),
        row,
        one.onset or UNKNOWN,
        (one.id,),
        participants=(agent,),
        relations=tuple(relations),
    )
    return concern(one.concern_id, one.concern, one.onset, f"{E}.3.16", inner)


def _reaction(one: Reaction, row: Text) -> Statement:
    severity = qualifying(row, ("SUBJ", _SEVERITY, one.severity, (f"{E}.3.8",)))
    when = one.onset or UNKNOWN
    roots = (f"{E}.3.44",)
    return observation(
        _CLINICAL_FINDING, one.manifestation, roots, row, when, (one.id,), relations=tuple(severity)
    )


def problem(one: Problem, section: str, story: Story, said: Words) -> Statement:
    """A diagnosis or complaint."""
    cells = (
        national(one.diagnosis),
        span(one.onset, said),
        national(one.severity),
        national(one.certainty),
        national(one.status),
    )
    row = Text("", story.row(cells))
    relations = qualifying(
        row,
        ("SUBJ", _SEVERITY, one.severity, (f"{E}.3.8",)),
        ("SUBJ", _CERTAINTY, one.certainty, (f"{E}.3.49",)),
        ("REFR", _STATUS, one.status, (f"{E}.3.9", f"{CCD}.57", f"{CCD}.50")),
        ("REFR", _OUTCOME, one.outcome, (f"{E}.3.10",)),
    )
    inner = observation(
        one.kind,
        one.diagnosis,
        (f"{E}.3.7",),
        row,
        one.onset or UNKNOWN,
        (one.id,),
        relations=tuple(relations),
    )
    return concern(one.concern_id, one.concern, one.onset, f"{E}.3.15", inner)
