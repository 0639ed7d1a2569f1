"""What every page knows: language, place, who is signed in, how to get help, and its way back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Flask, current_app, g, render_template, request
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape

from portal import labels
from portal.catalogue.texts import UNNAMED, Text
from portal.catalogue.wording import Voice
from portal.i18n import LOCALES, date_text, moment_text
from portal.rules.references import grouped
from portal.usecases.sessions import IDLE
from portal.web import jinja_words
from portal.web.csrf import csrf_token
from portal.web.jinja_words import said as _
from portal.web.parts import parts
from portal.web.preferences import language, preferences, switch_address


@dataclass(frozen=True)
class Entry:
    """One entry of the main navigation."""

    label: str
    href: str
    is_current: bool


@dataclass(frozen=True)
class Site:
    name: str
    place: str


@dataclass(frozen=True)
class Help:
    kind: str
    text: str
    link_text: str | None
    href: str | None


@dataclass(frozen=True)
class SignedInLabel:
    label: str
    is_staff: bool
    role_label: str | None
    href: str


def say(text: Text | None, **about: Any) -> str:
    """A catalogue text in the language of this request; ``name=`` speaks in the proxy voice."""
    return "" if text is None else text.say(language(), **about)


def private(voice: Voice, text: Text) -> Markup:
    """A text with the person's name marked: shown on the page, kept out of its title."""
    if not (voice.is_proxy and voice.name):
        return escape(voice.say(text))
    words = escape(text.say(voice.language, name=_MARK, is_proxy=True))
    unnamed = UNNAMED[voice.language]
    return words.replace(_MARK, Markup('<span data-private="{}">{}</span>').format(unnamed, voice.name))


_MARK = "\ue000"
"""A character that no text contains, to find the place of the name after escaping."""


def render(template: str, status: int = 200, **context: Any) -> tuple[str, int]:
    return render_template(template, **context), status


def page_title(*parts_of_title: str, has_errors: bool = False) -> str:
    """错误：第2部分，共6部分：申请人信息 - 新办残疾人证 - 一窗通办 (experience.md 3)."""
    title = " - ".join([*parts_of_title, _("一窗通办")])
    return _("错误：%(title)s", title=title) if has_errors else title


def front() -> str:
    """Which side of the house an address belongs to."""
    first = request.path.split("/", 2)[1]
    return first if first in ("desk", "office", "manage") else "public"


def current_entry(side: str) -> str | None:
    """The address of the entry of a front that fits the current address best."""
    here = request.path
    fitting = [
        href for _, href in NAVIGATION[side] if here == href or (href != "/" and here.startswith(href + "/"))
    ]
    return max(fitting, key=len, default=None)


NAVIGATION: dict[str, tuple[tuple[LazyString, str], ...]] = {
    "public": (
        (_l("首页"), "/"),
        (_l("我要办事"), "/services"),
        (_l("查进度"), "/status"),
        (_l("服务点"), "/service-points"),
    ),
    "desk": (
        (_l("我的待办"), "/desk"),
        (_l("本单位"), "/desk/unit"),
        (_l("待申请人补正"), "/desk/waiting"),
        (_l("已办"), "/desk/done"),
        (_l("核对身份"), "/desk/identity"),
        (_l("要给的信"), "/desk/letters"),
    ),
    "office": (
        (_l("我的待办"), "/office"),
        (_l("本单位"), "/office/unit"),
        (_l("待申请人补正"), "/office/waiting"),
        (_l("已办"), "/office/done"),
        (_l("要给的信"), "/office/letters"),
    ),
    "manage": (
        (_l("管理"), "/manage"),
        (_l("人员和岗位"), "/manage/staff"),
        (_l("办事的单位"), "/manage/units"),
        (_l("日历"), "/manage/calendar"),
        (_l("反映的问题"), "/manage/messages"),
    ),
}

FRAMES = "portal.frames"
"""Where the app keeps what stands around its pages."""
MOST_FRAMES = 500

