"""Two files that bear one ID number, side by side: staff say whether they are one person (``person_files``).

Only who has an application of one of them before them, and only files with the same number: nobody searches.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select, union
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.field_types import mask_name
from portal.catalogue.model import Region
from portal.catalogue.texts import Text
from portal.rules.errors import NotFound
from portal.store.applications import Application
from portal.store.benefits import BenefitRow
from portal.store.certificates import Certificate
from portal.store.people import Person, PersonMerge
from portal.store.representations import Representation
from portal.usecases.actor import Actor
from portal.usecases.alerts import tell_account
from portal.usecases.audit import record_office_event
from portal.usecases.notes import add_note
from portal.usecases.own_accounts import find_own_account
from portal.usecases.person_files import list_merges, merge_files, unmerge_files, which_is_kept
from portal.usecases.whole_view import get_whole

MERGED = Text(
    zh="工作人员核对以后，把您在我们这里的两份档案合成了一份。有错请联系窗口，可以分开。",
    easy="您有两份档案，现在合成一份。不对，请找窗口，可以分开。",
    en="Two files of yours were joined. Wrong? A counter can part them.",
)
PARTED = Text(
    zh="工作人员把以前合在一起的两份档案分开了。您的申请照常办。",
    easy="以前合在一起的档案，现在分开了。您的申请照常办。",
    en="Files that had been joined were parted. Applications go on.",
)
MOST_TWINS = 5


@dataclass(frozen=True)
class FileSeen:
    """What is compared of a file: nothing that the comparison has no need of."""

    id: int
    masked_name: str | None
    is_own: bool
    """Whether the person opened it themselves."""
    is_proven: bool
    begun_on: date
    applications: int
    representatives: int
    certificates: int
    benefits: int


@dataclass(frozen=True)
class Compared:
    """The file of an application, and what may be of the same person."""

    file: FileSeen
    twins: tuple[FileSeen, ...]
    kept_ids: dict[int, int]
    """By the id of a twin, which of the two files would be kept."""
    joined: tuple[tuple[int, FileSeen, date], ...]
    """What has gone into this file: the number of the merge, the other file, since when."""


def compare_files(db: Session, actor: Actor, reference: str) -> Compared:
    """Raises NotFound for another post's application, and for a post that reads only a part of it."""
    application = get_whole(db, actor, reference).application
    twins = _twins(db, application)
    return Compared(
        file=_seen(db, application.person),
        twins=tuple(_seen(db, one) for one in twins),
        kept_ids={one.id: which_is_kept(one, application.person)[0].id for one in twins},
        joined=tuple(
            (one.id, _seen(db, _other(db, one, application.person_id)), clock.shanghai(one.merged_at).date())
            for one in list_merges(db, application.person_id)
        ),
    )


def count_twins(db: Session, application: Application) -> int:
    """How many other files bear the same number; for the page of the application."""
    return len(_twins(db, application))


def join_files(
    db: Session, actor: Actor, reference: str, twin_id: int, region: Region, *, words: str
) -> PersonMerge:
    """They are one person, as whoever signs in here has found out; ``words`` say how, for colleagues.

    Raises NotFound for a file that does not bear the same number, NotAllowed ``recused``, and what
    ``merge_files`` raises.
    """
    application = get_whole(db, actor, reference, lock=True).application
    twin = next((one for one in _twins(db, application) if one.id == twin_id), None)
    if twin is None:
        raise NotFound("person")
    kept, merged = which_is_kept(twin, application.person)
    row = merge_files(db, actor, kept, merged, cause="staff")
    _finish(db, actor, application, row, region, "person:join", MERGED, words)
    return row


def part_files(
    db: Session, actor: Actor, reference: str, merge_id: int, region: Region, *, words: str
) -> PersonMerge:
    """They were two people after all. Raises NotFound, NotAllowed ``recused``, and what ``unmerge_files``
    raises."""
    application = get_whole(db, actor, reference, lock=True).application
    if merge_id not in {one.id for one in list_merges(db, application.person_id)}:
        raise NotFound("merge")
    row = unmerge_files(db, actor, merge_id)
    _finish(db, actor, application, row, region, "person:part", PARTED, words)
    return row


def _finish(
    db: Session,
    actor: Actor,
    application: Application,
    row: PersonMerge,
    region: Region,
    tag: str,
    told: Text,
    words: str,
) -> None:
    """On record with the application too, why for colleagues; whose file it is is told."""
    db.refresh(application)
    record_office_event(db, actor, application, tag, details={"merge": row.id})
    add_note(db, actor, application.reference, words)
    people = (db.get_one(Person, row.kept_id), db.get_one(Person, row.merged_id))
    for account_id in {find_own_account(one) for one in people} - {None}:
        if account_id is not None:
            tell_account(db, region, account_id, told, unique=f"{tag}-{row.id}")


def _twins(db: Session, application: Application) -> Sequence[Person]:
    """Other files with the number of the application or of its file, that have not gone into another."""
    indexes = {application.subject_id_index, application.person.id_number_index} - {None}
    if not indexes:
        return []
    gone = select(PersonMerge.id).where(PersonMerge.merged_id == Person.id, PersonMerge.undone_at.is_(None))
    # United and not "or": PostgreSQL would go through every file there is to answer that.
    alike = union(
        select(Person.id).where(Person.id_number_index.in_(indexes)),
        select(Application.person_id).where(Application.subject_id_index.in_(indexes)),
    )
    wanted = select(Person).where(Person.id.in_(alike), Person.id != application.person_id, ~gone.exists())
    return db.scalars(wanted.order_by(Person.id).limit(MOST_TWINS)).all()


def _other(db: Session, row: PersonMerge, person_id: int) -> Person:
    return db.get_one(Person, row.merged_id if row.kept_id == person_id else row.kept_id)


def _seen(db: Session, person: Person) -> FileSeen:
    return FileSeen(
        id=person.id,
        masked_name=mask_name(person.name) if person.name else None,
        is_own=person.is_self,
        is_proven=person.is_proven,
        begun_on=clock.shanghai(person.created_at).date(),
        applications=_count(db, Application, person),
        representatives=_count(db, Representation, person),
        certificates=_count(db, Certificate, person),
        benefits=_count(db, BenefitRow, person),
    )


def _count(db: Session, model: Any, person: Person) -> int:
    return db.scalar(select(func.count()).select_from(model).where(model.person_id == person.id)) or 0
