"""收回: the person takes over what somebody else began for them, or ends the authority to act for them.
Nobody needs the helper's consent.

Where a guardian acts, staff hear both (rules.md 10.0.6, 11): then it is an objection.
"""

from __future__ import annotations

from typing import cast

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from portal import clock
from portal.rules.acting import Basis, may_reclaim_alone
from portal.rules.errors import Conflict, NotAllowed
from portal.rules.journey import Journey
from portal.store.applications import AnswerPage, Application
from portal.store.messages import NoticeRow
from portal.store.people import Person
from portal.usecases.applications import definition_of, load_answers
from portal.usecases.objecting import find_objection
from portal.usecases.own_accounts import keep_own_account, take_file
from portal.usecases.own_files import find_self_file
from portal.usecases.person_files import standing_file
from portal.usecases.person_slips import get_live_slip, person_of_slip, record_slip
from portal.usecases.regions import get_region
from portal.usecases.representations import end_by_person
from portal.usecases.voices import (
    UNDER_WAY,
    Voice,
    keep_words,
    object_to_it,
    reach,
    renew_receipt_code,
    settle,
)


def take_over(db: Session, voice: Voice, reference: str, words: str = "") -> Application | None:
    """Go on with it oneself: the application is the person's own from now on. Who began it keeps nothing of
    it but that the person does it themselves. None where staff hear both first: it became an objection.

    Whoever is signed in takes it into their own account; at the counter and by telephone it is in the
    person's account without contacts. Raises Conflict ``too_late_to_take_over`` once it is over, NotAllowed
    ``own_helper`` for who acts, ``file_has_account`` where another account is the person's,
    ``sign_in_first`` for who has shown nothing but the slip on the web.
    """
    application = reach(db, voice, reference, "reclaim", lock=True)
    if application.state not in UNDER_WAY:
        raise Conflict("too_late_to_take_over", what=application.state, when=application.changed_at)
    if not is_taken_alone(application):
        object_to_it(db, voice, reference, words)
        return None
    account_id = _account_of(db, voice, application)
    if account_id == application.account_id:
        raise NotAllowed("own_helper")
    keep_words(db, voice, application, "takeover", words)
    standing = find_objection(db, application)
    if standing is not None:
        settle(db, application, standing, voice.noted_by_id)
    agent_id = application.account_id
    application.person_id = _own_file(db, application.person, account_id).id
    application.account_id, application.acting = account_id, "self"
    application.representation_id, application.is_hidden = None, False
    application.changed_at = clock.now()
    renew_receipt_code(db, application)
    _take_letters(db, application, agent_id)
    _drop_answers_about_the_agent(db, application)
    db.flush()
    return application


def end_authority(db: Session, voice: Voice, reference: str, words: str = "") -> bool:
    """Whoever acts acts no more, in this and in everything else under the same record; twice is once.

    False where staff hear both first: it became an objection.
    """
    application = reach(db, voice, reference, "end", lock=True)
    kept = application.representation
    if kept is None or kept.state == "ended":
        return True
    if not is_taken_alone(application):
        object_to_it(db, voice, reference, words)
        return False
    keep_words(db, voice, application, "end", words)
    region, is_by_slip = get_region(application.region), voice.slip_id is not None
    end_by_person(db, voice.by, region, kept, by="slip" if is_by_slip else "person")
    return True


def keep_in_account(db: Session, voice: Voice) -> None:
    """Whoever signed in and showed the slip finds it in their account from now on, and is written to there.

    Raises NotAllowed ``own_helper`` for who wrote the file, ``file_has_account`` where another is the
    person's, ``sign_in_first``.
    """
    if voice.slip_id is None or voice.actor.kind != "resident":
        raise NotAllowed("sign_in_first")
    person = person_of_slip(db, voice.slip_id)
    if person.claimed_by_id == voice.actor.side_id and not person.is_self:
        raise NotAllowed("own_helper")
    take_file(db, voice.actor, person)
    record_slip(db, voice.actor, get_live_slip(db, voice.slip_id), "person_slip:keep", {})


def is_taken_alone(application: Application) -> bool:
    """Whether it is the person's at once (``rules/acting.may_reclaim_alone``)."""
    kept = application.representation
    return kept is None or may_reclaim_alone(cast(Basis, kept.basis))


def _account_of(db: Session, voice: Voice, application: Application) -> int:
    actor = voice.actor
    if actor.kind == "visitor":
        raise NotAllowed("sign_in_first")
    if actor.kind == "staff" and not actor.is_beside:
        return keep_own_account(db, application.person)
    take_file(db, actor, application.person)
    return actor.side_id


def _own_file(db: Session, person: Person, account_id: int) -> Person:
    """The person's own file. One that somebody else wrote stays theirs; of a new one nothing is proven."""
    own = find_self_file(db, account_id)
    if own is not None:
        return standing_file(db, own)
    own = Person(
        claimed_by_id=account_id,
        is_self=True,
        name=person.name,
        id_number=person.id_number,
        id_number_index=person.id_number_index,
        created_at=clock.now(),
    )
    db.add(own)
    db.flush()
    return own


def _take_letters(db: Session, application: Application, agent_id: int) -> None:
    """What was written to who acted is the person's to read, but for what they were told themselves."""
    own = select(NoticeRow.key).where(
        NoticeRow.application_id == application.id, NoticeRow.account_id == application.account_id
    )
    told = set(db.scalars(own))
    db.execute(
        update(NoticeRow)
        .where(
            NoticeRow.application_id == application.id,
            NoticeRow.account_id == agent_id,
            NoticeRow.key.not_in(told),
        )
        .values(account_id=application.account_id)
        .execution_options(synchronize_session=False)
    )


def _drop_answers_about_the_agent(db: Session, application: Application) -> None:
    """Pages that only somebody who acts is asked: what stands there is theirs."""
    definition, answers = definition_of(db, application), load_answers(db, application)
    own = {page.id for page in Journey(definition, answers, "self", clock.today()).pages()}
    asked = {page.id for page in Journey(definition, answers, "proxy", clock.today()).pages()}
    if asked - own:
        db.execute(
            delete(AnswerPage).where(
                AnswerPage.application_id == application.id, AnswerPage.page.in_(asked - own)
            )
        )
