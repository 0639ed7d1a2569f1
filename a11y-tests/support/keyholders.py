"""Staff who can prove themselves: with passwords, passkeys, cards, recovery codes; and locked sessions."""

from sqlalchemy import select

from portal.store.accounts import Account
from portal.usecases.actor import SYSTEM
from portal.usecases.passkeys import Site, add_passkey, creation_options
from portal.usecases.printed_codes import make_card, make_recovery_codes, use_code
from portal.usecases.proving import lock_session
from portal.usecases.sessions import find_session, open_session
from support.cast import Someone
from support.stage import Stage
from tests.support.passkeys import Device

SITE = Site("localhost", "http://localhost", "一窗通办", "a browser")


def account_of(stage: Stage, login_name: str) -> int:
    with stage.transaction() as db:
        return db.scalars(select(Account.id).where(Account.login_name == login_name)).one()


def session_of(stage: Stage, login_name: str) -> Someone:
    """A session that a password opened."""
    with stage.transaction() as db:
        account = db.scalars(select(Account).where(Account.login_name == login_name)).one()
        token = open_session(db, account, "password")
    return stage.someone(token)


def keyholder(stage: Stage) -> Someone:
    """Somebody with a passkey, three recovery codes, nine codes on the card, and two sessions."""
    login_name, _password = stage.enrolled()
    who = session_of(stage, login_name)
    device = Device()
    with stage.transaction() as db:
        answer = device.make(creation_options(db, who.actor, SITE))
        add_passkey(db, who.actor, SITE, answer, "办公室里靠窗那台电脑，读屏软件用的那一台")
        account = db.get_one(Account, who.actor.signed_in_id)
        for code in make_recovery_codes(db, who.actor)[3:]:
            use_code(db, account, "recovery", code)
        for code in make_card(db, SYSTEM, account.id)[9:]:
            use_code(db, account, "card", code)
    session_of(stage, login_name)
    return who


def cardholder(stage: Stage) -> tuple[str, str]:
    """The login name and password of somebody who has a card and recovery codes too."""
    login_name, password = stage.enrolled()
    who = session_of(stage, login_name)
    with stage.transaction() as db:
        make_card(db, SYSTEM, who.actor.signed_in_id)
        make_recovery_codes(db, who.actor)
    return login_name, password


def enrolment_with_card(stage: Stage) -> str:
    """The token of an enrolment link of somebody who was given a card."""
    token = stage.enrolment()
    with stage.transaction() as db:
        account = db.scalars(select(Account).order_by(Account.id.desc()).limit(1)).one()
        make_card(db, SYSTEM, account.id)
    return token


def locked(stage: Stage) -> Someone:
    """Whoever left the desk: a session with a passkey, locked by hand."""
    login_name, _password = stage.enrolled()
    who = session_of(stage, login_name)
    device = Device()
    with stage.transaction() as db:
        add_passkey(db, who.actor, SITE, device.make(creation_options(db, who.actor, SITE)), "手机")
        session = find_session(db, who.token)
        assert session is not None
        lock_session(db, who.actor, session.session_id)
    return who
