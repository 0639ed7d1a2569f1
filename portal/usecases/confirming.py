"""Who cannot hand in by themselves says yes at the counter: to what was read back, as they can.

Signed on paper, or, for who cannot sign, by word, gesture or thumbprint before two of the staff; never a
drawn signature (rules.md 5.7). What was read back is kept as it was said. It holds for exactly these answers:
a changed answer is read back again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.evidence_pages import CONFIRMATION, files_of
from portal.catalogue.field_types import FieldError
from portal.catalogue.model import Answers, Definition, Region
from portal.rules.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.rules.states import may
from portal.store import blind_index
from portal.store.applications import Application
from portal.store.documents import Document
from portal.store.visits import SpokenConfirmation
from portal.usecases.actor import Actor
from portal.usecases.applications import definition_of, get_own, journey_of, load_answers
from portal.usecases.audit import record_event, stream_of
from portal.usecases.confirmation_scans import find_scan, keep_scan
from portal.usecases.confirmations import get_confirmed, is_whole
from portal.usecases.deciders import recused_ids
from portal.usecases.staff_names import name_of, names_of
from portal.usecases.submission import Receipt, refuse_incomplete, seen_hash_of, submit
from portal.usecases.transitions import authority_of
from portal.usecases.visits import refuse_related

ConfirmedBy = Literal["signed", "spoken", "gesture", "thumbprint"]
WAYS: tuple[ConfirmedBy, ...] = ("signed", "spoken", "gesture", "thumbprint")

SCANNED = frozenset({"signed", "thumbprint"})
"""What leaves a mark on paper, of which a scan can be kept; of a thumbprint it must."""

WAITS = timedelta(hours=8)
"""How long a word waits for the second of the staff: they were there, so it is the same working day. Ours."""
MOST_WAITING = 50
LONGEST_WORDS = 500


@dataclass(frozen=True)
class Said:
    """How the person said yes, and to what."""

    way: ConfirmedBy
    text: str
    """What was read back, whole, in the words in which it was said."""
    declarations: Sequence[str]
    words: str = ""
    """What the clerk writes down of it: the person's own words, the gesture, why they do not sign."""


@dataclass(frozen=True)
class WaitingWord:
    """A confirmation that waits for the second of the staff."""

    id: int
    reference: str
    way: str
    first: str
    made_at: datetime
    definition: Definition


@dataclass(frozen=True)
class WordToWitness:
    """The same with all that the second heard: what was read back, and to what the person said yes."""

    waiting: WaitingWord
    text: str
    words: str
    declarations: tuple[str, ...]


def record_confirmation(
    db: Session, actor: Actor, reference: str, region: Region, said: Said, seen_hash: str
) -> SpokenConfirmation:
    """The person has heard everything and said yes. Recorded again it replaces nothing: the newest counts.

    Raises NotAllowed away from a visitor or for a relative's matter, Conflict where the answers are not those
    that were read back, Invalid where something is missing.
    """
    if not actor.is_beside or actor.unit_code is None:
        raise NotAllowed("counter_only")
    application = get_own(db, actor, reference, "submit", lock=True)
    answers = _read_back(db, application, seen_hash)
    _refuse_own_matter(db, actor, application, answers)
    definition = definition_of(db, application)
    scan = find_scan(db, application.id)
    faults = _without_trace(said, scan)
    try:
        refuse_incomplete(journey_of(definition, application, answers), region, said.declarations)
    except Invalid as incomplete:
        faults = {**incomplete.errors, **faults}
    if faults:
        raise Invalid(faults)
    known = {one.id for one in definition.service.declarations}
    confirmation = SpokenConfirmation(
        application_id=application.id,
        way=said.way,
        text=said.text,
        answers_hash=seen_hash,
        declarations=[one for one in said.declarations if one in known],
        words=said.words[:LONGEST_WORDS] or None,
        document=scan.key if scan is not None and said.way in SCANNED else None,
        unit_code=actor.unit_code,
        first_id=actor.signed_in_id,
        made_at=clock.now(),
    )
    db.add(confirmation)
    db.flush()
    _record(db, actor, application, confirmation, "confirmation:hear", authority_of(application))
    return confirmation


def list_waiting_words(db: Session, actor: Actor) -> list[WaitingWord]:
    """What colleagues of the actor's unit heard and the actor may have heard too, the newest first."""
    rows = db.execute(
        select(SpokenConfirmation, Application)
        .join(Application, Application.id == SpokenConfirmation.application_id)
        .where(
            SpokenConfirmation.unit_code == actor.unit_code,
            SpokenConfirmation.second_id.is_(None),
            SpokenConfirmation.way != "signed",
            SpokenConfirmation.first_id != actor.signed_in_id,
            SpokenConfirmation.made_at > clock.now() - WAITS,
            Application.state.in_(("draft", "returned")),
        )
        .order_by(SpokenConfirmation.id.desc())
        .limit(MOST_WAITING)
    ).all()
    names = names_of(db, [confirmation.first_id for confirmation, _application in rows])
    return [
        _waiting(db, confirmation, application, names[confirmation.first_id])
        for confirmation, application in rows
    ]


