"""What importers need to know of the workspace."""

from collections.abc import Iterator, Mapping

from sqlalchemy import Engine, select

from terminology.store.engine import snapshot
from terminology.store.schema import code_system, code_system_version, concept


def known_systems(engine: Engine) -> dict[str, str]:
    """OID -> name of every code system of the workspace."""
    query = select(code_system.c.oid, code_system.c.name).where(code_system.c.oid.is_not(None))
    with snapshot(engine).connect() as connection:
        return {row.oid: row.name for row in connection.execute(query)}


def known_codes(engine: Engine) -> Mapping[str, frozenset[str]]:
    """OID -> codes of that system in any version; read when a system is first asked for."""
    return _Codes(engine)


class _Codes(Mapping[str, frozenset[str]]):
    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._systems = known_systems(engine)
        self._held: dict[str, frozenset[str]] = {}

    def __getitem__(self, oid: str) -> frozenset[str]:
        if oid not in self._systems:
            raise KeyError(oid)
        if oid not in self._held:
            query = (
                select(concept.c.code)
                .join(code_system_version, concept.c.version_id == code_system_version.c.id)
                .join(code_system, code_system_version.c.system_id == code_system.c.id)
                .where(code_system.c.oid == oid)
            )
            with snapshot(self._engine).connect() as connection:
                self._held[oid] = frozenset(connection.execute(query).scalars())
        return self._held[oid]

    def __iter__(self) -> Iterator[str]:
        return iter(self._systems)

    def __len__(self) -> int:
        return len(self._systems)
