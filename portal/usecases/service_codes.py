"""服务码: the holder shows that they have a certificate, and whoever scans the code sees that and no more.

A code is a signed token, nothing is stored: which certificate, what may be seen besides, until when. It lives
so briefly that a photograph of it is soon worth nothing.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import struct
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.field_types import mask_name
from portal.catalogue.model import Region
from portal.rules.certificates import is_good
from portal.rules.errors import Conflict
from portal.store.certificates import Certificate
from portal.usecases.actor import Actor
from portal.usecases.certificates import KEY_BYTES, get_own_certificate, state_today
from portal.usecases.rates import Limit

Detail = Literal["grade", "term"]
"""What the holder may let be seen besides having one: category and grade, or until when it is valid."""

LIFE = timedelta(minutes=10)
"""Long enough to hand a telephone over and to be scanned by somebody who is slow."""

CHECKED = Limit("service_code", 30, timedelta(hours=1))
"""How often one code may be looked at."""

_BITS: dict[Detail, int] = {"grade": 1, "term": 2}
_SHAPE = struct.Struct(f">{KEY_BYTES}sIB")
_SIGNATURE_BYTES = 16


@dataclass(frozen=True)
class ServiceCode:
    """A code that holds until a moment."""

    token: str
    until: datetime
    details: frozenset[Detail]


@dataclass(frozen=True)
class Opened:
    """What a genuine token says."""

    certificate_key: str
    until: datetime
    details: frozenset[Detail]
    mark: str
    """What tells one code from another, however it is written."""

    @property
    def is_over(self) -> bool:
        return clock.now() >= self.until


@dataclass(frozen=True)
class Verified:
    """What whoever checks gets to see. What the holder did not choose is None."""

    masked_name: str
    state: Literal["good", "expired", "stopped"]
    category: str | None
    grade: int | None
    valid_to_on: date | None
    checked_at: datetime


def make_service_code(
    db: Session, actor: Actor, key: str, region: Region, details: Collection[Detail] = ()
) -> ServiceCode:
    """A code for one's own certificate. Raises NotFound, and Conflict for one that is not good today."""
    seen = get_own_certificate(db, actor, key, region)
    if not is_good(seen.state):
        raise Conflict("certificate_not_good")
    until = (clock.now() + LIFE).replace(microsecond=0)
    chosen = frozenset(details)
    packed = _SHAPE.pack(
        base64.urlsafe_b64decode(seen.row.key), int(until.timestamp()), sum(_BITS[one] for one in chosen)
    )
    return ServiceCode(_text(packed + _signature(db, packed)), until, chosen)


def open_service_code(db: Session, token: str) -> Opened | None:
    """What a token says, whether or not its time is over; None for one that we did not make."""
    try:
        raw = base64.urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
    except (binascii.Error, ValueError):
        return None
    packed, signature = raw[: _SHAPE.size], raw[_SHAPE.size :]
    if len(packed) != _SHAPE.size or not hmac.compare_digest(signature, _signature(db, packed)):
        return None
    key, until, bits = _SHAPE.unpack(packed)
    return Opened(
        _text(key),
        datetime.fromtimestamp(until, UTC),
        frozenset(one for one, bit in _BITS.items() if bits & bit),
        signature.hex(),
    )


def check_certificate(db: Session, opened: Opened, region: Region) -> Verified | None:
    """What the holder lets be seen, as it stands now; None where the certificate is gone or time is over."""
    row = db.scalar(select(Certificate).where(Certificate.key == opened.certificate_key))
    if row is None or opened.is_over:
        return None
    state = state_today(db, row, region)
    shows_grade = "grade" in opened.details
    return Verified(
        masked_name=mask_name(row.holder_name),
        state="good" if is_good(state) else "expired" if state == "expired" else "stopped",
        category=row.category if shows_grade else None,
        grade=row.grade if shows_grade else None,
        valid_to_on=row.valid_to_on if "term" in opened.details else None,
        checked_at=clock.now(),
    )


def _signature(db: Session, packed: bytes) -> bytes:
    key: bytes = db.info["keys"].signing_key
    return hmac.new(key, b"service code\0" + packed, hashlib.sha256).digest()[:_SIGNATURE_BYTES]


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode("ascii").rstrip("=")
