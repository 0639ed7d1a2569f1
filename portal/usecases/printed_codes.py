"""Codes on paper, beside the password: recovery codes of one's own, and the card of who has no authenticator.

Each opens once and is kept only as a keyed hash, so a sheet is shown once, when it is made; a new sheet makes
the old one worthless. Recovery codes may be used in any order. The codes of a card are short and are used in
order: the page names the number that is due, so one that
was seen over somebody's shoulder opens nothing yet.
"""

from __future__ import annotations

import hmac
import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from portal import clock
from portal.rules.errors import Conflict
from portal.store import blind_index
from portal.store.accounts import Account
from portal.store.staff_keys import PrintedCode
from portal.usecases.actor import Actor
from portal.usecases.administrators import get_staff_account, require_administrator, require_other
from portal.usecases.audit import record_event

Kind = Literal["recovery", "card"]

RECOVERY_CODES = 10
CARD_CODES = 60
"""About three months of working days."""
FEW = {"recovery": 3, "card": 10}
"""From so many left on, the person is told to get a new sheet."""

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""What cannot be taken for another when it is read aloud from paper: no 0 O 1 I L U."""
GROUPS, GROUP = 3, 4  # 12 characters of 30: 58 bits
CARD_DIGITS = 6


@dataclass(frozen=True)
class SheetLeft:
    """What is left of a sheet: how many codes, and the number of the one that is due (of a card)."""

    count: int
    due: int | None

    @property
    def is_none(self) -> bool:
        return self.count == 0


def make_recovery_codes(db: Session, actor: Actor) -> list[str]:
    """Ten new recovery codes for the actor's own account; the earlier ones open nothing any more."""
    codes = [_recovery_code() for _ in range(RECOVERY_CODES)]
    _replace(db, actor.signed_in_id, "recovery", codes)
    record_event(db, actor, f"account:{actor.signed_in_id}", "staff:make_recovery_codes")
    return codes


def make_card(db: Session, actor: Actor, account_id: int) -> list[str]:
    """A new card for somebody else, by an administrator; an earlier card opens nothing any more.

    Raises NotFound, NotAllowed for one's own account, Conflict ``account_disabled``.
    """
    require_administrator(actor)
    require_other(actor, account_id)
    account = get_staff_account(db, account_id)
    if account.disabled_at is not None:
        raise Conflict("account_disabled")
    codes = [f"{secrets.randbelow(10**CARD_DIGITS):0{CARD_DIGITS}d}" for _ in range(CARD_CODES)]
    _replace(db, account.id, "card", codes)
    account.has_card = True
    record_event(db, actor, f"account:{account.id}", "staff:make_card", authority="office")
    return codes


def withdraw_card(db: Session, actor: Actor, account_id: int) -> None:
    """The card of somebody else opens nothing any more: it was lost, or an authenticator is back."""
    require_administrator(actor)
    require_other(actor, account_id)
    account = get_staff_account(db, account_id)
    if account.has_card:
        _replace(db, account.id, "card", [])
        account.has_card = False
        record_event(db, actor, f"account:{account.id}", "staff:withdraw_card", authority="office")


def forget_recovery_codes(db: Session, account_id: int) -> None:
    """All of an account: it begins afresh."""
    _replace(db, account_id, "recovery", [])


def find_left(db: Session, account_id: int, kind: Kind) -> SheetLeft:
    """What an account has left of a sheet."""
    count, due = db.execute(
        select(func.count(), func.min(PrintedCode.position)).where(*_unused(account_id, kind))
    ).one()
    return SheetLeft(count, due if kind == "card" else None)


def use_code(db: Session, account: Account, kind: Kind, typed: str) -> bool:
    """Use a code up; False when it is none, or was used. The caller holds the lock on the account's row."""
    unused = db.scalars(
        select(PrintedCode).where(*_unused(account.id, kind)).order_by(PrintedCode.position)
    ).all()
    open_ones = unused[:1] if kind == "card" else unused
    wanted = _hash(db, account.id, kind, typed)
    found = [code for code in open_ones if hmac.compare_digest(code.code_hash, wanted)]
    for code in found[:1]:
        code.used_at = clock.now()
    return bool(found)


def _replace(db: Session, account_id: int, kind: Kind, codes: Sequence[str]) -> None:
    # One after the other, and in the order of whoever uses a code up: first the account, then its codes.
    db.scalar(select(Account.id).where(Account.id == account_id).with_for_update())
    db.execute(delete(PrintedCode).where(PrintedCode.account_id == account_id, PrintedCode.kind == kind))
    now = clock.now()
    db.add_all(
        PrintedCode(
            account_id=account_id,
            kind=kind,
            position=position,
            code_hash=_hash(db, account_id, kind, code),
            made_at=now,
        )
        for position, code in enumerate(codes, 1)
    )


def _unused(account_id: int, kind: Kind) -> tuple[ColumnElement[bool], ...]:
    return (
        PrintedCode.account_id == account_id,
        PrintedCode.kind == kind,
        PrintedCode.used_at.is_(None),
    )


def _recovery_code() -> str:
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(GROUP)) for _ in range(GROUPS))


def _hash(db: Session, account_id: int, kind: Kind, code: str) -> str:
    """Typed in capitals or not, full width, with or without what parts the groups: the same code."""
    plain = "".join(one for one in unicodedata.normalize("NFKC", code[:200]).upper() if one.isalnum())
    return blind_index(db, f"printed_code:{kind}", f"{account_id}:{plain}")
