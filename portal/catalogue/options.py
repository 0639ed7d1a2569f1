"""From a field as the catalogue writes it to the options that its kind understands."""

from __future__ import annotations

from collections.abc import Sequence

from portal.catalogue.field_types import FieldOptions, Member
from portal.catalogue.model import Field
from portal.catalogue.remembering import remembered


def options_of(field: Field, offered: Sequence[str] | None = None) -> FieldOptions:
    """What ``field`` asks of its kind.

    ``offered`` are the values of a list that lives in the region (``choices_from``), with the field's own.
    """
    return _own_options(field) if offered is None else _options(field, offered)


@remembered
def _own_options(field: Field) -> FieldOptions:
    return _options(field, None)


def _options(field: Field, offered: Sequence[str] | None) -> FieldOptions:
    own = tuple(choice.value for choice in field.choices)
    return FieldOptions(
        required=field.required,
        min=field.min,
        max=field.max,
        min_length=field.min_length,
        max_length=field.max_length,
        choices=own if offered is None else tuple(offered),
        exclusive=tuple(choice.value for choice in field.choices if choice.is_way_out),
        min_count=field.min_count,
        max_count=field.max_count,
        has_unknown=field.has_unknown,
        not_future=field.not_future,
        not_past=field.not_past,
        years_ahead=field.years_ahead,
        not_before_field=field.not_before_field,
        id_type_field=field.id_type_field,
        members=tuple(Member(member.id, member.kind, options_of(member)) for member in field.fields),
    )
