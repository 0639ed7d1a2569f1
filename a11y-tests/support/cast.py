"""Who meets the pages: residents, staff at their posts, people at the door with a code or a link."""

import re
from dataclasses import dataclass
from datetime import timedelta
from itertools import count

import pyotp
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.catalogue.model import Role
from portal.clock import now
from portal.config import Settings
from portal.gateways import from_settings
from portal.store import open_store
from portal.store.accounts import Account, SignInSession
from portal.usecases.actor import SYSTEM, VISITOR, Actor
from portal.usecases.codes import make_link
from portal.usecases.demo_people import sign_in_demo_person
from portal.usecases.enrolment import enrol, get_enrolment
from portal.usecases.passwords import hash_password
from portal.usecases.posts import add_role
from portal.usecases.sessions import find_session, open_session, token_hash
from portal.usecases.staff import create_staff
from portal.usecases.visitor_messages import leave_message
from portal.worker import Worker
from support.server import Server
from tests.support.office import REGION
from tests.support.people import make_resident


@dataclass(frozen=True)
class Someone:
    """A person with an open session: its token is the cookie."""

    actor: Actor
    token: str


class Cast:
    """Makes people on the data of `server`."""

    def __init__(self, server: Server) -> None:
        settings = Settings.from_environment(server.environment)
        self._store = open_store(settings)
        self._gateways = from_settings(settings)
        self._worker = Worker(settings, REGION, self._store, self._gateways)
        self._numbers = count(500)  # the demonstration people have the first ones
        self._phones = count(5000)  # the demonstration units have those above 1000
        self.transaction = self._store.transaction
        self.files = self._gateways.files

    def close(self) -> None:
        self._store.close()

    def new_phone(self) -> str:
        """A phone that nobody has used here."""
        return f"1990000{next(self._phones):04d}"

    def resident(self, *, is_proven: bool = False) -> Someone:
        """Somebody new with a phone of their own and nothing else."""
        with self.transaction() as db:
            account = make_resident(db, phone=self.new_phone())
            account.identity_level = "proven" if is_proven else "unproven"
            return self._someone(db, open_session(db, account, "code"))

    def old_phone(self) -> str:
        """A phone with an account that nobody has used for longer than numbers are kept."""
        phone = self.new_phone()
        with self.transaction() as db:
            account = make_resident(db, phone)
            account.contacts[0].last_used_at = account.contacts[0].verified_at = now() - timedelta(days=100)
        return phone

    def given_up_phone(self) -> str:
        """A phone whose account has said that it is somebody else's now."""
        phone = self.new_phone()
        with self.transaction() as db:
            make_resident(db, phone).contacts[0].frozen_at = now()
        return phone

    def staff(self, login_name: str) -> Someone:
        """The demonstration officer of that name at the only post there is."""
        with self.transaction() as db:
            account = db.scalars(select(Account).where(Account.login_name == login_name)).one()
            token, _role = sign_in_demo_person(db, account.id)
            return self._someone(db, token)

    def keep_awake(self, who: Someone) -> None:
        """Somebody whom a page needs has not been silent, however long the others took: a session that is
        left alone is locked."""
        own = (SignInSession.token_hash == token_hash(who.token), SignInSession.locked_at.is_(None))
        with self.transaction() as db:
            db.execute(update(SignInSession).where(*own).values(last_seen_at=now()))

    def colleague(self) -> Someone:
        """A second clerk at the desk of `clerk-dongfeng`."""
        return self._new_officer((Role.DESK_CLERK, "desk_dongfeng"))

    def at_no_post_yet(self) -> Someone:
        """An officer of two posts, just signed in, who has still to say at which."""
        return self._new_officer((Role.DESK_CLERK, "desk_dongfeng"), (Role.TOWNSHIP_CLERK, "desk_nanhu"))

    def _new_officer(self, first: tuple[Role, str], *more: tuple[Role, str]) -> Someone:
        login_name = f"new-{next(self._numbers)}"
        with self.transaction() as db:
            create_staff(db, SYSTEM, login_name, "示例新同事", *first)
            account = db.scalars(select(Account).where(Account.login_name == login_name)).one()
            for role, unit_code in more:
                add_role(db, SYSTEM, account.id, role, unit_code)
            db.refresh(account)
            return self._someone(db, open_session(db, account, "demo"))

    def someone(self, token: str) -> Someone:
        """Whose session this is."""
        with self.transaction() as db:
            return self._someone(db, token)

    def code_sent_to(self, contact: str) -> str:
        """Let the worker send what waits, and read the newest code in the messages to this contact."""
        self._worker.turn()
        sent = self._gateways.folder.list_messages(20)
        texts = [one.text for one in sent if one.to == contact]
        found = re.search(r"(?<!\d)\d{6}(?!\d)", texts[0]) if texts else None
        assert found, f"no code for {contact} in {texts}"
        return found.group()

    def sign_in_token(self, who: Someone) -> str:
        """The token of a one-time link, as in a letter."""
        with self.transaction() as db:
            return make_link(db, db.get_one(Account, who.actor.signed_in_id), timedelta(minutes=10))

    def message(self) -> str:
        """The reference of a question that somebody left and that waits for an answer."""
        with self.transaction() as db:
            return leave_message(db, VISITOR, "question", "去不了窗口，怎么办？" * 20, contact="19900000001")

    def enrolment(self, role: Role = Role.DESK_CLERK, unit_code: str = "desk_nanhu") -> str:
        """The token of an enrolment link that nobody has used."""
        login_name = f"new-{next(self._numbers)}"
        with self.transaction() as db:
            return create_staff(db, SYSTEM, login_name, "示例新同事", role, unit_code)

    def enrolled(self, role: Role = Role.DESK_CLERK, unit_code: str = "desk_nanhu") -> tuple[str, str]:
        """The login name and the password of somebody who can sign in."""
        token, password = self.enrolment(role, unit_code), "four words make a password"
        with self.transaction() as db:
            found = get_enrolment(db, token)
            enrol(db, token, hash_password(password), pyotp.TOTP(found.secret).now())
            return found.login_name, password

    def authenticator_code(self, login_name: str) -> str:
        """The next number on the phone of somebody who enrolled: the one shown now may have been used."""
        with self.transaction() as db:
            secret = db.scalars(select(Account.totp_secret).where(Account.login_name == login_name)).one()
            return pyotp.TOTP(str(secret)).at(now(), counter_offset=1)

    def _someone(self, db: Session, token: str) -> Someone:
        db.flush()
        found = find_session(db, token)
        assert found is not None
        return Someone(found.actor, token)
