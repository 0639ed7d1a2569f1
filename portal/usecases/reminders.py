"""Short messages about time running out: to the applicant of a draft, to whoever has a step in hand."""

from __future__ import annotations

from typing import Final, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Region
from portal.catalogue.texts import Text
from portal.rules.references import grouped
from portal.store.accounts import Account, Contact
from portal.store.applications import Application, StepEntry
from portal.store.messages import Message
from portal.usecases.absences import list_deputies
from portal.usecases.actor import SYSTEM
from portal.usecases.alerts import tell_account
from portal.usecases.audit import record_event, stream_of
from portal.usecases.deciders import recused_ids
from portal.usecases.heads import tell_heads
from portal.usecases.outbox import queue_message
from portal.usecases.staff_names import name_of


def tell_of_deletion(db: Session, region: Region, application: Application) -> None:
    """Warn the applicant, through every contact, that a draft will be deleted; once for each day said. Nobody
    is reminded of what was to be for somebody who has died."""
    if application.person.death_reported_at is not None:
        return
    last = application.draft_until_on
    day = f"{last.month}月{last.day}日"
    text = Text(
        zh=f"您有一份申请还没有交，{day}以后会自动删除。要接着填，请登录。",
        easy=f"您有一份申请还没有交。{day}以后，它会删除。想接着填，请登录。",
        en=f"Your draft will be deleted after {last.day} {last:%b}. Sign in to go on.",
    )
    # After downtime both warnings may come on one day, and one of them is enough.
    unique = f"draft-{application.reference}-{(last - clock.today()).days}"
    is_told = Message.unique_key.startswith(f"{unique}-", autoescape=True)
    if db.scalar(select(Message.id).where(is_told).limit(1)) is None:
        tell_account(db, region, application.account_id, text, unique=unique)


STEP_SUBJECTS: Final = {"half": "时间过半", "late": "超期"}


def tell_of_step(db: Session, entry: StepEntry, what: Literal["half", "late"]) -> None:
    """Write to whoever took the step, once a day; nobody took it: the queue shows it on top."""
    day = f"{entry.due_on:%Y-%m-%d}"
    if entry.claimed_by_id is not None:
        tell_officer(
            db,
            entry.claimed_by_id,
            unique=f"step-{entry.id}-{what}-{day}-{clock.today().isoformat()}",
            application=entry.application,
            about=(
                STEP_SUBJECTS[what],
                f"这一步的最后一天是{day}。\nThe last day of this step is {day}.\n",
            ),
        )


def tell_officer(
    db: Session, account_id: int, *, unique: str, application: Application, about: tuple[str, str]
) -> None:
    """Write to one of the staff about an application, once for each ``unique``; who is away is not the only
    one to hear of it. ``about``: its subject, and what it says below the number in Chinese and in English."""
    subject, words = about
    reference = grouped(application.reference)
    body = f"收件号{reference} / Application {reference}\n{words}"
    subject = f"{subject}：{reference}"
    write_to_staff(db, account_id, unique=unique, subject=subject, body=body)
    _tell_deputies(db, account_id, application, unique=unique, subject=subject, body=body)


def _tell_deputies(
    db: Session, account_id: int, application: Application, *, unique: str, subject: str, body: str
) -> None:
    """The same to whoever does the work meanwhile, saying for whom. It is on record in the application that
    they were written to; nobody who keeps away from it is."""
    for absence in list_deputies(db, account_id, application):
        deputy_id = absence.deputy_id
        if deputy_id is None or deputy_id in recused_ids(db, application):
            continue
        absent = name_of(db, account_id)
        is_told = write_to_staff(
            db,
            deputy_id,
            unique=f"{unique}-deputy-{deputy_id}",
            subject=f"代办：{subject}",
            body=f"{absent}不在岗，由您代办。\n{body}You stand in for a colleague who is away.\n",
        )
        if is_told:
            record_event(
                db,
                SYSTEM,
                stream_of(application),
                "deputy:tell",
                person_id=application.person_id,
                authority="system",
                details={"absence": absence.id, "for": account_id, "deputy": deputy_id, "about": unique},
            )


def tell_of_moved_days(db: Session, entry: StepEntry) -> None:
    """The calendar moved last days: whoever has the step and who leads its unit hear of it once a day, not
    once for each application; which day it is now, every list and page says."""
    today = clock.today().isoformat()
    subject = "申请的最后一天变了"
    words = (
        "放假安排有变，{whose}一些申请的最后一天重新算过了。请登录看新的日子。\n"
        "Holidays changed: last days of some applications were counted again.\n"
    )
    if entry.claimed_by_id is not None:
        unique = f"moved-days-{entry.claimed_by_id}-{today}"
        body = words.format(whose="您手里")
        write_to_staff(db, entry.claimed_by_id, unique=unique, subject=subject, body=body)
        _tell_deputies(db, entry.claimed_by_id, entry.application, unique=unique, subject=subject, body=body)
    topic = f"moved-days-of-{entry.unit_code}-{today}"
    is_told = Message.unique_key.startswith(f"{topic}-", autoescape=True)
    if db.scalar(select(Message.id).where(is_told).limit(1)) is None:
        tell_heads(db, entry.unit_code, topic=topic, subject=subject, body=words.format(whose="本单位"))


def write_to_staff(db: Session, account_id: int, *, unique: str, subject: str, body: str) -> bool:
    """A mail to one of the staff, where they have an address, once for each ``unique``; whether one goes out
    now."""
    contacts = db.scalars(
        select(Contact).where(
            Contact.account_id == account_id, Contact.kind == "email", Contact.frozen_at.is_(None)
        )
    )
    addresses = {f"{unique}-{one.id}": one.value for one in contacts}
    work_mail = db.get_one(Account, account_id).work_mail
    if work_mail and work_mail not in addresses.values():
        addresses[f"{unique}-work"] = work_mail
    is_told = False
    for key, address in addresses.items():
        if db.scalar(select(Message.id).where(Message.unique_key == key)) is not None:
            continue  # told before
        queue_message(
            db, unique_key=key, channel="mail", to=address, subject=subject, body=body, account_id=account_id
        )
        is_told = True
    return is_told
