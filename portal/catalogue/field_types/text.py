"""Free words, on one line or several."""

from __future__ import annotations

from typing import ClassVar

from portal.catalogue.field_types.base import FieldContext, FieldOptions, FieldType
from portal.catalogue.field_types.normalise import FieldError


class TextType(FieldType[str]):
    """Free words on one line; line ends and tabs that were pasted become spaces."""

    default_max: ClassVar[int] = 200
    line_end: ClassVar[str | None] = " "

    @property
    def empty(self) -> str:
        return ""

    def most(self, options: FieldOptions) -> int:
        """The most characters (code points) that this field takes."""
        return self.default_max if options.max_length is None else options.max_length

    def limit(self, options: FieldOptions) -> int:
        return 2 * self.most(options) + 200  # room for blanks at the ends and line ends of two characters

    def too_long(self, options: FieldOptions, count: int) -> FieldError:
        return FieldError("too_long", max=self.most(options), count=count)

    def read(self, text: str, options: FieldOptions) -> str:
        if len(text) > self.most(options):
            raise self.too_long(options, len(text))
        return text

    def check(self, value: str, options: FieldOptions, context: FieldContext) -> list[FieldError]:
        if options.min_length is not None and len(value) < options.min_length:
            return [FieldError("too_short", min=options.min_length)]
        return []


class LongTextType(TextType):
    """Free words on several lines; emoji are welcome."""

    default_max = 2000
    line_end = "\n"
