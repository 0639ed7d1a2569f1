"""Is the portal fit to serve: the database answers, and its schema is the one this release was made for."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.store import database


def is_schema_current(db: Session) -> bool:
    """Whether the schema is the newest. Raises SQLAlchemyError when there is no database, or no schema."""
    return bool(db.scalar(text("SELECT version_num FROM alembic_version")) == _newest_revision())


@cache
def _newest_revision() -> str | None:
    return ScriptDirectory(str(Path(database.__file__).parent / "migrations")).get_current_head()
