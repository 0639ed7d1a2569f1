"""Alembic's entry: runs the migrations over the connection that the store hands in."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import TypeDecorator

from portal.store import Base


def render_item(kind: str, thing: Any, _autogen_context: Any) -> str | Literal[False]:
    """Write our column types as what the database sees, so that old migrations never depend on new code."""
    if kind == "type" and isinstance(thing, TypeDecorator):
        return f"sa.{thing.impl_instance!r}"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=False,
    render_item=render_item,
)
with context.begin_transaction():
    context.run_migrations()
