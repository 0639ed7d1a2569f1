"""The product's own files: they load, resolve to definitions that can be pinned, and speak plainly."""

import dataclasses
import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel, ValidationError

import portal.catalogue
from portal.catalogue.evidence_pages import evidence_page
from portal.catalogue.loader import Catalogue, definition_hash, from_json, load_catalogue, to_json
from portal.catalogue.model import DEFINITION_FORMAT, Definition, Field
from portal.catalogue.schemas import SHAPES, schemas
from portal.catalogue.words import check_words

ROOT = Path(portal.catalogue.__file__).parent


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="module")
def definition(catalogue: Catalogue) -> Definition:
    return catalogue.definition("zj-01", "demo")


def test_the_demo_region_gives_the_new_certificate(catalogue: Catalogue) -> None:
    assert {"zj-01", "bt-01"} <= set(catalogue.services)
    assert catalogue.regions["demo"].is_example
    assert catalogue.find_definition("zj-01", "demo") is not None
    assert catalogue.find_definition("zj-01", "moon") is None


def test_an_unknown_definition_raises_key_error(catalogue: Catalogue) -> None:
    with pytest.raises(KeyError):
        catalogue.definition("zj-09", "demo")


def test_what_is_handed_out_cannot_be_changed(catalogue: Catalogue, definition: Definition) -> None:
    with pytest.raises(TypeError):
        catalogue.services["x"] = definition.service  # type: ignore[index]
    with pytest.raises(dataclasses.FrozenInstanceError):
        catalogue.reasons = {}  # type: ignore[misc]
    with pytest.raises(ValidationError):
        definition.region = "other"  # type: ignore[misc]


def test_six_sections_hold_every_page_in_order(definition: Definition) -> None:
    sections = [section.id for section in definition.service.sections]
    assert sections == ["who", "person", "home", "need", "contact", "papers"]
    places = [sections.index(page.section) for page in definition.pages]
    assert places == sorted(places)


def test_each_evidence_becomes_a_question_with_ways_besides_upload(definition: Definition) -> None:
    for evidence in definition.service.evidence:
        page = definition.page(f"evidence-{evidence.id}")
        assert page is not None
        field, files = page.fields
        assert (field.id, files.id) == (f"evidence_{evidence.id}", f"documents_{evidence.id}")
        ways = ["upload", *(way.way for way in evidence.alternatives)]
        assert [choice.value for choice in field.choices] == ways
        assert {"desk", "home_visit", "later"} <= {choice.value for choice in field.choices}
        assert [choice.value for choice in field.choices if choice.is_way_out] == ["later"]


def test_what_may_not_be_uploaded_is_asked_without_files(definition: Definition) -> None:
    evidence = definition.service.evidence[0].model_copy(update={"accepts": ()})
    (field,) = evidence_page(evidence).fields
    assert "upload" not in {choice.value for choice in field.choices}


def test_the_steps_follow_the_law_and_the_four_eyes(definition: Definition) -> None:
    steps = definition.service.steps
    assert [(step.id, step.clock.days, step.clock.unit, step.clock.counts) for step in steps] == [
        ("intake", 1, "working", True),
        ("acceptance", 2, "working", True),
        ("assessment", 30, "calendar", False),
        ("public_notice", 5, "working", False),
        ("review", 10, "working", True),
        ("decision", 10, "working", True),
        ("issue", 5, "working", True),
    ]
    decision = steps[5]
    assert decision.clock.shares_with == "review"
    assert {"acceptance", "review"} <= set(decision.not_same_person_as)


def test_a_definition_carries_its_reasons_and_notices(definition: Definition) -> None:
    for step in definition.service.steps:
        for outcome in step.outcomes:
            assert all(definition.reason(code) for code in outcome.reasons)
            assert outcome.notice is None or definition.notice(outcome.notice)
    assert definition.reason("R09") is None, "a reason of another service"


def test_the_stored_form_reads_back_as_the_same_definition(definition: Definition) -> None:
    stored = to_json(definition)
    assert from_json(stored) == definition
    assert to_json(from_json(stored)) == stored
    assert definition_hash(from_json(stored)) == definition_hash(definition)
    assert json.loads(stored)["format"] == DEFINITION_FORMAT


def test_the_hash_follows_the_content_and_nothing_else(definition: Definition) -> None:
    assert definition_hash(load_catalogue(ROOT).definition("zj-01", "demo")) == definition_hash(definition)
    shorter = definition.model_copy(update={"pages": definition.pages[:-1]})
    assert definition_hash(shorter) != definition_hash(definition)


def test_an_unknown_format_is_refused_when_read(definition: Definition) -> None:
    stored = json.loads(to_json(definition))
    stored["format"] = 99
    with pytest.raises(ValidationError):
        from_json(json.dumps(stored))


def test_every_text_keeps_the_rules_of_words(catalogue: Catalogue) -> None:
    assert check_words(catalogue) == []


def test_text_messages_are_short_signed_and_discreet(catalogue: Catalogue) -> None:
    for notice in catalogue.notices.values():
        messages = [text.zh for place, text in notice.texts() if place.endswith("sms")]
        for message in messages:
            assert message.startswith("{signature}")
            assert not any(word in message for word in ("残", "元", "诊断", "评定", "http"))
        assert messages or notice.key in ("N13", "N17"), "only what asks for nothing goes without"


def test_the_guide_covers_every_part_and_marks_what_is_unverified(definition: Definition) -> None:
    service = definition.service
    assert [part.kind for part in service.guide] == ["who", "get", "need", "time", "cost", "after", "faq"]
    assert service.citations["art9"].status == "verified"
    assert service.citations["art24"].status == "unverified"


def fields_of(part: object) -> Iterator[Field]:
    """Every question below a part of the catalogue."""
    if isinstance(part, Field):
        yield part
    if isinstance(part, BaseModel):
        for name in type(part).model_fields:
            yield from fields_of(getattr(part, name))
    elif isinstance(part, tuple):
        for one in part:
            yield from fields_of(one)


def test_that_a_question_may_stay_empty_is_said_once_beside_its_label(catalogue: Catalogue) -> None:
    shown = [*catalogue.blocks.values(), *catalogue.services.values()]
    twice = re.compile(r"可以不(填|写)。|This may stay empty\.|It may stay empty\.")
    found = {
        f"{one.id}: {words}"
        for part in shown
        for one in fields_of(part)
        if one.hint is not None and not one.required
        for words in (one.hint.zh, one.hint.easy, one.hint.en, one.hint.proxy_zh, one.hint.proxy_easy)
        if words and twice.search(words)
    }
    assert sorted(found) == []


def test_the_schemas_accept_the_keys_of_the_files() -> None:
    found = schemas()
    assert set(found) == set(SHAPES)
    files = {"service": "services/zj-01.toml", "region": "regions/demo.toml", "block": "blocks/person.toml"}
    for kind, file in files.items():
        keys = set(tomllib.loads((ROOT / file).read_text(encoding="utf-8")))
        assert keys <= set(found[kind]["properties"])
