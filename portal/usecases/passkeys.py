"""Passkeys of staff (W3C Web Authentication): the device proves who it is and that its owner unlocked it.

Each is something one has and something one knows or is, so it opens the door alone, beside password and
authenticator. It answers only to our own address, so a false page gets nothing out of it.

The challenge is made of a random part, the moment, and a keyed fingerprint that binds both to one browser and
one purpose: showing a page keeps nothing, and each challenge is taken once, for half an hour.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

import webauthn
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, parse_client_data_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.parse_authentication_credential_json import parse_authentication_credential_json
from webauthn.helpers.parse_registration_credential_json import parse_registration_credential_json
from webauthn.helpers.structs import (
    AuthenticationCredential,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    RegistrationCredential,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from portal import clock
from portal.catalogue.field_types import FieldError
from portal.rules.errors import Conflict, Invalid, NotFound
from portal.store import blind_index
from portal.store.accounts import Account, SignInCode
from portal.store.staff_keys import Passkey
from portal.usecases.actor import Actor
from portal.usecases.audit import record_event
from portal.usecases.turns import take_turn

Purpose = Literal["add", "sign_in", "prove"]

CHALLENGE_LIFE = timedelta(minutes=30)
"""People read slowly, and a page may lie open; each challenge is taken once all the same."""
MOST = 10
"""Of one account: a telephone, a computer, some keys; more are never all known to their owner."""
LONGEST_ANSWER = 20_000
"""Characters: what a browser sends is some hundreds, with attestation a few thousands."""

_NONCE, _MOMENT, _SEAL = 16, 8, 32
_MALFORMED = (WebAuthnException, ValueError, LookupError, TypeError, AttributeError, RecursionError)
"""What the library raises for something that is no answer of a device."""


@dataclass(frozen=True)
class Site:
    """Who asks: the host that passkeys are bound to, the origin of our pages, our name; and which browser."""

    host: str
    origin: str
    name: str
    browser: str


def list_passkeys(db: Session, actor: Actor) -> Sequence[Passkey]:
    """The actor's own, oldest first."""
    own = select(Passkey).where(Passkey.account_id == actor.signed_in_id).order_by(Passkey.id)
    return db.scalars(own).all()


def has_passkey(db: Session, account_id: int) -> bool:
    found = db.scalar(select(Passkey.id).where(Passkey.account_id == account_id).limit(1))
    return found is not None


def creation_options(db: Session, actor: Actor, site: Site) -> str:
    """What the browser is asked in order to make a passkey for the actor, as JSON."""
    account = db.get_one(Account, actor.signed_in_id)
    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name=site.name,
        user_name=account.login_name or "",
        user_display_name=account.login_name or "",  # the name stays with us
        user_id=bytes.fromhex(blind_index(db, "passkey_owner", str(account.id)))[:32],
        challenge=_challenge(db, "add", site),
        timeout=_milliseconds(CHALLENGE_LIFE),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=_descriptors(list_passkeys(db, actor)),
    )
    return webauthn.options_to_json(options)


