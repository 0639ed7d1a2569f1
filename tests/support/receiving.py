"""Receiving visitors at the counter over HTTP, and what a test asks of whoever was received."""

import re

from flask import Flask
from sqlalchemy import select

from portal.store import Store
from portal.store.applications import Slip
from portal.store.messages import Message
from portal.store.visits import Visit
from portal.usecases.actor import Actor
from tests.support import office
from tests.support.client import CheckingClient

NUMBER = "880000195001010013"
NAME = "示例王小明"


def choose(client: CheckingClient, way: str, standing: str = "self", channel: str = "counter") -> None:
    client.get("/desk/visits")
    client.submit("接待", {"channel": channel, "standing": standing, "is_related": "no", "way": way})


def by_document(client: CheckingClient, expect: int = 200, **changed: object) -> str:
    """Receive the holder of the document; the address of the visit."""
    choose(client, "document")
    filled = {"id_type": "resident", "name": NAME, "id_number": NUMBER, "is_same": True, **changed}
    client.submit("确认，开始接待", filled, expect)  # type: ignore[arg-type]
    return client.path


def handed_in(store: Store, account_id: int) -> tuple[str, str]:
    """Reference and slip code of what this account has handed in."""
    with store.transaction() as db:
        office.prepare(db)
        application = office.submitted(db, Actor("resident", account_id))
        return application.reference, db.get_one(Slip, application.id).code


def visitor_of(store: Store, address: str) -> int:
    with store.reading() as db:
        return db.scalars(select(Visit.account_id).order_by(Visit.id.desc())).first() or 0


def sent_code(store: Store) -> str:
    with store.reading() as db:
        text = db.scalars(select(Message.body).order_by(Message.id.desc())).first() or ""
    found = re.search(r"\d{6}", text)
    assert found is not None
    return found.group()


def at_home(app: Flask, store: Store, phone: str) -> CheckingClient:
    """The visitor's own browser, signed in with a code to this phone."""
    home = CheckingClient(app)
    home.get("/sign-in")
    home.submit("发验证码", {"contact": phone})
    home.submit("登录", {"code": sent_code(store)})
    return home
