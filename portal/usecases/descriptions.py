"""Words for a document, for whoever cannot see it: asked for by a reviewer, written by a colleague."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.rules.errors import NotFound
from portal.store.applications import Application
from portal.store.documents import Document
from portal.store.tasks import Task
from portal.usecases.actor import Actor
from portal.usecases.audit import record_office_event
from portal.usecases.claims import get_seen
from portal.usecases.documents import is_for_office
from portal.usecases.tasks import drop_tasks, finish_task, open_task

LONGEST_DESCRIPTION = 2000


def ask_description(db: Session, actor: Actor, reference: str, key: str) -> None:
    """Ask the actor's unit to describe a document; asked twice it is asked once. Raises NotFound."""
    application, document = _seen(db, actor, reference, key)
    open_task(db, application, "describe", unit_code=actor.unit_code or "", about=document.key)


def describe_document(db: Session, actor: Actor, reference: str, key: str, words: str) -> None:
    """Say what a document shows; nobody has to any more. Words written later take the place of earlier ones.

    Raises NotFound, NotAllowed ``recused``.
    """
    application, document = _seen(db, actor, reference, key)
    document.description = words
    document.described_by_id = actor.signed_in_id
    document.described_at = clock.now()
    record_office_event(db, actor, application, "document:describe", details={"document": document.key})
    asked = select(Task).where(
        Task.application_id == application.id,
        Task.kind == "describe",
        Task.about == document.key,
        Task.state == "open",
    )
    for task in db.scalars(asked).all():
        if task.unit_code == actor.unit_code and task.role in (None, actor.role):
            finish_task(db, actor, task.id)
    drop_tasks(db, application, "describe", document.key, why="done_elsewhere")


def _seen(db: Session, actor: Actor, reference: str, key: str) -> tuple[Application, Document]:
    """A document of an application that the actor's post sees: submitted, or a copy of a colleague's."""
    application = get_seen(db, actor, reference, lock=True)
    document = db.scalar(
        select(Document)
        .where(Document.key == key, Document.application_id == application.id, Document.state == "here")
        .with_for_update()
    )
    if document is None or not is_for_office(db, document):
        raise NotFound("document")
    return application, document
