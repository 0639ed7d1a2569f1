"""The person's own voice where somebody else applies for them: what they may read, say, stop, end and hide.

Through their own account, with nothing but their slip, or with staff who read or write for them: then it is
on record who of the staff, and how. Whoever acts is told of each of these but of what is hidden from them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, joinedload

from portal import clock
from portal.catalogue.field_types import FieldError
from portal.catalogue.texts import Text
from portal.rules.acting import Act
from portal.rules.errors import Conflict, NotFound
from portal.rules.references import new_slip_code, parse_reference
from portal.store.applications import Application, Slip
from portal.store.people import Person
from portal.store.voices import OwnWords
from portal.usecases.actor import Actor
from portal.usecases.alerts import tell_account
from portal.usecases.applications import get_own
from portal.usecases.audit import record_event, stream_of
from portal.usecases.corrections import go_on_with_correction, hold_correction
from portal.usecases.objecting import find_objection
from portal.usecases.own_files import is_own_of
from portal.usecases.own_notices import may_tell_representative
from portal.usecases.person_slips import person_of_slip
from portal.usecases.regions import get_region
from portal.usecases.standing import require_act, side_of

Way = Literal["web", "slip", "counter", "phone", "home_visit"]
Kind = Literal["words", "objection", "takeover", "end", "hide", "show"]

UNDER_WAY: Final = ("draft", "in_review", "returned")
"""States in which there is something to object to."""
MOST_SHOWN = 50

TOLD: Final[dict[str, Text]] = {
    "words": Text(
        zh="您代办的申请（收件号{reference}），本人告诉了我们自己的想法。",
        easy="您代办的申请，收件号{reference}。本人有话告诉我们。",
        en="Application {reference}: the person told us their own view.",
    ),
    "objection": Text(
        zh="您代办的申请（收件号{reference}），本人说不同意这样办。请先和本人商量。",
        easy="您代办的申请，收件号{reference}。本人不同意这样办。请先和本人商量。",
        en="Application {reference}: the person objects. Please talk first.",
    ),
    "settled": Text(
        zh="您代办的申请（收件号{reference}），本人收回了不同意的意见。",
        easy="您代办的申请，收件号{reference}。本人收回了“不同意”。",
        en="Application {reference}: the person took the objection back.",
    ),
    "takeover": Text(
        zh="您代办的申请（收件号{reference}），本人自己接着办了。您不用再办。",
        easy="您代办的申请，收件号{reference}。本人自己接着办了。您不用再办。",
        en="Application {reference}: the person does it themselves now.",
    ),
}
"""What whoever acts is told, by what the person did; never the person's words."""


@dataclass(frozen=True)
class Voice:
    """Who speaks for themselves, how, and who of the staff writes it down (then the actor is staff)."""

    actor: Actor
    way: Way
    slip_id: int | None = None
    """The slip that was shown; without one the actor's account is the person's own."""

    @property
    def by(self) -> Actor:
        """Who is put on record, with the channel through which it was said."""
        if self.actor.kind != "staff":
            return self.actor
        channels = {"counter": "counter", "phone": "phone", "home_visit": "home_visit"}
        return replace(self.actor, channel=channels.get(self.way, self.actor.channel))  # type: ignore[arg-type]

    @property
    def authority(self) -> str:
        """On what it leans that this is the person."""
        return "person" if self.slip_id is None else f"slip:{self.slip_id}"

    @property
    def noted_by_id(self) -> int | None:
        return self.actor.signed_in_id if self.actor.kind == "staff" else None


def list_in_my_name(db: Session, voice: Voice) -> Sequence[Application]:
    """What others have begun for the person who speaks, newest first. Raises NotFound once the slip
    is off."""
    if voice.slip_id is not None:
        mine = Application.person_id == person_of_slip(db, voice.slip_id).id
    else:
        side = voice.actor.side_id
        own = select(Person.id).where(is_own_of(side))
        mine = and_(Application.person_id.in_(own), Application.account_id != side)
    query = select(Application).where(mine, Application.acting == "proxy")
    query = query.options(joinedload(Application.representation), joinedload(Application.person))
    return db.scalars(query.order_by(Application.id.desc()).limit(MOST_SHOWN)).all()


