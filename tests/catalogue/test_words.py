"""Words: what the machine can see of plain Chinese and of easy-read."""

from dataclasses import replace
from pathlib import Path

import pytest

from portal.catalogue.loader import load_catalogue
from portal.catalogue.words import check_easy, check_standard, check_words, common_characters


@pytest.mark.parametrize(
    "text",
    [
        "请在{due_on}前补好。\n过了这天，这次申请就结束。",
        "残疾人证是一张卡。",
        "低保：政府每月发给困难家庭的钱。",
        "最晚2026年12月5日告诉您结果。",
        "您的孩子在其他学校。",
    ],
)
def test_good_easy_read_has_no_fault(text: str) -> None:
    assert check_easy(text) == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("如果您今天不能来窗口办事那么您可以请别人来替您办", "a line of 24 characters"),
        ("请您来。请带身份证。", "two sentences"),
        ("逾期不补，视为撤回。", "逾期"),
        ("您须来窗口。", "须"),
        ("证件被退回。", "被"),
        ("身份证及户口簿。", "及"),
        ("该证能用。", "该"),
        ("请带证件（原件）。", "（"),
        ("上网/窗口", "/"),
        ("请来；请等。", "；"),
        ("请您踟蹰。", "rare character"),
        ("您真棒！", "！"),
        ("有30%的人。", "%"),
        ("你来办。", "你"),
    ],
)
def test_each_fault_of_easy_read_is_named(text: str, fault: str) -> None:
    assert any(fault in said for said in check_easy(text)), check_easy(text)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("点击这里看结果。", "点击这里"),
        ("你的申请。", "你"),
        ("聋哑人士。", "聋哑"),
        ("①带身份证。", "①"),
        ("★重要", "★"),
        ("请带身份证,户口簿。", "half-width"),
        ("共 6 部分", "typed space"),
        ("看Braille 版", "typed space"),
        (
            "县残联核对全部材料并且在规定的时间内做出是否同意办理残疾人证的最后决定。",
            "sentence of",
        ),
    ],
)
def test_each_fault_of_standard_chinese_is_named(text: str, fault: str) -> None:
    assert any(fault in said for said in check_standard(text)), check_standard(text)


@pytest.mark.parametrize("text", ["共%(n)s部分：%(title)s。", "县残联于{decided_on}同意办理。", "Braille"])
def test_good_standard_chinese_has_no_fault(text: str) -> None:
    assert check_standard(text) == []


def test_the_common_characters_are_the_published_3500() -> None:
    assert len(common_characters()) == 3500
    assert {"一", "残", "您"} <= common_characters()


def test_a_number_lost_in_easy_read_is_named() -> None:
    catalogue = load_catalogue()
    reason = catalogue.reasons["R13"]
    lossy = reason.model_copy(
        update={"remedy": reason.remedy.model_copy(update={"easy": "您不同意，可以说。"})}
    )
    found = check_words(replace(catalogue, reasons={"R13": lossy}))
    assert found == ["R13.remedy.easy: the number 10 is lost"]


def test_gettext_sources_and_easy_translations_are_checked(tmp_path: Path) -> None:
    easy = tmp_path / "zh_Hans@easy.po"
    header = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
    easy.write_text(header + 'msgid "点击这里。"\nmsgstr "请您须知。"\n', encoding="utf-8")
    found = check_words(load_catalogue(), [easy])
    assert any("点击这里" in said for said in found)
    assert any("easy" in said and "须" in said for said in found)


def test_a_translation_into_english_is_not_read_as_chinese(tmp_path: Path) -> None:
    english = tmp_path / "en.po"
    header = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
    english.write_text(header + 'msgid "保存"\nmsgstr "Save (and go on); 100%!"\n', encoding="utf-8")
    assert check_words(load_catalogue(), [english]) == []
