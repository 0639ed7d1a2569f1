"""A repeating group: several rows of the same few fields (the adults of a household)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from portal.catalogue.field_types.base import (
    FieldContext,
    FieldOptions,
    FieldType,
    FieldWarning,
    Labels,
    Member,
)
from portal.catalogue.field_types.normalise import FieldError
from portal.catalogue.texts import Language

MOST_ROWS = 50
"""More rows than this are refused unread, whatever ``max_count`` says."""

Row = dict[str, Any]


class RowError(FieldError):
    """A fault of one field of one row; rows count from 0."""

    def __init__(self, fault: FieldError, row: int, member: str) -> None:
        super().__init__(fault.code, **fault.params)
        self.row = row
        self.member = member


class GroupError(FieldError):
    """Everything that could not be read in a group, so that it is said at once."""

    def __init__(self, faults: Sequence[RowError]) -> None:
        super().__init__("group_rows", count=len(faults))
        self.faults = tuple(faults)


class GroupType(FieldType[list[Row]]):
    """A list of rows; each row maps the ids of ``options.members`` to values of their kinds.

    A form hands its rows to ``parse_rows``. ``parse`` takes the same from elsewhere (offline sheet, API) as
    JSON: each text is one row, ``{"member": "typed"}`` or ``{"member": ["typed", "typed"]}``.
    """

    holds = (list,)
    raw_limit = 20_000
    required_code = "required_group"
    line_end = "\n"

    def __init__(self, kinds: Mapping[str, FieldType[Any]]) -> None:
        self._kinds = kinds

    @property
    def empty(self) -> list[Row]:
        return []

    def parse(self, raw: Sequence[str], options: FieldOptions) -> list[Row]:
        return self.parse_rows([_row(text) for text in self.texts(raw, options)], options)

    def read(self, text: str, options: FieldOptions) -> list[Row]:
        return self.parse([text], options)

    def parse_rows(self, rows: Sequence[Mapping[str, Sequence[str]]], options: FieldOptions) -> list[Row]:
        """The rows that are not blank. Raises FieldError; GroupError names every unreadable field."""
        if len(rows) > MOST_ROWS:
            raise FieldError("group_fewer", max=options.max_count or MOST_ROWS)
        values: list[Row] = []
        faults: list[RowError] = []
        for number, typed in enumerate(rows):
            row: Row = {}
            for member in options.members:
                try:
                    row[member.id] = self._kind(member).parse(typed.get(member.id, ()), member.options)
                except FieldError as fault:
                    faults.append(RowError(fault, number, member.id))
                    row[member.id] = None
            if faults or not self._is_blank(row, options):
                values.append(row)
        if faults:
            raise GroupError(faults)
        return values

    def is_held(self, value: object) -> bool:
        return isinstance(value, list) and all(isinstance(row, dict) for row in value)

    def check(self, value: list[Row], options: FieldOptions, context: FieldContext) -> list[FieldError]:
        errors: list[FieldError] = []
        if options.min_count is not None and len(value) < options.min_count:
            errors.append(FieldError("group_more", min=options.min_count))
        if options.max_count is not None and len(value) > options.max_count:
            errors.append(FieldError("group_fewer", max=options.max_count))
        for number, row in enumerate(value):
            inside = replace(context, answers={**context.answers, **row})
            for member in options.members:
                kind = self._kind(member)
                found = kind.validate(row.get(member.id, kind.empty), member.options, inside)
                errors.extend(RowError(fault, number, member.id) for fault in found)
        return errors

    def warnings(self, value: list[Row], options: FieldOptions, context: FieldContext) -> list[FieldWarning]:
        found: list[FieldWarning] = []
        for row in value:
            inside = replace(context, answers={**context.answers, **row})
            for member in options.members:
                if (kind := self._kind(member)).is_held(inner := row.get(member.id)):
                    found.extend(kind.warnings(inner, member.options, inside))
        return found

    def say(
        self, value: list[Row], language: Language, labels: Labels, options: FieldOptions, *, aloud: bool
    ) -> str:
        """One line a row; ``labels`` hold ``member`` and ``member.choice``."""
        colon, comma = (": ", "; ") if language == "en" else ("：", "；")
        lines: list[str] = []
        for row in value:
            parts: list[str] = []
            for member in options.members:
                kind, prefix = self._kind(member), f"{member.id}."
                own = {
                    key.removeprefix(prefix): word for key, word in labels.items() if key.startswith(prefix)
                }
                words = kind.spoken if aloud else kind.format
                if said := words(row.get(member.id, kind.empty), language, own, member.options):
                    parts.append(f"{labels.get(member.id, member.id)}{colon}{said}")
            lines.append(comma.join(parts))
        return "\n".join(lines)

    def _kind(self, member: Member) -> FieldType[Any]:
        return self._kinds[member.kind]

    def _is_blank(self, row: Row, options: FieldOptions) -> bool:
        return all(self._kind(member).is_empty(row[member.id]) for member in options.members)


def _row(text: str) -> dict[str, list[str]]:
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        raise FieldError("unreadable") from None
    if not isinstance(told, dict):
        raise FieldError("unreadable")
    row: dict[str, list[str]] = {}
    for member, typed in told.items():
        texts = typed if isinstance(typed, list) else [typed]
        if not all(isinstance(one, str) for one in texts):
            raise FieldError("unreadable")
        row[member] = texts
    return row
