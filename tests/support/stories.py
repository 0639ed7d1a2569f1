"""Whoever tells the story of an application: what they do in a browser, and what they read there.

Each look is a browser of its own, because in these stories weeks go by and sessions end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from portal.catalogue.texts import Language
from portal.labels import STATES, label
from portal.rules.journey import Acting
from portal.store.accounts import Account
from portal.store.applications import Application
from portal.store.messages import NoticeRow
from portal.store.tasks import Task
from tests.support.certificates import prove
from tests.support.client import CheckingClient
from tests.support.forms import Filling
from tests.support.journeys import GOOD_ANSWERS, Office, begin, hand_in, walk
from tests.support.office import ANSWERS, submitted
from tests.support.people import actor_of, parts_of


@dataclass(frozen=True)
class Applicant:
    """Somebody with an application under way."""

    office: Office
    account: Account
    reference: str
    language: Language = "zh"

    def browser(self) -> CheckingClient:
        return self.office.browser(self.account, self.language)

    def status(self, state: str) -> CheckingClient:
        """The status page, which says this state in plain words."""
        client = self.browser()
        client.get(f"/account/applications/{self.reference}")
        assert client.heading() == label(STATES, state, self.language)
        return client

    def letters(self) -> list[str]:
        """The keys of everything that was written to them, in order."""
        with parts_of(self.office.app).store.reading() as db:
            rows = select(NoticeRow.key).join(Application).where(Application.reference == self.reference)
            rows = rows.where(NoticeRow.account_id == self.account.id)
            return list(db.scalars(rows.order_by(NoticeRow.id)))

    def letter(self, key: str) -> CheckingClient:
        """The newest letter of this kind, reached from the status page."""
        with parts_of(self.office.app).store.reading() as db:
            rows = select(NoticeRow.id).join(Application).where(Application.reference == self.reference)
            newest = rows.where(NoticeRow.key == key, NoticeRow.account_id == self.account.id).order_by(
                NoticeRow.id.desc()
            )
            found = db.scalars(newest).first()
        assert found is not None, f"no letter {key} among {self.letters()}"
        client = self.browser()
        client.get(f"/account/applications/{self.reference}")
        client.get(str(client.page.select(f"main a[href='/account/notices/{found}']")[0]["href"]))
        return client

    def withdraw(self) -> None:
        client = self.browser()
        client.get(f"/account/applications/{self.reference}")
        client.follow("撤回申请")
        client.submit("撤回申请")
        assert client.heading() == "您已撤回"

    def prove_identity(self, number: str = str(GOOD_ANSWERS["p_id_no"])) -> None:
        """The counter has seen the identity card."""
        with parts_of(self.office.app).store.transaction() as db:
            prove(db, actor_of(self.account), number)

    def steps(self) -> list[tuple[str, str]]:
        """Every step so far with its unit."""
        with parts_of(self.office.app).store.reading() as db:
            found = db.scalars(select(Application).where(Application.reference == self.reference)).one()
            return [(entry.step, entry.unit_code) for entry in found.entries]

    def tasks(self, state: str = "open") -> set[tuple[str, str]]:
        """Kind and subject of what a unit has to do for the application besides."""
        with parts_of(self.office.app).store.reading() as db:
            rows = (
                select(Task.kind, Task.about)
                .join(Application)
                .where(Task.state == state, Application.reference == self.reference)
            )
            return {(kind, about) for kind, about in db.execute(rows)}


def apply_online(
    office: Office,
    answers: Mapping[str, Filling] | None = None,
    acting: Acting = "self",
    language: Language = "zh",
) -> tuple[Applicant, CheckingClient]:
    """Somebody who answers page by page and hands in: with the browser that shows the receipt."""
    account = office.resident()
    client = office.browser(account, language)
    reference = begin(client, acting)
    walk(client, answers)
    hand_in(client)
    assert client.path == f"/apply/zj-01/{reference}/receipt"
    return Applicant(office, account, reference, language), client


def applied(
    office: Office, own: Mapping[str, Any] | None = None, acting: Acting = "self", language: Language = "zh"
) -> Applicant:
    """Somebody whose application has just come in, where the story begins afterwards."""
    account = office.resident()
    with parts_of(office.app).store.transaction() as db:
        application = submitted(db, actor_of(account), acting, {**ANSWERS, **(own or {})})
        return Applicant(office, account, application.reference, language)
