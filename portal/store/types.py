"""Column types: moments that keep their zone, private columns that the database never sees in clear.

Keys travel with the engine's dialect (``Store`` puts them there), so a column type needs no global.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, LargeBinary, TypeDecorator

from portal.keys import Keys, encrypt, opener


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment in UTC; SQLite forgets the zone, this restores it."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def keys_of(dialect: Dialect) -> Keys:
    keys = getattr(dialect, "portal_keys", None)
    if not isinstance(keys, Keys):
        raise RuntimeError("this engine has no keys: open it through portal.store.open_store")
    return keys


class Encrypted(TypeDecorator[str]):
    """A private text. ``place`` is ``table.column``."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        return None if value is None else encrypt(keys_of(dialect), self.place, value.encode())

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], str | None]:
        """One step for each cell instead of SQLAlchemy's three: a page reads dozens of them."""
        in_clear = opener(keys_of(dialect), self.place)

        def read(value: bytes | None) -> str | None:
            return None if value is None else in_clear(bytes(value)).decode()

        return read


class EncryptedJson(TypeDecorator[Any]):
    """A private JSON value, for instance the answers of a page."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:
        if value is None:
            return None
        clear = json.dumps(value, ensure_ascii=False, sort_keys=True).encode()
        return encrypt(keys_of(dialect), self.place, clear)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:
        in_clear = opener(keys_of(dialect), self.place)

        def read(value: bytes | None) -> Any:
            return None if value is None else _written(in_clear(bytes(value)).decode())[0]

        return read


_written = json.JSONDecoder().raw_decode
"""Reads what ``json.dumps`` wrote, with nothing before it and nothing after it."""


def blind_index(keys: Keys, topic: str, value: str) -> str:
    """A keyed fingerprint that finds an exact private value without showing it."""
    return hmac.new(keys.index_key, f"{topic}\0{value}".encode(), hashlib.sha256).hexdigest()
