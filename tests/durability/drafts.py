"""People whose applications wait to be handed in: each with an account, a session and every page answered."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.catalogue.model import Answers
from portal.store.accounts import Account
from portal.store.applications import AnswerPage, Application
from portal.usecases.applications import definition_of, save_page, start_application
from portal.usecases.demo_people import demo_id_number
from portal.usecases.sessions import open_session
from tests.support.journeys import walk
from tests.support.people import actor_of, furnish, make_resident, parts_of, sign_in

BORN_ON = date(1990, 1, 1)


@dataclass(frozen=True)
class Draft:
    """One complete application that was not handed in, and the session of its owner."""

    reference: str
    session: str

    @property
    def path(self) -> str:
        return f"/apply/zj-01/{self.reference}"


def make_drafts(app: Flask, count: int) -> list[Draft]:
    """``count`` complete applications of as many people: one filled in page by page, the others like it."""
    furnish(app)
    store = parts_of(app).store
    with store.transaction() as db:
        first = make_resident(db)
    person = sign_in(app, first)
    person.get("/apply/zj-01")
    person.submit("开始填", {"acting": "self"})
    walk(person)
    walked = re.search(r"\d{12}", person.path)
    assert walked is not None
    with store.transaction() as db:
        return [_copy(db, walked[0], number) for number in range(1, count + 1)]


def _copy(db: Session, walked: str, number: int) -> Draft:
    known = db.scalars(select(Application).where(Application.reference == walked)).one()
    account = make_resident(db, f"1990001{number:04d}")
    begun = start_application(db, actor_of(account), definition_of(db, known), "self", f"draft-{number:016d}")
    for page in db.scalars(select(AnswerPage).where(AnswerPage.application_id == known.id)):
        save_page(db, actor_of(account), begun.reference, page.page, _own(page.answers, number))
    session = open_session(db, db.get_one(Account, account.id), "code")
    return Draft(begun.reference, session)


def _own(answers: Answers, number: int) -> Answers:
    """The same answers for another person: a number of their own."""
    return answers | ({"p_id_no": demo_id_number(BORN_ON, number)} if "p_id_no" in answers else {})
