"""What we remember: tables, column types, migrations; ``transaction()`` and ``reading()`` are the doors."""

from portal.store import (
    accounts,
    applications,
    audit,
    certificates,
    deaths,
    documents,
    evidence,
    letters,
    messages,
    people,
    places,
    public_notices,
    ratings,
    staff_keys,
    tasks,
    units,
)
from portal.store.base import Base
from portal.store.database import Store, blind_index, open_store

__all__ = [
    "Base",
    "Store",
    "accounts",
    "applications",
    "audit",
    "blind_index",
    "certificates",
    "deaths",
    "documents",
    "evidence",
    "letters",
    "messages",
    "open_store",
    "people",
    "places",
    "public_notices",
    "ratings",
    "staff_keys",
    "tasks",
    "units",
]
