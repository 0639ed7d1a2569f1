"""Short messages about time running out: to the applicant of a draft, to whoever has a step in hand."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Region
from portal.catalogue.texts import Text
from portal.rules.references import grouped
from portal.store.accounts import Contact
from portal.store.applications import Application, StepEntry
from portal.store.messages import Message
from portal.usecases.alerts import tell_account
from portal.usecases.outbox import queue_message


def tell_of_deletion(db: Session, region: Region, application: Application) -> None:
    """Warn the applicant, through every contact, that a draft will be deleted; once for each day said."""
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


def tell_of_step(db: Session, entry: StepEntry, *, is_late: bool) -> None:
    """Write to the mail addresses of whoever took the step; nobody took it: the queue shows it on top."""
    day = f"{entry.due_on:%Y-%m-%d}"
    if entry.claimed_by_id is not None:
        tell_officer(
            db,
            entry.claimed_by_id,
            unique=f"step-{entry.id}-{'late' if is_late else 'half'}-{day}",
            application=entry.application,
            about=(
                "超期" if is_late else "时间过半",
                f"这一步的最后一天是{day}。\nThe last day of this step is {day}.\n",
            ),
        )


def tell_officer(
    db: Session, account_id: int, *, unique: str, application: Application, about: tuple[str, str]
) -> None:
    """Write to the mail addresses of one of the staff about an application, once for each ``unique``.
    ``about``: its subject, and what it says below the number in Chinese and in English."""
    subject, words = about
    reference = grouped(application.reference)
    contacts = db.scalars(
        select(Contact).where(
            Contact.account_id == account_id, Contact.kind == "email", Contact.frozen_at.is_(None)
        )
    )
    for contact in contacts:
        key = f"{unique}-{contact.id}"
        if db.scalar(select(Message.id).where(Message.unique_key == key)) is not None:
            continue  # told before
        queue_message(
            db,
            unique_key=key,
            channel="mail",
            to=contact.value,
            subject=f"{subject}：{reference}",
            body=f"收件号{reference} / Application {reference}\n{words}",
            account_id=contact.account_id,
        )
