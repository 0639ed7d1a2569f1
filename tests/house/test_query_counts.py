"""How many statements each page asks of the database: pinned in one table, alike for few and for many rows.

A page that asks once more for each row is quick in every demonstration and slow in every office.
"""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, insert, select
from sqlalchemy.orm import Session

from portal import clock
from portal.app import create_app
from portal.catalogue.model import Role
from portal.config import Settings
from portal.rules.certificates import certificate_number
from portal.store.accounts import Account
from portal.store.applications import Application
from portal.store.certificates import Certificate
from portal.store.people import Person
from portal.store.representations import Representation
from portal.store.visits import Entering, SpokenConfirmation
from portal.usecases.actor import Actor
from portal.usecases.appointments import MOST_OPEN, Wish, ask_appointment
from portal.usecases.sessions import find_session, open_session
from portal.usecases.visits import begin_visit
from tests.support.benefits import give
from tests.support.office import ANSWERS, COUNTY, DESK, REGION, resident, sign_in_staff, submitted
from tests.support.people import parts_of
from tests.support.stores import settings_for
from tests.support.volume import Volume, fill, id_number_of

TABLE = Path(__file__).with_name("query_counts.toml")
COUNTS: dict[str, dict[str, int]] = tomllib.loads(TABLE.read_text(encoding="utf-8"))
PAGES = [(person, address) for person, pages in COUNTS.items() for address in pages]

FEW, MANY = 100, 600
"""A fifth of them lies at the unit of the officers; a page of a list has 25."""


@dataclass(frozen=True)
class World:
    """A portal with some applications, and everybody who asks it for pages."""

    app: Flask
    volume: Volume
    people: dict[str, FlaskClient]
    visit: str
    """The token of the clerk's visit: whoever handed everything in stands there."""
    ward: int
    """The record by which whoever handed everything in guards somebody who holds much."""

    def address(self, pattern: str) -> str:
        known = {"<reference>": self.volume.references[0], "<visit>": self.visit, "<ward>": str(self.ward)}
        for name, value in known.items():
            pattern = pattern.replace(name, value)
        return pattern

    @contextmanager
    def statements(self) -> Iterator[list[str]]:
        """What is asked of the database meanwhile."""
        asked: list[str] = []

        def listen(*about: Any) -> None:
            asked.append(" ".join(str(about[2]).split()))

        engine = parts_of(self.app).store.engine
        event.listen(engine, "before_cursor_execute", listen)
        try:
            yield asked
        finally:
            event.remove(engine, "before_cursor_execute", listen)


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> Iterator[tuple[World, World]]:
    made = []
    for count in (FEW, MANY):
        file = shutil.copy(migrated_sqlite, tmp_path_factory.mktemp(f"world-{count}") / "world.db")
        made.append(_world(settings_for(file.parent, f"sqlite:///{file}"), count))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("portal.web.live_region.KEPT_SECONDS", 10_000.0)  # not in the midst of a count
        yield made[0], made[1]
    for world in made:
        parts_of(world.app).store.close()


@pytest.mark.parametrize(("person", "address"), PAGES)
def test_page_asks_as_often_as_the_table_says_however_many_rows_there_are(
    worlds: tuple[World, World], person: str, address: str
) -> None:
    few, many = (_asked(world, person, address) for world in worlds)
    listed = "\n".join(many)
    assert len(few) == len(many), f"{person} {address} asks more with more rows:\n{listed}"
    assert len(many) == COUNTS[person][address], f"{person} {address} asks {len(many)} times now:\n{listed}"


def test_every_list_of_the_office_is_in_the_table() -> None:
    lists = {"/office", "/office/returned", "/office/unit", "/office/unit/late", "/office/unit/waiting"}
    lists |= {"/office/unit/paused", "/office/unit/stand-in", "/office/coming", "/office/done"}
    assert lists <= set(COUNTS["reviewer"])
    assert lists - {"/office/returned", "/office/coming"} <= {
        *COUNTS["lead"],
        "/office",
        "/office/unit/stand-in",
    }


def _asked(world: World, person: str, address: str) -> list[str]:
    """The statements of the second request; the first one fills what is remembered."""
    client = world.people[person]
    for _ in range(2):
        with world.statements() as asked:
            reply = client.get(world.address(address))
        assert reply.status_code == 200, f"{person} {address} answered {reply.status}"
    return asked


