"""Taking turns: two transactions that decide on the same thing do it one after the other."""

from __future__ import annotations

from sqlalchemy import BigInteger, bindparam, func, select
from sqlalchemy.orm import Session

from portal.store import blind_index


def take_turn(db: Session, topic: str, subject: str) -> None:
    """Wait until no other transaction is busy with this subject; held until the end of this one.

    SQLite has one writer at a time anyway.
    """
    if _has_many_writers(db):
        db.execute(_WAIT, {"number": _number(db, topic, subject)})


_WAIT = select(func.pg_advisory_xact_lock(bindparam("number", type_=BigInteger())))
"""Written once: to put it together takes longer than to answer it."""


def is_our_turn(db: Session, topic: str) -> bool:
    """Whether nobody else is busy with this topic now; if so, nobody else is until the end of this one."""
    if not _has_many_writers(db):
        return True
    return bool(db.scalar(select(func.pg_try_advisory_xact_lock(_number(db, topic, "")))))


def _has_many_writers(db: Session) -> bool:
    return db.get_bind().dialect.name == "postgresql"


def _number(db: Session, topic: str, subject: str) -> int:
    return int(blind_index(db, f"turn:{topic}", subject)[:15], 16)
