"""Alembic's door: runs the migrations on the connection that `terminology.store.engine` hands over."""

from alembic import context

from terminology.store.engine import VERSION_TABLE

context.configure(
    connection=context.config.attributes["connection"],
    version_table=VERSION_TABLE,
    transactional_ddl=False,  # the caller's transaction covers everything, and SQLite's DDL with it
)
context.run_migrations()
