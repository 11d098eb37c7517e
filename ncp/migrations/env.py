"""Alembic's door: runs the migrations on the connection that `ncp.store` hands over, in its transaction."""

from alembic import context

from ncp.store import VERSION_TABLE

context.configure(
    connection=context.config.attributes["connection"],
    version_table=VERSION_TABLE,
    transactional_ddl=False,  # the caller's transaction covers everything, and SQLite's DDL with it
)
context.run_migrations()
