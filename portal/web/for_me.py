"""别人替我办的事: what others began for who is signed in, without a slip."""

from __future__ import annotations

from flask import Flask
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.usecases.voices import Voice
from portal.web.access import actor, applicant
from portal.web.voice_doors import Door
from portal.web.voice_pages import serve

ADDRESS = "/account/for-me"


@applicant
def for_me() -> Response:
    trail = ((_("首页"), "/"), (_("我的事"), "/account"))
    door = Door(ADDRESS, {}, (_("回到我的事"), "/account"), trail, may_renew=True)
    return serve(door, Voice(actor(), "web"))


def register(app: Flask) -> None:
    app.add_url_rule(ADDRESS, view_func=for_me, methods=["GET", "POST"])