def request_options(db: Session, site: Site, purpose: Purpose, actor_id: int | None = None) -> str:
    """What the browser is asked to show a passkey, as JSON; ``actor_id`` where one account's is meant."""
    known = db.scalars(select(Passkey).where(Passkey.account_id == actor_id)).all() if actor_id else []
    options = webauthn.generate_authentication_options(
        rp_id=site.host,
        challenge=_challenge(db, purpose, site),
        timeout=_milliseconds(CHALLENGE_LIFE),
        allow_credentials=_descriptors(known),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return webauthn.options_to_json(options)


def add_passkey(db: Session, actor: Actor, site: Site, answer: str, name: str) -> None:
    """Keep a new passkey of the actor's.

    Raises Invalid ``passkey_refused``, Conflict ``too_many_passkeys``.
    """
    owner = actor.signed_in_id
    db.scalar(select(Account.id).where(Account.id == owner).with_for_update())
    if (db.scalar(select(func.count()).where(Passkey.account_id == owner)) or 0) >= MOST:
        raise Conflict("too_many_passkeys")
    try:
        credential = parse_registration_credential_json(answer[:LONGEST_ANSWER])
        found = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=_challenge_of(db, "add", site, credential),
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except _MALFORMED:
        raise _refused() from None
    credential_id = bytes_to_base64url(found.credential_id)
    is_known = db.scalar(select(Passkey.id).where(Passkey.credential_id == credential_id)) is not None
    if is_known or not _use_up(db, credential):
        raise _refused()
    db.add(
        Passkey(
            account_id=owner,
            credential_id=credential_id,
            public_key=found.credential_public_key,
            sign_count=found.sign_count,
            name=name,
            created_at=clock.now(),
        )
    )
    record_event(db, actor, f"account:{owner}", "staff:add_passkey")


def remove_passkey(db: Session, actor: Actor, passkey_id: int) -> None:
    """It opens nothing any more. Raises NotFound for anyone else's."""
    found = db.get(Passkey, passkey_id)
    if found is None or found.account_id != actor.account_id:
        raise NotFound("passkey")
    db.delete(found)
    record_event(db, actor, f"account:{found.account_id}", "staff:remove_passkey")


def forget_passkeys(db: Session, account_id: int) -> None:
    """All of an account: it begins afresh."""
    db.execute(delete(Passkey).where(Passkey.account_id == account_id))


def use_passkey(db: Session, site: Site, purpose: Purpose, answer: str) -> int | None:
    """Whose passkey was shown: the account's id; None when the answer is not good. Never raises for it."""
    try:
        credential = parse_authentication_credential_json(answer[:LONGEST_ANSWER])
        passkey = db.scalar(
            select(Passkey)
            .where(Passkey.credential_id == bytes_to_base64url(credential.raw_id))
            .with_for_update()
        )
        if passkey is None:
            return None
        found = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=_challenge_of(db, purpose, site, credential),
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except _MALFORMED:
        return None
    if not _use_up(db, credential):
        return None
    passkey.sign_count = found.new_sign_count
    passkey.last_used_at = clock.now()
    return passkey.account_id


def _challenge(db: Session, purpose: Purpose, site: Site) -> bytes:
    begun = secrets.token_bytes(_NONCE) + int(clock.now().timestamp()).to_bytes(_MOMENT, "big")
    return begun + _seal(db, purpose, site, begun)


def _challenge_of(
    db: Session, purpose: Purpose, site: Site, credential: AuthenticationCredential | RegistrationCredential
) -> bytes:
    """The challenge that was answered, if it is one of ours. Raises ValueError otherwise."""
    answered = parse_client_data_json(credential.response.client_data_json).challenge
    begun, seal = answered[:-_SEAL], answered[-_SEAL:]
    if len(begun) != _NONCE + _MOMENT or not hmac.compare_digest(seal, _seal(db, purpose, site, begun)):
        raise ValueError("not our challenge")
    asked_at = datetime.fromtimestamp(int.from_bytes(begun[_NONCE:], "big"), UTC)
    if not asked_at <= clock.now() <= asked_at + CHALLENGE_LIFE:
        raise ValueError("asked too long ago")
    return answered


def _seal(db: Session, purpose: Purpose, site: Site, begun: bytes) -> bytes:
    bound = b"\0".join((b"passkey", purpose.encode(), site.browser.encode(), begun))
    return hmac.new(db.info["keys"].signing_key, bound, hashlib.sha256).digest()


def _use_up(db: Session, credential: AuthenticationCredential | RegistrationCredential) -> bool:
    """Whether this challenge had not been answered before; of two at once one wins."""
    challenge = parse_client_data_json(credential.response.client_data_json).challenge
    taken = blind_index(db, "passkey_challenge", bytes_to_base64url(challenge))
    take_turn(db, "passkey_challenge", taken)
    if db.scalar(select(SignInCode.id).where(SignInCode.link_hash == taken)) is not None:
        return False
    now = clock.now()
    db.add(
        SignInCode(
            contact_index="passkey",
            purpose="passkey",
            code_hash="",
            link_hash=taken,
            created_at=now,
            expires_at=now + CHALLENGE_LIFE,
            used_at=now,
        )
    )
    return True


def _descriptors(passkeys: Sequence[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(one.credential_id)) for one in passkeys]


def _milliseconds(time: timedelta) -> int:
    return int(time.total_seconds() * 1000)


def _refused() -> Invalid:
    return Invalid({"passkey": [FieldError("passkey_refused")]}, "passkey_refused")
