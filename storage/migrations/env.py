"""How Alembic reaches our tables; called by it, on the connection that `storage.migrate` hands in."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlmodel.sql.sqltypes import AutoString

from storage import search
from storage.tables import metadata_for


def render_item(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Write our own column types and SQLModel's text in a way that a migration can import."""
    if kind == "type" and isinstance(item, AutoString):
        return f"sa.String({item.length or ''})"
    if kind == "type" and type(item).__module__ == "storage.columns":
        autogen.imports.add("from storage import columns")
        return f"columns.{item!r}"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata_for("postgresql"),
    render_item=render_item,
    include_name=lambda name, _kind, _parents: not search.is_own(name),
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
