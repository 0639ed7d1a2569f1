"""Tell someone: a notice in the account, its facts frozen, and a message through each allowed way."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, bindparam, not_, or_, select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Definition, Notice
from portal.catalogue.texts import Text
from portal.letters import facts_needed
from portal.rules.deadlines import holidays_between
from portal.rules.errors import NotFound
from portal.store.accounts import Account
from portal.store.applications import Application, StepEntry
from portal.store.messages import NoticeRow
from portal.store.units import UnitRow
from portal.usecases.access_needs import needs_for, written_to
from portal.usecases.actor import SYSTEM, Actor
from portal.usecases.alerts import signature_of
from portal.usecases.audit import record_event, stream_of
from portal.usecases.calendar import get_calendar
from portal.usecases.definitions import find_newest_definition
from portal.usecases.deliveries import note_read, plan_deliveries
from portal.usecases.notice_ways import allowed_contacts, queue_notice
from portal.usecases.outbox import queue_message
from portal.usecases.own_notices import make_own_copy, may_tell_representative, own_needs
from portal.usecases.own_ways import own_ways
from portal.usecases.regions import get_region
from portal.usecases.standing import require_letter
from portal.usecases.transitions import authority_of

NUMBERED = frozenset({"N02", "N03", "N04", "N05", "N06", "N07", "N08", "N09", "N10", "N11", "N16", "N20"})
"""Letters that decide or order something carry a number (文号); receipts and reminders do not."""

WORKING_DAYS = ("due_on", "promised_on", "notice_to_on")
"""Facts that are counted in working days: what lies between is said."""


def send_notice(
    db: Session,
    application: Application,
    definition: Definition,
    key: str,
    facts: Mapping[str, Any],
    *,
    is_announced: bool = True,
    tried: Collection[str] = (),
) -> NoticeRow:
    """Put notice ``key`` into the account and its messages into the outbox; of one that is not announced no
    message goes out, it only lies there. A reminder says in which ways the same was ``tried`` before: it goes
    another way too.

    ``facts`` fill the placeholders of the notice; days (``*_on``) and moments may be dates. Known besides
    them: ``is_due_provisional``, ``reasons`` (codes), ``points`` (dicts of page, reason, words), ``summary``
    and ``words`` (the officer's own), ``unit`` (the code of who says it; of the newest step where missing),
    and those of ``catalogue.model.USUAL``. Names that differ by language are dicts: ``zh``, ``easy``, ``en``.
    What the definition of the application has no words for yet is said in those of the newest.
    Raises ValueError when a fact that the notice needs is missing, KeyError for an unknown notice.
    """
    digest, definition, words = _words_for(db, application, definition, key, str(facts.get("event", "")))
    frozen = _frozen(db, application, definition, facts)
    said = facts_needed(words.said_of(frozen))
    frozen["holidays"] = _holidays(db, frozen, said)
    missing = sorted(said - frozen.keys())
    if missing:
        raise ValueError(f"notice {key} needs {', '.join(missing)}")
    now = clock.now()
    notice = NoticeRow(
        account_id=application.account_id,
        application_id=application.id,
        key=key,
        facts=frozen,
        facts_hash=facts_hash(frozen),
        definition_hash=digest,
        created_at=now,
    )
    db.add(notice)
    db.flush()
    if key in NUMBERED:
        notice.number = f"〔{clock.shanghai(now).year}〕第{notice.id}号"
    needs = needs_for(db, application)
    is_told = is_announced and may_tell_representative(application, frozen)
    by_hand = _give(db, application, definition, notice, needs, is_told=is_told, tried=tried)
    own = make_own_copy(db, application, definition, notice)
    if own is not None:
        own.facts_hash = facts_hash(own.facts)
        db.add(own)
        db.flush()
        # what the person wished from people is done once, whoever of the two it was written down for
        theirs = own_needs(needs)
        _give(db, application, definition, own, theirs, is_told=is_announced, given=by_hand, tried=tried)
    return notice


def _give(
    db: Session,
    application: Application,
    definition: Definition,
    notice: NoticeRow,
    needs: Mapping[str, Any],
    *,
    is_told: bool,
    tried: Collection[str],
    given: Collection[str] = (),
) -> list[str]:
    """The messages and deliveries of one notice; what people give of it by hand, besides what they gave.

    ``is_told``: whether its account's owner may be written to at all; else it only lies there.
    """
    is_own = notice.account_id != application.account_id
    account = db.get_one(Account, notice.account_id)
    written = written_to(account, needs)
    ways = (
        {channel: one.value for channel, one in allowed_contacts(db, account, needs).items()}
        if is_told
        else {}
    )
    if is_own and not ways:
        ways = own_ways(db, application, needs)
    channels = queue_notice(db, definition, notice, ways, written)
    by_hand = plan_deliveries(
        db,
        application,
        notice,
        channels,
        needs,
        written.language,
        is_by_hand=is_told,
        given=given,
        tried=tried,
    )
    details = {"notice": notice.key, "hash": notice.facts_hash, "channels": channels, "by_hand": by_hand}
    record_event(
        db,
        SYSTEM,
        stream_of(application),
        "notice:send",
        person_id=application.person_id,
        authority="system",
        details=details | ({"to": "person"} if is_own else {}),
    )
    return by_hand


def _words_for(
    db: Session, application: Application, definition: Definition, key: str, event: str
) -> tuple[str, Definition, Notice]:
    """The definition that has words for the notice and for what has happened, with its hash."""
    words = definition.notice(key)
    if words is not None and words.tells_of(event):
        return application.definition_hash, definition, words
    newest = find_newest_definition(db, definition)
    words = newest[1].notice(key) if newest else None
    if newest is None or words is None:
        raise KeyError(key)
    return *newest, words


def list_notices(db: Session, actor: Actor) -> list[NoticeRow]:
    """The notices of the actor's own account, newest first; without what the person took over, or keeps to
    themselves."""
    is_here = Application.account_id == actor.side_id
    kept_away = or_(and_(is_here, Application.is_hidden), and_(Application.acting == "self", not_(is_here)))
    return list(
        db.scalars(
            select(NoticeRow)
            .join(Application, Application.id == NoticeRow.application_id)
            .where(NoticeRow.account_id == actor.side_id, not_(kept_away))
            .order_by(NoticeRow.id.desc())
        )
    )


def get_notice(db: Session, actor: Actor, notice_id: int) -> NoticeRow:
    """One notice of the actor's own account, delivered by being opened. Raises NotFound, and NotAllowed
    for whoever acts for another and may not read their letters (any more)."""
    notice = db.scalar(
        select(NoticeRow).where(NoticeRow.id == notice_id, NoticeRow.account_id == actor.side_id)
    )
    if notice is None:
        raise NotFound
    application = db.get_one(Application, notice.application_id)
    require_letter(actor, application, notice.created_at)
    if notice.read_at is None:
        notice.read_at = clock.now()
        note_read(db, notice)
        record_event(
            db,
            actor,
            stream_of(application),
            "notice:read",
            person_id=application.person_id,
            authority=authority_of(application),
            details={"notice": notice.key, "hash": notice.facts_hash},
        )
    return notice


def tell_applicant(db: Session, application: Application, text: Text, *, unique: str) -> list[str]:
    """Short words that are no notice, signed, through each way that the applicant allows; the channels."""
    needs = needs_for(db, application)
    account = db.get_one(Account, application.account_id)
    words = signature_of(get_region(application.region)) + text.say(written_to(account, needs).language)
    allowed = allowed_contacts(db, account, needs) if may_tell_representative(application, {}) else {}
    for channel, contact in allowed.items():
        queue_message(
            db,
            unique_key=f"{unique}-{channel}",
            channel=channel,
            to=contact.value,
            subject="" if channel == "sms" else words[:20],
            body=words,
            account_id=account.id,
        )
    return list(allowed)


def facts_hash(facts: Mapping[str, Any]) -> str:
    """The fingerprint of frozen facts: what was said can be shown to be unchanged."""
    return hashlib.sha256(json.dumps(facts, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _frozen(
    db: Session, application: Application, definition: Definition, facts: Mapping[str, Any]
) -> dict[str, Any]:
    """The facts as JSON, with everything else that the letter says and that may change later."""
    region = get_region(application.region)
    entry = _newest_entry(db, application)
    step = definition.step(entry.step) if entry else None
    here = _unit(db, entry.unit_code if entry else None)
    # where nobody counted the whole, the step's own day is promised
    said = {"promised_on": facts.get("due_on"), **facts}
    return {
        **{name: _as_json(fact) for name, fact in said.items() if fact not in (None, {})},
        "reference": application.reference,
        "acting": application.acting,
        "subject_name": application.subject_name,
        "state": application.state,
        "step_kind": step.kind if step else "",
        "next_unit": here["names"],
        "unit": _unit(db, facts["unit"]) if facts.get("unit") else here,
        "told_on": clock.today().isoformat(),
        "signature": signature_of(region),
        "is_example": region.is_example,
    }


def _holidays(db: Session, facts: Mapping[str, Any], said: set[str]) -> list[dict[str, Any]]:
    """The days off before the last working day that the notice names (words.md 4)."""
    named = [date.fromisoformat(facts[name]) for name in WORKING_DAYS if name in said and name in facts]
    if not named:
        return []
    found = holidays_between(clock.today(), max(named), get_calendar(db))
    return [{name: _as_json(value) for name, value in asdict(one).items()} for one in found]


def _as_json(fact: Any) -> Any:
    if isinstance(fact, date | datetime):
        return fact.isoformat()
    if isinstance(fact, Mapping):
        return {str(name): _as_json(part) for name, part in fact.items()}
    if isinstance(fact, list | tuple):
        return [_as_json(part) for part in fact]
    return fact


def _newest_entry(db: Session, application: Application) -> StepEntry | None:
    return db.scalar(_NEWEST_ENTRY, {"application_id": application.id})


_NEWEST_ENTRY = (
    select(StepEntry)
    .where(StepEntry.application_id == bindparam("application_id"))
    .order_by(StepEntry.seq.desc())
    .limit(1)
)
"""Written once: to put it together takes longer than to answer it."""


def _unit(db: Session, code: str | None) -> dict[str, Any]:
    row = db.get(UnitRow, code) if code else None
    if row is None:
        return {"code": code, "names": {}, "contact": {}}
    return {"code": row.code, "names": dict(row.names), "contact": dict(row.contact)}
