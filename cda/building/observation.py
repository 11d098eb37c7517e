"""Observations as clinical statements, and the smaller ones that qualify them."""

from typing import Any, Final

from ..datatypes import Coded, Identifier, Moment, Period, Text, Time
from ..node import Node
from ..statement import Relation, Statement
from . import fixed

UNKNOWN: Final = Period(low=Time(null="UNK"))  # a beginning that nobody states


def observation(
    code: Coded,
    value: Any,
    roots: tuple[str, ...],
    text: Text,
    when: Period | None = None,
    ids: tuple[Identifier, ...] = (),
    **more: Any,
) -> Statement:
    """A finished observation; `text` refers to its words, `more` are further fields of the statement."""
    return Statement(
        "observation",
        Node("observation"),
        templates=frozenset(roots),
        ids=ids,
        code=code,
        texts=(text,),
        status=fixed.COMPLETED,
        times=(Moment(when),) if when is not None else (),
        values=(value,) if value is not None else (),
        **more,
    )


def qualifying(row: Text, *found: tuple[str, Coded, Coded | None, tuple[str, ...]]) -> list[Relation]:
    """Observations that qualify another one: type code, code, value, templates; absent values write none."""
    return [
        Relation(type_code, observation(code, value, roots, row))
        for type_code, code, value, roots in found
        if value is not None
    ]
