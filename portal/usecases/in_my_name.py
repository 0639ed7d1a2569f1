"""One application as the person reads it for whom somebody else began it: where it stands, who acts, what was
handed in. Not the telephone and the ID number of who acts: those are theirs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Answers, Definition, Meaning, Region
from portal.rules.acting import Act, Standing, why_not_act
from portal.rules.errors import NotAllowed, NotFound
from portal.rules.journey import VisibleAnswer
from portal.store.applications import Application
from portal.store.representations import Invitation
from portal.store.voices import OwnWords
from portal.usecases.applications import definition_of, journey_of, list_answers
from portal.usecases.audit import record_event, stream_of
from portal.usecases.handed_in import list_newest_answers
from portal.usecases.invitation_answers import answer_ask
from portal.usecases.invitations import Offer, list_asks
from portal.usecases.objecting import list_objections
from portal.usecases.own_notices import may_tell_representative
from portal.usecases.person_slips import person_of_slip
from portal.usecases.progress import Progress, read_progress
from portal.usecases.standing import authority_from
from portal.usecases.taking_over import is_taken_alone
from portal.usecases.voices import UNDER_WAY, Voice, list_in_my_name, reach

OF_WHO_ACTS: tuple[Meaning, ...] = (
    *("representative_document", "representative_number"),
    "representative_phone",
)
"""Answers about who acts that are no business of anybody else."""


@dataclass(frozen=True)
class InMyName:
    application: Application
    definition: Definition
    agent_name: str
    """As they wrote it; empty where they have not yet."""
    relation: str
    """What they say they are to the person (meaning ``relation``); may be empty."""
    basis: str
    standing: Standing
    since_on: date
    objection: OwnWords | None
    """That stands."""
    is_under_way: bool
    is_taken_alone: bool
    """Whether to take over and to end the authority need nobody's word."""
    is_agent_told: bool
    """Whether who acts is written to about what the person says and does with it: not of what is hidden from
    them, nor without the power to receive letters, nor once their authority is over."""
    may_agent_read: bool
    may_agent_get_letters: bool
    """What their authority gives today of an application that is not hidden from them."""


def list_seen(db: Session, voice: Voice) -> list[InMyName]:
    """Everything that others began for the person who speaks, newest first."""
    return _all_seen(db, list_in_my_name(db, voice))


def get_seen_by_person(db: Session, voice: Voice, reference: str) -> tuple[InMyName, Progress]:
    """One of them, and where it stands. Raises NotFound."""
    application = reach(db, voice, reference, "follow")
    return _seen(db, application), read_progress(db, application)


def read_answers(db: Session, voice: Voice, reference: str) -> tuple[InMyName, list[VisibleAnswer]]:
    """What was typed or handed in about the person, in reading order; on record. Raises NotFound."""
    application = reach(db, voice, reference, "follow")
    definition = definition_of(db, application)
    journey = journey_of(definition, application, _answers_of(db, [application]).get(application.id, {}))
    record_event(
        db,
        voice.by,
        stream_of(application),
        "voice:read_answers",
        person_id=application.person_id,
        authority=voice.authority,
        details={"way": voice.way},
    )
    shown = [one for one in journey.visible_answers() if one.field.means not in OF_WHO_ACTS and one.value]
    return _seen(db, application), shown


def list_asks_by_slip(db: Session, voice: Voice) -> list[Offer]:
    """Who asks the person of a slip to let them act, and waits; with an account the account says it."""
    if voice.slip_id is None:
        return []
    return list(list_asks(db, person_of_slip(db, voice.slip_id)))


def answer_ask_by_slip(
    db: Session, voice: Voice, invitation_id: int, region: Region, *, accepts: bool
) -> None:
    """The person's yes or no, with nothing but the slip. Raises NotFound, Conflict ``invitation_answered``,
    NotAllowed ``own_helper`` for who asked."""
    if voice.slip_id is None:
        raise NotFound("invitation")
    person = person_of_slip(db, voice.slip_id)
    if _asker_of(db, invitation_id) == voice.actor.account_id:
        raise NotAllowed("own_helper")
    answer_ask(db, voice.by, person, invitation_id, region, accepts=accepts, way=voice.way)


def _asker_of(db: Session, invitation_id: int) -> int | None:
    """The account that asked."""
    return db.scalar(select(Invitation.made_by_id).where(Invitation.id == invitation_id))


def _seen(db: Session, application: Application) -> InMyName:
    return _all_seen(db, [application])[0]


def _all_seen(db: Session, applications: Sequence[Application]) -> list[InMyName]:
    """By as many statements for many as for one."""
    ids = [one.id for one in applications]
    objections, answers = list_objections(db, ids), _answers_of(db, applications)
    return [_as_seen(db, one, answers.get(one.id, {}), objections.get(one.id)) for one in applications]


def _answers_of(db: Session, applications: Sequence[Application]) -> dict[int, Answers]:
    """What is typed now where they may be changed, else what was handed in."""
    open_ones = [one.id for one in applications if one.state in ("draft", "returned")]
    return list_newest_answers(db, [one.id for one in applications]) | list_answers(db, open_ones)


def _as_seen(db: Session, application: Application, answers: Answers, objection: OwnWords | None) -> InMyName:
    definition, kept = definition_of(db, application), application.representation
    if kept is None:
        raise RuntimeError("an application of somebody who acts has a record")
    meant = definition.meant(answers)

    def may(act: Act) -> bool:
        authority = authority_from(kept)
        return why_not_act(act, "representative", authority, application.service_code, clock.today()) is None

    return InMyName(
        application=application,
        definition=definition,
        agent_name=str(meant.get("representative_name") or ""),
        relation=str(kept.relation or meant.get("relation") or ""),
        basis=kept.basis,
        standing=authority_from(kept).on(clock.today()),
        since_on=clock.shanghai(application.created_at).date(),
        objection=objection,
        is_under_way=application.state in UNDER_WAY,
        is_taken_alone=is_taken_alone(application),
        is_agent_told=may_tell_representative(application, {}),
        may_agent_read=may("follow"),
        may_agent_get_letters=may("letters"),
    )
