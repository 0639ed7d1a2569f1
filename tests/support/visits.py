"""Somebody stands at the counter of Dongfeng: a clerk at a browser beside them, and a colleague."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Role
from portal.rules.journey import Acting, Journey
from portal.store.accounts import Account
from portal.usecases.actor import Actor
from portal.usecases.applications import save_page, start_application
from portal.usecases.sessions import find_session, open_session
from portal.usecases.visits import OpenVisit, begin_visit, beside
from tests.support.client import CheckingClient
from tests.support.forms import Filling
from tests.support.journeys import GOOD_ANSWERS, _fillings
from tests.support.office import ANSWERS, DEFINITION, answers_for
from tests.support.pages import words
from tests.support.people import make_officer, officer, parts_of

PART_PATH = re.compile(r"/apply/[a-z-]+\d+/\d{12}/part/([a-z_-]+)$")
FORM = "form[action*='/apply/']"
MOST_PARTS = 40


@dataclass(frozen=True)
class Counter:
    """A clerk's browser with the visit that is open in it."""

    client: CheckingClient
    clerk: Actor
    visit: OpenVisit
    token: str

    def href(self, *rest: str) -> str:
        return "/".join(("/desk/visits", self.token, *rest))

    def begin(self, service: str = "zj-01", acting: str = "self") -> str:
        """Start an application; its reference."""
        self.client.get(self.href("apply", service))
        self.client.submit(FORM, {"acting": acting})
        return self.client.path.split("/")[6]

    def walk(self, answers: Mapping[str, Filling] | None = None) -> list[str]:
        """Ask part after part until everything is to be read back; the parts that were met."""
        met = []
        for _ in range(MOST_PARTS):
            found = PART_PATH.search(self.client.path)
            if not found:
                assert self.client.path.endswith("/check"), self.client.path
                return met
            met.append(found[1])
            self.answer_part(answers)
        raise AssertionError(f"no end: {met}")

    @property
    def beside(self) -> Actor:
        """The clerk beside the visitor."""
        return beside(self.clerk, self.visit)

    def filled(self, acting: Acting = "self", own: Mapping[str, Any] | None = None) -> str:
        """An application in which everything was answered already; its reference."""
        with parts_of(self.client.browser.application).store.transaction() as db:
            begun = start_application(db, self.beside, DEFINITION, acting, secrets.token_urlsafe(16))
            answers = answers_for(acting, {**ANSWERS, "p_id_no": GOOD_ANSWERS["p_id_no"], **(own or {})})
            for page in Journey(DEFINITION, answers, acting, clock.today()).pages():
                fields = {one.id: answers[one.id] for one in page.fields}
                save_page(db, self.beside, begun.reference, page.id, fields)
            return begun.reference

    def hand_in(self, reference: str) -> None:
        """Read everything back, have it signed, hand it in."""
        self.client.get(self.at(reference, "check"))
        self.client.submit("记下来人的确认", {"declarations": ["cs_truth"], "way": "signed"})
        self.client.submit("替来人提交")

    def at(self, reference: str, *rest: str) -> str:
        """An address of this application."""
        return self.href("apply", "zj-01", reference, *rest)

    def answer_part(self, answers: Mapping[str, Filling] | None = None) -> None:
        """Answer what is asked on this page and save."""
        wanted = {**GOOD_ANSWERS, **(answers or {})}
        if (finder := self.client.page.select_one("button[name=find]")) is not None:
            asked = {name: value for name, value in wanted.items() if not name.endswith(("-place", "-own"))}
            self.client.submit(words(finder), _fillings(self.client, asked))
        self.client.submit(FORM, _fillings(self.client, wanted))


def staff_at(
    app: Flask, name: str, role: Role = Role.DESK_CLERK, unit: str = "desk_dongfeng"
) -> CheckingClient:
    """A browser of somebody of the staff."""
    return _staff(app, name, role, unit)[0]


def _staff(app: Flask, name: str, role: Role, unit: str) -> tuple[CheckingClient, Actor, int]:
    with parts_of(app).store.transaction() as db:
        post = make_officer(db, role, unit, name)
        account = db.get_one(Account, post.account_id)
        token = open_session(db, account, "password", role_id=post.id)
        found = find_session(db, token)
        assert found is not None
        who = officer(post)
    client = CheckingClient(app)
    client.browser.set_cookie("session", token)
    return client, who, found.session_id


def visitor_at(app: Flask, name: str = "clerk", account: Account | None = None) -> Counter:
    """A visitor without phone or account is received by a new clerk."""
    client, clerk, session_id = _staff(app, name, Role.DESK_CLERK, "desk_dongfeng")
    with parts_of(app).store.transaction() as db:
        account_id = account.id if account is not None else _nobody(db).id
        begun = begin_visit(
            db, clerk, session_id, account_id, channel="counter", standing="self", identity_seen="document"
        )
    return Counter(client, clerk, begun.visit, begun.token)


def _nobody(db: Session) -> Account:
    account = Account(kind="resident", created_at=clock.now())
    db.add(account)
    db.flush()
    return account
