"""Letters shown and printed at the counter for who stands there, in their own language and size.

That a clerk opened one is recorded as such; it does not count as the person having opened it in the account.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.catalogue.model import Definition
from portal.catalogue.texts import Language
from portal.rules.errors import NotFound
from portal.store.accounts import Account
from portal.store.applications import Application, Slip
from portal.store.messages import NoticeRow
from portal.usecases.access_needs import needs_for
from portal.usecases.actor import Actor
from portal.usecases.audit import record_event, stream_of
from portal.usecases.definitions import get_definition
from portal.usecases.notices import language_of
from portal.usecases.standing import require_letter
from portal.usecases.transitions import authority_for

RECEIPT = "N01"
"""The notice that something was received; with it goes the code of the slip."""


@dataclass(frozen=True)
class CounterLetter:
    """A letter as it is handed over."""

    notice: NoticeRow
    definition: Definition
    reference: str
    language: Language
    is_large: bool
    slip_code: str | None
    """On a receipt: the code with which its holder asks how it stands."""


def read_at_counter(db: Session, actor: Actor, notice_id: int) -> CounterLetter:
    """One letter of the visitor's. Raises NotFound for anybody else's, NotAllowed where who stands there may
    not read it (any more)."""
    notice = db.scalar(
        select(NoticeRow).where(NoticeRow.id == notice_id, NoticeRow.account_id == actor.side_id)
    )
    if notice is None:
        raise NotFound("notice")
    application = db.get_one(Application, notice.application_id)
    require_letter(actor, application, notice.created_at)
    needs = needs_for(db, application)
    slip = db.get(Slip, application.id) if notice.key == RECEIPT else None
    record_event(
        db,
        actor,
        stream_of(application),
        "notice:read",
        person_id=application.person_id,
        authority=authority_for(actor, application),
        details={"notice": notice.key},
    )
    return CounterLetter(
        notice,
        get_definition(db, notice.definition_hash),
        application.reference,
        language_of(db.get_one(Account, actor.side_id), needs),
        needs.get("contact_format") == "large",
        slip.code if slip is not None and not slip.is_off else None,
    )
