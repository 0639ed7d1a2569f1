"""What answers mean: the code asks for meanings, blocks say which question has one."""

from __future__ import annotations

import json
import re
from pathlib import Path

import portal
from portal.catalogue.checking.meanings import KINDS
from portal.catalogue.loader import definition_hash, from_json, load_catalogue, to_json
from portal.catalogue.older_formats import MEANT

CATALOGUE = load_catalogue()
DEFINITION = CATALOGUE.definition("zj-01", "demo")
OF_QUESTIONS = {"care_long", "living"}
"""Asked on pages of services that a region need not give."""
ALLOWED = {"older_formats.py", "service.py"}
"""The ids that an older format knew, and the key by which a service names its place."""


def test_every_meaning_is_given_by_a_question_of_a_block_or_a_service() -> None:
    pages = [page for one in (*CATALOGUE.blocks.values(), *CATALOGUE.services.values()) for page in one.pages]
    assert KINDS.keys() - {field.means for page in pages for field in page.fields} <= OF_QUESTIONS


def test_answers_are_found_by_what_they_mean() -> None:
    answers = {"c_do_not": ["call"], "dl_way": "post", "p_name": "示例"}
    assert DEFINITION.meant(answers) == {"contact_do_not": ["call"], "delivery_way": "post"}


def test_definition_stored_before_meanings_reads_like_one_of_today() -> None:
    stored = json.loads(to_json(DEFINITION))
    stored["format"] = 1
    for page in stored["pages"]:
        for field in page["fields"]:
            field.pop("means", None)
    assert from_json(json.dumps(stored)) == DEFINITION
    assert definition_hash(from_json(to_json(DEFINITION))) == definition_hash(DEFINITION)


def test_code_names_no_question_of_a_shared_block_by_its_id() -> None:
    known = "|".join(MEANT)
    root = Path(portal.__file__).parent
    found = [
        str(path.relative_to(root))
        for path in root.rglob("*.py")
        if path.name not in ALLOWED and re.search(rf'"(?:{known})"', path.read_text(encoding="utf-8"))
    ]
    assert found == []
