"""Taking turns: two transactions that decide on the same thing do it one after the other."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.store import blind_index


def take_turn(db: Session, topic: str, subject: str) -> None:
    """Wait until no other transaction is busy with this subject; held until the end of this one.

    SQLite has one writer at a time anyway.
    """
    if db.get_bind().dialect.name == "postgresql":
        number = int(blind_index(db, f"turn:{topic}", subject)[:15], 16)
        db.execute(select(func.pg_advisory_xact_lock(number)))
