"""What services share is written once, and a service that was read is whole."""

from pathlib import Path

import pytest

from portal.catalogue.likeness import Likeness
from portal.catalogue.reading import read_source

SHARED = {
    "citations": {"art9": {"title": "办法", "article": "第九条"}, "art11": {"title": "办法"}},
    "choices": {"ways": [{"value": "desk"}, {"value": "later"}]},
    "outcomes": {"ask_more": {"id": "ask_more", "label": {"zh": "补材料", "en": "Ask for more"}}},
    "steps": {
        "intake": {
            "id": "intake",
            "clock": {"days": 1, "cite": "art9"},
            "outcomes": [{"like": "outcomes.ask_more", "notice": "N03"}],
        },
        "one": {"like": "steps.other"},
        "other": {"like": "steps.one"},
    },
}


def whole(raw: dict[str, object]) -> tuple[dict[str, object], list[str]]:
    likeness = Likeness("services/x.toml", SHARED)
    return likeness.whole(raw), [str(problem) for problem in likeness.problems]


def test_shared_part_stands_in_its_place_and_own_keys_change_it() -> None:
    found, problems = whole({"steps": [{"like": "steps.intake", "clock": {"days": 3}}]})
    assert problems == []
    assert found["steps"] == [
        {
            "id": "intake",
            "clock": {"days": 3, "cite": "art9"},
            "outcomes": [
                {"id": "ask_more", "label": {"zh": "补材料", "en": "Ask for more"}, "notice": "N03"}
            ],
        }
    ]


def test_own_list_replaces_the_shared_one() -> None:
    found, _ = whole({"steps": [{"like": "steps.intake", "outcomes": [{"id": "forward"}]}]})
    assert found["steps"][0]["outcomes"] == [{"id": "forward"}]  # type: ignore[index]


def test_sentence_that_is_said_anew_keeps_no_other_words_of_the_shared_one() -> None:
    shared = {"questions": {"age": {"label": {"zh": "申请人多大？", "easy": "您多大？", "en": "How old?"}}}}
    likeness = Likeness("services/x.toml", shared)
    anew = {"label": {"zh": "孩子多大？", "en": "How old is the child?"}}
    assert likeness.whole({"asked": {"like": "questions.age", **anew}}) == {"asked": anew}
    easier = {"label": {"easy": "多大了？"}}
    kept = {"label": {"zh": "申请人多大？", "easy": "多大了？", "en": "How old?"}}
    assert likeness.whole({"asked": {"like": "questions.age", **easier}}) == {"asked": kept}


def test_shared_list_joins_the_list_that_asks_for_it() -> None:
    found, _ = whole({"choices": [{"value": "post"}, {"like": "choices.ways"}]})
    assert found["choices"] == [{"value": "post"}, {"value": "desk"}, {"value": "later"}]


def test_only_shared_citations_that_are_named_are_taken_and_own_ones_win() -> None:
    own = {"title": "自己的办法"}
    found, _ = whole({"guide": [{"cite": "art9"}], "citations": {"art11": own}, "note": {"cite": "art11"}})
    assert found["citations"] == {"art11": own, "art9": SHARED["citations"]["art9"]}


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ({"steps": [{"like": "steps.moon"}]}, "steps[0].like: there is no shared part 'steps.moon'"),
        ({"steps": [{"like": "moon"}]}, "steps[0].like: there is no shared part 'moon'"),
        ({"like": 3}, "like: there is no shared part 3"),
        ({"steps": [{"like": "steps.one"}]}, "'steps.one' is like itself"),
    ],
)
def test_asking_for_what_is_not_shared_is_named_with_its_place(raw: dict[str, object], said: str) -> None:
    _, problems = whole(raw)
    assert len(problems) == 1
    assert problems[0].startswith("services/x.toml: ")
    assert said in problems[0]


def test_broken_shared_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "steps.toml").write_text("[intake\n", encoding="utf-8")
    _, problems = read_source(tmp_path)
    assert [problem.path for problem in problems if problem.file == "shared/steps.toml"] == ["(syntax)"]
