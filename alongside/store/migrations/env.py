"""Alembic's entry: runs the migrations on the connection it is handed (see alongside.store.base)."""

from alembic import context

from alongside.store import tables  # noqa: F401  (so that autogenerate knows every table)
from alongside.store.base import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
