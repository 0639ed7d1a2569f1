"""What every page knows: language, place, who is signed in, how to get help, and its way back."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Flask, current_app, g, render_template
from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape

from portal import labels
from portal.catalogue.model import Role
from portal.catalogue.texts import UNNAMED, Text
from portal.catalogue.wording import Voice
from portal.i18n import LOCALES, date_text, moment_text
from portal.rules.references import grouped
from portal.usecases.sessions import IDLE
from portal.web import jinja_words, moulds
from portal.web.chosen_place import chosen_place, name_of_place
from portal.web.csrf import csrf_token
from portal.web.jinja_words import said as _
from portal.web.moulds import Mould, hole, moulded
from portal.web.navigation import NOT_OF_THE_POST, Entries, current_entry, front, navigation
from portal.web.navigation import groups as groups_of_navigation
from portal.web.parts import parts
from portal.web.preferences import language, preferences, switch_address


@dataclass(frozen=True)
class Entry:
    """One entry of the main navigation."""

    label: str
    href: str
    is_current: bool


@dataclass(frozen=True)
class EntryGroup:
    """Entries of the main navigation that belong together, under a heading."""

    heading: str
    entries: list[Entry]


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
    role: Role | None
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
    return SignedInLabel(label or _("我的事"), is_staff, found.role, role, href)


def context() -> dict[str, Any]:
    side = front()
    signed_in = _signed_in()
    head = _head(side, signed_in)
    return _around(side, signed_in) | {"page_head": head.fill(_request_words(head))}


def render_mould(
    template: str, codes: Hashable, parts: tuple[object, ...], about: Callable[[], dict[str, Any]]
) -> Callable[[dict[str, str]], Markup]:
    """A page that is rendered once for all who see the same, ready to be filled with what is a person's own.

    ``about`` gives what the template is told, with holes (see ``moulds``); ``codes`` and ``parts`` name all
    that it looks at. A form's token is filled in here. A page of a visit is never one of them.
    """
    if g.get("visit") is not None:
        raise RuntimeError("what is shown of a visitor is kept for nobody")
    side = front()
    signed_in = _signed_in()

    def make() -> str:
        here = {
            "page_head": _head(side, signed_in).with_holes(),
            "region_name": hole(_PLACE) if side == "public" else None,
            "csrf_token": lambda: hole(_TOKEN),
        }
        return render_template(template, **_around(side, signed_in) | here | about())

    mould = moulded((template, _frame_key(side, signed_in), codes), parts, make)
    return lambda words: mould.fill(words | _request_words(mould))


def _around(side: str, signed_in: SignedInLabel | None) -> dict[str, Any]:
    """What every page knows, but for its own address and token."""
    return {
        "html_lang": LOCALES[language()].html_lang,
        "prefs": preferences(),
        "front": side,
        "page_foot": _foot(side),
        "region_name": _place(side),
        "idle_seconds": int(IDLE[g.signed_in.kind].total_seconds()) if signed_in else None,
        "signed_in": signed_in,
        "acting_for": None,
        "trail": [],
    }


def _frame_key(side: str, signed_in: SignedInLabel | None) -> tuple[Hashable, ...]:
    return (preferences(), side, current_entry(side), signed_in, bool(g.get("visit")))


def _head(side: str, signed_in: SignedInLabel | None) -> Mould:
    """The top of a page, kept for each kind of visitor. Filled in afterwards is what differs from address to
    address, the links that change a setting here, and from answer to answer, the token of 退出."""
    current = current_entry(side)
    role = signed_in.role if signed_in else None
    not_offered = NOT_OF_THE_POST.get(role, frozenset()) if role else frozenset()

    def offered(entries: Entries) -> list[Entry]:
        return [
            Entry(str(label), href, href == current) for label, href in entries if href not in not_offered
        ]

    groups = [EntryGroup(str(heading), offered(entries)) for heading, entries in groups_of_navigation(side)]
    return moulded(
        ("head", _frame_key(side, signed_in)),
        (),
        lambda: _render_frame(
            "frame/head.html",
            prefs=preferences(),
            front=side,
            site=Site(_("一窗通办"), say(parts().region.site_name)),
            nav=offered(navigation(side)),
            nav_groups=groups,
            nav_here="".join(one.label for group in groups for one in group.entries if one.is_current),
            signed_in=signed_in,
            switch_url=lambda **changes: hole(_ADDRESS) + urlencode(changes),
            csrf_token=lambda: hole(_TOKEN),
        ),
    )


def foot_without_help() -> Markup:
    """The end of a page that is printed and laid away: whom residents ask for help stays off that sheet."""
    return _foot("office")


def _foot(side: str) -> Markup:
    """The end of a page, kept for each language: the ways to get help, who runs the site."""
    region = parts().region

    def make() -> str:
        ways = region.help_ways if side == "public" else ()
        return _render_frame(
            "frame/foot.html",
            help_ways=[Help(way.kind, say(way.text), say(way.link) or None, way.href) for way in ways],
            footer_links=[(str(label), href) for label, href in FOOTER],
            footer_lines=[say(line) for line in region.footer],
        )

    return moulded(("foot", language(), side), (region,), make).fill({})


def _render_frame(template: str, **about: Any) -> str:
    return current_app.jinja_env.get_template(template).render(about)


_ADDRESS, _TOKEN, _PLACE = "own-address", "token", "place"
"""The holes that every request fills."""


def _request_words(mould: Mould) -> dict[str, str]:
    """Who sees no form gets no token: it would bring a cookie with it."""
    words = {_ADDRESS: switch_address()}
    if _TOKEN in mould.holes:
        words[_TOKEN] = csrf_token()
    if _PLACE in mould.holes:
        words[_PLACE] = name_of_place(chosen_place())
    return words


def _place(side: str) -> str | None:
    return name_of_place(chosen_place()) if side == "public" else None


def _static_url(name: str) -> str:
    return parts().static_files.url(name)


def register(app: Flask) -> None:
    moulds.register(app)
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
