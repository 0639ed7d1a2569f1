"""When something applies: structured, three-valued conditions over answers.

A condition that needs an answer which is not there yet, or which is an honest 我不知道, is neither true
nor false but unknown (``None``). Who asks decides what unknown means: a page that may be needed is shown,
an eligibility rule never refuses on it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

UNKNOWN = "unknown"
"""The answer value of 我不知道 in every choice."""

BLANK: tuple[Any, ...] = (None, "", [])
"""The values of a question that was shown and left empty."""

Judge = Callable[[Mapping[str, Any]], bool | None]
"""A condition made ready to be asked: True, False, or None where an answer that it needs is missing."""

OPERATIONS = ("is_", "any_of", "contains", "at_least", "less_than", "answered")


class Condition(BaseModel):
    """Either one comparison of one field, or ``all`` / ``any`` / ``not`` of other conditions.

    ``field`` is a field id, or a derived value: ``@age`` (whole years on the day of asking),
    ``@acting`` (``self`` or ``proxy``), ``@reassess_on_renewal`` (what the region decided).
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
        return self.judge(answers)

    @cached_property
    def judge(self) -> Judge:
        """``holds``, made ready once: a page of a journey asks dozens of conditions."""
        if self.field is not None:
            return self._comparison(self.field)
        if self.not_ is not None:
            return _negated(self.not_.judge)
        if self.all_ is not None:
            return _conjunction(tuple(part.judge for part in self.all_))
        return _negated(_conjunction(tuple(_negated(part.judge) for part in self.any_ or ())))

    def may_hold(self, answers: Mapping[str, Any]) -> bool:
        """Whether it holds, or only an honest 我不知道 leaves it open: then we ask rather than skip."""
        holds = self.holds(answers)
        return any(_is_unknown(answers.get(name)) for name in self.fields()) if holds is None else holds

    def _comparison(self, field: str) -> Judge:
        if (answered := self.answered) is not None:
            return lambda answers: (answers.get(field) not in BLANK) == answered
        compare = self._comparison_of_answer()
        asks_for_unknown = self.is_ == UNKNOWN

        def judge(answers: Mapping[str, Any]) -> bool | None:
            value = answers.get(field)
            if (not value and value in BLANK) or (value == UNKNOWN and not asks_for_unknown):
                return None
            return compare(value)

        return judge

    def _comparison_of_answer(self) -> Callable[[Any], bool | None]:
        """What is asked of an answer that is there."""
        if self.contains is not None:
            return _looking_for((self.contains,) if isinstance(self.contains, str) else self.contains)
        if (any_of := self.any_of) is not None:
            return lambda value: value in any_of
        if self.at_least is not None or self.less_than is not None:
            return self._measure
        wanted = self.is_
        return lambda value: bool(value == wanted)

    def _measure(self, value: Any) -> bool | None:
        if not isinstance(value, int) or isinstance(value, bool):
            return None
        return value >= self.at_least if self.at_least is not None else value < (self.less_than or 0)


def _is_unknown(value: Any) -> bool:
    return value == UNKNOWN or (isinstance(value, list) and UNKNOWN in value)


def _looking_for(wanted: tuple[str, ...]) -> Callable[[Any], bool | None]:
    def look_into(value: Any) -> bool | None:
        chosen = value if isinstance(value, list | tuple) else ()
        for choice in wanted:
            if choice in chosen:
                return True
        return None if UNKNOWN in chosen else False

    return look_into


def _negated(judge: Judge) -> Judge:
    def negated(answers: Mapping[str, Any]) -> bool | None:
        holds = judge(answers)
        return None if holds is None else not holds

    return negated


def _conjunction(judges: tuple[Judge, ...]) -> Judge:
    def conjunction(answers: Mapping[str, Any]) -> bool | None:
        found: bool | None = True
        for judge in judges:
            holds = judge(answers)
            if holds is False:
                return False
            if holds is None:
                found = None
        return found

    return conjunction
