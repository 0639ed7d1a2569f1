"""Which sentences need a citation: numbers, dates, limits and duties, in figures and in words."""

import shutil
from pathlib import Path

import pytest

import portal.catalogue
from portal.catalogue.checking.statements import RULE, RULE_IN_ENGLISH
from portal.catalogue.loader import CatalogueErrors, load_catalogue

GOOD = Path(portal.catalogue.__file__).parent
FREE_OF_RULES = "申请不收钱。"


@pytest.mark.parametrize(
    "words",
    [
        *("照片要3张。", "最晚１２月５日。", "十个工作日办好。", "一个月以后再来。", "满一年才可以。"),
        *(
            "两名医生来看。",
            "三份材料。",
            "给八十元。",
            "报销一半。",
            "报销百分之五十。",
            "每年报一次。",
            "半年一次。",
        ),
        *("从次月起停发。", "当天办好。", "年底以前交。", "五日以内答复。", "至少住满。", "最多给多少。"),
        *("必须本人来。", "应当说明。", "不得转借。", "须本人签名。", "只能由本人用。", "有义务告诉。"),
        *("旧证交回。", "监护人要先问本人。", "大约{days_total}个工作日。", "每{local_retrofit_years}年。"),
    ],
)
def test_number_date_limit_or_duty_is_seen(words: str) -> None:
    assert RULE.search(words), words


@pytest.mark.parametrize(
    "words",
    [
        *(FREE_OF_RULES, "不清楚哪一天，也可以先申请。", "有一天不用了，再来说。", "在同一个月里申请。"),
        *("一家一个方案。", "一次说清楚。", "请看办事须知。", "无须再填。", "一起办。"),
    ],
)
def test_what_states_nothing_is_left_alone(words: str) -> None:
    assert not RULE.search(words), words


@pytest.mark.parametrize(
    ("words", "is_rule"),
    [
        ("Two doctors, at most 15 days.", True),
        ("The old card must be handed in.", True),
        ("Paid within three months.", True),
        ("Half is paid back, at least half of it.", True),
        ("Must I come to the counter? No.", False),
        ("Within the same county, ask the counter first.", False),
    ],
)
def test_english_is_read_alike(words: str, is_rule: bool) -> None:
    assert (RULE_IN_ENGLISH.search(words) is not None) is is_rule


@pytest.mark.parametrize(
    "said",
    [
        'text.zh = "申请不收钱。"\ntext.easy = "最多付3元。"\ntext.en = "Applying is free."',
        'text.zh = "申请不收钱。"\ntext.easy = "申请不要钱。"\ntext.en = "Applying costs at most 3 yuan."',
        'text.zh = "申请每年收一半的钱。"\ntext.easy = "申请要钱。"\ntext.en = "Applying costs something."',
    ],
    ids=["easy-read", "English", "in words"],
)
def test_sentence_of_a_guide_without_citation_is_refused_with_its_place(tmp_path: Path, said: str) -> None:
    root = tmp_path / "catalogue"
    shutil.copytree(GOOD, root, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    for file in root.glob("services/*.toml"):
        if file.name != "bt-01.toml":
            file.unlink()
    file = root / "services" / "bt-01.toml"
    text = file.read_text(encoding="utf-8")
    free = 'text.zh = "申请不收钱。"\ntext.easy = "申请不要钱。"\ntext.en = "Applying is free."'
    assert free in text
    file.write_text(text.replace(free, said), encoding="utf-8")
    with pytest.raises(CatalogueErrors) as caught:
        load_catalogue(root)
    assert ("guide[cost].statements[0].cite", "say where it stands") in [
        (problem.path, "say where it stands" if "say where it stands" in problem.advice else "")
        for problem in caught.value.problems
    ]
