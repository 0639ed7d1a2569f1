"""Easy-read loses no paper, no person and no office: shorter is not less (words.md 2, rule 8)."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from portal.labels import BASES

CATALOGUE = Path(__file__).parents[2] / "portal/catalogue"
SHARED = [
    *sorted(CATALOGUE.glob("blocks/*.toml")),
    *sorted(CATALOGUE.glob("shared/*.toml")),
    CATALOGUE / "reasons.toml",
]
NAMED = ("居住证", "户口簿", "专职委员", "监护人", "街道", "市残联", "省残联", "法律援助", "马上", "随时")
"""Papers to bring, people and offices to turn to, and how soon: who reads only easy-read needs them too."""


def told_twice(part: Any) -> Iterator[tuple[str, str]]:
    """Every standard text with its easy-read form, however deep they stand."""
    if isinstance(part, dict):
        for standard, easy in (("zh", "easy"), ("proxy_zh", "proxy_easy")):
            if isinstance(part.get(standard), str) and isinstance(part.get(easy), str):
                yield part[standard], part[easy]
        for inner in part.values():
            yield from told_twice(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from told_twice(inner)


@pytest.mark.parametrize("file", SHARED, ids=lambda file: file.stem)
def test_easy_read_names_who_and_what_the_standard_text_names(file: Path) -> None:
    lost = [
        (word, easy)
        for standard, easy in told_twice(tomllib.loads(file.read_text(encoding="utf-8")))
        for word in NAMED
        if word in standard and word not in easy
    ]
    assert lost == []


def test_who_may_name_a_guardian_is_told_whole() -> None:
    """Civil Code art. 31: the residents' or village committee, civil affairs, or a court."""
    block = (CATALOGUE / "blocks/guardian.toml").read_text(encoding="utf-8")
    told = [
        choice["label"]
        for page in tomllib.loads(block)["pages"]
        for field in page.get("fields", ())
        for choice in field.get("choices", ())
        if choice["value"] == "appointed"
    ]
    said = [
        words
        for label in (*told, BASES["appointed"].model_dump())
        for words in (label["zh"], label.get("easy"))
    ]
    named = ("居委会", "村委会", "民政", "法院")
    assert told
    assert [words for words in said if words and not all(one in words for one in named)] == []