def reach(db: Session, voice: Voice, reference: str, act: Act, *, lock: bool = False) -> Application:
    """One of them, to do ``act`` with it.

    Raises NotFound for every other, and once the slip is off; NotAllowed for acts that are not the person's.
    """
    if voice.slip_id is None:
        application = get_own(db, voice.actor, reference, act, lock=lock)
        if side_of(voice.actor, application) != "person":
            raise NotFound("application")  # whoever acts lays it down, and never speaks as the person
        return application
    person = person_of_slip(db, voice.slip_id)
    try:
        wanted = parse_reference(reference)
    except FieldError as odd:
        raise NotFound("application") from odd
    query = select(Application).where(
        Application.reference == wanted,
        Application.person_id == person.id,
        Application.acting == "proxy",
    )
    locked = query.with_for_update(of=Application).execution_options(populate_existing=True)
    found = db.scalar(locked if lock else query)
    if found is None:
        raise NotFound("application")
    require_act(voice.actor, found, act, "slip")
    return found


def speak(db: Session, voice: Voice, reference: str, words: str) -> OwnWords:
    """Add own words for whoever decides; pressed twice they are said once."""
    application = reach(db, voice, reference, "speak", lock=True)
    newest = _newest(db, application)
    if newest is not None and (newest.kind, newest.words) == ("words", words):
        return newest
    return keep_words(db, voice, application, "words", words)


def object_to_it(db: Session, voice: Voice, reference: str, words: str = "") -> OwnWords:
    """Say that it is not to be done so. Nothing is handed in, and nobody has the last word, unheard
    (``objecting``). One stands at a time: said again it is the same one.

    Raises Conflict ``too_late_to_object`` once it is over.
    """
    application = reach(db, voice, reference, "stop", lock=True)
    standing = find_objection(db, application)
    if standing is not None:
        return standing
    if application.state not in UNDER_WAY:
        raise Conflict("too_late_to_object", what=application.state, when=application.changed_at)
    hold_correction(db, application)
    return keep_words(db, voice, application, "objection", words)


def take_objection_back(db: Session, voice: Voice, reference: str) -> None:
    """It may go on; twice is once."""
    application = reach(db, voice, reference, "stop", lock=True)
    standing = find_objection(db, application)
    if standing is not None:
        settle(db, application, standing, voice.noted_by_id)
        _record(db, voice, application, "objection_taken_back", standing)
        tell_representative(db, application, "settled", standing.id)


def hide(db: Session, voice: Voice, reference: str, *, is_hidden: bool) -> None:
    """Keep an application from who acts for the person, or show it again; they are not told.

    The code of its receipt, which they may have, opens nothing any more.
    """
    application = reach(db, voice, reference, "hide", lock=True)
    if application.is_hidden == is_hidden:
        return
    application.is_hidden = is_hidden
    if is_hidden:
        renew_receipt_code(db, application)
    keep_words(db, voice, application, "hide" if is_hidden else "show")


def keep_words(db: Session, voice: Voice, application: Application, kind: Kind, words: str = "") -> OwnWords:
    """Write down what the person said or did, put it on record, and tell who acts."""
    said = OwnWords(
        application_id=application.id,
        kind=kind,
        words=words or None,
        representation_id=application.representation_id,
        way=voice.way,
        noted_by_id=voice.noted_by_id,
        said_at=clock.now(),
    )
    db.add(said)
    db.flush()
    _record(db, voice, application, kind, said)
    tell_representative(db, application, kind, said.id)
    return said


def settle(db: Session, application: Application, standing: OwnWords, by_id: int | None) -> None:
    """The objection stands no more, and what stood still for it goes on."""
    standing.settled_at, standing.settled_by_id = clock.now(), by_id
    go_on_with_correction(db, application, standing)


def renew_receipt_code(db: Session, application: Application) -> None:
    """What the receipt said opens nothing any more."""
    slip = db.get(Slip, application.id)
    if slip is not None:
        slip.code = new_slip_code()


def tell_representative(db: Session, application: Application, kind: str, words_id: int) -> None:
    """Short words to who acts; none of what is hidden from them, or about which nothing is said."""
    text = TOLD.get(kind)
    if text is None or not may_tell_representative(application, {}):
        return
    said = {name: words.replace("{reference}", application.reference) for name, words in text if words}
    region = get_region(application.region)
    unique = f"voice-{kind}-{words_id}"
    tell_account(db, region, application.account_id, Text(**said), unique=unique)


def _newest(db: Session, application: Application) -> OwnWords | None:
    own = select(OwnWords).where(OwnWords.application_id == application.id)
    return db.scalar(own.order_by(OwnWords.id.desc()).limit(1))


def _record(db: Session, voice: Voice, application: Application, what: str, said: OwnWords) -> None:
    record_event(
        db,
        voice.by,
        stream_of(application),
        f"voice:{what}",
        person_id=application.person_id,
        authority=voice.authority,
        details={"words": said.id, "way": voice.way},
    )
