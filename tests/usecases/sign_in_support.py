"""What tests of signing in share: a voice, and reading what was sent."""

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.store import Store
from portal.store.accounts import Account
from portal.store.messages import Message
from portal.usecases.account_messages import Voice
from portal.usecases.actor import Actor
from portal.usecases.codes import send_code
from portal.usecases.contact_values import read_contact
from portal.usecases.sign_in import Opened, Refusal, sign_in_with_code

VOICE = Voice("【示例市一窗通办】", "示例市一窗通办", "zh", "http://localhost")
PHONE = "19900000001"
MAIL = "ren@example.cn"


def messages(db: Session) -> list[Message]:
    """Everything in the outbox, oldest first."""
    return list(db.scalars(select(Message).order_by(Message.id)))


def code_in(message: Message) -> str:
    found = re.search(r"(?<![0-9])[0-9]{6}(?![0-9])", message.body)
    assert found, message.body
    return found[0]


def link_in(message: Message) -> str:
    found = re.search(r"/sign-in/link/([\w-]+)", message.body)
    assert found, message.body
    return found[1]


def ask(store: Store, contact: str = PHONE) -> str:
    """Ask for a code and read it from the newest message."""
    with store.transaction() as db:
        send_code(db, read_contact(contact), "sign_in", VOICE)
    with store.reading() as db:
        return code_in(messages(db)[-1])


def enter(store: Store, code: str, contact: str = PHONE) -> Opened | Refusal:
    with store.transaction() as db:
        return sign_in_with_code(db, read_contact(contact), code)


def sign_up(store: Store, contact: str = PHONE) -> Actor:
    """Someone who has just signed in with a code: the actor."""
    opened = enter(store, ask(store, contact), contact)
    assert isinstance(opened, Opened)
    return Actor("resident", opened.account_id)


def account_of(db: Session, actor: Actor) -> Account:
    return db.get_one(Account, actor.signed_in_id)


def other_than(code: str) -> str:
    """A wrong code."""
    return f"{(int(code) + 1) % 10**6:06d}"
