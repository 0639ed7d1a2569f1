"""When something applies: structured, three-valued conditions over answers.

A condition that needs an answer which is not there yet, or which is an honest 我不知道, is neither true
nor false but unknown (``None``). Who asks decides what unknown means: a page that may be needed is shown,
an eligibility rule never refuses on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

UNKNOWN = "unknown"
"""The answer value of 我不知道 in every choice."""

BLANK: tuple[Any, ...] = (None, "", [])
"""The values of a question that was shown and left empty."""

OPERATIONS = ("is_", "any_of", "contains", "at_least", "less_than", "answered")


class Condition(BaseModel):
    """Either one comparison of one field, or ``all`` / ``any`` / ``not`` of other conditions.

    ``field`` is a field id, or a derived value: ``@age`` (whole years on the day of asking),
    ``@acting`` (``self`` or ``proxy``).
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    field: str | None = None
    is_: str | bool | int | None = Field(default=None, alias="is")
    any_of: tuple[str, ...] | None = None
    contains: str | tuple[str, ...] | None = None
    at_least: int | None = None
    less_than: int | None = None
    answered: bool | None = None
    all_: tuple[Condition, ...] | None = Field(default=None, alias="all")
    any_: tuple[Condition, ...] | None = Field(default=None, alias="any")
    not_: Condition | None = Field(default=None, alias="not")

    @model_validator(mode="after")
    def one_thing_is_said(self) -> Self:
        joined = sum(part is not None for part in (self.all_, self.any_, self.not_))
        compared = sum(getattr(self, name) is not None for name in OPERATIONS)
        if self.field is None and (joined != 1 or compared):
            raise ValueError("a condition without a field is exactly one of all, any, not")
        if self.field is not None and (joined or compared != 1):
            raise ValueError(f"a condition on {self.field} makes exactly one comparison")
        return self

    def fields(self) -> Iterator[str]:
        """Every field that the condition looks at."""
        if self.field is not None:
            yield self.field
        for part in self.all_ or self.any_ or ((self.not_,) if self.not_ else ()):
            yield from part.fields()

    def holds(self, answers: Mapping[str, Any]) -> bool | None:
        """True, False, or None where an answer that it needs is missing or unknown."""
        if self.field is not None:
            return self._compare(answers.get(self.field))
        if self.not_ is not None:
            inner = self.not_.holds(answers)
            return None if inner is None else not inner
        if self.all_ is not None:
            return _conjunction([part.holds(answers) for part in self.all_])
        inner = _conjunction([_negated(part.holds(answers)) for part in self.any_ or ()])
        return _negated(inner)

    def may_hold(self, answers: Mapping[str, Any]) -> bool:
        """Whether it holds, or only an honest 我不知道 leaves it open: then we ask rather than skip."""
        holds = self.holds(answers)
        return any(_is_unknown(answers.get(name)) for name in self.fields()) if holds is None else holds

    def _compare(self, value: Any) -> bool | None:
        if self.answered is not None:
            return (value not in BLANK) == self.answered
        if value in BLANK or (value == UNKNOWN and self.is_ != UNKNOWN):
            return None
        if self.contains is not None:
            return self._look_into(value)
        if self.any_of is not None:
            return value in self.any_of
        if self.at_least is not None or self.less_than is not None:
            return self._measure(value)
        return bool(value == self.is_)

    def _look_into(self, value: Any) -> bool | None:
        chosen = value if isinstance(value, list | tuple) else ()
        wanted = (self.contains,) if isinstance(self.contains, str) else self.contains or ()
        if any(choice in chosen for choice in wanted):
            return True
        return None if UNKNOWN in chosen else False

    def _measure(self, value: Any) -> bool | None:
        if not isinstance(value, int) or isinstance(value, bool):
            return None
        return value >= self.at_least if self.at_least is not None else value < (self.less_than or 0)


def _is_unknown(value: Any) -> bool:
    return value == UNKNOWN or (isinstance(value, list) and UNKNOWN in value)


def _negated(value: bool | None) -> bool | None:
    return None if value is None else not value


def _conjunction(values: list[bool | None]) -> bool | None:
    if False in values:
        return False
    return None if None in values else True
