"""The code systems and value sets of the workspace, to choose from and to name."""

from dataclasses import dataclass

from sqlalchemy import Engine, select

from terminology.store.engine import snapshot
from terminology.store.schema import code_system, code_system_version, designation, value_set


@dataclass(frozen=True, slots=True)
class Known:
    """What can be chosen: key or OID -> name, by name; and the bases that texts rest on."""

    systems: dict[str, str]
    value_sets: dict[str, str]
    bases: tuple[str, ...]


def known(engine: Engine) -> Known:
    """Read anew for each page: an import may have brought more."""
    with snapshot(engine).connect() as connection:
        systems = connection.execute(select(code_system.c.key, code_system.c.name))
        sets = connection.execute(select(value_set.c.oid, value_set.c.name))
        bases = connection.execute(select(designation.c.basis).distinct()).scalars()
        return Known(
            {row.key: row.name for row in sorted(systems, key=lambda row: str(row.name).casefold())},
            {row.oid: row.name for row in sorted(sets, key=lambda row: str(row.name).casefold())},
            tuple(sorted(bases)),
        )


def newest_version(engine: Engine, system: str) -> str | None:
    """The newest version held of a code system, "" where none is stated; None: the system is not known."""
    query = (
        select(code_system_version.c.version)
        .join(code_system, code_system_version.c.system_id == code_system.c.id)
        .where(code_system.c.key == system)
        .order_by(code_system_version.c.ordinal.desc())
        .limit(1)
    )
    with snapshot(engine).connect() as connection:
        found: str | None = connection.execute(query).scalar()
        return found
