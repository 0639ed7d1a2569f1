"""The kinds of field that a service can ask for: parse, validate, format, speak, each in one place.

Paper entry, web form, offline sheet and API all pass through here, so that no door is wider than another.
A web form is made from the same kinds: ``web/questions`` and ``web/plain_form``.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from portal.catalogue.field_types.base import (
    DEFAULT_OPTIONS,
    NO_LABELS,
    FieldContext,
    FieldOptions,
    FieldType,
    FieldWarning,
    Labels,
    Member,
)
from portal.catalogue.field_types.choices import ChoiceType, ConfirmType, MultiType, YesNoType
from portal.catalogue.field_types.contact import AccountType, EmailType, TelType
from portal.catalogue.field_types.credit_code import CreditCodeType
from portal.catalogue.field_types.dates import DateType, say_date
from portal.catalogue.field_types.documents import DocumentsType, document_name
from portal.catalogue.field_types.group import GroupError, GroupType, RowError
from portal.catalogue.field_types.identity import (
    ID_TYPES,
    CertificateNumberType,
    CertificateParts,
    IdNumberType,
    IdType,
    birth_date,
    certificate_parts,
    id_type_of,
    sex,
)
from portal.catalogue.field_types.messages import MESSAGES, message
from portal.catalogue.field_types.names import NameType, comparable_name, mask_name, same_name
from portal.catalogue.field_types.normalise import FieldError, trimmed
from portal.catalogue.field_types.numbers import FEN, IntegerType, MoneyType, YearType, yuan
from portal.catalogue.field_types.place import PlaceType, PlaceValue
from portal.catalogue.field_types.text import LongTextType, TextType

_SINGLE: dict[str, FieldType[Any]] = {
    "text": TextType(),
    "name": NameType(),
    "longtext": LongTextType(),
    "integer": IntegerType(),
    "year": YearType(),
    "date": DateType(),
    "id_number": IdNumberType(),
    "certificate_number": CertificateNumberType(),
    "tel": TelType(),
    "email": EmailType(),
    "account": AccountType(),
    "credit_code": CreditCodeType(),
    "choice": ChoiceType(),
    "multi": MultiType(),
    "yes_no": YesNoType(),
    "confirm": ConfirmType(),
    "place": PlaceType(),
    "money": MoneyType(),
    "documents": DocumentsType(),
}

GROUP = GroupType(_SINGLE)
"""The repeating group; its members are any of the other kinds, never groups."""

FIELD_TYPES: Mapping[str, FieldType[Any]] = MappingProxyType({**_SINGLE, "group": GROUP})
"""Every kind by its name in the catalogue's TOML."""

__all__ = [
    "DEFAULT_OPTIONS",
    "FEN",
    "FIELD_TYPES",
    "GROUP",
    "ID_TYPES",
    "MESSAGES",
    "NO_LABELS",
    "CertificateParts",
    "FieldContext",
    "FieldError",
    "FieldOptions",
    "FieldType",
    "FieldWarning",
    "GroupError",
    "IdType",
    "Labels",
    "Member",
    "PlaceValue",
    "RowError",
    "birth_date",
    "certificate_parts",
    "comparable_name",
    "document_name",
    "id_type_of",
    "mask_name",
    "message",
    "same_name",
    "say_date",
    "sex",
    "trimmed",
    "yuan",
]
