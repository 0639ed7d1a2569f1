"""Passwords: kept as argon2id, a few at a time, so that nobody can tie up the machine by guessing."""

from __future__ import annotations

import secrets
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from portal.rules.errors import TooMany

SHORTEST = {"resident": 8, "staff": 12}
"""Characters. No other rule of composition: they make passwords that people write down."""
LONGEST = 200

AT_ONCE = 2
"""Hashes computed at the same time in one process; each takes 19 MiB and tens of milliseconds."""
LONGEST_QUEUE_SECONDS = 10.0

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)  # KiB; OWASP's choice for p=1
_turns = threading.BoundedSemaphore(AT_ONCE)
_NOBODYS = _hasher.hash(secrets.token_urlsafe(32))

Weakness = Literal["too_short", "too_long", "too_common"]

COMMON = frozenset(
    {
        "12345678", "123456789", "1234567890", "123123123", "87654321", "password", "password1",
        "password123", "passw0rd", "qwertyui", "qwertyuiop", "qwerty123456", "1qaz2wsx",
        "1qaz2wsx3edc", "abc12345", "abcd1234", "a12345678", "a123456789", "woaini1314",
        "woaini520", "5201314520", "asdfghjkl", "administrator", "admin123456", "letmein12345",
        "iloveyou1234", "123456123456", "121212121212",
    }
)  # fmt: skip


def weakness(
    password: str, kind: Literal["resident", "staff"], *, own_names: tuple[str, ...] = ()
) -> Weakness | None:
    """Why a new password cannot be taken; None when it can. ``own_names`` are too easy to guess."""
    plain = _plain(password)
    if len(plain) > LONGEST:
        return "too_long"
    if len(plain) < SHORTEST[kind]:
        return "too_short"
    is_repeated = len(set(plain)) == 1
    if (
        is_repeated
        or plain.casefold() in COMMON
        or plain.casefold() in {_plain(name).casefold() for name in own_names}
    ):
        return "too_common"
    return None


def hash_password(password: str) -> str:
    """The argon2id hash to keep. Raises TooMany when the machine has too many to compute."""
    with _turn():
        return _hasher.hash(_plain(password))


def is_password(kept_hash: str | None, password: str) -> bool:
    """Whether the password is the right one; as slow for an account without password, or none at all.

    Raises TooMany when the machine has too many to compute.
    """
    with _turn():
        try:
            return (
                _hasher.verify(kept_hash or _NOBODYS, _plain(password)[: LONGEST + 1])
                and kept_hash is not None
            )
        except (VerificationError, InvalidHashError):
            return False


def _plain(password: str) -> str:
    """Full-width and half-width typing of one password are the same (NIST SP 800-63B 3.1.1.2)."""
    return unicodedata.normalize("NFKC", password[: LONGEST * 2])


@contextmanager
def _turn() -> Iterator[None]:
    if not _turns.acquire(timeout=LONGEST_QUEUE_SECONDS):
        raise TooMany(int(LONGEST_QUEUE_SECONDS))
    try:
        yield
    finally:
        _turns.release()