def _world(settings: Settings, count: int) -> World:
    app = create_app(settings)
    store = parts_of(app).store
    volume = fill(store, count)
    tokens = {"reviewer": volume.token}
    with store.transaction() as db:
        for name, role, unit in (
            ("lead", Role.LEAD, COUNTY),
            ("approver", Role.COUNTY_APPROVER, COUNTY),
            ("clerk", Role.DESK_CLERK, DESK),
            ("administrator", Role.ADMINISTRATOR, "federation_city"),
            ("inspector", Role.INSPECTOR, "federation_city"),
        ):
            tokens[name] = sign_in_staff(db, name, role, unit)[1]
        visit = _typed_at_the_counter(db, tokens["clerk"])
        tokens["resident"] = _at_home(db, count // 50)
        ward = _ward_with_much(db, count // 50)
    people = {name: app.test_client() for name in ("visitor", *tokens)}
    for name, token in tokens.items():
        people[name].set_cookie("session", token)
    return World(app, volume, people, visit, ward)


def _typed_at_the_counter(db: Session, token: str) -> str:
    """Everything was typed by the clerk for one visitor, who stands there again; the token of the visit."""
    clerk = find_session(db, token)
    assert clerk is not None
    handed_in = db.execute(select(Application.id, Application.account_id)).all()
    typed = {"account_id": clerk.account_id, "unit_code": DESK, "entered_at": clock.now()}
    db.execute(insert(Entering), [{**typed, "application_id": one.id} for one in handed_in])
    heard = {"way": "spoken", "text": "示例", "answers_hash": "", "declarations": [], "unit_code": DESK}
    heard |= {"first_id": handed_in[0].account_id, "made_at": clock.now()}
    db.execute(insert(SpokenConfirmation), [{**heard, "application_id": one.id} for one in handed_in])
    seen = {"channel": "counter", "standing": "self", "identity_seen": "document"}
    visitor_id = handed_in[0].account_id
    return begin_visit(db, clerk.actor, clerk.session_id, visitor_id, **seen).token


def _ward_with_much(db: Session, count: int) -> int:
    """One of those for whom they act is their ward, proven, with so many cards and benefits of the past; the
    record."""
    kept = db.scalars(select(Representation).order_by(Representation.id)).first()
    assert kept is not None
    kept.state, kept.basis = "active", "minor_guardian"
    person = db.get_one(Person, kept.person_id)
    person.name, person.is_proven = "示例王小明", True
    application = db.scalars(select(Application).where(Application.person_id == person.id)).one()
    for number in range(count):
        card = Certificate(
            key=f"card{number}",
            person_id=person.id,
            entered_by_id=application.id,
            holder_name="示例王小明",
            holder_index=str(person.id_number_index),
            number=certificate_number(str(person.id_number), [("limb", 2)]),
            number_index=f"{number}",
            components=[("limb", 2)],
            category="limb",
            grade=2,
            issued_on=date(2016, 11, 23),
            valid_to_on=date(2026, 11, 23),
            issuer_unit=COUNTY,
            generation=2,
            cancelled_on=date(2020, 11, 23),
            cancel_reason="replaced",
            created_at=clock.now(),
        )
        db.add(card)
        db.flush()
        give(db, card, state="stopped", to_on=date(2026, 11, 1))
    return kept.id


def _at_home(db: Session, count: int) -> str:
    """Whoever handed everything in, signed in at home: acts for ``count`` others, ``count`` act for them, and
    some visits are asked for; the token of the session."""
    account = db.get_one(Account, db.scalars(select(Application.account_id)).first())
    own = Actor("resident", account.id)
    for number in range(count):
        theirs = {**ANSWERS, "p_id_no": id_number_of(10**6 + number)}
        submitted(db, own, "proxy", theirs)
        made = submitted(db, resident(db), "proxy", {**theirs, "p_id_no": id_number_of(2 * 10**6 + number)})
        made.person.own_account_id = account.id
    for _ in range(min(count, MOST_OPEN)):
        ask_appointment(db, own, REGION, "880001001", Wish("示例", "示例", ()))
    return open_session(db, account, "code")
