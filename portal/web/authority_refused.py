"""The page for whoever may not go on with what they do for another: why, since when, what to do now."""

from __future__ import annotations

from flask import request

from portal.i18n import date_text
from portal.usecases.represented import Represented, find_by_application
from portal.web.acting_for import banner_for
from portal.web.jinja_words import said as _
from portal.web.parts import reading
from portal.web.people import standing_sentence
from portal.web.preferences import language
from portal.web.rendering import page_title, render
from portal.web.visit_door import acting_side

REFUSED = "authority_"
"""How the keys of these refusals begin; what follows is one of ``rules/acting.Why``."""
OF_THE_RECORD = ("asked", "suspended", "ended", "not_yet", "over")
"""What the record itself says, with its day."""


def refused_authority(why: str, kept_href: str | None) -> tuple[str, int]:
    """``kept_href``: where what was just typed waits, if something was."""
    one = _record() if why != "hidden" else None
    return render(
        "errors/authority.html",
        403,
        sentence=_sentence(why, one),
        why=why,
        acting_for=banner_for(one) if one is not None and one.name else None,
        people_href=f"/account/people/{one.id}" if one is not None else "/account/people",
        is_beside=acting_side().is_beside,
        kept_href=kept_href,
        title=page_title(_("现在不能替这个人办")),
    )


def _record() -> Represented | None:
    reference = (request.view_args or {}).get("reference")
    if reference is None or acting_side().kind == "visitor":
        return None
    with reading() as db:
        return find_by_application(db, acting_side(), str(reference))


def _sentence(why: str, one: Represented | None) -> str:
    if one is not None and why in OF_THE_RECORD:
        since = ""
        if one.suspended_on is not None and one.standing == "suspended":
            since = _("从%(day)s起停下来。", day=date_text(one.suspended_on, language()))
        return standing_sentence(one) + since
    return {
        "asked": _("本人还没有答复。答复以前，您不能替这个人办。"),
        "suspended": _("授权先停下来了。"),
        "ended": _("授权已经结束了。"),
        "not_yet": _("授权还没有开始。"),
        "over": _("授权已经到期了。"),
        "service": _("本人给您的授权，不包括这一件事。"),
        "power": _("本人给您的授权，不包括这一步。"),
        "hidden": _("这件申请由本人自己管。您不能再看，也不能再办。"),
    }.get(why, _("这一步现在不能由您来办。"))
