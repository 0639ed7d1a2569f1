"""Demonstration people: staff at every post of the region, residents with phones that are nobody's.

Everything about them says 示例; their ID numbers begin 880000, their phones 1990000.
Nobody has a password: a link or the page ``/demo`` signs them in. Making them again changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from stdnum.iso7064 import mod_11_2

from portal import clock
from portal.catalogue.model import Region, Role, UnitKind
from portal.rules.errors import NotFound
from portal.store import blind_index
from portal.store.accounts import Account, Contact, StaffRole
from portal.store.people import Person
from portal.usecases.actor import SYSTEM, Actor
from portal.usecases.audit import record_event
from portal.usecases.contact_values import TypedContact
from portal.usecases.contacts import find_contact, new_contact
from portal.usecases.sessions import open_session

POSTS: dict[UnitKind, tuple[tuple[Role, str], ...]] = {
    UnitKind.TOWN_DESK: (
        (Role.DESK_CLERK, "clerk"),
        (Role.TOWNSHIP_CLERK, "township"),
        (Role.LEAD, "lead"),
        (Role.LIAISON, "liaison"),
    ),
    UnitKind.COUNTY_FEDERATION: (
        (Role.COUNTY_REVIEWER, "reviewer"),
        (Role.COUNTY_APPROVER, "approver"),
        (Role.LEAD, "lead"),
    ),
    UnitKind.CITY_FEDERATION: (
        (Role.ADMINISTRATOR, "admin"),
        (Role.ADMINISTRATOR, "second-admin"),  # what one would change, the other grants
        (Role.INSPECTOR, "inspector"),
        (Role.UPPER_REVIEWER, "upper"),
    ),
    UnitKind.PROVINCIAL_FEDERATION: ((Role.UPPER_REVIEWER, "province"),),
    UnitKind.HOSPITAL: ((Role.HOSPITAL, "hospital"),),
    UnitKind.CIVIL_AFFAIRS: ((Role.DEPARTMENT_OFFICER, "civil"), (Role.LEAD, "civil-lead")),
    UnitKind.HUMAN_RESOURCES: ((Role.DEPARTMENT_OFFICER, "human"), (Role.LEAD, "human-lead")),
    UnitKind.MEDICAL_INSURANCE: ((Role.DEPARTMENT_OFFICER, "medical"), (Role.LEAD, "medical-lead")),
    UnitKind.EDUCATION: ((Role.DEPARTMENT_OFFICER, "school"), (Role.LEAD, "school-lead")),
    UnitKind.CONTRACTOR: ((Role.CONTRACTOR, "builder"), (Role.LEAD, "builder-lead")),
}
STAFF_NAMES = ("赵窗口", "钱受理", "孙审核", "李批准", "周评定", "吴管理", "郑办事", "王核对")

FIRST_RESIDENTS: tuple[tuple[str, bool, dict[str, str]], ...] = (
    ("示例王小明", False, {}),
    ("示例李芳", True, {}),
    ("示例刘洋", True, {"language": "easy"}),
    ("示例阿卜杜热合曼·买买提依明", False, {}),
    ("示例张桂英", True, {"elder": "1", "size": "28"}),
    ("示例陈安娜", False, {"language": "en"}),
    ("示例欧阳春", True, {"theme": "yellow", "size": "36"}),
    ("示例赵大山", False, {"digits": "1"}),
)
"""Name, whether the identity is proven, display preferences: one of each kind that the portal is for."""

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗"
GIVEN_NAMES = ("小红", "建国", "秀英", "志强", "丽娜", "海燕", "玉兰", "文博", "永福", "春梅", "家乐", "思远")

MOST_PHONES = 1000
"""19900001000 and above belong to units; who comes later has an e-mail address."""


@dataclass(frozen=True)
class DemoAccount:
    """A demonstration person as listed: ``name`` is what ``portal sign-in-link`` takes."""

    account_id: int
    name: str
    display_name: str
    kind: str
    role: str | None
    unit_code: str | None
    is_proven: bool


@dataclass(frozen=True)
class DemoResident:
    """A resident who has just been made: the how manieth, from which seed, and who acts."""

    number: int
    seed: int
    name: str
    id_number: str
    relative_id_number: str  # of the person whom they act for
    actor: Actor


def make_demo_staff(db: Session, region: Region) -> None:
    """Someone at every post of every unit of the region."""
    names = iter(range(10_000))
    for unit in region.units:
        place = unit.code.partition("_")[2] or unit.code
        for role, word in POSTS[unit.kind]:
            name = STAFF_NAMES[next(names) % len(STAFF_NAMES)]
            login_name = f"{word}-{place}"
            if db.scalar(select(Account.id).where(Account.login_name == login_name)) is not None:
                continue
            account = _new_account(db, "staff", f"示例{name}", {}, login_name=login_name)
            db.add(StaffRole(account_id=account.id, role=role, unit_code=unit.code, from_on=date(2020, 1, 1)))
    db.flush()


def make_demo_resident(db: Session, number: int, seed: int) -> DemoResident | None:
    """The resident with this number, the same for the same seed; None when there is one already."""
    contact = _contact_of(number)
    if find_contact(db, contact) is not None:
        return None
    chance = Random(f"{seed}:{number}")  # noqa: S311 - invented people, not secrets
    if number <= len(FIRST_RESIDENTS):
        name, is_proven, preferences = FIRST_RESIDENTS[number - 1]
    else:
        name = f"示例{chance.choice(SURNAMES)}{chance.choice(GIVEN_NAMES)}"
        is_proven, preferences = chance.random() < 0.5, {}
    account = _new_account(db, "resident", name, preferences)
    new_contact(db, account, contact)
    id_number, relative = (demo_id_number(_birthday(chance), number) for _ in range(2))
    if is_proven:
        _prove(db, account, name, id_number)
    db.flush()
    return DemoResident(number, seed, name, id_number, relative, Actor("resident", account.id, is_proven))


def list_demo_accounts(db: Session, most: int = 200) -> list[DemoAccount]:
    """The demonstration people: all staff, then up to ``most`` residents."""
    staff = db.execute(
        select(Account, StaffRole)
        .join(StaffRole, StaffRole.account_id == Account.id)
        .where(Account.kind == "staff", Account.disabled_at.is_(None))
        .order_by(StaffRole.id)
    )
    found = [
        DemoAccount(
            account.id,
            str(account.login_name),
            account.display_name or "",
            account.kind,
            role.role,
            role.unit_code,
            account.identity_level == "proven",
        )
        for account, role in staff
        if _is_demo(account)
    ]
    contacts = db.scalars(
        select(Contact).join(Account).where(Account.kind == "resident").order_by(Contact.id).limit(most)
    )
    for contact in contacts:
        account = contact.account
        if _is_demo(account):
            is_proven = account.identity_level == "proven"
            name = account.display_name or ""
            found.append(DemoAccount(account.id, contact.value, name, "resident", None, None, is_proven))
    return found


def has_demo_staff(db: Session) -> bool:
    """Whether demonstration staff have posts here: then these are no data to serve the public with."""
    return any(one.kind == "staff" for one in list_demo_accounts(db, most=0))


def sign_in_demo_person(db: Session, account_id: int) -> tuple[str, Role | None]:
    """Open a session as a demonstration person: its token, and the post of staff.

    Raises NotFound for anyone else.
    """
    account = db.get(Account, account_id)
    if account is None or not _is_demo(account) or account.disabled_at is not None:
        raise NotFound("account")
    post = account.roles[0] if account.roles else None
    token = open_session(db, account, "demo", role_id=post.id if post else None)
    return token, Role(post.role) if post else None


def demo_id_number(born_on: date, number: int) -> str:
    """An ID number that nobody has: area code 880000, with a right check digit (GB 11643)."""
    digits = f"880000{born_on:%Y%m%d}{number % 1000:03d}"
    return digits + str(mod_11_2.calc_check_digit(digits))


def _is_demo(account: Account) -> bool:
    return (account.display_name or "").startswith("示例")


def _contact_of(number: int) -> TypedContact:
    if number < MOST_PHONES:
        return TypedContact("phone", f"1990000{number:04d}")
    return TypedContact("email", f"shili{number}@example.invalid")


def _birthday(chance: Random) -> date:
    return date(1940, 1, 1) + timedelta(days=chance.randrange(365 * 65))


def _prove(db: Session, account: Account, name: str, id_number: str) -> None:
    now = clock.now()
    account.identity_level, account.proven_at, account.proven_by = "proven", now, "desk"
    db.add(
        Person(
            claimed_by_id=account.id,
            is_self=True,
            is_proven=True,
            name=name,
            id_number=id_number,
            id_number_index=blind_index(db, "id_number", id_number),
            created_at=now,
        )
    )


def _new_account(db: Session, kind: str, name: str, preferences: dict[str, Any], **more: str) -> Account:
    account = Account(
        kind=kind, display_name=name, preferences=dict(preferences), created_at=clock.now(), **more
    )
    db.add(account)
    db.flush()
    record_event(db, SYSTEM, f"account:{account.id}", "account:create", authority="system")
    return account
