"""People for tests: residents and staff who are signed in, made through tables and use cases themselves."""

from __future__ import annotations

from flask import Flask
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Role
from portal.store import Store, blind_index
from portal.store.accounts import Account, Contact, StaffRole
from portal.usecases.actor import Actor
from portal.usecases.definitions import store_definition
from portal.usecases.sessions import open_session
from portal.usecases.units import load_region
from tests.support.client import CheckingClient


def parts_of(app: Flask):
    return app.extensions["portal"]


def furnish(app: Flask, *services: str) -> None:
    """What `portal init` leaves behind: units, and the definitions of ZJ-01 and of those that are named."""
    parts = parts_of(app)
    with parts.store.transaction() as db:
        load_region(db, parts.catalogue.regions[parts.settings.region])
        for code in {"zj-01", *services}:
            store_definition(db, parts.catalogue.definition(code, parts.settings.region))


def make_resident(db: Session, phone: str = "19900000001") -> Account:
    now = clock.now()
    account = Account(kind="resident", created_at=now)
    account.contacts = [
        Contact(
            kind="phone",
            value=phone,
            value_index=blind_index(db, "contact", phone),
            verified_at=now,
            last_used_at=now,
        )
    ]
    db.add(account)
    db.flush()
    return account


def make_officer(db: Session, role: Role, unit_code: str, name: str) -> StaffRole:
    account = Account(kind="staff", login_name=name, display_name=f"{name}（示例）", created_at=clock.now())
    post = StaffRole(role=role, unit_code=unit_code, from_on=clock.today())
    account.roles = [post]
    db.add(account)
    db.flush()
    return post


def actor_of(account: Account) -> Actor:
    return Actor("resident", account.id, account.identity_level == "proven")


def officer(post: StaffRole, county: str = "880001") -> Actor:
    return Actor("staff", post.account_id, False, Role(post.role), post.unit_code, county)


def sign_in(app: Flask, account: Account, *, role_id: int | None = None) -> CheckingClient:
    """A browser in which this account is signed in."""
    store: Store = parts_of(app).store
    with store.transaction() as db:
        token = open_session(db, db.get_one(Account, account.id), "code", role_id=role_id)
    client = CheckingClient(app)
    client.browser.set_cookie("session", token)
    return client
