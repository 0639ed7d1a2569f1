"""How a person wants the portal shown: language, size, theme, spacing. Works without account and script.

Kept in a cookie for a year and, for someone signed in, with the account. An address may carry a change
(``?language=en``, ``?elder=1``), so that a link can be shared in a language.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from babel import Locale
from flask import Flask, Response, g, request
from flask_babel import refresh

from portal.catalogue.texts import Language
from portal.i18n import LOCALES
from portal.web.parts import parts

COOKIE = "settings"
YEAR_SECONDS = 365 * 24 * 3600

ALLOWED: dict[str, tuple[str, ...]] = {
    "language": tuple(LOCALES),
    "theme": ("auto", "light", "dark", "yellow"),
    "size": ("18", "22", "28", "36"),
    "spacing": ("normal", "wide"),
    "elder": ("0", "1"),
    "motion": ("0", "1"),
    "digits": ("0", "1"),
}
"""What each setting may be; anything else in a cookie or an address is passed over."""


@dataclass(frozen=True)
class Preferences:
    language: Language = "zh"
    theme: str = "auto"
    size: str = "18"
    spacing: str = "normal"
    elder: str = "0"
    motion: str = "0"
    digits: str = "0"

    @property
    def is_elder(self) -> bool:
        return self.elder == "1"

    @property
    def has_less_motion(self) -> bool:
        return self.motion == "1"

    @property
    def has_digits_apart(self) -> bool:
        return self.digits == "1"

    def changed(self, wishes: dict[str, Any]) -> Preferences:
        """These preferences with every allowed wish applied."""
        good: dict[str, Any] = {
            name: allowed
            for name, value in wishes.items()
            for allowed in ALLOWED.get(name, ())
            if allowed == str(value)  # our own word for it: what is remembered of a language goes by identity
        }
        return replace(self, **good) if good else self

    def stored(self) -> dict[str, str]:
        """Only what differs from the default."""
        return {name: value for name, value in asdict(self).items() if value != getattr(DEFAULT, name)}


DEFAULT = Preferences()
BABEL_LOCALES = {code: Locale.parse(choice.babel) for code, choice in LOCALES.items()}
"""Read once: a locale's name takes as long to read as a small page to make."""


def preferences() -> Preferences:
    """What holds for this request: address over cookie over account."""
    found: Preferences | None = g.get("preferences")
    if found is None:
        signed_in, cookies, wishes = g.get("signed_in"), request.cookies, request.args
        kept = DEFAULT.changed(signed_in.preferences) if signed_in else DEFAULT
        if COOKIE in cookies:
            kept = kept.changed(dict(parse_qsl(cookies[COOKIE])))
        found = kept.changed(wishes.to_dict()) if wishes else kept
        if found is not kept and found != kept:
            g.changed_preferences = found
        g.preferences = found
    return found


def language() -> Language:
    return preferences().language


@contextmanager
def speaking(wanted: Language) -> Iterator[None]:
    """Meanwhile everything is said in this language: to somebody else than whoever asked for the page."""
    before = preferences()
    g.preferences = replace(before, language=wanted)
    refresh()
    try:
        yield
    finally:
        g.preferences = before
        refresh()


def babel_locale() -> Locale:
    return BABEL_LOCALES[language()]


def switch_url(**changes: str) -> str:
    """The current address with settings changed; a page that answered a post is named by its own address."""
    return switch_address() + urlencode(changes)


def switch_address() -> str:
    """The current address without its settings, ready to have some added."""
    if not (wishes := request.args):
        return f"{own_path()}?"
    kept = {name: value for name, value in wishes.items() if name not in ALLOWED}
    return f"{own_path()}?{urlencode(kept)}{'&' if kept else ''}"


def own_path() -> str:
    """The path of this request, fit for a link: never //host, which a browser takes for another site."""
    return quote("/" + request.path.lstrip("/"))


def keep(wanted: Preferences) -> None:
    """Remember these preferences in the cookie of this response."""
    g.preferences = g.changed_preferences = wanted


def send_cookie(response: Response) -> Response:
    if wanted := g.get("changed_preferences"):
        response.set_cookie(
            COOKIE,
            urlencode(asdict(wanted)),  # whole, so that a default chosen here is stronger than the account's
            max_age=YEAR_SECONDS,
            httponly=True,
            samesite="Lax",
            secure=parts().settings.is_https,
        )
    return response


def register(app: Flask) -> None:
    app.after_request(send_cookie)
    app.jinja_env.globals["switch_url"] = switch_url
