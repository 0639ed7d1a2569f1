"""Words: what the machine can see of plain Chinese and of easy-read."""

from dataclasses import replace
from pathlib import Path

import pytest

from portal.catalogue.loader import load_catalogue
from portal.catalogue.words import (
    check_easy,
    check_standard,
    check_words,
    common_characters,
    words_of_residents,
)


@pytest.mark.parametrize(
    "text",
    [
        "请在{due_on}前补好。\n过了这天，这次申请就结束。",
        "残疾人证是一张卡。",
        "低保：政府每月发给困难家庭的钱。",
        "最晚2026年12月5日告诉您结果。",
        "您的孩子在其他学校。",
        "国家标准的号：GB/T 37668—2019。",
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


HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'


def faults_of_easy(
    folder: Path, source: str, easy: str, *, residents: frozenset[str] = frozenset()
) -> list[str]:
    """What is found in an easy-read catalogue of one text."""
    file = folder / "zh_Hans@easy.po"
    file.write_text(f'{HEADER}msgid "{source}"\nmsgstr "{easy}"\n', encoding="utf-8")
    return check_words(load_catalogue(), [file], residents)


def test_gettext_sources_and_easy_translations_are_checked(tmp_path: Path) -> None:
    found = faults_of_easy(tmp_path, "点击这里。", "请您须知。")
    assert any("点击这里" in said for said in found)
    assert any("easy" in said and "须" in said for said in found)


def test_a_number_lost_in_an_easy_translation_is_named(tmp_path: Path) -> None:
    found = faults_of_easy(tmp_path, "草稿保存90天。", "草稿会保存。")
    assert [said.split(": ", 1)[1] for said in found] == ["easy: the number 90 is lost"]


def test_a_text_of_residents_without_easy_words_must_be_easy_itself(tmp_path: Path) -> None:
    hard = "请带身份证。请带户口簿。"
    found = faults_of_easy(tmp_path, hard, "", residents=frozenset({hard}))
    assert any("two sentences" in said for said in found)


def test_a_text_of_staff_alone_needs_no_easy_words(tmp_path: Path) -> None:
    assert faults_of_easy(tmp_path, "请带身份证。请带户口簿。", "") == []


def test_words_of_residents_leave_out_what_only_staff_meet(tmp_path: Path) -> None:
    for name, said in (
        ("templates/public/home.html", "{{ _('首页') }}"),
        ("templates/office/queue.html", "{{ _('领取') }}{{ _('保存') }}"),
        ("portal/web/review_words.py", "said = _('待补正')"),
        ("portal/web/going.py", "said = ngettext('%(num)s项', '%(num)s项', 2), _('保存')"),
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(said, encoding="utf-8")
    assert words_of_residents(tmp_path) == {"首页", "%(num)s项", "保存"}


def test_a_translation_into_english_is_not_read_as_chinese(tmp_path: Path) -> None:
    english = tmp_path / "en.po"
    english.write_text(HEADER + 'msgid "保存"\nmsgstr "Save (and go on); 100%!"\n', encoding="utf-8")
    assert check_words(load_catalogue(), [english]) == []
