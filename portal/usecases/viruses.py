"""A virus was found in a file that is here already: nobody sees it, and both sides learn how to go on."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from portal.catalogue.evidence_pages import page_of
from portal.catalogue.model import Definition, Region
from portal.catalogue.texts import Text
from portal.rules.states import ENDED
from portal.rules.steps import step_of
from portal.store.applications import Application, StepEntry
from portal.store.documents import Document
from portal.usecases.actor import SYSTEM
from portal.usecases.alerts import tell_account
from portal.usecases.applications import definition_of
from portal.usecases.documents import is_for_office, record_document
from portal.usecases.tasks import open_task
from portal.usecases.transitions import open_entry

REPLACE: Final = Text(
    zh="您交的一份文件有病毒，打不开。请登录删掉它，换一份，或者选别的办法。",
    easy="您交的一份文件有病毒，打不开。请登录删掉它。再换一份，或者选别的办法。",
    en="A file you sent has a virus. Sign in and replace it.",
)
"""While the applicant can still change what is handed in."""
SHOW: Final = Text(
    zh="您交的一份文件有病毒，打不开。请带原件到窗口，或者联系窗口，请人上门看。",
    easy="您交的一份文件有病毒，打不开。请带原件到窗口。也可以请人上门看。",
    en="A file you sent has a virus. Show us the original.",
)


def tell_of_virus(db: Session, region: Region, document: Document) -> None:
    """The unit that has the application gets a task, and the applicant is told what to do. Nobody is told of
    what was taken back, and of an application that has ended only the audit."""
    application = db.get(Application, document.application_id) if document.application_id else None
    if application is None or not document.is_here:
        return
    record_document(db, SYSTEM, application, document, "document:infected")
    if application.state in ENDED:
        return
    if is_for_office(db, document):
        _give_to_unit(db, application, document)
    if not document.is_copy:
        words = REPLACE if application.state in ("draft", "returned") else SHOW
        tell_account(db, region, application.account_id, words, unique=f"virus-{document.key}")


def _give_to_unit(db: Session, application: Application, document: Document) -> None:
    standing = open_entry(application)
    if standing is None:
        return
    definition = definition_of(db, application)
    is_thing = any(one.id == document.evidence for one in definition.service.evidence)
    holder = standing if _sees(definition, standing, document.evidence) else application.entries[0]
    open_task(
        db,
        application,
        "infected",
        unit_code=holder.unit_code,
        role=holder.role,
        about=document.evidence if is_thing else "",
        due_on=standing.due_on,
    )


def _sees(definition: Definition, entry: StepEntry, thing_id: str) -> bool:
    """Whether the step has to do with the thing; else whoever took the application in looks after it."""
    step = step_of(definition, entry.step)
    page = definition.page(page_of(thing_id))
    return not step.sees or page is None or page.section in step.sees
