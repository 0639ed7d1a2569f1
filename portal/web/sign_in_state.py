"""What the pages of signing in remember between two requests: an encrypted cookie for half an hour.

An address never carries a telephone number, and nothing is kept of someone who only looked in.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from urllib.parse import urlsplit

from cryptography.fernet import Fernet, InvalidToken
from flask import request
from werkzeug.wrappers import Response

from portal import clock
from portal.usecases.account_messages import Voice
from portal.usecases.alerts import signature_of
from portal.usecases.contact_values import TypedContact
from portal.web.cookies import guarded
from portal.web.parts import parts
from portal.web.preferences import language

COOKIE = "sign-in"
LIFE = timedelta(minutes=30)
LONGEST_ADDRESS = 1000
HOME = "/account"

State = dict[str, Any]


def keep(response: Response, state: State) -> Response:
    """Remember ``state`` in this browser, readable by us alone, for half an hour."""
    written = json.dumps(state, ensure_ascii=True).encode()
    response.set_cookie(
        guarded(COOKIE),
        box().encrypt_at_time(written, int(clock.now().timestamp())).decode(),
        max_age=int(LIFE.total_seconds()),
        httponly=True,
        secure=parts().settings.is_https,
        samesite="Lax",
        path="/",
    )
    return response


def remembered() -> State:
    """What was remembered; empty when there is nothing, or nothing that we wrote."""
    try:
        opened = box().decrypt_at_time(
            request.cookies.get(guarded(COOKIE), "").encode("utf-8", "replace"),
            int(LIFE.total_seconds()),
            int(clock.now().timestamp()),
        )
    except InvalidToken:
        return {}
    state = json.loads(opened)
    return state if isinstance(state, dict) else {}


def forget(response: Response) -> Response:
    response.delete_cookie(guarded(COOKIE), path="/", secure=parts().settings.is_https)
    return response


def state_of(typed: TypedContact, **more: Any) -> State:
    return {"kind": typed.kind, "value": typed.value, **more}


def contact_of(state: State) -> TypedContact | None:
    """The contact that this browser is proving; None when it is proving none."""
    return TypedContact(state["kind"], state["value"]) if "value" in state else None


@dataclass(frozen=True)
class Shown:
    """A number or address for which this browser has just shown a right code, and why that opened nothing."""

    typed: TypedContact
    why: Literal["old_number", "given_up"]


def note_shown(state: State, typed: TypedContact, why: str) -> State:
    """``state``, with what was shown; it counts for half an hour, whatever is asked for meanwhile."""
    until = (clock.now() + LIFE).isoformat()
    return {**state, "shown": {"kind": typed.kind, "value": typed.value, "why": why, "until": until}}


def shown_in(state: State) -> Shown | None:
    """What was shown; None when nothing was, or too long ago."""
    kept = state.get("shown")
    if kept is None or datetime.fromisoformat(kept["until"]) <= clock.now():
        return None
    return Shown(TypedContact(kept["kind"], kept["value"]), kept["why"])


def own_address(text: str | None, default: str = HOME) -> str:
    """Where to go afterwards: a path of ours, else ``default``; never another site, never in a circle."""
    if not text or len(text) > LONGEST_ADDRESS or not text.isprintable() or "\\" in text:
        return default
    try:
        address = urlsplit(text)
    except ValueError:
        return default
    is_ours = not address.scheme and not address.netloc and text.startswith("/") and not text.startswith("//")
    is_circle = address.path.split("/")[1:2] in (["sign-in"], ["sign-out"])
    return text if is_ours and not is_circle else default


def voice() -> Voice:
    """In whose name messages are written, in the language of this request."""
    region = parts().region
    site_name = region.site_name.say(language())
    return Voice(signature_of(region), site_name, language(), parts().settings.base_url)


def box(purpose: bytes = b"sign-in cookie") -> Fernet:
    """What seals words that travel through a browser, readable by us alone; each purpose has its own key."""
    key = hmac.new(parts().settings.keys.signing_key, purpose, hashlib.sha256).digest()
    return Fernet(base64.urlsafe_b64encode(key))
