"""Staff for tests: accounts at posts, enrolled with a known password and authenticator, and signed in."""

from dataclasses import dataclass
from datetime import date
from functools import cache

import pyotp
from flask import Flask
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.loader import load_catalogue
from portal.catalogue.model import Region, Role
from portal.store.accounts import Account, StaffRole
from portal.store.units import UnitRow
from portal.usecases.actor import Actor
from portal.usecases.passwords import hash_password
from portal.usecases.sessions import open_session
from portal.usecases.units import load_region
from tests.support.client import CheckingClient

PASSWORD = "三匹白马 过小桥 3 times"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"

UNITS = {
    Role.DESK_CLERK: "desk_dongfeng",
    Role.TOWNSHIP_CLERK: "desk_dongfeng",
    Role.COUNTY_REVIEWER: "federation_shili",
    Role.COUNTY_APPROVER: "federation_shili",
    Role.HOSPITAL: "hospital_first",
    Role.UPPER_REVIEWER: "federation_city",
    Role.DEPARTMENT_OFFICER: "civil_shili",
    Role.CONTRACTOR: "contractor_care",
    Role.LIAISON: "desk_dongfeng",
    Role.LEAD: "federation_shili",
    Role.INSPECTOR: "federation_city",
    Role.ADMINISTRATOR: "federation_city",
}
"""A unit of the demo region for each role."""


@cache
def known_hash() -> str:
    """Hashing is slow on purpose; once is enough."""
    return hash_password(PASSWORD)


@dataclass(frozen=True)
class Worker:
    """A member of staff that a test made."""

    account_id: int
    login_name: str
    role_id: int | None
    actor: Actor


def demo_region() -> Region:
    return load_catalogue().regions["demo"]


def make_worker(
    db: Session, role: Role | None, login_name: str = "", *, is_enrolled: bool = True, name: str = "示例职员"
) -> Worker:
    """A new account, at the post of `role` in its demo unit; None makes someone without a post."""
    load_region(db, demo_region())
    login_name = login_name or (role or "nobody").replace("_", "-")
    account = Account(
        kind="staff", login_name=login_name, display_name=name, preferences={}, created_at=clock.now()
    )
    if is_enrolled:
        account.password_hash, account.totp_secret = known_hash(), SECRET
    db.add(account)
    db.flush()
    role_id = give_post(db, account.id, role) if role else None
    unit = db.get(UnitRow, UNITS[role]) if role else None
    actor = Actor(
        "staff", account.id, role=role, unit_code=unit.code if unit else None, county=unit and unit.county
    )
    return Worker(account.id, login_name, role_id, actor)


def give_post(db: Session, account_id: int, role: Role) -> int:
    post = StaffRole(account_id=account_id, role=role, unit_code=UNITS[role], from_on=date(2026, 1, 1))
    db.add(post)
    db.flush()
    return post.id


def code_now(secret: str = SECRET, steps: int = 0) -> str:
    """What the authenticator shows, or showed so many steps ago."""
    return pyotp.TOTP(secret).at(int(clock.now().timestamp()) + steps * 30)


def sign_in(app: Flask, client: CheckingClient, worker: Worker) -> None:
    """Open a session at the worker's post without going through the door."""
    with app.extensions["portal"].store.transaction() as db:
        account = db.get_one(Account, worker.account_id)
        token = open_session(db, account, "password", role_id=worker.role_id)
    client.browser.set_cookie("session", token)
