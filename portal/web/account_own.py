"""My affairs: what I have applied for, where I am signed in, my password."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import Flask, g, redirect, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from portal import labels
from portal.i18n import moment_text
from portal.usecases import applications, own_sessions, passwords, sign_in
from portal.usecases.certificates import list_own_certificates
from portal.usecases.definitions import get_definition
from portal.usecases.represented import ApplicationSeen, acting_now, list_people, why_not_followed
from portal.web.access import actor, applicant
from portal.web.account_questions import NewPasswordForm
from portal.web.parts import parts, reading, transaction
from portal.web.plain_form import sent
from portal.web.preferences import language
from portal.web.rendering import render, say
from portal.web.sign_in_state import voice

Answered = str | Response | tuple[str, int]


@dataclass(frozen=True)
class OwnApplication:
    """One line of 我的事."""

    name: str
    reference: str
    href: str
    status_text: str
    status_kind: str
    for_whom: str
    """Where it is for another."""
    draft_until_on: date | None
    """Of a draft: the last day on which it can be gone on with."""


@dataclass(frozen=True)
class OwnSession:
    """One place where this account is signed in."""

    id: int
    began: str
    seen: str
    way: str
    is_shared: bool
    is_this: bool


TAGS = {"info": "plain", "caution": "caution", "success": "good", "error": "bad"}


@applicant
def home() -> Answered:
    with reading() as db:
        own = [_own_line(db, row) for row in applications.list_own(db, actor())]
        has_people = bool(list_people(db, actor()))
        has_certificate = bool(list_own_certificates(db, actor(), parts().region))
    return render(
        "account/home.html",
        applications=own,
        has_people=has_people,
        has_certificate=has_certificate,
        is_proven=actor().is_proven,
        has_platform=parts().gateways.identity.is_on,
        saved=_just_saved(own),
        is_deleted="deleted" in request.args,
    )


def _just_saved(own: list[OwnApplication]) -> OwnApplication | None:
    """The draft that was put aside a moment ago: whoever stops half-way is told that nothing is lost."""
    wanted = request.args.get("saved")
    return next((one for one in own if one.reference == wanted and one.draft_until_on), None)


def _own_line(db: Session, row: ApplicationSeen) -> OwnApplication:
    """Whom it is for, and where it stands; of what one may not follow any more, that it is so."""
    now = acting_now(actor(), row)
    is_closed = why_not_followed(actor(), row) is not None
    state = _("授权现在不能用") if is_closed else labels.label(labels.STATES, row.state, language())
    return OwnApplication(
        say(get_definition(db, row.definition_hash).service.name),
        row.reference,
        f"/account/applications/{row.reference}",
        state,
        "caution" if is_closed else TAGS[labels.STATE_TONES[row.state]],
        _("替%(name)s办", name=now.name or _("别人")) if now is not None else "",
        row.draft_until_on if row.state == "draft" and not is_closed else None,
    )


@applicant
def sessions_page() -> Answered:
    ways = {
        "code": _("验证码"),
        "link": _("邮件里的地址"),
        "password": _("密码"),
        "platform": _("身份认证平台"),
        "demo": _("示例人员"),
    }
    with reading() as db:
        places = [
            OwnSession(
                row.id,
                moment_text(row.created_at, language()),
                moment_text(row.last_seen_at, language()),
                ways[row.way],
                row.is_shared_computer,
                row.id == g.signed_in.session_id,
            )
            for row in own_sessions.list_sessions(db, actor())
        ]
    return render("account/sessions.html", places=places, is_done="done" in request.args)


@applicant
def revoke(session_id: int) -> Answered:
    with transaction() as db:
        own_sessions.revoke_session(db, actor(), session_id)
    return redirect("/account/sessions?done=1", 303)


@applicant
def revoke_others() -> Answered:
    with transaction() as db:
        own_sessions.revoke_others(db, actor(), g.signed_in.session_id)
    return redirect("/account/sessions?done=1", 303)


@applicant
def password_page() -> Answered:
    """Set or change the password: every contact is told, every other session ends."""
    form = NewPasswordForm(sent())
    if request.method == "POST" and form.validate() and not _is_weak(form):
        hashed = passwords.hash_password(form.password.data)
        with transaction() as db:
            sign_in.set_password(db, actor(), hashed, voice())
            own_sessions.revoke_others(db, actor(), g.signed_in.session_id)
        return redirect("/account/password?done=set", 303)
    with reading() as db:
        has_password = sign_in.has_password(db, actor())
    return render(
        "account/password.html",
        form.status,
        form=form,
        has_password=has_password,
        done=request.args.get("done"),
    )


@applicant
def remove_password() -> Answered:
    with transaction() as db:
        sign_in.set_password(db, actor(), None, voice())
    return redirect("/account/password?done=removed", 303)


def _is_weak(form: NewPasswordForm) -> bool:
    reasons = {
        "too_short": _("密码太短。请至少用8个字。"),
        "too_long": _("密码太长。请最多用200个字。"),
        "too_common": _("这个密码太容易猜。请换一个。"),
    }
    reason = passwords.weakness(form.password.data, "resident")
    if reason is not None:
        form.add_error("password", reasons[reason])
    return reason is not None


def register(app: Flask) -> None:
    app.add_url_rule("/account", "account.home", home)
    app.add_url_rule("/account/sessions", "account.sessions", sessions_page)
    app.add_url_rule("/account/sessions/<int:session_id>/end", "account.revoke", revoke, methods=["POST"])
    app.add_url_rule("/account/sessions/others/end", "account.revoke_others", revoke_others, methods=["POST"])
    app.add_url_rule("/account/password", "account.password", password_page, methods=["GET", "POST"])
    app.add_url_rule("/account/password/remove", "account.remove_password", remove_password, methods=["POST"])
