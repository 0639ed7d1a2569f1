"""From a field as the catalogue writes it to the options that its kind understands."""

from __future__ import annotations

from collections.abc import Sequence

from portal.catalogue.field_types import FieldOptions, Member
from portal.catalogue.model import Field


def options_of(field: Field, offered: Sequence[str] | None = None) -> FieldOptions:
    """What ``field`` asks of its kind.

    ``offered`` are the codes of a ``choices_from`` field, which live in the region (institutions, places).
    """
    own = tuple(choice.value for choice in field.choices)
    return FieldOptions(
        required=field.required,
        min=field.min,
        max=field.max,
        max_length=field.max_length,
        choices=(*(offered or ()), *own),
        exclusive=tuple(choice.value for choice in field.choices if choice.is_way_out),
        min_count=field.min_count,
        max_count=field.max_count,
        has_unknown=field.has_unknown,
        id_type_field=field.id_type_field,
        members=tuple(Member(member.id, member.kind, options_of(member)) for member in field.fields),
    )
