"""What changes for people between two forms of a service: pages, questions, days, outcomes, words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from pydantic import BaseModel

from portal.catalogue.model import Definition
from portal.catalogue.texts import Text

Parts = Mapping[str, BaseModel]
"""Parts of one kind by their name; a name that stands under another has it before a slash."""

NAMED_ELSEWHERE: Final = {"fields", "outcomes", "pages"}
"""Lists of parts that are compared by themselves."""


def differences(old: Definition, new: Definition) -> list[str]:
    """A line for each change, in English, for whoever writes the service; empty where people meet the same.

    Old and new must be of one service.
    """
    before, after = _parts_of(old), _parts_of(new)
    found = [line for kind in before for line in _compared(kind, before[kind], after[kind])]
    return found + list(_head(old, new))


def _parts_of(definition: Definition) -> dict[str, Parts]:
    service = definition.service
    return {
        "page": {page.id: page for page in definition.pages},
        "question": {f"{page.id}/{one.id}": one for page in definition.pages for one in page.fields},
        "condition": {one.id: one for one in service.eligibility},
        "pre-check question": {one.id: one for one in service.precheck},
        "pre-check finding": _numbered(service.findings),
        "document": {one.id: one for one in service.evidence},
        "declaration": {one.id: one for one in service.declarations},
        "step": {one.id: one for one in service.steps},
        "officer's question": {f"{step.id}/{one.id}": one for step in service.steps for one in step.fields},
        "outcome": {f"{step.id}/{one.id}": one for step in service.steps for one in step.outcomes},
        "reason": {one.code: one for one in definition.reasons},
        "letter": {one.key: one for one in definition.notices},
        "remedy": _numbered(service.remedies),
        "sentence of the guide": {
            f"{part.kind}/{number}": one
            for part in service.guide
            for number, one in enumerate(part.statements, 1)
        },
    }


def _numbered(parts: Iterable[BaseModel]) -> Parts:
    return {str(number): part for number, part in enumerate(parts, 1)}


def _compared(kind: str, old: Parts, new: Parts) -> Iterator[str]:
    yield from (f"{kind} {name}: removed ({_called(old[name])})" for name in old if name not in new)
    yield from (f"{kind} {name}: added ({_called(new[name])})" for name in new if name not in old)
    stayed = [name for name in old if name in new]
    if kind == "page" and stayed != [name for name in new if name in old]:
        yield "pages: asked in another order"
    for name in stayed:
        if old[name] != new[name]:
            yield from _changes(f"{kind} {name}", old[name], new[name])


def _called(part: BaseModel) -> str:
    """What a part is called in Chinese, to recognise it."""
    for key in ("title", "label", "name", "text", "otherwise"):
        if isinstance(text := getattr(part, key, None), Text):
            return text.zh.replace("\n", "")
    return type(part).__name__


def _changes(place: str, old: BaseModel, new: BaseModel) -> Iterator[str]:
    for key in type(new).model_fields:
        before, after = getattr(old, key, None), getattr(new, key, None)
        if before != after and key not in NAMED_ELSEWHERE:
            yield f"{place}.{key}: {_said(before)} -> {_said(after)}"


def _said(value: Any) -> str:
    """A value on one line; of a text all that is said, so that a change is seen in any language."""
    if isinstance(value, Text):
        return " | ".join(words.replace("\n", "") for words in value.model_dump(exclude_none=True).values())
    if isinstance(value, BaseModel):
        kept = value.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        return ", ".join(f"{key} {_plain(one)}" for key, one in kept.items()) or "empty"
    if isinstance(value, tuple):
        return f"[{'; '.join(_said(one) for one in value)}]"
    return "nothing" if value is None else str(value)


def _plain(value: Any) -> str:
    if isinstance(value, dict) and "zh" in value:
        return str(value["zh"]).replace("\n", "")
    return str(value)


HEAD: Final = (
    "name",
    "summary",
    "category",
    "service_type",
    "lead_unit",
    "once_per",
    "draft_days",
    "correction_days",
    "bundle",
    "benefit",
    "anonymous",
    "deemed",
    "again",
    "acceptance_place",
    "citations",
)


def _head(old: Definition, new: Definition) -> Iterator[str]:
    for key in HEAD:
        before, after = getattr(old.service, key), getattr(new.service, key)
        if key == "citations":
            yield from _compared("citation", before, after)
        elif before != after:
            yield f"{key}: {_said(before)} -> {_said(after)}"
