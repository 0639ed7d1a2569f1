"""Whoever acts for somebody reads of them by name: 您 and "you" are the helper then, and nobody else."""

import re
from collections.abc import Iterator

import pytest
from pydantic import BaseModel

from portal.catalogue.loader import load_catalogue
from portal.catalogue.texts import LANGUAGES, Language, Text

CATALOGUE = load_catalogue()

CHINESE = re.compile(
    r"您(?:自己|本人)?的?(?:残疾|证|钱|补贴|年龄|家|户|病|身体|孩子|监护)|您(?:在|正在)?领|给您发|补给您"
)
OF_THE_PERSON: dict[Language, re.Pattern[str]] = {
    "zh": CHINESE,
    "easy": CHINESE,
    "en": re.compile(
        r"\b[Yy]our (?:disability|certificate|card|benefit|home|family|household|age|condition|guardian)\b"
        r"|\b[Yy]ou (?:receive|get the|are disabled)\b"
    ),
}
"""What only the person concerned has: their certificate, benefit, home, body."""
THE_HELPERS = {"您的证件号码"}
"""What a helper is asked about themselves."""


def texts(part: object, place: str) -> Iterator[tuple[str, Text]]:
    """Every text below a part of the catalogue, with its place."""
    if isinstance(part, Text):
        yield place, part
    elif isinstance(part, BaseModel):
        for name in type(part).model_fields:
            yield from texts(getattr(part, name), f"{place}.{name}")
    elif isinstance(part, tuple | list):
        for number, one in enumerate(part):
            yield from texts(one, f"{place}[{number}]")


def leaks(part: object, place: str) -> list[str]:
    """What says to who acts that something of the person's is theirs."""
    found = []
    for where, text in texts(part, place):
        for language in LANGUAGES:
            said = text.say(language, name="示例王小明", is_proxy=True)
            if OF_THE_PERSON[language].search(said) and not any(one in said for one in THE_HELPERS):
                found.append(f"{where} ({language}): {said}")
    return found


@pytest.mark.parametrize("code", [code for code, one in CATALOGUE.services.items() if not one.bundle])
def test_no_page_letter_or_step_of_a_service_takes_the_helper_for_the_person(code: str) -> None:
    definition = CATALOGUE.definition(
        code, "demo" if code in CATALOGUE.regions["demo"].services else "second"
    )
    service = definition.service
    parts = (definition.pages, definition.notices, definition.reasons)
    own = (service.sections, service.declarations, service.remedies)
    turns = tuple(step.whose_turn for step in service.steps if step.whose_turn is not None)
    found = [
        one for place, part in enumerate((*parts, *own, turns)) for one in leaks(part, f"{code}[{place}]")
    ]
    assert found == []


def test_a_leak_is_found() -> None:
    assert leaks(Text(zh="您的残疾人证到期了。", en="Your certificate expires."), "here") != []
    mended = Text(
        zh="您的证到期了。", en="Your card.", proxy_zh="{name}的证到期了。", proxy_en="{name}'s card."
    )
    assert leaks(mended, "here") == []
