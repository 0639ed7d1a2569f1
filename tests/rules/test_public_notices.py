"""What a notice says of where somebody lives: town and village as people write them, never a house."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.rules.places import ancestors
from portal.rules.public_notices import notice_place, notice_words, village_words
from tests.support.office import DEFINITION, REGION
from tests.support.public_notices import STEP

AROUND = tuple(ancestors(REGION, "880001001"))
UNIT = REGION.units[0].name


def village_of(**answers: object) -> str:
    return notice_words(DEFINITION, STEP, REGION, answers, "王小明", UNIT).village


@pytest.mark.parametrize(
    ("written", "village"),
    [
        ("莲花村3组12号", "莲花村"),
        ("莲花村三组十二号", "莲花村"),
        ("示例东风镇莲花村", "莲花村"),
        ("东风镇莲花村", "莲花村"),
        ("示例市示例县示例东风镇莲花村5号", "莲花村"),
        ("示例东风镇示例第一社区居民委员会幸福里小区二期12号楼3单元1204室", "示例第一社区"),
        ("解放路3号幸福社区2栋501", "幸福社区"),
        ("张楼村民委员会", "张楼村民委员会"),
        ("中关村社区8号院", "中关村社区"),
        ("巴音嘎查", "巴音嘎查"),
        ("１２号莲花村", "莲花村"),
        ("1组", ""),
        ("幸福里小区12号楼", ""),
        ("Lianhua 12", ""),
        ("村", ""),
        ("", ""),
    ],
)
def test_village_is_read_from_an_address_without_its_house(written: str, village: str) -> None:
    assert village_words(written, AROUND) == village


@given(st.text(max_size=60))
def test_no_digit_of_an_address_is_ever_posted(written: str) -> None:
    found = village_words(written, AROUND)
    assert not any(one.isdecimal() for one in found)
    assert len(found) <= 26


def test_town_stands_alone_where_no_village_is_named() -> None:
    assert village_of(h_place={"code": "880001001", "written": "1组"}, h_detail="") == "示例东风镇"


def test_village_comes_from_the_address_where_the_place_does_not_say_it() -> None:
    answers = {"h_place": {"code": "880001001", "written": "3组"}, "h_detail": "莲花村3组12号"}
    assert village_of(**answers) == "示例东风镇莲花村"


def test_place_that_is_not_in_the_list_is_said_in_its_own_words() -> None:
    answers = {"h_place": {"code": "", "written": "外省示例镇莲花村9号"}}
    assert village_of(**answers) == "外省示例镇莲花村"
    assert village_of() == "示例县"
    assert notice_place(DEFINITION, STEP, REGION, answers) == REGION.default_place


def test_notice_hangs_where_the_application_was_handed_in() -> None:
    answers = {
        "h_place": {"code": "880001001", "written": "莲花村"},
        "a_permit": "yes",
        "a_place": {"code": "880002001", "written": ""},
        "a_detail": "桃园社区6号",
    }
    assert village_of(**answers) == "示例南湖镇桃园社区"
    assert notice_place(DEFINITION, STEP, REGION, answers) == "880002001"
    assert village_of(**{**answers, "a_permit": "no"}) == "示例东风镇莲花村"


@pytest.mark.parametrize("odd", ["text", 5, [], {"code": None}, {"written": 7}, None])
def test_answer_of_an_odd_shape_is_no_failure(odd: object) -> None:
    assert village_of(h_place=odd, h_detail=odd)