FOOTER = (
    (_l("网站地图"), "/sitemap"),
    (_l("无障碍声明"), "/accessibility"),
    (_l("反映无障碍问题"), "/accessibility/report"),
    (_l("隐私说明"), "/privacy"),
)


def _signed_in() -> SignedInLabel | None:
    found = g.get("signed_in")
    if found is None:
        return None
    is_staff = found.kind == "staff"
    role = labels.label(labels.ROLES, found.role, language()) if found.role else None
    label = found.display_name if is_staff else _("我的事")
    href = "/staff/post" if is_staff else "/account"
    return SignedInLabel(label or _("我的事"), is_staff, role, href)


def context() -> dict[str, Any]:
    side = front()
    signed_in = _signed_in()
    return {
        "html_lang": LOCALES[language()].html_lang,
        "prefs": preferences(),
        "front": side,
        "page_head": _head(side, signed_in),
        "page_foot": _foot(side),
        "region_name": say(parts().region.name) if side == "public" else None,
        "idle_seconds": int(IDLE[g.signed_in.kind].total_seconds()) if g.get("signed_in") else None,
        "signed_in": signed_in,
        "acting_for": None,
        "trail": [],
    }


def _head(side: str, signed_in: SignedInLabel | None) -> Markup:
    """The top of a page, kept for each kind of visitor. Put in afterwards is what differs from address to
    address, the links that change a setting here, and from answer to answer, the token of 退出."""
    frames: dict[Any, Markup] = current_app.extensions[FRAMES]
    current = current_entry(side)
    key = (preferences(), side, current, signed_in)
    if (head := frames.get(key)) is None:
        head = _keep_frame(
            key,
            "frame/head.html",
            prefs=preferences(),
            front=side,
            site=Site(_("一窗通办"), say(parts().region.site_name)),
            nav=[Entry(str(label), href, href == current) for label, href in NAVIGATION[side]],
            signed_in=signed_in,
            switch_url=lambda **changes: _ADDRESS + urlencode(changes),
            csrf_token=lambda: _TOKEN,
        )
    head = head.replace(_ADDRESS, switch_address())
    return head.replace(_TOKEN, csrf_token()) if signed_in else head


def _foot(side: str) -> Markup:
    """The end of a page, kept for each language: the ways to get help, who runs the site."""
    frames: dict[Any, Markup] = current_app.extensions[FRAMES]
    key = (language(), side)
    if (foot := frames.get(key)) is None:
        region = parts().region
        ways = region.help_ways if side == "public" else ()
        foot = _keep_frame(
            key,
            "frame/foot.html",
            help_ways=[Help(way.kind, say(way.text), say(way.link) or None, way.href) for way in ways],
            footer_links=[(str(label), href) for label, href in FOOTER],
            footer_lines=[say(line) for line in region.footer],
        )
    return foot


def _keep_frame(key: Any, template: str, **about: Any) -> Markup:
    frames: dict[Any, Markup] = current_app.extensions[FRAMES]
    if len(frames) >= MOST_FRAMES:
        frames.clear()
    made = Markup(current_app.jinja_env.get_template(template).render(about))  # noqa: S704 - escaped there
    return frames.setdefault(key, made)


_ADDRESS, _TOKEN = "\ue001", "\ue002"
"""Characters that no text contains, to find the places of what is put in afterwards."""


def _static_url(name: str) -> str:
    return parts().static_files.url(name)


def register(app: Flask) -> None:
    app.extensions[FRAMES] = {}
    app.context_processor(context)
    jinja_words.register(app)
    app.jinja_env.globals.update(
        say=say,
        private=private,
        groups=lambda number: grouped(number).split(),
        page_title=page_title,
        date_text=lambda day: date_text(day, language()),
        moment_text=lambda moment: moment_text(moment, language()),
        static_url=_static_url,
        label=lambda table, value: labels.label(getattr(labels, table), value, language()),
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
