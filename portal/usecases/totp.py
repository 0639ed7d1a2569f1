"""One-time codes of an authenticator app (RFC 6238): six digits, a new one every 30 seconds."""

from __future__ import annotations

import base64
import hashlib
import hmac

import pyotp
from sqlalchemy.orm import Session

from portal import clock

STEP_SECONDS = 30
DRIFT = 1
"""Steps before and after the present one that are taken too: clocks differ, and typing takes time."""
SECRET_BYTES = 20  # RFC 4226 4 recommends 160 bits


def secret_for(db: Session, token: str) -> str:
    """The secret of an enrolment link: made from it, so that looking at the page keeps nothing."""
    made = hmac.new(db.info["keys"].signing_key, b"totp\0" + token.encode(), hashlib.sha256).digest()
    return base64.b32encode(made[:SECRET_BYTES]).decode("ascii")


def address_of_secret(secret: str, login_name: str, site_name: str) -> str:
    """The ``otpauth:`` address that an authenticator app reads, from a QR code or as a link."""
    return pyotp.TOTP(secret).provisioning_uri(name=login_name, issuer_name=site_name)


def matching_step(secret: str, code: str, last_step: int | None) -> int | None:
    """Which step ``code`` belongs to; None when it is wrong, or no newer than the last one used."""
    now = int(clock.now().timestamp()) // STEP_SECONDS
    totp = pyotp.TOTP(secret)
    # Every step is compared, so that the time tells nothing.
    fitting = [
        step
        for step in range(now - DRIFT, now + DRIFT + 1)
        if hmac.compare_digest(totp.generate_otp(step).encode(), code.encode())
    ]
    fresh = [step for step in fitting if last_step is None or step > last_step]
    return max(fresh, default=None)
