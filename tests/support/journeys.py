"""Walking a service page by page the way a person does, over HTTP without script, in any language."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Role
from portal.catalogue.texts import Language
from portal.store.accounts import Account, StaffRole
from portal.store.applications import Application, StepEntry
from portal.usecases.claims import claim
from portal.usecases.decisions import Deciding, decide_step, lock_entry
from portal.usecases.demo_applications import see_originals
from portal.usecases.timed import run_next_timer
from portal.usecases.transitions import open_entry
from tests.support.chain import deciding
from tests.support.client import CheckingClient
from tests.support.companions import assert_companions
from tests.support.forms import Filling
from tests.support.originals import see_before
from tests.support.pages import words
from tests.support.people import furnish, make_officer, make_resident, officer, parts_of, sign_in

PAGE_PATH = re.compile(r"/apply/[a-z-]+\d+/\d{12}/([a-z][a-z0-9_-]*)$")
MOST_PAGES = 80
FORM = "form[action^='/apply/']"
"""The form of a page of the journey; pressing Enter in it saves and goes on."""

EVIDENCE = ("evidence_identity", "evidence_hukou", "evidence_photo", "evidence_guardian", "evidence_permit")
"""Shown at the counter: files are for the tests that bring some."""

GOOD_ANSWERS: Mapping[str, Filling] = {
    "cs_notice_read": "yes",
    "g_kind": "parent",
    "g_is_guardian": "yes",
    "g_name": "示例王母",
    "g_phone": "19900000009",
    "g_person_informed": "yes",
    "p_name": "示例王小明",
    "p_id_type": "resident",
    "p_id_no": "880000199001010011",
    "h_place": "示例东风镇",
    "h_place-place": "880001001",
    "a_same_as_hukou": "yes",
    "zj_kind": ["visual"],
    "zj_since": "2019",
    "zj_home_visit": "hospital",
    "c_has_phone": "own",
    "c_phone": "19900000001",
    "dl_way": "desk",
    **dict.fromkeys(EVIDENCE, "desk"),
}
"""What a made-up adult answers; what is not named here takes the first choice, or stays empty."""


def walk(
    client: CheckingClient, answers: Mapping[str, Filling] | None = None, *, until: str = "check"
) -> list[str]:
    """Answer page after page until the page ``until``; the pages that were met, in order."""
    met: list[str] = []
    for _ in range(MOST_PAGES):
        found = PAGE_PATH.search(client.path)
        assert found, f"left the journey at {client.path}"
        if found[1] == until:
            return met
        met.append(found[1])
        answer_page(client, answers)
    raise AssertionError(f"no end after {MOST_PAGES} pages: {met}")


def answer_page(client: CheckingClient, answers: Mapping[str, Filling] | None = None) -> None:
    """Answer the questions of the page and go on."""
    wanted = {**GOOD_ANSWERS, **(answers or {})}
    if (finder := client.page.select_one("button[name=find]")) is not None:
        asked = {name: value for name, value in wanted.items() if not name.endswith(("-place", "-own"))}
        client.submit(words(finder), _fillings(client, asked))
    client.submit(FORM, _fillings(client, wanted))


def _fillings(client: CheckingClient, wanted: Mapping[str, Filling]) -> dict[str, Filling]:
    """Answers for the questions of this page."""
    filled: dict[str, Filling] = {}
    for control in client.page.select("main input, main textarea"):
        name = str(control.get("name", ""))
        if not name or name in filled or control.get("type") in ("hidden", "submit"):
            continue
        if name in wanted:
            filled[name] = wanted[name]
            continue
        is_choice = control.get("type") in ("radio", "checkbox") and not name.endswith("-place")
        if is_choice:
            filled[name] = str(control["value"])
    return filled


def begin(client: CheckingClient, acting: str = "self", service: str = "zj-01") -> str:
    """Start an application; its reference."""
    client.get(f"/apply/{service}")
    client.submit(FORM, {"acting": acting})
    return client.path.split("/")[3]


def go(client: CheckingClient, reference: str, page: str, expect: int = 200) -> None:
    """Open a page of the application under way."""
    client.get(f"/apply/zj-01/{reference}/{page}", expect)


def hand_in(client: CheckingClient, expect: int = 200, declarations: Sequence[str] = ("cs_truth",)) -> None:
    """Declare and submit, from the check page."""
    client.submit(FORM, {"declarations": list(declarations)}, expect)


POSTS: tuple[tuple[Role, str], ...] = (
    (Role.DESK_CLERK, "desk_dongfeng"),
    (Role.COUNTY_REVIEWER, "federation_shili"),
    (Role.COUNTY_APPROVER, "federation_shili"),
    (Role.COUNTY_REVIEWER, "federation_yangben"),
    (Role.COUNTY_APPROVER, "federation_yangben"),
    (Role.HOSPITAL, "hospital_first"),
    (Role.HOSPITAL, "hospital_calm"),
)
"""Who works where: everybody whom an application of the county, or of its neighbour, can come to."""


@dataclass
class Office:
    """The portal with its staff at their posts: what the applicant never sees, but waits for."""

    app: Flask
    posts: dict[tuple[str, str], StaffRole] = field(default_factory=dict)

    def open(self) -> None:
        furnish(self.app)
        with parts_of(self.app).store.transaction() as db:
            for role, unit in POSTS:
                self.posts[role, unit] = make_officer(db, role, unit, f"{role}-{unit}")

    def resident(self, phone: str = "19900000001") -> Account:
        with parts_of(self.app).store.transaction() as db:
            return make_resident(db, phone)

    def browser(self, account: Account, language: Language = "zh") -> CheckingClient:
        """A browser in which somebody is signed in, in this language."""
        client = sign_in(self.app, account)
        client.use_language(language)
        return client

    def at_post(self, reference: str, post: tuple[str, str] | None = None) -> CheckingClient:
        """Who has the step at work (or the officer of ``post``), with the application open before them."""
        found = self.posts[post or self.standing(reference)]
        with parts_of(self.app).store.reading() as db:
            account = db.get_one(Account, found.account_id)
        client = sign_in(self.app, account, role_id=found.id)
        client.get(f"{'/desk' if found.role == Role.DESK_CLERK else '/office'}/applications/{reference}")
        return client

    def standing(self, reference: str) -> tuple[str, str]:
        """The post that the application waits for: role and unit."""
        with parts_of(self.app).store.reading() as db:
            entry = _standing(db, reference)
            return entry.role, entry.unit_code

    def due_on(self, reference: str) -> date:
        """The last day of the step at which the application stands."""
        with parts_of(self.app).store.reading() as db:
            return _standing(db, reference).due_on

    def decide(self, reference: str, what: Deciding | str) -> None:
        """Whoever has the step takes the application and decides; of an outcome's name a complete form."""
        with parts_of(self.app).store.transaction() as db:
            entry = _standing(db, reference)
            actor = officer(self.posts[entry.role, entry.unit_code], entry.county)
            claim(db, actor, reference)
            wanted = deciding(what) if isinstance(what, str) else what
            see_before(db, actor, entry.application, wanted.outcome_id)
            version, region = entry.application.version, parts_of(self.app).catalogue.regions["demo"]
            decide_step(db, actor, *lock_entry(db, entry.id), region, version=version, deciding=wanted)

    def see_originals(self, reference: str) -> None:
        """Whoever has the step is shown the original of everything that has to be proved."""
        with parts_of(self.app).store.transaction() as db:
            entry = _standing(db, reference)
            actor = officer(self.posts[entry.role, entry.unit_code], entry.county)
            see_originals(db, actor, entry.application)

    def lead(self, reference: str, *outcomes: Deciding | str) -> None:
        """Step after step. For ``no_objection`` the days of the public notice go by."""
        for outcome in outcomes:
            if outcome == "no_objection":
                self.go_to(self.due_on(reference) + timedelta(days=1))
            else:
                self.decide(reference, outcome)

    def go_to(self, day: date, hour: int = 9) -> None:
        """It is the morning of that day, and what has become due is done."""
        clock.use_fixed(datetime.combine(day, time(hour), clock.SHANGHAI))
        self.run_timers()

    def run_timers(self) -> None:
        """What has become due by now."""
        parts = parts_of(self.app)
        while True:
            with parts.store.transaction() as db:
                if run_next_timer(db, parts.catalogue.regions["demo"]) is None:
                    return

    def check(self) -> None:
        """Every application has what belongs to its state."""
        with parts_of(self.app).store.transaction() as db:
            assert_companions(db)


def _standing(db: Session, reference: str) -> StepEntry:
    entry = open_entry(db.scalars(select(Application).where(Application.reference == reference)).one())
    assert entry is not None, f"{reference} stands at no step"
    return entry
