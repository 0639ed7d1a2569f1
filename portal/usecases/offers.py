"""主动服务告知 (N15): what may be open to somebody by what is on record. It is said, and decides nothing.

Only what the record itself says is looked at (rules.md 11.2, 1, 5, 10 and 12): a card whose category and
grade put its holder in a group that is given something, a payment that failed twice. Whether to apply is up
to the person; who wants no such letters gets none.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.field_types import birth_date
from portal.catalogue.model import Benefit, BenefitGroup, Region, Service
from portal.catalogue.texts import LANGUAGES, Text
from portal.rules.benefits import ON_THE_CARD, card_facts
from portal.rules.calendar import whole_years
from portal.rules.certificates import is_good
from portal.rules.eligibility import assess
from portal.rules.errors import NotFound
from portal.rules.states import ENDED
from portal.store.applications import Application
from portal.store.certificates import Certificate
from portal.store.messages import NoticeRow
from portal.store.offers import Offer
from portal.store.people import Person
from portal.usecases.actor import Actor
from portal.usecases.applications import definition_of
from portal.usecases.audit import record_event, stream_of
from portal.usecases.benefits import find_running
from portal.usecases.certificates import state_today
from portal.usecases.definitions import find_definition_of_service
from portal.usecases.notices import get_notice, send_notice
from portal.usecases.transitions import authority_of

OFFER: Final = "N15"
Answer = Literal["declined", "no_more"]

ONE_MESSAGE_IN: Final = timedelta(days=1)
"""Of several offers at once one is announced; the others lie beside it in the account."""

OfferRow = Offer
"""An offer as pages show it."""

FITS: Final = Text(
    zh="残疾人证上的类别和等级，符合“{group}”这一类。",
    easy="残疾人证上写的类别和等级合适。",
    en="the category and the grade on the certificate fit “{group}”.",
)
FAILED_TWICE: Final = Text(
    zh="钱两次没有发成功，可能账户变了。",
    easy="钱两次没有发成。可能换了卡。",
    en="a payment has failed twice; the account may have changed.",
)
"""Why somebody is told, said by language; of nobody in particular, so that it fits whoever reads it."""


def offer_by_card(db: Session, region: Region, certificate_id: int) -> None:
    """Tell the holder of a new card what its category and grade may open: once for each category and grade.

    Nothing that they get already, are applying for, or are not entitled to by what is known.
    """
    card = db.get(Certificate, certificate_id)
    if card is None or card.cancelled_on is not None or not is_good(state_today(db, card, region)):
        return
    facts = _facts_of(db, card, region)
    cause = ",".join(sorted(f"{category}-{grade}" for category, grade in card.components))
    for benefit in region.benefits:
        service = _service(db, region, benefit.service)
        group = _group_by_card(service, benefit, facts) if service is not None else None
        if service is None or group is None or _has_or_asked(db, card.person, benefit):
            continue
        why: dict[str, str] = {
            language: FITS.say(language).format(group=group.name.say(language)) for language in LANGUAGES
        }
        _offer(db, card.spoken_through, card.person, service, cause, why, card.issuer_unit)


def offer_report(
    db: Session, region: Region, application: Application, benefit: Benefit, code: str, unit: str
) -> None:
    """Two payments in a row failed: tell the person of the service by which an account is changed.

    ``code``: the code of that service. Once for each benefit.
    """
    service = _service(db, region, code)
    if service is not None:
        why = FAILED_TWICE.by_language()
        _offer(db, application, application.person, service, f"failed:{benefit.code}", why, unit)


def find_offer_in(db: Session, notice: NoticeRow) -> Offer | None:
    """The offer that a letter makes, also where it is the copy for the person; None for any other letter."""
    if notice.key != OFFER:
        return None
    person_id = db.get_one(Application, notice.application_id).person_id
    found = select(Offer).where(
        Offer.person_id == person_id,
        Offer.service_code == notice.facts.get("service_offered"),
        Offer.cause == notice.facts.get("cause"),
    )
    return db.scalar(found)


def answer_offer(db: Session, actor: Actor, notice_id: int, answer: Answer | None) -> None:
    """What the person says to it: not this, no more of them, or (None) that they may be written to again.

    Raises NotFound for another's letter, one that offers nothing, and for who acts for somebody: whether a
    person wants such letters they say themselves.
    """
    notice = get_notice(db, actor, notice_id)
    offer = find_offer_in(db, notice)
    if offer is None or notice.facts.get("acting") != "self":
        raise NotFound("offer")
    if offer.answer == answer:
        return
    offer.answer, offer.answered_at = answer, clock.now() if answer is not None else None
    application = db.get_one(Application, notice.application_id)
    record_event(
        db,
        actor,
        stream_of(application),
        "offer:answer",
        person_id=offer.person_id,
        authority=authority_of(application),
        details={"offer": offer.id, "answer": answer},
    )


def wants_none(db: Session, person: Person) -> bool:
    """Whether the person said that they want no such letters."""
    said = select(Offer.id).where(Offer.person_id == person.id, Offer.answer == "no_more")
    return db.scalar(said.limit(1)) is not None


def _offer(
    db: Session,
    application: Application,
    person: Person,
    service: Service,
    cause: str,
    why: Mapping[str, str],
    unit: str,
) -> None:
    if person.death_reported_at is not None or wants_none(db, person):
        return
    known = select(Offer.id).where(
        Offer.person_id == person.id, Offer.service_code == service.code, Offer.cause == cause
    )
    if db.scalar(known) is not None:
        return
    facts: dict[str, Any] = {
        "offer": service.name.by_language(),
        "why": dict(why),
        "unit": unit,
        "service_offered": service.code,
        "cause": cause,
    }
    lately = Offer.offered_at > clock.now() - ONE_MESSAGE_IN
    is_first = db.scalar(select(Offer.id).where(Offer.person_id == person.id, lately).limit(1)) is None
    definition = definition_of(db, application)
    notice = send_notice(db, application, definition, OFFER, facts, is_announced=is_first)
    db.add(
        Offer(
            person_id=person.id,
            service_code=service.code,
            cause=cause,
            notice_id=notice.id,
            offered_at=clock.now(),
        )
    )
    db.flush()


def _facts_of(db: Session, card: Certificate, region: Region) -> dict[str, Any]:
    """What a card says, in the words of the questions, and the age that its holder's number says."""
    state = state_today(db, card, region)
    facts = dict(card_facts(state, card.grade, [category for category, _grade in card.components]))
    born_on: date | None = birth_date(card.person.id_number or "")
    return facts | ({"@age": whole_years(born_on, clock.today())} if born_on is not None else {})


def _group_by_card(service: Service, benefit: Benefit, facts: Mapping[str, Any]) -> BenefitGroup | None:
    """The group that the card alone puts its holder in; None where it takes more to say so, or where what is
    known is against it."""
    verdict = assess(service, benefit, facts, lambda _name: None)
    group = verdict.group
    if group is None or verdict.kind == "no" or not ON_THE_CARD & set(group.when.fields()):
        return None
    return group


def _has_or_asked(db: Session, person: Person, benefit: Benefit) -> bool:
    """Whether the person gets it, or has an application for it that is not over."""
    under_way = select(Application.id).where(
        Application.person_id == person.id,
        Application.service_code == benefit.service,
        Application.state.not_in(ENDED),
    )
    return find_running(db, person, benefit.code) is not None or db.scalar(under_way.limit(1)) is not None


def _service(db: Session, region: Region, code: str) -> Service | None:
    """A service as the region offers it now; None where it offers it no more."""
    if code not in region.services:
        return None
    found = find_definition_of_service(db, code, region.code)
    return found[1].service if found is not None else None
