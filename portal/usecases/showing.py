"""What an earlier step found, said to whoever has to know it now (``Step.shows``): a plan, a score."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from portal.catalogue.model import Definition, Field, Region, Step
from portal.catalogue.texts import LANGUAGES
from portal.catalogue.wording import Voice, answer_text
from portal.rules.steps import step_of
from portal.store.applications import Application

Rows: TypeAlias = tuple[tuple[Field, Any], ...]
"""Questions of a form with what was written."""


def shown_rows(definition: Definition, step: Step, facts: Mapping[str, Any]) -> Rows:
    """The answers that a step shows, in the order of their form; none where the form says nothing of them."""
    fields = (field for one in step.shows for field in one.fields_of(step_of(definition, one.step)))
    return tuple((field, facts[field.id]) for field in fields if facts.get(field.id) not in (None, "", []))


def shown_facts(
    definition: Definition, application: Application, region: Region, step: Step, facts: Mapping[str, Any]
) -> dict[str, Any]:
    """The same as a fact of the letter that opens the step, in every language: a line for each answer."""
    rows = shown_rows(definition, step, facts)
    if not rows:
        return {}
    name, is_proxy = application.subject_name, application.acting == "proxy"
    voices = (Voice(language, name, is_proxy) for language in LANGUAGES)
    return {"shown": {voice.language: _in_lines(rows, region, voice) for voice in voices}}


def _in_lines(rows: Rows, region: Region, voice: Voice) -> str:
    """Whoever reads easy words reads one thing a line."""
    colon = ": " if voice.language == "en" else "："
    said: list[str] = []
    for field, value in rows:
        label, words = voice.say(field.short or field.label), answer_text(field, value, region, voice)
        if voice.language == "easy":
            words = words.replace("；", "\n")
        is_long = "\n" in words or field.kind in ("group", "longtext")
        said.append(f"{label}{colon}\n{words}" if is_long else f"{label}{colon}{words}")
    return "\n".join(said)
