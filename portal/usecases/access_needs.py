"""How a person is reached and met, and how never: said once, kept beside the person, obeyed by everything
that is sent, posted, telephoned or arranged (experience.md 6).

Whoever acts for a person may say it for them; what the person says counts before that, answer by answer. What
was said of an application is what was said last, there or in the account.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import and_, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.elements import ColumnElement

from portal import clock
from portal.catalogue.model import Answers, Definition, Meaning, Page
from portal.catalogue.texts import LANGUAGES, Language
from portal.rules.errors import NotAllowed
from portal.rules.journey import Journey
from portal.store.accounts import Account
from portal.store.applications import AnswerPage, Application
from portal.store.database import plainly
from portal.store.people import AccessNeeds, Person, PersonMerge
from portal.usecases.actor import Actor
from portal.usecases.audit import record_event
from portal.usecases.definitions import get_definition
from portal.usecases.handed_in import newest_answers_of
from portal.usecases.person_files import get_own_file
from portal.usecases.special_needs import special_needs
from portal.usecases.standing import authority_from, get_representation
from portal.usecases.transitions import copy_listed, open_entry

PersonFile = Person
"""A row as pages pass it on."""
Needs = dict[str, Any]
"""What was said, by meaning; what is empty was asked and left empty."""
MEANINGS: Final[tuple[Meaning, ...]] = (
    "phone_whose",
    "phone_own",
    "phone_other_name",
    "phone_other",
    "contact_channels",
    "contact_email",
    "contact_do_not",
    "contact_do_not_note",
    "contact_format",
    "contact_interpreter",
    "contact_sign",
    "contact_needs",
    "contact_times",
    "contact_may_tell",
    "contact_may_not_tell",
)
"""The questions of the block ``contact``, whatever they are called."""


@dataclass(frozen=True)
class Written:
    """How something is written to whoever it is for. Digits apart are for who listens to them."""

    language: Language
    is_large: bool
    has_digits_apart: bool = False


def written_to(account: Account, needs: Mapping[str, Any]) -> Written:
    """How the owner of an account is written to: as they said of themselves, and as they set their pages."""
    form, set_to = needs.get("contact_format"), account.preferences
    wanted: Language = "easy" if form == "easy" else set_to.get("language", "zh")
    language: Language = wanted if wanted in LANGUAGES else "zh"
    return Written(language, form == "large", set_to.get("digits") == "1")


def needs_of(db: Session, person: Person) -> Needs:
    """What is known of a person's needs, their own word before that of others; empty where nobody said."""
    return list_needs(db, [person.id]).get(person.id, {})


def list_needs(db: Session, person_ids: Collection[int]) -> dict[int, Needs]:
    """As ``needs_of`` for several people at once, by id; without those of whom nothing was said."""
    if not person_ids:
        return {}
    rows = plainly(db).execute(_NEEDS, {"person_ids": list(set(person_ids))}).all()
    found: dict[int, Needs] = {}
    for is_own_word in (False, True):  # the later counts
        for person_id, needs, is_own in rows:
            if is_own is is_own_word:
                found.setdefault(person_id, {}).update(_known(needs))
    return found


def _is_own_word() -> ColumnElement[bool]:
    """Whether an account says it of its own person: the one whose file it is, the one that the person has
    where somebody else wrote it, and that of a file which was joined to it."""
    other = aliased(Person)
    joined = (
        select(PersonMerge.id)
        .join(other, other.id == PersonMerge.merged_id)
        .where(
            PersonMerge.kept_id == AccessNeeds.person_id,
            PersonMerge.undone_at.is_(None),
            _is_account_of(other),
        )
    )
    return or_(_is_account_of(Person), joined.exists())


def _is_account_of(file: type[Person]) -> ColumnElement[bool]:
    said_by = AccessNeeds.account_id
    is_own = and_(file.claimed_by_id == said_by, file.is_self.is_(True))
    return or_(is_own, func.coalesce(file.own_account_id, 0) == said_by)


# Asked whenever somebody is written to, and written once: to put them together takes longer than to answer.
_NEEDS = (
    select(AccessNeeds.person_id, AccessNeeds.needs, _is_own_word())
    .join(Person, Person.id == AccessNeeds.person_id)
    .where(AccessNeeds.person_id.in_(bindparam("person_ids", expanding=True)))
    .order_by(AccessNeeds.saved_at, AccessNeeds.id)
)
_OWN_NEEDS = (
    select(AccessNeeds.needs)
    .join(Person, Person.id == AccessNeeds.person_id)
    .where(AccessNeeds.account_id == bindparam("account_id"), _is_own_word())
    .order_by(AccessNeeds.saved_at.desc(), AccessNeeds.id.desc())
    .limit(1)
)


def get_person_acted_for(db: Session, actor: Actor, representation_id: int) -> Person:
    """Whom the actor's side acts for by this record today, proved or only said. Raises NotFound for another's
    record, NotAllowed ``authority_...`` where nothing is done by it (any more)."""
    kept = get_representation(db, actor, representation_id)
    standing = authority_from(kept).on(clock.today())
    if standing not in ("claimed", "active"):
        raise NotAllowed(f"authority_{standing}")
    return db.get_one(Person, kept.person_id)