def read_waiting_word(db: Session, actor: Actor, confirmation_id: int) -> WordToWitness:
    """One of them with all that was said: on record, it is everything that the person answered. Raises
    NotFound for another unit's and one's own, Conflict where the answers have changed since or somebody was
    quicker."""
    confirmation, application = _to_witness(db, actor, confirmation_id)
    _record(db, actor, application, confirmation, "confirmation:read", "office")
    first = name_of(db, confirmation.first_id)
    return WordToWitness(
        _waiting(db, confirmation, application, first),
        confirmation.text,
        confirmation.words or "",
        tuple(confirmation.declarations),
    )


def witness_confirmation(db: Session, actor: Actor, confirmation_id: int) -> SpokenConfirmation:
    """The second of the staff was there and heard the same; twice is once. Raises as
    ``read_waiting_word``."""
    confirmation, application = _to_witness(db, actor, confirmation_id, lock=True)
    if confirmation.second_id is None:
        confirmation.second_id, confirmation.second_at = actor.signed_in_id, clock.now()
        _record(db, actor, application, confirmation, "confirmation:witness", "office")
    return confirmation


def hand_in_confirmed(
    db: Session, actor: Actor, reference: str, region: Region, seen_hash: str, *, has_registers: bool
) -> Receipt:
    """Hand in what the person said yes to, with the declarations to which they did. Raises as ``submit``,
    and Conflict ``not_confirmed`` or ``waits_for_second``."""
    application = get_own(db, actor, reference, "submit", lock=True)
    confirmed: SpokenConfirmation | None = None
    declarations: Sequence[str] = ()
    if may(application.state, "submit") or may(application.state, "resubmit"):
        answers = _read_back(db, application, seen_hash)
        _refuse_own_matter(db, actor, application, answers)
        confirmed = get_confirmed(db, application, seen_hash)
        declarations = confirmed.declarations
    receipt = submit(
        db,
        actor,
        reference,
        region,
        declarations=declarations,
        seen_hash=seen_hash,
        has_registers=has_registers,
    )
    if confirmed is not None and confirmed.document is not None:
        keep_scan(db, confirmed.document)
    return receipt


def _read_back(db: Session, application: Application, seen_hash: str) -> Answers:
    """The answers, which are those that were read back. Raises Conflict."""
    if application.state not in ("draft", "returned"):
        raise Conflict("page_is_closed", what=application.state, when=application.changed_at)
    definition = definition_of(db, application)
    answers = journey_of(definition, application, load_answers(db, application)).answers
    if seen_hash_of(db, application, answers) != seen_hash:
        raise Conflict("answers_changed_meanwhile")
    return answers


def _refuse_own_matter(db: Session, actor: Actor, application: Application, answers: Answers) -> None:
    """Raises NotAllowed where the ID number that was typed is the clerk's own or a relative's, or they said
    that they keep away."""
    number = answers.get(definition_of(db, application).service.subject_id_field)
    refuse_related(db, actor, blind_index(db, "id_number", str(number)) if number else None)
    if actor.signed_in_id in recused_ids(db, application):
        raise NotAllowed("own_visitor")


def _without_trace(said: Said, scan: Document | None) -> dict[str, Sequence[FieldError]]:
    """What is missing of how it was said: a thumbprint is scanned; what leaves nothing on paper is written
    down, the word or the gesture."""
    if said.way == "thumbprint" and scan is None:
        return {files_of(CONFIRMATION): [FieldError("file_missing")]}
    if said.way not in SCANNED and not said.words.strip():
        return {"words": [FieldError("required_text")]}
    return {}


def _to_witness(
    db: Session, actor: Actor, confirmation_id: int, *, lock: bool = False
) -> tuple[SpokenConfirmation, Application]:
    query = select(SpokenConfirmation).where(SpokenConfirmation.id == confirmation_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = db.scalar(query)
    is_theirs = found is not None and found.unit_code == actor.unit_code and found.way != "signed"
    if found is None or not is_theirs or found.first_id == actor.signed_in_id:
        raise NotFound("confirmation")
    application = db.get_one(Application, found.application_id)
    if found.second_id == actor.signed_in_id:
        return found, application
    if is_whole(found):
        second = name_of(db, found.second_id)
        raise Conflict("confirmation_is_whole", who=second, when=found.second_at)
    if found.made_at <= clock.now() - WAITS:
        raise Conflict("confirmation_too_old", when=found.made_at)
    answers = _read_back(db, application, found.answers_hash)
    _refuse_own_matter(db, actor, application, answers)
    return found, application


def _waiting(
    db: Session, confirmation: SpokenConfirmation, application: Application, first: str | None
) -> WaitingWord:
    return WaitingWord(
        confirmation.id,
        application.reference,
        confirmation.way,
        first or "",
        confirmation.made_at,
        definition_of(db, application),
    )


def _record(
    db: Session,
    actor: Actor,
    application: Application,
    confirmation: SpokenConfirmation,
    tag: str,
    authority: str,
) -> None:
    record_event(
        db,
        actor,
        stream_of(application),
        tag,
        person_id=application.person_id,
        authority=authority,
        details={"confirmation": confirmation.id, "way": confirmation.way},
    )
