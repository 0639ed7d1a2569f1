"""Health for the operator; in the demonstration also its people and the messages that were sent."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from flask import Flask, redirect, request
from flask_babel import gettext as _
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from portal import labels
from portal.rules.errors import NotFound
from portal.usecases.demo_people import DemoAccount, list_demo_accounts, sign_in_demo_person
from portal.usecases.health import is_schema_current
from portal.usecases.units import get_unit
from portal.web import session_cookie
from portal.web.access import public
from portal.web.parts import parts, reading, transaction
from portal.web.preferences import language
from portal.web.rendering import render
from portal.web.staff_entry import HOMES

Answered = Response | tuple[str, int]

MOST_MESSAGES = 50


@dataclass(frozen=True)
class ListedPerson:
    """A demonstration person as the page shows it."""

    account_id: int
    name: str
    display_name: str
    told: str  # the post, or how well the identity is known


@dataclass(frozen=True)
class ListedMessage:
    heading: str
    sent_at: datetime
    subject: str | None
    lines: tuple[str, ...]


@public
def healthz() -> Response:
    """200 when the portal can serve, 503 when not; why is nobody's business but the log's."""
    try:
        with reading() as db:
            is_fit = is_schema_current(db)
    except SQLAlchemyError:
        is_fit = False
    said, status = ("ok\n", 200) if is_fit else ("not ready\n", 503)
    return Response(said, status, {"Cache-Control": "no-store"}, mimetype="text/plain")


@public
def demo_page() -> Answered:
    _only_in_demo()
    with reading() as db:
        accounts = list_demo_accounts(db)
        units = {code: get_unit(db, code).names for code in {one.unit_code for one in accounts} if code}
    listed = [(one.kind, _listed_person(one, units)) for one in accounts]
    return render(
        "demo/people.html",
        staff=[person for kind, person in listed if kind == "staff"],
        residents=[person for kind, person in listed if kind == "resident"],
    )


@public
def demo_sign_in() -> Response:
    """Become a demonstration person: a session like any other, recorded like any other."""
    _only_in_demo()
    wanted = request.form.get("account", "")
    if not re.fullmatch(r"[0-9]{1,18}", wanted):
        raise NotFound("account")
    with transaction() as db:
        token, role = sign_in_demo_person(db, int(wanted))
    home = HOMES.get(role, "/staff/post") if role else "/account"
    answer = redirect(home, 303)
    return session_cookie.start(answer, token, is_shared=True)


@public
def demo_messages() -> Answered:
    _only_in_demo()
    sent = parts().gateways.folder.list_messages(MOST_MESSAGES)
    messages = [
        ListedMessage(
            _("短信，发给%(to)s", to=one.to) if one.kind == "sms" else _("邮件，发给%(to)s", to=one.to),
            one.sent_at,
            one.subject,
            tuple(line for line in one.text.splitlines() if line.strip()),
        )
        for one in sent
    ]
    return render("demo/messages.html", messages=messages, most=MOST_MESSAGES)


def _only_in_demo() -> None:
    """Elsewhere there is no such address."""
    if parts().settings.env != "demo":
        raise NotFound


def _listed_person(one: DemoAccount, units: dict[str, dict[str, str]]) -> ListedPerson:
    if one.role and one.unit_code:
        names = units[one.unit_code]
        role = labels.label(labels.ROLES, one.role, language())
        told = _("%(role)s，%(unit)s", role=role, unit=names.get(language()) or names["zh"])
    else:
        level = "proven" if one.is_proven else "unproven"
        told = labels.label(labels.IDENTITY_LEVELS, level, language())
    return ListedPerson(one.account_id, one.name, one.display_name, told)


def register(app: Flask) -> None:
    """Add this front's addresses."""
    app.add_url_rule("/healthz", view_func=healthz, methods=["GET"])
    app.add_url_rule("/demo", view_func=demo_page, methods=["GET"])
    app.add_url_rule("/demo/sign-in", view_func=demo_sign_in, methods=["POST"])
    app.add_url_rule("/demo/messages", view_func=demo_messages, methods=["GET"])