def find_own_file(db: Session, actor: Actor) -> Person | None:
    """The person file of the actor's side itself, or the one that it was joined to; None while nothing was
    ever said of oneself."""
    own = aliased(Person)
    joined_to = (
        select(PersonMerge.kept_id)
        .where(PersonMerge.merged_id == own.id, PersonMerge.undone_at.is_(None))
        .scalar_subquery()
    )
    return db.scalar(
        select(Person)
        .join(own, Person.id == func.coalesce(joined_to, own.id))
        .where(own.claimed_by_id == actor.side_id, own.is_self.is_(True))
    )


def make_own_file(db: Session, actor: Actor) -> Person:
    """The same, begun where there is none yet; of two at once the second finds that of the first."""
    db.execute(select(Account.id).where(Account.id == actor.side_id).with_for_update(key_share=True))
    return get_own_file(db, actor)


def needs_said(db: Session, account_id: int, person_id: int) -> Needs:
    """What this account said of the person; what others said it is not shown."""
    kept = _find(db, account_id, person_id)
    return _known(kept.needs) if kept is not None else {}


def needs_for(db: Session, application: Application) -> dict[str, Any]:
    """What is to be obeyed for an application, by meaning: its answers as handed in, and over them what was
    said of the person since."""
    definition = get_definition(db, application.definition_hash)
    kept = list_needs(db, [application.person_id]).get(application.person_id, {})
    return {**definition.meant(newest_answers_of(db, application)), **kept}


def barred_ways(db: Session, account_id: int) -> frozenset[str]:
    """The answers to ``contact_do_not`` of whoever the account belongs to, as they said it themselves."""
    own = plainly(db).scalar(_OWN_NEEDS, {"account_id": account_id})
    return frozenset((own or {}).get("contact_do_not") or ())


def answers_with(definition: Definition, answers: Mapping[str, Any], needs: Mapping[str, Any]) -> Answers:
    """The answers of an application with the needs as they are known now."""
    fields = {meaning: definition.field_of(meaning) for meaning in MEANINGS if meaning in needs}
    return {**answers, **{field.id: needs[one] for one, field in fields.items() if field is not None}}


def said_on(pages: Iterable[Page], answers: Mapping[str, Any]) -> Needs:
    """What answers to these pages say of needs, by meaning; the questions left out are not there."""
    fields = [field for page in pages for field in page.fields]
    return {one.means: answers[one.id] for one in fields if one.means in MEANINGS and one.id in answers}


def contact_pages(pages: Iterable[Page]) -> tuple[Page, ...]:
    """Those of some pages that ask for needs."""
    return tuple(page for page in pages if any(field.means in MEANINGS for field in page.fields))


def save_needs(db: Session, actor: Actor, person: Person, needs: Mapping[str, Any]) -> None:
    """Keep what the actor's side says of a person; it holds for everything under way at once.

    Whether the actor may say it was asked before (their own file, or a record by which they act).
    """
    kept = _find(db, actor.side_id, person.id)
    if kept is None:
        kept = AccessNeeds(person_id=person.id, account_id=actor.side_id, needs={})
        db.add(kept)
    kept.needs = {**kept.needs, **needs}
    kept.saved_at = clock.now()
    db.flush()
    record_event(db, actor, f"account:{actor.side_id}", "needs:save", person_id=person.id)
    _reach_open_applications(db, person)


def keep_needs(db: Session, application: Application, journey: Journey) -> None:
    """What was answered in an application that is handed in is known from then on, unless it was typed
    before the account last said otherwise."""
    pages = contact_pages(journey.definition.pages)
    kept = _find(db, application.account_id, application.person_id)
    of_these = {"application_id": application.id, "pages": [page.id for page in pages]}
    newest = max(db.scalars(_TYPED_AT, of_these), default=None)
    if newest is None or (kept is not None and kept.saved_at >= newest):
        return
    if kept is None:
        kept = AccessNeeds(person_id=application.person_id, account_id=application.account_id)
        db.add(kept)
    asked = [field for page in pages for field in page.fields if field.means in MEANINGS]
    kept.needs = {str(field.means): journey.answers.get(field.id) for field in asked}
    kept.saved_at = newest
    db.flush()
    _reach_open_applications(db, application.person)


def _reach_open_applications(db: Session, person: Person) -> None:
    """What the lists of the office say of those under way."""
    rows = db.scalars(
        select(Application).where(
            Application.person_id == person.id,
            Application.submitted_at.is_not(None),
            Application.closed_at.is_(None),
        )
    ).all()
    known = needs_of(db, person)
    for one in rows:
        definition = get_definition(db, one.definition_hash)
        answers = answers_with(definition, newest_answers_of(db, one), known)
        one.has_needs = bool(special_needs(definition, answers))
        if (entry := open_entry(one)) is not None:
            copy_listed(one, entry)
    db.flush()


def _find(db: Session, account_id: int, person_id: int) -> AccessNeeds | None:
    return db.scalar(_SAID, {"account_id": account_id, "person_id": person_id})


_SAID = select(AccessNeeds).where(
    AccessNeeds.account_id == bindparam("account_id"), AccessNeeds.person_id == bindparam("person_id")
)
_TYPED_AT = select(AnswerPage.saved_at).where(
    AnswerPage.application_id == bindparam("application_id"),
    AnswerPage.page.in_(bindparam("pages", expanding=True)),
)


def _known(kept: Mapping[str, Any]) -> Needs:
    return {one: kept[one] for one in MEANINGS if one in kept}
