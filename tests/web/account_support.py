"""What tests of the account's pages share: the outbox of an app, and signing in through the pages."""

from flask import Flask

from portal.store import Store
from tests.support.client import CheckingClient
from tests.usecases.sign_in_support import PHONE, code_in, messages


def store_of(app: Flask) -> Store:
    found = app.extensions["portal"].store
    assert isinstance(found, Store)
    return found


def bodies(app: Flask) -> list[str]:
    """The words of everything in the outbox, oldest first."""
    with store_of(app).reading() as db:
        return [message.body for message in messages(db)]


def newest_code(app: Flask) -> str:
    with store_of(app).reading() as db:
        return code_in(messages(db)[-1])


def sign_in(app: Flask, client: CheckingClient, contact: str = PHONE, start: str = "/sign-in") -> None:
    """Sign in by code, as a person does."""
    client.get(start)
    client.submit("发验证码", {"contact": contact})
    client.submit("登录", {"code": newest_code(app)})
