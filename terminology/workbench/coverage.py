"""How much of the catalogue has a Norwegian text: per value set, and per source of the words."""

from dataclasses import dataclass

from sqlalchemy import Engine, case, func, select

from terminology.designation import Status
from terminology.store.engine import snapshot
from terminology.store.schema import concept, designation, membership, value_set

NORWEGIAN = ("nb-NO", "nb", "no", "nn-NO", "nn")
_RANK = case(
    (designation.c.status == Status.ACTIVE.value, 3),
    (designation.c.status == Status.IN_REVIEW.value, 2),
    (designation.c.status == Status.DRAFT.value, 1),
    else_=0,
)


@dataclass(frozen=True, slots=True)
class Coverage:
    """Current concepts by the furthest reviewed Norwegian text that they have."""

    key: str  # OID of the value set
    name: str
    active: int
    in_review: int
    draft: int
    missing: int

    @property
    def total(self) -> int:
        return self.active + self.in_review + self.draft + self.missing

    def share(self, number: int) -> float:
        """Per cent of the total."""
        return round(100 * number / self.total, 1) if self.total else 0.0


@dataclass(frozen=True, slots=True)
class Source:
    """Norwegian texts of one source by status."""

    basis: str
    active: int
    in_review: int
    draft: int

    @property
    def total(self) -> int:
        return self.active + self.in_review + self.draft


def of_value_sets(engine: Engine) -> list[Coverage]:
    """Every value set, the one with the most concepts without text first; one pass over the texts."""
    best = (
        select(designation.c.concept_id, func.max(_RANK).label("rank"))
        .where(designation.c.language.in_(NORWEGIAN))
        .group_by(designation.c.concept_id)
        .subquery()
    )
    rank = func.coalesce(best.c.rank, 0)
    query = (
        select(value_set.c.oid, value_set.c.name, rank.label("rank"), func.count().label("number"))
        .join_from(value_set, membership, membership.c.value_set_id == value_set.c.id)
        .join(concept, membership.c.concept_id == concept.c.id)
        .outerjoin(best, best.c.concept_id == concept.c.id)
        .where(concept.c.current)
        .group_by(value_set.c.oid, value_set.c.name, rank)
    )
    found: dict[str, tuple[str, list[int]]] = {}
    with snapshot(engine).connect() as connection:
        for row in connection.execute(query):
            found.setdefault(row.oid, (row.name, [0, 0, 0, 0]))[1][row.rank] += row.number
    made = [Coverage(oid, name, by[3], by[2], by[1], by[0]) for oid, (name, by) in found.items()]
    return sorted(made, key=lambda each: (-each.missing, -each.total, each.name))


def of_sources(engine: Engine) -> list[Source]:
    """Where the Norwegian texts come from, the largest source first."""
    query = (
        select(designation.c.basis, designation.c.status, func.count().label("number"))
        .where(designation.c.language.in_(NORWEGIAN), designation.c.status != Status.RETIRED.value)
        .group_by(designation.c.basis, designation.c.status)
    )
    found: dict[str, dict[str, int]] = {}
    with snapshot(engine).connect() as connection:
        for row in connection.execute(query):
            found.setdefault(row.basis, {})[row.status] = row.number
    statuses = (Status.ACTIVE, Status.IN_REVIEW, Status.DRAFT)
    made = [Source(name, *(by.get(each.value, 0) for each in statuses)) for name, by in found.items()]
    return sorted(made, key=lambda each: (-each.total, each.basis))
