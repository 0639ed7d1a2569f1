"""A place: the code of the nearest place in the list, and the rest in the person's own words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, TypedDict

from portal.catalogue.conditions import UNKNOWN
from portal.catalogue.field_types.base import FieldOptions, FieldType, Labels
from portal.catalogue.field_types.normalise import FieldError, half_width
from portal.catalogue.texts import Language

_CODE = re.compile(r"[0-9]{2}(?:[0-9]{2}){0,2}|[0-9]{9}|[0-9]{12}")
_MOST_WRITTEN = 200


class PlaceValue(TypedDict):
    """``code``: 2, 4, 6, 9 or 12 digits, or empty if not in the list; ``written``: own words."""

    code: str
    written: str


class PlaceType(FieldType[Any]):
    """A picked code and free words, either of them enough: no place is refused for not being in the list.

    ``parse`` takes the code first and the words after it; a first text that is no code counts as words.
    """

    holds = (dict,)
    raw_limit = 2 * _MOST_WRITTEN
    required_code = "required_place"
    line_end = " "

    @property
    def empty(self) -> PlaceValue | None:
        return None

    def too_long(self, options: FieldOptions, count: int) -> FieldError:
        return FieldError("too_long", max=_MOST_WRITTEN, count=count)

    def parse(self, raw: Sequence[str], options: FieldOptions) -> PlaceValue | str | None:
        texts = self.texts(raw, options)
        if options.has_unknown and UNKNOWN in texts:
            if len(texts) > 1:
                raise FieldError("unknown_and_answer")
            return UNKNOWN
        if not texts:
            return None
        first = half_width(texts[0])
        has_code = _CODE.fullmatch(first) is not None
        written = " ".join(texts[1:] if has_code else texts)
        if len(written) > _MOST_WRITTEN:
            raise self.too_long(options, len(written))
        return {"code": first if has_code else "", "written": written}

    def read(self, text: str, options: FieldOptions) -> PlaceValue | str | None:
        return self.parse([text], options)

    def is_held(self, value: object) -> bool:
        return (
            isinstance(value, dict)
            and set(value) == {"code", "written"}
            and all(isinstance(part, str) for part in value.values())
        )

    def say(
        self, value: Any, language: Language, labels: Labels, options: FieldOptions, *, aloud: bool
    ) -> str:
        """``labels`` give the full name of a code (示例省示例市示例县)."""
        name = labels.get(value["code"], value["code"])
        return (", " if language == "en" else "").join(part for part in (name, value["written"]) if part)
