"""Earlier applications and certificates of the same person, for staff who decide on a new one.

Only about somebody whose identity is proven (experience.md 5): a typed number reveals nothing. Only for posts
that read the whole application; whether they may open an earlier one is asked of its own steps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from portal.catalogue.model import Region, Service
from portal.store.applications import Application, StepEntry
from portal.usecases.actor import Actor
from portal.usecases.certificates import CertificateSeen, list_certificates_of
from portal.usecases.definitions import get_definition
from portal.usecases.first_results import OnRecord, asks_record, find_on_record
from portal.usecases.handed_in import list_others_of_person
from portal.usecases.queue_lists import belonging

MOST_SHOWN = 20


@dataclass(frozen=True)
class EarlierApplication:
    reference: str
    service: Service
    state: str
    submitted_at: datetime | None
    is_openable: bool
    """Whether it stands or stood at the actor's post."""


@dataclass(frozen=True)
class Earlier:
    """What is known of the person besides this application; ``is_known`` is False while nobody has proven who
    they are, and then there is nothing."""

    is_known: bool
    applications: Sequence[EarlierApplication] = ()
    is_more: bool = False
    certificates: Sequence[CertificateSeen] = ()
    on_record: OnRecord | None = None
    """Of the assessment that is objected to; None where the service does not ask for it."""


def get_earlier(
    db: Session, actor: Actor, application: Application, region: Region, *, is_known: bool
) -> Earlier:
    """The other applications with the same ID number, newest first, and the certificates of its holder.

    ``is_known``: whether somebody has proven who they are, as for a question to a register.
    """
    if application.subject_id_index is None or not is_known:
        return Earlier(is_known=False)
    rows = list_others_of_person(db, application, MOST_SHOWN + 1)
    shown = rows[:MOST_SHOWN]
    openable = set(
        db.scalars(
            select(StepEntry.application_id).where(
                StepEntry.application_id.in_([one.id for one in shown]), *belonging(actor)
            )
        )
    )
    return Earlier(
        is_known=True,
        applications=[
            EarlierApplication(
                reference=one.reference,
                service=get_definition(db, one.definition_hash).service,
                state=one.state,
                submitted_at=one.submitted_at,
                is_openable=one.id in openable,
            )
            for one in shown
        ],
        is_more=len(rows) > MOST_SHOWN,
        certificates=list_certificates_of(db, application, region),
        on_record=(
            find_on_record(db, application)
            if asks_record(get_definition(db, application.definition_hash))
            else None
        ),
    )


def has_second_claim(db: Session, application: Application) -> bool:
    """Whether an application of another account with the same ID number is under way, for the same service.
    That much is said without a proven identity: who decides has to find out whose the number is."""
    if application.subject_id_index is None:
        return False
    other = exists().where(
        Application.subject_id_index == application.subject_id_index,
        Application.service_code == application.service_code,
        Application.account_id != application.account_id,
        Application.submitted_at.is_not(None),
        Application.closed_at.is_(None),
    )
    return bool(db.scalar(select(other)))
