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
ALLOWED = {"older_formats.py", "service.py"}
"""The ids that an older format knew, and the key by which a service names its place."""


def test_every_meaning_is_given_by_a_question_of_the_catalogue() -> None:
    services = CATALOGUE.services.values()
    pages = [page for one in (*CATALOGUE.blocks.values(), *services) for page in one.pages]
    steps = [step for service in services for step in service.steps]
    asked = [field.means for one in (*pages, *steps) for field in one.fields]
    checked = [question.means for service in services for question in service.precheck]
    assert KINDS.keys() <= {*asked, *checked}


def test_answers_are_found_by_what_they_mean() -> None:
    answers = {"c_do_not": ["call"], "dl_way": "post", "p_name": "示例"}
    assert DEFINITION.meant(answers) == {"contact_do_not": ["call"], "delivery_way": "post"}


def test_what_an_officer_found_counts_before_what_was_said() -> None:
    definition = CATALOGUE.definition("bt-01", "demo")
    said = {"e_status": "none", "e_receives": ["unknown"]}
    assert definition.meant(said)["household_status"] == "none"
    assert definition.meant({"found_household": "dibao", **said})["household_status"] == "dibao"


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
