"""Both voices of every question: what says 您 or "you" to the person says {name} to someone who acts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from portal.catalogue.checking.asked import Asked
from portal.catalogue.checking.report import Report
from portal.catalogue.conditions import Condition
from portal.catalogue.localising import FILLED
from portal.catalogue.model import Field, Service, StepKind
from portal.catalogue.texts import Text

YOU = re.compile(r"\b(you|your|yours|yourself)\b", re.IGNORECASE)
BRACES = re.compile(r"\{([^{}]*)\}")
ADVICE = "add {key}: who acts for {{name}} reads this too, and 您 (you) is somebody else then"


def check_voices(service: Service, file: str, asked: tuple[Asked, ...], report: Report) -> None:
    """Titles, labels, hints, choices, errors, notes, sections and declarations."""
    for one in asked:
        is_proxy_page = _is_proxy_only(one.page.when)
        page = one.page
        texts = [("title", page.title), ("intro", page.intro)]
        texts += [(f"notes[{place}]", note) for place, note in enumerate(page.notes)]
        for key, text in texts:
            _check_text(text, one.file, f"{one.path}.{key}", is_proxy_page, report)
        for field in page.fields:
            is_proxy_field = is_proxy_page or _is_proxy_only(field.when)
            for key, text in _texts_of(field):
                _check_text(text, one.file, f"{one.place_of(field)}.{key}", is_proxy_field, report)
    for path, text in household_texts(service):
        _check_text(text, file, path, False, report)
    for section in service.sections:
        _check_text(section.title, file, f"sections[{section.id}].title", False, report)
    for declared in service.declarations:
        _check_text(declared.label, file, f"declarations[{declared.id}].label", False, report)


def _texts_of(field: Field) -> Iterator[tuple[str, Text | None]]:
    yield from (("label", field.label), ("hint", field.hint), ("short", field.short))
    for code, text in field.errors.items():
        yield f"errors.{code}", text
    for choice in field.choices:
        yield f"choices[{choice.value}].label", choice.label
        yield f"choices[{choice.value}].hint", choice.hint
        yield f"choices[{choice.value}].group", choice.group
    for member in field.fields:
        for key, inner in _texts_of(member):
            yield f"fields[{member.id}].{key}", inner


def household_texts(service: Service) -> Iterator[tuple[str, Text | None]]:
    """What the household reads of the forms of steps: its own questions, and what it is shown."""
    parts = [one for step in service.steps for one in step.shows]
    shown = {(one.step, name) for one in parts for name in one.fields}
    whole = {one.step for one in parts if not one.fields}
    for step in service.steps:
        path, is_asked = f"steps[{step.id}]", step.kind is StepKind.HOUSEHOLD
        for outcome in step.outcomes if is_asked else ():
            yield f"{path}.outcomes[{outcome.id}].label", outcome.label
            yield f"{path}.outcomes[{outcome.id}].hint", outcome.hint
        for field in step.fields:
            is_own = is_asked and field.id not in step.witnesses
            if is_own or step.id in whole or (step.id, field.id) in shown:
                yield from ((f"{path}.fields[{field.id}].{key}", text) for key, text in _texts_of(field))


def _is_proxy_only(condition: Condition | None) -> bool:
    """Whether only someone who acts for another ever sees it: then 您 is that person."""
    if condition is None:
        return False
    if condition.field == "@acting":
        return condition.is_ == "proxy"
    if condition.any_:
        return all(_is_proxy_only(part) for part in condition.any_)
    return any(_is_proxy_only(part) for part in condition.all_ or ())


def _check_text(text: Text | None, file: str, path: str, is_proxy_only: bool, report: Report) -> None:
    if text is None:
        return
    for key in ("zh", "easy", "en", "proxy_zh", "proxy_easy", "proxy_en"):
        words: str | None = getattr(text, key)
        allowed = {"name"} if is_proxy_only or key.startswith("proxy_") else set()
        for name in _braces(words):
            if name not in allowed and not FILLED.fullmatch(f"{{{name}}}"):
                report.add(
                    file, f"{path}.{key}", f"remove {{{name}}}; only {{name}} in a proxy text is filled"
                )
    if is_proxy_only:
        return
    for key, proxy in (("zh", text.proxy_zh), ("easy", text.proxy_easy), ("en", text.proxy_en)):
        own: str | None = getattr(text, key)
        if own and not proxy and says_you(own, key):
            report.add(file, f"{path}.proxy_{key}", ADVICE.format(key=f"proxy_{key}"))


def says_you(words: str, key: str) -> bool:
    """Whether a text in the language ``key`` speaks to whoever reads it."""
    return bool(YOU.search(words)) if key == "en" else "您" in words


def _braces(words: str | None) -> Iterable[str]:
    return BRACES.findall(words or "")
