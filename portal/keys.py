"""The secret keys: what the file looks like, how it is made, when it is refused.

Keys come from a file, never from the database and the folders that they protect; what is private is encrypted
here, whether it goes to a column or to a file. Imports nothing of ours.
"""

import base64
import binascii
import json
import os
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
NONCE_BYTES = 12


@dataclass(frozen=True)
class Keys:
    """The secret keys, 32 bytes each.

    `column_keys` encrypt private columns, by key id: rows keep the id they were written with, so older keys
    stay readable; `current` is the id that writes. `index_key` makes the blind look-up indexes, `signing_key`
    signs sessions and forms, `seal_key` seals the audit chain.
    """

    column_keys: Mapping[str, bytes] = field(repr=False)
    current: str
    index_key: bytes = field(repr=False)
    signing_key: bytes = field(repr=False)
    seal_key: bytes = field(repr=False)


def create_keys_file(path: Path) -> None:
    """Write new random keys to `path`, readable by its owner only.

    Raises FileExistsError when there is a file already: losing keys means losing every private column.
    The file appears whole or not at all, so that processes starting together agree on one.
    """
    made = {
        "current": "k1",
        "column_keys": {"k1": _new_key()},
        "index_key": _new_key(),
        "signing_key": _new_key(),
        "seal_key": _new_key(),
    }
    if path.exists():
        raise FileExistsError(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            json.dump(made, file, indent=2)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    finally:
        draft.unlink()


def load_keys(path: Path) -> Keys:
    """Read a keys file. Raises OSError when it cannot be read, ValueError when its keys are no good."""
    written = json.loads(path.read_text(encoding="utf-8"))
    try:
        columns = {key_id: _key(text) for key_id, text in written["column_keys"].items()}
        current = written["current"]
        others = [_key(written[name]) for name in ("index_key", "signing_key", "seal_key")]
    except (KeyError, TypeError, AttributeError) as wrong:
        raise ValueError("a key is missing") from wrong
    if not isinstance(current, str) or current not in columns:
        raise ValueError("`current` names no column key")
    if not all(re.fullmatch(r"[A-Za-z0-9_-]{1,16}", key_id) for key_id in columns):
        raise ValueError("key ids are 1 to 16 letters, digits, - or _")
    if len({*columns.values(), *others}) != len(columns) + len(others):
        raise ValueError("two keys are the same")
    return Keys(columns, current, *others)


def encrypt(keys: Keys, place: str, clear: bytes) -> bytes:
    """AES-GCM under the current key; ``place`` (table.column, or a file's key) is bound in, so that what
    stands in one place cannot be put into another."""
    nonce = os.urandom(NONCE_BYTES)
    sealed = _cipher(keys.column_keys[keys.current]).encrypt(nonce, clear, place.encode())
    return keys.current.encode() + b":" + nonce + sealed


def decrypt(keys: Keys, place: str, stored: bytes) -> bytes:
    """What ``encrypt`` hid. Raises KeyError for a key that is gone, InvalidTag for what was changed."""
    return opener(keys, place)(stored)


def opener(keys: Keys, place: str) -> Callable[[bytes], bytes]:
    """``decrypt`` for one place, of which many are to be read."""
    ciphers = {key_id.encode(): _cipher(key) for key_id, key in keys.column_keys.items()}
    bound = place.encode()

    def read(stored: bytes) -> bytes:
        key_id, _, rest = stored.partition(b":")
        return ciphers[key_id].decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], bound)

    return read


@lru_cache(maxsize=64)
def _cipher(key: bytes) -> AESGCM:
    """Made once for each key: a page of the journey reads dozens of private cells."""
    return AESGCM(key)


def _new_key() -> str:
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode("ascii")


def _key(text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error:
        raise ValueError("keys are written in base64") from None
    if len(key) != KEY_BYTES:
        raise ValueError(f"keys have {KEY_BYTES} bytes")
    return key
