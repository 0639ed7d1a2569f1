"""Finding a service: characters, pinyin, initials, English; nothing found is an answer too."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from portal.catalogue.loader import load_catalogue
from portal.catalogue.model import Service
from portal.catalogue.texts import Text
from portal.rules.search import LONGEST_QUERY, SearchIndex, build_index, normal

SERVICES = load_catalogue().services
ZJ_01 = SERVICES["zj-01"]
EVERY = build_index(SERVICES.values())
SAID = sorted({words for one in SERVICES.values() for words in (one.name.zh, one.name.en, *one.keywords)})


def service(code: str, zh: str, en: str, *keywords: str) -> Service:
    """A service of this name, otherwise like ZJ-01."""
    return ZJ_01.model_copy(
        update={
            "code": code,
            "name": Text(zh=zh, en=en),
            "summary": Text(zh="概要", en="summary"),
            "keywords": keywords,
        }
    )


@pytest.fixture(scope="module")
def index() -> SearchIndex:
    return build_index(
        [
            ZJ_01,
            service("bt-01", "困难残疾人生活补贴", "Living subsidy", "两项补贴"),
            service("gz-01", "家庭无障碍改造", "Barrier-free home retrofit", "坡道"),
        ]
    )


@pytest.mark.parametrize(
    "typed",
    [
        "残疾证",
        "canjizheng",
        "can ji zheng",
        "cjrz",
        "disability card",
        "CERTIFICATE",
        "ＣＡＮＪＩＺＨＥＮＧ",
        "zj-01",
        "zj01",
        "我想办残疾证怎么办",
        "残疾证在哪里办？",
        "　残疾证　",
        "残疾\u200b证",
    ],
)
def test_certificate_is_found_first_by_what_people_type(index: SearchIndex, typed: str) -> None:
    assert index.find(typed)[0] == "zj-01"


@pytest.mark.parametrize(
    ("typed", "code"),
    [("补贴", "bt-01"), ("liangxiangbutie", "bt-01"), ("jtwza", "gz-01"), ("home retrofit ramp", "gz-01")],
)
def test_each_service_is_found_by_its_own_words(index: SearchIndex, typed: str, code: str) -> None:
    assert index.find(typed)[0] == code


def test_name_that_was_typed_whole_comes_before_one_that_only_shares_words(index: SearchIndex) -> None:
    assert index.find("残疾人")[:2] == ["bt-01", "zj-01"] or index.find("残疾人")[:2] == ["zj-01", "bt-01"]
    assert index.find("困难残疾人生活补贴")[0] == "bt-01"


@pytest.mark.parametrize("typed", ["", " ", "a", "\0", "护照", "passport office", "🙂", "？？？", "怎么办"])
def test_words_that_fit_nothing_find_nothing(index: SearchIndex, typed: str) -> None:
    assert index.find(typed) == []


@given(st.text(max_size=200))
def test_any_text_finds_only_known_services_each_once(typed: str) -> None:
    found = SMALL.find(typed)
    assert set(found) <= {"zj-01"}
    assert len(found) <= 1


@given(st.text())
def test_a_query_is_made_short_and_printable(typed: str) -> None:
    made = normal(typed)
    assert len(made) <= LONGEST_QUERY
    assert made.isprintable()
    assert normal(made) == made


SMALL = build_index([ZJ_01])


class LookingEverywhere(SearchIndex):
    """As if every service could fit."""

    def near(self, query: str) -> frozenset[str]:
        return frozenset(self.phrases)


@given(
    st.lists(
        st.one_of(
            st.sampled_from(SAID).flatmap(
                lambda said: st.builds(
                    lambda a, b: said[min(a, b) : max(a, b) + 1],
                    st.integers(0, len(said)),
                    st.integers(0, len(said)),
                )
            ),
            st.sampled_from([" ", "我想", "补贴", "cjr", "bt", "轮", "'", "怎么办"]),
            st.text(max_size=3),
        ),
        max_size=4,
    ).map("".join)
)
@example("我想办证")
@example("o'clock care")
@example("补")
def test_looking_only_where_something_can_fit_finds_the_same_as_looking_everywhere(typed: str) -> None:
    everywhere = LookingEverywhere(EVERY.phrases, EVERY.holding, EVERY.saying, EVERY.words)
    assert EVERY.find(typed) == everywhere.find(typed)
