"""An applicant's own applications: start, find, save a page, withdraw. Drafts end in ``drafts``."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import Session, selectinload

from portal import clock
from portal.catalogue.field_types import FieldError
from portal.catalogue.model import Answers, Definition
from portal.rules.acting import Act
from portal.rules.errors import Conflict, NotFound
from portal.rules.journey import Acting, Journey
from portal.rules.references import parse_reference
from portal.rules.states import may
from portal.store.accounts import Account
from portal.store.applications import AnswerPage, Application, Correction, Slip
from portal.store.database import plainly
from portal.store.people import Person
from portal.store.visits import Entering
from portal.usecases.actor import Actor
from portal.usecases.audit import record_event, stream_of
from portal.usecases.beginnings import for_whom, free_reference, set_draft_timers
from portal.usecases.definitions import get_definition, store_definition
from portal.usecases.handed_in import newest_answers_of
from portal.usecases.known_proof import settled_pages
from portal.usecases.notices import send_notice
from portal.usecases.own_files import is_own_of
from portal.usecases.standing import require_act, side_of
from portal.usecases.timers import drop_timers
from portal.usecases.transitions import authority_of, close_entry, move, open_entry

START_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")
MOST_DRAFTS = 30
"""Of one account: more than any family or village committee has open at once."""


def start_application(
    db: Session,
    actor: Actor,
    definition: Definition,
    acting: Acting,
    start_key: str,
    *,
    representation_id: int | None = None,
) -> Application:
    """Begin a draft. The same ``start_key`` (one per shown start page) gives the same draft again.

    ``representation_id``: by which record somebody acts who acted for this person before; without it whoever
    acts for another says so for the first time. Raises Conflict ``too_many_drafts``, NotFound for a record
    that is not theirs, NotAllowed where it does not reach this service today.
    """
    if not START_KEY.fullmatch(start_key):
        raise NotFound("start_key")
    _take_turns(db, actor)
    known = db.scalar(select(Application).where(Application.start_key == start_key))
    if known is not None:
        if known.account_id != actor.side_id:
            raise NotFound("start_key")
        return known
    if _count_drafts(db, actor) >= MOST_DRAFTS:
        raise Conflict("too_many_drafts")
    person, representation = for_whom(db, actor, definition, acting, representation_id)
    now = clock.now()
    application = Application(
        reference=free_reference(db),
        service_code=definition.service.code,
        definition_hash=store_definition(db, definition),
        region=definition.region,
        channel=actor.channel,
        account_id=actor.side_id,
        person_id=person.id,
        representation_id=representation.id if representation else None,
        acting=acting,
        state="draft",
        start_key=start_key,
        created_at=now,
        changed_at=now,
        draft_until_on=clock.today() + timedelta(days=definition.service.draft_days),
    )
    db.add(application)
    db.flush()
    set_draft_timers(db, application)
    record_event(
        db,
        actor,
        stream_of(application),
        "application:start",
        person_id=person.id,
        authority=authority_of(application),
    )
    note_entering(db, actor, application)
    return application


def note_entering(db: Session, actor: Actor, application: Application) -> None:
    """Staff who type answers for somebody are kept beside the application: they decide nothing of it."""
    if not actor.is_beside:
        return
    known = select(Entering.id).where(
        Entering.application_id == application.id, Entering.account_id == actor.signed_in_id
    )
    if db.scalar(known) is None:
        db.add(
            Entering(
                application_id=application.id,
                account_id=actor.signed_in_id,
                unit_code=actor.unit_code,
                visit_id=actor.visit_id,
                entered_at=clock.now(),
            )
        )
        db.flush()


def _count_drafts(db: Session, actor: Actor) -> int:
    counted = select(func.count()).select_from(Application)
    own = (Application.account_id == actor.side_id, Application.state == "draft")
    return db.scalar(counted.where(*own)) or 0


def _take_turns(db: Session, actor: Actor) -> None:
    """Of two starts of one account at once the second waits, and finds the draft or person of the first."""
    db.execute(select(Account.id).where(Account.id == actor.side_id).with_for_update(key_share=True))


def get_own(db: Session, actor: Actor, reference: str, act: Act, *, lock: bool = False) -> Application:
    """An application that is this account's, or that somebody began for its person, to do ``act`` with it.

    Raises NotFound for another's, as for one that does not exist, and NotAllowed ``authority_...`` where the
    act is not for this side of it, or not any more.
    """
    try:
        wanted = parse_reference(reference)
    except FieldError as odd:
        raise NotFound("application") from odd
    query = _OWN_LOCKED if lock else _OWN
    found = db.scalar(query, {"reference": wanted, "account_id": actor.side_id})
    side = side_of(actor, found) if found is not None else None
    if found is None or side is None:
        raise NotFound("application")
    require_act(actor, found, act, side)
    return found


# What every page of a journey asks is written once: to put a query together takes longer than to answer it.
_OWN = select(Application).where(
    Application.reference == bindparam("reference"),
    or_(
        Application.account_id == bindparam("account_id"),
        Application.person_id.in_(select(Person.id).where(is_own_of(bindparam("account_id")))),
    ),
)
_OWN_LOCKED = _OWN.with_for_update().execution_options(populate_existing=True)
_PAGES = select(AnswerPage.page, AnswerPage.answers, AnswerPage.typed).where(
    AnswerPage.application_id == bindparam("application_id")
)
_PAGE = select(AnswerPage).where(
    AnswerPage.application_id == bindparam("application_id"), AnswerPage.page == bindparam("page")
)
_OPEN_CORRECTION = select(Correction).where(
    Correction.application_id == bindparam("application_id"),
    Correction.answered_at.is_(None),
    Correction.ended_at.is_(None),
)


def list_own(db: Session, actor: Actor) -> Sequence[Application]:
    """Everything this account has started, what needs attention first; without what the person for whom it
    was started keeps to themselves."""
    rows = db.scalars(
        select(Application)
        .where(
            Application.account_id == actor.side_id,
            or_(Application.acting == "self", Application.is_hidden.is_(False)),
        )
        .options(selectinload(Application.entries), selectinload(Application.representation))
        .order_by(Application.id.desc())
        .limit(200)
    ).all()
    order = {"returned": 0, "draft": 1, "in_review": 2}
    return sorted(rows, key=lambda row: order.get(row.state, 3))


def load_answers(db: Session, application: Application) -> Answers:
    """What has been typed so far, of all pages together."""
    return load_pages(db, application)[0]


def list_answers(db: Session, application_ids: Collection[int]) -> dict[int, Answers]:
    """As ``load_answers`` for several applications at once, by their id."""
    rows = select(AnswerPage.application_id, AnswerPage.answers)
    found: dict[int, Answers] = {}
    for row in db.execute(rows.where(AnswerPage.application_id.in_(application_ids))):
        found.setdefault(row.application_id, {}).update(row.answers)
    return found


def load_pages(db: Session, application: Application) -> tuple[Answers, dict[str, dict[str, list[str]]]]:
    """The answers of all pages together; and by page what was typed and could not be read, to be mended."""
    answers: Answers = {}
    typed: dict[str, dict[str, list[str]]] = {}
    for row in plainly(db).execute(_PAGES, {"application_id": application.id}):
        answers |= row.answers
        if row.typed:
            typed[row.page] = row.typed
    return answers, typed


def journey_of(definition: Definition, application: Application, answers: Answers) -> Journey:
    """The way through the questions as this application stands today."""
    acting: Acting = "proxy" if application.acting == "proxy" else "self"
    return Journey(
        definition, answers, acting, clock.today(), settled_pages(definition, application, answers)
    )


def open_correction(db: Session, application: Application) -> Correction | None:
    """The request that the applicant has not answered yet."""
    return db.scalar(_OPEN_CORRECTION, {"application_id": application.id})


def open_pages(db: Session, application: Application, journey: Journey) -> tuple[str, ...]:
    """The pages that may be changed now, in order: every one of a draft; of a returned application those that
    were asked for, and those that a new answer there makes necessary."""
    if application.state == "draft":
        return tuple(page.id for page in journey.pages())
    correction = open_correction(db, application)
    if application.state != "returned" or correction is None:
        return ()
    asked = {point.page for point in correction.points}
    submitted = newest_answers_of(db, application)
    changed = {name for name, answer in journey.answers.items() if submitted.get(name) != answer}
    return tuple(
        page.id
        for page in journey.pages()
        if page.id in asked
        or not journey.is_complete(page)
        or any(field.id not in submitted or field.check_with in changed for field in page.fields)
    )


def may_edit(db: Session, application: Application, page: str) -> bool:
    """Any page of a draft, on the path or not; of a returned application only those that are open."""
    if application.state == "draft":
        return True
    journey = journey_of(definition_of(db, application), application, load_answers(db, application))
    return page in open_pages(db, application, journey)


def save_page(
    db: Session,
    actor: Actor,
    reference: str,
    page: str,
    answers: Answers,
    typed: dict[str, list[str]] | None = None,
) -> None:
    """Keep one page: its answers, and what was ``typed`` but cannot be read yet.

    Raises NotFound, and Conflict where the page is closed (submitted, or not asked for).
    """
    application = get_own(db, actor, reference, "fill", lock=True)
    note_entering(db, actor, application)
    if not may_edit(db, application, page):
        raise Conflict("page_is_closed", what=application.state, when=application.changed_at)
    row = db.scalar(_PAGE, {"application_id": application.id, "page": page})
    if row is None:
        row = AnswerPage(application_id=application.id, page=page)
        db.add(row)
    row.answers = answers
    row.typed = typed or None
    row.saved_at = clock.now()


def definition_of(db: Session, application: Application) -> Definition:
    return get_definition(db, application.definition_hash)


def withdraw(db: Session, actor: Actor, reference: str) -> Application:
    """Take an application back before it is decided; twice is once. Raises Conflict afterwards."""
    application = get_own(db, actor, reference, "withdraw", lock=True)
    if application.state == "withdrawn":
        return application
    if not may(application.state, "withdraw"):
        raise Conflict("too_late_to_withdraw", what=application.state, when=application.changed_at)
    correction = open_correction(db, application)
    if correction is not None:
        correction.ended_at = clock.now()
        drop_timers(db, "correction_due", correction.id)
    entry = open_entry(application)
    if entry is not None:
        close_entry(db, entry, "withdrawn")
    move(db, actor, application, "withdraw")
    facts: dict[str, Any] = {"ended_on": clock.today().isoformat()}
    send_notice(db, application, definition_of(db, application), "N18", facts)
    return application


def get_slip(db: Session, application: Application) -> Slip | None:
    return db.get(Slip, application.id)
