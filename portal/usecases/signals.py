"""The facts behind the signals of one application (``rules/signals``), by a constant number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import distinct, func, or_, select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.field_types import birth_date
from portal.rules.signals import Signal, SignalFacts, signals_of
from portal.store.accounts import Contact
from portal.store.applications import Application, StepEntry
from portal.store.deaths import Death
from portal.store.people import Person
from portal.store.public_notices import NoticeWaiver
from portal.store.representations import Representation
from portal.usecases.invoices import EarlierUse, list_earlier_uses
from portal.usecases.review import Review
from portal.usecases.standing import authority_from

LIVE = ("claimed", "active", "suspended")


@dataclass(frozen=True)
class Signalled:
    """What who decides is to look at, and with what else an invoice of the application was handed in."""

    signals: tuple[Signal, ...] = ()
    earlier_uses: Sequence[EarlierUse] = ()


def list_signals(db: Session, review: Review) -> Signalled:
    """What who decides is to look at; empty for a post that reads only a part of the application."""
    if not review.is_whole:
        return Signalled()
    uses = list_earlier_uses(db, review.application, review.definition)
    return Signalled(signals_of(_facts(db, review, is_invoice_used=bool(uses))), uses)


def _facts(db: Session, review: Review, *, is_invoice_used: bool) -> SignalFacts:
    application, person = review.application, review.application.person
    answers = review.submission.answers
    meant = review.definition.meant(answers)
    needs = {field.means: value for field, value in review.needs}
    kept = review.representation
    authority = authority_from(kept) if kept is not None else None
    is_proxy = application.acting == "proxy"
    today = clock.today()
    return SignalFacts(
        today=today,
        is_proxy=is_proxy,
        basis=authority.basis if authority else None,
        standing=authority.on(today) if authority else None,
        began_on=clock.shanghai(application.created_at).date(),
        born_on=birth_date(str(answers.get(review.definition.service.subject_id_field) or "")),
        others=_count_others(db, application) if is_proxy else 0,
        principals=review.principals,
        informed=meant.get("person_informed"),
        subject_name=application.subject_name,
        representative_names=_representative_names(db, application, meant) if is_proxy else frozenset(),
        is_account_own=meant.get("account_own"),
        holder=meant.get("account_holder"),
        person_contacts=frozenset({str(meant["phone_own"])} if meant.get("phone_own") else ()),
        representative_contacts=_contacts(db, application, meant) if is_proxy else frozenset(),
        has_other_number=(
            person.is_proven
            and application.subject_id_index is not None
            and person.id_number_index != application.subject_id_index
        ),
        is_in_danger=meant.get("danger") == "yes" or _is_notice_given_up(db, application),
        tells_nobody="others" in (needs.get("contact_do_not") or ()),
        is_death_said=_is_death_said(db, person),
        is_invoice_used=is_invoice_used,
    )


def _count_others(db: Session, application: Application) -> int:
    """Accounts besides this one that act for the same person, by their file or by their number."""
    same = Person.id == application.person_id
    if application.subject_id_index is not None:
        same = or_(same, Person.id_number_index == application.subject_id_index)
    others = (
        select(func.count(distinct(Representation.account_id)))
        .join(Person, Person.id == Representation.person_id)
        .where(same, Representation.account_id != application.account_id, Representation.state.in_(LIVE))
    )
    return db.scalar(others) or 0


def _representative_names(db: Session, application: Application, meant: dict[str, Any]) -> frozenset[str]:
    """As they wrote it, and as their own file has it."""
    own = db.scalar(
        select(Person.name).where(Person.claimed_by_id == application.account_id, Person.is_self.is_(True))
    )
    return frozenset(str(name) for name in (own, meant.get("representative_name")) if name)


def _contacts(db: Session, application: Application, meant: dict[str, Any]) -> frozenset[str]:
    own = db.scalars(select(Contact.value).where(Contact.account_id == application.account_id))
    written = meant.get("representative_phone")
    return frozenset(own) | ({str(written)} if written else frozenset())


def _is_notice_given_up(db: Session, application: Application) -> bool:
    """Whether a public notice was not posted, or taken down, because it endangers somebody."""
    waived = (
        select(NoticeWaiver.id)
        .join(StepEntry, StepEntry.id == NoticeWaiver.entry_id)
        .where(StepEntry.application_id == application.id)
    )
    return db.scalar(waived.limit(1)) is not None


def _is_death_said(db: Session, person: Person) -> bool:
    said = select(Death.id).where(
        Death.person_id == person.id, Death.undone_at.is_(None), Death.application_id.is_(None)
    )
    return db.scalar(said.limit(1)) is not None
