"""Where the bytes of documents and letters are kept: encrypted, under random keys, never changed.

A key says nothing of what it names. What is kept under it is written once; whoever needs something else takes
another key.
"""

from __future__ import annotations

import os
import re
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from portal.keys import Keys, decrypt, encrypt

_KEY = re.compile(r"[a-z0-9-]{8,80}")


def new_key() -> str:
    """A random name for something to be kept, 128 bits. ``<key>-1`` and so on may name its parts."""
    return secrets.token_hex(16)


class FileStore(Protocol):
    """Keeps bytes under a key."""

    def put(self, key: str, content: bytes) -> None:
        """Keep ``content``, on the disk when this returns. Raises FileExistsError for a key that is taken."""

    def get(self, key: str) -> bytes:
        """What is kept. Raises FileNotFoundError."""

    def delete(self, key: str) -> None:
        """Forget it for good; what is not there is forgotten already."""


class FolderFiles:
    """A folder of encrypted files, readable by its owner only, spread over folders by their first letters."""

    def __init__(self, path: Path, keys: Keys) -> None:
        self._path = path
        self._keys = keys

    def put(self, key: str, content: bytes) -> None:
        """See FileStore."""
        place = self._place(key)
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Readers see the whole or nothing: written aside, then linked; linking refuses a name that is taken.
        draft = place.with_name(f".{secrets.token_hex(8)}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(encrypt(self._keys, _bound_to(key), content))
                file.flush()
                os.fsync(file.fileno())
            os.link(draft, place)
        finally:
            draft.unlink()
        _sync_folder(place.parent)

    def get(self, key: str) -> bytes:
        """See FileStore."""
        return decrypt(self._keys, _bound_to(key), self._place(key).read_bytes())

    def delete(self, key: str) -> None:
        """See FileStore."""
        with suppress(FileNotFoundError):
            self._place(key).unlink()

    def _place(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise FileNotFoundError("not a key")
        return self._path / key[:2] / key


def _bound_to(key: str) -> str:
    return f"files/{key}"


def _sync_folder(folder: Path) -> None:
    """A new name is on the disk only when its folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
