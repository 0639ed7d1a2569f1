"""What a person types as a way to be reached: a mobile number or an e-mail address."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from sqlalchemy.orm import Session

from portal.catalogue.field_types import FIELD_TYPES, FieldError, FieldOptions
from portal.catalogue.texts import Language
from portal.store import blind_index

ContactKind = Literal["phone", "email"]
FIELD_KINDS = {"phone": "tel", "email": "email"}


@dataclass(frozen=True)
class TypedContact:
    """A contact as read: eleven digits, or an e-mail address. It says nothing of whose it is."""

    kind: ContactKind
    value: str = field(repr=False)

    @property
    def key(self) -> str:
        """What makes two contacts the same, for counting tries and looking up."""
        return self.value.casefold()


def read_contact(text: str) -> TypedContact:
    """A mobile number or an e-mail address, however typed.

    Raises FieldError: ``contact_shape``, or what the field types of numbers and addresses say.
    """
    if not text.strip():
        raise FieldError("contact_shape")
    kind: ContactKind = "email" if "@" in text or "＠" in text else "phone"
    value = FIELD_TYPES[FIELD_KINDS[kind]].parse([text], FieldOptions())
    if kind == "phone" and not (len(value) == 11 and value.startswith("1")):
        raise FieldError("contact_shape")  # a landline gets no text messages
    return TypedContact(kind, value)


def contact_index(db: Session, typed: TypedContact) -> str:
    """The fingerprint under which ``contacts`` and ``sign_in_codes`` know a contact."""
    return blind_index(db, "contact", typed.key)


def shown_contact(kind: str, value: str, language: Language) -> str:
    """The contact for the eye of its owner: a number in groups."""
    return FIELD_TYPES[FIELD_KINDS[kind]].format(value, language)
