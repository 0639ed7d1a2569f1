"""What an application is found by: names, telephone numbers, ID and certificate numbers, as blind indexes.

A key says nothing of what it was made from, and finds only what is written exactly so, but for dots, spaces
and capitals. Keys are added with each round and stay: what was said before a correction still finds it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.catalogue.conditions import UNKNOWN
from portal.catalogue.field_types import FIELD_TYPES, FieldError, FieldOptions, comparable_name
from portal.rules.journey import Journey
from portal.store import blind_index
from portal.store.accounts import Contact
from portal.store.applications import Application
from portal.store.office_queue import SearchKey

SearchKind = Literal["name", "phone", "id_number", "certificate"]

KIND_OF_FIELD: Mapping[str, SearchKind] = {
    "name": "name",
    "tel": "phone",
    "id_number": "id_number",
    "certificate_number": "certificate",
}
"""What answers of these kinds are found by."""


def key_index(db: Session, kind: SearchKind, value: str) -> str:
    """The fingerprint of one value. ID numbers have the one of ``people`` and ``applications``."""
    comparable = comparable_name(value) if kind == "name" else value
    return blind_index(db, "id_number" if kind == "id_number" else f"search:{kind}", comparable)


def read_keys(db: Session, text: str) -> list[tuple[SearchKind, str]]:
    """What typed words may be, however they are typed: (kind, fingerprint); a number is no name."""
    found: list[tuple[SearchKind, str]] = []
    for field_kind, kind in KIND_OF_FIELD.items():
        try:
            value = FIELD_TYPES[field_kind].parse([text], FieldOptions())
        except FieldError:
            continue
        if value and not (kind == "name" and any(one.isdigit() for one in value)):
            found.append((kind, key_index(db, kind, value)))
    return found


def add_journey_keys(db: Session, application: Application, journey: Journey) -> None:
    """Let an application be found by what was handed in, and by the telephones of the account."""
    said = [
        (KIND_OF_FIELD[answer.field.kind], str(answer.value))
        for answer in journey.visible_answers()
        if answer.field.kind in KIND_OF_FIELD and answer.value not in (None, "", UNKNOWN)
    ]
    if application.subject_name:
        said.append(("name", application.subject_name))
    phones = db.scalars(
        select(Contact.value).where(Contact.account_id == application.account_id, Contact.kind == "phone")
    )
    add_keys(db, application, [*said, *(("phone", one) for one in phones)])


def add_keys(db: Session, application: Application, values: Iterable[tuple[SearchKind, str]]) -> None:
    """Let an application be found by further values; those that it has stay as they are."""
    known = {
        (key.kind, key.value_index)
        for key in db.scalars(select(SearchKey).where(SearchKey.application_id == application.id))
    }
    wanted = {(kind, key_index(db, kind, value)) for kind, value in values}
    for kind, index in sorted(wanted - known):
        db.add(SearchKey(application_id=application.id, kind=kind, value_index=index))
    db.flush()
